DROP TABLE join_reminders;
DROP TABLE check_circuits;
DROP TABLE check_watches;
DROP TABLE check_declarations;
DROP INDEX status_checks_day;
DROP INDEX dbs_certificates_issued;
ALTER TABLE update_subscriptions DROP COLUMN lost;
ALTER TABLE update_subscriptions DROP COLUMN volunteer;
