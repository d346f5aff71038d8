//! Erasure: what refuses it, who carries it out, and that nothing says afterwards who it was.

use chaperone::store::{erasure, trail};
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::database::TestDb;
use crate::support::desk::Desk;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::{Line, START, person};

/// What says who the person was, in any spelling of ours.
const WHO: [&str; 8] =
    ["Zqforename", "Zqsurname", "zqsurname", "ZQREF1", "zqmail", "01632960731", "001299887766", "zqreason"];

/// Somebody who was never approved.
fn applicant() -> Line {
    person(1, FIRM)
        .with("ref", "ZQREF1")
        .with("forename", "Zqforename")
        .with("surname", "Zqsurname")
        .with("email", "zqmail@home.example.org")
        .with("phone", "01632960731")
        .with("dbs_certificate_number", "001299887766")
        .with("badge_number", "")
        .with("badge_issued", "")
        .with("badge_expiry", "")
}

fn ask(desk: &Desk, id: chaperone::types::PersonId) -> crate::support::browser::Answer {
    let page = format!("/people/{id}/erasure");
    desk.decider.fill(&page, &page, &[("ground", "request"), ("reason", "zqreason: wrote to us")])
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// Every value of every text column of the database, or the bytes of its files.
fn all_that_is_kept(test: &TestDb) -> String {
    if !test.is_postgres() {
        let file = test.url.strip_prefix("sqlite://").unwrap().to_owned();
        let bytes = ["", "-wal"].map(|end| std::fs::read(format!("{file}{end}")).unwrap_or_default()).concat();
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let words = |conn: &mut chaperone::store::Conn, query: String| {
        let found: Vec<Word> = diesel::sql_query(query).load(conn).unwrap();
        found.into_iter().map(|one| one.word).collect::<Vec<String>>()
    };
    test.db
        .read(|conn| {
            let columns = "SELECT table_name || '|' || column_name AS word FROM information_schema.columns
                           WHERE table_schema = current_schema() AND data_type IN ('text', 'character varying')";
            let mut all = String::new();
            for column in words(conn, columns.into()) {
                let (table, column) = column.split_once('|').unwrap();
                let values = format!("SELECT {column}::text AS word FROM {table} WHERE {column} IS NOT NULL");
                all.push_str(&words(conn, values).join("\n"));
            }
            Ok(all)
        })
        .unwrap()
}

#[test]
fn case_22_an_erased_person_is_named_nowhere_and_the_trail_stays_whole() {
    let desk = Desk::of(&[applicant(), person(2, OTHER_FIRM)]);
    let (test, id) = (&desk.world.test, desk.id("ZQREF1"));
    desk.world.import(START, &[applicant().with("forename", "Zqforenamed")]);
    desk.officer.fill("/people", "/people/search", &[("term", "zqsurname")]);
    desk.hold(id, "zqreason of the police");
    let body = desk.second.get(&format!("/people/{id}")).body;
    let lift = body.split("href=\"").find(|rest| rest.contains("/lift\"")).unwrap().split('"').next().unwrap();
    desk.second.fill(lift, lift, &[("reason", "zqreason again")]);
    desk.world.night(START);
    assert_eq!(desk.leave(id, "other").status.code, 303);
    desk.world.night("2026-11-23");
    let before = all_that_is_kept(test);
    assert!(WHO.iter().all(|word| before.contains(word)), "the seed is there");

    assert_eq!(ask(&desk, id).status.code, 303);
    let confirm = format!("/people/{id}/erasure/confirm");
    let page = format!("/people/{id}/erasure");
    assert_eq!(desk.officer.get(&page).status.code, 403);
    assert_eq!(desk.decider.fill(&page, &confirm, &[]).status.code, 403, "who asked does not confirm");
    assert_eq!(desk.second.fill(&page, &confirm, &[]).status.code, 303);

    let after = all_that_is_kept(test);
    let left: Vec<&str> = WHO.into_iter().filter(|word| after.contains(word)).collect();
    assert!(left.is_empty(), "still there: {left:?}");
    let person_page = desk.officer.get(&format!("/people/{id}")).body;
    assert!(person_page.contains("Erased person") && !person_page.contains("/leaving"));
    let rows = test.db.read(|conn| trail::of_person(conn, test.db.seal(), id, None, 100)).unwrap();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.old.is_none() && row.new.is_none() && row.reason.is_none()));
    assert_eq!(desk.officer.fill(&format!("/people/{id}/edit"), &format!("/people/{id}/edit"), &[]).status.code, 409);
    assert_eq!(desk.firm.get(&format!("/people/{id}")).status.code, 404);
    desk.is_sound();
}

