-- What pages and commands look rows up by, and had no index for.
CREATE INDEX outbox_person ON outbox (person_id);
CREATE INDEX outbox_newest ON outbox (letter, id);
CREATE INDEX appeals_application ON appeals (application_id);
CREATE INDEX dbs_requests_reference ON dbs_requests (reference);
CREATE INDEX interview_panel_user ON interview_panel (user_id);
CREATE INDEX appeal_panel_user ON appeal_panel (user_id);
CREATE INDEX status_checks_certificate ON status_checks (certificate_id);
