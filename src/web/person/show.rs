//! One person's page for the council, computed for today from the dossier whatever is kept; a contractor's view of
//! one of its own has a page of its own.

use std::collections::{HashMap, HashSet};

use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{State, get};

use super::bulletins::{Given, bulletins};
use super::card::{Card, Making};
use super::file::{Naming, Paper};
use super::history::{self, Event};
use super::training::{Trained, training};
use super::{Reader, outside};
use crate::domain::application::moves;
use crate::domain::badge::authorises;
use crate::domain::clearance::{Dossier, clearance, dossiers};
use crate::domain::leaving as leavings;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy::{self, Policy};
use crate::domain::{hold, join_window};
use crate::error::{Error, Result};
use crate::store::badge::{self, Badge};
use crate::store::leaving::{self, Leaving};
use crate::store::person::{self, Person, PersonName};
use crate::store::register::{self, Titles};
use crate::store::{Conn, Seal, application, authority, contractor};
use crate::types::{
    ApplicationId, AuthorityId, BadgeId, BadgeState, ContractorId, NameKind, Origin, PersonId, UserId, long_date,
};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::page::Frame;

/// Events on the page itself; the rest are a page away.
const RECENT: usize = 10;

struct Work {
    firm: String,
    firm_id: ContractorId,
    role: String,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    end: Option<String>,
}

struct Held {
    why: &'static str,
    starts_on: NaiveDate,
    until: Option<NaiveDate>,
    placed_by: String,
    reason: String,
    lifted: Option<(NaiveDate, String, String)>,
    lift: Option<String>,
}

struct Waived {
    title: String,
    role: String,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    conditions: String,
    granted_by: String,
    reason: String,
    withdrawn_on: Option<NaiveDate>,
    withdraw: Option<String>,
}

struct Worn {
    id: BadgeId,
    number: String,
    firm: String,
    role: String,
    issued_on: NaiveDate,
    expires_on: NaiveDate,
    state: BadgeState,
    authorised: bool,
}

/// What the page shows.
struct Shown {
    person: Person,
    former: Vec<String>,
    firms: Vec<String>,
    cards: Vec<Card>,
    papers: Vec<Paper>,
    work: Vec<Work>,
    holds: Vec<Held>,
    waivers: Vec<Waived>,
    badges: Vec<Worn>,
    training: Vec<Trained>,
    bulletins: Vec<Given>,
    events: Vec<Event>,
    more: bool,
    join_by: Option<NaiveDate>,
    left: Option<String>,
}

#[derive(Template)]
#[template(path = "person/show.html")]
struct Show {
    frame: Frame,
    shown: Shown,
    sees_reasons: bool,
    may_record: bool,
    may_train: bool,
    may_hold: bool,
    may_review: bool,
    may_copy: bool,
    may_see_history: bool,
    may_see_trail: bool,
    may_see_readings: bool,
    today: NaiveDate,
}

impl Show {
    fn or_none<'a>(&self, text: &'a str) -> &'a str {
        if text.is_empty() { "Not recorded" } else { text }
    }
}

#[get("/people/<id>")]
pub(super) async fn show(reader: Reader, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    let today = app.clock.today();
    if !reader.is_staff() {
        return outside::show(&reader, app, frame, id, today).await.map(Answer::Page);
    }
    if let Some(kept) = app.read(move |conn| person::merged_into(conn, id)).await? {
        return Ok(Answer::Away(Box::new(Redirect::to(format!("/people/{kept}")))));
    }
    let may_do = |act| may(&reader, act, Subject::Register).is_ok();
    let (may_record, may_hold) = (may_do(Act::RecordEvidence), may_do(Act::PlaceHold));
    let (may_review, may_train) = (may_do(Act::CheckApplications), may_do(Act::RunTraining));
    let (may_see_history, may_see_trail) = (may_do(Act::ViewHistory), may_do(Act::ViewTrail));
    let may_see_readings = crate::web::vault::may_list(&reader).is_ok();
    let (sees_reasons, may_copy) = (reader.sees_reasons(), may_do(Act::SubjectAccess));
    let seal = app.db.seal().clone();
    let shown = app.read(move |conn| gather(conn, &seal, &reader, id, today)).await?;
    let frame = frame.titled(shown.person.full_name());
    let is_live = shown.person.erased_on.is_none();
    let page = Show {
        frame,
        shown,
        sees_reasons,
        may_record: may_record && is_live,
        may_train: may_train && is_live,
        may_hold: may_hold && is_live,
        may_review: may_review && is_live,
        may_copy: may_copy && is_live,
        may_see_history,
        may_see_trail,
        may_see_readings,
        today,
    };
    Answer::page(&page)
}

