//! Clearances of one person at a time, on the days that matter (facts.md §8).

mod dbs;
mod kinds;

use super::support::*;
use super::*;
use crate::types::*;

/// What is neither in order nor merely falling due.
fn failing(clearance: &Clearance) -> Vec<(&str, ItemState)> {
    let open = |item: &&Item| !matches!(item.state, ItemState::Met | ItemState::Due | ItemState::NotRequired);
    clearance.items.iter().filter(open).map(|item| (item.code.as_str(), item.state)).collect()
}

fn unpaper(dossier: &mut Dossier, code: &str) {
    dossier.evidence.retain(|row| row.code != code);
}

#[test]
fn complete_papers_and_an_approval_clear() {
    for role in [TAXI, BUS, ASSISTANT] {
        let here = on(role, &papered(role), "2025-02-01");
        assert_eq!((here.status, failing(&here)), (Status::Cleared, vec![]), "{role}");
    }
}

#[test]
fn complete_papers_without_an_approval_clear_nobody() {
    let mut dossier = papered(TAXI);
    dossier.approvals.clear();
    let here = on(TAXI, &dossier, "2025-02-01");
    assert_eq!((here.status, here.valid_until), (Status::InProgress, None));
    assert_eq!(failing(&here), [("approval", ItemState::Missing)]);
}

#[test]
fn a_hard_item_is_good_through_its_last_day_and_stops_on_the_next() {
    let mut dossier = papered(TAXI);
    dossier.licences[0].expires_on = day("2026-03-31");
    let last = on(TAXI, &dossier, "2026-03-31");
    assert_eq!((item(&last, "licence").state, item(&last, "licence").lead), (ItemState::Due, Some(0)));
    assert!(last.is_cleared());
    assert_eq!((last.valid_until, last.next_change_on), (Some(day("2026-03-31")), Some(day("2026-04-01"))));
    let next = on(TAXI, &dossier, "2026-04-01");
    assert_eq!((next.status, item(&next, "licence").state), (Status::Lapsed, ItemState::Lapsed));
    assert_eq!(item(&next, "licence").stops_on, Some(day("2026-04-01")));
}

#[test]
fn the_lead_is_the_smallest_reached() {
    let mut dossier = papered(TAXI);
    dossier.licences[0].expires_on = day("2026-03-31");
    let lead = |today| item(&on(TAXI, &dossier, today), "licence").lead;
    assert_eq!(lead("2025-12-30"), None);
    assert_eq!(lead("2025-12-31"), Some(90));
    assert_eq!(lead("2026-03-16"), Some(30));
    assert_eq!(lead("2026-03-17"), Some(14));
    assert_eq!(lead("2026-05-01"), Some(0));
}

#[test]
fn a_soft_item_is_overdue_for_its_grace_and_then_stops() {
    let mut dossier = papered(TAXI);
    set(&mut dossier, "safeguarding", Some("2023-03-10"), None);
    let state = |today| {
        let here = on(TAXI, &dossier, today);
        (item(&here, "safeguarding").state, here.is_cleared())
    };
    assert_eq!(state("2026-03-10"), (ItemState::Due, true));
    assert_eq!(state("2026-03-11"), (ItemState::Overdue, true));
    assert_eq!(state("2026-03-24"), (ItemState::Overdue, true));
    assert_eq!(state("2026-03-25"), (ItemState::Lapsed, false));
}

#[test]
fn a_soft_item_without_grace_stops_nobody() {
    let mut dossier = papered(TAXI);
    unpaper(&mut dossier, "medical");
    let here = on(TAXI, &dossier, "2025-02-01");
    let medical = item(&here, "medical");
    assert_eq!((medical.state, medical.stops_on, medical.lead), (ItemState::Missing, None, Some(0)));
    assert!(here.is_cleared());
}

#[test]
fn what_is_missing_is_missing_since_the_work_began() {
    let mut dossier = papered(TAXI);
    unpaper(&mut dossier, "safeguarding");
    dossier.engagements[0].recorded_on = day("2025-01-20");
    let here = on(TAXI, &dossier, "2025-02-01");
    let safeguarding = item(&here, "safeguarding");
    assert_eq!((safeguarding.due_on, safeguarding.stops_on), (Some(day("2025-01-20")), Some(day("2025-02-04"))));
    assert_eq!(on(TAXI, &dossier, "2025-02-04").status, Status::Lapsed);
}

#[test]
fn evidence_set_aside_is_missing_from_that_day() {
    let mut dossier = papered(TAXI);
    row_mut(&mut dossier, "right_to_work").retired_on = Some(day("2025-05-01"));
    let here = on(TAXI, &dossier, "2025-06-01");
    assert_eq!((here.status, item(&here, "right_to_work").due_on), (Status::Lapsed, Some(day("2025-05-01"))));
}

