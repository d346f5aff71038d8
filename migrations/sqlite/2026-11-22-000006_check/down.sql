DROP INDEX clearance_items_undecided;
DROP INDEX dbs_requests_open;
ALTER TABLE dbs_requests DROP COLUMN received_on;
ALTER TABLE dbs_requests DROP COLUMN joined_on;
