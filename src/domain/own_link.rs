//! An applicant's own way in, without an account: a link in a letter, opened by a button, good for a while and for one
//! application. What was answered is never shown again, and the firm learns only whether it was.

use chrono::TimeDelta;
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::application::answers::Answers;
use super::application::draft::{about, seen};
use super::application::questions::{Asking, By, Group, asking};
use super::application::{Event, advance, link, moves, trace};
use super::letter::OWN_LINK;
use super::letter::render::OwnLinkParams;
use super::permission::Who;
use super::signin::{FREE_OF_ADDRESS, count, network};
use super::vault;
use crate::error::{Error, Result};
use crate::store::application::{self as applications, Application};
use crate::store::outbox::{self, NewLetter};
use crate::store::own_link::{self as store, OwnLink};
use crate::store::trail::Entry;
use crate::store::{Conn, Seal, Tx, contractor, dbs, random_token, signin};
use crate::types::{
    ApplicationId, ApplicationState, At, ConsentId, NoteKind, OwnLinkId, Reach, Secret, is_email, work_as,
};

/// A link works this long.
pub const LIFE: TimeDelta = TimeDelta::days(14);
/// A visit lasts this long, from opening the link.
pub const VISIT: TimeDelta = TimeDelta::minutes(60);
/// Letters of one application within a day.
const MOST_A_DAY: usize = 3;
/// Openings of one link that cost no wait.
const FREE_OF_LINK: i32 = 20;
/// The longest self-declaration, in characters.
const LONGEST: usize = 4000;

/// The version of the question of the self-declaration.
pub const DECLARATION_VERSION: &str = "2026-11-2";
/// The version of [`CONSENT`].
pub const CONSENT_VERSION: &str = "2026-11";
/// What the person consents to (facts.md §2.1).
pub const CONSENT: &str = "I consent to the council checking the status of my DBS certificate with the Update Service, now \
                           and from time to time for as long as it approves me to work. I know that I can withdraw this \
                           consent in writing at any time, and that the council may then stop me from working.";

/// What the proof of a consent given by an own link begins with; the application's reference follows.
pub(super) const OWN_LINK_CONSENT: &str = "Given by their own link, application ";

/// Whether the person gave this consent by their own link.
pub fn by_own_link(consent: &dbs::Consent) -> bool {
    [OWN_LINK_CONSENT, "Own link, application "].iter().any(|words| consent.evidence.starts_with(words))
}

/// What came of opening a link.
pub enum Opened {
    /// The token of the visit.
    Visit(Secret),
    /// It opens nothing; why is told to nobody.
    Dead,
    /// There were too many tries: again after this.
    Wait(TimeDelta),
}

/// What the person has still to answer, and what came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The last link, when one was sent: when, and when it was first opened.
    pub sent: Option<(At, Option<At>)>,
    /// Whether the last link still opens.
    pub is_live: bool,
    /// Whether the person has anything to answer.
    pub is_asked: bool,
    /// Whether all of it has come in.
    pub is_done: bool,
}

/// Sends the person a new link; the earlier ones are dead.
///
/// # Errors
/// `NotFound`; `Conflict` before it is sent in, once it is decided, when nothing is left to answer, or after too many.
pub fn send(tx: &mut Tx<'_>, who: &Who, id: ApplicationId) -> Result<()> {
    let application = seen(tx, who, id)?;
    // Whichever of the council's states it is: an answer that differed would tell the firm which.
    if !has_own_part(application.state) {
        return Err(Error::Conflict("The link is sent once the application is with the council.".into()));
    }
    let (answers, today) = (Answers::of(&application)?, tx.today);
    let asking = asking(tx, &application, today)?;
    if left(&answers, &asking).is_empty() {
        return Err(Error::Conflict("The person has answered everything.".into()));
    }
    if !is_email(&answers.email) {
        return Err(Error::Conflict("The application names no email address of the person’s.".into()));
    }
    let recent = store::of(tx, id)?.into_iter().filter(|link| tx.at.since(link.sent_at) < TimeDelta::days(1)).count();
    if recent >= MOST_A_DAY {
        return Err(Error::Conflict(format!("{recent} letters were sent within a day. Try again tomorrow.")));
    }
    write(tx, &application, &answers, &asking)
}

