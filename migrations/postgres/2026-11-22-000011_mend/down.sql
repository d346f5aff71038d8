DELETE FROM check_circuits WHERE cause = 'new_info';
ALTER TABLE vault_readings DROP COLUMN is_outside;
ALTER TABLE applications DROP COLUMN edited_on;
DROP INDEX applications_name;
