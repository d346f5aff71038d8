//! The team's queues: what waits in each, whose it is, and two officers who reach for the same work.

use chaperone::domain::queue::{self, Pick, Queue};
use chaperone::error::Error;
use chaperone::store::application;
use chaperone::types::{Access, ApplicationId, Reach, UserId};
use diesel::connection::SimpleConnection;
use rocket::http::Status;

use crate::support::account::{active, clock, grant, who};
use crate::support::browser::Answer;
use crate::support::council::{answers, as_user, council};
use crate::support::database::TestDb;
use crate::support::race::at_once;

const OFFICER: &str = "officer@council.example.org";

/// An application by each of `states`, waiting since one day later each, of the first people of the register.
fn apply(test: &TestDb, states: &[&str]) {
    let rows: Vec<String> = states
        .iter()
        .zip(1..)
        .map(|(state, n)| {
            format!(
                "('A-{n:06}', 'new', {n}, (SELECT contractor_id FROM engagements WHERE person_id = {n} LIMIT 1), \
                 'passenger_assistant', '{state}', '2026-10-{:02}', 'somebody', 1, '2026-10-01', '2026-10-01', 'recorded')",
                1 + n % 28
            )
        })
        .collect();
    sql(
        test,
        &format!(
            "INSERT INTO applications (reference, kind, person_id, contractor_id, role, state, state_since, sort_name, \
             started_by, started_on, submitted_on, origin) VALUES {}",
            rows.join(", ")
        ),
    );
}

fn sql(test: &TestDb, statements: &str) {
    test.db.read(|conn| Ok(conn.batch_execute(statements)?)).unwrap();
}

fn listed(answer: &Answer) -> Vec<String> {
    let links = answer.body.split("href=\"/applications/").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

fn owner(test: &TestDb, id: i64) -> Option<UserId> {
    test.db.read(|conn| application::find(conn, ApplicationId(id), &Reach::Everyone)).unwrap().owner
}

#[test]
fn each_queue_lists_what_waits_for_that_step_and_today_counts_it() {
    let test = council(20);
    let states =
        ["checking", "submitted", "interview_due", "interviewed", "assessed", "proposed", "closed", "interview_due"];
    apply(&test, &states);
    sql(
        &test,
        "INSERT INTO interviews (application_id, starts_at, minutes, place, state, arranged_by)
         VALUES (8, '2026-11-25 10:00:00', 45, 'Room 2', 'arranged', 1)",
    );
    let officer = as_user(&test, OFFICER);
    for (queue, expected) in [
        ("check", vec!["1", "2"]),
        ("arrange", vec!["3"]),
        ("assess", vec!["4"]),
        ("decide", vec!["5"]),
        ("second", vec!["6"]),
        ("exceptions", vec![]),
        ("appeals", vec![]),
    ] {
        let page = officer.get(&format!("/queues/{queue}"));
        assert_eq!(page.status, Status::Ok);
        assert_eq!(listed(&page), expected, "{queue}");
    }
    let coming = officer.get("/queues/interviews").body;
    assert!(coming.contains("href=\"/interviews/1\"") && coming.contains("in 3 days"), "{coming}");
    let today = officer.get("/").body;
    assert!(today.contains("href=\"/queues/check\">Applications to check</a>, the oldest from"), "{today}");
    assert!(today.contains("href=\"/queues/interviews\">Interviews coming</a>, the first in 3 days"));
    assert!(!today.contains("href=\"/queues/appeals\""), "an empty queue is no link");
    assert_eq!(officer.get("/queues/nothing").status, Status::NotFound);
}

#[test]
fn an_empty_queue_says_so() {
    let test = council(5);
    let officer = as_user(&test, OFFICER);
    assert!(officer.get("/queues/second").body.contains("Nothing waits here."));
    assert!(officer.get("/queues/second?owner=mine").body.contains("Nothing matches this filter."));
    assert!(officer.get("/").body.contains("No application waits for the team."));
}

#[test]
fn a_long_queue_is_read_a_page_at_a_time_and_nothing_twice() {
    let test = council(130);
    apply(&test, &(0..130).map(|n| if n % 2 == 0 { "submitted" } else { "checking" }).collect::<Vec<_>>());
    let officer = as_user(&test, OFFICER);
    let (mut path, mut seen) = ("/queues/check".to_owned(), Vec::new());
    loop {
        let page = officer.get(&path);
        seen.extend(listed(&page));
        let Some(next) = page.body.split("rel=\"next\"").nth(1).map(|_| ()) else { break };
        let () = next;
        let link = page.body.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
        path = link.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
    }
    assert_eq!(seen.len(), 130);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 130);
}

