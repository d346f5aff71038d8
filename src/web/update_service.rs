//! The Update Service watch: how it does and in whose name it asks; and, for one person, what is asked and was answered.

mod ask;

use askama::Template;
use chrono::NaiveDate;
use rocket::response::{Flash, Redirect};
use rocket::{Route, State, get, post, routes};

use crate::domain::clearance::{Dossier, days_before, dossiers};
use crate::domain::{declaration, join_window, policy, status_check, watch as rules};
use crate::error::{Error, Result};
use crate::store::circuit::{self, Circuit};
use crate::store::dbs::{self, Subscription};
use crate::store::declaration::Declaration;
use crate::store::job::{self, Run};
use crate::store::person::{self, Person};
use crate::store::watch::{self, Watch};
use crate::store::{Conn, today::CAP};
use crate::types::{At, CircuitCause, PersonId, Reach, SubscriptionId, UserId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{Sent, press, send};

/// The job that asks.
const JOB: &str = "status-checks";

/// The most of those not found that the page lists.
const LISTED: i64 = 50;

/// A week without a look is late.
const LATE_DAYS: u32 = 7;

/// How the watch does.
struct Health {
    last: Option<Run>,
    circuit: Option<Circuit>,
    watched: usize,
    late: usize,
    answered: usize,
    struck: Vec<(Watch, String)>,
    own: Option<Declaration>,
    others: Vec<Declaration>,
}

#[derive(Template)]
#[template(path = "update_service/show.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    agreed: Vec<Choice>,
    health: Health,
}

/// One subscription of a person.
struct Joined {
    id: SubscriptionId,
    certificate: String,
    surname: String,
    year_ends: String,
    is_watched: bool,
    why_not: &'static str,
    watch: Option<Watch>,
    last: Option<(NaiveDate, String, &'static str)>,
}

#[derive(Template)]
#[template(path = "update_service/person.html")]
struct OfPerson<'a> {
    frame: Frame,
    form: &'a Typed,
    person: Person,
    joined: Vec<Joined>,
    join_by: Option<NaiveDate>,
    may_ask: bool,
    today: NaiveDate,
}

fn health(conn: &mut Conn, user: UserId, today: NaiveDate) -> Result<Health> {
    let (watched, late) = watch::counts(conn, days_before(today, LATE_DAYS), CAP)?;
    let struck = watch::struck(conn, LISTED)?;
    let people: Vec<PersonId> = struck.iter().map(|row| row.person_id).collect();
    let names = person::by_ids(conn, &people)?;
    let name = |id| names.iter().find(|one| one.id == id).map(Person::full_name).unwrap_or_default();
    let (own, others) = declaration::standing(conn)?.into_iter().partition::<Vec<_>, _>(|one| one.user_id == user);
    Ok(Health {
        last: job::last(conn, JOB)?,
        circuit: circuit::open_one(conn)?,
        answered: dbs::status_check::count_since(conn, days_before(today, 6), CAP)?,
        struck: struck.into_iter().map(|row| (name(row.person_id), row)).map(|(name, row)| (row, name)).collect(),
        own: own.into_iter().next(),
        watched,
        late,
        others,
    })
}

async fn show_page(app: &App, officer: &Officer, frame: Frame, form: &Typed) -> Result<Answer> {
    let (user, today) = (officer.user, app.clock.today());
    let health = app.read(move |conn| health(conn, user, today)).await?;
    let agreed = vec![Choice::new("yes", "I make this declaration")];
    let frame = frame.titled("Update Service").with_faults(form);
    Answer::form(&Show { frame, form, agreed, health }, form.is_good())
}

#[get("/update-service")]
async fn show(officer: Officer, app: &State<App>, frame: Frame) -> Result<Answer> {
    show_page(app, &officer, frame, &Typed::default()).await
}

#[post("/update-service/declaration", data = "<form>")]
async fn accept(officer: Officer, app: &State<App>, frame: Frame, mut form: Typed) -> Result<Answer> {
    let (forename, surname) = (form.text("forename").to_owned(), form.text("surname").to_owned());
    let agreed = form.has("agreed", "yes");
    let sent = send(app, &officer, &form, move |tx, who| {
        declaration::accept(tx, who, &forename, &surname, agreed)?;
        Ok(Sent::to("/update-service".into()))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("Your declaration is recorded")),
        Err(faults) => {
            form.refuse_all(faults);
            show_page(app, &officer, frame, &form).await
        }
    }
}

#[post("/update-service/declaration/withdraw", data = "<form>")]
async fn withdraw(officer: Officer, app: &State<App>, form: Typed) -> Result<Answer> {
    let sent = press(app, &officer, &form, |tx, who| {
        declaration::withdraw(tx, who)?;
        Ok(Sent::to("/update-service".into()))
    });
    Ok(sent.await?.answer("Your declaration is withdrawn"))
}

