//! Recording what the panel decided.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::find;
use crate::domain::appeal::{self, NewOutcome, is_chair};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::appeal::{self as store, Appeal};
use crate::types::{AppealId, AppealOutcome, AppealState};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Council;
use crate::web::page::Frame;
use crate::web::proposal::{Heading, heading};
use crate::web::submission::{Sent, send, sent_before};

#[derive(Template)]
#[template(path = "appeal/decide.html")]
struct Decide<'a> {
    frame: Frame,
    form: &'a Typed,
    head: &'a Heading,
    appeal: &'a Appeal,
    outcomes: Vec<Choice>,
    yes_no: Vec<Choice>,
    sitters: Vec<Choice>,
}

async fn page(app: &App, who: &Who, frame: Frame, id: AppealId, form: Typed) -> Result<Answer> {
    let (today, who) = (app.clock.today(), who.clone());
    let read = app.read(move |conn| {
        let (appeal, application, case) = find(conn, &who, id)?;
        may(&who, Act::DecideAppeal, Subject::Case(&case))?;
        let panel = store::panel(conn, id)?;
        if !is_chair(&panel, who.user) {
            return Err(Error::Forbidden("The chair of the panel records what it decided."));
        }
        if appeal.state != AppealState::HearingArranged {
            return Err(Error::Conflict("The panel decides after the hearing, once.".into()));
        }
        let sitters: Vec<Choice> = panel.into_iter().map(|one| Choice::new(one.user, one.name)).collect();
        Ok((appeal, heading(conn, application, today)?, sitters))
    });
    let (appeal, head, sitters) = read.await?;
    let yes_no = vec![Choice::new("yes", "Yes"), Choice::new("no", "No")];
    let outcomes = [
        Choice::new(AppealOutcome::Upheld, "Upheld").hint("The person is approved"),
        Choice::new(AppealOutcome::Varied, "Varied").hint("The person is approved with conditions"),
        Choice::new(AppealOutcome::Dismissed, "Dismissed").hint("The decision stands"),
        Choice::new(AppealOutcome::Remitted, "Remitted").hint("Others decide anew; until then the decision stands"),
    ];
    let form = &form;
    let frame = frame.titled(format!("Decide appeal {id}")).with_faults(form);
    let page = Decide { frame, form, head: &head, appeal: &appeal, outcomes: outcomes.into(), yes_no, sitters };
    Answer::form(&page, form.is_good())
}

#[get("/appeals/<id>/decision")]
async fn new(council: Council, app: &State<App>, frame: Frame, id: AppealId) -> Result<Answer> {
    page(app, &council, frame, id, Typed::default()).await
}

#[post("/appeals/<id>/decision", data = "<form>")]
async fn decide(council: Council, app: &State<App>, frame: Frame, id: AppealId, mut form: Typed) -> Result<Answer> {
    let who = council.clone();
    app.read(move |conn| find(conn, &who, id).map(drop)).await?;
    if let Some(sent) = sent_before(app, &council, &form).await? {
        return Ok(sent.answer("The appeal is decided and the letters are on their way"));
    }
    let new = NewOutcome {
        outcome: form.value("outcome"),
        conditions: form.text("conditions").to_owned(),
        conditions_until: form.may_date("conditions_until", "last day of the conditions"),
        reasons: form.text("reasons").to_owned(),
        appellant_attended: match form.text("appellant") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        attended: form.list("attended").into_iter().filter_map(|user| user.parse().ok()).collect(),
        absent_why: form.text("absent_why").to_owned(),
    };
    if form.is_good() {
        let sent = send(app, &council, &form, move |tx, who| {
            appeal::decide(tx, who, id, &new)?;
            Ok(Sent::to(format!("/appeals/{id}")))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The appeal is decided and the letters are on their way")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    page(app, &council, frame, id, form).await
}

pub(super) fn routes() -> Vec<Route> {
    routes![new, decide]
}
