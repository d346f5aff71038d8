//! A badge's last day, over leap days, waivers, subscriptions and anything else that falls due.

use proptest::prelude::*;

use super::*;
use crate::domain::clearance::support::subscription;
use crate::domain::policy::Policy;
use crate::types::{ItemState, Status};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn item(code: &str, kind: Kind, state: ItemState, due_on: Option<NaiveDate>) -> Item {
    Item {
        code: code.into(),
        kind,
        title: String::new(),
        state,
        due_on,
        stops_on: due_on.and_then(|day| day.succ_opt()),
        lead: None,
        note: String::new(),
        evidence: Some(7),
        waived_until: due_on.filter(|_| state == ItemState::Waived),
    }
}

fn of(items: Vec<Item>) -> Clearance {
    Clearance { status: Status::Cleared, items, valid_until: None, next_change_on: None, policy_number: 1 }
}

fn made_out(issued: &str, months: u32, items: Vec<Item>, dossier: &Dossier) -> NaiveDate {
    let policy = Policy::shipped().unwrap();
    expiry(day(issued), months, &policy.asked_of("pcv_driver"), &of(items), dossier)
}

fn met(code: &str, kind: Kind, due: &str) -> Item {
    item(code, kind, ItemState::Met, Some(day(due)))
}

#[test]
fn a_badge_runs_for_its_months_and_a_leap_day_ends_in_february() {
    assert_eq!(made_out("2026-11-22", 36, Vec::new(), &Dossier::default()), day("2029-11-22"));
    assert_eq!(made_out("2028-02-29", 36, Vec::new(), &Dossier::default()), day("2031-02-28"));
    assert_eq!(made_out("2024-02-29", 48, Vec::new(), &Dossier::default()), day("2028-02-29"));
}

#[test]
fn the_earliest_of_what_caps_it_ends_it_and_nothing_else_does() {
    let items = vec![
        met("cpc", Kind::Cpc, "2028-06-30"),
        met("medical", Kind::Medical, "2027-12-31"),
        met("dvla_check", Kind::Document, "2027-01-31"),
    ];
    assert_eq!(made_out("2026-11-22", 36, items, &Dossier::default()), day("2027-12-31"));
}

#[test]
fn a_waiver_caps_it_on_its_last_day_and_what_never_stops_anybody_does_not() {
    let waived = item("medical", Kind::Medical, ItemState::Waived, Some(day("2027-03-31")));
    assert_eq!(made_out("2026-11-22", 36, vec![waived], &Dossier::default()), day("2027-03-31"));
    let missing =
        Item { stops_on: None, ..item("medical", Kind::Medical, ItemState::Missing, Some(day("2020-01-01"))) };
    assert_eq!(made_out("2026-11-22", 36, vec![missing], &Dossier::default()), day("2029-11-22"));
}

#[test]
fn a_certificate_caps_it_unless_it_is_subscribed() {
    let items = || vec![met("dbs_certificate", Kind::DbsCertificate, "2027-05-31")];
    assert_eq!(made_out("2026-11-22", 36, items(), &Dossier::default()), day("2027-05-31"));
    let subscribed = |ended_on, volunteer| Dossier {
        subscriptions: vec![crate::store::dbs::Subscription {
            ended_on,
            volunteer,
            ..subscription(7, day("2026-01-01"))
        }],
        ..Dossier::default()
    };
    assert_eq!(made_out("2026-11-22", 36, items(), &subscribed(None, false)), day("2029-11-22"));
    assert_eq!(made_out("2026-11-22", 36, items(), &subscribed(Some(day("2026-06-01")), false)), day("2027-05-31"));
    assert_eq!(made_out("2026-11-22", 36, items(), &subscribed(None, true)), day("2027-05-31"));
}

proptest! {
    #[test]
    fn a_badge_never_outlasts_its_months_nor_anything_that_caps_it(
        issued in 0i64..20_000,
        months in 1u32..=120,
        dues in proptest::collection::vec((0usize..5, proptest::option::of(0i64..24_000)), 0..8),
    ) {
        let start = day("2000-01-01");
        let on = |days: i64| start + chrono::TimeDelta::days(days);
        let codes = [("cpc", Kind::Cpc), ("medical", Kind::Medical), ("right_to_work", Kind::RightToWork),
            ("driving_entitlement", Kind::DrivingEntitlement), ("dvla_check", Kind::Document)];
        let items: Vec<Item> = dues
            .iter()
            .map(|(nth, due)| item(codes[*nth].0, codes[*nth].1, ItemState::Met, due.map(on)))
            .collect();
        let policy = Policy::shipped().unwrap();
        let found = of(items.clone());
        let end = expiry(on(issued), months, &policy.asked_of("pcv_driver"), &found, &Dossier::default());
        let whole = add_months(on(issued), months);
        let caps: Vec<NaiveDate> = items.iter().filter(|one| one.code != "dvla_check").filter_map(|one| one.due_on).collect();
        prop_assert!(end <= whole);
        prop_assert!(caps.iter().all(|cap| end <= *cap));
        prop_assert!(end == whole || caps.contains(&end));
    }
}
