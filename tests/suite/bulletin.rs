//! Bulletins: written, published, given to whom they reach, chased, withdrawn; and what a clearance makes of them.

use chaperone::domain::bulletin::{self, Draft, Words, words::Asked};
use chaperone::domain::policy::{self, Params, Policy, Requirement};
use chaperone::domain::{command, permission::Who};
use chaperone::error::{Error, Result};
use chaperone::store::bulletin::reader;
use chaperone::store::{Tx, bulletin as store, clearance};
use chaperone::types::{Access, BulletinId, BulletinState, ContractorId, ItemState, Kind, PersonId, Strength, UserId};

use crate::support::account::{active, clock, grant, who};
use crate::support::badge::firm;
use crate::support::database::{TestDb, day};
use crate::support::desk::{Desk, ROLE};
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::person;

/// The words of a bulletin whose right answers are the first and the second option.
pub fn words(title: &str) -> Words {
    let asked = |text: &str, right: &str| Asked {
        text: text.into(),
        options: "To a named adult\nTo anybody\nTo nobody".into(),
        right: right.into(),
    };
    Words {
        title: title.into(),
        body: "Hand each pupil over to a named adult.\n\nRing if nobody comes.".into(),
        questions: vec![asked("To whom do you hand over?", "1"), asked("To whom do you never hand over?", "2")],
    }
}

/// A draft for everybody, to be read in a fortnight.
pub fn draft() -> Draft {
    Draft { words: words("Handing over"), mandatory: true, read_by: Some(day("2026-12-06")), ..Draft::default() }
}

/// Somebody of the team, for commands.
pub fn team(test: &TestDb) -> Who {
    who(test, active(test, "writer@council.example.org", &[grant(Access::Officer)]))
}

pub fn act<T>(test: &TestDb, by: &Who, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
    command::run(&test.db, by.user, &clock(), work)
}

/// Writes, publishes and spreads a bulletin.
pub fn published(test: &TestDb, by: &Who, draft: &Draft) -> BulletinId {
    let id = act(test, by, |tx| bulletin::create(tx, by, draft)).unwrap();
    act(test, by, |tx| bulletin::publish(tx, by, id)).unwrap();
    bulletin::spread(&test.db, &clock(), by.user, id).unwrap();
    id
}

/// Who was given a bulletin.
pub fn given(test: &TestDb, id: BulletinId) -> Vec<PersonId> {
    test.db.read(|conn| reader::people(conn, id)).unwrap()
}

fn mail(desk: &Desk, reference: &str, to: &str) {
    desk.world.sql(&format!("UPDATE people SET email = '{to}' WHERE reference = '{reference}'"));
}

fn item(desk: &Desk, id: PersonId) -> ItemState {
    let (_, items) = desk.world.test.db.read(|conn| clearance::kept_of(conn, &[id])).unwrap();
    items.into_iter().find(|item| item.requirement == "bulletins" && item.role == ROLE).unwrap().state
}

/// The next policy: the shipped one, and bulletins for passenger assistants.
fn asks_for_bulletins(desk: &Desk) {
    let mut next = Policy::shipped().unwrap();
    next.number = 2;
    next.effective_from = day("2026-11-22");
    next.requirements.push(Requirement {
        role: ROLE.into(),
        code: "bulletins".into(),
        kind: Kind::BulletinsRead,
        title: "Safeguarding bulletins".into(),
        position: 99,
        validity_months: None,
        strength: Strength::Soft,
        grace_days: None,
        lead_days: vec![60],
        waivable: false,
        caps_badge: false,
        params: Params::default(),
        source: "Council scrutiny report 2017, paragraph 136".into(),
    });
    command::run(&desk.world.test.db, UserId::SYSTEM, &clock(), |tx| policy::publish(tx, &next)).unwrap();
}

#[test]
fn a_bulletin_goes_to_everybody_it_reaches_and_to_nobody_else() {
    let desk = Desk::of(&[person(1, FIRM), person(2, OTHER_FIRM), person(3, FIRM), person(4, FIRM)]);
    let test = &desk.world.test;
    mail(&desk, "T00001", "one@example.net");
    desk.hold(desk.id("T00003"), "Told us of an arrest at work");
    desk.leave(desk.id("T00004"), "own_wish");
    let by = team(test);
    let all = published(test, &by, &draft());
    let three = ["T00001", "T00002", "T00003"].map(|one| desk.id(one));
    assert_eq!(given(test, all), three, "whoever is held is given it too: their firm must not learn of it");
    assert_eq!(desk.told("bulletin_notice"), ["one@example.net"]);
    let narrow = Draft { contractors: vec![firm(test, OTHER_FIRM)], roles: vec![ROLE.into()], ..draft() };
    assert_eq!(given(test, published(test, &by, &narrow)), [desk.id("T00002")]);
    let drivers = Draft { roles: vec!["pcv_driver".into()], ..draft() };
    assert!(given(test, published(test, &by, &drivers)).is_empty());
    assert_eq!(bulletin::spread(&test.db, &clock(), by.user, all).unwrap(), 0, "nobody is given it twice");
    desk.is_sound();
}

