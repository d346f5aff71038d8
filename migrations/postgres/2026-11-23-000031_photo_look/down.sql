ALTER TABLE photos DROP COLUMN looked_by;
