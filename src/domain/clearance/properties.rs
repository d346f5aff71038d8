//! What holds of any dossier on any day, however odd its dates.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{Days, NaiveDate};
use proptest::collection::vec;
use proptest::prelude::*;

use super::support::*;
use super::*;
use crate::store::dbs::Subscription;
use crate::types::*;

/// One thing that befell a dossier: what, two days about 1 January 2026, and a choice.
type Mark = (u8, i32, i32, usize);

static VERSIONS: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    let first = Policy::shipped().unwrap();
    let mut second = Policy { number: 2, effective_from: at(150), ..first.clone() };
    second.requirements.retain(|requirement| requirement.code != "pats");
    for requirement in &mut second.requirements {
        requirement.grace_days = requirement.grace_days.map(|_| 5);
        requirement.validity_months = requirement.validity_months.map(|months| months - 5);
    }
    vec![first, second]
});

const KINDS: [(Kind, &str); 9] = [
    (Kind::RightToWork, "right_to_work"),
    (Kind::Training, "safeguarding"),
    (Kind::Training, "first_aid"),
    (Kind::Document, "dvla_check"),
    (Kind::Medical, "medical"),
    (Kind::DrivingEntitlement, "driving_entitlement"),
    (Kind::References, "references"),
    (Kind::Overseas, "overseas"),
    (Kind::SelfDeclaration, "self_declaration"),
];

fn at(offset: i32) -> NaiveDate {
    day("2026-01-01") + chrono::TimeDelta::days(offset.into())
}

fn before(today: NaiveDate) -> NaiveDate {
    today - Days::new(1)
}

