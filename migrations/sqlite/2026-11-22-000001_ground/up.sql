-- What every noun stands on: who acts, what was done, what runs by itself, what is to be sent.

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    password_hash TEXT,
    status        TEXT NOT NULL CHECK (status IN ('system', 'invited', 'active', 'disabled')),
    created_at    TIMESTAMP NOT NULL
);
INSERT INTO users (id, email, name, status, created_at)
VALUES (1, 'system@localhost', 'Chaperone', 'system', '2026-01-01 00:00:00');

CREATE TABLE contractors (
    id             INTEGER PRIMARY KEY,
    name           TEXT NOT NULL,
    folded_name    TEXT NOT NULL UNIQUE,
    status         TEXT NOT NULL CHECK (status IN ('active', 'ended')),
    contact_name   TEXT NOT NULL DEFAULT '',
    email          TEXT NOT NULL DEFAULT '',
    phone          TEXT NOT NULL DEFAULT '',
    second_name    TEXT NOT NULL DEFAULT '',
    second_email   TEXT NOT NULL DEFAULT '',
    origin         TEXT NOT NULL CHECK (origin IN ('imported', 'recorded')),
    created_at     TIMESTAMP NOT NULL
);

CREATE TABLE accesses (
    id            INTEGER PRIMARY KEY,
    user_id       INTEGER NOT NULL REFERENCES users (id),
    access        TEXT NOT NULL CHECK (access IN ('admin', 'officer', 'decision_maker', 'compliance_officer', 'auditor', 'contractor')),
    contractor_id INTEGER REFERENCES contractors (id),
    status        TEXT NOT NULL CHECK (status IN ('invited', 'active', 'suspended', 'ended')),
    granted_at    TIMESTAMP NOT NULL,
    CHECK ((access = 'contractor') = (contractor_id IS NOT NULL))
);
CREATE UNIQUE INDEX accesses_once ON accesses (user_id, access, COALESCE(contractor_id, 0));
CREATE INDEX accesses_contractor ON accesses (contractor_id);

CREATE TABLE signins (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    token_hash TEXT NOT NULL UNIQUE,
    started_at TIMESTAMP NOT NULL,
    seen_at    TIMESTAMP NOT NULL
);
CREATE INDEX signins_user ON signins (user_id);
CREATE INDEX signins_seen ON signins (seen_at);

-- A typed name is kept here and found by an opaque key, so it never rides in a URL.
CREATE TABLE searches (
    key       TEXT NOT NULL PRIMARY KEY,
    signin_id INTEGER NOT NULL REFERENCES signins (id) ON DELETE CASCADE,
    term      TEXT NOT NULL,
    made_at   TIMESTAMP NOT NULL
);
CREATE INDEX searches_signin ON searches (signin_id);

-- One-use keys of forms, so that a double click or a refresh does nothing twice.
CREATE TABLE submissions (
    key     TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    made_at TIMESTAMP NOT NULL,
    led_to  TEXT
);
CREATE INDEX submissions_made ON submissions (made_at);

CREATE TABLE password_links (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    token_hash TEXT NOT NULL UNIQUE,
    expires_at TIMESTAMP NOT NULL,
    used_at    TIMESTAMP
);
CREATE INDEX password_links_user ON password_links (user_id);

-- Failed sign-ins per account and per address; `bucket` is a keyed hash, never the address itself.
CREATE TABLE signin_limits (
    bucket   TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at  TIMESTAMP NOT NULL
);

CREATE TABLE trail_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    seq  BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO trail_head (id, seq, hash) VALUES (1, 0, '');

CREATE TABLE trail (
    seq          BIGINT NOT NULL PRIMARY KEY,
    at           TIMESTAMP NOT NULL,
    actor        BIGINT NOT NULL,
    act          TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   BIGINT NOT NULL,
    person_id    BIGINT,
    old_value    TEXT,
    new_value    TEXT,
    reason       TEXT,
    prev_hash    TEXT NOT NULL,
    hash         TEXT NOT NULL
);
CREATE INDEX trail_person ON trail (person_id, seq);
CREATE INDEX trail_subject ON trail (subject_kind, subject_id, seq);
CREATE TRIGGER trail_no_update BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER trail_no_delete BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;

-- Personal values in the trail are sealed under these; erasing a person destroys the key.
CREATE TABLE person_keys (
    person_id BIGINT NOT NULL PRIMARY KEY,
    sealed    TEXT NOT NULL
);

CREATE TABLE jobs (
    name        TEXT NOT NULL PRIMARY KEY,
    about       TEXT NOT NULL DEFAULT '',
    next_run_at TIMESTAMP,
    seen_at     TIMESTAMP NOT NULL
);

CREATE TABLE job_runs (
    id          INTEGER PRIMARY KEY,
    job         TEXT NOT NULL,
    due_at      TIMESTAMP NOT NULL,
    on_day      DATE NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    attempt     INTEGER NOT NULL,
    lease_until TIMESTAMP NOT NULL,
    started_at  TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    done        BIGINT NOT NULL DEFAULT 0,
    failed      BIGINT NOT NULL DEFAULT 0,
    detail      TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX job_runs_once ON job_runs (job, due_at);
CREATE INDEX job_runs_started ON job_runs (started_at, id);

CREATE TABLE job_requests (
    id           INTEGER PRIMARY KEY,
    job          TEXT NOT NULL,
    requested_by BIGINT NOT NULL REFERENCES users (id),
    requested_at TIMESTAMP NOT NULL,
    taken_at     TIMESTAMP
);
CREATE INDEX job_requests_open ON job_requests (job) WHERE taken_at IS NULL;

CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY,
    letter          TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'unneeded')),
    to_email        TEXT NOT NULL,
    cc_email        TEXT NOT NULL DEFAULT '',
    contractor_id   INTEGER REFERENCES contractors (id),
    user_id         INTEGER REFERENCES users (id),
    person_id       BIGINT,
    params          TEXT NOT NULL,
    subject         TEXT,
    body_text       TEXT,
    body_html       TEXT,
    created_at      TIMESTAMP NOT NULL,
    next_attempt_at TIMESTAMP NOT NULL,
    lease_key       TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0,
    sent_at         TIMESTAMP,
    last_error      TEXT
);
CREATE INDEX outbox_due ON outbox (next_attempt_at, id) WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_contractor ON outbox (contractor_id, id);
CREATE INDEX outbox_state ON outbox (state, id);

CREATE TABLE tasks (
    id           INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL,
    dedup_key    TEXT NOT NULL UNIQUE,
    subject_kind TEXT NOT NULL,
    subject_id   BIGINT NOT NULL,
    detail       TEXT NOT NULL,
    due_on       DATE NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('open', 'done')),
    opened_at    TIMESTAMP NOT NULL,
    assigned_to  INTEGER REFERENCES users (id),
    closed_by    INTEGER REFERENCES users (id),
    closed_at    TIMESTAMP,
    reason       TEXT
);
CREATE INDEX tasks_open ON tasks (kind, due_on, id) WHERE state = 'open';
CREATE INDEX tasks_subject ON tasks (subject_kind, subject_id);
