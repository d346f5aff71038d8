//! Two rows of one person: put together with both histories, or found to be two people.

use chaperone::store::{badge, engagement, person as people, task};
use chaperone::types::Status;

use crate::support::desk::Desk;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::{Line, START, address, person};

/// The same person under another reference and a variant of the name, at the other firm.
fn twin() -> Line {
    person(2, OTHER_FIRM).with("surname", "Personb").with("forename", "Annie").with("phone", "01632 960 001")
}

fn merge(desk: &Desk, fields: &[(&str, &str)]) -> crate::support::browser::Answer {
    let page = format!("/people/{}/merge/{}", desk.id("T00001"), desk.id("T00002"));
    desk.decider.fill(&page, &page, fields)
}

#[test]
fn case_28_two_imports_of_one_person_are_merged_and_both_histories_stay() {
    let desk = Desk::of(&[person(1, FIRM).with("email", "ann@home.example.org"), twin(), person(3, FIRM)]);
    let (kept, gone) = (desk.id("T00001"), desk.id("T00002"));
    let before = desk.seen_by(&desk.firm, &[kept, gone]);
    let page = desk.decider.get(&format!("/people/{kept}/merge/{gone}")).body;
    assert!(["T00001", "T00002", "Annie", FIRM, OTHER_FIRM, "001200000002"].iter().all(|text| page.contains(text)));
    assert_eq!(merge(&desk, &[("name", "kept"), ("reason", "")]).status.code, 422);
    assert_eq!(desk.officer.get(&format!("/people/{kept}/merge/{gone}")).status.code, 403);
    let done = merge(&desk, &[("name", "kept"), ("reason", "Same passport")]);
    assert_eq!(done.to(), (303, format!("/people/{kept}").as_str()));

    assert_eq!(desk.officer.get(&format!("/people/{gone}")).to(), (303, format!("/people/{kept}").as_str()));
    let history = desk.officer.get(&format!("/people/{kept}/history")).body;
    assert_eq!(history.matches("Taken from an imported register").count(), 2);
    assert!(history.contains("Same passport") && history.contains("T00002"));
    let page = desk.officer.get(&format!("/people/{kept}")).body;
    assert!(page.contains("Annie Personb") && page.contains("01632 960 001") && page.contains(OTHER_FIRM));
    let db = &desk.world.test.db;
    let works = db.read(|conn| engagement::of_people(conn, &[kept, gone])).unwrap();
    assert!(works.len() == 2 && works.iter().all(|work| work.person_id == kept));
    assert_eq!(db.read(|conn| badge::of_person(conn, kept)).unwrap().len(), 2);
    assert_eq!(desk.status(kept), Status::Cleared);

    assert_eq!(desk.seen_by(&desk.firm, &[kept, gone]), before, "the first firm sees nothing of it");
    let theirs = desk.other_firm.get(&format!("/people/{kept}"));
    assert_eq!(theirs.status.code, 200);
    assert!(!theirs.body.contains(FIRM));
    assert_eq!(desk.other_firm.get(&format!("/people/{gone}")).status.code, 404);

    assert_eq!(desk.decider.get(&format!("/people/{kept}/merge/{kept}")).status.code, 409);
    assert_eq!(desk.decider.get(&format!("/people/{kept}/merge/{gone}")).status.code, 404);
    assert_eq!(desk.decider.get(&format!("/people/{gone}/merge/{kept}")).status.code, 404);
    desk.is_sound();
}

#[test]
fn case_28_a_later_import_under_the_merged_reference_finds_the_kept_person() {
    let desk = Desk::of(&[person(1, FIRM), twin()]);
    let kept = desk.id("T00001");
    merge(&desk, &[("name", "kept"), ("reason", "Same passport")]);
    let again = twin().with("forename", "Ann").with("phone", "01632 960 002");
    let lines = [person(1, FIRM), again.clone()];
    assert_eq!(desk.world.import(START, &lines).import.taken, 1);
    let row = desk.world.test.db.read(|conn| people::by_ids(conn, &[kept])).unwrap().remove(0);
    assert_eq!(row.phone, "01632 960 002");
    let done = desk.world.import(START, &lines);
    assert_eq!((done.import.taken, done.import.unchanged), (0, 2));
    desk.officer.get("/people");
    let found = desk.officer.fill("/people", "/people/search", &[("term", "T00002")]);
    let list = desk.officer.get(found.to().1).body;
    assert!(list.contains(&format!("/people/{kept}")), "the old reference finds them");
    desk.is_sound();
}

