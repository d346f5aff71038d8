DROP TABLE erasures;
DROP TABLE leavings;
DROP INDEX people_merged;
ALTER TABLE people DROP COLUMN erased_on;
ALTER TABLE people DROP COLUMN merged_into;
