//! Decision papers: proposed on one page, agreed or sent back on another.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::appeal::appealable;
use crate::domain::application::case;
use crate::domain::clearance::{Dossier, dossiers};
use crate::domain::permission::{Act, Case, Subject, Who, may};
use crate::domain::proposal::{self, NewProposal, Open, open_items, ready};
use crate::domain::{assessment, criteria, vault};
use crate::error::{Error, Result};
use crate::store::application::{self as applications, Application};
use crate::store::proposal::{self as store, Proposal};
use crate::store::register::{staff_names, titles};
use crate::store::{Conn, approval, assessment as assessments, person};
use crate::types::{ApplicationId, ProposalId, ProposalState, Reach, Verdict};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Council;
use crate::web::page::Frame;
use crate::web::submission::{Sent, press, send};

/// A criterion and what was found of it.
pub(super) struct Found {
    pub title: String,
    pub finding: &'static str,
}

/// The findings of the case's newest assessment, in the order of their criteria.
pub(super) fn found(conn: &mut Conn, id: ApplicationId) -> Result<Vec<Found>> {
    let Some(row) = assessments::latest(conn, id)? else { return Ok(Vec::new()) };
    let findings = assessments::findings(conn, row.id)?;
    let criteria = criteria::version(conn, row.criteria_version)?;
    let of = |code: &str| findings.iter().find(|(known, _)| known == code).map(|(_, finding)| *finding);
    let found = criteria.criteria.iter().filter_map(|one| {
        of(&one.code).map(|finding| Found { title: one.title.clone(), finding: assessment::title(finding) })
    });
    Ok(found.collect())
}

/// What a page about a case shows of it.
pub(super) struct Heading {
    pub application: Application,
    pub name: String,
    pub role: String,
}

pub(super) fn heading(conn: &mut Conn, application: Application, today: chrono::NaiveDate) -> Result<Heading> {
    let owner = application
        .person_id
        .ok_or_else(|| Error::Conflict("The application is not linked to a person of the register yet.".into()))?;
    let name = person::find(conn, owner, &Reach::Everyone)?.full_name();
    let role = titles(conn, today)?.role(&application.role).to_owned();
    Ok(Heading { application, name, role })
}

#[derive(Template)]
#[template(path = "proposal/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    head: &'a Heading,
    open: &'a Open,
    found: &'a [Found],
    version: i32,
    outcomes: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "proposal/show.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    head: &'a Heading,
    paper: &'a Proposal,
    found: &'a [Found],
    proposed_by: String,
    seconded_by: String,
    reasons: String,
    may_second: bool,
    has_read: bool,
    may_appeal: bool,
    why_not: &'static str,
}

impl Show<'_> {
    fn outcome(&self) -> &'static str {
        proposal::title(self.paper.outcome)
    }

    fn state(&self) -> &'static str {
        match self.paper.state {
            ProposalState::Open => "Waiting for a second decision maker",
            ProposalState::Agreed => "Agreed",
            ProposalState::SentBack => "Sent back",
        }
    }

    fn is_open(&self) -> bool {
        self.paper.state == ProposalState::Open
    }
}

/// What the page to propose on is made of.
struct Basis {
    head: Heading,
    dossier: Dossier,
    open: Open,
    found: Vec<Found>,
    version: i32,
}

fn basis(conn: &mut Conn, who: &Who, id: ApplicationId, today: chrono::NaiveDate) -> Result<Basis> {
    let application = applications::find(conn, id, &Reach::Everyone)?;
    may(who, Act::Propose, Subject::Case(&case(conn, &application)?))?;
    let head = heading(conn, application, today)?;
    let owner = head.application.person_id.ok_or(Error::NotFound)?;
    let dossier = dossiers(conn, &[owner])?.pop().ok_or(Error::NotFound)?;
    let open = open_items(conn, &head.application, &dossier, today)?;
    let (found, version) = (found(conn, id)?, criteria::in_force(conn, today)?.number);
    Ok(Basis { head, dossier, open, found, version })
}

async fn new_page(app: &App, who: &Who, frame: Frame, id: ApplicationId, form: Typed) -> Result<Answer> {
    let (today, who) = (app.clock.today(), who.clone());
    let read = app.read(move |conn| {
        let basis = basis(conn, &who, id, today)?;
        ready(conn, &basis.head.application, &basis.dossier)?;
        Ok(basis)
    });
    let basis = read.await?;
    let outcomes = [
        Choice::new(Verdict::Approved, "Approve"),
        Choice::new(Verdict::ApprovedWithConditions, "Approve with conditions")
            .hint("Until a day: after it the person is no longer cleared"),
        Choice::new(Verdict::Refused, "Refuse").hint("Somebody approved already is stopped at once, everywhere"),
        Choice::new(Verdict::Deferred, "Defer").hint("Say below what you wait for"),
    ];
    let form = &form;
    let page = New {
        frame: frame.titled("Propose a decision").with_faults(form),
        form,
        head: &basis.head,
        open: &basis.open,
        found: &basis.found,
        version: basis.version,
        outcomes: outcomes.into(),
    };
    Answer::form(&page, form.is_good())
}