#[test]
fn months_clamp_at_the_end_of_february_and_of_short_months() {
    let mut dossier = papered(TAXI);
    set(&mut dossier, "safeguarding", Some("2024-02-29"), None);
    set(&mut dossier, "dvla_check", Some("2026-08-31"), None);
    dossier.certificates[0].issued_on = day("2024-02-29");
    let here = on(TAXI, &dossier, "2026-09-01");
    assert_eq!(item(&here, "safeguarding").due_on, Some(day("2027-02-28")));
    assert_eq!(item(&here, "dvla_check").due_on, Some(day("2027-02-28")));
    assert_eq!(item(&here, "dbs_certificate").due_on, Some(day("2027-02-28")));
}

#[test]
fn a_printed_end_sooner_than_the_policy_counts() {
    let mut dossier = papered(TAXI);
    set(&mut dossier, "safeguarding", Some("2025-01-01"), Some("2026-01-31"));
    assert_eq!(item(&on(TAXI, &dossier, "2025-02-01"), "safeguarding").due_on, Some(day("2026-01-31")));
}

#[test]
fn a_renewal_dated_ahead_serves_from_its_day() {
    let mut dossier = papered(TAXI);
    set(&mut dossier, "right_to_work", None, Some("2026-05-31"));
    dossier.evidence.push(evidence(90, Kind::RightToWork, "right_to_work", Some(day("2026-06-03")), None));
    assert_eq!(on(TAXI, &dossier, "2026-06-01").status, Status::Lapsed);
    assert_eq!(on(TAXI, &dossier, "2026-06-01").next_change_on, Some(day("2026-06-03")));
    assert!(on(TAXI, &dossier, "2026-06-03").is_cleared());
}

#[test]
fn a_waiver_covers_what_fails_and_no_longer() {
    let mut dossier = papered(ASSISTANT);
    unpaper(&mut dossier, "first_aid");
    let mut paper = waiver(1, ASSISTANT, "first_aid", day("2025-03-01"), day("2025-03-31"));
    paper.conditions = "only with a checked second adult".to_owned();
    dossier.waivers.push(paper);
    assert_eq!(on(ASSISTANT, &dossier, "2025-02-28").status, Status::Lapsed);
    let waived = on(ASSISTANT, &dossier, "2025-03-31");
    let first_aid = item(&waived, "first_aid");
    assert_eq!(
        (first_aid.state, first_aid.lead, first_aid.waived_until),
        (ItemState::Due, Some(0), Some(day("2025-03-31")))
    );
    assert!(first_aid.note.contains("second adult"));
    assert_eq!((waived.status, waived.valid_until), (Status::Cleared, Some(day("2025-03-31"))));
    let after = on(ASSISTANT, &dossier, "2025-04-02");
    let since = item(&after, "first_aid");
    assert_eq!((after.status, since.stops_on, since.due_on), (Status::Lapsed, Some(day("2025-04-01")), since.stops_on));
}

#[test]
fn the_end_of_a_waiver_is_due_like_any_other_day() {
    let mut dossier = papered(ASSISTANT);
    unpaper(&mut dossier, "first_aid");
    dossier.waivers.push(waiver(1, ASSISTANT, "first_aid", day("2025-03-01"), day("2025-12-31")));
    let at = |today| on(ASSISTANT, &dossier, today);
    let early = at("2025-03-02");
    assert_eq!((item(&early, "first_aid").state, item(&early, "first_aid").lead), (ItemState::Waived, None));
    let leads: Vec<_> = ["2025-10-01", "2025-10-02", "2025-12-01", "2025-12-31"]
        .map(|today| (item(&at(today), "first_aid").state, item(&at(today), "first_aid").lead))
        .into();
    assert_eq!(
        leads,
        [(ItemState::Waived, None), (ItemState::Due, Some(90)), (ItemState::Due, Some(30)), (ItemState::Due, Some(0))]
    );
    assert_eq!(at("2025-10-01").next_change_on, Some(day("2025-10-02")));
}

#[test]
fn a_withdrawn_waiver_stops_from_that_day() {
    let mut dossier = papered(ASSISTANT);
    unpaper(&mut dossier, "first_aid");
    let mut paper = waiver(1, ASSISTANT, "first_aid", day("2025-03-01"), day("2025-12-31"));
    paper.withdrawn_on = Some(day("2025-06-10"));
    dossier.waivers.push(paper);
    let found = on(ASSISTANT, &dossier, "2025-06-12");
    assert_eq!(item(&found, "first_aid").stops_on, Some(day("2025-06-10")));
}

#[test]
fn what_the_law_asks_is_never_waived() {
    let mut dossier = papered(TAXI);
    dossier.licences.clear();
    dossier.waivers.push(waiver(1, TAXI, "licence", day("2025-01-01"), day("2030-01-01")));
    assert_eq!(on(TAXI, &dossier, "2025-03-01").status, Status::Lapsed);
}

#[test]
fn a_hold_suspends_from_its_first_day_through_its_last() {
    let mut dossier = papered(TAXI);
    dossier.holds.push(hold(day("2025-03-01"), Some(day("2025-03-05"))));
    let ahead = on(TAXI, &dossier, "2025-02-20");
    assert_eq!((ahead.status, ahead.valid_until), (Status::Cleared, Some(day("2025-02-28"))));
    assert_eq!(on(TAXI, &dossier, "2025-03-01").status, Status::Suspended);
    assert_eq!(on(TAXI, &dossier, "2025-03-05").status, Status::Suspended);
    assert_eq!(on(TAXI, &dossier, "2025-03-06").status, Status::Cleared);
    dossier.holds[0].lifted_on = Some(day("2025-03-03"));
    assert_eq!(on(TAXI, &dossier, "2025-03-03").status, Status::Cleared);
}

