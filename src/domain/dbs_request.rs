//! DBS applications that we submit: what may be asked for a role, the stages on the way (facts.md §1.2), and an Update
//! Service subscription joined early by the form's reference (facts.md §2.1).

use chrono::NaiveDate;
use serde_json::json;

use super::application::applicant::Applicant;
use super::application::checking;
use super::clearance::{days_after, days_before};
use super::permission::{Act, Subject, Who, may};
use super::person::YOUNGEST;
use super::policy::{self, Policy, Requirement, Role};
use super::submission;
use crate::error::{Error, Fault, Result};
use crate::store::dbs::Certificate;
use crate::store::dbs_request::{self as store, DbsRequest};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, person};
use crate::types::{
    ApplicationId, ApplicationState, BarredLists, CertificateSource, DbsLevel, DbsRequestId, DbsTrouble, Kind,
    PersonId, Workforce, add_months, long_date,
};

/// Days within which the DBS must have an application that was joined early; on the last of them it is too late.
pub const EARLY_DAYS: u32 = 28;
/// Days at one stage after which an application is overdue: councils promise the result within four weeks.
pub const STAGE_DAYS: u32 = 28;
/// The last stage: the certificate is printed.
pub const LAST: i32 = 5;

/// A DBS application to be recorded.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// F and ten digits, or an e-reference.
    pub reference: String,
    /// What is asked for.
    pub level: Option<DbsLevel>,
    /// For which workforce; none for a basic one.
    pub workforce: Workforce,
    /// Day it was sent off.
    pub sent_on: Option<NaiveDate>,
    /// Day the person joined the Update Service by this reference.
    pub joined_on: Option<NaiveDate>,
}

/// News of one on its way.
#[derive(Debug, Clone)]
pub struct News {
    /// The stage it is at.
    pub stage: Option<i32>,
    /// Since when.
    pub stage_on: Option<NaiveDate>,
    /// What holds it up.
    pub trouble: DbsTrouble,
    /// Day the DBS had it.
    pub received_on: Option<NaiveDate>,
    /// Day the person joined the Update Service by its reference.
    pub joined_on: Option<NaiveDate>,
}

/// What may be asked of the DBS for a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// Why the check is lawful.
    pub basis: String,
    /// The level the policy asks for.
    pub level: DbsLevel,
    /// The workforces that serve; empty for a basic check.
    pub workforces: Vec<Workforce>,
    /// The barred lists that are asked with it, in words; empty when none is.
    pub lists: &'static str,
    /// What an officer must know first; may be empty.
    pub warning: String,
}

/// What becomes of a subscription joined early, before there is a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Early {
    /// Nobody says they joined.
    NotJoined,
    /// It stands if the DBS has the application by this day.
    Waits(NaiveDate),
    /// It stands: the DBS had the application in time.
    Stands,
    /// It was rejected, whatever the person says: the DBS did not have the application by this day.
    Lost(NaiveDate),
}

/// What may be asked of the DBS for `role`: without a basis in law nothing above a basic check (facts.md §1.5).
pub fn allowed(role: &Role, requirement: &Requirement) -> Allowed {
    let level = requirement.params.level.unwrap_or(DbsLevel::Basic);
    let is_regulated = !role.basis.trim().is_empty();
    let level = if is_regulated { level } else { DbsLevel::Basic };
    let workforces = if level == DbsLevel::Basic { Vec::new() } else { requirement.params.workforces.clone() };
    let basis = if is_regulated {
        role.basis.clone()
    } else {
        "No regulated activity: a basic check, which anybody may ask for with consent".to_owned()
    };
    let warning = if is_regulated {
        String::new()
    } else {
        format!(
            "{} is no regulated activity. Only a basic check may be asked for. Whoever manages or supervises drivers \
             and assistants day to day is a depot supervisor: change the role first if that is what they do",
            role.title
        )
    };
    let lists = match requirement.params.lists {
        _ if level < DbsLevel::Enhanced => "",
        Some(BarredLists::Child) => "the children’s barred list",
        Some(BarredLists::Adult) => "the adults’ barred list",
        Some(BarredLists::ChildAndAdult) => "the children’s and the adults’ barred lists",
        Some(BarredLists::None) | None => "",
    };
    Allowed { basis, level, workforces, lists, warning }
}

/// What may be asked for a role under the policy in force.
///
/// # Errors
/// `NotFound` when the policy knows no such role, or asks no certificate of it.
pub fn allowed_for(conn: &mut Conn, role: &str, today: NaiveDate) -> Result<Allowed> {
    let policies = policy::published(conn)?;
    let policy = Policy::in_force(&policies, today).ok_or(Error::NotFound)?;
    let asked = policy.asked_of(role).into_iter().find(|one| one.kind == Kind::DbsCertificate);
    Ok(allowed(policy.role(role).ok_or(Error::NotFound)?, asked.ok_or(Error::NotFound)?))
}

