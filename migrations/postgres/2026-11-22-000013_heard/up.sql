-- Who was at the hearing of an appeal; nothing is known of those heard before this was asked.
ALTER TABLE appeals ADD COLUMN appellant_attended BOOLEAN NULL;
ALTER TABLE appeals ADD COLUMN absent_why TEXT NOT NULL DEFAULT '';
ALTER TABLE appeal_panel ADD COLUMN attended BOOLEAN NULL;
