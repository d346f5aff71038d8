//! Every move that is not in the table is refused, in the domain and by a raw request: state × event × who asks. A room
//! with a request that moves an application adds it to [`posts`].

use chaperone::domain::application::answers::Answers;
use chaperone::domain::application::draft::whole;
use chaperone::domain::application::questions::asking;
use chaperone::domain::application::{Event, MOVES, advance, after, moves};
use chaperone::domain::command;
use chaperone::error::Error;
use chaperone::store::application as store;
use chaperone::types::{ApplicationId, ApplicationState, Reach};
use rocket::http::Method;

use crate::support::account::clock;
use crate::support::applying::{ASSISTANT, answer_all, begin};
use crate::support::asker::{Asker, client};
use crate::support::council::as_user;
use crate::support::known::{KINDS, Known};

/// What the table has to say, state by state: the events that may happen there, as the trail calls them.
const TABLE: [(ApplicationState, &str); 13] = [
    (ApplicationState::Draft, "submit withdraw"),
    (ApplicationState::Submitted, "take return withdraw"),
    (ApplicationState::Returned, "submit withdraw"),
    (ApplicationState::Checking, "return find_trace propose withdraw"),
    (ApplicationState::InterviewDue, "interview withdraw"),
    (ApplicationState::Interviewed, "reopen assess withdraw"),
    (ApplicationState::Assessed, "reopen propose withdraw"),
    (ApplicationState::Proposed, "reopen send_back agree defer withdraw"),
    (ApplicationState::Deferred, "resume withdraw"),
    (ApplicationState::Decided, "appeal close"),
    (ApplicationState::Appealed, "settle_appeal remit"),
    (ApplicationState::Closed, "appeal"),
    (ApplicationState::Withdrawn, ""),
];

/// A request that is an event.
struct Post {
    event: Event,
    path: String,
    fields: Vec<(&'static str, String)>,
    /// The kinds of user who may send it.
    by: &'static [&'static str],
}

/// The requests, each with what makes it good.
fn posts(known: &Known, id: &str) -> Vec<Post> {
    let key = ApplicationId(id.parse().unwrap());
    let based_on = known.world.test.db.read(|conn| {
        let application = store::find(conn, key, &Reach::Everyone)?;
        let asking = asking(conn, &application, clock().today())?;
        Ok(whole(&Answers::of(&application)?, &asking))
    });
    let submitters = &["officer", "decider", "contractor"];
    vec![
        Post {
            event: Event::Submit,
            path: format!("/applications/{id}/answers"),
            fields: vec![("sworn", "yes".into()), ("based_on", based_on.unwrap())],
            by: submitters,
        },
        Post {
            event: Event::Withdraw,
            path: format!("/applications/{id}/withdraw"),
            fields: vec![("reason", "They left".into())],
            by: submitters,
        },
    ]
}

fn place(known: &Known, id: &str, state: ApplicationState) {
    known.world.sql(&format!("UPDATE applications SET state = '{state}' WHERE id = {id}"));
}

fn state(known: &Known, id: &str) -> ApplicationState {
    let id = ApplicationId(id.parse().unwrap());
    known.world.test.db.read(|conn| store::find(conn, id, &Reach::Everyone)).unwrap().state
}

#[test]
fn every_event_happens_where_the_table_says_and_nowhere_else() {
    assert_eq!(TABLE.map(|(state, _)| state).len(), ApplicationState::ALL.len());
    let known = Known::new();
    let id = known.names["application"].clone();
    let key = ApplicationId(id.parse().unwrap());
    let mut refused = 0;
    for (from, events) in TABLE {
        for one in MOVES {
            let word = one.event.act().strip_prefix("application.").unwrap();
            let expected = events.split(' ').any(|event| event == word);
            assert_eq!(after(from, one.event).is_some(), expected, "{:?} in {from}", one.event);
            place(&known, &id, from);
            let done = command::run(&known.world.test.db, known.user("officer"), &clock(), |tx| {
                let mut application = store::find(tx, key, &Reach::Everyone)?;
                advance(tx, &mut application, one.event, "")
            });
            match after(from, one.event) {
                Some(to) => assert_eq!((done.is_ok(), state(&known, &id)), (true, to), "{:?} in {from}", one.event),
                None => {
                    assert!(matches!(done, Err(Error::Conflict(_))), "{:?} in {from}", one.event);
                    assert_eq!(state(&known, &id), from, "{:?} in {from}", one.event);
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 150, "only {refused}");
}

#[test]
fn every_raw_request_moves_what_it_may_and_nothing_else() {
    let known = Known::new();
    let browser = as_user(&known.world.test, "contractor@known.example.org");
    let id = begin(&browser, &[("kind", "new"), ("role", "passenger_assistant")]);
    answer_all(&browser, &id, &ASSISTANT);
    let client = client(&known.world.test);
    for kind in KINDS.into_iter().chain(["nobody"]) {
        let token = KINDS.contains(&kind).then(|| known.token(known.user(kind)).reveal().to_owned());
        let asker = Asker::new(&client, &known.world.test, token);
        for from in ApplicationState::ALL {
            for post in posts(&known, &id) {
                place(&known, &id, *from);
                let fields: Vec<(&str, &str)> =
                    post.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let said = asker.ask(Method::Post, &post.path, &fields);
                let place = format!("{:?} in {from} by {kind}: {}", post.event, said.code);
                let (code, to) = match (post.by.contains(&kind), after(*from, post.event)) {
                    (true, Some(to)) => (303, to),
                    (true, None) => (409, *from),
                    (false, _) => (if kind == "nobody" { 401 } else { 404 }, *from),
                };
                assert_eq!((said.code, state(&known, &id)), (code, to), "{place}");
            }
        }
    }
}

#[test]
fn the_readmes_diagram_is_the_table() {
    let readme = include_str!("../../README.md");
    let shown = readme.split("```mermaid\n").nth(1).and_then(|rest| rest.split("\n```").next()).unwrap();
    assert_eq!(shown, moves::diagram());
}
