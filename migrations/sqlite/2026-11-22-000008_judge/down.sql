ALTER TABLE criteria_versions DROP COLUMN rules;