#[get("/applications/<id>/proposal")]
async fn new(council: Council, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    new_page(app, &council, frame, id, Typed::default()).await
}

#[post("/applications/<id>/proposal", data = "<form>")]
async fn propose(
    council: Council,
    app: &State<App>,
    frame: Frame,
    id: ApplicationId,
    mut form: Typed,
) -> Result<Answer> {
    let (today, who) = (app.clock.today(), council.clone());
    app.read(move |conn| basis(conn, &who, id, today).map(drop)).await?;
    let new = NewProposal {
        outcome: form.value("outcome"),
        conditions: form.text("conditions").to_owned(),
        conditions_until: form.may_date("conditions_until", "last day of the conditions"),
        reasons: form.text("reasons").to_owned(),
    };
    if form.is_good() {
        let sent = send(app, &council, &form, move |tx, who| {
            let paper = proposal::propose(tx, who, id, &new)?;
            Ok(Sent::to(format!("/proposals/{paper}")))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The decision paper is recorded")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    new_page(app, &council, frame, id, form).await
}

/// A paper and its case, for whoever works on it.
fn find(conn: &mut Conn, who: &Who, id: ProposalId) -> Result<(Proposal, Application, Case)> {
    may(who, Act::CheckApplications, Subject::Register)?;
    let paper = store::find(conn, id)?;
    let application = applications::find(conn, paper.application_id, &Reach::Everyone)?;
    let case = case(conn, &application)?;
    may(who, Act::CheckApplications, Subject::Case(&case))?;
    Ok((paper, application, case))
}

async fn show_page(app: &App, who: &Who, frame: Frame, id: ProposalId, form: Typed) -> Result<Answer> {
    let (today, reader) = (app.clock.today(), who.clone());
    let read = app.read(move |conn| {
        let (paper, application, case) = find(conn, &reader, id)?;
        let found = found(conn, application.id)?;
        let may_appeal = match appealable(conn, &application) {
            Ok(standing) => standing.id == paper.id,
            Err(Error::Conflict(_)) => false,
            Err(other) => return Err(other),
        };
        let head = heading(conn, application, today)?;
        let names = staff_names(conn, &proposal::deciders(&paper))?;
        let approvals = approval::of_people(conn, &[paper.person_id])?;
        let reasons = approvals.into_iter().find(|one| Some(one.id) == paper.approval_id && paper.note_id.is_none());
        let reasons = reasons.map(|one| one.reason).unwrap_or_default();
        let has_read = vault::has_read(conn, paper.application_id, reader.user)?;
        Ok((paper, head, case, found, names, reasons, may_appeal, has_read))
    });
    let (paper, head, case, found, names, reasons, may_appeal, has_read) = read.await?;
    let leave = may(who, Act::Second, Subject::Case(&case));
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let form = &form;
    let page = Show {
        frame: frame.titled(format!("Decision paper {id}")).with_faults(form),
        form,
        head: &head,
        proposed_by: name(paper.proposed_by),
        seconded_by: paper.seconded_by.map(name).unwrap_or_default(),
        reasons,
        may_second: leave.is_ok(),
        has_read,
        may_appeal,
        why_not: if let Err(Error::Forbidden(why)) = leave { why } else { "" },
        paper: &paper,
        found: &found,
    };
    Answer::form(&page, form.is_good())
}

#[get("/proposals/<id>")]
async fn show(council: Council, app: &State<App>, frame: Frame, id: ProposalId) -> Result<Answer> {
    show_page(app, &council, frame, id, Typed::default()).await
}

#[post("/proposals/<id>/agree", data = "<form>")]
async fn agree(council: Council, app: &State<App>, id: ProposalId, form: Typed) -> Result<Answer> {
    let who = council.clone();
    app.read(move |conn| find(conn, &who, id).map(drop)).await?;
    let sent = press(app, &council, &form, move |tx, who| {
        proposal::agree(tx, who, id)?;
        Ok(Sent::to(format!("/proposals/{id}")))
    });
    Ok(sent.await?.answer("The decision is agreed and the letters are on their way"))
}

#[post("/proposals/<id>/send-back", data = "<form>")]
async fn send_back(
    council: Council,
    app: &State<App>,
    frame: Frame,
    id: ProposalId,
    mut form: Typed,
) -> Result<Answer> {
    let who = council.clone();
    app.read(move |conn| find(conn, &who, id).map(drop)).await?;
    let why = form.text("reason").to_owned();
    let sent = send(app, &council, &form, move |tx, who| {
        proposal::send_back(tx, who, id, &why)?;
        Ok(Sent::to(format!("/proposals/{id}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The decision paper is sent back")),
        Err(faults) => {
            form.refuse_all(faults);
            show_page(app, &council, frame, id, form).await
        }
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![new, propose, show, agree, send_back]
}
