//! Certificates, status checks, suitability, and what a firm may see of them.

use super::super::support::*;
use super::super::*;
use crate::types::*;

fn dbs(dossier: &Dossier, today: &str) -> Item {
    item(&on(TAXI, dossier, today), "dbs_certificate").clone()
}

#[test]
fn a_certificate_that_does_not_serve_says_why() {
    let say = |change: &dyn Fn(&mut crate::store::dbs::Certificate)| {
        let mut dossier = papered(TAXI);
        change(&mut dossier.certificates[0]);
        let found = dbs(&dossier, "2025-02-01");
        assert_eq!(found.state, ItemState::Missing);
        found.note
    };
    assert_eq!(
        say(&|c| c.level = DbsLevel::Standard),
        "The certificate on file is standard; this role needs an enhanced one"
    );
    assert!(say(&|c| c.workforce = Workforce::Other).contains("another workforce"));
    assert!(say(&|c| c.barred_lists = BarredLists::Adult).contains("children's barred list"));
    assert_eq!(say(&|c| c.retired_on = Some(day("2025-01-15"))), "Nothing on file");
}

#[test]
fn a_taxi_certificate_serves_only_with_the_switch() {
    let mut versions = policies();
    for requirement in &mut versions[0].requirements {
        requirement.params.other_with_both_lists = requirement.params.other_with_both_lists.map(|_| true);
    }
    let mut dossier = papered(TAXI);
    dossier.certificates[0].workforce = Workforce::Other;
    assert!(clearance(&versions, TAXI, &dossier, day("2025-02-01")).is_cleared());
    assert!(!on(TAXI, &dossier, "2025-02-01").is_cleared());
    dossier.certificates[0].barred_lists = BarredLists::Child;
    assert!(!clearance(&versions, TAXI, &dossier, day("2025-02-01")).is_cleared());
}

#[test]
fn a_certificate_is_reviewed_at_36_months_or_six_after_the_last_passed_check() {
    let mut dossier = papered(TAXI);
    assert_eq!(dbs(&dossier, "2025-02-01").due_on, Some(day("2028-01-01")));
    dossier.checks.push(check(2, 1, day("2027-10-31"), StatusResult::NonBlankNoNewInfo));
    assert_eq!(dbs(&dossier, "2027-11-01").due_on, Some(day("2028-04-30")));
    dossier.checks.push(check(3, 1, day("2028-02-01"), StatusResult::NoMatchFound));
    assert_eq!(dbs(&dossier, "2028-04-30").state, ItemState::Due, "what was not found undoes no answer");
    assert_eq!(dbs(&dossier, "2028-05-01").state, ItemState::Lapsed);
    dossier.checks.pop();
    dossier.subscriptions[0].ended_on = Some(day("2027-12-01"));
    assert_eq!(dbs(&dossier, "2027-12-01").due_on, Some(day("2028-01-01")));
}

#[test]
fn a_lost_subscription_strikes_the_certificate_down_where_the_role_asks_for_one() {
    let mut dossier = papered(TAXI);
    dossier.subscriptions[0].ended_on = Some(day("2025-06-13"));
    assert!(on(TAXI, &dossier, "2025-06-13").is_cleared(), "ended by hand, it is good for its 36 months");
    dossier.subscriptions[0].lost = true;
    assert!(on(TAXI, &dossier, "2025-06-12").is_cleared());
    let struck = dbs(&dossier, "2025-06-13");
    assert_eq!((struck.state, struck.stops_on), (ItemState::Lapsed, Some(day("2025-06-13"))));
    assert_eq!(on(TAXI, &dossier, "2025-06-13").status, Status::Lapsed);
}

#[test]
fn what_was_not_found_does_not_undo_new_information() {
    let mut dossier = papered(TAXI);
    dossier.checks.push(check(2, 1, day("2025-06-13"), StatusResult::NewInfo));
    dossier.checks.push(check(3, 1, day("2025-06-20"), StatusResult::NoMatchFound));
    assert_eq!(dbs(&dossier, "2025-06-21").state, ItemState::Lapsed);
}

#[test]
fn a_clear_record_does_not_hide_a_trace_that_the_service_tells_of() {
    let mut dossier = papered(TAXI);
    dossier.checks.push(check(2, 1, day("2025-02-08"), StatusResult::NonBlankNoNewInfo));
    assert_eq!(on(TAXI, &dossier, "2025-02-08").status, Status::Lapsed);
    dossier.decisions.push(decision(1, Some(1), Outcome::Suitable, day("2025-02-08")));
    assert!(on(TAXI, &dossier, "2025-02-08").is_cleared());
}

#[test]
fn a_volunteers_subscription_serves_no_paid_role() {
    let mut dossier = papered(TAXI);
    dossier.subscriptions[0].volunteer = true;
    let found = item(&on(TAXI, &dossier, "2025-02-05"), "update_service").clone();
    assert_eq!(found.state, ItemState::Missing);
    assert!(found.note.contains("volunteer"), "{}", found.note);
    assert_eq!(dbs(&dossier, "2027-11-01").due_on, Some(day("2028-01-01")), "no check extends the review");
}

