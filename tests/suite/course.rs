//! Courses: set up by the team, and completed at a screen by a file.

use chaperone::domain::booking::{Completions, complete};
use chaperone::domain::course;
use chaperone::error::Error;
use chaperone::store::evidence;
use chaperone::types::{Access, CourseMode, ItemState};

use crate::support::account::{active, clock, grant};
use crate::support::browser::Browser;
use crate::support::database::day;
use crate::support::register::{ASSISTANT, faults, fill};
use crate::support::training::{School, details};

#[test]
fn a_course_meets_something_the_policy_asks_for() {
    let school = School::of(5);
    active(&school.council.test, "of@council.example.org", &[grant(Access::Officer)]);
    let browser = Browser::new(&school.council.test);
    browser.sign_in("of@council.example.org");
    let bad = fill(&browser, "/courses/new", &[("title", "Harness fitting"), ("no_show", "much")]);
    assert_eq!(bad.status.code, 422);
    assert!(bad.body.contains("Select what passing it meets") && bad.body.contains("value=\"Harness fitting\""));
    let good = [
        ("code", "pats"),
        ("title", "PATS"),
        ("provider", "County training"),
        ("mode", "class"),
        ("requirement", "pats"),
        ("no_show", "27.50"),
    ];
    assert_eq!(fill(&browser, "/courses/new", &good).to(), (303, "/courses"));
    let twice = fill(&browser, "/courses/new", &good);
    assert!(twice.status.code == 422 && twice.body.contains("Another course has this code"));
    let list = browser.get("/courses").body;
    assert!(list.contains("PATS") && list.contains("48 months") && list.contains("£27.50"));
    let who = &school.council.officer;
    let wrong = course::Details { requirement: "licence".into(), ..details("X", CourseMode::Class) };
    assert_eq!(faults(school.council.act(who, |tx| course::add(tx, who, &wrong)))[0].0, "requirement");
}

#[test]
fn a_file_of_completions_is_taken_row_by_row_and_once() {
    let school = School::of(5);
    let (council, who) = (&school.council, &school.council.officer);
    let id = council.act(who, |tx| course::add(tx, who, &details("SG1-E", CourseMode::Elearning))).unwrap();
    let file = "\u{feff}Reference,Surname,Completed_on,Certificate\n\
                C000001,OKAFOR,2026-11-20,E-17\n\
                C999999,Nobody,2026-11-20,\n\
                C000001,Smith,2026-11-19,\n\
                C000001,Okafor,tomorrow,\n\
                C000001,Okafor,2027-01-01,\n";
    let take = |file: &str| complete(&council.test.db, &clock(), who, id, file.as_bytes());
    let done = take(file).unwrap();
    assert_eq!((done.taken, done.known), (1, 0));
    let bad: Vec<_> = done.bad.iter().map(|row| (row.line, row.column)).collect();
    assert_eq!(bad, [(3, "reference"), (4, "surname"), (5, "completed_on"), (6, "completed_on")]);
    assert_eq!(council.item(ASSISTANT, "safeguarding"), ItemState::Met);
    let before = (council.trail(), council.test.db.read(|c| evidence::of_people(c, &[council.person])).unwrap());
    let again: Completions = take(file).unwrap();
    assert_eq!((again.taken, again.known, again.bad.len()), (0, 1, 4));
    let after = (council.trail(), council.test.db.read(|c| evidence::of_people(c, &[council.person])).unwrap());
    assert_eq!(before, after);
    assert_eq!(after.1.last().unwrap().valid_from, Some(day("2026-11-20")));
    assert!(matches!(take("name,day\n"), Err(Error::Invalid(_))));
    let in_a_room = complete(&council.test.db, &clock(), who, school.course, file.as_bytes());
    assert!(matches!(in_a_room, Err(Error::Conflict(_))));
    council.is_sound();
}

#[test]
fn a_broken_upload_is_told_at_its_field_and_a_long_file_is_taken_whole() {
    let school = School::of(5);
    let (council, who) = (&school.council, &school.council.officer);
    let id = council.act(who, |tx| course::add(tx, who, &details("SG1-E", CourseMode::Elearning))).unwrap();
    let lines: String = (0..250).map(|n| format!("C9{n:05},Nobody,2026-11-20\n")).collect();
    let file = format!("reference,surname,completed_on\n{lines}C000001,Okafor,2026-11-20\n");
    let done = complete(&council.test.db, &clock(), who, id, file.as_bytes()).unwrap();
    assert_eq!((done.taken, done.bad.len(), done.bad[249].line), (1, 250, 251));
    active(&council.test, "of@council.example.org", &[grant(Access::Officer)]);
    let browser = Browser::new(&council.test);
    browser.sign_in("of@council.example.org");
    let bare = browser.send(&format!("/courses/{id}/completions"), &[("csrf", "none")]);
    assert_eq!(bare.status.code, 422);
    assert!(bare.body.contains("Select a file of 2 MB or less"));
    council.is_sound();
}
