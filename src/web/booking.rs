//! Booking a place, cancelling one, inviting those in need, and the certificate of a pass.

mod certificate;
mod invite;

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::session::Head;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::{booking, demand};
use crate::error::{Error, Result};
use crate::store::booking as store;
use crate::types::{BookingId, BookingState, PersonId, Reach, SessionId, long_date};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Booker;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send, sent_before};

/// How many of those in need are offered.
const OFFERED: usize = 20;

#[derive(Template)]
#[template(path = "booking/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    head: Head,
    people: Vec<Choice>,
    own: bool,
}

#[derive(Template)]
#[template(path = "booking/cancel.html")]
struct Cancel<'a> {
    frame: Frame,
    form: &'a Typed,
    head: Head,
    name: String,
    waits: bool,
}

async fn new_page(app: &App, who: &Who, frame: Frame, id: SessionId, form: &Typed) -> Result<Answer> {
    let (today, now, asker) = (app.clock.today(), app.clock.now(), who.clone());
    let (head, needs) = app
        .read(move |conn| {
            let head = Head::read(conn, &asker, id, today)?;
            booking::takes_bookings(&head.session, &asker, now, today)?;
            let needs = demand::neediest(conn, &asker, &head.course.requirement, id, today, OFFERED)?;
            Ok((head, needs))
        })
        .await?;
    let choice = |need: store::Need| {
        let why = match need.due_on {
            None => "Has none".to_owned(),
            Some(day) if day < today => format!("Ran out on {}", long_date(day)),
            Some(day) => format!("Serves until {}", long_date(day)),
        };
        Choice::new(need.person, format!("{} ({})", need.name, need.reference)).hint(why)
    };
    let page = New {
        frame: frame.titled("Book a place").with_faults(form),
        form,
        people: needs.into_iter().map(choice).collect(),
        own: may(who, Act::RunTraining, Subject::Register).is_err(),
        head,
    };
    Answer::form(&page, form.is_good())
}

#[get("/training/<id>/book?<person>")]
async fn new(booker: Booker, app: &State<App>, frame: Frame, id: SessionId, person: Option<i64>) -> Result<Answer> {
    let form = person.iter().fold(Typed::default(), |form, id| form.with("person", id));
    new_page(app, &booker, frame, id, &form).await
}

#[post("/training/<id>/book", data = "<form>")]
async fn book(booker: Booker, app: &State<App>, frame: Frame, id: SessionId, mut form: Typed) -> Result<Answer> {
    let (chosen, reference): (Option<PersonId>, _) = (form.value("person"), form.text("reference").to_owned());
    if chosen.is_none() && reference.is_empty() {
        form.refuse("reference", "Select somebody, or enter a reference");
    }
    if form.is_good() {
        let reach: Reach = booker.reach();
        let sent = send(app, &booker, &form, move |tx, who| {
            let person = match chosen.filter(|_| reference.is_empty()) {
                Some(person) => person,
                None => booking::by_reference(tx, &reach, &reference)?,
            };
            let done = booking::book(tx, who, id, person)?;
            let warning = if done.waits { "Every place is taken, so they are on the waiting list" } else { "" };
            Ok(Sent { to: format!("/training/{id}"), warning: warning.to_owned() })
        });
        match sent.await {
            Ok(Ok(sent)) => return Ok(sent.answer("The booking is made")),
            Ok(Err(faults)) => form.refuse_all(faults),
            // Who was meant is typed here, so what stands against them is said here too.
            Err(Error::Conflict(why)) if why != "The form was not complete." => form.refuse("reference", why),
            Err(other) => return Err(other),
        }
    }
    if let Some(sent) = sent_before(app, &booker, &form).await? {
        return Ok(sent.answer("The booking is made"));
    }
    new_page(app, &booker, frame, id, &form).await
}

async fn cancel_page(
    app: &App,
    who: &Who,
    frame: Frame,
    (id, booking): (SessionId, BookingId),
    form: &Typed,
) -> Result<Answer> {
    let (today, asker) = (app.clock.today(), who.clone());
    let (head, line) = app
        .read(move |conn| {
            let row = store::find(conn, id, booking)?;
            booking::may_cancel(conn, &asker, &row)?;
            let head = Head::read(conn, &asker, id, today)?;
            let line = store::register(conn, id)?.into_iter().find(|line| line.booking.id == booking);
            match line {
                Some(line) if matches!(line.booking.state, BookingState::Booked | BookingState::Waiting) => {
                    Ok((head, line))
                }
                _ => Err(Error::Conflict("This booking is cancelled, or its result is recorded.".into())),
            }
        })
        .await?;
    let page = Cancel {
        frame: frame.titled("Cancel a booking").with_faults(form),
        form,
        head,
        name: line.name(),
        waits: line.booking.state == BookingState::Waiting,
    };
    Answer::form(&page, form.is_good())
}

#[get("/training/<id>/bookings/<booking>/cancel")]
async fn cancelling(
    booker: Booker,
    app: &State<App>,
    frame: Frame,
    id: SessionId,
    booking: BookingId,
) -> Result<Answer> {
    cancel_page(app, &booker, frame, (id, booking), &Typed::default()).await
}

#[post("/training/<id>/bookings/<booking>/cancel", data = "<form>")]
async fn cancel(
    booker: Booker,
    app: &State<App>,
    frame: Frame,
    id: SessionId,
    booking: BookingId,
    mut form: Typed,
) -> Result<Answer> {
    let reason = form.text("reason").to_owned();
    let sent = send(app, &booker, &form, move |tx, who| {
        booking::cancel(tx, who, id, booking, &reason)?;
        Ok(Sent::to(format!("/training/{id}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The booking is cancelled")),
        Err(faults) => {
            form.refuse_all(faults);
            cancel_page(app, &booker, frame, (id, booking), &form).await
        }
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    [routes![new, book, cancelling, cancel], invite::routes(), certificate::routes()].concat()
}