/// Records a DBS application we sent off.
///
/// # Errors
/// `NotFound`; `Conflict` when nobody checks the application; `Invalid` with every fault.
pub fn record(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, new: &NewRequest) -> Result<DbsRequestId> {
    let application = checking::open(tx, who, id)?;
    requestable(application.state)?;
    let today = tx.today;
    let allowed = allowed_for(tx, &application.role, today)?;
    person::lock_numbers(tx)?;
    let mut faults = Vec::new();
    let reference = match reference(&new.reference) {
        Ok(reference) => reference,
        Err(why) => {
            faults.push(Fault::new("reference", why));
            String::new()
        }
    };
    if !reference.is_empty() && store::is_known(tx, &reference)? {
        faults.push(Fault::new("reference", "This reference is on file already"));
    }
    match new.level {
        None => faults.push(Fault::new("level", "Select the level")),
        Some(level) if level > allowed.level && allowed.level == DbsLevel::Basic => {
            let message = "There is no basis in law for more than a basic check in this role";
            faults.push(Fault::new("level", message));
        }
        Some(level) if level != allowed.level => {
            faults.push(Fault::new("level", format!("This role needs a check of the level: {}", allowed.level)));
        }
        Some(_) => {}
    }
    let fits = match allowed.workforces.as_slice() {
        [] => new.workforce == Workforce::None,
        some => some.contains(&new.workforce),
    };
    if !fits {
        let message = if allowed.workforces.is_empty() {
            "A basic check names no workforce"
        } else {
            "Select a workforce that serves this role"
        };
        faults.push(Fault::new("workforce", message));
    }
    days(&mut faults, tx.today, &[("sent_on", "day it was sent off", new.sent_on, true)]);
    days(&mut faults, tx.today, &[("joined_on", "day they joined", new.joined_on, false)]);
    let born = Applicant::of(&application).date_of_birth;
    if born.zip(new.sent_on).is_some_and(|(born, sent)| add_months(born, YOUNGEST * 12) > sent) {
        faults.push(Fault::new("sent_on", "No DBS check is made of anybody under 16"));
    }
    let (Some(level), Some(sent_on), true) = (new.level, new.sent_on, faults.is_empty()) else {
        return Err(Error::Invalid(faults));
    };
    let row = DbsRequest {
        id: DbsRequestId(0),
        application_id: id,
        reference,
        level,
        workforce: new.workforce,
        basis: allowed.basis,
        sent_on,
        stage: 1,
        stage_on: sent_on,
        trouble: DbsTrouble::None,
        recorded_by: tx.actor,
        joined_on: new.joined_on,
        received_on: None,
    };
    let request = store::insert(tx, &row)?;
    let new = json!({ "level": level, "workforce": row.workforce, "sent_on": sent_on, "joined_on": row.joined_on });
    note(tx, "dbs_request.record", request, application.person_id, None, &new);
    Ok(request)
}

/// Refuses a DBS application for what nobody is checking.
///
/// # Errors
/// `Conflict`.
pub fn requestable(state: ApplicationState) -> Result<()> {
    use ApplicationState::{Assessed, Checking, Deferred, InterviewDue, Interviewed};
    if matches!(state, Checking | InterviewDue | Interviewed | Assessed | Deferred) {
        return Ok(());
    }
    Err(Error::Conflict("A DBS application belongs to an application that is being checked.".into()))
}

/// What a form carries to say which news it was made from.
pub fn fingerprint(row: &DbsRequest) -> String {
    submission::fingerprint(&said(row))
}

