//! The public check of a badge: authorised, with what a school needs, or not, with nothing. Computed anew each time, and
//! the same is read whatever the badge is, so that neither the answer nor its haste tells a dead badge from none.

pub mod conditions;

use std::collections::HashMap;
use std::sync::Mutex;

use chrono::{NaiveDate, TimeDelta};
use sha2::{Digest, Sha256};

use crate::domain::clearance::{Dossier, clearance, dossiers, is_authorised};
use crate::domain::policy::{self, Policy};
use crate::domain::signin::{FREE_OF_ADDRESS, count, network, waits};
use crate::domain::signing;
use crate::error::Result;
use crate::store::badge::Badge;
use crate::store::badge_check as store;
use crate::store::{Conn, Seal, Tx, contractor, person};
use crate::types::{At, BadgeId, BadgeState, ContractorId, PersonId, PhotoId};

/// Wrong codes of one number that cost no wait.
const FREE_OF_NUMBER: i32 = 10;
/// Checks by token that one network may make in a minute: all schools of a county may share one.
const MOST_A_MINUTE: u32 = 1_200;

/// What a badge is checked by.
#[derive(Debug, Clone)]
pub enum By {
    /// What its square says.
    Token(String),
    /// What is printed on it.
    Card {
        /// Its number.
        number: String,
        /// The code beside it.
        code: String,
    },
}

/// What a school is told of an authorised badge, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorised {
    /// The badge's number.
    pub number: String,
    /// First name and initial.
    pub name: String,
    /// The role's name.
    pub role: String,
    /// The firm's name.
    pub firm: String,
    /// What the work depends on.
    pub conditions: Vec<String>,
    /// The photograph, a JPEG in base64; empty when there is none.
    pub photo: String,
}

/// Checks a badge on `today`: who it is, or nothing when it authorises nobody, whatever the cause.
///
/// # Errors
/// The database's.
pub fn check(conn: &mut Conn, seal: &Seal, by: &By, today: NaiveDate) -> Result<Option<Authorised>> {
    let badge = find(conn, seal, by)?;
    let is_known = badge.is_some();
    let badge = badge.unwrap_or_else(nobody);
    let policies = policy::published(conn)?;
    let dossier = dossiers(conn, &[badge.person_id])?.pop().unwrap_or_default();
    let found = clearance(&policies, &badge.role, &dossier, today);
    let mut work =
        dossier.engagements.iter().filter(|one| one.contractor_id == badge.contractor_id && one.role == badge.role);
    let authorised = work.any(|one| is_authorised(badge.state, badge.expires_on, &found, one, today));
    let firm = contractor::names(conn, &[badge.contractor_id])?.pop().map(|(_, name)| name);
    let photo = store::photo(conn, badge.photo_id.unwrap_or(PhotoId(0)))?;
    let who = person::by_ids(conn, &[badge.person_id])?.pop();
    let (Some(firm), Some(who)) = (firm, who) else { return Ok(None) };
    if !is_known || !authorised {
        return Ok(None);
    }
    let title = Policy::in_force(&policies, today).and_then(|policy| policy.role(&badge.role));
    Ok(Some(Authorised {
        name: short_name(&who.forename, &who.surname),
        role: title.map_or_else(|| badge.role.clone(), |role| role.title.clone()),
        firm,
        conditions: conditions(&dossier, &badge.role, today),
        photo,
        number: badge.number,
    }))
}

/// The badge asked about, whatever its state, when its token or its code is good.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut Conn, seal: &Seal, by: &By) -> Result<Option<Badge>> {
    match by {
        By::Token(token) => {
            let opaque = signing::opaque_of(conn, token)?;
            let badge = store::by_opaque(conn, opaque.as_deref().unwrap_or("-"))?;
            Ok(badge.filter(|_| opaque.is_some()))
        }
        By::Card { number, code } => {
            let badge = store::by_number(conn, &plain(number))?;
            let opaque = badge.as_ref().and_then(|badge| badge.opaque.clone());
            let good = signing::is_card_code(seal, opaque.as_deref().unwrap_or("-"), code);
            Ok(badge.filter(|_| good && opaque.is_some()))
        }
    }
}

/// What came of a number and its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// The code is right: what the badge is.
    Right(Option<Authorised>),
    /// There is no such badge, or the code is wrong; to be counted by [`count_wrong`].
    Wrong {
        /// Whether a badge has the number.
        is_known: bool,
    },
    /// There were too many wrong ones.
    Wait,
}

fn buckets(seal: &Seal, number: &str, address: &str) -> (String, String) {
    (seal.fingerprint("badge address", &network(address)), seal.fingerprint("badge number", &plain(number)))
}

/// As [`check`], for a number and its code, which somebody might guess. A right code costs nothing, and is answered however
/// many wrong ones came from its network: what it waits for is its own number.
///
/// # Errors
/// The database's.
pub fn check_card(
    conn: &mut Conn,
    seal: &Seal,
    (number, code): (&str, &str),
    address: &str,
    (now, today): (At, NaiveDate),
) -> Result<Typed> {
    let (_, of_number) = buckets(seal, number, address);
    if waits(conn, &of_number, FREE_OF_NUMBER, now)? {
        return Ok(Typed::Wait);
    }
    let by = By::Card { number: number.to_owned(), code: code.to_owned() };
    let found = check(conn, seal, &by, today)?;
    if find(conn, seal, &by)?.is_some() {
        return Ok(Typed::Right(found));
    }
    Ok(Typed::Wrong { is_known: store::by_number(conn, &plain(number))?.is_some() })
}

