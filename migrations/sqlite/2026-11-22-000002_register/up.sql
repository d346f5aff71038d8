-- The register: people, what they hold, what the policy asks, and the clearance that follows.

CREATE TABLE policies (
    id             INTEGER PRIMARY KEY,
    number         INTEGER NOT NULL UNIQUE,
    title          TEXT NOT NULL,
    effective_from DATE NOT NULL,
    published_by   BIGINT NOT NULL REFERENCES users (id),
    published_at   TIMESTAMP NOT NULL,
    digest         TEXT NOT NULL
);

CREATE TABLE policy_roles (
    policy_id INTEGER NOT NULL REFERENCES policies (id),
    code      TEXT NOT NULL,
    title     TEXT NOT NULL,
    basis     TEXT NOT NULL,
    source    TEXT NOT NULL,
    PRIMARY KEY (policy_id, code)
);

CREATE TABLE requirements (
    policy_id       INTEGER NOT NULL REFERENCES policies (id),
    role            TEXT NOT NULL,
    code            TEXT NOT NULL,
    kind            TEXT NOT NULL,
    title           TEXT NOT NULL,
    position        INTEGER NOT NULL,
    validity_months INTEGER,
    strength        TEXT NOT NULL CHECK (strength IN ('hard', 'soft')),
    grace_days      INTEGER,
    lead_days       TEXT NOT NULL,
    waivable        BOOLEAN NOT NULL,
    caps_badge      BOOLEAN NOT NULL,
    params          TEXT NOT NULL,
    source          TEXT NOT NULL,
    PRIMARY KEY (policy_id, role, code),
    FOREIGN KEY (policy_id, role) REFERENCES policy_roles (policy_id, code)
);

CREATE TABLE authorities (
    id                INTEGER PRIMARY KEY,
    code              TEXT NOT NULL UNIQUE,
    name              TEXT NOT NULL,
    folded_name       TEXT NOT NULL UNIQUE,
    valid_from        DATE,
    valid_to          DATE,
    delegates_to      TEXT NOT NULL DEFAULT '',
    delegated_from    DATE
);

CREATE TABLE people (
    id            INTEGER PRIMARY KEY,
    reference     TEXT NOT NULL UNIQUE,
    forename      TEXT NOT NULL,
    surname       TEXT NOT NULL,
    sort_name     TEXT NOT NULL,
    date_of_birth DATE,
    email         TEXT NOT NULL DEFAULT '',
    phone         TEXT NOT NULL DEFAULT '',
    origin        TEXT NOT NULL CHECK (origin IN ('imported', 'recorded')),
    registered_on DATE NOT NULL,
    import_digest TEXT NOT NULL DEFAULT ''
);
CREATE INDEX people_sort ON people (sort_name, id);
CREATE INDEX people_twin ON people (sort_name, date_of_birth);

CREATE INDEX people_phone ON people (phone);
CREATE INDEX people_email ON people (email);

CREATE TABLE person_names (
    id          INTEGER PRIMARY KEY,
    person_id   INTEGER NOT NULL REFERENCES people (id),
    kind        TEXT NOT NULL CHECK (kind IN ('current', 'former', 'certificate')),
    forename    TEXT NOT NULL,
    surname     TEXT NOT NULL,
    recorded_on DATE NOT NULL
);
CREATE INDEX person_names_person ON person_names (person_id);

-- Folded ways in which a person may be looked up: an indexed prefix, never a scan.
CREATE TABLE person_terms (
    person_id INTEGER NOT NULL REFERENCES people (id),
    term      TEXT NOT NULL,
    is_current BOOLEAN NOT NULL,
    PRIMARY KEY (term, person_id)
);
CREATE INDEX person_terms_person ON person_terms (person_id);

CREATE TABLE engagements (
    id            INTEGER PRIMARY KEY,
    person_id     INTEGER NOT NULL REFERENCES people (id),
    contractor_id INTEGER NOT NULL REFERENCES contractors (id),
    role          TEXT NOT NULL,
    starts_on     DATE NOT NULL,
    ends_on       DATE,
    origin        TEXT NOT NULL CHECK (origin IN ('imported', 'recorded')),
    recorded_on   DATE NOT NULL
);
CREATE UNIQUE INDEX engagements_once ON engagements (person_id, contractor_id, role, starts_on);
CREATE INDEX engagements_contractor ON engagements (contractor_id, person_id);

