//! Every letter, word for word, with the names that break things.

use chaperone::domain::clearance::{Outward, OutwardItem, Standing};
use chaperone::domain::letter::{
    AllClear, ApplicationChase, ApplicationReturned, ContractorDigest, Finding, HoldNotice, InvariantAlarm, JobLine,
    Letter, Person, Sender, SetPassword, TrailAnchor, WaitingLine,
};
use chaperone::types::{At, ItemState, Kind, Secret, parse_date};
use chrono::NaiveDate;

const TODAY: &str = "2026-11-22";

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
        address: "County Hall, Exampleton EX1 1AA".into(),
    }
}

/// Something a firm has to see to on 22 November 2026, where it has a day and stops the person from another.
fn item(kind: Kind, title: &str, state: ItemState, due: &str, stops: Option<&str>) -> OutwardItem {
    OutwardItem {
        code: title.into(),
        kind: Some(kind),
        title: title.into(),
        state,
        due_on: Some(day(due)),
        stops_on: stops.map(day),
        last_day: stops.map(day).filter(|day| *day > self::day(TODAY)).and_then(|day| day.pred_opt()),
        lead: Some(0),
        note: String::new(),
    }
}

/// Stops the person on the day after.
fn renewal(title: &str, until: &str) -> OutwardItem {
    let stops = day(until).succ_opt().unwrap();
    let state = if stops > day(TODAY) { ItemState::Due } else { ItemState::Lapsed };
    item(Kind::Training, title, state, until, Some(&stops.to_string()))
}

fn review(until: &str) -> OutwardItem {
    OutwardItem { kind: Some(Kind::DbsCertificate), ..renewal("DBS certificate", until) }
}

fn missing(title: &str, since: &str, stops: &str) -> OutwardItem {
    item(Kind::Training, title, ItemState::Missing, since, Some(stops))
}

/// Overdue for three weeks, and a week of grace left.
fn late() -> OutwardItem {
    item(Kind::Training, "Badge", ItemState::Overdue, "2026-11-01", Some("2026-11-29"))
}

/// Not joined, or without consent: it stops nobody.
fn unjoined(note: &str) -> OutwardItem {
    let item = item(Kind::UpdateService, "DBS Update Service", ItemState::Missing, "2026-03-03", None);
    OutwardItem { note: note.into(), ..item }
}

fn person(key: i64, name: &str, role: &str, items: Vec<OutwardItem>) -> Person {
    let is_stopped = items.iter().any(|item| item.stops_on.is_some_and(|on| on <= day(TODAY)));
    let standing = if is_stopped { Standing::CannotWork } else { Standing::MayWork };
    let mut seen = Outward { standing, items };
    if is_stopped {
        seen.items.iter_mut().for_each(|item| item.last_day = None);
    }
    Person { key, name: name.into(), role: role.into(), seen }
}

fn waiting(key: i64, name: &str, role: &str, standing: Standing) -> Person {
    Person { key, name: name.into(), role: role.into(), seen: Outward { standing, items: Vec::new() } }
}

fn digest(people: Vec<Person>) -> ContractorDigest {
    ContractorDigest {
        sender: sender(),
        firm: "O'Neill & Daughters <Taxis> Ltd".into(),
        contact: "the Transport Team on 01632 960000".into(),
        today: day(TODAY),
        people,
    }
}