/// Sends the link when there is something left to answer and no live link to the same address.
pub(super) fn send_if_needed(
    tx: &mut Tx<'_>,
    application: &Application,
    answers: &Answers,
    asking: &Asking,
) -> Result<()> {
    let live =
        store::of(tx, application.id)?.into_iter().any(|one| is_live(&one, tx.at) && one.sent_to == answers.email);
    if live || left(answers, asking).is_empty() {
        return Ok(());
    }
    write(tx, application, answers, asking)
}

fn write(tx: &mut Tx<'_>, application: &Application, answers: &Answers, asking: &Asking) -> Result<()> {
    let (token, expires) = (random_token(), tx.at.plus(LIFE));
    store::end_all(tx, application.id)?;
    store::insert(tx, application.id, &hash(&token), &answers.email, expires)?;
    let firm = match application.contractor_id {
        Some(id) => contractor::find(tx, id, &Reach::Everyone)?.name,
        None => String::new(),
    };
    let params = OwnLinkParams { path: format!("/own/{token}"), expires, firm, role: work_as(&asking.role.title) };
    let letter = NewLetter {
        letter: OWN_LINK,
        to: &answers.email,
        cc: "",
        contractor: None,
        user: None,
        person: application.person_id,
        params: serde_json::to_string(&params)?,
    };
    outbox::put(tx, &letter)?;
    tx.trail(about(application, Entry::new("own_link.send", "application", application.id.0)));
    Ok(())
}

/// How the person's own part stands.
///
/// # Errors
/// The database's.
pub fn standing(conn: &mut Conn, id: ApplicationId, answers: &Answers, asking: &Asking, now: At) -> Result<Standing> {
    let last = store::of(conn, id)?.into_iter().next();
    Ok(Standing {
        sent: last.as_ref().map(|one| (one.sent_at, one.opened_at)),
        is_live: last.as_ref().is_some_and(|one| is_live(one, now)),
        is_asked: !asking.groups_by(By::Person).is_empty(),
        is_done: left(answers, asking).is_empty(),
    })
}

/// What the person has still to answer.
pub fn left(answers: &Answers, asking: &Asking) -> Vec<Group> {
    asking.groups_by(By::Person).into_iter().map(|one| one.code).filter(|one| !answers.is_done(*one)).collect()
}

/// Opens a link, whoever presses its button. A dead one answers as one that never was.
///
/// # Errors
/// The database's.
pub fn open(tx: &mut Tx<'_>, token: &str, address: &str) -> Result<Opened> {
    let link = tx.seal().fingerprint("own link", token);
    let from = tx.seal().fingerprint("own link address", &network(address));
    if let Some(wait) = count(tx, [(&link, FREE_OF_LINK), (&from, FREE_OF_ADDRESS)])? {
        return Ok(Opened::Wait(wait));
    }
    let Some(found) = store::by_hash(tx, &hash(token))? else { return Ok(Opened::Dead) };
    let application = applications::held(tx, found.application_id)?;
    if !opens(&found, &application, tx.at) {
        return Ok(Opened::Dead);
    }
    // A whole depot may open theirs from one address.
    let (tries, _) = signin::hold_failures(tx, &from)?;
    signin::set_failures(tx, &from, tries.saturating_sub(1).max(0))?;
    store::opened(tx, found.id)?;
    tx.trail(about(&application, Entry::new("own_link.open", "application", application.id.0)));
    let until = tx.at.plus(VISIT).utc().timestamp();
    let mark = mark(&tx.seal(), found.id, until);
    Ok(Opened::Visit(Secret::new(format!("{}.{until}.{mark}", found.id))))
}

/// The application of a visit, while that lasts and its link lives.
///
/// # Errors
/// The database's.
pub fn visited(conn: &mut Conn, seal: &Seal, visit: &str, now: At) -> Result<Option<Application>> {
    let mut parts = visit.splitn(3, '.');
    let (Some(id), Some(until), Some(sent)) = (parts.next(), parts.next(), parts.next()) else { return Ok(None) };
    let (Ok(id), Ok(until)) = (id.parse::<i64>(), until.parse::<i64>()) else { return Ok(None) };
    let genuine = bool::from(mark(seal, OwnLinkId(id), until).as_bytes().ct_eq(sent.as_bytes()));
    if !genuine || now.utc().timestamp() >= until {
        return Ok(None);
    }
    let link = store::find(conn, OwnLinkId(id))?;
    let application = applications::find(conn, link.application_id, &Reach::Everyone)?;
    Ok(opens(&link, &application, now).then_some(application))
}

