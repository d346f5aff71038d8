DROP INDEX tasks_assigned;
DROP INDEX appeals_deadline;
DROP INDEX applications_funnel;
CREATE INDEX applications_funnel ON applications (submitted_on, role, contractor_id, authority_id, has_trace, interviewed_on, outcome, appealed_on, appeal_outcome);
DROP INDEX applications_owner;
CREATE INDEX applications_owner ON applications (owner, state);
