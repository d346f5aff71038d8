-- People who leave, who are on the register twice, and who are to be forgotten.

ALTER TABLE people ADD COLUMN merged_into BIGINT;
ALTER TABLE people ADD COLUMN erased_on DATE;
CREATE INDEX people_merged ON people (merged_into);

CREATE TABLE leavings (
    id          INTEGER PRIMARY KEY,
    person_id   INTEGER NOT NULL REFERENCES people (id),
    left_on     DATE NOT NULL,
    cause       TEXT NOT NULL CHECK (cause IN ('own_wish', 'contract_ended', 'dismissed', 'deceased', 'other')),
    reason      TEXT NOT NULL,
    recorded_by BIGINT NOT NULL REFERENCES users (id),
    recorded_on DATE NOT NULL,
    undone_on   DATE
);
CREATE INDEX leavings_person ON leavings (person_id);

-- One asks, another carries it out: what is erased does not come back.
CREATE TABLE erasures (
    id         INTEGER PRIMARY KEY,
    person_id  INTEGER NOT NULL REFERENCES people (id),
    ground     TEXT NOT NULL CHECK (ground IN ('request', 'retention_over', 'other')),
    state      TEXT NOT NULL CHECK (state IN ('asked', 'done', 'withdrawn')),
    reason     TEXT NOT NULL,
    asked_by   BIGINT NOT NULL REFERENCES users (id),
    asked_at   TIMESTAMP NOT NULL,
    settled_by BIGINT REFERENCES users (id),
    settled_at TIMESTAMP,
    CHECK (state <> 'done' OR settled_by <> asked_by)
);
CREATE UNIQUE INDEX erasures_open ON erasures (person_id) WHERE state = 'asked';
