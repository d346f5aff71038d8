-- A DBS application may be joined to the Update Service before it reaches the DBS, who must have it within 28 days.
ALTER TABLE dbs_requests ADD COLUMN joined_on DATE;
ALTER TABLE dbs_requests ADD COLUMN received_on DATE;
CREATE INDEX dbs_requests_open ON dbs_requests (stage_on, id) WHERE stage < 5 AND trouble <> 'withdrawn';
-- Whoever has something to be decided about a certificate; the morning's look reads nothing else.
CREATE INDEX clearance_items_undecided ON clearance_items (person_id) WHERE kind = 'suitability' AND state = 'missing';