fn joined(dossier: &Dossier, row: &Subscription, watches: &[Watch], today: NaiveDate) -> Option<Joined> {
    let certificate = dossier.certificates.iter().find(|one| one.id == row.certificate_id)?;
    let watched = rules::watched(dossier, row, today);
    let checks = dossier.checks.iter().filter(|check| check.certificate_id == certificate.id);
    let last = checks.max_by_key(|check| (check.checked_on, check.id));
    Some(Joined {
        id: row.id,
        certificate: crate::domain::evidence::fields::call(certificate),
        surname: certificate.surname.clone(),
        year_ends: status_check::year_ends(certificate.issued_on, today),
        is_watched: watched.is_ok(),
        why_not: watched.err().unwrap_or_default(),
        watch: watches.iter().find(|watch| watch.subscription_id == row.id).cloned(),
        last: last.map(|check| (check.checked_on, check.checker.clone(), status_check::words(check.result))),
    })
}

async fn person_page(app: &App, officer: &Officer, frame: Frame, id: PersonId, form: &Typed) -> Result<Answer> {
    let (user, today) = (officer.user, app.clock.today());
    let (person, joined, join_by, may_ask) = app
        .read(move |conn| {
            let person = person::find(conn, id, &Reach::Everyone)?;
            let dossier = dossiers(conn, &[id])?.pop().ok_or(Error::NotFound)?;
            let watches = watch::of_people(conn, &[id])?;
            let rows = dossier.subscriptions.iter().rev();
            let joined: Vec<Joined> = rows.filter_map(|row| joined(&dossier, row, &watches, today)).collect();
            let join_by = join_window::join_by(&policy::published(conn)?, &dossier, today);
            Ok((person, joined, join_by, declaration::of_user(conn, user)?.is_some()))
        })
        .await?;
    let frame = frame.titled("Update Service of a person").with_faults(form);
    Answer::form(&OfPerson { frame, form, person, joined, join_by, may_ask, today }, form.is_good())
}

#[get("/people/<id>/update-service")]
async fn of_person(officer: Officer, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    person_page(app, &officer, frame, id, &Typed::default()).await
}

#[post("/people/<id>/update-service/check", data = "<form>")]
async fn check(officer: Officer, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    let chosen = form.need_choice::<SubscriptionId>("subscription", "Choose the certificate to ask about");
    if let Some(subscription) = chosen {
        let (who, config) = (officer.clone(), app.config.clone());
        let asked = app.blocking(move |db, clock| ask::ask(db, clock, &config, &who, id, subscription)).await;
        let to = Redirect::to(format!("/people/{id}/update-service"));
        match asked {
            // The words of a result are for the page: this travels in a cookie.
            Ok(ask::Heard::Answer) => {
                return Ok(Answer::Done(Box::new(Flash::success(to, "The Update Service has answered: see below"))));
            }
            Ok(ask::Heard::NoResult(why)) => {
                let said = format!("No result: {why}. Nothing is recorded.");
                return Ok(Answer::Done(Box::new(Flash::warning(to, said))));
            }
            Err(Error::Invalid(faults)) => form.refuse_all(faults),
            Err(other) => return Err(other),
        }
    }
    person_page(app, &officer, frame, id, &form).await
}

#[post("/people/<id>/update-service/verify", data = "<form>")]
async fn verify(officer: Officer, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    let chosen = form.need_choice::<SubscriptionId>("subscription", "Choose the certificate you compared");
    if let Some(subscription) = chosen {
        let reason = form.text("reason").to_owned();
        let sent = send(app, &officer, &form, move |tx, who| {
            status_check::verify(tx, who, id, subscription, &reason)?;
            Ok(Sent::to(format!("/people/{id}/update-service")))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("It is recorded that the data are right")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    person_page(app, &officer, frame, id, &form).await
}

impl Show<'_> {
    fn text(&self) -> [&'static str; 5] {
        declaration::TEXT
    }

    fn why(&self, circuit: &Circuit) -> &'static str {
        match circuit.cause {
            CircuitCause::NoMatch => "it did not know too many certificates at once",
            CircuitCause::Errors => "it did not answer",
            CircuitCause::NewInfo => "it had new information on too many certificates at once",
        }
    }

    fn since(&self, at: At) -> String {
        crate::types::moment(at)
    }
}

impl OfPerson<'_> {
    fn back(&self) -> String {
        format!("/people/{}", self.person.id)
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![show, accept, withdraw, of_person, check, verify]
}
