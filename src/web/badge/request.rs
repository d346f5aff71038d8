//! One request for a badge: what stands in its way, the photo to look at, and the issue.

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, post, routes};

use crate::domain::badge::request as requests;
use crate::domain::badge::{cause_title, former, issue, photo};
use crate::domain::clearance::{Dossier, dossiers};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy;
use crate::error::{Error, Result};
use crate::store::badge::Badge;
use crate::store::badge_request::BadgeRequest;
use crate::store::{Conn, badge, contractor, person, register, user};
use crate::types::{BadgeRequestId, BadgeRequestState, PhotoId, Reach, UserId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::person::Reader;
use crate::web::submission::{Sent, press, send};

/// A request as its pages show it.
pub(super) struct Head {
    pub(super) request: BadgeRequest,
    pub(super) name: String,
    firm: String,
    pub(super) role: String,
    cause: &'static str,
    pub(super) state: &'static str,
    asked_by: String,
    photo: Option<PhotoId>,
    obstacle: &'static str,
    expires_on: Option<NaiveDate>,
    pub(super) is_open: bool,
    /// Whether the person is the reader's now, so that a photo may be seen and sent.
    is_theirs: bool,
    /// Whether an officer looking at the page may issue it, for a reason if need be.
    may_issue: bool,
    is_stopped: bool,
    is_looked_at: bool,
    /// What becomes of each badge of a firm they came from.
    left: Vec<String>,
}

#[derive(Template)]
#[template(path = "badge/request.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    head: Head,
    team: bool,
}

pub(super) async fn head(app: &App, who: &Who, id: BadgeRequestId) -> Result<Head> {
    let (who, today) = (who.clone(), app.clock.today());
    app.read(move |conn| {
        let request = requests::seen(conn, &who, id)?;
        let owner = person::find(conn, request.person_id, &Reach::Everyone)?;
        let policies = policy::published(conn)?;
        let file = dossiers(conn, &[request.person_id])?.pop().ok_or(Error::NotFound)?;
        let is_open = request.state == BadgeRequestState::Open;
        let is_theirs = is_open && photo::is_shown(conn, &who, request.person_id, today)?;
        let facts = issue::facts(conn, &[&request], std::slice::from_ref(&file), today)?.pop().unwrap_or_default();
        let ready = issue::judged(&policies, &request, &file, facts, today);
        let alone = issue::Facts { is_stopped: false, is_looked_at: true, ..facts };
        let alone = issue::judged(&policies, &request, &file, alone, today).ok();
        let left = left(conn, &request, &file, today)?;
        let team = may(&who, Act::IssueBadges, Subject::Register).is_ok();
        Ok(Head {
            name: owner.full_name(),
            firm: contractor::find(conn, request.contractor_id, &Reach::Everyone)?.name,
            role: register::titles(conn, today)?.role(&request.role).to_owned(),
            cause: cause_title(request.cause),
            state: requests::title(request.state),
            asked_by: match request.asked_by {
                UserId::SYSTEM => "Chaperone".to_owned(),
                by => user::find(conn, by)?.name,
            },
            photo: facts.photo.filter(|_| is_theirs),
            obstacle: match ready {
                Ok(_) if team => "",
                Ok(_) => "With the council",
                Err(obstacle) if team => obstacle.sentence(),
                Err(obstacle) => obstacle.outward(),
            },
            expires_on: alone.filter(|_| team).map(|ready| ready.expires_on),
            may_issue: team && alone.is_some(),
            is_stopped: facts.is_stopped,
            is_looked_at: facts.is_looked_at,
            left: if team { left } else { Vec::new() },
            is_theirs,
            is_open,
            request,
        })
    })
    .await
}

/// What the issue does to the badges of the firms they came from.
fn left(conn: &mut Conn, request: &BadgeRequest, file: &Dossier, today: NaiveDate) -> Result<Vec<String>> {
    let mut worn = badge::of_person(conn, request.person_id)?;
    worn.retain(|one| former::is_other_firms(request, one));
    let firms: Vec<_> = worn.iter().map(|one| one.contractor_id).collect();
    let names = contractor::names(conn, &firms)?;
    let sentence = |one: Badge| {
        let firm = names.iter().find(|(id, _)| *id == one.contractor_id).map_or("", |(_, name)| name.as_str());
        if former::is_left(request, &one, file, today) {
            format!("Issuing this ends badge {} of {firm}, where their work has ended.", one.number)
        } else {
            format!("Badge {} of {firm} stays as it is: their work there has not ended.", one.number)
        }
    };
    Ok(worn.into_iter().map(sentence).collect())
}

async fn show_page(app: &App, who: &Who, frame: Frame, id: BadgeRequestId, form: &Typed) -> Result<Answer> {
    let head = head(app, who, id).await?;
    let team = may(who, Act::IssueBadges, Subject::Register).is_ok();
    let frame = frame.titled(format!("Request for a badge {id}")).with_faults(form);
    Answer::form(&Show { frame, form, head, team }, form.is_good())
}

#[get("/badge-requests/<id>")]
async fn show(reader: Reader, app: &State<App>, frame: Frame, id: BadgeRequestId) -> Result<Answer> {
    show_page(app, &reader, frame, id, &Typed::default()).await
}

#[post("/badge-requests/<id>/issue", data = "<form>")]
async fn issue_one(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    id: BadgeRequestId,
    mut form: Typed,
) -> Result<Answer> {
    let (seen, why) = (form.value("based_on").map(PhotoId), form.text("reason").to_owned());
    let sent = send(app, &officer, &form, move |tx, who| {
        let badge = issue::issue_seen(tx, who, id, seen, &why)?;
        Ok(Sent::to(format!("/badges/{badge}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The badge is issued. Print the card")),
        Err(faults) => {
            form.refuse_all(faults);
            show_page(app, &officer, frame, id, &form).await
        }
    }
}

#[post("/badge-requests/<id>/look", data = "<form>")]
async fn look(officer: Officer, app: &State<App>, id: BadgeRequestId, form: Typed) -> Result<Answer> {
    let seen = form.value("based_on").map(PhotoId);
    let sent = press(app, &officer, &form, move |tx, who| {
        let person = requests::seen(tx, who, id)?.person_id;
        photo::look(tx, who, person, seen)?;
        Ok(Sent::to(format!("/badge-requests/{id}")))
    });
    Ok(sent.await?.answer("The photo may go on a badge"))
}

pub(super) fn routes() -> Vec<Route> {
    routes![show, issue_one, look]
}
