//! An application's page: one for everybody who may see it. Its submitter's tasks, the person's own part, what is waited
//! for and what came of it; beside that, for who may check, the panel.

use askama::Template;
use rocket::{Route, State, get, routes};

use super::answers::{Card, cards};
use super::check::{self, Panel};
use super::group::{Read, open};
use super::{Stage, kind_title};
use crate::domain::application::draft::is_open;
use crate::domain::application::moves::{Event, after, outward};
use crate::domain::application::questions::By;
use crate::domain::own_link::{self, Standing};
use crate::domain::permission::Who;
use crate::error::{Error, Result};
use crate::store::{Conn, application as store, contractor, person};
use crate::types::{ApplicationId, ApplicationState, Reach, Verdict, long_date};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::guard::Submitter;
use crate::web::page::Frame;

/// What came of an application, as a firm may know it.
struct Outcome {
    text: &'static str,
    conditions: Option<String>,
}

#[derive(Template)]
#[template(path = "application/show.html")]
struct Show {
    frame: Frame,
    id: ApplicationId,
    reference: String,
    name: String,
    role: String,
    kind: &'static str,
    firm: String,
    stage: Stage,
    cards: Vec<Card>,
    answered: Vec<bool>,
    is_open: bool,
    returned_reason: String,
    withdrawn: String,
    is_council: bool,
    own: Option<Standing>,
    sends_link: bool,
    waiting: Vec<&'static str>,
    outcome: Option<Outcome>,
    may_withdraw: bool,
    panel: Option<Panel>,
}

impl Show {
    /// How a task stands: finished, not begun, or to be put right.
    fn task(&self, at: &usize) -> &'static str {
        let wrong = self.cards.get(*at).is_some_and(|card| card.wrong.is_some());
        match (wrong, self.answered.get(*at)) {
            (false, _) => "Completed",
            (true, Some(true)) => "Something to put right",
            (true, _) => "Not started",
        }
    }
}

fn outcome(conn: &mut Conn, read: &Read) -> Result<Option<Outcome>> {
    let application = &read.application;
    if outward(application.state) != outward(ApplicationState::Decided) {
        return Ok(None);
    }
    let text = match application.outcome {
        Some(Verdict::Approved) => "Approved",
        Some(Verdict::ApprovedWithConditions) => "Approved with conditions",
        Some(Verdict::Refused) => "Not approved",
        Some(Verdict::Deferred) | None => return Ok(None),
    };
    let conditions = match application.outcome {
        Some(Verdict::ApprovedWithConditions) => store::agreed_conditions(conn, application.id)?,
        _ => None,
    };
    let conditions = conditions.map(|(text, until)| match until {
        Some(day) => format!("{text} (until {})", long_date(day)),
        None => text,
    });
    Ok(Some(Outcome { text, conditions }))
}

/// What a firm reads is waited for: nothing here depends on what the register holds, nor on the council's own states.
fn waiting(read: &Read, own: &Standing) -> Vec<&'static str> {
    let mut waiting = Vec::new();
    match outward(read.application.state) {
        "Returned to you" => waiting.push("You: put right what is said above, and send the application again."),
        "With the council" => {}
        _ => return waiting,
    }
    if own.is_asked && !own.is_done && own.sent.is_some() {
        waiting.push("The person: answer the questions by the link that we sent them.");
    }
    if read.application.state != ApplicationState::Returned {
        waiting.push("The council: check the application. We write to you if we need something more from you.");
    }
    waiting
}

/// The name as typed; of an application that came without answers, the person's.
fn name(conn: &mut Conn, who: &Who, read: &Read) -> Result<String> {
    let mut name = read.answers.full_name();
    if let (true, Some(id)) = (name.is_empty(), read.application.person_id) {
        name = match person::find(conn, id, &who.reach()) {
            Ok(found) => found.full_name(),
            Err(Error::NotFound) => name,
            Err(other) => return Err(other),
        };
    }
    Ok(if name.is_empty() { "Name not entered yet".to_owned() } else { name })
}

fn page(conn: &mut Conn, who: &Who, frame: Frame, read: Read, now: crate::types::At) -> Result<Show> {
    let application = &read.application;
    let own = own_link::standing(conn, application.id, &read.answers, &read.asking, now)?;
    let firm = match application.contractor_id {
        Some(id) => contractor::find(conn, id, &Reach::Everyone)?.name,
        None => "The council’s own staff".to_owned(),
    };
    let groups = read.asking.groups_by(By::Submitter);
    let name = name(conn, who, &read)?;
    let panel = check::panel(conn, who, application, read.asking.today)?;
    let waiting = if panel.is_some() { Vec::new() } else { waiting(&read, &own) };
    let mut cards = cards(conn, &read)?;
    if !is_open(application) {
        cards.retain(|card| !card.rows.is_empty());
    }
    let sends_link = own.is_asked && !own.is_done && outward(application.state) == "With the council";
    // What nobody asked for and nobody waits for is no part of the page.
    let is_shown = own.is_asked && (is_open(application) || own.is_done || own.sent.is_some() || sends_link);
    Ok(Show {
        frame: frame.titled(format!("Application {}", application.reference)),
        id: application.id,
        reference: application.reference.clone(),
        name,
        role: read.asking.role.title.clone(),
        kind: kind_title(application.kind),
        firm,
        stage: Stage::of(application.state, who.is_staff()),
        cards,
        answered: groups.iter().map(|one| read.answers.has(one.code)).collect(),
        is_open: is_open(application),
        returned_reason: match application.state {
            ApplicationState::Returned => application.returned_reason.clone(),
            _ => String::new(),
        },
        withdrawn: read.answers.withdrawn.clone(),
        is_council: who.is_staff(),
        sends_link,
        own: is_shown.then_some(own),
        waiting,
        outcome: outcome(conn, &read)?,
        may_withdraw: after(application.state, Event::Withdraw).is_some(),
        panel,
    })
}

#[get("/applications/<id>")]
async fn show(who: Submitter, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    let (today, now) = (app.clock.today(), app.clock.now());
    let page = app.read(move |conn| {
        let read = open(conn, &who, id, today)?;
        page(conn, &who, frame, read, now)
    });
    Answer::page(&page.await?)
}

pub(super) fn routes() -> Vec<Route> {
    routes![show]
}
