//! Recording and correcting evidence: one form, driven by the fields of the requirement's kind.

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, post, routes};

use crate::domain::application::answers::Answers as Applied;
use crate::domain::clearance::{Dossier, dossiers};
use crate::domain::evidence::correct::{Change, ChangeKind, Filed, correct as change_row, prefill};
use crate::domain::evidence::fields::{self, Field};
use crate::domain::evidence::{self, Asked, is_recorded};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy::{self, Policy, Requirement};
use crate::error::{Error, Result};
use crate::store::person::Person;
use crate::store::{Conn, application as applications, person};
use crate::types::{ApplicationId, PersonId, Reach};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Staff;
use crate::web::page::{Frame, NavItem};
use crate::web::submission::{Sent, Shown, answers, filled, refuse_rest, send, sent_before, shown};

/// A role and what may be recorded for it.
struct Group {
    role: String,
    links: Vec<NavItem>,
}

#[derive(Template)]
#[template(path = "evidence/choose.html")]
struct Choose<'a> {
    frame: Frame,
    person: &'a Person,
    groups: Vec<Group>,
}

#[derive(Template)]
#[template(path = "evidence/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
    title: &'a str,
    role: &'a str,
    fields: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "evidence/correct.html")]
struct Correct<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
    noun: &'static str,
    changes: Vec<Choice>,
    ends: bool,
    fields: Vec<Shown>,
}

fn open(conn: &mut Conn, id: PersonId, reach: &Reach) -> Result<(Person, Dossier)> {
    Ok((person::find(conn, id, reach)?, dossiers(conn, &[id])?.pop().ok_or(Error::NotFound)?))
}

fn query(asked: &Asked) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("requirement", &asked.requirement);
    if !asked.role.is_empty() {
        query.append_pair("role", &asked.role);
    }
    query.finish()
}

/// What `who` may record for each role the person works in.
fn groups(conn: &mut Conn, who: &Who, dossier: &Dossier, today: NaiveDate) -> Result<Vec<Group>> {
    let policies = policy::published(conn)?;
    let Some(policy) = Policy::in_force(&policies, today) else { return Ok(Vec::new()) };
    let group = |code: &str| {
        let asked = policy.asked_of(code).into_iter().filter(|one| is_recorded(one.kind));
        let may_record = may(who, Act::RecordEvidence, Subject::Register).is_ok();
        let open = asked.filter(|_| may_record);
        let link = |one: &Requirement| {
            let asked = Asked { role: code.to_owned(), requirement: one.code.clone() };
            NavItem::new(&one.title, format!("/people/{}/evidence/new?{}", dossier.person, query(&asked)))
        };
        let role = policy.role(code).map_or_else(|| code.to_owned(), |role| role.title.clone());
        Group { role, links: open.map(link).collect() }
    };
    Ok(dossier.roles().into_iter().filter(|role| dossier.is_engaged(role, today)).map(group).collect())
}

async fn choose(app: &App, who: &Who, frame: Frame, id: PersonId) -> Result<Answer> {
    let (reach, today, who) = (who.reach(), app.clock.today(), who.clone());
    let found = app.read(move |conn| {
        let (person, dossier) = open(conn, id, &reach)?;
        Ok((person, groups(conn, &who, &dossier, today)?))
    });
    let (person, groups) = found.await?;
    let page = Choose { frame: frame.titled("Choose what to record"), person: &person, groups };
    Answer::page(&page)
}

/// The person, the requirement, its role's title, and the fields of its form.
async fn asked_form(
    app: &App,
    who: &Who,
    id: PersonId,
    asked: &Asked,
) -> Result<(Person, Requirement, String, Vec<Field>)> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    let (reach, today, asked) = (who.reach(), app.clock.today(), asked.clone());
    let found = app.read(move |conn| {
        let (person, dossier) = open(conn, id, &reach)?;
        let (requirement, role) = evidence::requirement(conn, &dossier, &asked, today)?;
        let policies = policy::published(conn)?;
        let title = Policy::in_force(&policies, today).and_then(|policy| policy.role(&role));
        let title = title.map_or_else(|| role.clone(), |role| role.title.clone());
        let fields = fields::of(requirement.kind, &fields::lists(conn, &dossier)?);
        Ok((person, requirement, title, fields))
    });
    let (person, requirement, role, fields) = found.await?;
    Ok((person, requirement, role, fields))
}

