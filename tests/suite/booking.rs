//! Bookings: seats are never sold twice, whoever waits longest comes first, and a result is worth what the policy says.

use std::thread;

use chaperone::domain::booking::{self, certificate};
use chaperone::domain::command;
use chaperone::domain::leaving::{self, NewLeaving};
use chaperone::domain::merge::{self, Choice};
use chaperone::domain::session;
use chaperone::error::Error;
use chaperone::jobs::run_once;
use chaperone::store::booking as places;
use chaperone::types::{BookingId, BookingState, ItemState, LeavingCause, PersonId};
use proptest::prelude::*;

use crate::support::account::{active, clock, grant};
use crate::support::browser::Browser;
use crate::support::case::sql;
use crate::support::database::day;
use crate::support::mime;
use crate::support::race::at_once;
use crate::support::register::{ASSISTANT, fill, sample};
use crate::support::training::{ON, School, plan};
use crate::support::world::World;

#[test]
fn fifty_who_book_at_once_never_take_more_seats_than_there_are() {
    let school = School::of(12);
    let people: Vec<PersonId> = (0..50).map(|n| school.hire(&format!("Person{}", "x".repeat(n + 1)))).collect();
    let (test, who, id) = (&school.council.test, &school.council.officer, school.session);
    let waits: Vec<bool> = thread::scope(|scope| {
        let book = |person: PersonId| {
            scope.spawn(move || {
                command::run(&test.db, who.user, &clock(), |tx| booking::book(tx, who, id, person)).unwrap().waits
            })
        };
        let all: Vec<_> = people.into_iter().map(book).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(waits.iter().filter(|waits| !**waits).count(), 12);
    assert_eq!((school.row().taken, school.seated()), (12, 12));
    let waiting = test.db.read(|c| places::in_state(c, id, &[BookingState::Waiting])).unwrap();
    assert_eq!(waiting.len(), 38);
    school.council.is_sound();
}

#[test]
fn a_cancelled_place_falls_to_whoever_waited_longest_and_to_nobody_else() {
    let school = School::of(1);
    let first = school.book(school.council.person);
    let second = school.book(school.hire("Second"));
    let third = school.book(school.hire("Third"));
    assert_eq!((first.waits, second.waits, third.waits), (false, true, true));
    school.cancel(first.id).unwrap();
    let states = [first, second, third].map(|one| school.place(one.id).state);
    assert_eq!(states, [BookingState::Cancelled, BookingState::Booked, BookingState::Waiting]);
    assert!(school.place(second.id).promoted_at.is_some());
    assert_eq!(school.news(), ["booked", "waiting", "waiting", "promoted", "cancelled"]);
    assert!(matches!(school.cancel(first.id), Err(Error::Conflict(_))), "once");
    assert_eq!((school.row().taken, school.seated()), (1, 1));
    school.cancel(third.id).unwrap();
    school.cancel(second.id).unwrap();
    assert_eq!((school.row().taken, school.seated()), (0, 0));
    let again = school.book(school.council.person);
    assert!(!again.waits, "who cancelled may book again");
    school.council.is_sound();
}

#[test]
fn two_who_cancel_at_once_promote_two_and_nobody_twice() {
    let school = School::of(2);
    let people: Vec<_> = ["One", "Two", "Three", "Four"].map(|name| school.book(school.hire(name))).into();
    let who = &school.council.officer;
    let (one, two) = at_once(
        &school.council.test,
        who.user,
        |tx| booking::cancel(tx, who, school.session, people[0].id, "They are ill"),
        || school.cancel(people[1].id),
    );
    one.unwrap();
    two.unwrap();
    assert_eq!((school.row().taken, school.seated()), (2, 2));
    assert_eq!(school.news().iter().filter(|news| *news == "promoted").count(), 2);
}

#[test]
fn more_seats_go_to_those_who_wait() {
    let school = School::of(1);
    let all: Vec<_> = ["One", "Two", "Three"].map(|name| school.book(school.hire(name))).into();
    school.on("2026-11-22", |tx, who| session::change(tx, who, school.session, &plan(2), "")).unwrap();
    let states: Vec<_> = all.iter().map(|one| school.place(one.id).state).collect();
    assert_eq!(states, [BookingState::Booked, BookingState::Booked, BookingState::Waiting]);
    let fewer = school.on("2026-11-22", |tx, who| session::change(tx, who, school.session, &plan(1), ""));
    assert!(matches!(fewer, Err(Error::Invalid(_))), "nobody loses a seat by that");
}

#[test]
fn nobody_is_booked_twice_or_for_a_day_that_is_over_or_once_they_have_left() {
    let school = School::of(5);
    let person = school.council.person;
    school.book(person);
    let again = school.book_as(&school.council.officer, person);
    assert!(matches!(again, Err(Error::Conflict(why)) if why.contains("already")));
    let other = school.hire("Other");
    let late = school.on("2026-12-05", |tx, who| booking::book(tx, who, school.session, other));
    assert!(matches!(late, Err(Error::Conflict(why)) if why.contains("over")));
    let left = NewLeaving {
        last_day: Some(day("2026-11-21")),
        cause: Some(LeavingCause::OwnWish),
        reason: "They moved away".into(),
    };
    school.on("2026-11-22", |tx, who| leaving::leave(tx, who, other, &left)).unwrap();
    let gone = school.book_as(&school.council.officer, other);
    assert!(matches!(gone, Err(Error::Conflict(why)) if why.contains("left")));
    school.on("2026-11-22", |tx, who| session::cancel(tx, who, school.session, "The room is flooded")).unwrap();
    let called_off = school.book_as(&school.council.officer, school.hire("Third"));
    assert!(matches!(called_off, Err(Error::Conflict(why)) if why.contains("cancelled")));
}

#[test]
fn whoever_leaves_gives_their_place_to_the_next() {
    let school = School::of(1);
    let (leaver, next) = (school.hire("Leaver"), school.hire("Next"));
    let (place, waiting) = (school.book(leaver), school.book(next));
    let left = NewLeaving {
        last_day: Some(day("2026-11-21")),
        cause: Some(LeavingCause::OwnWish),
        reason: "They moved away".into(),
    };
    school.on("2026-11-22", |tx, who| leaving::leave(tx, who, leaver, &left)).unwrap();
    assert_eq!(school.place(place.id).state, BookingState::Cancelled);
    assert_eq!(school.place(waiting.id).state, BookingState::Booked);
}

#[test]
fn a_firm_books_its_own_people_and_never_learns_of_anothers() {
    let school = School::of(5);
    let (own, other) = (school.contractor(None), school.contractor(Some("Birch Coaches")));
    let booked = school.book_as(&own, school.council.person).unwrap();
    assert_eq!(school.place(booked.id).contractor_id, Some(school.council.firm));
    assert!(matches!(school.book_as(&other, school.council.person), Err(Error::NotFound)));
    let cancel = |who| school.council.act(who, |tx| booking::cancel(tx, who, school.session, booked.id, "Ill"));
    assert!(matches!(cancel(&other), Err(Error::NotFound)));
    let seen = |who| school.council.test.db.read(|c| booking::register(c, who, school.session)).unwrap().len();
    assert_eq!((seen(&own), seen(&other), seen(&school.council.officer)), (1, 0, 1));
    let browser = Browser::new(&school.council.test);
    browser.sign_in(&format!("user{}@firm.example.org", other.firms()[0]));
    let page = browser.get(&format!("/training/{}", school.session));
    assert_eq!(page.status.code, 200);
    assert!(!page.body.contains("Okafor") && page.body.contains("Nobody yet"));
    let missing = browser.get(&format!("/training/{}/bookings/{}/cancel", school.session, booked.id));
    assert_eq!(missing.status.code, 404);
    let reference = "C000001";
    let typed = fill(&browser, &format!("/training/{}/book", school.session), &[("reference", reference)]);
    assert_eq!(typed.status.code, 422, "another's person is nobody");
    assert!(typed.body.contains("Nobody has this reference") && typed.body.contains(reference));
    // A firm they have left learns nothing of a place that another booked for them.
    let change = format!(
        "UPDATE bookings SET contractor_id = {} WHERE id = {};
         UPDATE engagements SET ends_on = '2026-11-25' WHERE person_id = {}",
        other.firms()[0],
        booked.id,
        school.council.person
    );
    sql(&school.council, &change);
    assert_eq!((seen(&own), seen(&other)), (0, 0), "nor does a firm they do not work for");
    school.council.engage(other.firms()[0], ASSISTANT);
    assert_eq!((seen(&own), seen(&other)), (0, 1));
    assert!(matches!(cancel(&own), Err(Error::NotFound)));
    cancel(&other).unwrap();
}

#[test]
fn a_pass_meets_the_requirement_at_once_and_a_mistaken_one_is_taken_back() {
    let school = School::of(5);
    let council = &school.council;
    council.record(ASSISTANT, "safeguarding", sample("safeguarding")).unwrap();
    let place = school.book(council.person);
    let early = school.mark("2026-11-22", place.id, BookingState::Passed, "");
    assert!(matches!(early, Err(Error::Conflict(_))), "its hour has not come");
    assert!(school.mark("2026-12-05", place.id, BookingState::Passed, "").unwrap());
    let held = || council.test.db.read(|c| chaperone::store::evidence::of_people(c, &[council.person])).unwrap();
    let row = held().into_iter().next_back().unwrap();
    assert_eq!((row.code.as_str(), row.valid_from, row.superseded_by), ("safeguarding", Some(day(ON)), None));
    assert_eq!(school.place(place.id).evidence_id, Some(row.id));
    let due = || {
        let (_, items) = council.test.db.read(|c| chaperone::store::clearance::kept_of(c, &[council.person])).unwrap();
        items.into_iter().find(|item| item.requirement == "safeguarding").unwrap().due_on
    };
    assert_eq!(due(), Some(day("2029-12-04")));
    assert!(!school.mark("2026-12-05", place.id, BookingState::Passed, "").unwrap(), "twice is once");
    assert!(school.mark("2026-12-05", place.id, BookingState::Booked, "").unwrap(), "undone");
    assert_eq!(due(), Some(day("2029-11-10")), "what it had renewed serves again");
    assert!(held().last().unwrap().retired_on.is_some());
    school.mark("2026-12-05", place.id, BookingState::Passed, "").unwrap();
    let bare = school.mark("2026-12-09", place.id, BookingState::Failed, " ");
    assert!(matches!(bare, Err(Error::Invalid(_))), "on a later day it takes a reason");
    school.mark("2026-12-09", place.id, BookingState::Failed, "The paper was another's").unwrap();
    assert_eq!((due(), school.place(place.id).evidence_id), (Some(day("2029-11-10")), None));
    council.test.db.read(chaperone::store::trail::verify).unwrap();
}

#[test]
fn somebody_who_had_nothing_is_trained_by_a_pass_and_lacks_it_again_when_it_is_corrected() {
    let school = School::of(5);
    let place = school.book(school.council.person);
    assert_eq!(school.council.item(ASSISTANT, "safeguarding"), ItemState::Missing);
    school.mark("2026-12-05", place.id, BookingState::Passed, "").unwrap();
    assert_eq!(school.council.item(ASSISTANT, "safeguarding"), ItemState::Met);
    let who = &school.council.officer;
    let paper = school.council.test.db.read(|c| certificate(c, who, school.session, place.id)).unwrap();
    assert_eq!((paper.passed_on, paper.serves_until), (day(ON), Some(day("2029-12-04"))));
    school.mark("2026-12-05", place.id, BookingState::NoShow, "").unwrap();
    assert_eq!(school.council.item(ASSISTANT, "safeguarding"), ItemState::Missing);
    assert!(school.council.test.db.read(|c| certificate(c, who, school.session, place.id)).is_err());
    assert_eq!(school.news().last().unwrap(), "no_show");
}

#[test]
fn letters_go_to_the_person_and_the_firm_with_a_calendar_and_name_nobody_in_the_subject() {
    let school = School::of(1);
    let (council, person) = (&school.council, school.council.person);
    sql(council, &format!("UPDATE people SET email = 'amina@example.org' WHERE id = {person}"));
    let place = school.book(person);
    let mails: Vec<_> = school.letters().into_iter().map(|one| one.to_email).collect();
    assert_eq!(mails, ["amina@example.org", "ashdown.cars@example.org"]);
    let moved = chaperone::domain::session::Plan { time: "14:00".into(), ..plan(1) };
    let change = |why: &str| school.on("2026-11-22", |tx, who| session::change(tx, who, school.session, &moved, why));
    assert!(matches!(change(""), Err(Error::Invalid(_))), "people are told why");
    assert!(change("The trainer is delayed").unwrap());
    let world = World::around(school.council.test);
    run_once(&world.office(day("2026-11-23")), "deliver", None).unwrap();
    let mut sent = world.sink.take();
    sent.sort_by(|a, b| a.to.cmp(&b.to));
    assert_eq!(sent.len(), 2, "what was booked and is elsewhere by now is not sent");
    for letter in &sent {
        let subject = mime::value(&letter.headers, "subject").unwrap();
        assert!(!subject.contains("Amina") && !subject.contains("Okafor"), "{subject}");
        assert!(letter.raw.contains("text/calendar"));
        assert!(letter.text.contains("The trainer is delayed") && letter.text.contains("1 High Street"));
    }
    run_once(&world.office(day("2026-12-02")), "session-reminders", None).unwrap();
    run_once(&world.office(day("2026-12-02")), "session-reminders", None).unwrap();
    let reminders = world.outbox().into_iter().filter(|one| one.params.contains("\"reminder\"")).count();
    assert_eq!(reminders, 2, "each once");
    assert!(place.id.0 > 0);
}

#[test]
fn one_person_on_the_register_twice_has_one_seat_after_the_merge() {
    let school = School::of(2);
    let (kept, gone) = (school.council.person, school.hire("Okafor-Twin"));
    let (one, two, third) = (school.book(kept), school.book(gone), school.book(school.hire("Third")));
    assert!(third.waits);
    let decider = &school.council.decider;
    school
        .council
        .act(decider, |tx| merge::merge(tx, decider, kept, gone, Choice::default(), "The same passport"))
        .unwrap();
    assert_eq!(school.place(one.id).state, BookingState::Booked);
    assert_eq!(school.place(two.id).state, BookingState::Cancelled);
    assert_eq!((school.place(third.id).state, school.row().taken), (BookingState::Booked, 2));
}

#[test]
fn a_session_is_taken_by_taps_on_a_page() {
    let school = School::of(5);
    active(&school.council.test, "of@council.example.org", &[grant(chaperone::types::Access::Officer)]);
    let place = school.book(school.council.person);
    sql(
        &school.council,
        &format!(
            "UPDATE training_sessions SET held_on = '2026-11-20', starts_at = '2026-11-20 10:00:00' WHERE id = {}",
            school.session
        ),
    );
    let browser = Browser::new(&school.council.test);
    browser.sign_in("of@council.example.org");
    assert!(browser.get("/").body.contains("Training registers to complete"));
    let page = format!("/training/{}/attendance", school.session);
    let csrf = browser.csrf(&page);
    let tap = |result: &str, key: &str| {
        let form = [("csrf", csrf.as_str()), ("submission", key), ("result", result)];
        browser.send(&format!("/training/{}/bookings/{}/result", school.session, place.id), &form)
    };
    let done = tap("passed", "a-key-of-the-test-0001");
    assert_eq!(done.to(), (303, format!("{page}#b{}", place.id).as_str()));
    assert!(browser.get(&page).body.contains("Undo"));
    assert_eq!(school.place(place.id).state, BookingState::Passed);
    let pdf = browser.get(&format!("/training/{}/bookings/{}/certificate.pdf", school.session, place.id));
    assert_eq!(pdf.status.code, 200);
    tap("booked", "a-key-of-the-test-0002");
    assert_eq!(school.place(place.id).state, BookingState::Booked);
    assert!(browser.get(&format!("/training/{}/register", school.session)).body.contains("Signature"));
    assert!(browser.get(&format!("/people/{}", school.council.person)).body.contains("Safeguarding, level 1"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_booked_and_cancelled_no_seat_is_empty_while_somebody_waits(
        steps in prop::collection::vec((0_usize..6, any::<bool>()), 1..24)
    ) {
        let school = School::of(2);
        let people: Vec<PersonId> = (0..6).map(|n| school.hire(&"abcdef"[n..].to_uppercase())).collect();
        let mut open: Vec<Option<BookingId>> = vec![None; 6];
        let mut queue: Vec<usize> = Vec::new();
        for (at, books) in steps {
            match (books, open[at]) {
                (true, None) => {
                    open[at] = Some(school.book(people[at]).id);
                    queue.push(at);
                }
                (false, Some(id)) => {
                    school.cancel(id).unwrap();
                    open[at] = None;
                    queue.retain(|one| *one != at);
                }
                _ => {}
            }
            // The first two to have come have the seats.
            for (place, at) in queue.iter().enumerate() {
                let state = school.place(open[*at].unwrap()).state;
                prop_assert_eq!(state, if place < 2 { BookingState::Booked } else { BookingState::Waiting });
            }
            prop_assert_eq!(usize::try_from(school.row().taken).unwrap(), queue.len().min(2));
        }
    }
}