/// Counts a wrong code, by network and by number; says whether they have to wait. While the network waits, the numbers of
/// badges are counted alone: what is typed at random must not fill the table.
///
/// # Errors
/// The database's.
pub fn count_wrong(tx: &mut Tx<'_>, number: &str, address: &str, is_known: bool) -> Result<bool> {
    let (from, of_number) = buckets(&tx.seal(), number, address);
    let waits = count(tx, [(&from, FREE_OF_ADDRESS), (&of_number, FREE_OF_NUMBER)])?.is_some();
    if waits && is_known {
        count(tx, [(&of_number, FREE_OF_NUMBER)])?;
    }
    Ok(waits)
}

/// A number as it is kept, however it was typed.
pub fn plain(number: &str) -> String {
    number.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).take(40).collect()
}

/// The firm's and everybody's place in the queries when there is no badge: rows that are not there.
fn nobody() -> Badge {
    Badge {
        id: BadgeId(0),
        number: String::new(),
        person_id: PersonId(0),
        contractor_id: ContractorId(0),
        role: String::new(),
        issued_on: NaiveDate::MIN,
        expires_on: NaiveDate::MIN,
        state: BadgeState::Revoked,
        origin: crate::types::Origin::Recorded,
        opaque: None,
        photo_id: None,
        issued_by: None,
        state_since: None,
        state_reason: String::new(),
        replaces: None,
        returned_on: None,
    }
}

/// "Amina O.": the first of the forenames, and the surname's initial. Of a single name, its initial.
fn short_name(forename: &str, surname: &str) -> String {
    let initial = surname.trim().chars().next().map(|first| format!("{first}.")).unwrap_or_default();
    let first = forename.split_whitespace().next().unwrap_or_default();
    format!("{first} {initial}").trim().to_owned()
}

/// What a school has to know: the conditions of the approval and of the waivers in force.
fn conditions(dossier: &Dossier, role: &str, today: NaiveDate) -> Vec<String> {
    let approval = dossier.approval(role, today).map(|approval| approval.conditions.as_str());
    let waivers = dossier
        .waivers
        .iter()
        .filter(|one| one.role == role && one.withdrawn_on.is_none() && one.starts_on <= today && today <= one.ends_on);
    let all = approval.into_iter().chain(waivers.map(|one| one.conditions.as_str()));
    conditions::public(all)
}

/// Counts the checks by token of each network, a minute at a time, in memory: nobody guesses a token, and a school's gate
/// has to work.
#[derive(Default)]
pub struct Pace(Mutex<(i64, HashMap<String, u32>)>);

impl Pace {
    /// Whether one more check from `address` in this minute is too many.
    pub fn is_too_fast(&self, address: &str, minute: i64) -> bool {
        let Ok(mut held) = self.0.lock() else { return false };
        if held.0 != minute {
            *held = (minute, HashMap::new());
        }
        let made = held.1.entry(network(address)).or_insert(0);
        *made = made.saturating_add(1);
        *made > MOST_A_MINUTE
    }
}

/// The numbers of dead badges for a phone without a connection: each hashed with a key of the day and cut short.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DeadList {
    /// The day it was made for.
    pub made_on: NaiveDate,
    /// The last day on which it is to be believed.
    pub good_until: NaiveDate,
    /// What stands before the number when it is hashed with SHA-256.
    pub key: String,
    /// How many hexadecimal digits of the hash are kept.
    pub digits: usize,
    /// The hashes, in order.
    pub dead: Vec<String>,
}

/// Hexadecimal digits kept of a hash: of 100,000 badges, about one in a hundred thousand checks is wrong, and then it
/// says "ask".
const DEAD_DIGITS: usize = 12;

/// Makes the list of the day: whatever authorises nobody by the end of its last day is dead on it. Its key goes with it, so
/// that a phone can hash a number it reads; whoever has the list can therefore try numbers one by one. That is why only
/// the council's people are given it, and why it says nothing of a badge but its number.
///
/// # Errors
/// The database's.
pub fn dead_list(conn: &mut Conn, seal: &Seal, today: NaiveDate) -> Result<DeadList> {
    let key: String = seal.fingerprint("dead badges", &today.to_string()).chars().take(32).collect();
    let good_until = today + TimeDelta::days(1);
    let numbers = store::dead_numbers(conn, today, good_until)?;
    let mut dead: Vec<String> = numbers.iter().map(|one| dead_mark(&key, one)).collect();
    dead.sort_unstable();
    Ok(DeadList { made_on: today, good_until, key, digits: DEAD_DIGITS, dead })
}

/// A number as the list has it.
pub fn dead_mark(key: &str, number: &str) -> String {
    hex::encode(Sha256::digest(format!("{key}{number}"))).chars().take(DEAD_DIGITS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_first_name_and_an_initial() {
        assert_eq!(short_name("Amina Grace", "Okafor"), "Amina O.");
        assert_eq!(short_name("Łukasz", "Żółć"), "Łukasz Ż.");
        assert_eq!(short_name("", "Suharto"), "S.");
    }

    #[test]
    fn a_network_is_slowed_within_its_minute_alone() {
        let pace = Pace::default();
        assert!((0..MOST_A_MINUTE).all(|_| !pace.is_too_fast("192.0.2.7", 1)));
        assert!(pace.is_too_fast("192.0.2.7", 1) && !pace.is_too_fast("192.0.2.8", 1));
        assert!(!pace.is_too_fast("192.0.2.7", 2));
    }
}