/// Records news of one on its way: a stage reached, what holds it up, when the DBS had it, when it was joined.
/// `based_on` is the [`fingerprint`] of what the form showed.
///
/// # Errors
/// `NotFound`; `Invalid` with every fault; `Conflict` when nothing is new, or the news moved meanwhile.
pub fn update(tx: &mut Tx<'_>, who: &Who, id: DbsRequestId, news: &News, based_on: &str) -> Result<()> {
    may(who, Act::CheckApplications, Subject::Register)?;
    let case = store::find(tx, id)?.application_id;
    let application = crate::store::application::held(tx, case)?;
    let old = store::find(tx, id)?;
    let mut faults = Vec::new();
    let stage = news.stage.filter(|stage| (1..=LAST).contains(stage));
    if stage.is_none() {
        faults.push(Fault::new("stage", "Select the stage"));
    }
    if stage.is_some_and(|stage| stage < old.stage) {
        faults.push(Fault::new("stage", format!("It is at stage {} already", old.stage)));
    }
    days(&mut faults, tx.today, &[("stage_on", "day it came to this stage", news.stage_on, true)]);
    days(&mut faults, tx.today, &[("received_on", "day the DBS received it", news.received_on, false)]);
    days(&mut faults, tx.today, &[("joined_on", "day they joined", news.joined_on, false)]);
    for (field, day) in [("stage_on", news.stage_on), ("received_on", news.received_on)] {
        if day.is_some_and(|day| day < old.sent_on) {
            let sent = long_date(old.sent_on);
            faults.push(Fault::new(field, format!("It was sent off on {sent}, so this must be that day or later")));
        }
    }
    let (Some(stage), Some(stage_on), true) = (stage, news.stage_on, faults.is_empty()) else {
        return Err(Error::Invalid(faults));
    };
    submission::unmoved(&said(&old), based_on)?;
    let row = DbsRequest {
        stage,
        stage_on,
        trouble: news.trouble,
        received_on: news.received_on,
        joined_on: news.joined_on,
        ..old.clone()
    };
    if row == old {
        return Err(Error::Conflict("That is what is on file already.".into()));
    }
    store::keep(tx, &row)?;
    note(tx, "dbs_request.update", id, application.person_id, Some(&said(&old)), &said(&row));
    Ok(())
}

/// The certificate of our own application has come: the request that asked for it is at its last stage.
///
/// # Errors
/// The database's.
pub(in crate::domain) fn came(tx: &mut Tx<'_>, certificate: &Certificate) -> Result<()> {
    if certificate.source != CertificateSource::Ours {
        return Ok(());
    }
    let asked = store::of_person(tx, certificate.person_id)?.into_iter().filter(|one| {
        one.stage < LAST
            && one.trouble != DbsTrouble::Withdrawn
            && one.level == certificate.level
            && one.sent_on <= certificate.issued_on
    });
    let Some(found) = asked.max_by_key(|one| (one.sent_on, one.id)) else { return Ok(()) };
    let application = crate::store::application::held(tx, found.application_id)?;
    let old = store::find(tx, found.id)?;
    if old.stage == LAST {
        return Ok(());
    }
    let row = DbsRequest { stage: LAST, stage_on: certificate.issued_on, trouble: DbsTrouble::None, ..old.clone() };
    store::keep(tx, &row)?;
    note(tx, "dbs_request.update", row.id, application.person_id, Some(&said(&old)), &said(&row));
    Ok(())
}

fn said(row: &DbsRequest) -> serde_json::Value {
    json!({
        "stage": row.stage, "stage_on": row.stage_on, "trouble": row.trouble, "received_on": row.received_on,
        "joined_on": row.joined_on,
    })
}

fn note(
    tx: &mut Tx<'_>,
    act: &'static str,
    id: DbsRequestId,
    person: Option<PersonId>,
    old: Option<&serde_json::Value>,
    new: &serde_json::Value,
) {
    let mut entry = Entry::new(act, "dbs_request", id.0).new_value(new);
    entry = old.map_or(entry.clone(), |old| entry.old(old));
    tx.trail(match person {
        Some(person) => entry.about(person),
        None => entry,
    });
}

/// Days that must have come.
fn days(faults: &mut Vec<Fault>, today: NaiveDate, asked: &[(&str, &str, Option<NaiveDate>, bool)]) {
    for (field, what, day, needed) in asked {
        match day {
            None if *needed => faults.push(Fault::new(*field, format!("Enter the {what}"))),
            Some(day) if *day > today => {
                faults.push(Fault::new(*field, format!("The {what} must be today or in the past")));
            }
            _ => {}
        }
    }
}

/// The reference as the DBS writes it: `F` and ten digits on paper, letters and digits on line (facts.md §1.1).
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn reference(typed: &str) -> Result<String, String> {
    let text: String = typed.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if text.is_empty() {
        Err("Enter the reference of the DBS application".to_owned())
    } else if text.len() == 12 && digits == 12 {
        Err("12 digits are the number of a certificate. Enter the reference of the application: F and 10 digits, or \
             its e-reference"
            .to_owned())
    } else if text.starts_with('F') && text.len() - 1 == digits && digits != 10 {
        Err("A form reference is F and 10 digits".to_owned())
    } else if !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        || !(6..=30).contains(&text.len())
        || digits == 0
        || (digits == text.len() && digits > 12)
    {
        Err("Enter the reference as F and 10 digits, or an e-reference of 6 to 30 letters and digits".to_owned())
    } else {
        Ok(text)
    }
}

