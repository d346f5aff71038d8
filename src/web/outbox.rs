//! Letters: on their way, sent or given up, with the exact text of each.

use std::collections::HashMap;

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::letter::{holds_a_key, is_private};
use crate::domain::outbox;
use crate::error::Result;
use crate::store::contractor;
use crate::store::outbox::{self as store, Letter};
use crate::types::{ContractorId, OutboxId, OutboxState, Reach};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::{Frame, NavItem};
use crate::web::tag::Tagged;

const PAGE: i64 = 50;

/// What a letter is about.
pub fn letter_title(letter: &Letter) -> String {
    match letter.letter.as_str() {
        "contractor_digest" => "What a contractor owes".to_owned(),
        "digest_test" => "Test of a contractor’s letter".to_owned(),
        "decision_letter" => "Decision about an application".to_owned(),
        "outcome_notice" => "Outcome of an application".to_owned(),
        "appeal_letter" => "About an appeal".to_owned(),
        "hold_notice" => "Somebody may not work".to_owned(),
        "suspension" => "A person is suspended".to_owned(),
        "suspension_lifted" => "A person’s suspension ended".to_owned(),
        "work_again" => "Somebody may work again".to_owned(),
        "departure" => "Somebody left a contractor".to_owned(),
        "leaving" => "A person left the register".to_owned(),
        "set_password" => "Link to set a password".to_owned(),
        "own_link" => "Link for an applicant’s own answers".to_owned(),
        "application_returned" => "Application returned".to_owned(),
        "badge_notice" => "What became of a badge, to its contractor".to_owned(),
        "badge_letter" => "What became of a badge, to its holder".to_owned(),
        "badge_return" => "Cards that should come back".to_owned(),
        "badge_renewal" => "Badges that run out".to_owned(),
        "application_chase" => "Applications that wait for a contractor".to_owned(),
        "all_clear" => "Weekly all-clear".to_owned(),
        "invariant_alarm" => "Alarm".to_owned(),
        "trail_anchor" => "Head of the trail".to_owned(),
        other => other.replace('_', " "),
    }
}

struct Line {
    letter: Letter,
    title: String,
    firm: Option<String>,
}

#[derive(Template)]
#[template(path = "outbox/list.html")]
struct List {
    frame: Frame,
    form: Typed,
    states: Vec<Choice>,
    chosen: Vec<NavItem>,
    firm: Option<ContractorId>,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "outbox/show.html")]
struct Show<'a> {
    frame: Frame,
    letter: &'a Letter,
    title: String,
    firm: Option<String>,
    private: bool,
    once: bool,
}

#[get("/outbox?<state>&<firm>&<before>")]
async fn list(
    _officer: Officer,
    app: &State<App>,
    frame: Frame,
    state: Option<String>,
    firm: Option<i64>,
    before: Option<i64>,
) -> Result<Answer> {
    let (firm, before) = (firm.map(ContractorId), before.map(OutboxId));
    let state: Option<OutboxState> = state.and_then(|state| state.parse().ok());
    let (mut letters, firms) = app
        .read(move |conn| {
            let letters = store::list(conn, state, firm, before, PAGE + 1)?;
            let ids: Vec<ContractorId> = letters.iter().filter_map(|letter| letter.contractor_id).chain(firm).collect();
            let firms = contractor::by_ids(conn, &ids)?.into_iter().map(|firm| (firm.id, firm.name));
            Ok((letters, firms.collect::<HashMap<ContractorId, String>>()))
        })
        .await?;
    let more = cut(&mut letters, PAGE);
    let next = letters.last().filter(|_| more).map(|last| last.id.to_string());
    let (word, of) = (state.map(|state| state.to_string()), firm.map(|firm| firm.to_string()));
    let at = |state: &Option<String>, firm: &Option<String>, before: Option<String>| {
        path("/outbox", &[("state", state.clone()), ("firm", firm.clone()), ("before", before)])
    };
    let mut chosen = Vec::new();
    chosen.extend(state.map(|state| NavItem::new(state.word(), at(&None, &of, None))));
    chosen.extend(firm.and_then(|firm| firms.get(&firm)).map(|name| NavItem::new(name, at(&word, &None, None))));
    let line = |letter: Letter| Line {
        title: letter_title(&letter),
        firm: letter.contractor_id.and_then(|id| firms.get(&id).cloned()),
        letter,
    };
    let page = List {
        frame: frame.titled(if before.is_some() { "Letters (continued)" } else { "Letters" }),
        form: word.iter().fold(Typed::default(), |form, word| form.with("state", word)),
        states: OutboxState::ALL.iter().map(|state| Choice::new(state, state.word())).collect(),
        chosen,
        firm,
        lines: letters.into_iter().map(line).collect(),
        first: before.map(|_| at(&word, &of, None)),
        next: next.map(|id| at(&word, &of, Some(id))),
    };
    Answer::page(&page)
}

#[get("/outbox/<id>")]
async fn show(_officer: Officer, app: &State<App>, frame: Frame, id: OutboxId) -> Result<Answer> {
    let (letter, firm) = app
        .read(move |conn| {
            let letter = store::find(conn, id)?;
            let firm = letter.contractor_id.map(|firm| contractor::find(conn, firm, &Reach::Everyone)).transpose()?;
            Ok((letter, firm.map(|firm| firm.name)))
        })
        .await?;
    let page = Show {
        frame: frame.titled(format!("Letter {id}")),
        title: letter_title(&letter),
        private: is_private(&letter.letter),
        once: holds_a_key(&letter.letter),
        letter: &letter,
        firm,
    };
    Answer::page(&page)
}

#[post("/outbox/<id>/retry", data = "<_form>")]
async fn retry(officer: Officer, app: &State<App>, id: OutboxId, _form: Typed) -> Result<Answer> {
    let who = officer.clone();
    app.act(officer.user, move |tx| outbox::retry(tx, &who, id)).await?;
    Ok(Answer::done(format!("/outbox/{id}"), "The letter will be tried again within a few minutes"))
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![list, show, retry]
}
