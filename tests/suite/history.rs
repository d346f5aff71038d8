//! Any history of commands and days: what is kept is what the engine makes of it, after every step.

use chaperone::clock::Clock;
use chaperone::domain::clearance::keep;
use chaperone::domain::engagement::{self, NewEngagement};
use chaperone::domain::evidence::correct::{Change, Filed, correct};
use chaperone::domain::evidence::{self, Answers, Asked};
use chaperone::domain::hold::{self, NewHold};
use chaperone::domain::waiver::{self, NewWaiver};
use chaperone::domain::{command, permission::Who};
use chaperone::error::{Error, Result};
use chaperone::store::{Tx, engagement as works, evidence as rows, hold as holds, waiver as waivers};
use chaperone::types::{HoldCode, Kind};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use crate::support::database::day;
use crate::support::judge;
use crate::support::register::*;

const ROLES: [&str; 3] = [ASSISTANT, DRIVER, PCV];
const CODES: [&str; 16] = [
    "identity",
    "right_to_work",
    "self_declaration",
    "dbs_certificate",
    "update_service",
    "suitability",
    "licence",
    "driving_entitlement",
    "cpc",
    "medical",
    "dvla_check",
    "safeguarding",
    "first_aid",
    "overseas",
    "references",
    "approval",
];

/// One step: what, with which choice, and how many days later.
type Step = (u8, u8, u8);

/// Sample answers moved to `today`; a certificate has a number of its own.
fn answers(tx: &mut Tx<'_>, council: &Council, code: &str, pick: u8) -> Result<Answers> {
    let today = tx.today;
    let held = chaperone::store::dbs::certificate::of_people(tx, &[council.person])?;
    let last = held.last().map(|one| one.id.to_string()).unwrap_or_default();
    let ago = |days: u8| today - Days::new(days.into());
    Ok(match code {
        "dbs_certificate" => certificate_answers(&format!("{:012}", held.len() + 1))
            .with("issued_on", ago(pick % 40))
            .with("original_seen_on", today)
            .with("trace", if pick.is_multiple_of(5) { "yes" } else { "no" }),
        "update_service" => Answers::default()
            .with("certificate", last)
            .with("consent_on", ago(20))
            .with("consent_text", "2026-1")
            .with("joined_on", ago(pick % 60))
            .with("result", ["BLANK_NO_NEW_INFO", "NEW_INFO", "NO_MATCH_FOUND"][usize::from(pick % 3)])
            .with("checked_on", today)
            .with("checker", "Dana Whitlock"),
        "suitability" => Answers::default()
            .with("certificate", last)
            .with("outcome", if pick.is_multiple_of(4) { "unsuitable" } else { "suitable" })
            .with("decided_on", today)
            .with("reason", "Weighed up"),
        "approval" if pick.is_multiple_of(3) => sample(code)
            .with("conditions", "With a second adult")
            .with("conditions_until", today + Days::new(pick.into())),
        _ => sample(code).with("valid_from", ago(pick)).with("expires_on", today + Days::new(u64::from(pick) * 5 + 1)),
    })
}

