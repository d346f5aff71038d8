-- The Update Service watch: who answers for the questions, what is asked when, and whether the service is believed.

ALTER TABLE update_subscriptions ADD COLUMN volunteer BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE update_subscriptions ADD COLUMN lost BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX dbs_certificates_issued ON dbs_certificates (issued_on);
CREATE INDEX status_checks_day ON status_checks (checked_on, id);

CREATE TABLE check_declarations (
    id           INTEGER PRIMARY KEY,
    user_id      BIGINT NOT NULL REFERENCES users (id),
    forename     TEXT NOT NULL,
    surname      TEXT NOT NULL,
    text_version TEXT NOT NULL,
    accepted_at  TIMESTAMP NOT NULL,
    withdrawn_at TIMESTAMP
);
CREATE UNIQUE INDEX check_declarations_live ON check_declarations (user_id) WHERE withdrawn_at IS NULL;

CREATE TABLE check_watches (
    subscription_id INTEGER PRIMARY KEY REFERENCES update_subscriptions (id),
    person_id       INTEGER NOT NULL REFERENCES people (id),
    next_check_on   DATE,
    tried_at        TIMESTAMP,
    failures        INTEGER NOT NULL DEFAULT 0,
    strikes         INTEGER NOT NULL DEFAULT 0,
    struck_on       DATE,
    verified_on     DATE,
    grace_until     DATE
);
CREATE INDEX check_watches_person ON check_watches (person_id);
CREATE INDEX check_watches_next ON check_watches (next_check_on, subscription_id) WHERE next_check_on IS NOT NULL;
CREATE INDEX check_watches_struck ON check_watches (subscription_id) WHERE strikes > 0;

CREATE TABLE check_circuits (
    id        INTEGER PRIMARY KEY,
    opened_at TIMESTAMP NOT NULL,
    cause     TEXT NOT NULL CHECK (cause IN ('no_match', 'errors')),
    asked     BIGINT NOT NULL,
    failed    BIGINT NOT NULL,
    closed_at TIMESTAMP
);
CREATE INDEX check_circuits_open ON check_circuits (id) WHERE closed_at IS NULL;

CREATE TABLE join_reminders (
    certificate_id INTEGER NOT NULL REFERENCES dbs_certificates (id),
    day            INTEGER NOT NULL,
    told_on        DATE NOT NULL,
    PRIMARY KEY (certificate_id, day)
);

-- Subscriptions of a register that is older than the watch, over the week.
INSERT INTO check_watches (subscription_id, person_id, next_check_on)
SELECT id, person_id, date('now', '+' || (id % 7) || ' days') FROM update_subscriptions WHERE ended_on IS NULL;
