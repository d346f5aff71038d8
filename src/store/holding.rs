//! Every table that holds something of a person: what a merge does with its rows, what it is called in a subject
//! access file, and what an erasure blanks. A test names the table that is missing here, and the column.

/// What a merge does with the rows of the person who goes into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnMerge {
    /// They become the kept person's.
    Move,
    /// As `Move`, but a row whose like the kept person has is dropped: these columns tell rows of one person apart.
    MoveUnless(&'static [&'static str]),
    /// They go: made anew for the kept person.
    Drop,
    /// `merge` puts them together itself.
    Own,
    /// They stay as they are: the trail and its keys.
    Stay,
}

/// What an erasure does with the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnErase {
    /// They stay, for the figures, with these columns set to these expressions.
    Blank(&'static [(&'static str, &'static str)]),
    /// They go.
    Delete,
    /// They stay sealed: their key goes.
    Stay,
}

/// A table and what becomes of a person's rows in it.
#[derive(Debug, Clone, Copy)]
pub struct Holding {
    /// The table.
    pub table: &'static str,
    /// Its name in a subject access file; none for what is copied from other tables.
    pub title: Option<&'static str>,
    /// What a merge does.
    pub merge: OnMerge,
    /// What an erasure does.
    pub erase: OnErase,
    /// Its columns of text that say nothing of who somebody is.
    pub plain: &'static [&'static str],
}

const fn held(table: &'static str, title: &'static str, merge: OnMerge, erase: OnErase) -> Holding {
    Holding { table, title: Some(title), merge, erase, plain: &[] }
}

impl Holding {
    const fn plain(self, plain: &'static [&'static str]) -> Holding {
        Holding { plain, ..self }
    }

    const fn derived(self) -> Holding {
        Holding { title: None, ..self }
    }
}

use OnErase::{Blank, Delete};
use OnMerge::{Drop, Move, MoveUnless, Own};

