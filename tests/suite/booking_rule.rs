//! What holds of bookings: whose they are when people move, what who waits is told, and when nothing may change any more.

use chaperone::domain::booking::{self, certificate};
use chaperone::domain::command;
use chaperone::domain::course;
use chaperone::domain::engagement;
use chaperone::domain::leaving::{self, NewLeaving};
use chaperone::domain::permission::Who;
use chaperone::domain::session;
use chaperone::error::Error;
use chaperone::jobs::run_once;
use chaperone::store::{engagement as engagements, person as people};
use chaperone::types::{BookingState, CourseMode, LeavingCause, Reach};

use crate::support::account::clock;
use crate::support::browser::Browser;
use crate::support::case::sql;
use crate::support::council::take_file;
use crate::support::database::day;
use crate::support::race::at_once;
use crate::support::register::ASSISTANT;
use crate::support::training::{ON, School, details, plan};
use crate::support::world::{World, file, person as line};

#[test]
fn a_place_goes_along_to_the_one_firm_left_and_the_firm_they_leave_reads_it_no_more() {
    let school = School::of(5);
    let (council, person) = (&school.council, school.council.person);
    let (own, other) = (school.contractor(None), school.contractor(Some("Birch Coaches")));
    let third = school.contractor(Some("Cedar Cars"));
    let booked = school.book_as(&own, person).unwrap();
    council.engage(other.firms()[0], ASSISTANT);
    council.engage(third.firms()[0], ASSISTANT);
    let end = |firm: &Who, on: &str| {
        let works = council.test.db.read(|c| engagements::of_people(c, &[person])).unwrap();
        let work = works.into_iter().find(|work| firm.firms().contains(&work.contractor_id)).unwrap();
        school.on("2026-11-22", |tx, who| engagement::end(tx, who, person, work.id, Some(day(on)), "They moved"))
    };
    let seen = |who: &Who| {
        let lines = council.test.db.read(|c| booking::register(c, who, school.session)).unwrap().len();
        let row = school.place(booked.id);
        (lines, council.test.db.read(|c| booking::may_cancel(c, who, &row)).is_ok())
    };
    assert_eq!((seen(&own), seen(&other)), ((1, true), (1, false)), "both see it, and only whose it is gives it up");
    end(&own, "2026-11-30").unwrap();
    assert_eq!(school.place(booked.id).contractor_id, None, "two are left");
    assert_eq!((seen(&own), seen(&other), seen(&third)), ((0, false), (1, true), (1, true)));
    end(&third, "2026-12-01").unwrap();
    assert_eq!(school.place(booked.id).contractor_id, Some(other.firms()[0]));
    let before = school.letters().len();
    let later = session::Plan { time: "14:00".into(), ..plan(5) };
    school.on("2026-11-22", |tx, who| session::change(tx, who, school.session, &later, "The trainer is late")).unwrap();
    let told: Vec<_> = school.letters().into_iter().skip(before).filter_map(|one| one.contractor_id).collect();
    assert_eq!(told, other.firms());
    school
        .on("2026-12-05", |tx, who| booking::record(tx, who, school.session, booked.id, BookingState::Passed, ""))
        .unwrap();
    let paper = |who: &Who| council.test.db.read(|c| certificate(c, who, school.session, booked.id));
    assert!(matches!(paper(&own), Err(Error::NotFound)) && paper(&other).is_ok());
    council.test.db.read(chaperone::store::trail::verify).unwrap();
}

