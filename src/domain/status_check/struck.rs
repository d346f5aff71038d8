//! What is not found: a mistyped number, another name, a lapsed or a severed subscription look alike (facts.md §2.2).
//! So nothing happens to anybody until an officer has found the data right, it was not found twice, and the grace is over.
//!
//! Then the subscription is ended as lost, a fact, and the engine draws the consequence: whoever's role asks for the
//! Update Service needs a new check, however young the certificate, since it cannot be rejoined (facts.md §8.8). The
//! review at 36 months is for certificates that never joined, or that an officer ends by hand (facts.md §8.14).

use serde_json::json;

use super::answer::tell_person;
use super::{Pace, Took, data_check, open};
use crate::domain::clearance::{Dossier, days_after};
use crate::domain::hold;
use crate::domain::policy::{self, Policy};
use crate::error::Result;
use crate::store::Tx;
use crate::store::dbs::{self, Subscription};
use crate::store::trail::Entry;
use crate::store::watch::Watch;
use crate::types::Kind;

/// Times not found, with data found right, before the grace begins.
const STRIKES: i32 = 2;

/// Counts a day on which the service did not know the certificate, and does what follows.
pub(super) fn strike(
    tx: &mut Tx<'_>,
    dossier: &Dossier,
    subscription: &Subscription,
    watch: Watch,
    pace: Pace,
) -> Result<(Took, Watch)> {
    let today = tx.today;
    let again = watch.struck_on == Some(today);
    let strikes = if again { watch.strikes } else { watch.strikes.saturating_add(1) };
    let recheck = days_after(today, pace.recheck_days);
    let mut watch = Watch { strikes, struck_on: Some(today), next_check_on: Some(recheck), ..watch };
    if watch.verified_on.is_none() {
        data_check(tx, dossier, subscription.id, "The Update Service does not know this certificate")?;
        return Ok((Took::NoMatch, watch));
    }
    match watch.grace_until {
        _ if strikes < STRIKES => {}
        None => {
            let until = days_after(today, pace.grace_days);
            watch.grace_until = Some(until);
            watch.next_check_on = Some(recheck.min(days_after(until, 1)));
            tell_person(tx, dossier.person, "not_found", &json!({ "until": until }).to_string())?;
        }
        Some(until) if today > until => {
            lose(tx, dossier, subscription)?;
            return Ok((Took::Lost, Watch { next_check_on: None, ..watch }));
        }
        Some(until) => watch.next_check_on = Some(recheck.min(days_after(until, 1))),
    }
    Ok((Took::NoMatch, watch))
}

fn lose(tx: &mut Tx<'_>, dossier: &Dossier, subscription: &Subscription) -> Result<()> {
    let today = tx.today;
    dbs::subscription::lose(tx, subscription)?;
    let entry = Entry::new("subscription.lose", "subscription", subscription.id.0).about(dossier.person);
    let reason = "Not known to the Update Service, with verified data, to the end of the grace";
    tx.trail(entry.new_value(&json!({ "ended_on": today })).reason(reason));
    let detail = "The Update Service does not know the subscription any more and it cannot be restarted: ask for a new \
                  certificate";
    open(tx, "new_certificate", dossier.person, &subscription.id.to_string(), detail, 1)?;
    let policies = policy::published(tx)?;
    let policy = Policy::in_force(&policies, today);
    let asks = |role: &str| {
        policy.is_some_and(|policy| policy.asked_of(role).iter().any(|one| one.kind == Kind::UpdateService))
    };
    let stops = dossier.roles().into_iter().any(|role| dossier.is_engaged(role, today) && asks(role));
    if !stops {
        return Ok(());
    }
    tell_person(tx, dossier.person, "new_check", "{}")?;
    if dossier.is_stopped(today) { Ok(()) } else { hold::tell_firms(tx, dossier) }
}
