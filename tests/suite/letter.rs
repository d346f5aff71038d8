//! Every letter, word for word, with the names that break things.

use chaperone::domain::letter::{
    AllClear, ContractorDigest, Finding, HoldNotice, InvariantAlarm, Item, JobLine, Letter, Need, Person, Sender,
    SetPassword, TrailAnchor,
};
use chaperone::types::{At, Secret, parse_date};
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

fn at(text: &str) -> At {
    At::new(text.parse().unwrap())
}

fn sender() -> Sender {
    Sender {
        council: "Cyngor Sir Ynys Môn & Partners".into(),
        reply_to: "transport-team@council.example.org".into(),
        base_url: "https://chaperone.council.example.org".into(),
    }
}

fn item(stops: bool, need: Need) -> Item {
    Item { need, stops }
}

fn renewal(title: &str, until: &str) -> Need {
    Need::Renewal { title: title.into(), until: day(until) }
}

fn review(until: &str) -> Need {
    Need::Review { title: "DBS certificate".into(), until: day(until) }
}

fn missing(title: &str, since: &str) -> Need {
    Need::Missing { title: title.into(), since: day(since) }
}

fn person(key: i64, name: &str, role: &str, items: Vec<Item>) -> Person {
    Person { key, name: name.into(), role: role.into(), items }
}

fn digest(people: Vec<Person>) -> ContractorDigest {
    ContractorDigest {
        sender: sender(),
        firm: "O'Neill & Daughters <Taxis> Ltd".into(),
        contact: "the Transport Team on 01632 960000".into(),
        today: day("2026-11-22"),
        people,
        next_on: Some(day("2026-11-30")),
    }
}

fn everybody() -> Vec<Person> {
    vec![
        person(
            1,
            "Siân O'Connor",
            "Taxi driver",
            vec![
                item(true, renewal("Medical certificate", "2026-11-20")),
                item(true, missing("First aid training", "2026-03-03")),
                item(false, review("2026-11-30")),
            ],
        ),
        person(
            1,
            "Siân O'Connor",
            "Passenger assistant",
            vec![item(true, missing("First aid training", "2026-03-03"))],
        ),
        person(
            2,
            "<script>alert('x')</script> & Søn",
            "Minibus driver",
            vec![item(true, Need::WithCouncil), item(true, Need::WithCouncil)],
        ),
        person(
            3,
            "Łukasz Żółć-Featherstonehaugh",
            "Passenger assistant",
            vec![
                item(false, renewal("Badge", "2026-11-22")),
                item(false, renewal("Right to work", "2026-11-23")),
                item(false, renewal("Safeguarding training", "2026-12-22")),
                item(false, renewal("First aid training", "2026-12-23")),
            ],
        ),
        person(
            4,
            "Ann Lee",
            "Taxi driver",
            vec![
                item(false, review("2026-11-01")),
                item(false, renewal("Taxi licence", "2027-02-20")),
                item(false, Need::WithCouncil),
            ],
        ),
    ]
}

fn shown(letter: &Letter) -> String {
    format!("{}\n=====\n{}=====\n{}", letter.subject, letter.text, letter.html)
}

fn subject(people: Vec<Person>) -> String {
    digest(people).write().unwrap().subject
}

#[test]
fn a_contractor_is_told_who_cannot_work_and_what_falls_due() {
    let letter = digest(everybody()).write().unwrap();
    insta::assert_snapshot!("contractor_digest", shown(&letter));
}

#[test]
fn a_subject_counts_and_names_nobody() {
    let due = |key: i64, until: &str| person(key, "Ann Lee", "Driver", vec![item(false, renewal("Badge", until))]);
    let stopped = |key: i64| person(key, "Bo Ray", "Driver", vec![item(true, missing("Badge", "2026-11-01"))]);
    let late = |key: i64| person(key, "Cy Fox", "Driver", vec![item(false, review("2026-11-01"))]);
    for (people, wanted) in [
        (vec![stopped(1)], "1 member of staff cannot work"),
        (vec![stopped(1), stopped(1), stopped(2)], "2 staff cannot work"),
        (vec![stopped(1), due(2, "2027-03-30")], "1 member of staff cannot work; 1 due by 30 March 2027"),
        (
            vec![stopped(1), stopped(2), due(3, "2027-03-30"), due(4, "2027-03-30")],
            "2 staff cannot work; 2 due by 30 March 2027",
        ),
        (vec![due(1, "2026-12-01"), due(2, "2026-11-30")], "2 staff with items due from 30 November 2026"),
        (vec![due(1, "2026-11-22")], "1 member of staff with items due by 22 November 2026"),
        (vec![late(1), due(2, "2026-12-01")], "1 member of staff with items overdue; 1 due by 1 December 2026"),
        (vec![stopped(1), late(2)], "1 member of staff cannot work; 1 overdue"),
        (vec![], "Nothing is due"),
    ] {
        assert_eq!(subject(people), wanted);
    }
}

