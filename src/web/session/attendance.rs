//! The day itself: the register on paper, and on a phone a tap for each person. A tap is a form of its own, so it works
//! without JavaScript, and leads back to where it was made.

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, post, routes};

use super::Head;
use crate::domain::booking::{needs_reason, record, register};
use crate::error::{Error, Result};
use crate::store::booking::Line;
use crate::types::{BookingId, BookingState, SessionId, SessionState};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{Sent, press, send};

/// Lines left blank for those who come unannounced.
const SPARE: usize = 4;

struct Tap {
    line: Line,
    is_open: bool,
    in_words: bool,
}

#[derive(Template)]
#[template(path = "session/attendance.html")]
struct Attendance {
    frame: Frame,
    head: Head,
    taps: Vec<Tap>,
    left: usize,
    passed: usize,
}

#[derive(Template)]
#[template(path = "session/register.html")]
struct Register {
    frame: Frame,
    head: Head,
    lines: Vec<Line>,
    spare: usize,
}

#[derive(Template)]
#[template(path = "session/correct.html")]
struct Correct<'a> {
    frame: Frame,
    form: &'a Typed,
    head: Head,
    line: Line,
    results: Vec<Choice>,
}

fn has_seat(line: &Line) -> bool {
    line.booking.state != BookingState::Waiting
}

#[get("/training/<id>/attendance")]
async fn attendance(officer: Officer, app: &State<App>, frame: Frame, id: SessionId) -> Result<Answer> {
    let (today, now) = (app.clock.today(), app.clock.now());
    let page = app.read(move |conn| {
        let head = Head::read(conn, &officer, id, today)?;
        if head.session.state == SessionState::Cancelled {
            return Err(Error::Conflict("This session is cancelled.".into()));
        }
        if now < head.session.starts_at {
            return Err(Error::Conflict("This session has not begun yet.".into()));
        }
        let lines = register(conn, &officer, id)?.into_iter().filter(has_seat);
        let tap = |line: Line| Tap {
            is_open: line.booking.state == BookingState::Booked,
            in_words: needs_reason(&line.booking, today),
            line,
        };
        let taps: Vec<Tap> = lines.map(tap).collect();
        Ok(Attendance {
            frame: frame.titled("Attendance"),
            left: taps.iter().filter(|tap| tap.is_open).count(),
            passed: taps.iter().filter(|tap| tap.line.booking.state == BookingState::Passed).count(),
            head,
            taps,
        })
    });
    Answer::page(&page.await?)
}

#[get("/training/<id>/register")]
async fn paper(officer: Officer, app: &State<App>, frame: Frame, id: SessionId) -> Result<Answer> {
    let today = app.clock.today();
    let page = app.read(move |conn| {
        let head = Head::read(conn, &officer, id, today)?;
        let lines = register(conn, &officer, id)?.into_iter().filter(has_seat).collect();
        Ok(Register { frame: frame.titled("Register to print"), head, lines, spare: SPARE })
    });
    Answer::page(&page.await?)
}

#[post("/training/<id>/bookings/<booking>/result", data = "<form>")]
async fn tap(officer: Officer, app: &State<App>, id: SessionId, booking: BookingId, form: Typed) -> Result<Answer> {
    let result: Option<BookingState> = form.value("result");
    let sent = press(app, &officer, &form, move |tx, who| {
        let result = result.ok_or_else(|| Error::invalid("result", "Select the result"))?;
        record(tx, who, id, booking, result, "")?;
        Ok(Sent::to(format!("/training/{id}/attendance#b{booking}")))
    });
    Ok(sent.await?.answer("Recorded"))
}

async fn correct_page(
    app: &App,
    officer: &Officer,
    frame: Frame,
    (id, booking): (SessionId, BookingId),
    form: &Typed,
) -> Result<Answer> {
    let (today, who): (NaiveDate, _) = (app.clock.today(), officer.0.who.clone());
    let (head, line) = app
        .read(move |conn| {
            let lines = register(conn, &who, id)?;
            let line = lines.into_iter().filter(has_seat).find(|line| line.booking.id == booking);
            Ok((Head::read(conn, &who, id, today)?, line.ok_or(Error::NotFound)?))
        })
        .await?;
    let words = |(state, text): (BookingState, &str)| Choice::new(state, text);
    let results = [
        (BookingState::Passed, "Passed"),
        (BookingState::Failed, "Failed"),
        (BookingState::NoShow, "Did not attend"),
        (BookingState::Booked, "No result: it was recorded for somebody else"),
    ];
    let page = Correct {
        frame: frame.titled("Correct a result").with_faults(form),
        form,
        results: results.into_iter().filter(|(state, _)| *state != line.booking.state).map(words).collect(),
        head,
        line,
    };
    Answer::form(&page, form.is_good())
}

#[get("/training/<id>/bookings/<booking>/correct")]
async fn correcting(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    id: SessionId,
    booking: BookingId,
) -> Result<Answer> {
    correct_page(app, &officer, frame, (id, booking), &Typed::default()).await
}

#[post("/training/<id>/bookings/<booking>/correct", data = "<form>")]
async fn correct(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    id: SessionId,
    booking: BookingId,
    mut form: Typed,
) -> Result<Answer> {
    let result: Option<BookingState> = form.need_choice("result", "Select the right result");
    let reason = form.need_text("reason", 4000, "Enter the reason");
    if let (Some(result), true) = (result, form.is_good()) {
        let sent = send(app, &officer, &form, move |tx, who| {
            record(tx, who, id, booking, result, &reason)?;
            Ok(Sent::to(format!("/training/{id}/attendance#b{booking}")))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The result is corrected")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    correct_page(app, &officer, frame, (id, booking), &form).await
}

pub(super) fn routes() -> Vec<Route> {
    routes![attendance, paper, tap, correcting, correct]
}
