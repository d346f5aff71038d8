//! Many badges at once: five hundred in one order, each refusal with its reason, and none twice.

use chaperone::domain::badge::batch;
use chaperone::domain::command;
use chaperone::store::{badge_batch, person as people};
use chaperone::types::{Access, BadgeCause, BadgeRequestId, BadgeState, BatchId, PersonId};
use std::collections::BTreeSet;

use crate::support::account::{active, clock, grant};
use crate::support::badge::{all, ask, desk, give_photo, jpeg, officer};
use crate::support::council::as_user;
use crate::support::known::FIRM;
use crate::support::world::{World, person};

fn id(world: &World, number: u32) -> PersonId {
    let reference = format!("T{number:05}");
    world.test.db.read(|conn| people::by_reference(conn, &reference)).unwrap().unwrap().id
}

#[test]
fn five_hundred_badges_are_issued_in_one_order_and_the_rest_say_why() {
    let lines: Vec<_> = (1..=503).map(|number| person(number, FIRM)).collect();
    let world = World::new();
    world.import("2026-11-02", &lines);
    let test = &world.test;
    let who = officer(test);
    let jpeg = jpeg();
    for number in 1..=503 {
        let id = id(&world, number);
        if number != 501 {
            give_photo(test, &who, id, &jpeg);
        }
        ask(test, &who, id, FIRM, BadgeCause::Renewal);
    }
    let (held, left) = (id(&world, 502), id(&world, 503));
    world.sql(&format!(
        "INSERT INTO holds (person_id, code, starts_on, reason, placed_by, placed_at)
         VALUES ({held}, 'other', '2026-11-20', 'To be looked into', 1, '2026-11-20 09:00:00');
         UPDATE engagements SET ends_on = '2026-11-20' WHERE person_id = {left}"
    ));
    let browser = as_user(test, "badges@council.example.org");
    let sent = browser.fill("/badge-requests", "/badge-batches", &[("all", "yes")]);
    assert_eq!(sent.status.code, 303);
    let page = sent.location.unwrap();
    let mut moved = false;
    for _ in 0..1200 {
        let body = browser.get(&page).body;
        if !body.contains("<progress") {
            break;
        }
        moved |= body.contains("looked at");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(moved, "the page shows how far it is");
    let id = BatchId(page.rsplit('/').next().unwrap().parse().unwrap());
    let order = test.db.read(|conn| badge_batch::find(conn, id)).unwrap();
    assert_eq!((order.total, order.issued, order.refused), (503, 500, 3));
    let refused = test.db.read(|conn| badge_batch::refused(conn, id, BadgeRequestId(0), 10)).unwrap();
    let why: Vec<&str> = refused.iter().map(|one| one.5.as_str()).collect();
    assert!(why[0].contains("no photo") && why[1].contains("not cleared") && why[2].contains("do not work"), "{why:?}");
    let issued: Vec<_> = all(test).into_iter().filter(|one| one.opaque.is_some()).collect();
    let numbers: BTreeSet<&str> = issued.iter().map(|one| one.number.as_str()).collect();
    assert_eq!((issued.len(), numbers.len()), (500, 500));
    assert!(issued.iter().all(|one| one.state == BadgeState::Live));
    test.db.read(chaperone::store::trail::verify).unwrap();

    let csrf = browser.csrf(&page);
    let body = format!("csrf={csrf}&layout=sheet");
    let request = browser.client.post(format!("{page}/print")).header(rocket::http::ContentType::Form).body(body);
    let answer = request.header(rocket::http::Header::new("Sec-Fetch-Site", "same-origin")).dispatch();
    assert_eq!(answer.status().code, 200);
    let bytes = answer.into_bytes().unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7") && bytes.len() > 100_000, "{}", bytes.len());
}

#[test]
fn an_order_that_was_cut_short_is_finished_by_the_job_and_issues_none_twice() {
    let desk = desk(&(1..=45).map(|number| person(number, FIRM)).collect::<Vec<_>>());
    let test = &desk.world.test;
    let who = officer(test);
    let jpeg = jpeg();
    let requests: Vec<BadgeRequestId> = (1..=45)
        .map(|number| {
            let id = id(&desk.world, number);
            give_photo(test, &who, id, &jpeg);
            ask(test, &who, id, FIRM, BadgeCause::Renewal)
        })
        .collect();
    let order = |picks: &[BadgeRequestId]| {
        command::run(&test.db, who.user, &clock(), |tx| batch::order(tx, &who, Some(picks))).unwrap()
    };
    let first = order(&requests);
    let second = order(&requests[..5]);
    batch::work(&test.db, &clock(), first, || Ok(false)).unwrap();
    let half = test.db.read(|conn| badge_batch::find(conn, first)).unwrap();
    assert!(half.issued == 20 && half.finished_at.is_none());
    let done = desk.world.run("issue-badges", "2026-11-22");
    assert_eq!(done.done, 25);
    let whole = test.db.read(|conn| badge_batch::find(conn, first)).unwrap();
    assert!((whole.issued, whole.refused) == (45, 0) && whole.finished_at.is_some());
    let other = test.db.read(|conn| badge_batch::find(conn, second)).unwrap();
    assert_eq!((other.issued, other.refused), (0, 5), "settled by the first order");
    assert_eq!(all(test).iter().filter(|one| one.opaque.is_some()).count(), 45);
    assert_eq!(desk.firm.get(&format!("/badge-batches/{first}")).status.code, 404);
    assert!(desk.officer.get("/badge-requests").body.contains("No request is open."));
}

#[test]
fn an_order_of_somebody_who_may_not_issue_any_more_ends_and_issues_nothing() {
    let desk = desk(&(1..=25).map(|number| person(number, FIRM)).collect::<Vec<_>>());
    let test = &desk.world.test;
    let who = officer(test);
    let requests: Vec<BadgeRequestId> = (1..=25)
        .map(|number| {
            let id = id(&desk.world, number);
            give_photo(test, &who, id, &jpeg());
            ask(test, &who, id, FIRM, BadgeCause::Renewal)
        })
        .collect();
    let order = |picks: &[BadgeRequestId]| {
        command::run(&test.db, who.user, &clock(), |tx| batch::order(tx, &who, Some(picks))).unwrap()
    };
    let (first, second) = (order(&requests[..22]), order(&requests[22..]));
    // What was counted is no reason to look for more than there is.
    desk.world.sql(&format!("UPDATE badge_batches SET total = 99 WHERE id = {first}"));
    desk.world.sql(&format!("UPDATE badge_requests SET state = 'cancelled' WHERE id = {}", requests[23]));
    batch::work(&test.db, &clock(), second, || Ok(true)).unwrap();
    let other = test.db.read(|conn| badge_batch::find(conn, second)).unwrap();
    assert!((other.issued, other.refused) == (2, 1) && other.finished_at.is_some());
    desk.world.sql(&format!("UPDATE accesses SET status = 'suspended' WHERE user_id = {}", who.user));
    assert_eq!(desk.world.run("issue-badges", "2026-11-22").done, 0);
    let stopped = test.db.read(|conn| badge_batch::find(conn, first)).unwrap();
    assert!((stopped.issued, stopped.refused) == (0, 22) && stopped.finished_at.is_some());
    let refused = test.db.read(|conn| badge_batch::refused(conn, first, BadgeRequestId(0), 1)).unwrap();
    assert!(refused[0].5.contains("may not issue badges any more"));
}

#[test]
fn the_orders_are_listed_newest_first_for_the_team_and_the_auditor_and_for_no_firm() {
    let desk = desk(&[person(1, FIRM)]);
    let test = &desk.world.test;
    let list = "/badge-batches";
    assert!(desk.officer.get(list).body.contains("Nobody has issued many badges together."));
    assert!(desk.officer.get("/badges").body.contains("href=\"/badge-batches\""));
    active(test, "auditor@desk.example.org", &[grant(Access::Auditor)]);
    let auditor = as_user(test, "auditor@desk.example.org");
    let who = officer(test);
    let id = id(&desk.world, 1);
    give_photo(test, &who, id, &jpeg());
    let request = ask(test, &who, id, FIRM, BadgeCause::Renewal);
    let order = command::run(&test.db, who.user, &clock(), |tx| batch::order(tx, &who, Some(&[request]))).unwrap();
    let way = format!("href=\"/badge-batches/{order}\"");
    let (open, done) = (format!("{list}?state=open"), format!("{list}?state=done"));
    assert!(desk.officer.get(&open).body.contains(&way) && !desk.officer.get(&done).body.contains(&way));
    batch::work(&test.db, &clock(), order, || Ok(true)).unwrap();
    assert!(!desk.officer.get(&open).body.contains(&way) && desk.officer.get(&done).body.contains(&way));
    assert!(desk.officer.get(&open).body.contains("None matches this filter."));
    let seen = auditor.get(list).body;
    assert!(seen.contains("data-label=\"Issued\">1<") && !seen.contains(&way), "their names are the team’s");
    assert_eq!(auditor.get(&format!("{list}/{order}")).status.code, 404);
    assert_eq!(desk.firm.get(list).status.code, 404);
    assert!(!desk.firm.get("/badges").body.contains(list) && auditor.get("/badges").body.contains(list));

    for _ in 0..60 {
        desk.world.sql(
            "INSERT INTO badge_batches (asked_by, asked_at, total, issued, refused)
             VALUES (1, '2026-11-22 09:00:00', 9, 2, 3)",
        );
    }
    let first = desk.officer.get(list).body;
    assert!(first.contains("The command line") && first.contains("data-label=\"Waiting\">4<"));
    assert!(!first.contains(&way));
    let last = test.db.read(|conn| badge_batch::page(conn, None, None, 50)).unwrap().pop().unwrap().0.id;
    let second = desk.officer.get(&format!("{list}?before={last}")).body;
    assert!(second.contains(&way) && second.contains("(continued)"));
    assert_eq!(second.matches("data-label=\"Begun\"").count(), 11);
}