#[test]
fn a_newcomer_is_given_it_by_the_nights_job_and_has_a_fortnight() {
    let desk = Desk::of(&[person(1, FIRM), person(9, OTHER_FIRM)]);
    let test = &desk.world.test;
    let id = published(test, &team(test), &Draft { read_by: Some(day("2026-11-23")), ..draft() });
    desk.world.import("2026-11-24", &[person(1, FIRM), person(9, OTHER_FIRM), person(2, FIRM)]);
    desk.world.run("bulletins", "2026-11-25");
    let bulletin = test.db.read(|conn| store::find(conn, id)).unwrap();
    let rows =
        test.db.read(|c| reader::list(c, &bulletin, &reader::Asked::default(), day("2026-11-25"), None, 9)).unwrap();
    let due: Vec<_> = rows.into_iter().map(|(row, ..)| row.due_on.to_string()).collect();
    let mut due = due;
    due.sort();
    assert_eq!(due, ["2026-11-23", "2026-11-23", "2026-12-09"]);
    desk.is_sound();
}

#[test]
fn what_was_published_is_never_edited_and_is_withdrawn_with_a_reason() {
    let desk = Desk::of(&[person(1, FIRM), person(9, OTHER_FIRM)]);
    let test = &desk.world.test;
    let by = team(test);
    let id = published(test, &by, &draft());
    assert_eq!(desk.officer.get(&format!("/bulletins/{id}/edit")).status.code, 409);
    let text = test.db.read(|conn| bulletin::main(conn, id)).unwrap();
    let row = test.db.read(|conn| store::find(conn, id)).unwrap();
    let based = bulletin::based_on(&row, &text);
    let changed = act(test, &by, |tx| bulletin::change(tx, &by, id, &draft(), &based));
    assert!(matches!(changed, Err(Error::Conflict(_))));
    let page = format!("/bulletins/{id}/withdraw");
    assert_eq!(desk.officer.fill(&page, &page, &[("reason", " ")]).status.code, 422);
    assert_eq!(desk.officer.fill(&page, &page, &[("reason", "The guidance changed")]).status.code, 303);
    assert_eq!(test.db.read(|conn| store::find(conn, id)).unwrap().state, BulletinState::Withdrawn);
    desk.is_sound();
}

#[test]
fn a_form_that_is_wrong_is_shown_again_with_all_that_was_typed() {
    let desk = Desk::of(&[person(1, FIRM), person(9, OTHER_FIRM)]);
    let fields = [("title", "Handing over"), ("q1_text", "To whom?"), ("q1_options", "Only one"), ("q1_right", "7")];
    let again = desk.officer.fill("/bulletins/new", "/bulletins/new", &fields);
    assert_eq!(again.status.code, 422);
    for said in ["Enter the text", "Enter 2 to 6 options", "number of the line", "Handing over", "Only one"] {
        assert!(again.body.contains(said), "{said}");
    }
    let good = [
        ("title", "Handing over"),
        ("body", "Hand over to a named adult."),
        ("mandatory", "yes"),
        ("read_by-day", "6"),
        ("read_by-month", "12"),
        ("read_by-year", "2026"),
        ("q1_text", "To whom?"),
        ("q1_options", "A named adult\nAnybody"),
        ("q1_right", "1"),
        ("q2_text", "Where?"),
        ("q2_options", "At the gate\nIn the street"),
        ("q2_right", "1"),
    ];
    let saved = desk.officer.fill("/bulletins/new", "/bulletins/new", &good);
    let at = saved.location.unwrap();
    let languages = format!("{at}/languages/new");
    let polish = [
        ("language", "pl"),
        ("title", "Przekazanie"),
        ("body", "Przekaż dziecko."),
        ("q1_text", "Komu?"),
        ("q1_options", "Osobie\nKażdemu"),
        ("q2_text", "Gdzie?"),
        ("q2_options", "Przy bramie\nNa ulicy"),
    ];
    assert_eq!(desk.officer.fill(&languages, &languages, &polish).status.code, 303);
    assert!(desk.officer.fill(&at, &format!("{at}/publish"), &[]).status.code == 303);
    let seen = desk.officer.get(&at).body;
    assert!(seen.contains("Polski") && seen.contains("Published") && seen.contains("1"));
    let gone = desk.officer.fill(&at, &format!("{at}/languages/pl/remove"), &[]);
    assert_eq!(gone.status.code, 409);
    let twice = desk.officer.fill(&languages, &languages, &polish);
    assert_eq!(twice.status.code, 422, "a text is not written again");
    assert!(twice.body.contains("written in Polish already"));
}

