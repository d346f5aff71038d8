//! Sessions: arranged, moved and cancelled through their pages, and listed.

use chaperone::domain::session;
use chaperone::types::{Access, BookingState, SessionState};

use crate::support::account::{active, grant};
use crate::support::browser::Browser;
use crate::support::register::{fill, fill_twice};
use crate::support::training::{School, plan};

fn officer(school: &School) -> Browser {
    active(&school.council.test, "of@council.example.org", &[grant(Access::Officer)]);
    let browser = Browser::new(&school.council.test);
    browser.sign_in("of@council.example.org");
    browser
}

#[test]
fn a_session_is_arranged_once_however_often_the_form_is_sent() {
    let school = School::of(5);
    let browser = officer(&school);
    let refused = fill(&browser, "/training/new", &[("time", "25:00"), ("venue", "The depot")]);
    assert_eq!(refused.status.code, 422);
    assert!(refused.body.contains("Select the course") && refused.body.contains("value=\"The depot\""));
    let course = school.course.to_string();
    let plan = [
        ("course", course.as_str()),
        ("on-day", "4"),
        ("on-month", "Jan"),
        ("on-year", "2027"),
        ("time", "9.30"),
        ("minutes", "180"),
        ("venue", "The depot"),
        ("trainer", "J Shah"),
        ("capacity", "16"),
    ];
    let done = fill_twice(&browser, "/training/new", &plan, 2);
    assert_eq!(done.status.code, 303);
    let body = browser.get("/training").body;
    assert_eq!(body.matches("The depot").count(), 1);
    assert!(body.contains("0 of 16"));
    assert!(browser.get("/training?when=past").body.contains("No sessions are as you asked"));
    assert!(browser.get(&format!("/training?course={course}&when=free")).body.contains("The depot"));
}

#[test]
fn a_cancelled_session_lets_everybody_go_and_says_why() {
    let school = School::of(1);
    let (place, waiting) = (school.book(school.council.person), school.book(school.hire("Other")));
    let browser = officer(&school);
    let page = format!("/training/{}/cancel", school.session);
    assert_eq!(fill(&browser, &page, &[("reason", " ")]).status.code, 422);
    let done = fill_twice(&browser, &page, &[("reason", "The room is flooded")], 1);
    assert_eq!(done.to(), (303, format!("/training/{}", school.session).as_str()));
    let row = school.row();
    assert_eq!((row.state, row.taken), (SessionState::Cancelled, 0));
    for id in [place.id, waiting.id] {
        assert_eq!(school.place(id).state, BookingState::Cancelled);
    }
    assert_eq!(school.news(), ["booked", "waiting", "session_cancelled", "session_cancelled"]);
    let again = school.on("2026-11-22", |tx, who| session::cancel(tx, who, school.session, "Again"));
    assert!(again.is_err());
    school.council.is_sound();
}

#[test]
fn a_moved_session_is_told_and_its_people_are_reminded_anew() {
    let school = School::of(2);
    let place = school.book(school.council.person);
    let browser = officer(&school);
    let page = format!("/training/{}/change", school.session);
    let plan = |time: &'static str, reason: &'static str| {
        [
            ("on-day", "4"),
            ("on-month", "12"),
            ("on-year", "2026"),
            ("time", time),
            ("minutes", "180"),
            ("venue", "County Hall"),
            ("address", "1 High Street, Exampleton"),
            ("trainer", "A Nother"),
            ("capacity", "2"),
            ("reason", reason),
        ]
    };
    assert_eq!(fill(&browser, &page, &plan("14:00", "")).status.code, 422);
    assert_eq!(fill(&browser, &page, &plan("10:00", "")).status.code, 303, "another trainer is nobody's concern");
    assert_eq!(school.news(), ["booked"]);
    assert_eq!(fill(&browser, &page, &plan("14:00", "The trainer is delayed")).status.code, 303);
    assert_eq!((school.news(), school.row().moves), (vec!["booked".to_owned(), "moved".to_owned()], 1));
    assert!(school.place(place.id).reminded_on.is_none());
}

#[test]
fn a_firm_reads_why_a_session_moved_where_it_has_people_and_finds_no_cancelled_one() {
    let school = School::of(2);
    school.book(school.council.person);
    school.contractor(None);
    let other = school.contractor(Some("Birch Coaches"));
    let later = session::Plan { time: "14:00".into(), ..plan(2) };
    school.on("2026-11-22", |tx, who| session::change(tx, who, school.session, &later, "The trainer is ill")).unwrap();
    let page = format!("/training/{}", school.session);
    let at = |firm: &str| {
        let browser = Browser::new(&school.council.test);
        browser.sign_in(&format!("user{firm}@firm.example.org"));
        browser
    };
    let (own, other) = (at(&school.council.firm.to_string()), at(&other.firms()[0].to_string()));
    assert!(own.get(&page).body.contains("The trainer is ill"));
    let seen = other.get(&page);
    assert!(seen.status.code == 200 && !seen.body.contains("The trainer is ill"));
    assert_eq!(other.get(&format!("{page}/book")).status.code, 200);
    school.on("2026-11-22", |tx, who| session::cancel(tx, who, school.session, "The room is flooded")).unwrap();
    assert_eq!([other.get(&page), other.get(&format!("{page}/book"))].map(|page| page.status.code), [404, 404]);
}
