-- The times a version of the criteria sets for letters and appeals, as JSON.
ALTER TABLE criteria_versions ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';
