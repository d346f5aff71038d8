DROP TABLE course_invitations;
DROP TABLE bookings;
DROP TABLE training_sessions;
DROP TABLE courses;
