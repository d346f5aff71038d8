-- Courses, their sessions, and who comes to them.

CREATE TABLE courses (
    id            INTEGER PRIMARY KEY,
    code          TEXT NOT NULL UNIQUE,
    title         TEXT NOT NULL,
    provider      TEXT NOT NULL,
    accredited    BOOLEAN NOT NULL,
    mode          TEXT NOT NULL CHECK (mode IN ('class', 'elearning')),
    requirement   TEXT NOT NULL,
    joining       TEXT NOT NULL DEFAULT '',
    no_show_pence INTEGER NOT NULL DEFAULT 0 CHECK (no_show_pence >= 0),
    state         TEXT NOT NULL CHECK (state IN ('open', 'ended'))
);

-- "taken" counts the booked seats; the check refuses the seat too many whoever asks at once.
CREATE TABLE training_sessions (
    id          INTEGER PRIMARY KEY,
    course_id   INTEGER NOT NULL REFERENCES courses (id),
    held_on     DATE NOT NULL,
    starts_at   TIMESTAMP NOT NULL,
    minutes     INTEGER NOT NULL CHECK (minutes BETWEEN 15 AND 720),
    venue       TEXT NOT NULL,
    address     TEXT NOT NULL DEFAULT '',
    trainer     TEXT NOT NULL,
    capacity    INTEGER NOT NULL CHECK (capacity BETWEEN 1 AND 500),
    taken       INTEGER NOT NULL DEFAULT 0 CHECK (taken BETWEEN 0 AND capacity),
    state       TEXT NOT NULL CHECK (state IN ('planned', 'held', 'cancelled')),
    reason      TEXT NOT NULL DEFAULT '',
    moves       INTEGER NOT NULL DEFAULT 0,
    arranged_by BIGINT NOT NULL REFERENCES users (id)
);
CREATE INDEX training_sessions_course ON training_sessions (course_id, held_on, id);
CREATE INDEX training_sessions_day ON training_sessions (held_on, id);

CREATE TABLE bookings (
    id            INTEGER PRIMARY KEY,
    session_id    INTEGER NOT NULL REFERENCES training_sessions (id),
    person_id     INTEGER NOT NULL REFERENCES people (id),
    contractor_id INTEGER REFERENCES contractors (id),
    state         TEXT NOT NULL CHECK (state IN ('booked', 'waiting', 'cancelled', 'passed', 'failed', 'no_show')),
    booked_by     BIGINT NOT NULL REFERENCES users (id),
    booked_at     TIMESTAMP NOT NULL,
    promoted_at   TIMESTAMP,
    reminded_on   DATE,
    marked_by     BIGINT REFERENCES users (id),
    marked_on     DATE,
    reason        TEXT NOT NULL DEFAULT '',
    evidence_id   INTEGER REFERENCES evidence (id)
);
CREATE UNIQUE INDEX bookings_once ON bookings (session_id, person_id) WHERE state <> 'cancelled';
CREATE INDEX bookings_person ON bookings (person_id, id);
CREATE INDEX bookings_contractor ON bookings (contractor_id, id);
CREATE INDEX bookings_waiting ON bookings (session_id, id) WHERE state = 'waiting';

-- Who was asked to come, so that nobody is asked twice for one session.
CREATE TABLE course_invitations (
    session_id INTEGER NOT NULL REFERENCES training_sessions (id),
    person_id  INTEGER NOT NULL REFERENCES people (id),
    invited_on DATE NOT NULL,
    PRIMARY KEY (session_id, person_id)
);
CREATE INDEX course_invitations_person ON course_invitations (person_id);

-- What people need in training, by when.
CREATE INDEX clearance_items_training ON clearance_items (requirement, due_on) WHERE kind = 'training';