/// What becomes of an early join (facts.md §2.1, §8.2).
pub fn early(request: &DbsRequest, today: NaiveDate) -> Early {
    let Some(joined_on) = request.joined_on else { return Early::NotJoined };
    let last = days_before(days_after(joined_on, EARLY_DAYS), 1);
    match request.received_on {
        Some(received) if received <= last => Early::Stands,
        None if today <= last => Early::Waits(last),
        _ => Early::Lost(last),
    }
}

/// Whether nothing has been heard of it for too long.
pub fn is_overdue(request: &DbsRequest, today: NaiveDate) -> bool {
    request.stage < LAST && request.trouble != DbsTrouble::Withdrawn && days_after(request.stage_on, STAGE_DAYS) < today
}

/// What a stage is, for people (facts.md §1.2).
pub fn stage_title(stage: i32) -> &'static str {
    match stage {
        1 => "Application received",
        2 => "Police National Computer searched",
        3 => "Barred lists searched",
        4 => "With the local police",
        _ => "Certificate printed",
    }
}

/// What holds it up, for people; nothing when nothing does.
pub fn trouble_title(trouble: DbsTrouble) -> &'static str {
    match trouble {
        DbsTrouble::None => "",
        DbsTrouble::Withdrawn => "Withdrawn by the DBS: the fee is lost and a new application is needed",
        DbsTrouble::Query => "The DBS has asked a question",
        DbsTrouble::Fingerprints => "Fingerprints are asked for",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{UserId, parse_date};

    fn day(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    fn request(joined: &str, received: &str) -> DbsRequest {
        DbsRequest {
            id: DbsRequestId(1),
            application_id: ApplicationId(1),
            reference: "F0123456789".to_owned(),
            level: DbsLevel::Enhanced,
            workforce: Workforce::Child,
            basis: "By law".to_owned(),
            sent_on: day("2026-10-01"),
            stage: 1,
            stage_on: day("2026-10-01"),
            trouble: DbsTrouble::None,
            recorded_by: UserId::SYSTEM,
            joined_on: parse_date(joined),
            received_on: parse_date(received),
        }
    }

    #[test]
    fn an_early_join_stands_when_the_dbs_has_the_application_within_28_days() {
        let at = |joined, received, today| early(&request(joined, received), day(today));
        assert_eq!(at("", "", "2026-11-22"), Early::NotJoined);
        assert_eq!(at("2026-10-01", "2026-10-28", "2026-11-22"), Early::Stands, "the 27th day after joining");
        assert_eq!(at("2026-10-01", "2026-10-29", "2026-11-22"), Early::Lost(day("2026-10-28")), "the 28th");
        assert_eq!(at("2026-10-01", "", "2026-10-28"), Early::Waits(day("2026-10-28")));
        assert_eq!(at("2026-10-01", "", "2026-10-29"), Early::Lost(day("2026-10-28")));
    }

    #[test]
    fn a_reference_is_no_certificate_number() {
        assert_eq!(reference(" f 0123456789 "), Ok("F0123456789".to_owned()));
        assert_eq!(reference("E-0099887-X"), Ok("E-0099887-X".to_owned()));
        assert!(reference("000123456789").unwrap_err().contains("certificate"));
        assert!(reference("F012345678").unwrap_err().contains("10 digits"));
        for wrong in ["", "ABCDEFG", "12345", "F01234567<9"] {
            assert!(reference(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_enhanced_check_is_asked_for_without_a_basis_in_law() {
        let policy = Policy::shipped().unwrap();
        let allowed = |code: &str| {
            let asked = policy.asked_of(code).into_iter().find(|one| one.kind == Kind::DbsCertificate).unwrap();
            allowed(policy.role(code).unwrap(), asked)
        };
        let driver = allowed("taxi_phv_driver");
        assert_eq!((driver.level, driver.warning.as_str()), (DbsLevel::Enhanced, ""));
        assert_eq!(driver.workforces, [Workforce::Child, Workforce::ChildAndAdult]);
        let staff = allowed("depot_staff");
        assert_eq!((staff.level, staff.workforces.len()), (DbsLevel::Basic, 0));
        assert!(staff.warning.contains("depot supervisor"));
    }

    #[test]
    fn four_weeks_at_one_stage_are_too_long() {
        let one = request("", "");
        assert!(!is_overdue(&one, day("2026-10-29")));
        assert!(is_overdue(&one, day("2026-10-30")));
        assert!(!is_overdue(&DbsRequest { stage: LAST, ..one.clone() }, day("2026-12-31")));
        assert!(!is_overdue(&DbsRequest { trouble: DbsTrouble::Withdrawn, ..one }, day("2026-12-31")));
    }
}
