//! Jobs, policy, readiness and metrics, as the pages show them.

use chaperone::domain::command;
use chaperone::store::{job, trail};
use chaperone::types::{At, RunState};
use rocket::http::Header;

use crate::support::account::clock;
use crate::support::browser::Browser;
use crate::support::council::{answers, as_user, council};
use crate::support::database::TestDb;

const ADMIN: &str = "admin@council.example.org";

fn beat(test: &TestDb, name: &str, next: Option<At>) {
    command::write_untrailed(&test.db, &clock(), |tx| job::beat(tx, name, "Does what it says.", next)).unwrap();
}

#[test]
fn an_admin_sees_each_job_and_asks_for_a_run() {
    let test = council(5);
    let admin = as_user(&test, ADMIN);
    assert!(admin.get("/jobs").body.contains("No worker has run on this register yet"));
    let now = clock().now();
    beat(&test, "remind", Some(now.plus(chrono::TimeDelta::hours(1))));
    beat(&test, "anchor", None);
    let list = admin.get("/jobs").body;
    assert!(list.contains("Does what it says.") && list.contains("Never") && list.contains("Switched off"));
    assert!(!list.contains("Overdue"));
    let before = test.db.read(trail::verify).unwrap();
    assert_eq!(admin.fill("/jobs/remind", "/jobs/remind/run", &[]).to(), (303, "/jobs/remind"));
    assert_eq!(test.db.read(trail::verify).unwrap(), before + 1);
    assert!(test.db.read(|c| job::is_requested(c, "remind")).unwrap());
    assert!(admin.get("/jobs/remind").body.contains("waits for a worker"));
    assert_eq!(admin.fill("/jobs/remind", "/jobs/remind/run", &[]).to(), (303, "/jobs/remind"));
    assert_eq!(test.db.read(trail::verify).unwrap(), before + 1, "asked for once");
    assert_eq!(admin.fill("/users/new", "/jobs/anchor/run", &[]).status.code, 409);
    assert_eq!(admin.fill("/users/new", "/jobs/nothing/run", &[]).status.code, 404);
    assert_eq!(admin.get("/jobs/nothing").status.code, 404);
    let own = [200, 404, 404, 404, 404, 404, 303];
    assert_eq!(answers(&test, "/jobs"), own);
    assert_eq!(answers(&test, "/jobs/remind"), own);
}

#[test]
fn a_job_that_is_late_or_failed_is_red() {
    let test = council(5);
    let now = clock().now();
    beat(&test, "lapse", Some(now.plus(chrono::TimeDelta::hours(-2))));
    let admin = as_user(&test, ADMIN);
    assert!(admin.get("/jobs").body.contains("Overdue"));
    assert_eq!(admin.get("/health/jobs").status.code, 503);
    assert!(as_user(&test, "officer@council.example.org").get("/").body.contains("Late or failed"));
    beat(&test, "lapse", Some(now.plus(chrono::TimeDelta::hours(2))));
    assert_eq!(admin.get("/health/jobs").status.code, 200);
    for n in 0..55 {
        command::write_untrailed(&test.db, &clock(), |tx| {
            let (due, lease) = (now.plus(chrono::TimeDelta::minutes(n - 100)), now.plus(chrono::TimeDelta::hours(1)));
            let (on, state) = (tx.today, if n == 54 { RunState::Failed } else { RunState::Done });
            let run = job::take(tx, "lapse", due, on, lease, 3)?.unwrap();
            job::finish(tx, &run, state, 7, 1, "7 people looked at")
        })
        .unwrap();
    }
    assert_eq!(admin.get("/health/jobs").status.code, 503);
    let page = admin.get("/jobs/lapse").body;
    assert_eq!(page.matches("7 people looked at").count(), 50);
    let next = page.split("/jobs/lapse?before=").nth(1).unwrap().split('"').next().unwrap();
    let more = admin.get(&format!("/jobs/lapse?before={next}")).body;
    assert_eq!(more.matches("7 people looked at").count(), 5);
    assert!(more.contains("(continued)"));
}

#[test]
fn the_council_reads_the_policy_with_its_sources() {
    let test = council(5);
    let staff = [200, 200, 200, 200, 200, 404, 303];
    assert_eq!(answers(&test, "/policy"), staff);
    assert_eq!(answers(&test, "/policy/1"), staff);
    let auditor = as_user(&test, "auditor@council.example.org");
    let body = auditor.get("/policy").body;
    for text in ["Version 1", "Passenger assistant", "Regulated activity", "At once", "Licensing authorities"] {
        assert!(body.contains(text), "{text}");
    }
    assert_eq!(auditor.get("/policy/9").status.code, 404);
}

#[test]
fn readiness_names_what_is_missing_and_nothing_else() {
    let test = council(5);
    let browser = Browser::new(&test);
    let ready = browser.get("/health/ready");
    assert_eq!((ready.status.code, ready.body.as_str()), (200, "ready\n"));
}

#[test]
fn figures_are_read_here_or_with_the_token_and_name_nobody() {
    let test = council(5);
    beat(&test, "lapse", None);
    let browser = Browser::new(&test);
    let elsewhere = "203.0.113.9:4000".parse().unwrap();
    assert_eq!(browser.client.get("/metrics").remote(elsewhere).dispatch().status().code, 404);
    let here = "127.0.0.1:4000".parse().unwrap();
    let proxied = Header::new("X-Forwarded-For", "203.0.113.9");
    assert_eq!(browser.client.get("/metrics").remote(here).header(proxied).dispatch().status().code, 404);
    browser.fill("/sign-in", "/sign-in", &[("email", "nobody@example.org"), ("password", "wrong")]);
    let text = browser.client.get("/metrics").remote(here).dispatch().into_string().unwrap();
    for line in [
        "outbox_oldest_pending_seconds ",
        "job_last_success_timestamp_seconds{job=\"lapse\"} 0",
        "signin_failures_total 1",
        "trail_ok 1",
        "http_request_duration_seconds_bucket{le=\"+Inf\"}",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains('@') && !text.contains("people/"));
}