fn gather(conn: &mut Conn, seal: &Seal, who: &Who, id: PersonId, today: NaiveDate) -> Result<Shown> {
    let person = person::find(conn, id, &who.reach())?;
    let dossier = dossiers(conn, &[id])?.pop().ok_or(Error::NotFound)?;
    let policies = policy::published(conn)?;
    let titles = register::titles(conn, today)?;
    let worn = badge::of_person(conn, id)?;
    let firms = firms(conn, &dossier, &worn)?;
    let authorities: HashMap<AuthorityId, String> =
        authority::all(conn)?.into_iter().map(|one| (one.id, one.name)).collect();
    let staff = register::staff_names(conn, &authors(&dossier))?;
    let open = application::of_person(conn, id)?.into_iter().filter(|one| moves::OPEN.contains(&one.state));
    let waits = |one: &application::Application| one.has_trace && one.interviewed_on.is_none();
    let cases: Vec<(String, ApplicationId, bool)> =
        open.map(|one| (waits(&one), one)).map(|(waits, one)| (one.role, one.id, waits)).collect();
    let making = Making { who, policies: &policies, dossier: &dossier, staff: &staff, cases: &cases, today };
    let naming = Naming { who, titles: &titles, staff: &staff, authorities: &authorities };
    let (events, more) = if may(who, Act::ViewHistory, Subject::Register).is_ok() {
        history::page(conn, seal, id, None, RECENT, &titles)?
    } else {
        (Vec::new(), false)
    };
    let work = work(who, &dossier, &titles, &firms, today);
    let mut now: Vec<String> =
        work.iter().filter(|one| one.ends_on.is_none_or(|day| day >= today)).map(|one| one.firm.clone()).collect();
    now.sort_unstable();
    now.dedup();
    Ok(Shown {
        former: former(&person, person::names(conn, id)?),
        cards: dossier.roles().into_iter().map(|role| making.card(role)).collect(),
        papers: naming.papers(&dossier),
        badges: badges(worn, &policies, &dossier, &titles, &firms, today),
        training: training(conn, who, id)?,
        bulletins: bulletins(conn, id, &dossier, None, today)?,
        join_by: join_window::join_by(&policies, &dossier, today),
        holds: holds(who, &dossier, &staff),
        waivers: waivers(who, &dossier, &titles, &staff),
        firms: now,
        work,
        left: leaving::standing(conn, id)?.map(|row| left(&row, who)),
        person,
        events,
        more,
    })
}

/// That somebody left; why is told to whoever sees reasons.
fn left(row: &Leaving, who: &Who) -> String {
    let day = long_date(row.left_on);
    if !who.sees_reasons() {
        return format!("They left on {day}.");
    }
    format!("They left on {day}. {}: {}", leavings::title(row.cause), row.reason)
}

/// The names of the firms the page may have to name.
fn firms(conn: &mut Conn, dossier: &Dossier, worn: &[Badge]) -> Result<HashMap<ContractorId, String>> {
    let mut ids: Vec<ContractorId> = dossier.engagements.iter().map(|row| row.contractor_id).collect();
    ids.extend(worn.iter().map(|row| row.contractor_id));
    ids.sort_unstable();
    ids.dedup();
    Ok(contractor::names(conn, &ids)?.into_iter().collect())
}

fn former(person: &Person, names: Vec<PersonName>) -> Vec<String> {
    let full = |name: &PersonName| format!("{} {}", name.forename, name.surname).trim().to_owned();
    let now = person.full_name();
    let mut seen = HashSet::from([now]);
    let past = names.into_iter().filter(|name| name.kind != NameKind::Current);
    past.map(|name| full(&name)).filter(|name| seen.insert(name.clone())).collect()
}

