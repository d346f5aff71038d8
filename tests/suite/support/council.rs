//! A council with people, taken from a register file, and its usual users.

use chaperone::domain::import::{ColumnMap, apply, read};
use chaperone::store::contractor::{self, Contractor};
use chaperone::types::{Access, UserId};

use super::account::{active, clock, firm_grant, grant};
use super::browser::Browser;
use super::database::{TestDb, day};

/// One address for each access, by the word it is stored under.
pub const STAFF: [(&str, Access); 5] = [
    ("admin@council.example.org", Access::Admin),
    ("officer@council.example.org", Access::Officer),
    ("decider@council.example.org", Access::DecisionMaker),
    ("inspector@council.example.org", Access::ComplianceOfficer),
    ("auditor@council.example.org", Access::Auditor),
];

/// A register of `people`, and a user of each access; the contractor's is of the first firm.
pub fn council(people: u32) -> TestDb {
    let test = TestDb::new();
    take(&test, people);
    for (email, access) in STAFF {
        active(&test, email, &[grant(access)]);
    }
    if let Some(firm) = firms(&test).first() {
        active(&test, "firm@contractor.example.org", &[firm_grant(firm.id)]);
    }
    test
}

/// Imports an invented register.
pub fn take(test: &TestDb, people: u32) -> apply::Done {
    let mut csv = Vec::new();
    chaperone::cli::demo::write_csv(&mut csv, chaperone::cli::demo::register(people, 1, day("2026-11-22"))).unwrap();
    take_file(test, &csv)
}

/// Imports this file.
pub fn take_file(test: &TestDb, csv: &[u8]) -> apply::Done {
    let sheet = read(csv, "register.csv").unwrap();
    let map = ColumnMap::of(&sheet.header).unwrap();
    let order = apply::Order { file_name: "register.csv", dry_run: false, by: UserId::SYSTEM };
    let begun = apply::begin(&test.db, &clock(), order, &sheet).unwrap();
    apply::apply(&test.db, &clock(), begun, &sheet, &map, |_| {}).unwrap()
}

/// The firms, by name.
pub fn firms(test: &TestDb) -> Vec<Contractor> {
    test.db.read(|conn| contractor::list(conn, None, "", None, 1000)).unwrap()
}

/// A browser in which this user has signed in.
pub fn as_user(test: &TestDb, email: &str) -> Browser {
    let browser = Browser::new(test);
    assert_eq!(browser.sign_in(email).status.code, 303, "{email}");
    browser
}

/// How each access is answered at `path`: admin, officer, decision maker, compliance officer, auditor, contractor,
/// and who is not signed in.
pub fn answers(test: &TestDb, path: &str) -> [u16; 7] {
    let emails = STAFF.map(|(email, _)| email);
    let mut found = [0; 7];
    for (place, email) in emails.into_iter().chain(["firm@contractor.example.org"]).enumerate() {
        found[place] = as_user(test, email).get(path).status.code;
    }
    found[6] = Browser::new(test).get(path).status.code;
    found
}