fn everybody() -> Vec<Person> {
    vec![
        person(
            1,
            "Siân O'Connor",
            "Taxi driver",
            vec![
                renewal("Medical certificate", "2026-11-20"),
                missing("First aid training", "2026-03-03", "2026-03-18"),
                review("2026-11-30"),
                unjoined("Consent to status checks not recorded"),
            ],
        ),
        person(
            1,
            "Siân O'Connor",
            "Passenger assistant",
            vec![missing("First aid training", "2026-03-03", "2026-03-18")],
        ),
        waiting(2, "<script>alert('x')</script> & Søn", "Minibus driver", Standing::WithTheCouncil),
        waiting(5, "Bo Ray", "Minibus driver", Standing::NotApproved),
        person(
            3,
            "Łukasz Żółć-Featherstonehaugh",
            "Passenger assistant",
            vec![
                renewal("Badge", "2026-11-22"),
                renewal("Right to work", "2026-11-23"),
                renewal("Safeguarding training", "2026-12-22"),
                renewal("First aid training", "2026-12-23"),
                unjoined("Not joined to the Update Service"),
            ],
        ),
        person(
            4,
            "Ann Lee",
            "Taxi driver",
            vec![
                item(Kind::DbsCertificate, "DBS certificate", ItemState::Overdue, "2026-11-01", Some("2026-12-07")),
                renewal("Taxi licence", "2027-02-20"),
                unjoined("Consent to status checks not recorded"),
                item(Kind::Medical, "Group 2 medical", ItemState::Due, "2026-12-01", None),
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
    let one = |key: i64, item| person(key, "Ann Lee", "Driver", vec![item]);
    let due = |key: i64, until: &str| one(key, renewal("Badge", until));
    let stopped = |key: i64| one(key, missing("Badge", "2026-11-01", "2026-11-15"));
    let held = |key: i64| waiting(key, "Bo Ray", "Driver", Standing::WithTheCouncil);
    let soft = |key: i64| one(key, unjoined("Not joined to the Update Service"));
    for (people, wanted) in [
        (vec![stopped(1)], "1 member of staff cannot work"),
        (vec![stopped(1), stopped(1), held(2)], "2 staff cannot work"),
        (vec![stopped(1), soft(2)], "1 member of staff cannot work"),
        (vec![stopped(1), due(2, "2027-03-30")], "1 member of staff cannot work; 1 more from 31 March 2027"),
        (
            vec![stopped(1), stopped(2), due(3, "2027-03-30"), due(4, "2027-03-30"), due(5, "2027-03-31")],
            "2 staff cannot work; 2 more from 31 March 2027; 1 due by 31 March 2027",
        ),
        (vec![due(1, "2026-12-01"), due(2, "2026-12-01")], "2 staff cannot work from 2 December 2026"),
        (
            vec![due(1, "2026-11-22"), due(2, "2026-12-01"), due(3, "2026-12-09")],
            "1 member of staff cannot work from 23 November 2026; 2 due from 1 December 2026",
        ),
        (
            vec![one(1, late()), due(2, "2026-12-01")],
            "1 member of staff cannot work from 29 November 2026; 1 due by 1 December 2026",
        ),
        (vec![due(1, "2026-11-24"), one(2, late())], "1 member of staff cannot work from 25 November 2026; 1 overdue"),
        (vec![soft(1), soft(2)], "2 staff with something to send; nobody has to stop work"),
        (vec![], "Nothing is due"),
    ] {
        assert_eq!(subject(people), wanted);
    }
}

#[test]
fn every_subject_of_a_digest_is_free_of_names() {
    let subject = subject(everybody());
    assert_eq!(subject, "3 staff cannot work; 1 more from 23 November 2026; 1 overdue; 3 due from 23 November 2026");
    for person in everybody() {
        assert!(person.name.split(' ').all(|part| !subject.contains(part)), "{subject}");
    }
}

#[test]
fn what_only_the_council_can_settle_says_neither_what_nor_since_when() {
    let told = |standing| digest(vec![waiting(1, "Ann Lee", "Driver", standing)]).write().unwrap().text;
    let held = told(Standing::WithTheCouncil);
    assert!(held.contains("Ann Lee, Driver\n  - With the council: there is nothing for you to send\n"));
    let refused = told(Standing::NotApproved);
    assert!(refused.contains("Ann Lee, Driver\n  - Not approved\n") && !refused.contains("With the council"));
}

#[test]
fn what_stops_nobody_stands_last_by_what_is_asked_for() {
    let text = digest(everybody()).write().unwrap().text;
    let (urgent, also) = text.split_once("PLEASE ALSO SEND: THIS DOES NOT STOP ANYBODY WORKING").unwrap();
    assert!(!urgent.contains("Update Service") && !urgent.contains("Group 2 medical"));
    let consent =
        "DBS Update Service: signed consent to status checks needed\n  - Ann Lee, Taxi driver\n  - Siân O'Connor";
    assert!(also.contains(consent), "{also}");
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

#[test]
fn an_application_that_came_back_is_named_by_its_reference_alone() {
    let letter = ApplicationReturned {
        sender: sender(),
        firm: "O’Brien & Sons <Coaches>".into(),
        contact: "the transport team".into(),
        application: chaperone::types::ApplicationId(7),
        reference: "A-000123".into(),
    };
    insta::assert_snapshot!("application_returned", shown(&letter.write().unwrap()));
}

#[test]
fn applications_that_wait_are_listed_with_the_day_they_are_closed() {
    let line = |reference: &str, returned, since| WaitingLine {
        reference: reference.into(),
        returned,
        since: day(since),
        closes_on: day("2027-05-08"),
    };
    let lines = vec![line("A-000123", false, "2026-11-08"), line("A-000124", true, "2026-11-01")];
    let letter = ApplicationChase { sender: sender(), firm: "Ashdown Cars".into(), lines };
    insta::assert_snapshot!("application_chase", shown(&letter.write().unwrap()));
}
