-- Applications by the name as typed.
CREATE INDEX applications_name ON applications (sort_name, id);

-- An application that somebody still writes in is not untouched.
ALTER TABLE applications ADD COLUMN edited_on DATE;

-- A decision maker who reads of a case in which they have no part.
ALTER TABLE vault_readings ADD COLUMN is_outside BOOLEAN NOT NULL DEFAULT FALSE;

-- A flood of new information is no more believed than a flood of nothing found.
CREATE TABLE check_circuits_new (
    id        INTEGER PRIMARY KEY,
    opened_at TIMESTAMP NOT NULL,
    cause     TEXT NOT NULL CHECK (cause IN ('no_match', 'errors', 'new_info')),
    asked     BIGINT NOT NULL,
    failed    BIGINT NOT NULL,
    closed_at TIMESTAMP
);
INSERT INTO check_circuits_new SELECT id, opened_at, cause, asked, failed, closed_at FROM check_circuits;
DROP TABLE check_circuits;
ALTER TABLE check_circuits_new RENAME TO check_circuits;
CREATE INDEX check_circuits_open ON check_circuits (id) WHERE closed_at IS NULL;