#[test]
fn new_information_strikes_the_certificate_down_that_day() {
    let mut dossier = papered(TAXI);
    dossier.checks.push(check(2, 1, day("2025-06-13"), StatusResult::NewInfo));
    assert!(on(TAXI, &dossier, "2025-06-12").is_cleared());
    let struck = dbs(&dossier, "2025-06-13");
    assert_eq!((struck.state, struck.due_on), (ItemState::Lapsed, Some(day("2025-06-13"))));
    assert_eq!(struck.stops_on, Some(day("2025-06-13")));
    dossier.certificates.push(certificate(2, day("2025-07-01")));
    assert_eq!(dbs(&dossier, "2025-07-01").evidence, Some(2));
}

#[test]
fn the_update_service_asks_for_joining_then_consent_then_checks() {
    let mut dossier = papered(TAXI);
    let seen = |dossier: &Dossier, today: &str| {
        let here = on(TAXI, dossier, today);
        assert!(here.is_cleared());
        let found = item(&here, "update_service");
        (found.state, found.due_on, found.note.clone())
    };
    assert_eq!(seen(&dossier, "2025-02-05").1, Some(day("2025-02-05")));
    assert_eq!(seen(&dossier, "2025-06-01").0, ItemState::Overdue);
    dossier.consents[0].withdrawn_on = Some(day("2025-02-01"));
    assert_eq!(seen(&dossier, "2025-02-05").2, "Consent to status checks not recorded");
    dossier.subscriptions.clear();
    assert_eq!(seen(&dossier, "2025-02-05").2, "Not joined to the Update Service");
    dossier.approvals[0].policy_number = None;
    assert_eq!(seen(&dossier, "2025-02-05").0, ItemState::NotRequired);
}

#[test]
fn a_trace_needs_a_decision_about_that_certificate() {
    let mut dossier = papered(TAXI);
    assert_eq!(item(&on(TAXI, &dossier, "2025-02-01"), "suitability").state, ItemState::NotRequired);
    dossier.certificates[0].has_trace = true;
    assert_eq!(on(TAXI, &dossier, "2025-02-01").status, Status::Lapsed);
    dossier.decisions.push(decision(1, Some(1), Outcome::Suitable, day("2025-02-01")));
    assert!(on(TAXI, &dossier, "2025-02-01").is_cleared());
    let mut renewed = certificate(2, day("2025-05-01"));
    renewed.has_trace = true;
    dossier.certificates.push(renewed);
    assert_eq!(on(TAXI, &dossier, "2025-05-01").status, Status::Lapsed);
}

#[test]
fn a_firm_sees_the_same_of_a_traced_and_a_clean_person() {
    let clean = papered(TAXI);
    let mut traced = papered(TAXI);
    traced.certificates[0].has_trace = true;
    traced.checks[0].result = StatusResult::NonBlankNoNewInfo;
    traced.decisions.push(decision(1, Some(1), Outcome::Suitable, day("2025-01-02")));
    let seen = |dossier: &Dossier, today| outward(&on(TAXI, dossier, today), &dossier.holds, day(today));
    for today in ["2025-02-01", "2027-11-01", "2028-02-01"] {
        assert_eq!(seen(&clean, today), seen(&traced, today));
    }
    assert!(seen(&traced, "2025-02-01").items.iter().all(|line| line.code != "suitability" && line.code != "approval"));
}

#[test]
fn what_the_council_must_settle_reads_as_one_line() {
    let mut dossier = papered(TAXI);
    dossier.certificates[0].has_trace = true;
    dossier.holds.push(hold(day("2025-01-20"), None));
    let today = day("2025-02-01");
    let seen = outward(&clearance(&policies(), TAXI, &dossier, today), &dossier.holds, today);
    let line = &seen.items[0];
    assert_eq!((seen.standing, line.code.as_str(), line.lead), (Standing::WithTheCouncil, "council", Some(0)));
    assert_eq!(line.due_on, Some(day("2025-01-02")));
    assert_eq!(seen.items.iter().filter(|line| line.state != ItemState::Met).count(), 1);
}

#[test]
fn new_information_is_the_councils_to_tell() {
    let mut dossier = papered(TAXI);
    dossier.checks.push(check(2, 1, day("2025-06-13"), StatusResult::NewInfo));
    let today = day("2025-06-14");
    let seen = outward(&clearance(&policies(), TAXI, &dossier, today), &dossier.holds, today);
    assert_eq!(seen.standing, Standing::WithTheCouncil);
    assert!(seen.items.iter().all(|line| line.code != "dbs_certificate"));
}

#[test]
fn what_a_firm_must_put_right_is_named() {
    let mut dossier = papered(TAXI);
    dossier.licences.clear();
    dossier.subscriptions.clear();
    let today = day("2025-02-01");
    let seen = outward(&clearance(&policies(), TAXI, &dossier, today), &dossier.holds, today);
    let named: Vec<_> = seen.items.iter().filter(|l| l.state == ItemState::Missing).map(|l| l.code.as_str()).collect();
    assert_eq!((seen.standing, named), (Standing::CannotWork, vec!["update_service", "licence"]));
}