/// Whoever the page may have to name.
fn authors(dossier: &Dossier) -> Vec<UserId> {
    let mut ids: Vec<UserId> = dossier.evidence.iter().map(|row| row.recorded_by).collect();
    ids.extend(dossier.certificates.iter().map(|row| row.recorded_by));
    ids.extend(dossier.consents.iter().map(|row| row.recorded_by));
    ids.extend(dossier.subscriptions.iter().map(|row| row.recorded_by));
    ids.extend(dossier.checks.iter().map(|row| row.recorded_by));
    ids.extend(dossier.licences.iter().map(|row| row.recorded_by));
    ids.extend(dossier.approvals.iter().map(|row| row.approved_by));
    ids.extend(dossier.decisions.iter().map(|row| row.decided_by));
    ids.extend(dossier.waivers.iter().map(|row| row.granted_by));
    ids.extend(dossier.holds.iter().flat_map(|row| [Some(row.placed_by), row.lifted_by]).flatten());
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn work(
    who: &Who,
    dossier: &Dossier,
    titles: &Titles,
    firms: &HashMap<ContractorId, String>,
    today: NaiveDate,
) -> Vec<Work> {
    let may_end = may(who, Act::RecordEvidence, Subject::Register).is_ok();
    let mut work: Vec<Work> = dossier
        .engagements
        .iter()
        .map(|row| Work {
            firm: firms.get(&row.contractor_id).cloned().unwrap_or_default(),
            firm_id: row.contractor_id,
            role: titles.role(&row.role).to_owned(),
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            end: (may_end && row.ends_on.is_none())
                .then(|| format!("/people/{}/engagements/{}/end", row.person_id, row.id)),
        })
        .collect();
    work.sort_by_key(|one| (one.ends_on.is_some_and(|day| day < today), std::cmp::Reverse(one.starts_on)));
    work
}

fn holds(who: &Who, dossier: &Dossier, staff: &HashMap<UserId, String>) -> Vec<Held> {
    let name = |id: UserId| staff.get(&id).cloned().unwrap_or_default();
    let rows = dossier.holds.iter().rev().filter(|_| who.sees_reasons());
    rows.map(|row| {
        let subject = Subject::Hold { placed_by: row.placed_by };
        let may_lift = row.lifted_on.is_none() && may(who, Act::LiftHold, subject).is_ok();
        Held {
            why: hold::title(row.code),
            starts_on: row.starts_on,
            until: row.until,
            placed_by: name(row.placed_by),
            reason: row.reason.clone(),
            lifted: row.lifted_on.map(|day| {
                (day, row.lifted_by.map(name).unwrap_or_default(), row.lift_reason.clone().unwrap_or_default())
            }),
            lift: may_lift.then(|| format!("/people/{}/holds/{}/lift", row.person_id, row.id)),
        }
    })
    .collect()
}

fn waivers(who: &Who, dossier: &Dossier, titles: &Titles, staff: &HashMap<UserId, String>) -> Vec<Waived> {
    let may_withdraw = may(who, Act::GrantWaiver, Subject::Register).is_ok();
    let rows = dossier.waivers.iter().rev();
    rows.map(|row| Waived {
        title: titles.requirement(&row.role, &row.requirement).to_owned(),
        role: titles.role(&row.role).to_owned(),
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        conditions: row.conditions.clone(),
        granted_by: match row.origin {
            Origin::Imported => "The imported register".to_owned(),
            Origin::Recorded => staff.get(&row.granted_by).cloned().unwrap_or_default(),
        },
        reason: if who.sees_reasons() { row.reason.clone() } else { String::new() },
        withdrawn_on: row.withdrawn_on,
        withdraw: (may_withdraw && row.withdrawn_on.is_none())
            .then(|| format!("/people/{}/waivers/{}/withdraw", row.person_id, row.id)),
    })
    .collect()
}

fn badges(
    rows: Vec<Badge>,
    policies: &[Policy],
    dossier: &Dossier,
    titles: &Titles,
    firms: &HashMap<ContractorId, String>,
    today: NaiveDate,
) -> Vec<Worn> {
    let worn = |row: Badge| {
        let found = clearance(policies, &row.role, dossier, today);
        Worn {
            authorised: authorises(&row, &found, dossier, today),
            id: row.id,
            firm: firms.get(&row.contractor_id).cloned().unwrap_or_default(),
            role: titles.role(&row.role).to_owned(),
            number: row.number,
            issued_on: row.issued_on,
            expires_on: row.expires_on,
            state: row.state,
        }
    };
    rows.into_iter().map(worn).collect()
}