/// Takes the self-declaration: the words go to the vault, and only whether there are any stays with the application.
///
/// # Errors
/// `NotFound` when the visit is over; `Conflict` when it came in already; `Invalid` at `declared` or `text`.
pub fn declare(tx: &mut Tx<'_>, visit: &str, declared: Option<bool>, text: &str) -> Result<()> {
    let (mut application, mut answers) = answering(tx, visit, Group::Declaration)?;
    let declared = declared.ok_or_else(|| Error::invalid("declared", "Select yes or no"))?;
    let text = text.trim();
    if declared && text.is_empty() {
        return Err(Error::invalid("text", "Enter what you have to declare"));
    }
    if text.chars().count() > LONGEST {
        return Err(Error::invalid("text", format!("This must be {LONGEST} characters or fewer")));
    }
    answers.own.declared_on = Some(tx.today);
    answers.own.declared_text = DECLARATION_VERSION.to_owned();
    answers.own.declared = declared;
    application.answers = answers.to_json()?;
    applications::keep_answers(tx, &application)?;
    if declared {
        application.has_trace = true;
        applications::mark(tx, application.id, application.certificate_id, true)?;
        vault::write(tx, application.id, NoteKind::Declaration, text)?;
        match application.state {
            ApplicationState::Checking => advance(tx, &mut application, Event::FindTrace, "")?,
            ApplicationState::Interviewed | ApplicationState::Assessed => trace::reopen(tx, &mut application)?,
            _ => {}
        }
    }
    if let Some(person) = application.person_id {
        link::file_said(tx, &application, person)?;
    }
    // Not what: whoever reads the trail may not know whether anything was declared.
    tx.trail(about(&application, Entry::new("own_link.declare", "application", application.id.0)));
    Ok(())
}

/// Takes the consent to status checks.
///
/// # Errors
/// `NotFound` when the visit is over; `Conflict` when it came in already; `Invalid` at `agree`.
pub fn consent(tx: &mut Tx<'_>, visit: &str, agree: bool) -> Result<()> {
    let (mut application, mut answers) = answering(tx, visit, Group::Consent)?;
    if !agree {
        return Err(Error::invalid("agree", "Confirm that you consent. If you do not, write to the council"));
    }
    answers.own.consent_on = Some(tx.today);
    answers.own.consent_text = CONSENT_VERSION.to_owned();
    application.answers = answers.to_json()?;
    applications::keep_answers(tx, &application)?;
    if let Some(person_id) = application.person_id {
        let row = dbs::Consent {
            id: ConsentId(0),
            person_id,
            given_on: tx.today,
            withdrawn_on: None,
            text_version: CONSENT_VERSION.to_owned(),
            evidence: format!("{OWN_LINK_CONSENT}{}", application.reference),
            recorded_by: tx.actor,
            recorded_on: tx.today,
        };
        dbs::consent::insert(tx, &row)?;
    }
    let value = json!({ "text": CONSENT_VERSION });
    tx.trail(about(&application, Entry::new("own_link.consent", "application", application.id.0)).new_value(&value));
    Ok(())
}

/// The application of a visit that answers `group`, held for the change.
fn answering(tx: &mut Tx<'_>, visit: &str, group: Group) -> Result<(Application, Answers)> {
    let (seal, now, today) = (tx.seal(), tx.at, tx.today);
    let found = visited(tx, &seal, visit, now)?.ok_or(Error::NotFound)?;
    let application = applications::held(tx, found.id)?;
    if !takes_answers(application.state) {
        return Err(Error::Conflict("The council is deciding. To tell it more, write to it.".into()));
    }
    let answers = Answers::of(&application)?;
    if !asking(tx, &application, today)?.has(group) {
        return Err(Error::NotFound);
    }
    if answers.is_done(group) {
        return Err(Error::Conflict("This was received already.".into()));
    }
    Ok((application, answers))
}

/// Whether the person may answer: what comes in while a decision waits for its second hand would go by it unread.
fn takes_answers(state: ApplicationState) -> bool {
    has_own_part(state) && state != ApplicationState::Proposed
}

fn has_own_part(state: ApplicationState) -> bool {
    state == ApplicationState::Returned || moves::OPEN.contains(&state)
}

fn opens(link: &OwnLink, application: &Application, now: At) -> bool {
    is_live(link, now) && has_own_part(application.state)
}

fn is_live(link: &OwnLink, now: At) -> bool {
    link.ended_at.is_none() && now < link.expires_at
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Ties a visit to its link and its end.
fn mark(seal: &Seal, link: OwnLinkId, until: i64) -> String {
    seal.fingerprint("own visit", &format!("{link}.{until}"))
}