fn step(tx: &mut Tx<'_>, council: &Council, who: &Who, (what, pick, _): Step) -> Result<()> {
    let (person, today) = (council.person, tx.today);
    let role = ROLES[usize::from(pick) % ROLES.len()].to_owned();
    let why = "A reason".to_owned();
    let nth = |len: usize| usize::from(pick) % len.max(1);
    match what % 24 {
        0 => {
            let new =
                NewEngagement { contractor: Some(council.firm), role, starts_on: Some(today + Days::new(pick.into())) };
            engagement::add(tx, who, person, &new).map(drop)
        }
        1 => {
            let held = works::of_people(tx, &[person])?;
            let work = held.get(nth(held.len())).ok_or(Error::NotFound)?.id;
            engagement::end(tx, who, person, work, Some(today + Days::new(u64::from(pick % 30))), &why)
        }
        2 => {
            let until = (pick.is_multiple_of(2)).then(|| today + Days::new(u64::from(pick)));
            hold::place(tx, who, person, &NewHold { code: Some(HoldCode::Other), until, reason: why }).map(drop)
        }
        3 | 4 => {
            let held = holds::of_people(tx, &[person])?;
            let id = held.get(nth(held.len())).ok_or(Error::NotFound)?.id;
            hold::lift(tx, who, person, id, &why)
        }
        5 => {
            let requirement = CODES[usize::from(pick) % CODES.len()].to_owned();
            let ends_on = Some(today + Days::new(pick.into()));
            let new =
                NewWaiver { role: ASSISTANT.into(), requirement, ends_on, conditions: String::new(), reason: why };
            waiver::grant(tx, who, person, &new).map(drop)
        }
        6 => {
            let held = waivers::of_people(tx, &[person])?;
            let id = held.get(nth(held.len())).ok_or(Error::NotFound)?.id;
            waiver::withdraw(tx, who, person, id, &why)
        }
        7 | 8 => {
            let held = rows::of_people(tx, &[person])?;
            let row = held.get(nth(held.len())).ok_or(Error::NotFound)?;
            let change = match row.kind {
                _ if what % 2 == 0 => Change::Retire,
                Kind::Training => Change::Replace(answers(tx, council, "safeguarding", pick)?),
                kind => Change::Replace(answers(tx, council, kind.as_str(), pick)?),
            };
            correct(tx, who, person, (Filed::Evidence(row.kind), row.id.0), &change, &why)
        }
        9 => {
            let filed = [Filed::Certificate, Filed::Licence, Filed::Subscription, Filed::Consent];
            let filed = filed[usize::from(pick) % filed.len()];
            let change = match filed {
                Filed::Certificate => Change::Retire,
                _ => Change::End(Some(today)),
            };
            correct(tx, who, person, (filed, i64::from(pick % 3) + 1), &change, &why)
        }
        other => {
            let code =
                if other == 23 { "approval" } else { CODES[(usize::from(other) + usize::from(pick)) % CODES.len()] };
            let answers = answers(tx, council, code, pick)?;
            if matches!(code, "approval" | "suitability") {
                let second = if who.user == council.decider.user { &council.other } else { &council.decider };
                return judge::decided(tx, council, (who, second), ("", code), &answers).map(drop);
            }
            let asked = Asked { role: String::new(), requirement: code.into() };
            evidence::record(tx, who, person, &asked, &answers).map(drop)
        }
    }
}

fn live(steps: &[Step]) -> usize {
    let council = Council::with(ASSISTANT);
    let mut today: NaiveDate = day("2026-11-22");
    let mut done = 0;
    for one in steps {
        if one.2 % 3 == 0 {
            today = today + Days::new(u64::from(one.2));
            let clock = Clock::Fixed(today);
            command::run_if_needed(&council.test.db, council.officer.user, &clock, |tx| keep::sweep(tx, 100)).unwrap();
        }
        let who = if one.1 % 2 == 0 { &council.decider } else { &council.other };
        let clock = Clock::Fixed(today);
        match command::run(&council.test.db, who.user, &clock, |tx| step(tx, &council, who, *one)) {
            Ok(()) => done += 1,
            Err(Error::Internal { detail, at }) => panic!("{one:?}: {detail} at {at}"),
            Err(_) => {}
        }
        council.is_sound();
    }
    done
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_kept_is_what_the_engine_says_after_any_history(
        steps in prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>()), 10..40),
    ) {
        live(&steps);
    }
}

#[test]
fn a_history_of_this_kind_gets_somewhere() {
    let steps: Vec<Step> = (0..60_u8).map(|n| (n.wrapping_mul(37), n.wrapping_mul(11), n.wrapping_mul(7))).collect();
    assert!(live(&steps) > 15);
}