#[test]
fn the_stricter_standing_wins_and_only_the_firm_that_did_not_know_is_told() {
    let trace = |line: Line, outcome: &str, on: &str| {
        line.with("dbs_trace", "yes").with("suitability_outcome", outcome).with("suitability_date", on)
    };
    let desk = Desk::of(&[trace(person(1, FIRM), "suitable", "2026-06-05"), trace(twin(), "unsuitable", "2026-06-02")]);
    let kept = desk.id("T00001");
    assert_eq!(desk.status(kept), Status::Cleared);
    assert_eq!(merge(&desk, &[("reason", "Same passport")]).status.code, 303);
    assert_eq!(desk.status(kept), Status::Suspended);
    assert_eq!(desk.told("hold_notice"), [address(FIRM)]);
    assert_eq!(desk.letters("suspension").len(), 1);
    desk.is_sound();
}

#[test]
fn an_open_hold_comes_along_with_the_merged_row() {
    let desk = Desk::of(&[person(1, FIRM), twin()]);
    let (kept, gone) = (desk.id("T00001"), desk.id("T00002"));
    desk.hold(gone, "An allegation");
    assert_eq!(merge(&desk, &[("reason", "Same passport")]).status.code, 303);
    assert_eq!(desk.status(kept), Status::Suspended);
    assert_eq!(desk.told("hold_notice"), [address(FIRM), address(OTHER_FIRM)]);
    desk.is_sound();
}

#[test]
fn what_both_rows_have_is_combined() {
    let one = person(1, FIRM);
    let two = person(2, FIRM).with("surname", "Personb").with("dbs_certificate_number", "001200000001");
    let desk = Desk::of(&[one, two, person(3, OTHER_FIRM)]);
    let kept = desk.id("T00001");
    desk.world.sql(
        "INSERT INTO reminders (person_id, requirement, due_on, lead, contractor_id, owed_on)
         SELECT id, 'first_aid', '2029-06-01', 30, (SELECT MIN(id) FROM contractors), '2026-11-01' FROM people
         WHERE reference IN ('T00001', 'T00002')",
    );
    assert_eq!(merge(&desk, &[("reason", "Same passport")]).status.code, 303);
    let works = desk.world.test.db.read(|conn| engagement::of_people(conn, &[kept])).unwrap();
    assert_eq!(works.len(), 1, "one engagement at one firm in one role");
    assert_eq!(desk.status(kept), Status::Cleared);
    desk.is_sound();
}

#[test]
fn a_likely_duplicate_is_found_to_be_two_people() {
    let desk = Desk::of(&[person(1, FIRM), person(2, OTHER_FIRM).with("surname", "Personb")]);
    let (one, other) = (desk.id("T00001"), desk.id("T00002"));
    let open = || desk.world.test.db.read(|conn| task::open_ones(conn, Some("possible_duplicate"), None, 10)).unwrap();
    let found = open().remove(0);
    let page = format!("/people/{one}/merge/{other}");
    assert!(desk.decider.get(&format!("/tasks/{}", found.id)).body.contains(&page));
    assert!(desk.decider.get(&format!("/people/{one}/merge")).body.contains(&page));
    let apart = format!("{page}/apart");
    assert_eq!(desk.decider.fill(&page, &apart, &[("apart_reason", "")]).status.code, 422);
    assert_eq!(desk.decider.fill(&page, &apart, &[("apart_reason", "Twins by name only")]).status.code, 303);
    assert!(open().is_empty());
    assert!(desk.officer.get(&format!("/people/{other}/history")).body.contains("Twins by name only"));
    let look =
        desk.decider.fill(&format!("/people/{one}/merge"), &format!("/people/{one}/merge"), &[("term", "personb")]);
    assert!(look.body.contains(&page));
    desk.is_sound();
}