#[test]
fn conditions_show_and_lapse_when_they_run_out() {
    let mut dossier = papered(TAXI);
    dossier.approvals[0].conditions = "never alone".to_owned();
    dossier.approvals[0].conditions_until = Some(day("2025-06-30"));
    let here = on(TAXI, &dossier, "2025-06-30");
    assert_eq!((here.status, here.valid_until), (Status::ClearedWithConditions, Some(day("2025-06-30"))));
    assert_eq!(on(TAXI, &dossier, "2025-07-01").status, Status::Lapsed);
    dossier.approvals[0].ended_on = Some(day("2025-05-01"));
    assert_eq!(on(TAXI, &dossier, "2025-05-01").status, Status::InProgress);
}

#[test]
fn an_approval_or_licence_that_ends_ahead_ends_the_clearance() {
    let mut dossier = papered(TAXI);
    dossier.licences[0].ended_on = Some(day("2025-06-01"));
    assert_eq!(on(TAXI, &dossier, "2025-02-01").valid_until, Some(day("2025-05-31")));
    let lapsed = on(TAXI, &dossier, "2025-06-01");
    assert_eq!((lapsed.status, item(&lapsed, "licence").due_on), (Status::Lapsed, Some(day("2025-06-01"))));
    dossier.approvals[0].ended_on = Some(day("2025-05-01"));
    assert_eq!(on(TAXI, &dossier, "2025-02-01").valid_until, Some(day("2025-04-30")));
}

#[test]
fn an_unsuitable_decision_outranks_all_but_leaving() {
    let mut dossier = papered(TAXI);
    dossier.decisions.push(decision(1, None, Outcome::Unsuitable, day("2025-04-01")));
    dossier.holds.push(hold(day("2025-04-01"), None));
    assert_eq!(on(TAXI, &dossier, "2025-04-01").status, Status::Unsuitable);
    dossier.decisions.push(decision(2, None, Outcome::Suitable, day("2025-04-01")));
    assert_eq!(on(TAXI, &dossier, "2025-04-01").status, Status::Suspended);
    dossier.engagements[0].ends_on = Some(day("2025-04-30"));
    let left = on(TAXI, &dossier, "2025-05-01");
    assert_eq!((left.status, left.items.len(), left.next_change_on), (Status::Left, 0, None));
}

#[test]
fn a_clearance_lasts_no_longer_than_the_last_engagement() {
    let mut dossier = papered(TAXI);
    dossier.engagements[0].ends_on = Some(day("2025-07-31"));
    assert_eq!(on(TAXI, &dossier, "2025-02-01").valid_until, Some(day("2025-07-31")));
    dossier.engagements.push(engagement(TAXI, day("2025-09-01")));
    let between = on(TAXI, &dossier, "2025-08-15");
    assert_eq!((between.status, between.next_change_on <= Some(day("2025-09-01"))), (Status::Cleared, true));
}

#[test]
fn a_new_version_asks_from_its_first_day() {
    let mut versions = policies();
    let mut second = Policy { number: 2, effective_from: day("2025-09-01"), ..versions[0].clone() };
    let mut asked = second.asked_of(ASSISTANT).into_iter().find(|r| r.code == "first_aid").unwrap().clone();
    asked.role = TAXI.to_owned();
    second.requirements.push(asked);
    versions.push(second);
    let mut dossier = papered(TAXI);
    unpaper(&mut dossier, "first_aid");
    let number = |today| clearance(&versions, TAXI, &dossier, day(today)).policy_number;
    assert_eq!((number("2016-08-31"), number("2025-08-31"), number("2025-09-01")), (0, 1, 2));
    let here = clearance(&versions, TAXI, &dossier, day("2025-09-01"));
    assert_eq!((here.status, item(&here, "first_aid").due_on), (Status::Cleared, Some(day("2025-09-01"))));
    assert_eq!(clearance(&versions, TAXI, &dossier, day("2025-09-16")).status, Status::Lapsed);
}

#[test]
fn a_badge_authorises_only_while_all_of_it_holds() {
    let mut dossier = papered(TAXI);
    dossier.engagements[0].ends_on = Some(day("2025-07-31"));
    let ask = |state, expires: &str, today: &str| {
        is_authorised(state, day(expires), &on(TAXI, &dossier, today), &dossier.engagements[0], day(today))
    };
    assert!(ask(BadgeState::Live, "2025-06-30", "2025-06-30"));
    assert!(!ask(BadgeState::Live, "2025-06-30", "2025-07-01"));
    assert!(!ask(BadgeState::Suspended, "2025-12-31", "2025-06-30"));
    assert!(!ask(BadgeState::Live, "2025-12-31", "2025-08-01"), "the engagement ended");
}
