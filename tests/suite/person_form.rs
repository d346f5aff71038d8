//! Registering and editing people: references, names, likely duplicates, and two people at one form.

use chaperone::domain::person::{self, CONFIRM, Details, Registration};
use chaperone::domain::{command, submission};
use chaperone::error::Error;
use chaperone::store::person as stored;
use chaperone::types::{Access, NameKind, PersonId, Reach};

use crate::register::{import, line};
use crate::support::account::{active, clock, grant};
use crate::support::browser::Browser;
use crate::support::database::day;
use crate::support::register::*;

fn found(council: &Council, id: PersonId) -> stored::Person {
    council.test.db.read(|c| stored::find(c, id, &Reach::Everyone)).unwrap()
}

#[test]
fn references_are_given_in_turn_and_every_name_is_kept() {
    let council = Council::with(ASSISTANT);
    assert_eq!(found(&council, council.person).reference, "C000001");
    let second = council.register("Bronwen", "Pryce", ASSISTANT);
    assert_eq!(found(&council, second).reference, "C000002");
    let new = Registration {
        details: details("  Siân   Mair ", "O’Brien"),
        former_names: vec![("Siân".into(), "Pugh".into())],
        engagement: chaperone::domain::engagement::NewEngagement {
            contractor: Some(council.firm),
            role: ASSISTANT.into(),
            starts_on: Some(day("2026-11-22")),
        },
        not_the_same: false,
    };
    let third = council.act(&council.officer, |tx| person::register(tx, &council.officer, &new)).unwrap();
    assert_eq!(found(&council, third).full_name(), "Siân Mair O’Brien");
    let names = council.test.db.read(|c| stored::names(c, third)).unwrap();
    assert_eq!(names.iter().map(|name| name.kind).collect::<Vec<_>>(), [NameKind::Former, NameKind::Current]);
    council.is_sound();
}

#[test]
fn a_reference_from_elsewhere_does_not_stop_the_count() {
    let council = Council::with(ASSISTANT);
    let others = ["CAR-17", "CC0012", "C12", "C1000000", "C9X9999"];
    let lines: Vec<_> = others.iter().map(|code| line(code, "Ann", code, "Ashdown Cars", false)).collect();
    import(&council.test, &lines);
    let given = |surname| found(&council, council.register("Bo", surname, ASSISTANT)).reference;
    assert_eq!([given("Ray"), given("Roy")], ["C000002", "C000003"]);
}

#[test]
fn details_that_cannot_be_are_refused_all_at_once() {
    let council = Council::with(ASSISTANT);
    let fields = |details: Details| {
        let new = Registration { details, ..Registration::default() };
        let done = council.act(&council.officer, |tx| person::register(tx, &council.officer, &new));
        faults(done).into_iter().map(|(field, _)| field).collect::<Vec<_>>()
    };
    assert_eq!(fields(Details::default()), ["surname", "date_of_birth", "contractor", "role", "starts_on"]);
    let wrong = Details {
        date_of_birth: Some(day("2010-11-23")),
        email: "a@b".into(),
        phone: "call me".into(),
        ..details("A", "B")
    };
    assert_eq!(fields(wrong)[..3], ["date_of_birth", "email", "phone"]);
}

#[test]
fn a_likely_duplicate_is_saved_only_once_confirmed() {
    let council = Council::with(ASSISTANT);
    let mut new = Registration {
        details: details("amina", "OKAFOR"),
        engagement: chaperone::domain::engagement::NewEngagement {
            contractor: Some(council.firm),
            role: DRIVER.into(),
            starts_on: Some(day("2026-11-22")),
        },
        ..Registration::default()
    };
    let register = |new: &Registration| council.act(&council.officer, |tx| person::register(tx, &council.officer, new));
    assert_eq!(faults(register(&new))[0].0, CONFIRM);
    new.not_the_same = true;
    assert_ne!(register(&new).unwrap(), council.person);
    council.is_sound();
}