#[test]
fn each_persons_standing_is_exact_and_a_firm_sees_its_own_people_alone() {
    let desk = Desk::of(&[person(1, FIRM), person(2, FIRM), person(3, OTHER_FIRM), person(4, FIRM)]);
    let test = &desk.world.test;
    let id = published(test, &team(test), &draft());
    let (read, late) = (desk.id("T00001"), desk.id("T00002"));
    desk.world.sql(&format!(
        "UPDATE bulletin_readers SET acknowledged_at = '2026-11-22 10:00:00', language = 'en' WHERE person_id = {read};
         UPDATE bulletin_readers SET due_on = '2026-11-21' WHERE person_id = {late}"
    ));
    let csv = desk.officer.get(&format!("/bulletins/{id}/readers.csv")).body;
    let standing = |reference: &str| {
        let line = csv.lines().find(|line| line.starts_with(reference)).unwrap().to_owned();
        line.rsplit(',').next().unwrap().to_owned()
    };
    assert_eq!(["T00001", "T00002", "T00003", "T00004"].map(standing), ["read", "overdue", "not read", "not read"]);
    let bulletin = test.db.read(|conn| store::find(conn, id)).unwrap();
    let tallies = test.db.read(|c| reader::tallies(c, &bulletin, None, day("2026-11-22"), None, 9)).unwrap();
    let mut counts: Vec<_> = tallies.into_iter().map(|one| (one.firm, one.given, one.read)).collect();
    counts.sort();
    let mut wanted = vec![(firm(test, FIRM), 3, 1), (firm(test, OTHER_FIRM), 1, 0)];
    wanted.sort();
    assert_eq!(counts, wanted);
    let path = format!("/bulletins/{id}/readers");
    let (own, other) = (desk.firm.get(&path).body, desk.other_firm.get(&path).body);
    assert!(["T00001", "T00002", "T00004"].iter().all(|one| own.contains(one) && !other.contains(one)));
    assert!(!own.contains("T00003") && other.contains("T00003"));
    assert_eq!(desk.firm.get(&format!("{path}?standing=overdue")).body.matches("data-label=\"Person\"").count(), 1);
    let foreign = format!("{path}?firm={}", firm(test, OTHER_FIRM));
    assert_eq!(desk.firm.get(&foreign).status.code, 404);
    let strange = test.db.read(|c| reader::all_of(c, desk.id("T00003"))).unwrap()[0].0.id;
    assert_eq!(desk.firm.get(&format!("{path}?after={strange}")).status.code, 404);
    let own_firm = firm(test, FIRM);
    let next = desk.officer.get(&format!("/bulletins/{id}?after={own_firm}")).status.code;
    assert_eq!((next, desk.officer.get(&format!("/bulletins/{id}?after=9999")).status.code), (200, 404));
    let alien = test.db.read(|c| reader::all_of(c, desk.id("T00003"))).unwrap()[0].0.id;
    assert_eq!(desk.firm.fill(&path, &format!("{path}/{alien}/send"), &[]).status.code, 404);
}

#[test]
fn a_firm_that_is_not_in_the_audience_does_not_learn_of_a_bulletin() {
    let desk = Desk::of(&[person(1, FIRM), person(2, OTHER_FIRM)]);
    let test = &desk.world.test;
    let own: ContractorId = firm(test, FIRM);
    let id = published(test, &team(test), &Draft { contractors: vec![own], ..draft() });
    for path in [format!("/bulletins/{id}"), format!("/bulletins/{id}/readers"), format!("/bulletins/{id}/readers.csv")]
    {
        assert_eq!((desk.firm.get(&path).status.code, desk.other_firm.get(&path).status.code), (200, 404), "{path}");
    }
    assert!(desk.firm.get("/bulletins").body.contains("Handing over"));
    assert!(!desk.other_firm.get("/bulletins").body.contains("Handing over"));
}

