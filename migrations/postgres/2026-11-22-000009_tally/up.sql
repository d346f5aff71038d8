-- What the queues and the funnel are read from.

-- Mine and nobody's, the longest waiting first.
DROP INDEX applications_owner;
CREATE INDEX applications_owner ON applications (owner, state, state_since, id);

-- Everything the funnel counts by, so that counting never leaves the index.
DROP INDEX applications_funnel;
CREATE INDEX applications_funnel ON applications (submitted_on, kind, role, contractor_id, authority_id, has_trace, interviewed_on, outcome, appealed_on, appeal_outcome, id);

-- The day by which the next step of an open appeal is due.
CREATE INDEX appeals_deadline ON appeals (
    (CASE WHEN acknowledged_on IS NULL THEN acknowledge_by WHEN state = 'lodged' THEN hear_by ELSE COALESCE(decide_by, hear_by) END),
    id
) WHERE state IN ('lodged', 'hearing_arranged');

CREATE INDEX tasks_assigned ON tasks (assigned_to, kind, due_on, id) WHERE state = 'open';