#[test]
fn who_waits_is_told_of_no_place_and_finds_none_in_a_calendar() {
    let school = School::of(1);
    school.book(school.council.person);
    let waiting = school.book(school.hire("Waiter"));
    let gone = school.book(school.hire("Goner"));
    assert!(waiting.waits && gone.waits);
    let later = session::Plan { time: "14:00".into(), ..plan(1) };
    school.on("2026-11-22", |tx, who| session::change(tx, who, school.session, &later, "The trainer is late")).unwrap();
    school.cancel(gone.id).unwrap();
    let world = World::around(school.council.test);
    run_once(&world.office(day("2026-11-23")), "deliver", None).unwrap();
    let sent = world.sink.take();
    assert_eq!(sent.len(), 3);
    for letter in &sent {
        let is_place = letter.text.contains("Okafor");
        assert_eq!(letter.raw.contains("text/calendar"), is_place, "{}", letter.text);
        assert_eq!(letter.text.contains("Bring photo identification"), is_place, "{}", letter.text);
        assert_eq!(letter.text.contains("waiting list"), !is_place, "{}", letter.text);
    }
    run_once(&world.office(day("2026-11-23")), "deliver", None).unwrap();
    assert!(world.sink.take().is_empty());
}

#[test]
fn a_place_given_up_while_people_are_reminded_stays_given_up() {
    let school = School::of(2);
    let place = school.book(school.council.person);
    let who = &school.council.officer;
    let test = &school.council.test;
    let (cancelled, reminded) = at_once(
        test,
        who.user,
        |tx| booking::cancel(tx, who, school.session, place.id, "They are ill"),
        || command::write_untrailed(&test.db, &clock(), |tx| booking::remind(tx, 30, None, 100)).unwrap(),
    );
    cancelled.unwrap();
    assert_eq!((reminded.reminded, reminded.failed), (0, 0));
    assert_eq!((school.place(place.id).state, school.row().taken), (BookingState::Cancelled, 0));
}

#[test]
fn one_reminder_that_fails_costs_nobody_else_theirs() {
    let school = School::of(3);
    let people = [school.council.person, school.hire("Second"), school.hire("Third")];
    for person in people {
        school.book(person);
    }
    let refused = match std::env::var("CHAPERONE_TEST_POSTGRES") {
        Ok(_) => format!("ALTER TABLE outbox ADD CHECK (person_id <> {}) NOT VALID", people[0]),
        Err(_) => format!(
            "CREATE TRIGGER refused BEFORE INSERT ON outbox WHEN NEW.person_id = {} BEGIN SELECT RAISE(ABORT, 'no'); END",
            people[0]
        ),
    };
    sql(&school.council, &refused);
    let world = World::around(school.council.test);
    let outcome = world.run("session-reminders", "2026-12-02");
    assert_eq!((outcome.done, outcome.failed), (2, 1));
    let reminders = world.outbox().into_iter().filter(|one| one.params.contains("\"reminder\"")).count();
    assert_eq!(reminders, 2);
}

#[test]
fn once_a_session_has_begun_nobody_gives_a_place_up_or_is_promoted() {
    let school = School::of(1);
    let firm = school.contractor(None);
    let (place, next) = (school.book_as(&firm, school.council.person).unwrap(), school.book(school.hire("Next")));
    sql(
        &school.council,
        &format!(
            "UPDATE training_sessions SET held_on = '2026-11-22', starts_at = '2026-11-22 00:00:00' WHERE id = {}",
            school.session
        ),
    );
    let cancelled = school.council.act(&firm, |tx| booking::cancel(tx, &firm, school.session, place.id, "Ill"));
    assert!(matches!(cancelled, Err(Error::Conflict(why)) if why.contains("begun")));
    assert!(matches!(school.cancel(place.id), Err(Error::Conflict(_))), "nor does the team for them");
    let left = NewLeaving {
        last_day: Some(day("2026-11-21")),
        cause: Some(LeavingCause::OwnWish),
        reason: "They moved away".into(),
    };
    let person = school.council.person;
    school.on("2026-11-22", |tx, who| leaving::leave(tx, who, person, &left)).unwrap();
    assert_eq!(
        (school.place(place.id).state, school.place(next.id).state),
        (BookingState::Booked, BookingState::Waiting)
    );
    let late = school.hire("Late");
    assert!(matches!(school.book_as(&firm, late), Err(Error::Conflict(why)) if why.contains("begun")));
    let full = school.book_as(&school.council.officer, late);
    assert!(matches!(full, Err(Error::Conflict(why)) if why.contains("every place is taken")));
    assert!(school.mark("2026-11-22", place.id, BookingState::NoShow, "").unwrap());
    assert_eq!(school.place(place.id).state, BookingState::NoShow);
}

