DROP INDEX clearance_items_training;
DROP TABLE course_invitations;
DROP TABLE bookings;
DROP TABLE training_sessions;
DROP TABLE courses;