fn apply(dossier: &mut Dossier, role: &str, id: i64, (what, a, b, pick): Mark) {
    let (from, to) = (at(a), at(a + b));
    let flag = |bit: usize| pick >> bit & 1 == 1;
    let about = 1 + i64::try_from(pick % dossier.certificates.len()).unwrap();
    match what {
        0 | 1 => {
            let (kind, code) = KINDS[pick % KINDS.len()];
            let mut row = evidence(id, kind, code, (b % 4 > 0).then_some(from), (b % 3 > 0).then_some(to));
            row.facts = match kind {
                Kind::Overseas if b % 2 == 0 => {
                    format!(r#"{{"outcome":"outstanding","abroad_until":"{}"}}"#, from - chrono::Months::new(60))
                }
                Kind::Overseas => r#"{"outcome":"certificate"}"#.to_owned(),
                _ => r#"{"categories":["D1"]}"#.to_owned(),
            };
            dossier.evidence.push(row);
        }
        2 => {
            let (kind, _) = KINDS[pick % KINDS.len()];
            dossier.evidence.retain(|row| row.kind != kind);
        }
        3 => {
            let length = dossier.evidence.len().max(1);
            if let Some(row) = dossier.evidence.get_mut(pick % length) {
                row.retired_on = Some(from);
            }
        }
        4 => {
            let number = i64::try_from(dossier.certificates.len()).unwrap() + 1;
            let mut row = certificate(number, from);
            row.has_trace = flag(0);
            row.level = if flag(1) && flag(2) { DbsLevel::Standard } else { DbsLevel::Enhanced };
            row.retired_on = (flag(3) && flag(4)).then_some(to);
            dossier.certificates.push(row);
        }
        5 => dossier.subscriptions.push(Subscription { id: SubscriptionId(id), ..subscription(about, from) }),
        6 => dossier.checks.push(check(id, about, from, StatusResult::ALL[pick / 3 % 4])),
        7 => {
            let mut row = approval(id, role, from);
            if flag(0) {
                row.conditions = "with an assistant".to_owned();
                row.conditions_until = Some(to);
            }
            row.ended_on = flag(1).then_some(at(a + b / 2));
            row.policy_number = flag(2).then_some(1);
            dossier.approvals.push(row);
        }
        8 => {
            let outcome = if pick % 8 == 0 { Outcome::Unsuitable } else { Outcome::Suitable };
            dossier.decisions.push(decision(id, Some(about), outcome, from));
        }
        9 => {
            let mut row = hold(from, flag(0).then_some(to));
            row.lifted_on = (flag(1) || !flag(0)).then_some(at(a + b / 2));
            dossier.holds.push(row);
        }
        10 | 11 => {
            let (_, code) = KINDS[pick % KINDS.len()];
            dossier.waivers.push(waiver(id, role, code, from, to));
        }
        12 => {
            let mut row = engagement(role, from);
            row.id = EngagementId(id);
            row.ends_on = flag(0).then_some(to);
            dossier.engagements.push(row);
        }
        13 if flag(0) => dossier.engagements[0].ends_on = Some(from),
        13 if flag(1) => dossier.licences[0].ended_on = Some(from),
        13 => dossier.approvals[0].ended_on = Some(from),
        14 => {
            let mut row = licence(id, from, to);
            row.ended_on = flag(0).then_some(at(a + b / 2));
            dossier.licences.push(row);
        }
        15 => {
            let years = [18, 21, 45, 65][pick % 4];
            dossier.date_of_birth = Some(from - chrono::Months::new(12 * years));
        }
        _ => dossier.consents[0].withdrawn_on = Some(from),
    }
}

prop_compose! {
    fn dossiers()(role in prop::sample::select(vec![TAXI, BUS, ASSISTANT]),
                  marks in vec((0u8..17, -420..420i32, 0..500i32, 0..1000usize), 0..9)) -> (&'static str, Dossier) {
        let mut dossier = papered(role);
        for (mark, id) in marks.into_iter().zip(100..) {
            apply(&mut dossier, role, id, mark);
        }
        (role, dossier)
    }
}

/// `dossier` without the rows that begin after `today`: holds, waivers and engagements dated ahead stay.
fn known_on(dossier: &Dossier, today: NaiveDate) -> Dossier {
    let mut known = dossier.clone();
    known.evidence.retain(|row| row.valid_from.is_none_or(|from| from <= today));
    known.certificates.retain(|row| row.issued_on <= today);
    known.checks.retain(|row| row.checked_on <= today);
    known.approvals.retain(|row| row.approved_on <= today);
    known.decisions.retain(|row| row.decided_on <= today);
    known.licences.retain(|row| row.valid_from.is_none_or(|from| from <= today));
    known
}

/// Days on which time alone may do somebody good.
fn improvers(versions: &[Policy], dossier: &Dossier) -> BTreeSet<NaiveDate> {
    let next = |day: NaiveDate| day + Days::new(1);
    let mut days = BTreeSet::new();
    days.extend(versions.iter().map(|policy| policy.effective_from));
    days.extend(dossier.holds.iter().flat_map(|row| row.until.map(next).into_iter().chain(row.lifted_on)));
    days.extend(dossier.waivers.iter().map(|row| row.starts_on));
    days.extend(dossier.engagements.iter().flat_map(|row| [row.starts_on, row.recorded_on]));
    // What is missing is missing since the earliest engagement still current, or since it was set aside.
    days.extend(dossier.engagements.iter().filter_map(|row| row.ends_on).map(next));
    days.extend(dossier.evidence.iter().flat_map(|row| row.valid_from.into_iter().chain(row.retired_on)));
    days.extend(dossier.certificates.iter().map(|row| row.issued_on));
    days.extend(dossier.checks.iter().map(|row| row.checked_on));
    days.extend(dossier.approvals.iter().map(|row| row.approved_on));
    days.extend(dossier.decisions.iter().map(|row| row.decided_on));
    // A licence taken away before its last day uncovers the one before it.
    days.extend(dossier.licences.iter().flat_map(|row| row.valid_from.into_iter().chain(row.ended_on)));
    days.extend(dossier.date_of_birth.into_iter().flat_map(|born| [18, 21].map(|age| add_months(born, 12 * age))));
    for row in dossier.evidence.iter().filter(|row| row.facts.contains("abroad_until")) {
        let facts: serde_json::Value = serde_json::from_str(&row.facts).unwrap();
        days.insert(next(add_months(parse_date(facts["abroad_until"].as_str().unwrap()).unwrap(), 60)));
    }
    days
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_changes_before_next_change_on((role, dossier) in dossiers(), start in -300..300i32, later in 0..600u64) {
        let mut now = at(start);
        for _ in 0..12 {
            let here = clearance(&VERSIONS, role, &dossier, now);
            let Some(next) = here.next_change_on else {
                let then = clearance(&VERSIONS, role, &dossier, now + Days::new(later));
                prop_assert_eq!(Clearance { policy_number: here.policy_number, ..then }, here);
                break;
            };
            prop_assert!(next > now);
            for then in [before(next), (now + Days::new(later)).min(before(next))] {
                prop_assert_eq!(&clearance(&VERSIONS, role, &dossier, then), &here, "{} to {}", now, then);
            }
            now = next;
        }
    }

    #[test]
    fn time_alone_clears_nobody_without_cause((role, dossier) in dossiers(), start in -300..300i32) {
        let causes = improvers(&VERSIONS, &dossier);
        let mut here = clearance(&VERSIONS, role, &dossier, at(start));
        for _ in 0..20 {
            let Some(next) = here.next_change_on else { break };
            let then = clearance(&VERSIONS, role, &dossier, next);
            if then.is_cleared() && !here.is_cleared() {
                prop_assert!(causes.contains(&next), "cleared on {} from {:?}", next, here);
            }
            here = then;
        }
    }

    #[test]
    fn valid_until_is_the_last_cleared_day((role, dossier) in dossiers(), start in -300..300i32) {
        let today = at(start);
        let (first, known) = (&VERSIONS[..1], known_on(&dossier, today));
        let here = clearance(first, role, &known, today);
        prop_assert_eq!(here.is_cleared(), here.valid_until.is_some());
        if let Some(last) = here.valid_until {
            prop_assert!(today <= last);
            prop_assert!(clearance(first, role, &known, last).is_cleared(), "not cleared on {}: {:?}", last, here);
            let after = last + Days::new(1);
            let cause = improvers(first, &known).into_iter().any(|day| day > today && day <= after);
            if last < FOREVER && !cause {
                prop_assert!(!clearance(first, role, &known, after).is_cleared(), "still cleared on {}", after);
            }
        }
    }

    #[test]
    fn cleared_means_approved_not_held_and_stopped_by_nothing((role, dossier) in dossiers(), start in -300..300i32) {
        let today = at(start);
        let here = clearance(&VERSIONS, role, &dossier, today);
        let engaged = dossier.engagements.iter().any(|row| row.ends_on.is_none_or(|end| end >= today));
        let held = dossier.holds.iter().any(|row| calendar::holds_on(row, today));
        let approved = dossier.approval(role, today).is_some();
        let stopped = here.items.iter().any(|item| item.stops(today));
        let refused = here.status == Status::Unsuitable;
        prop_assert_eq!(here.is_cleared(), engaged && !held && approved && !stopped && !refused);
    }

    #[test]
    fn a_contractor_cannot_tell_a_trace((role, mut dossier) in dossiers(), start in -300..300i32, approved: bool) {
        dossier.decisions.clear();
        if !approved {
            dossier.approvals.clear();
        }
        let (mut clean, mut traced) = (dossier.clone(), dossier);
        for (row, id) in clean.certificates.iter_mut().zip(traced.certificates.iter_mut()).zip(500..) {
            (row.0.has_trace, row.1.has_trace) = (false, true);
            if approved {
                traced.decisions.push(decision(id, Some(row.1.id.0), Outcome::Suitable, row.1.issued_on));
            }
        }
        for (one, other) in clean.checks.iter_mut().zip(traced.checks.iter_mut()) {
            if matches!(one.result, StatusResult::BlankNoNewInfo | StatusResult::NonBlankNoNewInfo) {
                (one.result, other.result) = (StatusResult::BlankNoNewInfo, StatusResult::NonBlankNoNewInfo);
            }
        }
        let seen = |dossier: &Dossier| {
            outward(&clearance(&VERSIONS, role, dossier, at(start)), &dossier.holds, at(start))
        };
        prop_assert_eq!(seen(&clean), seen(&traced));
    }
}

#[test]
fn random_people_are_cleared_often_enough_to_matter() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let cleared = (0..200)
        .filter(|_| {
            let (role, dossier) = dossiers().new_tree(&mut runner).unwrap().current();
            clearance(&VERSIONS, role, &dossier, at(0)).is_cleared()
        })
        .count();
    assert!((40..=180).contains(&cleared), "{cleared} of 200");
}
