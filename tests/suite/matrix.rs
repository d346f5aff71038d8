//! The permission matrix: every mounted route × kind of user × standing of the access, as `matrix.csv` says; and for
//! every kind the verbs that no route listens to.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use chaperone::types::UserId;
use rocket::http::Method;
use rocket::local::blocking::Client;

use crate::support::asker::{Asker, client};
use crate::support::database::TestDb;
use crate::support::known::{KINDS, Known};

const VERBS: [Method; 6] = [Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch, Method::Delete];
/// Standings in which an access is worth nothing, and the statement that brings every user into each.
const STANDINGS: [(&str, &str); 4] = [
    ("invited", "UPDATE accesses SET status = 'invited'"),
    ("suspended", "UPDATE accesses SET status = 'suspended'"),
    ("ended", "UPDATE accesses SET status = 'ended'"),
    (
        "disabled",
        "UPDATE accesses SET status = 'active'; UPDATE users SET status = 'disabled' WHERE password_hash IS NOT NULL",
    ),
];
/// Every table in which a request could leave a row.
const TABLES: &[&str] = &[
    "trail",
    "settings",
    "users",
    "contractors",
    "accesses",
    "searches",
    "submissions",
    "password_links",
    "jobs",
    "job_runs",
    "job_requests",
    "outbox",
    "tasks",
    "policies",
    "people",
    "person_names",
    "engagements",
    "evidence",
    "dbs_certificates",
    "status_check_consents",
    "update_subscriptions",
    "status_checks",
    "licences",
    "approvals",
    "decisions",
    "holds",
    "waivers",
    "badges",
    "bulletins",
    "bulletin_texts",
    "bulletin_readers",
    "badge_concerns",
    "leavings",
    "erasures",
    "applications",
    "vault_notes",
    "vault_readings",
    "criteria_versions",
    "assessments",
    "findings",
    "proposals",
    "appeals",
    "appeal_panel",
    "imports",
    "import_files",
    "import_problems",
    "interviews",
    "interview_panel",
    "vault_keys",
    "fuses",
    "check_declarations",
    "check_watches",
    "check_circuits",
    "join_reminders",
    "own_links",
    "dbs_requests",
    "photos",
    "badge_requests",
    "badge_batches",
    "badge_batch_rows",
    "badge_prints",
    "signing_keys",
    "courses",
    "training_sessions",
    "bookings",
    "course_invitations",
];

/// A line of the file.
pub struct Row {
    pub verb: Method,
    pub route: String,
    pub address: String,
    writes: bool,
    codes: HashMap<String, u16>,
}

/// The file.
pub fn rows() -> Vec<Row> {
    let mut file = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(include_str!("matrix.csv").as_bytes());
    let header = file.headers().unwrap().clone();
    let read = |line: csv::StringRecord| Row {
        verb: line[0].parse().unwrap(),
        route: line[1].to_owned(),
        address: line[2].to_owned(),
        writes: &line[3] == "yes",
        codes: header.iter().zip(&line).skip(4).map(|(kind, code)| (kind.to_owned(), code.parse().unwrap())).collect(),
    };
    file.records().map(|line| read(line.unwrap())).collect()
}

/// Whether a route of this pattern would answer at this path.
fn fits(route: &str, path: &str) -> bool {
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(&path).all(|(asked, given)| asked.starts_with('<') || asked == given)
}

/// How many rows every table holds.
fn counts(known: &Known) -> String {
    let one = |table: &&str| format!("(SELECT COUNT(*) FROM {table}) * {}", 1 + table.len() * 31 % 977);
    let sum: Vec<String> = TABLES.iter().map(one).collect();
    known.number(&format!("SELECT CAST({} AS BIGINT) AS n", sum.join(" + "))).to_string()
}

#[test]
fn every_mounted_route_is_in_the_matrix_and_every_row_is_mounted() {
    let test = TestDb::new();
    let client = client(&test);
    let mounted: BTreeSet<String> =
        client.rocket().routes().map(|route| format!("{} {}", route.method, route.uri.path())).collect();
    let rows = rows();
    let listed: BTreeSet<String> = rows.iter().map(|row| format!("{} {}", row.verb, row.route)).collect();
    assert_eq!(listed.len(), rows.len(), "a row is there twice");
    let (missing, stale): (Vec<_>, Vec<_>) =
        (mounted.difference(&listed).collect(), listed.difference(&mounted).collect());
    assert!(missing.is_empty(), "mounted and not in matrix.csv: {missing:#?}");
    assert!(stale.is_empty(), "in matrix.csv and not mounted: {stale:#?}");
}

