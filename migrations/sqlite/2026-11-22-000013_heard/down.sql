ALTER TABLE appeal_panel DROP COLUMN attended;
ALTER TABLE appeals DROP COLUMN absent_why;
ALTER TABLE appeals DROP COLUMN appellant_attended;