#[test]
fn a_clearance_asks_for_the_mandatory_bulletins_that_reached_the_person() {
    let desk = Desk::of(&[person(1, FIRM), person(2, FIRM), person(9, OTHER_FIRM)]);
    let test = &desk.world.test;
    asks_for_bulletins(&desk);
    desk.world.run("lapse", "2026-11-22");
    let (one, by) = (desk.id("T00001"), team(test));
    assert_eq!(item(&desk, one), ItemState::NotRequired);
    published(test, &by, &Draft { mandatory: false, ..draft() });
    assert_eq!(item(&desk, one), ItemState::NotRequired);
    let id = published(test, &by, &draft());
    assert_eq!(item(&desk, one), ItemState::Due);
    desk.is_sound();
    let row = test.db.read(|c| reader::all_of(c, one)).unwrap()[0].0.clone();
    let read = reader::Reader { acknowledged_at: Some(clock().now()), ..row };
    act(test, &by, |tx| {
        tx.trail(chaperone::store::trail::Entry::new("bulletin.acknowledge", "bulletin", id.0).about(one));
        reader::keep(tx, &read)
    })
    .unwrap();
    assert_eq!((item(&desk, one), item(&desk, desk.id("T00002"))), (ItemState::Met, ItemState::Due));
    desk.is_sound();
    desk.world.run("lapse", "2026-12-07");
    assert_eq!(item(&desk, desk.id("T00002")), ItemState::Overdue);
    desk.is_sound();
    act(test, &by, |tx| bulletin::withdraw(tx, &by, id, "The guidance changed")).unwrap();
    assert_eq!(item(&desk, desk.id("T00002")), ItemState::NotRequired);
    desk.is_sound();
}

#[test]
fn whoever_left_the_audience_owes_it_no_more_and_who_comes_a_year_later_is_not_given_it() {
    let desk = Desk::of(&[person(1, FIRM), person(2, OTHER_FIRM)]);
    let test = &desk.world.test;
    asks_for_bulletins(&desk);
    let (one, by) = (desk.id("T00001"), team(test));
    let id = published(test, &by, &Draft { contractors: vec![firm(test, FIRM)], ..draft() });
    assert_eq!(item(&desk, one), ItemState::Due);
    let all = test.db.read(|c| chaperone::domain::clearance::dossiers(c, &[one])).unwrap().remove(0);
    let policies = test.db.read(policy::published).unwrap();
    let bulletins = |dossier: &chaperone::domain::clearance::Dossier| {
        let found = chaperone::domain::clearance::clearance(&policies, ROLE, dossier, day("2026-11-22"));
        found.items.iter().find(|item| item.code == "bulletins").map(|item| item.state)
    };
    let mut moved = all.clone();
    moved.engagements.iter_mut().for_each(|work| work.contractor_id = firm(test, OTHER_FIRM));
    assert_eq!((bulletins(&all), bulletins(&moved)), (Some(ItemState::Due), Some(ItemState::NotRequired)));
    desk.world.sql(&format!(
        "DELETE FROM bulletin_readers WHERE bulletin_id = {id};
         UPDATE bulletins SET published_on = '2025-11-21' WHERE id = {id}"
    ));
    assert_eq!(bulletin::spread(&test.db, &clock(), by.user, id).unwrap(), 0);
    desk.world.sql(&format!("UPDATE bulletins SET published_on = '2025-11-23' WHERE id = {id}"));
    assert_eq!(bulletin::spread(&test.db, &clock(), by.user, id).unwrap(), 1);
}

#[test]
fn what_one_of_two_rows_acknowledged_stays_so_when_they_are_merged() {
    let desk = Desk::of(&[person(1, FIRM), person(2, FIRM), person(9, OTHER_FIRM)]);
    let test = &desk.world.test;
    let id = published(test, &team(test), &draft());
    let (kept, gone) = (desk.id("T00001"), desk.id("T00002"));
    desk.world.sql(&format!(
        "UPDATE bulletin_readers SET acknowledged_at = '2026-11-22 10:00:00', language = 'en' WHERE person_id = {gone}"
    ));
    let page = format!("/people/{kept}/merge/{gone}");
    let merged = desk.decider.fill(&page, &page, &[("name", "kept"), ("reason", "Same passport")]);
    assert_eq!(merged.status.code, 303);
    assert_eq!(given(test, id), [kept, desk.id("T00009")], "one row is left of two");
    let rows = test.db.read(|c| reader::all_of(c, kept)).unwrap();
    assert!(rows.len() == 1 && rows[0].0.acknowledged_at.is_some(), "{rows:?}");
    desk.is_sound();
}