#[test]
fn every_subject_of_a_digest_is_free_of_names() {
    let subject = subject(everybody());
    assert_eq!(subject, "2 staff cannot work; 1 overdue; 3 due from 22 November 2026");
    for person in everybody() {
        assert!(person.name.split(' ').all(|part| !subject.contains(part)), "{subject}");
    }
}

#[test]
fn what_the_council_must_do_says_neither_what_nor_since_when() {
    let held = digest(vec![person(1, "Ann Lee", "Driver", vec![item(true, Need::WithCouncil)])]).write().unwrap();
    assert!(held.text.contains("Ann Lee, Driver\n  - With the council: there is nothing for you to send\n"));
}

#[test]
fn a_stop_is_told_as_a_fact() {
    let letter = HoldNotice {
        sender: sender(),
        firm: "O'Neill & Daughters <Taxis> Ltd".into(),
        contact: "the Transport Team on 01632 960000".into(),
        person: "Siân <b>O'Connor</b>".into(),
        from: day("2026-11-22"),
    };
    insta::assert_snapshot!("hold_notice", shown(&letter.write().unwrap()));
}

fn all_clear(failed: u64, overdue: bool) -> AllClear {
    let job = |name: &str, last_run, overdue| JobLine { name: name.into(), last_run, failures: 0, overdue };
    AllClear {
        sender: sender(),
        from: day("2026-06-08"),
        to: day("2026-06-14"),
        at: at("2026-06-15T05:30:00Z"),
        stopped: 12,
        due: 1430,
        sent: 47,
        failed,
        jobs: vec![job("lapse", Some(at("2026-06-15T00:10:00Z")), false), job("remind", None, overdue)],
    }
}

#[test]
fn the_team_hears_every_week_that_all_is_clear() {
    insta::assert_snapshot!("all_clear", shown(&all_clear(0, false).write().unwrap()));
    let trouble = all_clear(2, true).write().unwrap();
    assert_eq!(trouble.subject, "Needs a look: 3 failures, week to 14 June 2026: 12 stopped, 1,430 due");
    assert!(trouble.text.contains("remind: last run never, overdue"));
}

#[test]
fn an_impossible_state_raises_an_alarm() {
    let finding = |rule: &str, records| Finding { rule: rule.into(), records };
    let letter = InvariantAlarm {
        sender: sender(),
        at: at("2026-11-22T04:00:00Z"),
        findings: vec![
            finding("A suspended person has a live badge", 1),
            finding("A kept clearance is < a day old", 3),
        ],
    };
    insta::assert_snapshot!("invariant_alarm", shown(&letter.write().unwrap()));
}

#[test]
fn the_auditor_keeps_the_trails_head() {
    let letter = TrailAnchor { sender: sender(), day: day("2026-11-22"), seq: 12_345, hash: "9f".repeat(32) };
    insta::assert_snapshot!("trail_anchor", shown(&letter.write().unwrap()));
}

#[test]
fn a_password_link_stays_whole() {
    let letter = |invited| SetPassword {
        sender: sender(),
        name: "Siân <O'Connor>".into(),
        link: Secret::new(format!("https://chaperone.council.example.org/password/{}", "k3Y-".repeat(16))),
        expires: at("2026-11-25T09:00:00Z"),
        invited,
    };
    insta::assert_snapshot!("set_password_invited", shown(&letter(true).write().unwrap()));
    insta::assert_snapshot!("set_password_forgotten", shown(&letter(false).write().unwrap()));
    assert!(letter(true).write().unwrap().text.contains(letter(true).link.reveal()));
}

#[test]
fn no_letter_loads_anything_or_lets_a_value_be_markup() {
    let digest = digest(everybody()).write().unwrap();
    for taboo in ["<script", "<img", "src=", "url(", "&amp;lt;"] {
        assert!(!digest.html.contains(taboo), "{taboo}");
    }
    assert!(digest.text.contains("<script>alert('x')</script> & Søn"));
}