CREATE TABLE evidence (
    id            INTEGER PRIMARY KEY,
    person_id     INTEGER NOT NULL REFERENCES people (id),
    kind          TEXT NOT NULL,
    code          TEXT NOT NULL,
    valid_from    DATE,
    expires_on    DATE,
    reference     TEXT NOT NULL DEFAULT '',
    facts         TEXT NOT NULL DEFAULT '{}',
    original      BOOLEAN,
    seen_by       TEXT NOT NULL DEFAULT '',
    seen_on       DATE,
    origin        TEXT NOT NULL CHECK (origin IN ('imported', 'recorded')),
    recorded_by   BIGINT NOT NULL REFERENCES users (id),
    recorded_on   DATE NOT NULL,
    superseded_by INTEGER REFERENCES evidence (id),
    retired_on    DATE,
    reason        TEXT NOT NULL DEFAULT ''
);
CREATE INDEX evidence_person ON evidence (person_id, kind, code);

CREATE TABLE dbs_certificates (
    id               INTEGER PRIMARY KEY,
    person_id        INTEGER NOT NULL REFERENCES people (id),
    number           TEXT NOT NULL,
    level            TEXT NOT NULL CHECK (level IN ('basic', 'standard', 'enhanced')),
    workforce        TEXT NOT NULL CHECK (workforce IN ('', 'child', 'adult', 'child_and_adult', 'other')),
    barred_lists     TEXT NOT NULL CHECK (barred_lists IN ('', 'child', 'adult', 'child_and_adult')),
    issued_on        DATE NOT NULL,
    forename         TEXT NOT NULL,
    surname          TEXT NOT NULL,
    has_trace        BOOLEAN NOT NULL,
    original_seen_by TEXT NOT NULL DEFAULT '',
    original_seen_on DATE,
    source           TEXT NOT NULL CHECK (source IN ('ours', 'another_body', 'umbrella', 'not_recorded')),
    origin           TEXT NOT NULL CHECK (origin IN ('imported', 'recorded')),
    recorded_by      BIGINT NOT NULL REFERENCES users (id),
    recorded_on      DATE NOT NULL,
    retired_on       DATE,
    reason           TEXT NOT NULL DEFAULT ''
);
CREATE INDEX dbs_certificates_person ON dbs_certificates (person_id);
CREATE INDEX dbs_certificates_number ON dbs_certificates (number);

CREATE TABLE status_check_consents (
    id           INTEGER PRIMARY KEY,
    person_id    INTEGER NOT NULL REFERENCES people (id),
    given_on     DATE NOT NULL,
    withdrawn_on DATE,
    text_version TEXT NOT NULL,
    evidence     TEXT NOT NULL DEFAULT '',
    recorded_by  BIGINT NOT NULL REFERENCES users (id),
    recorded_on  DATE NOT NULL
);
CREATE INDEX status_check_consents_person ON status_check_consents (person_id);

CREATE TABLE update_subscriptions (
    id             INTEGER PRIMARY KEY,
    person_id      INTEGER NOT NULL REFERENCES people (id),
    certificate_id INTEGER NOT NULL REFERENCES dbs_certificates (id),
    joined_on      DATE NOT NULL,
    renewal_due    DATE,
    ended_on       DATE,
    origin         TEXT NOT NULL CHECK (origin IN ('imported', 'recorded')),
    recorded_by    BIGINT NOT NULL REFERENCES users (id),
    recorded_on    DATE NOT NULL
);
CREATE INDEX update_subscriptions_person ON update_subscriptions (person_id);

CREATE TABLE status_checks (
    id             INTEGER PRIMARY KEY,
    person_id      INTEGER NOT NULL REFERENCES people (id),
    certificate_id INTEGER NOT NULL REFERENCES dbs_certificates (id),
    checked_on     DATE NOT NULL,
    result         TEXT NOT NULL CHECK (result IN ('BLANK_NO_NEW_INFO', 'NON_BLANK_NO_NEW_INFO', 'NEW_INFO', 'NO_MATCH_FOUND')),
    checker        TEXT NOT NULL,
    origin         TEXT NOT NULL CHECK (origin IN ('imported', 'recorded')),
    recorded_by    BIGINT NOT NULL REFERENCES users (id),
    recorded_on    DATE NOT NULL
);
CREATE INDEX status_checks_person ON status_checks (person_id);