#[test]
fn everybody_is_answered_as_the_matrix_says() {
    let known = Known::new();
    let client = client(&known.world.test);
    let rows = rows();
    let mut wrong = String::new();
    let mut cells = 0;
    cells += all(&known, &client, &rows, "nobody", None, &mut wrong);
    for kind in KINDS {
        cells += all(&known, &client, &rows, kind, Some(known.user(kind)), &mut wrong);
    }
    let tokens: Vec<(&str, String)> =
        known.users.iter().map(|(kind, user)| (*kind, known.token(*user).reveal().to_owned())).collect();
    for (standing, statement) in STANDINGS {
        known.world.sql(statement);
        for (kind, token) in &tokens {
            cells += some(&known, &client, &rows, (standing, kind), token, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{cells} cells, of which wrong:\n{wrong}");
    assert!(cells > 5_000, "only {cells} cells were asked");
}

/// The rows asked so far of one user, and how many rows the tables held when they were last counted: counting
/// after every request would cost more than the requests.
struct Walk<'k> {
    known: &'k Known,
    rows: &'k [Row],
    column: &'k str,
    kind: &'k str,
    held: String,
    since: usize,
    cells: usize,
    wrong: &'k mut String,
}

/// How many rows of the file may pass between two counts.
const STRETCH: usize = 25;

impl<'k> Walk<'k> {
    fn new(known: &'k Known, rows: &'k [Row], (column, kind): (&'k str, &'k str), wrong: &'k mut String) -> Walk<'k> {
        Walk { known, rows, column, kind, held: counts(known), since: 0, cells: 0, wrong }
    }

    /// One row: its verb, HEAD with GET, and to whom may come in also the verbs that nobody listed.
    fn step(&mut self, at: usize, asker: &Asker<'_>) {
        let row = &self.rows[at];
        let path = self.known.address(&row.address);
        let bare = path.split('?').next().unwrap();
        let listed = row.codes[self.column];
        let may_write = row.writes && listed < 400;
        if may_write {
            self.compare(at);
        }
        for verb in VERBS {
            let own = verb == row.verb || (verb == Method::Head && row.verb == Method::Get);
            let elsewhere = |other: &Row| {
                (other.verb == verb || (verb == Method::Head && other.verb == Method::Get)) && fits(&other.route, bare)
            };
            if !own && (self.column != self.kind || self.rows.iter().any(elsewhere)) {
                continue;
            }
            let expected = if own { listed } else { 404 };
            let code = asker.ask(verb, &path, &[]).code;
            self.cells += 1;
            if code != expected {
                let (kind, column) = (self.kind, self.column);
                writeln!(self.wrong, "{verb} {path} as {kind} ({column}): {code}, not {expected}").unwrap();
            }
        }
        if may_write {
            self.held = counts(self.known);
            self.since = at + 1;
        } else if at + 1 - self.since >= STRETCH || at + 1 == self.rows.len() {
            self.compare(at + 1);
        }
    }

    /// Nothing was written by the rows since the last count, up to this one.
    fn compare(&mut self, until: usize) {
        let now = counts(self.known);
        if now != self.held {
            let asked: Vec<String> =
                self.rows[self.since..until].iter().map(|row| format!("{} {}", row.verb, row.route)).collect();
            let (kind, column) = (self.kind, self.column);
            writeln!(self.wrong, "as {kind} ({column}), one of these left a row somewhere: {asked:?}").unwrap();
        }
        self.held = now;
        self.since = until;
    }
}

/// Every row for somebody whose access is active.
fn all(known: &Known, client: &Client, rows: &[Row], kind: &str, user: Option<UserId>, wrong: &mut String) -> usize {
    let mut asker = Asker::new(client, &known.world.test, None);
    let mut walk = Walk::new(known, rows, (kind, kind), wrong);
    for (at, row) in rows.iter().enumerate() {
        if asker.token.is_none() || row.route == "/sign-out" {
            asker.token = user.map(|user| known.token(user).reveal().to_owned());
        }
        walk.step(at, &asker);
        if row.route == "/sign-out" {
            asker.token = None;
        }
    }
    walk.cells
}

/// Every row for somebody whose sign-in outlived their access. Signing out is left to those whose access is active.
fn some(
    known: &Known,
    client: &Client,
    rows: &[Row],
    (column, kind): (&str, &str),
    token: &str,
    wrong: &mut String,
) -> usize {
    let asker = Asker::new(client, &known.world.test, Some(token.to_owned()));
    let mut walk = Walk::new(known, rows, (column, kind), wrong);
    for (at, row) in rows.iter().enumerate() {
        if row.route != "/sign-out" || column == "disabled" {
            walk.step(at, &asker);
        }
    }
    walk.compare(rows.len());
    walk.cells
}
