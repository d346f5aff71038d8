//! The vault: what opens, for whom, and what is kept of every reading.

use chaperone::domain::permission::Who;
use chaperone::domain::vault::{self, OpenNote};
use chaperone::error::{Error, Result};
use chaperone::store::application::Application;
use chaperone::store::{Db, trail, vault as store};
use chaperone::types::{Access, ApplicationState, NoteKind, Secret};
use diesel::prelude::*;

use crate::log_lines;
use crate::support::account::{active, grant};
use crate::support::case::{applied, case_of, somebody};
use crate::support::council::as_user;
use crate::support::register::{ASSISTANT, Council, faults};

/// Words that occur nowhere else.
pub const CANARY: &str = "zqvault theft of a lawnmower";
const WHY: &str = "To prepare the assessment";

fn write(council: &Council, application: &Application, kind: NoteKind, text: &str) {
    council.act(&council.decider, |tx| vault::write(tx, application.id, kind, text)).unwrap();
}

fn read(council: &Council, who: &Who, application: &Application, reason: &str) -> Result<Vec<OpenNote>> {
    let case = case_of(council, application);
    council.act(who, |tx| vault::read(tx, who, application, &case, None, reason))
}

fn refused<T>(done: Result<T>) -> Option<Error> {
    done.err()
}

#[test]
fn a_note_is_sealed_and_opens_for_a_reason_that_is_kept() {
    log_lines::keep();
    let council = Council::with(ASSISTANT);
    let application = applied(&council, ApplicationState::Interviewed);
    write(&council, &application, NoteKind::Interview, CANARY);
    let kept = council.test.db.read(|c| store::notes(c, application.id, None)).unwrap();
    assert!(!kept[0].sealed.contains("zqvault"));
    let open = read(&council, &council.other, &application, WHY).unwrap();
    assert_eq!((open.len(), open[0].text.as_str(), open[0].written_by), (1, CANARY, council.decider.user));
    let readings = council.test.db.read(|c| store::readings(c, council.person, None, 10)).unwrap();
    assert_eq!((readings.len(), readings[0].what.as_str(), readings[0].reason.as_str()), (1, "all", WHY));
    let seal = council.test.db.seal().clone();
    let told = council.test.db.read(|c| trail::of_person(c, &seal, council.person, None, 10)).unwrap();
    let acts: Vec<&str> = told.iter().take(2).map(|one| one.row.act.as_str()).collect();
    assert_eq!(acts, ["vault.read_outside", "vault.write"]);
    assert_eq!(told[0].reason.as_deref(), Some(WHY));
    let said = |text: &Option<String>| text.as_deref().is_some_and(|text| text.contains("zqvault"));
    assert!(told.iter().all(|one| !said(&one.old) && !said(&one.new) && !said(&one.reason)), "no words in the trail");
    assert!(log_lines::with("zqvault").is_empty());
    council.is_sound();
}

#[test]
fn nobody_reads_without_saying_why() {
    let council = Council::with(ASSISTANT);
    let application = applied(&council, ApplicationState::Interviewed);
    write(&council, &application, NoteKind::Interview, CANARY);
    for reason in ["", "   ", "because", "         x         "] {
        let done = read(&council, &council.decider, &application, reason);
        assert_eq!(faults(done.map(drop))[0].0, "reason", "{reason:?}");
    }
    assert!(council.test.db.read(|c| store::readings(c, council.person, None, 10)).unwrap().is_empty());
}

#[test]
fn those_who_do_not_sit_on_the_case_read_nothing() {
    let council = Council::with(ASSISTANT);
    let application = applied(&council, ApplicationState::Interviewed);
    write(&council, &application, NoteKind::Interview, CANARY);
    let officer = read(&council, &council.officer, &application, WHY);
    assert!(matches!(refused(officer), Some(Error::Forbidden("Only those who sit on this case can read its notes."))));
    for access in [Access::PanelMember, Access::Auditor, Access::ComplianceOfficer, Access::Admin] {
        let other = somebody(&council, &format!("{access}@council.example.org"), access);
        assert!(matches!(refused(read(&council, &other, &application, WHY)), Some(Error::NotFound)), "{access}");
    }
    assert!(council.test.db.read(|c| store::readings(c, council.person, None, 10)).unwrap().is_empty());
}