async fn new_page(app: &App, who: &Who, frame: Frame, (id, asked): (PersonId, &Asked), form: Typed) -> Result<Answer> {
    let (person, requirement, role, fields) = asked_form(app, who, id, asked).await?;
    let form = &form;
    let frame = frame.titled(format!("Record: {}", requirement.title)).with_faults(form);
    let (title, role) = (&requirement.title, &role);
    let page = New { frame, form, person: &person, title, role, fields: shown(&fields) };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/evidence/new?<requirement>&<role>&<application>")]
async fn new(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    requirement: Option<String>,
    role: Option<String>,
    application: Option<i64>,
) -> Result<Answer> {
    may(&staff, Act::RecordEvidence, Subject::Register)?;
    let asked = Asked { role: role.unwrap_or_default(), requirement: requirement.unwrap_or_default() };
    if asked.requirement.is_empty() {
        return choose(app, &staff, frame, id).await;
    }
    let (officer, begun) = (staff.name.clone(), application.map(ApplicationId));
    let form = app.read(move |conn| begins(conn, id, begun, &officer)).await?;
    new_page(app, &staff, frame, (id, &asked), form).await
}

/// What an identity form begins with: who looks, and the documents that the application names. Other forms take no
/// notice of either.
fn begins(conn: &mut Conn, id: PersonId, from: Option<ApplicationId>, officer: &str) -> Result<Typed> {
    let mut listed = Vec::new();
    for one in applications::of_person(conn, id)? {
        if from.is_none_or(|from| from == one.id) {
            listed.push((one.id, Applied::of(&one)?.documents));
        }
    }
    let newest = listed.into_iter().filter(|(_, codes)| !codes.is_empty()).max_by_key(|(id, _)| *id);
    let form = Typed::default().with("seen_by", officer);
    Ok(newest.into_iter().flat_map(|(_, codes)| codes).fold(form, |form, code| form.with("documents", code)))
}

#[allow(clippy::too_many_arguments, reason = "one for each part of the address")]
#[post("/people/<id>/evidence/new?<requirement>&<role>&<application>", data = "<form>")]
async fn record(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    requirement: String,
    role: Option<String>,
    application: Option<i64>,
    mut form: Typed,
) -> Result<Answer> {
    let asked = Asked { role: role.unwrap_or_default(), requirement };
    let (_, _, _, fields) = asked_form(app, &staff, id, &asked).await?;
    let answers = answers(&mut form, &fields);
    if form.is_good() {
        let meant = asked.clone();
        let sent = send(app, &staff, &form, move |tx, who| {
            let recorded = evidence::record(tx, who, id, &meant, &answers)?;
            // Back to where it was asked for.
            let begun = application.map(ApplicationId);
            let sent = match begun
                .filter(|one| applications::of_person(tx, id).is_ok_and(|all| all.iter().any(|row| row.id == *one)))
            {
                Some(begun) => Sent::to(format!("/applications/{begun}")),
                None => Sent::to_person(id),
            };
            Ok(Sent { warning: recorded.warnings.join(". "), ..sent })
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The evidence is recorded")),
            Err(faults) => form.refuse_all(faults),
        }
    } else {
        refuse_rest(&mut form, &fields, &answers, app.clock.today());
    }
    new_page(app, &staff, frame, (id, &asked), form).await
}

/// The person, the fields of the row's form, and the form as the row has them.
async fn row_form(
    app: &App,
    who: &Who,
    id: PersonId,
    (filed, row): (Filed, i64),
) -> Result<(Person, Vec<Field>, Typed)> {
    may(who, Act::CorrectEvidence, Subject::Register)?;
    let reach = who.reach();
    let found = app.read(move |conn| {
        let (person, dossier) = open(conn, id, &reach)?;
        let fields = filed.fields(&fields::lists(conn, &dossier)?);
        let form = filled(&fields, &prefill(&dossier, filed, row)?);
        Ok((person, fields, form))
    });
    found.await
}

fn change_choice(change: ChangeKind) -> Choice {
    match change {
        ChangeKind::Replace => Choice::new("replace", "Some details are wrong: put the right ones in their place"),
        ChangeKind::Retire => Choice::new("retire", "It was recorded in error: set it aside"),
        ChangeKind::End => Choice::new("end", "It has ended"),
    }
}

async fn correct_page(
    app: &App,
    who: &Who,
    frame: Frame,
    (id, filed, row): (PersonId, Filed, i64),
    typed: Option<Typed>,
) -> Result<Answer> {
    let (person, fields, form) = row_form(app, who, id, (filed, row)).await?;
    let form = &typed.unwrap_or(form);
    let (noun, ends) = (filed.noun(), filed.asks_for_end());
    let frame = frame.titled(format!("Correct: {noun}")).with_faults(form);
    let changes = filed.changes().iter().copied().map(change_choice).collect();
    let page = Correct { frame, form, person: &person, noun, changes, ends, fields: shown(&fields) };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/evidence/<kind>/<row>/correct")]
async fn correcting(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    kind: &str,
    row: i64,
) -> Result<Answer> {
    let filed: Filed = kind.parse().map_err(|_| Error::NotFound)?;
    correct_page(app, &staff, frame, (id, filed, row), None).await
}

#[post("/people/<id>/evidence/<kind>/<row>/correct", data = "<form>")]
async fn correct(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    kind: &str,
    row: i64,
    mut form: Typed,
) -> Result<Answer> {
    let filed: Filed = kind.parse().map_err(|_| Error::NotFound)?;
    if let Some(sent) = sent_before(app, &staff, &form).await? {
        return Ok(sent.answer("The correction is saved"));
    }
    let change = match (form.text("change"), filed.changes()) {
        ("", [only]) => change_choice(*only).value,
        (chosen, _) => chosen.to_owned(),
    };
    let change = match change.as_str() {
        "retire" => Some(Change::Retire),
        "end" => Some(Change::End(form.may_date("ended_on", "day it ended"))),
        "replace" => {
            let (_, fields, _) = row_form(app, &staff, id, (filed, row)).await?;
            let answers = answers(&mut form, &fields);
            if !form.is_good() {
                refuse_rest(&mut form, &fields, &answers, app.clock.today());
            }
            Some(Change::Replace(answers))
        }
        _ => None,
    };
    let why = form.text("why").to_owned();
    match change {
        None => form.refuse("change", "Select what is to be changed"),
        Some(change) if form.is_good() => {
            let sent = send(app, &staff, &form, move |tx, who| {
                change_row(tx, who, id, (filed, row), &change, &why)?;
                Ok(Sent::to_person(id))
            });
            match sent.await? {
                Ok(sent) => return Ok(sent.answer("The correction is saved")),
                Err(faults) => form.refuse_all(faults),
            }
        }
        Some(_) => {}
    }
    correct_page(app, &staff, frame, (id, filed, row), Some(form)).await
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![new, record, correcting, correct]
}
