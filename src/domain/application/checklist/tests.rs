//! The checks in words: facts.md §8 cases 1, 12, 13, 15 and 16.

use super::*;
use crate::store::dbs::{Certificate, Subscription};
use crate::types::*;

fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

fn certificate(issued_on: &str) -> Certificate {
    Certificate {
        id: CertificateId(1),
        person_id: PersonId(1),
        number: "001234567890".to_owned(),
        level: DbsLevel::Enhanced,
        workforce: Workforce::Child,
        barred_lists: BarredLists::ChildAndAdult,
        issued_on: day(issued_on),
        forename: "Ada".to_owned(),
        surname: "Byron".to_owned(),
        has_trace: false,
        original_seen_by: "Dana Whitlock".to_owned(),
        original_seen_on: Some(day(issued_on)),
        source: CertificateSource::Ours,
        origin: Origin::Recorded,
        recorded_by: UserId::SYSTEM,
        recorded_on: day(issued_on),
        retired_on: None,
        reason: String::new(),
    }
}

/// A check of a driver with this certificate, under the shipped policy after `change`.
fn check(title: &str, certificate: Certificate, today: &str, accepts_taxi: bool) -> Check {
    let mut policy = Policy::shipped().unwrap();
    for requirement in &mut policy.requirements {
        requirement.params.other_with_both_lists = requirement.params.other_with_both_lists.map(|_| accepts_taxi);
    }
    let dossier = Dossier { certificates: vec![certificate], ..Dossier::default() };
    let (applicant, role, requests) = (&Applicant::default(), "taxi_phv_driver", &[]);
    let reading = Reading { applicant, dossier: &dossier, policy: &policy, role, requests, today: day(today) };
    checks(&reading).into_iter().find(|check| check.title == title).unwrap()
}

/// facts.md §8.12: the taxi licence's certificate, with the policy's switch off and on, and without the children's list.
#[test]
fn the_workforce_trap_is_explained_in_plain_words() {
    let taxi = Certificate { workforce: Workforce::Other, ..certificate("2026-06-01") };
    let told = |one: Certificate, switch| {
        let check = check("DBS certificate against the role", one, "2026-11-22", switch);
        (check.stands, check.told.join(" "))
    };
    let (stands, words) = told(taxi.clone(), false);
    assert_eq!(stands, Stands::Wrong);
    assert!(words.contains("asks for a new check for the child workforce"), "{words}");
    let (stands, words) = told(taxi.clone(), true);
    assert_eq!(stands, Stands::Done);
    assert!(words.contains("accepts it all the same, because both barred lists were searched"), "{words}");
    let (stands, words) = told(Certificate { barred_lists: BarredLists::Child, ..taxi }, true);
    assert_eq!(stands, Stands::Wrong);
    assert!(words.contains("only when both barred lists"), "{words}");
    let (stands, words) = told(Certificate { barred_lists: BarredLists::None, ..certificate("2026-06-01") }, false);
    assert_eq!((stands, words.contains("children's barred list")), (Stands::Wrong, true), "{words}");
}

/// facts.md §8.13: another council's certificate, two years and eleven months old, that nobody joined.
#[test]
fn another_bodys_old_certificate_serves_until_its_review_and_cannot_be_joined() {
    let old = Certificate { source: CertificateSource::AnotherBody, ..certificate("2023-12-22") };
    let against = check("DBS certificate against the role", old.clone(), "2026-11-22", false);
    assert!(against.stands == Stands::Done && against.told.join(" ").contains("Another body asked for it"));
    let joining = check("Joining the Update Service", old, "2026-11-22", false);
    assert_eq!(joining.stands, Stands::Wrong);
    assert!(joining.told[0].contains("To join, a new check is needed"), "{:?}", joining.told);
}

/// facts.md §8.1 and §8.15: thirty days from the day of issue, that day inclusive, over the end of February.
#[test]
fn the_days_left_to_join_are_counted_down() {
    let told = |today| check("Joining the Update Service", certificate("2024-02-29"), today, false).told.remove(0);
    assert_eq!(told("2024-03-01"), "29 days left to join: until 30 March 2024");
    assert_eq!(told("2024-03-29"), "1 day left to join: until 30 March 2024");
    assert_eq!(told("2024-03-30"), "Today is the last day to join");
    assert_eq!(told("2024-03-31"), "The last day to join was 30 March 2024. To join, a new check is needed");
}

#[test]
fn a_copy_alone_is_an_exception_that_bars_a_decision() {
    let copy = Certificate { original_seen_on: None, original_seen_by: String::new(), ..certificate("2026-06-01") };
    let original = check("Original certificate", copy, "2026-11-22", false);
    assert_eq!((original.stands, original.bars), (Stands::Wrong, true));
    assert_eq!(check("Original certificate", certificate("2026-06-01"), "2026-11-22", false).stands, Stands::Done);
}

#[test]
fn a_joined_certificate_says_since_when() {
    let joined = Subscription {
        id: SubscriptionId(1),
        person_id: PersonId(1),
        certificate_id: CertificateId(1),
        joined_on: day("2026-06-10"),
        renewal_due: None,
        ended_on: None,
        origin: Origin::Recorded,
        recorded_by: UserId::SYSTEM,
        recorded_on: day("2026-06-10"),
        volunteer: false,
        lost: false,
    };
    let dossier =
        Dossier { certificates: vec![certificate("2026-06-01")], subscriptions: vec![joined], ..Dossier::default() };
    let policy = Policy::shipped().unwrap();
    let (applicant, role, today) = (&Applicant::default(), "passenger_assistant", day("2026-11-22"));
    let reading = Reading { applicant, dossier: &dossier, policy: &policy, role, requests: &[], today };
    let all = checks(&reading);
    let found = all.iter().find(|check| check.title == "Joining the Update Service").unwrap();
    assert_eq!((found.stands, found.told[0].as_str()), (Stands::Done, "Joined on 10 June 2026"));
}

/// facts.md §8.16: the eighteenth birthday is the first day.
#[test]
fn an_assistant_is_of_age_on_the_birthday() {
    let policy = Policy::shipped().unwrap();
    let applicant = Applicant { date_of_birth: Some(day("2008-11-23")), ..Applicant::default() };
    let age = |today| {
        let (dossier, role) = (&Dossier::default(), "passenger_assistant");
        let reading =
            Reading { applicant: &applicant, dossier, policy: &policy, role, requests: &[], today: day(today) };
        checks(&reading).remove(0)
    };
    let young = age("2026-11-22");
    assert_eq!((young.stands, young.told[0].contains("before 23 November 2026")), (Stands::Wrong, true));
    assert_eq!(age("2026-11-23").stands, Stands::Done);
}
