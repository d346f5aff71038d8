DROP INDEX outbox_person;
DROP INDEX outbox_newest;
DROP INDEX appeals_application;
DROP INDEX dbs_requests_reference;
DROP INDEX interview_panel_user;
DROP INDEX appeal_panel_user;
DROP INDEX status_checks_certificate;