#[test]
fn an_erasure_takes_the_rows_merged_into_the_person_with_it() {
    let twin =
        applicant().with("ref", "ZQREF2").with("contractor", OTHER_FIRM).with("dbs_certificate_number", "001299887767");
    let desk = Desk::of(&[applicant(), twin, person(3, OTHER_FIRM)]);
    let (id, gone) = (desk.id("ZQREF1"), desk.id("ZQREF2"));
    let page = format!("/people/{id}/merge/{gone}");
    assert_eq!(desk.decider.fill(&page, &page, &[("reason", "One person")]).status.code, 303);
    assert_eq!(desk.leave(id, "other").status.code, 303);
    assert_eq!(ask(&desk, id).status.code, 303);
    let page = format!("/people/{id}/erasure");
    assert_eq!(desk.second.fill(&page, &format!("{page}/confirm"), &[]).status.code, 303);
    let after = all_that_is_kept(&desk.world.test);
    assert!(!after.contains("ZQREF2") && !after.contains("Zqsurname") && !after.contains("001299887767"));
    desk.is_sound();
}

#[test]
fn what_has_to_be_kept_is_named_with_its_day_and_refuses_the_erasure() {
    let refused = person(1, FIRM)
        .with("dbs_trace", "yes")
        .with("suitability_outcome", "unsuitable")
        .with("suitability_date", "2026-06-05");
    let desk = Desk::of(&[refused, person(2, OTHER_FIRM), applicant()]);
    let page = |reference: &str| format!("/people/{}/erasure", desk.id(reference));
    let said = desk.decider.get(&page("T00001")).body;
    assert!(said.contains("They work for a contractor"));
    assert!(said.contains("found unsuitable") && said.contains("until 5 June 2032"));
    assert_eq!(ask(&desk, desk.id("T00001")).status.code, 409);
    desk.leave(desk.id("T00002"), "own_wish");
    let said = desk.decider.get(&page("T00002")).body;
    assert!(said.contains("They were approved") && said.contains("until 21 November 2032"));
    assert_eq!(ask(&desk, desk.id("T00002")).status.code, 409);
    let id = desk.id("ZQREF1");
    desk.hold(id, "An allegation");
    desk.leave(id, "other");
    assert!(desk.decider.get(&page("ZQREF1")).body.contains("A hold is in place"));
    assert_eq!(ask(&desk, id).status.code, 409);
}

#[test]
fn an_erasure_is_withdrawn_with_a_reason() {
    let desk = Desk::of(&[applicant(), person(2, OTHER_FIRM)]);
    let id = desk.id("ZQREF1");
    desk.leave(id, "other");
    let page = format!("/people/{id}/erasure");
    let empty = desk.decider.fill(&page, &page, &[]);
    assert_eq!(empty.status.code, 422);
    ask(&desk, id);
    assert!(desk.world.tasks().contains(&"erasure".to_owned()));
    assert_eq!(ask(&desk, id).status.code, 409, "one at a time");
    let withdraw = format!("{page}/withdraw");
    assert_eq!(desk.decider.fill(&page, &withdraw, &[("reason", "")]).status.code, 422);
    assert_eq!(desk.decider.fill(&page, &withdraw, &[("reason", "They changed their mind")]).status.code, 303);
    assert!(desk.world.test.db.read(|conn| erasure::asked(conn, id)).unwrap().is_none());
    assert!(!desk.world.tasks().contains(&"erasure".to_owned()));
    desk.is_sound();
}

#[test]
fn what_was_sent_in_for_them_and_never_linked_goes_with_them() {
    let desk = Desk::of(&[applicant().with("date_of_birth", "1980-03-31"), person(2, OTHER_FIRM)]);
    let id = desk.id("ZQREF1");
    let made = |born: &str| {
        crate::support::application::application(&desk.world.test, None, |row| {
            row.state = chaperone::types::ApplicationState::Withdrawn;
            row.sort_name = "zqsurname zqforename".into();
            row.answers = format!(r#"{{"forename":"Zqforename","surname":"Zqsurname","date_of_birth":"{born}"}}"#);
        })
    };
    let (theirs, another) = (made("1980-03-31"), made("1981-03-31"));
    desk.leave(id, "own_wish");
    assert_eq!(ask(&desk, id).status.code, 303);
    let page = format!("/people/{id}/erasure");
    assert_eq!(desk.second.fill(&page, &format!("{page}/confirm"), &[]).status.code, 303);
    let answers = |id| crate::support::application::stands(&desk.world.test, id).answers;
    assert_eq!(answers(theirs), "{}");
    assert!(answers(another).contains("Zqsurname"), "somebody else of the same name");
}