CREATE TABLE licences (
    id           INTEGER PRIMARY KEY,
    person_id    INTEGER NOT NULL REFERENCES people (id),
    authority_id INTEGER NOT NULL REFERENCES authorities (id),
    licence_type TEXT NOT NULL CHECK (licence_type IN ('hackney', 'private_hire', 'dual', 'not_recorded')),
    number       TEXT NOT NULL,
    valid_from   DATE,
    expires_on   DATE NOT NULL,
    ended_on     DATE,
    origin       TEXT NOT NULL CHECK (origin IN ('imported', 'recorded')),
    recorded_by  BIGINT NOT NULL REFERENCES users (id),
    recorded_on  DATE NOT NULL,
    retired_on   DATE,
    reason       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX licences_person ON licences (person_id);

CREATE TABLE approvals (
    id               INTEGER PRIMARY KEY,
    person_id        INTEGER NOT NULL REFERENCES people (id),
    role             TEXT NOT NULL,
    approved_on      DATE NOT NULL,
    policy_number    INTEGER,
    conditions       TEXT NOT NULL DEFAULT '',
    conditions_until DATE,
    ended_on         DATE,
    origin           TEXT NOT NULL CHECK (origin IN ('imported', 'recorded')),
    approved_by      BIGINT NOT NULL REFERENCES users (id),
    recorded_on      DATE NOT NULL,
    reason           TEXT NOT NULL DEFAULT ''
);
CREATE INDEX approvals_person ON approvals (person_id);

CREATE TABLE decisions (
    id             INTEGER PRIMARY KEY,
    person_id      INTEGER NOT NULL REFERENCES people (id),
    certificate_id INTEGER REFERENCES dbs_certificates (id),
    outcome        TEXT NOT NULL CHECK (outcome IN ('suitable', 'unsuitable')),
    decided_on     DATE NOT NULL,
    origin         TEXT NOT NULL CHECK (origin IN ('imported', 'recorded')),
    decided_by     BIGINT NOT NULL REFERENCES users (id),
    recorded_on    DATE NOT NULL,
    reason         TEXT NOT NULL DEFAULT ''
);
CREATE INDEX decisions_person ON decisions (person_id);
CREATE INDEX decisions_unsuitable ON decisions (decided_on, id) WHERE outcome = 'unsuitable';

CREATE TABLE holds (
    id          INTEGER PRIMARY KEY,
    person_id   INTEGER NOT NULL REFERENCES people (id),
    code        TEXT NOT NULL CHECK (code IN ('suspension', 'new_info', 'lado_or_police', 'licence_action', 'other')),
    starts_on   DATE NOT NULL,
    until       DATE,
    reason      TEXT NOT NULL,
    placed_by   BIGINT NOT NULL REFERENCES users (id),
    placed_at   TIMESTAMP NOT NULL,
    lifted_on   DATE,
    lifted_by   BIGINT REFERENCES users (id),
    lift_reason TEXT,
    CHECK (lifted_by IS NULL OR lifted_by <> placed_by)
);
CREATE INDEX holds_person ON holds (person_id);
CREATE INDEX holds_open ON holds (starts_on, id) WHERE lifted_on IS NULL;

CREATE TABLE waivers (
    id          INTEGER PRIMARY KEY,
    person_id   INTEGER NOT NULL REFERENCES people (id),
    role        TEXT NOT NULL,
    requirement TEXT NOT NULL,
    starts_on   DATE NOT NULL,
    ends_on     DATE NOT NULL,
    conditions  TEXT NOT NULL DEFAULT '',
    reason      TEXT NOT NULL,
    origin      TEXT NOT NULL CHECK (origin IN ('imported', 'recorded')),
    granted_by  BIGINT NOT NULL REFERENCES users (id),
    recorded_on DATE NOT NULL,
    withdrawn_on DATE,
    withdrawn_reason TEXT
);
CREATE INDEX waivers_person ON waivers (person_id);
CREATE INDEX waivers_imported ON waivers (ends_on, id) WHERE origin = 'imported' AND withdrawn_on IS NULL;

CREATE TABLE badges (
    id            INTEGER PRIMARY KEY,
    number        TEXT NOT NULL,
    person_id     INTEGER NOT NULL REFERENCES people (id),
    contractor_id INTEGER NOT NULL REFERENCES contractors (id),
    role          TEXT NOT NULL,
    issued_on     DATE NOT NULL,
    expires_on    DATE NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('requested', 'live', 'suspended', 'revoked', 'lost', 'returned', 'superseded')),
    origin        TEXT NOT NULL CHECK (origin IN ('imported', 'recorded'))
);
CREATE UNIQUE INDEX badges_once ON badges (number, contractor_id, role);
CREATE INDEX badges_person ON badges (person_id);

