-- Safeguarding bulletins, and who has read them.

CREATE TABLE bulletins (
    id           INTEGER PRIMARY KEY,
    mandatory    BOOLEAN NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('draft', 'published', 'withdrawn')),
    roles        TEXT NOT NULL DEFAULT '[]',
    contractors  TEXT NOT NULL DEFAULT '[]',
    written_by   BIGINT NOT NULL REFERENCES users (id),
    written_on   DATE NOT NULL,
    published_on DATE,
    read_by      DATE,
    reason       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX bulletins_state ON bulletins (state, id);

-- One bulletin in each language it is written in; the questions are asked in the same. "made_from" is the fingerprint of
-- the English text a translation was last compared with; empty for the English.
CREATE TABLE bulletin_texts (
    bulletin_id INTEGER NOT NULL REFERENCES bulletins (id),
    language    TEXT NOT NULL,
    title       TEXT NOT NULL,
    body        TEXT NOT NULL,
    questions   TEXT NOT NULL,
    made_from   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (bulletin_id, language)
);

-- A person's own way to a bulletin. "turn" goes into the link, so that a new link ends the old.
CREATE TABLE bulletin_readers (
    id              INTEGER PRIMARY KEY,
    bulletin_id     INTEGER NOT NULL REFERENCES bulletins (id),
    person_id       INTEGER NOT NULL REFERENCES people (id),
    turn            INTEGER NOT NULL DEFAULT 1,
    due_on          DATE NOT NULL,
    expires_at      TIMESTAMP NOT NULL,
    sent_at         TIMESTAMP,
    opened_at       TIMESTAMP,
    language        TEXT NOT NULL DEFAULT '',
    tries           INTEGER NOT NULL DEFAULT 0,
    acknowledged_at TIMESTAMP,
    chased_on       DATE
);
CREATE UNIQUE INDEX bulletin_readers_once ON bulletin_readers (bulletin_id, person_id);
CREATE INDEX bulletin_readers_person ON bulletin_readers (person_id, bulletin_id);
CREATE INDEX bulletin_readers_open ON bulletin_readers (bulletin_id, id) WHERE acknowledged_at IS NULL;