/// The tables with a `person_id`, in the order of a subject access file.
pub const HOLDINGS: [Holding; 34] = [
    held("person_names", "Names", Own, Delete).plain(&["kind"]),
    held("engagements", "Engagements", Own, Blank(&[])).plain(&["role", "origin"]),
    held("leavings", "Leaving the register", Move, Blank(&[("reason", "''")])).plain(&["cause"]),
    held("evidence", "Evidence", Move, Blank(&[("reference", "''"), ("facts", "'{}'"), ("reason", "''")]))
        .plain(&["kind", "code", "seen_by", "origin"]),
    held(
        "dbs_certificates",
        "DBS certificates",
        Move,
        Blank(&[("number", "''"), ("forename", "''"), ("surname", "''"), ("reason", "''")]),
    )
    .plain(&["level", "workforce", "barred_lists", "original_seen_by", "source", "origin"]),
    held("status_check_consents", "Consents to status checks", Move, Blank(&[("evidence", "''")]))
        .plain(&["text_version"]),
    held("update_subscriptions", "Update Service subscriptions", Move, Blank(&[])).plain(&["origin"]),
    held("check_watches", "When the next status check is due", Move, Blank(&[])),
    held("status_checks", "Status checks", Move, Blank(&[])).plain(&["result", "checker", "origin"]),
    held("licences", "Licences", Move, Blank(&[("number", "''"), ("reason", "''")])).plain(&["licence_type", "origin"]),
    held("approvals", "Approvals", Move, Blank(&[("conditions", "''"), ("reason", "''")])).plain(&["role", "origin"]),
    held("decisions", "Suitability decisions", Move, Blank(&[("reason", "''")])).plain(&["outcome", "origin"]),
    held("holds", "Holds", Move, Blank(&[("reason", "''"), ("lift_reason", "NULL")])).plain(&["code"]),
    held("waivers", "Waivers", Move, Blank(&[("conditions", "''"), ("reason", "''"), ("withdrawn_reason", "NULL")]))
        .plain(&["role", "requirement", "origin"]),
    held(
        "applications",
        "Applications",
        Move,
        Blank(&[("answers", "'{}'"), ("sort_name", "'erased person'"), ("returned_reason", "''")]),
    )
    .plain(&["reference", "kind", "role", "state", "outcome", "appeal_outcome", "origin"]),
    held("proposals", "Decision papers", Move, Blank(&[("conditions", "''"), ("sent_back_reason", "''")]))
        .plain(&["outcome", "state"]),
    held("appeals", "Appeals", Move, Blank(&[("late_reason", "''"), ("absent_why", "''"), ("place", "''")]))
        .plain(&["state", "outcome"]),
    held("vault_readings", "Who read what a disclosure said", Move, Blank(&[("reason", "''")])).plain(&["what"]),
    held(
        "badges",
        "Badges",
        Move,
        Blank(&[
            ("number", "'erased-' || id"),
            ("opaque", "NULL"),
            ("photo_id", "NULL"),
            ("state_reason", "''"),
            ("state", "CASE WHEN state = 'live' THEN 'returned' ELSE state END"),
        ]),
    )
    .plain(&["role", "state", "origin"]),
    held("photos", "Photographs", Move, Delete).plain(&["digest"]),
    held("badge_requests", "Requests for a badge", Move, Blank(&[("reason", "''")])).plain(&["role", "cause", "state"]),
    held(
        "badge_concerns",
        "Concerns written about them",
        Move,
        Blank(&[("typed", "''"), ("words", "''"), ("name", "''"), ("contact", "''"), ("note", "''")]),
    )
    .plain(&["state"]),
    held("bookings", "Training booked and attended", Move, Blank(&[("reason", "''")])).plain(&["state"]),
    held("course_invitations", "Invitations to training", MoveUnless(&["session_id"]), Blank(&[])),
    held("bulletin_readers", "Bulletins read", MoveUnless(&["bulletin_id"]), Blank(&[])).plain(&["language"]),
    held("clearances", "Standing in each role", Drop, Blank(&[("sort_name", "'erased person'")]))
        .plain(&["role", "status"]),
    held("clearance_items", "What each role asks", Drop, Blank(&[("note", "''")])).plain(&[
        "role",
        "requirement",
        "kind",
        "state",
    ]),
    held(
        "reminders",
        "What contractors were reminded of",
        MoveUnless(&["requirement", "due_on", "lead", "contractor_id"]),
        Blank(&[]),
    )
    .plain(&["requirement"]),
    held(
        "outbox",
        "Letters",
        Move,
        Blank(&[
            ("params", "'{}'"),
            ("subject", "NULL"),
            ("body_text", "NULL"),
            ("body_html", "NULL"),
            ("last_error", "NULL"),
            ("lease_key", "NULL"),
            ("to_email", "CASE WHEN contractor_id IS NULL AND user_id IS NULL THEN '' ELSE to_email END"),
            ("cc_email", "CASE WHEN contractor_id IS NULL AND user_id IS NULL THEN '' ELSE cc_email END"),
            ("state", "CASE WHEN state IN ('pending', 'sending') THEN 'unneeded' ELSE state END"),
        ]),
    )
    .plain(&["letter"]),
    held("erasures", "Erasure", Move, Blank(&[("reason", "''")])).plain(&["ground", "state"]),
    held("person_terms", "", Own, Delete).derived(),
    held("person_keys", "", OnMerge::Stay, Delete).derived().plain(&["sealed"]),
    held("trail", "", OnMerge::Stay, OnErase::Stay).derived().plain(TRAIL),
    held("people", "Details", OnMerge::Stay, OnErase::Stay).derived().plain(PEOPLE),
];

/// The tables of a person's applications, by `application_id`: a merge leaves them with their application.
pub const CASES: [Holding; 8] = [
    held("own_links", "Links sent to them", OnMerge::Stay, Blank(&[("sent_to", "''")])).plain(&["token_hash"]),
    held("dbs_requests", "DBS applications", OnMerge::Stay, Blank(&[("reference", "''")])).plain(&[
        "level",
        "workforce",
        "basis",
        "trouble",
    ]),
    held("interviews", "Interviews", OnMerge::Stay, Blank(&[("place", "''")])).plain(&["state"]),
    held("assessments", "Assessments", OnMerge::Stay, Blank(&[])),
    held("vault_notes", "Interview notes", OnMerge::Stay, Delete),
    held("vault_keys", "", OnMerge::Stay, Delete).derived(),
    held("fuses", "Retention of interview notes", OnMerge::Stay, Blank(&[("delay_reason", "''"), ("proof", "''")]))
        .plain(&["state"]),
    held("findings", "", OnMerge::Stay, OnErase::Stay).derived().plain(&["code", "finding"]),
];

/// Sealed under the person's key, or words of ours.
const TRAIL: &[&str] = &["act", "subject_kind", "old_value", "new_value", "reason", "prev_hash", "hash"];
/// The person's own row is blanked by `person::blank`.
const PEOPLE: &[&str] = &["reference", "forename", "surname", "sort_name", "email", "phone", "origin", "import_digest"];
