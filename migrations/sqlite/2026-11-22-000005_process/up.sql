-- From application to decision and appeal.

-- Who sits on a panel sees the cases they sit on and nothing else; the word is new, so the table is made anew.
CREATE TABLE accesses_new (
    id            INTEGER PRIMARY KEY,
    user_id       INTEGER NOT NULL REFERENCES users (id),
    access        TEXT NOT NULL CHECK (access IN ('admin', 'officer', 'decision_maker', 'panel_member', 'compliance_officer', 'auditor', 'contractor')),
    contractor_id INTEGER REFERENCES contractors (id),
    status        TEXT NOT NULL CHECK (status IN ('invited', 'active', 'suspended', 'ended')),
    granted_at    TIMESTAMP NOT NULL,
    CHECK ((access = 'contractor') = (contractor_id IS NOT NULL))
);
INSERT INTO accesses_new SELECT id, user_id, access, contractor_id, status, granted_at FROM accesses;
DROP TABLE accesses;
ALTER TABLE accesses_new RENAME TO accesses;
CREATE UNIQUE INDEX accesses_once ON accesses (user_id, access, COALESCE(contractor_id, 0));
CREATE INDEX accesses_contractor ON accesses (contractor_id);

-- One person's request for a role with a firm. The person is known once an officer has found or registered them.
CREATE TABLE applications (
    id              INTEGER PRIMARY KEY,
    reference       TEXT NOT NULL UNIQUE,
    kind            TEXT NOT NULL CHECK (kind IN ('new', 'renewal', 'role_change', 'contractor_change', 'replacement', 'review')),
    person_id       INTEGER REFERENCES people (id),
    contractor_id   INTEGER REFERENCES contractors (id),
    authority_id    INTEGER REFERENCES authorities (id),
    role            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'checking', 'interview_due', 'interviewed', 'assessed', 'proposed', 'deferred', 'decided', 'appealed', 'closed', 'withdrawn')),
    state_since     DATE NOT NULL,
    sort_name       TEXT NOT NULL DEFAULT '',
    answers         TEXT NOT NULL DEFAULT '{}',
    started_by      BIGINT NOT NULL REFERENCES users (id),
    started_on      DATE NOT NULL,
    submitted_on    DATE,
    owner           INTEGER REFERENCES users (id),
    certificate_id  INTEGER REFERENCES dbs_certificates (id),
    has_trace       BOOLEAN NOT NULL DEFAULT FALSE,
    interviewed_on  DATE,
    outcome         TEXT CHECK (outcome IN ('approved', 'approved_with_conditions', 'refused')),
    decided_on      DATE,
    appealed_on     DATE,
    appeal_outcome  TEXT CHECK (appeal_outcome IN ('upheld', 'varied', 'dismissed', 'remitted', 'withdrawn')),
    returned_reason TEXT NOT NULL DEFAULT '',
    chased_on       DATE,
    origin          TEXT NOT NULL CHECK (origin IN ('imported', 'recorded'))
);
CREATE INDEX applications_person ON applications (person_id);
CREATE INDEX applications_contractor ON applications (contractor_id, id);
CREATE INDEX applications_queue ON applications (state, state_since, id);
CREATE INDEX applications_owner ON applications (owner, state);
CREATE INDEX applications_funnel ON applications (submitted_on, role, contractor_id, authority_id, has_trace, interviewed_on, outcome, appealed_on, appeal_outcome);

-- A person's own way in: no account, opened by a button, good until it expires or has served.
CREATE TABLE own_links (
    id             INTEGER PRIMARY KEY,
    application_id INTEGER NOT NULL REFERENCES applications (id),
    token_hash     TEXT NOT NULL UNIQUE,
    sent_to        TEXT NOT NULL,
    sent_at        TIMESTAMP NOT NULL,
    expires_at     TIMESTAMP NOT NULL,
    opened_at      TIMESTAMP,
    ended_at       TIMESTAMP
);
CREATE INDEX own_links_application ON own_links (application_id);

