//! Two rows that may be one person: looked for, compared side by side, and merged or kept apart.

use std::collections::HashMap;

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::clearance::dossiers;
use crate::domain::merge::{self, Choice as Chosen};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::{hold, person as people};
use crate::error::{Error, Result};
use crate::store::person::{self, Person};
use crate::store::register::{self, Scope, Titles};
use crate::store::{Conn, contractor};
use crate::types::{ContractorId, Outcome, PersonId, Reach, long_date};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Staff;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

/// The most people shown.
const MOST: i64 = 20;

#[derive(Template)]
#[template(path = "merge/find.html")]
struct Find<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
    likely: &'a [Person],
    found: Option<&'a [Person]>,
}

/// One of the two as the page shows it.
struct Side {
    person: Person,
    names: String,
    certificates: Vec<String>,
    work: Vec<String>,
    decisions: Vec<String>,
    holds: Vec<String>,
    records: usize,
}

/// A detail in which the two differ.
struct Differs {
    field: &'static str,
    legend: &'static str,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "merge/compare.html")]
struct Compare<'a> {
    frame: Frame,
    form: &'a Typed,
    kept: &'a Side,
    other: &'a Side,
    differs: Vec<Differs>,
}

async fn find_page(
    app: &App,
    who: &Who,
    frame: Frame,
    id: PersonId,
    form: Typed,
    term: Option<String>,
) -> Result<Answer> {
    may(who, Act::Merge, Subject::Register)?;
    let today = app.clock.today();
    let (person, likely, found) = app
        .read(move |conn| {
            let person = person::find(conn, id, &Reach::Everyone)?;
            let likely = people::likely_duplicates(conn, &people::Details::of(&person), Some(id))?;
            let found = term.map(|term| search(conn, today, &term, id)).transpose()?;
            Ok((person, likely, found))
        })
        .await?;
    let form = &form;
    let frame = frame.titled("Find the same person").with_faults(form);
    let page = Find { frame, form, person: &person, likely: &likely, found: found.as_deref() };
    Answer::form(&page, form.is_good())
}

fn search(conn: &mut Conn, today: chrono::NaiveDate, term: &str, apart_from: PersonId) -> Result<Vec<Person>> {
    let scope = Scope { reach: Reach::Everyone, today, sees_trace: false };
    let mut ids = register::exactly(conn, &scope, term)?;
    ids.extend(register::search(conn, &scope, term, None, MOST)?);
    let mut rows = person::by_ids(conn, &ids)?;
    rows.retain(|row| row.id != apart_from && row.merged_into.is_none() && row.erased_on.is_none());
    rows.sort_by(|a, b| (&a.sort_name, a.id).cmp(&(&b.sort_name, b.id)));
    Ok(rows)
}

#[get("/people/<id>/merge")]
async fn find(staff: Staff, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    find_page(app, &staff, frame, id, Typed::default(), None).await
}

// What was typed is a name: it rides in no address.
#[post("/people/<id>/merge", data = "<form>")]
async fn look(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    let term = form.need_text("term", 100, "Enter a name, a reference or a certificate number");
    let term = form.is_good().then_some(term);
    find_page(app, &staff, frame, id, form, term).await
}

