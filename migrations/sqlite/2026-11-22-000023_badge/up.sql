-- Badges of our own: asked for, issued, printed, checked in public.

-- "jpeg" is base64, so that a copy of what is held on somebody can carry it.
CREATE TABLE photos (
    id          INTEGER PRIMARY KEY,
    person_id   INTEGER NOT NULL REFERENCES people (id),
    jpeg        TEXT NOT NULL,
    digest      TEXT NOT NULL,
    uploaded_by BIGINT NOT NULL REFERENCES users (id),
    uploaded_on DATE NOT NULL,
    retired_on  DATE
);
CREATE INDEX photos_person ON photos (person_id, id);

ALTER TABLE badges ADD COLUMN opaque TEXT;
ALTER TABLE badges ADD COLUMN photo_id INTEGER REFERENCES photos (id);
ALTER TABLE badges ADD COLUMN issued_by BIGINT REFERENCES users (id);
ALTER TABLE badges ADD COLUMN state_since DATE;
ALTER TABLE badges ADD COLUMN state_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE badges ADD COLUMN replaces INTEGER REFERENCES badges (id);
ALTER TABLE badges ADD COLUMN returned_on DATE;
CREATE UNIQUE INDEX badges_opaque ON badges (opaque);
CREATE UNIQUE INDEX badges_our_number ON badges (number) WHERE origin = 'recorded';
CREATE UNIQUE INDEX badges_one_live ON badges (person_id, contractor_id, role) WHERE state = 'live' AND origin = 'recorded';
CREATE INDEX badges_number ON badges (number);
CREATE INDEX badges_due ON badges (expires_on, id) WHERE state = 'live';
CREATE INDEX badges_contractor ON badges (contractor_id, id);

-- For how many months a badge of the role is made out; none for a role without a badge.
ALTER TABLE policy_roles ADD COLUMN badge_months INTEGER;

CREATE TABLE badge_requests (
    id            INTEGER PRIMARY KEY,
    person_id     INTEGER NOT NULL REFERENCES people (id),
    contractor_id INTEGER NOT NULL REFERENCES contractors (id),
    role          TEXT NOT NULL,
    cause         TEXT NOT NULL CHECK (cause IN ('new', 'renewal', 'lost', 'damaged', 'contractor_change')),
    state         TEXT NOT NULL CHECK (state IN ('open', 'issued', 'refused', 'cancelled')),
    asked_by      BIGINT NOT NULL REFERENCES users (id),
    asked_on      DATE NOT NULL,
    badge_id      INTEGER REFERENCES badges (id),
    reason        TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX badge_requests_once ON badge_requests (person_id, contractor_id, role) WHERE state = 'open';
CREATE INDEX badge_requests_open ON badge_requests (id) WHERE state = 'open';
CREATE INDEX badge_requests_contractor ON badge_requests (contractor_id, id);

CREATE TABLE badge_batches (
    id          INTEGER PRIMARY KEY,
    asked_by    BIGINT NOT NULL REFERENCES users (id),
    asked_at    TIMESTAMP NOT NULL,
    total       INTEGER NOT NULL,
    issued      INTEGER NOT NULL DEFAULT 0,
    refused     INTEGER NOT NULL DEFAULT 0,
    finished_at TIMESTAMP
);

CREATE TABLE badge_batch_rows (
    batch_id   INTEGER NOT NULL REFERENCES badge_batches (id),
    request_id INTEGER NOT NULL REFERENCES badge_requests (id),
    badge_id   INTEGER REFERENCES badges (id),
    problem    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (batch_id, request_id)
);

CREATE TABLE badge_prints (
    id         INTEGER PRIMARY KEY,
    badge_id   INTEGER NOT NULL REFERENCES badges (id),
    layout     TEXT NOT NULL CHECK (layout IN ('card', 'sheet')),
    printed_by BIGINT NOT NULL REFERENCES users (id),
    printed_at TIMESTAMP NOT NULL
);
CREATE INDEX badge_batches_open ON badge_batches (id) WHERE finished_at IS NULL;
CREATE INDEX badge_prints_badge ON badge_prints (badge_id, id);

-- The Ed25519 keys that sign what a badge's square says; the newest signs, a retired one is believed no more.
CREATE TABLE signing_keys (
    id            INTEGER PRIMARY KEY,
    public_key    TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    made_at       TIMESTAMP NOT NULL,
    retired_at    TIMESTAMP
);

-- What a member of the public wrote about a badge or its wearer.
CREATE TABLE badge_concerns (
    id          INTEGER PRIMARY KEY,
    badge_id    INTEGER REFERENCES badges (id),
    person_id   INTEGER REFERENCES people (id),
    typed       TEXT NOT NULL DEFAULT '',
    words       TEXT NOT NULL,
    name        TEXT NOT NULL DEFAULT '',
    contact     TEXT NOT NULL DEFAULT '',
    received_at TIMESTAMP NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('new', 'seen')),
    seen_by     BIGINT REFERENCES users (id),
    note        TEXT NOT NULL DEFAULT ''
);
CREATE INDEX badge_concerns_new ON badge_concerns (id) WHERE state = 'new';
CREATE INDEX badge_concerns_person ON badge_concerns (person_id);

-- Our own numbers come off one counter, so that none is ever given twice.
CREATE TABLE badge_numbers (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    next BIGINT NOT NULL
);
INSERT INTO badge_numbers (id, next) VALUES (1, 1);