#[test]
fn a_note_moved_to_another_case_or_kind_or_author_does_not_open() {
    use chaperone::store::schema::{vault_keys as k, vault_notes as n};
    let council = Council::with(ASSISTANT);
    let application = applied(&council, ApplicationState::Interviewed);
    let elsewhere = applied(&council, ApplicationState::Interviewed);
    write(&council, &application, NoteKind::Interview, CANARY);
    write(&council, &elsewhere, NoteKind::Interview, "Nothing of note");
    let change = |work: &dyn Fn(&mut chaperone::store::Conn) -> QueryResult<usize>| {
        council.test.db.read(|c| Ok(work(c)?)).unwrap();
    };
    let own = |c: &mut chaperone::store::Conn| {
        n::table.filter(n::application_id.eq(application.id)).count().get_result::<i64>(c)
    };
    assert_eq!(council.test.db.read(|c| Ok(own(c)?)).unwrap(), 1);
    let is_broken = |of: &Application| matches!(read(&council, &council.decider, of, WHY), Err(Error::Internal { .. }));
    change(&|c| {
        diesel::update(n::table.filter(n::application_id.eq(application.id))).set(n::kind.eq("appeal")).execute(c)
    });
    assert!(is_broken(&application));
    change(&|c| diesel::update(n::table.filter(n::kind.eq("appeal"))).set(n::kind.eq("interview")).execute(c));
    assert!(!is_broken(&application));
    let (officer, decider) = (council.officer.user, council.decider.user);
    change(&|c| diesel::update(n::table).set(n::written_by.eq(officer)).execute(c));
    assert!(is_broken(&application));
    change(&|c| diesel::update(n::table).set(n::written_by.eq(decider)).execute(c));
    let (one, two) = (application.id, elsewhere.id);
    change(&|c| diesel::update(n::table.filter(n::application_id.eq(one))).set(n::application_id.eq(two)).execute(c));
    assert!(is_broken(&elsewhere), "nor with the case's own note beside it");
    let key: String = council.test.db.read(|c| Ok(k::table.find(one).select(k::sealed_key).first(c)?)).unwrap();
    change(&|c| diesel::update(k::table.find(two)).set(k::sealed_key.eq(&key)).execute(c));
    assert!(is_broken(&elsewhere), "nor with its old key carried along");
}

#[test]
fn another_council_key_opens_nothing() {
    let council = Council::with(ASSISTANT);
    let application = applied(&council, ApplicationState::Interviewed);
    write(&council, &application, NoteKind::Interview, CANARY);
    let other = Secret::new("another key altogether, 32 characters or more");
    let db = Db::open(&Secret::new(&council.test.url), 1, &other).unwrap();
    let case = case_of(&council, &application);
    let who = &council.decider;
    let clock = crate::support::account::clock();
    let done = chaperone::domain::command::run(&db, who.user, &clock, |tx| {
        vault::read(tx, who, &application, &case, None, WHY)
    });
    let Err(error) = done else { panic!("it opened") };
    assert!(!error.to_string().contains("zqvault"));
}

#[test]
fn a_case_has_one_key_and_a_note_is_bounded() {
    let council = Council::with(ASSISTANT);
    let application = applied(&council, ApplicationState::Interviewed);
    write(&council, &application, NoteKind::Interview, "One");
    let first = council.test.db.read(|c| store::key(c, application.id)).unwrap();
    write(&council, &application, NoteKind::Reasons, "Two");
    assert_eq!(council.test.db.read(|c| store::key(c, application.id)).unwrap(), first);
    let has = |kind| council.test.db.read(|c| vault::has(c, application.id, kind)).unwrap();
    assert!(has(NoteKind::Interview) && has(NoteKind::Reasons) && !has(NoteKind::Appeal));
    for text in ["  ".to_owned(), "x".repeat(vault::LONGEST_NOTE + 1)] {
        let done = council.act(&council.decider, |tx| vault::write(tx, application.id, NoteKind::Appeal, &text));
        assert_eq!(faults(done)[0].0, "note");
    }
}

#[test]
fn a_decision_maker_who_reads_outside_their_own_cases_is_seen_to() {
    let council = Council::with(ASSISTANT);
    let application = applied(&council, ApplicationState::Interviewed);
    write(&council, &application, NoteKind::Interview, CANARY);
    let assessed = format!(
        "INSERT INTO assessments (application_id, criteria_version, assessed_by, assessed_on) VALUES ({}, 1, {}, '2026-11-20')",
        application.id, council.decider.user
    );
    crate::support::case::sql(&council, &assessed);
    for who in [&council.decider, &council.other] {
        read(&council, who, &application, WHY).unwrap();
    }
    let readings = council.test.db.read(|c| store::readings(c, council.person, None, 10)).unwrap();
    assert_eq!(readings.iter().map(|one| one.is_outside).collect::<Vec<_>>(), [true, false]);
    active(&council.test, "audit@council.example.org", &[grant(Access::Auditor)]);
    let page = as_user(&council.test, "audit@council.example.org");
    let page = page.get(&format!("/people/{}/disclosure-readings", council.person)).body;
    assert_eq!(page.matches("outside their own cases").count(), 1, "{page}");
}