#[test]
fn work_is_taken_given_and_listed_by_whose_it_is() {
    let test = council(20);
    apply(&test, &["submitted", "submitted", "checking"]);
    let me = test.db.read(|conn| chaperone::store::user::by_email(conn, OFFICER)).unwrap().unwrap().id;
    let colleague = active(&test, "colleague@council.example.org", &[grant(Access::Officer)]);
    let officer = as_user(&test, OFFICER);
    let done = officer.fill("/queues/check", "/queues/check/assign", &[("one", "1.")]);
    assert_eq!(done.to(), (303, "/queues/check"));
    let to = colleague.to_string();
    let done = officer.fill(
        "/queues/check",
        "/queues/check/assign",
        &[("pick", "2."), ("pick", "3."), ("to", &to), ("owner", "nobody")],
    );
    assert_eq!(done.to(), (303, "/queues/check?owner=nobody"));
    assert_eq!([1, 2, 3].map(|id| owner(&test, id)), [Some(me), Some(colleague), Some(colleague)]);
    assert_eq!(listed(&officer.get("/queues/check?owner=mine")), ["1"]);
    assert!(listed(&officer.get("/queues/check?owner=nobody")).is_empty());
    let told = officer.get("/people/2/history").body;
    assert!(told.contains("Application given an owner"), "{told}");
    // As the page was before the colleague had it.
    let late = officer.fill("/queues/check", "/queues/check/assign", &[("one", "2.")]);
    assert_eq!(late.status.code, 409);
    let some = officer.fill(
        "/queues/check",
        "/queues/check/assign",
        &[("pick", &format!("1.{me}")), ("pick", "3."), ("to", "nobody")],
    );
    assert_eq!(some.status.code, 303);
    assert_eq!([1, 3].map(|id| owner(&test, id)), [None, Some(colleague)]);
    for (fields, sentence) in [
        (&[("to", to.as_str())][..], "Choose at least one"),
        (&[("pick", "1.")][..], "Choose whose it is to be"),
        (&[("pick", "1."), ("to", "1")][..], "Choose somebody of the transport team"),
    ] {
        let refused = officer.fill("/queues/check", "/queues/check/assign", fields);
        assert_eq!(refused.status.code, 422, "{sentence}");
        assert!(refused.body.contains(sentence), "{sentence}");
    }
}

#[test]
fn of_two_officers_who_reach_for_the_same_work_one_has_it() {
    let test = council(5);
    apply(&test, &["submitted"]);
    let one = active(&test, "one@council.example.org", &[grant(Access::Officer)]);
    let other = active(&test, "other@council.example.org", &[grant(Access::Officer)]);
    let pick = vec![Pick { id: 1, seen: None }];
    let (first, second) = (who(&test, one), who(&test, other));
    let again = pick.clone();
    let (won, lost) = at_once(
        &test,
        one,
        move |tx| queue::assign(tx, &first, Queue::Check, pick, Some(one)),
        || {
            chaperone::domain::command::run(&test.db, other, &clock(), |tx| {
                queue::assign(tx, &second, Queue::Check, again, Some(other))
            })
        },
    );
    assert_eq!(won.unwrap(), 1);
    assert!(matches!(lost, Err(Error::Conflict(_))), "{lost:?}");
    assert_eq!(owner(&test, 1), Some(one));
}

#[test]
fn only_the_transport_team_sees_the_queues_or_gives_work() {
    let test = council(5);
    apply(&test, &["submitted"]);
    for queue in Queue::ALL {
        let path = format!("/queues/{}", queue.code());
        assert_eq!(answers(&test, &path), [404, 200, 200, 404, 404, 404, 303], "{path}");
    }
    let auditor = active(&test, "late@council.example.org", &[grant(Access::Auditor)]);
    let reader = who(&test, auditor);
    let done = chaperone::domain::command::run(&test.db, auditor, &clock(), |tx| {
        queue::assign(tx, &reader, Queue::Check, vec![Pick { id: 1, seen: None }], Some(auditor))
    });
    assert!(matches!(done, Err(Error::NotFound)));
}

#[test]
fn an_exception_is_a_task_that_somebody_may_take() {
    let test = council(5);
    sql(
        &test,
        "INSERT INTO tasks (kind, dedup_key, subject_kind, subject_id, detail, due_on, state, opened_at) VALUES
         ('data_check', 'a', 'person', 1, 'The surname differs', '2026-11-30', 'open', '2026-11-20 09:00:00'),
         ('escalation', 'b', 'contractor', 1, 'No answer', '2026-11-30', 'open', '2026-11-20 09:00:00')",
    );
    let officer = as_user(&test, OFFICER);
    let page = officer.get("/queues/exceptions").body;
    assert!(page.contains("The surname differs") && !page.contains("No answer"));
    let id = page.split("name=\"one\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(officer.fill("/queues/exceptions", "/queues/exceptions/assign", &[("one", &id)]).status.code, 303);
    assert!(officer.get("/queues/exceptions?owner=mine").body.contains("The surname differs"));
}