#[test]
fn nobody_has_two_places_at_one_time_or_two_of_one_course() {
    let school = School::of(5);
    let (council, who) = (&school.council, &school.council.officer);
    let other = council.act(who, |tx| course::add(tx, who, &details("SG2", CourseMode::Class))).unwrap();
    let arrange = |of, on: &str, time: &str| {
        let plan = session::Plan { on: Some(day(on)), time: time.into(), ..plan(5) };
        council.act(who, |tx| session::arrange(tx, who, of, &plan)).unwrap()
    };
    let (same_time, after, next_week) =
        (arrange(other, ON, "12:59"), arrange(other, ON, "13:00"), arrange(school.course, "2026-12-11", "10:00"));
    let first = school.book(council.person);
    let book = |id| council.act(who, |tx| booking::book(tx, who, id, council.person));
    assert!(matches!(book(same_time), Err(Error::Conflict(why)) if why.contains("at that time on 4 December 2026")));
    assert!(matches!(book(next_week), Err(Error::Conflict(why)) if why.contains("Cancel that booking first")));
    book(after).unwrap();
    school.cancel(first.id).unwrap();
    book(next_week).unwrap();
}

#[test]
fn a_new_firm_reads_nothing_of_the_training_of_days_before_its_own() {
    let school = School::of(5);
    let (council, person) = (&school.council, school.council.person);
    let (own, other) = (school.contractor(None), school.contractor(Some("Birch Coaches")));
    let booked = school.book_as(&own, person).unwrap();
    council.engage(other.firms()[0], ASSISTANT);
    let seen = |who: &Who| {
        let browser = Browser::new(&council.test);
        browser.sign_in(&format!("user{}@firm.example.org", who.firms()[0]));
        let page = browser.get(&format!("/people/{person}"));
        assert_eq!(page.status.code, 200);
        page.body.contains("Safeguarding, level 1")
    };
    assert!(seen(&own) && seen(&other));
    let later = format!("UPDATE engagements SET starts_on = '2026-12-05' WHERE contractor_id = {}", other.firms()[0]);
    sql(council, &later);
    assert!(seen(&own) && !seen(&other));
    let lines = |who: &Who| council.test.db.read(|c| booking::register(c, who, school.session)).unwrap().len();
    assert_eq!((lines(&own), lines(&other), school.place(booked.id).state), (1, 0, BookingState::Booked));
}

#[test]
fn an_import_ends_nobodys_work_so_it_takes_nobodys_place() {
    let school = School::of(2);
    let (test, own) = (&school.council.test, school.council.person);
    let absent = school.hire("Absent");
    let places = [school.book(own), school.book(absent)];
    let known = test.db.read(|c| people::find(c, own, &Reach::Everyone)).unwrap();
    let moved = line(7, "Birch Coaches").with("ref", &known.reference);
    let moved = moved.with("forename", &known.forename).with("surname", &known.surname);
    let done = take_file(test, file(&[moved]).as_bytes());
    assert_eq!((done.import.taken, done.import.rejected), (1, 0), "{:?}", done.problems);
    let works = test.db.read(|c| engagements::of_people(c, &[own, absent])).unwrap();
    assert!(works.len() == 3 && works.iter().all(|work| work.ends_on.is_none()), "{works:?}");
    assert!(places.iter().all(|place| school.place(place.id).state == BookingState::Booked));
    let ended = works.iter().find(|work| work.person_id == absent).unwrap();
    let why = "They found other work";
    school
        .on("2026-11-22", |tx, who| engagement::end(tx, who, absent, ended.id, Some(day("2026-11-22")), why))
        .unwrap();
    assert_eq!(school.place(places[1].id).state, BookingState::Cancelled, "as an officer's end of it does");
}