-- A DBS application that we submitted, stage by stage (facts.md §1.2).
CREATE TABLE dbs_requests (
    id             INTEGER PRIMARY KEY,
    application_id INTEGER NOT NULL REFERENCES applications (id),
    reference      TEXT NOT NULL,
    level          TEXT NOT NULL CHECK (level IN ('basic', 'standard', 'enhanced')),
    workforce      TEXT NOT NULL CHECK (workforce IN ('', 'child', 'adult', 'child_and_adult', 'other')),
    basis          TEXT NOT NULL,
    sent_on        DATE NOT NULL,
    stage          INTEGER NOT NULL CHECK (stage BETWEEN 1 AND 5),
    stage_on       DATE NOT NULL,
    trouble        TEXT NOT NULL DEFAULT '' CHECK (trouble IN ('', 'withdrawn', 'query', 'fingerprints')),
    recorded_by    BIGINT NOT NULL REFERENCES users (id)
);
CREATE INDEX dbs_requests_application ON dbs_requests (application_id);

CREATE TABLE interviews (
    id             INTEGER PRIMARY KEY,
    application_id INTEGER NOT NULL REFERENCES applications (id),
    starts_at      TIMESTAMP NOT NULL,
    minutes        INTEGER NOT NULL,
    place          TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('arranged', 'held', 'not_attended', 'cancelled')),
    moves          INTEGER NOT NULL DEFAULT 0,
    arranged_by    BIGINT NOT NULL REFERENCES users (id),
    held_on        DATE
);
CREATE INDEX interviews_application ON interviews (application_id);
CREATE INDEX interviews_coming ON interviews (starts_at, id) WHERE state = 'arranged';

CREATE TABLE interview_panel (
    interview_id INTEGER NOT NULL REFERENCES interviews (id),
    user_id      INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (interview_id, user_id)
);

-- The vault: what quotes a disclosure, sealed under a key of the case that stands apart, and who has read it.
CREATE TABLE vault_keys (
    application_id INTEGER PRIMARY KEY REFERENCES applications (id),
    sealed_key     TEXT NOT NULL
);

CREATE TABLE vault_notes (
    id             INTEGER PRIMARY KEY,
    application_id INTEGER NOT NULL REFERENCES applications (id),
    kind           TEXT NOT NULL CHECK (kind IN ('declaration', 'interview', 'assessment', 'reasons', 'appeal')),
    sealed         TEXT NOT NULL,
    written_by     BIGINT NOT NULL REFERENCES users (id),
    written_at     TIMESTAMP NOT NULL
);
CREATE INDEX vault_notes_application ON vault_notes (application_id, kind, id);

CREATE TABLE vault_readings (
    id             INTEGER PRIMARY KEY,
    application_id INTEGER NOT NULL REFERENCES applications (id),
    person_id      INTEGER REFERENCES people (id),
    read_by        BIGINT NOT NULL REFERENCES users (id),
    read_at        TIMESTAMP NOT NULL,
    what           TEXT NOT NULL,
    reason         TEXT NOT NULL
);
CREATE INDEX vault_readings_person ON vault_readings (person_id, id);
CREATE INDEX vault_readings_application ON vault_readings (application_id, id);

-- The six-month fuse of a case's vault (facts.md §3).
CREATE TABLE fuses (
    application_id INTEGER PRIMARY KEY REFERENCES applications (id),
    lit_on         DATE NOT NULL,
    burns_on       DATE NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('burning', 'proposed', 'destroyed')),
    delays         INTEGER NOT NULL DEFAULT 0,
    delay_reason   TEXT NOT NULL DEFAULT '',
    reviewed_by    BIGINT REFERENCES users (id),
    destroyed_at   TIMESTAMP,
    proof          TEXT NOT NULL DEFAULT ''
);
CREATE INDEX fuses_due ON fuses (state, burns_on, application_id);

-- The suitability criteria, versioned, never edited once published.
CREATE TABLE criteria_versions (
    number         INTEGER PRIMARY KEY,
    title          TEXT NOT NULL,
    effective_from DATE NOT NULL,
    published_by   BIGINT NOT NULL REFERENCES users (id),
    published_at   TIMESTAMP NOT NULL,
    digest         TEXT NOT NULL
);

CREATE TABLE criteria (
    version  INTEGER NOT NULL REFERENCES criteria_versions (number),
    code     TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('guideline', 'factor')),
    title    TEXT NOT NULL,
    months   INTEGER,
    is_never BOOLEAN NOT NULL DEFAULT FALSE,
    guidance TEXT NOT NULL,
    position INTEGER NOT NULL,
    source   TEXT NOT NULL,
    PRIMARY KEY (version, code)
);

