//! Today: who cannot work at one look, and everybody's own way in.

use chaperone::domain::{command, task};
use chaperone::store::task::NewTask;
use chaperone::store::{outbox, task as stored};
use chaperone::types::{OutboxState, UserId};

use crate::support::account::{active, clock, firm, firm_grant, grant};
use crate::support::browser::Browser;
use crate::support::council::{as_user, council, firms};
use crate::support::database::TestDb;

const OFFICER: &str = "officer@council.example.org";

#[test]
fn the_officer_reads_who_cannot_work_first() {
    let test = council(200);
    let body = as_user(&test, OFFICER).get("/").body;
    assert!(body.contains("<title>Today – Chaperone"), "{body}");
    let stopped = body.find("cannot work today").unwrap();
    assert!(stopped < body.find("Overdue, or falls due").unwrap());
    assert!(body.contains("Stopped most recently") && body.contains("href=\"/people?status=lapsed\""));
    assert!(body.contains("href=\"/people/") && body.contains("Why"));
    assert!(body.contains("within 7 days") && body.contains("Next to fall due"));
    assert!(body.contains("Waivers from the imported register to clean up"));
    assert!(body.contains("No job has run on this register yet"));
}

#[test]
fn an_empty_register_says_that_nothing_waits() {
    let test = TestDb::new();
    active(&test, OFFICER, &[grant(chaperone::types::Access::Officer)]);
    let body = as_user(&test, OFFICER).get("/").body;
    for text in
        ["Nobody who works for a contractor today is stopped", "Nothing falls due", "Nothing waits for the team"]
    {
        assert!(body.contains(text), "{text}");
    }
}

#[test]
fn everybody_is_shown_their_own_way_in() {
    let test = council(20);
    let to = |email: &str| {
        let answer = as_user(&test, email).get("/");
        (answer.status.code, answer.location.unwrap_or_default())
    };
    assert_eq!(to("admin@council.example.org"), (303, "/jobs".into()));
    assert_eq!(to(OFFICER), (200, String::new()));
    assert_eq!(to("decider@council.example.org"), (200, String::new()));
    assert_eq!(to("inspector@council.example.org"), (303, "/people".into()));
    assert_eq!(to("auditor@council.example.org"), (303, "/people".into()));
    assert_eq!(Browser::new(&test).get("/").to(), (303, "/sign-in"));
    let home = as_user(&test, "firm@contractor.example.org").get("/").body;
    assert!(home.contains("What we need from you, by when") && !home.contains("cannot work today"));
    let first = firms(&test).remove(0).id;
    let both = [firm_grant(first), grant(chaperone::types::Access::Officer)];
    active(&test, "both@council.example.org", &both);
    assert!(as_user(&test, "both@council.example.org").get("/").body.contains("Overdue, or falls due"));
}

#[test]
fn a_task_is_counted_listed_and_closed_with_what_was_done() {
    let test = council(20);
    let firm = firm(&test, "Zebra Cars");
    command::write_untrailed(&test.db, &clock(), |tx| {
        for n in 0..60 {
            let (cause, on) = (format!("escalation:{n}"), tx.today);
            let detail = "Nothing has come from this contractor for a week";
            let new = NewTask {
                kind: "escalation",
                cause: &cause,
                subject_kind: "contractor",
                subject_id: firm.0,
                detail,
                due_on: on,
            };
            stored::open(tx, &new)?;
        }
        Ok(())
    })
    .unwrap();
    let officer = as_user(&test, OFFICER);
    let today = officer.get("/").body;
    assert!(today.contains("Contractors who have not answered") && today.contains(">60<"), "{today}");
    let list = officer.get("/tasks?kind=escalation");
    assert_eq!(list.body.matches("href=\"/tasks/").count() - list.body.matches("href=\"/tasks/waivers").count(), 50);
    let next = list.body.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
    let more = officer.get(&next);
    assert!(more.body.contains("Tasks (continued)"), "{next}");
    assert_eq!(more.body.matches("href=\"/tasks/").count(), 10);
    let id = test.db.read(|c| stored::open_ones(c, None, None, 1)).unwrap().remove(0).id;
    let page = format!("/tasks/{id}");
    assert!(officer.get(&page).body.contains(&format!("href=\"/contractors/{firm}\"")));
    let close = format!("{page}/close");
    let refused = officer.fill(&page, &close, &[("reason", " ")]);
    assert_eq!(refused.status.code, 422);
    assert!(refused.body.contains("Enter what was done"));
    assert_eq!(officer.fill(&page, &close, &[("reason", "Rang them")]).to(), (303, "/tasks"));
    assert!(officer.get(&page).body.contains("Rang them"));
    assert_eq!(officer.fill("/contractors/new", &close, &[("reason", "Again")]).status.code, 409);
    assert_eq!(officer.get("/tasks/99999").status.code, 404);
}