#[test]
fn a_rename_keeps_the_former_name_findable_and_a_new_date_of_birth_needs_a_reason() {
    let council = Council::with(ASSISTANT);
    let old = details("Amina", "Okafor");
    let edit = |new: &Details, why: &str, based_on: &Details| {
        chaperone::domain::command::run_if_needed(
            &council.test.db,
            council.officer.user,
            &crate::support::account::clock(),
            |tx| person::edit(tx, &council.officer, council.person, new, why, &based_on.fingerprint()),
        )
    };
    assert!(!edit(&old, "", &old).unwrap(), "nothing changed");
    let before = council.trail();
    let married = details("Amina", "Brown");
    assert!(edit(&married, "", &old).unwrap());
    assert_eq!(council.trail(), before + 1);
    let names = council.test.db.read(|c| stored::names(c, council.person)).unwrap();
    assert!(names.iter().any(|name| (name.kind, name.surname.as_str()) == (NameKind::Former, "Okafor")));
    assert!(matches!(edit(&details("A", "B"), "", &old), Err(Error::Conflict(_))), "it moved meanwhile");
    let younger = Details { date_of_birth: Some(day("1981-03-31")), ..married.clone() };
    assert_eq!(faults(edit(&younger, "", &married))[0].0, "reason");
    edit(&younger, "Passport seen", &married).unwrap();
    council.is_sound();
}

#[test]
fn the_pages_register_one_person_and_edit_them() {
    let council = Council::with(ASSISTANT);
    active(&council.test, "of@council.example.org", &[grant(Access::Officer)]);
    let browser = Browser::new(&council.test);
    browser.sign_in("of@council.example.org");
    let firm = council.firm.to_string();
    let mut fields = vec![
        ("forename", "Amina"),
        ("surname", "Okafor"),
        ("former_names", "Amina Bello"),
        ("date_of_birth-day", "31"),
        ("date_of_birth-month", "3"),
        ("date_of_birth-year", "1980"),
        ("contractor", firm.as_str()),
        ("role", DRIVER),
        ("starts_on-day", "22"),
        ("starts_on-month", "11"),
        ("starts_on-year", "2026"),
    ];
    let doubtful = fill(&browser, "/people/new", &fields);
    assert_eq!(doubtful.status.code, 422);
    assert!(doubtful.body.contains("reference C000001") && doubtful.body.contains("value=\"Amina\""));
    fields.push((CONFIRM, "yes"));
    let done = fill_twice(&browser, "/people/new", &fields, 3);
    assert_eq!(done.to(), (303, "/people/2"));
    assert!(council.test.db.read(|c| stored::by_reference(c, "C000003")).unwrap().is_none(), "registered once");

    let mine = browser.get("/people/2/edit").body;
    let changed = [
        ("surname", "Brown"),
        ("date_of_birth-day", "31"),
        ("date_of_birth-month", "3"),
        ("date_of_birth-year", "1980"),
    ];
    assert_eq!(fill(&browser, "/people/2/edit", &changed).to().0, 303);
    let (csrf, key, base) = (hidden(&mine, "csrf"), hidden(&mine, "submission"), hidden(&mine, "based_on"));
    let stale: Vec<_> =
        changed.into_iter().chain([("csrf", csrf.as_str()), ("submission", &key), ("based_on", &base)]).collect();
    let late = browser.send("/people/2/edit", &stale);
    assert_eq!(late.status.code, 409);
    assert!(late.body.contains("Somebody changed these details after you opened the form."));
    assert_eq!(fill(&browser, "/people/2/edit", &[("surname", "")]).status.code, 422);
    let keyless = browser.send("/people/2/edit", &[("csrf", csrf.as_str()), ("surname", "X")]);
    assert_eq!(keyless.status.code, 409, "a form without its key does nothing");
    assert_eq!(browser.get("/people/99/edit").status.code, 404);
    council.is_sound();
}

#[test]
fn a_key_that_reads_like_another_is_a_key_of_its_own() {
    let council = Council::with(ASSISTANT);
    let user = council.officer.user;
    let (one, other) = ("a".repeat(32), "_".repeat(32));
    let once = |key: &str, to: &str| {
        let to = to.to_owned();
        command::run_if_needed(&council.test.db, user, &clock(), |tx| submission::once(tx, key, |_| Ok(to))).unwrap()
    };
    assert_eq!([once(&one, "/one"), once(&one, "/two")], ["/one", "/one"]);
    let led_to = |key: &str| council.test.db.read(|c| submission::led_to(c, user, key)).unwrap();
    assert_eq!((led_to(&one).as_deref(), led_to(&other)), (Some("/one"), None));
    assert_eq!(once(&other, "/other"), "/other");
}