fn side(conn: &mut Conn, id: PersonId, titles: &Titles) -> Result<Side> {
    let person = person::find(conn, id, &Reach::Everyone)?;
    let dossier = dossiers(conn, &[id])?.pop().ok_or(Error::NotFound)?;
    let firms: Vec<ContractorId> = dossier.engagements.iter().map(|work| work.contractor_id).collect();
    let firms: HashMap<ContractorId, String> = contractor::names(conn, &firms)?.into_iter().collect();
    let mut names: Vec<String> = Vec::new();
    for name in person::names(conn, id)? {
        let name = format!("{} {}", name.forename, name.surname).trim().to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let certificates = dossier.certificates.iter().filter(|one| one.retired_on.is_none());
    let work = dossier.engagements.iter().map(|work| {
        let firm = firms.get(&work.contractor_id).map_or("", String::as_str);
        let until = work.ends_on.map_or_else(String::new, |day| format!(" until {}", long_date(day)));
        format!("{firm}: {} from {}{until}", titles.role(&work.role), long_date(work.starts_on))
    });
    let decisions = dossier.decisions.iter().map(|one| {
        let word = if one.outcome == Outcome::Suitable { "Suitable" } else { "Unsuitable" };
        format!("{word}, {}", long_date(one.decided_on))
    });
    let holds = dossier.holds.iter().map(|one| {
        let lifted = one.lifted_on.map_or_else(String::new, |day| format!(", lifted {}", long_date(day)));
        format!("{}, {}{lifted}", hold::title(one.code), long_date(one.starts_on))
    });
    Ok(Side {
        names: names.join(", "),
        certificates: certificates.map(|one| format!("{}, issued {}", one.number, long_date(one.issued_on))).collect(),
        work: work.collect(),
        decisions: decisions.collect(),
        holds: holds.collect(),
        records: dossier.evidence.len(),
        person,
    })
}

fn differs(kept: &Person, other: &Person) -> Vec<Differs> {
    let born = |person: &Person| person.date_of_birth.map(long_date).unwrap_or_default();
    let details = [
        ("name", "Which name stands?", kept.full_name(), other.full_name()),
        ("date_of_birth", "Which date of birth stands?", born(kept), born(other)),
        ("email", "Which email address stands?", kept.email.clone(), other.email.clone()),
        ("phone", "Which telephone number stands?", kept.phone.clone(), other.phone.clone()),
    ];
    let apart = details.into_iter().filter(|(_, _, one, two)| one != two && !one.is_empty() && !two.is_empty());
    apart
        .map(|(field, legend, one, two)| {
            let choices = vec![
                Choice::new("kept", one).hint(format!("Of {}", kept.reference)),
                Choice::new("other", two).hint(format!("Of {}", other.reference)),
            ];
            Differs { field, legend, choices }
        })
        .collect()
}

async fn compare_page(
    app: &App,
    who: &Who,
    frame: Frame,
    (id, other): (PersonId, PersonId),
    form: Typed,
) -> Result<Answer> {
    may(who, Act::Merge, Subject::Register)?;
    if id == other {
        return Err(Error::Conflict("This is one and the same row of the register.".into()));
    }
    let today = app.clock.today();
    let (kept, other) = app
        .read(move |conn| {
            let titles = register::titles(conn, today)?;
            Ok((side(conn, id, &titles)?, side(conn, other, &titles)?))
        })
        .await?;
    let differs = differs(&kept.person, &other.person);
    let fresh = differs.iter().filter(|one| form.text(one.field).is_empty()).map(|one| one.field).collect::<Vec<_>>();
    let form = &fresh.into_iter().fold(form, |form, field| form.with(field, "kept"));
    let frame = frame.titled("Compare two people").with_faults(form);
    let page = Compare { frame, form, kept: &kept, other: &other, differs };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/merge/<other>")]
async fn compare(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, other: PersonId) -> Result<Answer> {
    compare_page(app, &staff, frame, (id, other), Typed::default()).await
}

#[post("/people/<id>/merge/<other>", data = "<form>")]
async fn join(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    other: PersonId,
    mut form: Typed,
) -> Result<Answer> {
    let is_other = |field: &str| form.has(field, "other");
    let choice = Chosen {
        name: is_other("name"),
        date_of_birth: is_other("date_of_birth"),
        email: is_other("email"),
        phone: is_other("phone"),
    };
    let reason = form.text("reason").to_owned();
    let sent = send(app, &staff, &form, move |tx, who| {
        merge::merge(tx, who, id, other, choice, &reason)?;
        Ok(Sent::to_person(id))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The two are one person now")),
        Err(faults) => {
            form.refuse_all(faults);
            compare_page(app, &staff, frame, (id, other), form).await
        }
    }
}

#[post("/people/<id>/merge/<other>/apart", data = "<form>")]
async fn apart(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    other: PersonId,
    mut form: Typed,
) -> Result<Answer> {
    let reason = form.text("apart_reason").to_owned();
    let sent = send(app, &staff, &form, move |tx, who| {
        merge::keep_apart(tx, who, id, other, &reason)?;
        Ok(Sent::to_person(id))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("They stay two people")),
        Err(faults) => {
            form.refuse_all(faults);
            compare_page(app, &staff, frame, (id, other), form).await
        }
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![find, look, compare, join, apart]
}
