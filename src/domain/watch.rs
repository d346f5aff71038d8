//! Which subscriptions are asked about, and when: each once a week, on a weekday of its own. Kept with the clearances,
//! in the transaction of whatever changes it.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use super::clearance::{Dossier, days_after, latest_decision};
use super::requirement::dbs_certificate::stands_in_for;
use crate::error::Result;
use crate::store::Tx;
use crate::store::dbs::{Certificate, Subscription};
use crate::store::watch::{self as store, Watch};
use crate::types::{Outcome, SubscriptionId};

/// Days of the week over which the questions are spread.
const WEEK: i64 = 7;

/// Nobody is asked about sooner than so many days after an answer; the weekday settles the rest.
const SHORTEST: u32 = 4;

/// The first day, from `day` on, that is this subscription's weekday.
pub(crate) fn slot(id: SubscriptionId, day: NaiveDate) -> NaiveDate {
    let wait = (id.0 - i64::from(day.num_days_from_ce())).rem_euclid(WEEK);
    days_after(day, u32::try_from(wait).unwrap_or(0))
}

/// The day to ask again after an answer.
pub(crate) fn after_answer(id: SubscriptionId, today: NaiveDate) -> NaiveDate {
    slot(id, days_after(today, SHORTEST))
}

/// The certificate that a subscription is asked about on `today`, or why it is not: no consent, no question, and
/// none about a certificate that nobody relies on (facts.md §2.1, §8.10, §8.30).
///
/// A renewal date that has passed does not end the watch: only the service knows whether it was renewed.
///
/// # Errors
/// The reason, as a sentence for the team.
pub fn watched<'a>(
    dossier: &'a Dossier,
    subscription: &Subscription,
    today: NaiveDate,
) -> Result<&'a Certificate, &'static str> {
    let found = dossier.certificates.iter().find(|one| one.id == subscription.certificate_id);
    let certificate = found.ok_or("The certificate is not on file")?;
    if subscription.ended_on.is_some() {
        return Err("The subscription has ended");
    }
    if certificate.retired_on.is_some() {
        return Err("The certificate was set aside");
    }
    if dossier.certificates.iter().any(|other| stands_in_for(other, certificate)) {
        return Err("A newer certificate is on file");
    }
    if subscription.volunteer {
        return Err("A volunteer’s free subscription is no basis for paid work");
    }
    let consents = |day: NaiveDate| {
        dossier.consents.iter().any(|one| one.given_on <= day && one.withdrawn_on.is_none_or(|end| end > day))
    };
    if !consents(today) {
        return Err("There is no consent to status checks");
    }
    let last = latest_decision(dossier.decisions.iter().filter(|one| one.decided_on <= today));
    if last.is_some_and(|decision| decision.outcome == Outcome::Unsuitable) {
        return Err("The person was found unsuitable");
    }
    let works = dossier.engagements.iter().any(|work| work.ends_on.is_none_or(|end| end >= today));
    if !works && !dossier.is_applying {
        return Err("The person works for no contractor and has applied for nothing");
    }
    Ok(certificate)
}

/// Begins and ends the watch over these people's subscriptions as their dossiers have it today.
///
/// # Errors
/// The database's.
pub(crate) fn keep(tx: &mut Tx<'_>, dossiers: &[Dossier]) -> Result<()> {
    let people: Vec<_> = dossiers.iter().filter(|one| !one.subscriptions.is_empty()).map(|one| one.person).collect();
    if people.is_empty() {
        return Ok(());
    }
    let today = tx.today;
    let mut kept: HashMap<SubscriptionId, Watch> =
        store::of_people(tx, &people)?.into_iter().map(|watch| (watch.subscription_id, watch)).collect();
    for dossier in dossiers {
        for one in &dossier.subscriptions {
            let is_watched = watched(dossier, one, today).is_ok();
            match kept.remove(&one.id) {
                None if is_watched => {
                    let next_check_on = Some(slot(one.id, today));
                    store::insert(tx, &Watch { next_check_on, ..Watch::new(one.id, dossier.person) })?;
                }
                Some(watch) if is_watched && watch.next_check_on.is_none() => {
                    let next_check_on = Some(slot(one.id, today));
                    store::update(tx, &Watch { next_check_on, ..watch.anew() })?;
                }
                Some(watch) if !is_watched && watch.next_check_on.is_some() => {
                    store::update(tx, &Watch { next_check_on: None, ..watch })?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_spreads_the_questions_evenly_and_asks_each_once() {
        let monday: NaiveDate = "2026-11-23".parse().unwrap();
        let mut days = [0; 7];
        for id in 1..=700 {
            let first = slot(SubscriptionId(id), monday);
            let wait = (first - monday).num_days();
            days[usize::try_from(wait).unwrap()] += 1;
            assert_eq!((after_answer(SubscriptionId(id), first) - first).num_days(), 7);
            assert_eq!(slot(SubscriptionId(id), first), first);
        }
        assert_eq!(days, [100; 7]);
    }
}