CREATE TABLE clearances (
    person_id      INTEGER NOT NULL REFERENCES people (id),
    role           TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('cleared', 'cleared_with_conditions', 'in_progress', 'lapsed', 'suspended', 'unsuitable', 'left')),
    valid_until    DATE,
    next_change_on DATE,
    as_of          DATE NOT NULL,
    policy_number  INTEGER NOT NULL,
    sort_name      TEXT NOT NULL,
    authority_id   INTEGER,
    PRIMARY KEY (person_id, role)
);
CREATE INDEX clearances_due ON clearances (next_change_on, person_id);
CREATE INDEX clearances_sort ON clearances (sort_name, person_id, role);
CREATE INDEX clearances_status ON clearances (status, sort_name, person_id, role);
CREATE INDEX clearances_role ON clearances (role, sort_name, person_id);
CREATE INDEX clearances_authority ON clearances (authority_id, sort_name, person_id);

CREATE TABLE clearance_items (
    person_id   INTEGER NOT NULL REFERENCES people (id),
    role        TEXT NOT NULL,
    requirement TEXT NOT NULL,
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('met', 'due', 'overdue', 'lapsed', 'missing', 'not_required', 'waived')),
    due_on      DATE,
    stops_on    DATE,
    lead        INTEGER,
    note        TEXT NOT NULL DEFAULT '',
    evidence_id BIGINT,
    PRIMARY KEY (person_id, role, requirement)
);
CREATE INDEX clearance_items_open ON clearance_items (due_on, person_id, role, requirement) WHERE lead IS NOT NULL;

CREATE TABLE reminders (
    id            INTEGER PRIMARY KEY,
    person_id     INTEGER NOT NULL REFERENCES people (id),
    requirement   TEXT NOT NULL,
    due_on        DATE NOT NULL,
    lead          INTEGER NOT NULL,
    contractor_id INTEGER NOT NULL REFERENCES contractors (id),
    owed_on       DATE NOT NULL,
    outbox_id     INTEGER REFERENCES outbox (id)
);
CREATE UNIQUE INDEX reminders_once ON reminders (person_id, requirement, due_on, lead, contractor_id);
CREATE INDEX reminders_contractor ON reminders (contractor_id, id);

CREATE TABLE imports (
    id          INTEGER PRIMARY KEY,
    file_name   TEXT NOT NULL,
    header      TEXT NOT NULL DEFAULT '',
    state       TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    dry_run     BOOLEAN NOT NULL,
    started_by  BIGINT NOT NULL REFERENCES users (id),
    started_at  TIMESTAMP NOT NULL,
    seen_at     TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    rows_total  BIGINT NOT NULL DEFAULT 0,
    rows_seen   BIGINT NOT NULL DEFAULT 0,
    taken       BIGINT NOT NULL DEFAULT 0,
    unchanged   BIGINT NOT NULL DEFAULT 0,
    warned      BIGINT NOT NULL DEFAULT 0,
    rejected    BIGINT NOT NULL DEFAULT 0,
    detail      TEXT NOT NULL DEFAULT ''
);

-- Files whose columns are being settled, for an hour; sealed under a key that only their owner's browser has.
CREATE TABLE import_files (
    key_hash TEXT NOT NULL PRIMARY KEY,
    user_id  INTEGER NOT NULL REFERENCES users (id),
    name     TEXT NOT NULL,
    dry_run  BOOLEAN NOT NULL,
    sealed   TEXT NOT NULL,
    kept_at  TIMESTAMP NOT NULL
);
CREATE INDEX import_files_kept ON import_files (kept_at);

CREATE TABLE import_problems (
    id          INTEGER PRIMARY KEY,
    import_id   INTEGER NOT NULL REFERENCES imports (id),
    line        BIGINT NOT NULL,
    severity    TEXT NOT NULL CHECK (severity IN ('warning', 'rejected')),
    column_name TEXT NOT NULL,
    message     TEXT NOT NULL,
    row_text    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX import_problems_import ON import_problems (import_id, id);