#[test]
fn only_the_team_closes_tasks() {
    let test = council(5);
    let who = crate::support::account::who(&test, UserId(3));
    let nobody = chaperone::domain::permission::Who { accesses: Vec::new(), ..who };
    let done =
        command::run(&test.db, UserId(3), &clock(), |tx| task::close(tx, &nobody, chaperone::types::TaskId(1), "x"));
    assert!(matches!(done, Err(chaperone::error::Error::NotFound)));
    for path in ["/tasks", "/tasks/waivers"] {
        assert_eq!(crate::support::council::answers(&test, path), [404, 200, 200, 404, 404, 404, 303], "{path}");
    }
}

#[test]
fn the_imported_waivers_are_listed_by_the_day_they_end() {
    let test = council(60);
    let officer = as_user(&test, OFFICER);
    let first = officer.get("/tasks/waivers").body;
    assert!(first.contains("rel=\"next\"") && first.contains("href=\"/people/"));
    let next = first.split("/tasks/waivers?after=").nth(1).unwrap().split('"').next().unwrap();
    let second = officer.get(&format!("/tasks/waivers?after={next}"));
    assert_eq!(second.status.code, 200);
    assert!(second.body.contains("(continued)"));
}

#[test]
fn a_letter_that_failed_is_seen_and_tried_again() {
    let test = council(5);
    let firm = firms(&test).remove(0);
    let id = command::write_untrailed(&test.db, &clock(), |tx| {
        let new = |letter, params: &str| outbox::NewLetter {
            letter,
            to: "office@firm.example.org",
            cc: "",
            contractor: Some(firm.id),
            user: None,
            person: None,
            params: params.into(),
        };
        let id = outbox::put(tx, &new("contractor_digest", "{}"))?;
        outbox::put(tx, &new("set_password", "{\"path\":\"/password/secret-token\"}"))?;
        let lease = tx.at.plus(chrono::TimeDelta::minutes(5));
        outbox::claim(tx, "key", lease, 10)?;
        outbox::keep_text(tx, id, "2 staff cannot work", "Dear firm\n\nTwo of them.", "<p>Dear firm</p>")?;
        outbox::settle(tx, id, "key", OutboxState::Failed, Some("550 no such mailbox"))?;
        Ok(id)
    })
    .unwrap();
    let officer = as_user(&test, OFFICER);
    assert!(officer.get("/").body.contains("Letters that could not be sent"));
    let page = format!("/outbox/{id}");
    assert!(officer.get("/outbox?state=failed").body.contains(&format!("href=\"{page}\"")));
    assert!(!officer.get("/outbox?state=sent").body.contains(&format!("href=\"{page}\"")));
    assert!(officer.get(&format!("/outbox?firm={}", firm.id)).body.contains(&firm.name));
    let shown = officer.get(&page).body;
    assert!(shown.contains("550 no such mailbox") && shown.contains("Two of them.") && shown.contains("Try again"));
    assert_eq!(officer.fill(&page, &format!("{page}/retry"), &[]).to(), (303, page.as_str()));
    assert!(officer.get(&page).body.contains("Waiting"));
    assert_eq!(officer.fill("/contractors/new", &format!("{page}/retry"), &[]).status.code, 409);
    let private = officer.get(&format!("/outbox/{}", id.0 + 1)).body;
    assert!(private.contains("its reader alone") && !private.contains("secret-token"));
    let roles = [404, 200, 200, 404, 404, 404, 303];
    assert_eq!(crate::support::council::answers(&test, "/outbox"), roles);
    assert_eq!(crate::support::council::answers(&test, &page), roles);
}