CREATE TABLE assessments (
    id               INTEGER PRIMARY KEY,
    application_id   INTEGER NOT NULL REFERENCES applications (id),
    criteria_version INTEGER NOT NULL REFERENCES criteria_versions (number),
    note_id          INTEGER,
    assessed_by      BIGINT NOT NULL REFERENCES users (id),
    assessed_on      DATE NOT NULL
);
CREATE INDEX assessments_application ON assessments (application_id);

-- A finding for each criterion: a word, never what the disclosure said.
CREATE TABLE findings (
    assessment_id INTEGER NOT NULL REFERENCES assessments (id),
    code          TEXT NOT NULL,
    finding       TEXT NOT NULL CHECK (finding IN ('not_relevant', 'met', 'not_met', 'not_known', 'considered')),
    PRIMARY KEY (assessment_id, code)
);

-- The decision paper: one decision maker proposes, a second agrees or sends it back.
CREATE TABLE proposals (
    id               INTEGER PRIMARY KEY,
    application_id   INTEGER NOT NULL REFERENCES applications (id),
    person_id        INTEGER NOT NULL REFERENCES people (id),
    outcome          TEXT NOT NULL CHECK (outcome IN ('approved', 'approved_with_conditions', 'refused', 'deferred')),
    criteria_version INTEGER NOT NULL REFERENCES criteria_versions (number),
    policy_number    INTEGER NOT NULL,
    has_trace        BOOLEAN NOT NULL,
    conditions       TEXT NOT NULL DEFAULT '',
    conditions_until DATE,
    note_id          INTEGER,
    state            TEXT NOT NULL CHECK (state IN ('open', 'agreed', 'sent_back')),
    proposed_by      BIGINT NOT NULL REFERENCES users (id),
    proposed_at      TIMESTAMP NOT NULL,
    seconded_by      BIGINT REFERENCES users (id),
    seconded_at      TIMESTAMP,
    sent_back_reason TEXT NOT NULL DEFAULT '',
    decision_id      INTEGER REFERENCES decisions (id),
    approval_id      INTEGER REFERENCES approvals (id),
    decided_on       DATE,
    appeal_by        DATE,
    CHECK (seconded_by IS NULL OR seconded_by <> proposed_by)
);
CREATE INDEX proposals_application ON proposals (application_id);
CREATE INDEX proposals_person ON proposals (person_id);

CREATE TABLE appeals (
    id             INTEGER PRIMARY KEY,
    application_id INTEGER NOT NULL REFERENCES applications (id),
    proposal_id    INTEGER NOT NULL REFERENCES proposals (id),
    person_id      INTEGER NOT NULL REFERENCES people (id),
    lodged_on      DATE NOT NULL,
    is_late        BOOLEAN NOT NULL,
    late_reason    TEXT NOT NULL DEFAULT '',
    state          TEXT NOT NULL CHECK (state IN ('lodged', 'hearing_arranged', 'decided', 'withdrawn')),
    acknowledge_by DATE NOT NULL,
    acknowledged_on DATE,
    hear_by        DATE NOT NULL,
    hearing_at     TIMESTAMP,
    place          TEXT NOT NULL DEFAULT '',
    decide_by      DATE,
    outcome        TEXT CHECK (outcome IN ('upheld', 'varied', 'dismissed', 'remitted')),
    note_id        INTEGER,
    decision_id    INTEGER REFERENCES decisions (id),
    approval_id    INTEGER REFERENCES approvals (id),
    decided_on     DATE,
    decided_by     BIGINT REFERENCES users (id)
);
CREATE UNIQUE INDEX appeals_once ON appeals (proposal_id);
CREATE INDEX appeals_person ON appeals (person_id);
CREATE INDEX appeals_open ON appeals (hear_by, id) WHERE state IN ('lodged', 'hearing_arranged');

CREATE TABLE appeal_panel (
    appeal_id INTEGER NOT NULL REFERENCES appeals (id),
    user_id   INTEGER NOT NULL REFERENCES users (id),
    is_chair  BOOLEAN NOT NULL,
    PRIMARY KEY (appeal_id, user_id)
);
