//! Interviews: who arranges them, what the person is told, what becomes of them, and that none is skipped.

use chaperone::domain::application::checking;
use chaperone::domain::interview::{self, Arranged, Plan};
use chaperone::domain::permission::Who;
use chaperone::error::{Error, Result};
use chaperone::jobs::run_once;
use chaperone::store::application::Application;
use chaperone::store::{interview as store, outbox, task};
use chaperone::types::{
    Access, ApplicationId, ApplicationState, InterviewId, InterviewState, NoteKind, OutboxState, UserId,
};

use crate::log_lines;
use crate::support::account::{active, grant};
use crate::support::browser::Browser;
use crate::support::case::{again, applied, case_of, office, somebody, sql};
use crate::support::database::day;
use crate::support::mail_sink::{Act, Rule, Sink, Stage};
use crate::support::mime;
use crate::support::race::at_once;
use crate::support::register::{ASSISTANT, Council, faults, fill, fill_twice};

const OWN: &str = "amina.okafor@example.org";

/// A case that waits for an interview, and three who may sit.
struct Case {
    council: Council,
    application: Application,
    panel: [Who; 3],
}

impl Case {
    fn new() -> Case {
        let council = Council::with(ASSISTANT);
        sql(&council, &format!("UPDATE people SET email = '{OWN}' WHERE id = {}", council.person));
        let application = applied(&council, ApplicationState::InterviewDue);
        let user = |n: usize, access| Who {
            user: active(&council.test, &format!("sitter{n}@council.example.org"), &[grant(access)]),
            name: "Dana Whitlock".into(),
            accesses: vec![(access, None)],
        };
        let panel = [user(1, Access::Officer), user(2, Access::PanelMember), user(3, Access::DecisionMaker)];
        Case { council, application, panel }
    }

    fn plan(&self, of: usize) -> Plan {
        Plan {
            on: Some(day("2026-12-04")),
            time: "10:30".into(),
            minutes: "45".into(),
            how: "in_person".into(),
            place: "Room 2, County Hall".into(),
            panel: self.panel[..of].iter().map(|who| who.user).collect(),
        }
    }

    fn arrange(&self, plan: &Plan) -> Result<Arranged> {
        let who = &self.council.officer;
        self.council.act(who, |tx| interview::arrange(tx, who, self.application.id, plan))
    }

    /// Arranged with the first two, and its hour has come.
    fn begun(&self) -> InterviewId {
        let id = self.arrange(&self.plan(2)).unwrap().id;
        sql(&self.council, &format!("UPDATE interviews SET starts_at = '2026-11-20 10:30:00' WHERE id = {id}"));
        id
    }

    fn held(&self, who: &Who, id: InterviewId, by: &[UserId]) -> Result<()> {
        self.council.act(who, |tx| interview::held(tx, who, id, Some(day("2026-11-20")), by))
    }

    fn users(&self) -> Vec<UserId> {
        self.panel.iter().map(|who| who.user).collect()
    }

    fn letters(&self) -> Vec<outbox::Letter> {
        let mut letters = self.council.test.db.read(|c| outbox::list(c, None, None, None, 100)).unwrap();
        letters.retain(|letter| letter.letter == "interview_invitation");
        letters.reverse();
        letters
    }

    fn state(&self) -> ApplicationState {
        again(&self.council, self.application.id).state
    }
}

#[test]
fn the_person_is_invited_and_told_of_each_change_with_a_calendar_entry() {
    let case = Case::new();
    let council = &case.council;
    let id = case.arrange(&case.plan(2)).unwrap().id;
    let who = &council.officer;
    let change = |plan: &Plan| council.act(who, |tx| interview::change(tx, who, id, plan)).unwrap();
    change(&Plan { time: "14:00".into(), how: "telephone".into(), place: "01785 600000".into(), ..case.plan(2) });
    change(&Plan {
        panel: case.users(),
        time: "14:00".into(),
        how: "telephone".into(),
        place: "01785 600000".into(),
        ..case.plan(3)
    });
    council.act(who, |tx| interview::cancel(tx, who, id, "The room is gone")).unwrap();
    let letters = case.letters();
    assert_eq!(letters.len(), 3, "another panel concerns nobody else");
    assert!(
        letters
            .iter()
            .all(|letter| letter.to_email == OWN && letter.cc_email.is_empty() && letter.contractor_id.is_none())
    );
    let sink = Sink::start();
    run_once(&office(council, "2026-11-22", &sink.url()), "deliver", None).unwrap();
    let sent = sink.take();
    let file = |n: usize| mime::part(&sent[n].raw, "text/calendar").unwrap().replace("\n ", "");
    assert!(sent[0].raw.contains("multipart/mixed") && sent[0].raw.contains("method=REQUEST"));
    let (first, moved, gone) = (file(0), file(1), file(2));
    for text in [&first, &moved, &gone] {
        assert!(text.starts_with("BEGIN:VCALENDAR\n") && text.trim_end().ends_with("\nEND:VCALENDAR"), "{text}");
        assert!(text.contains(&format!("\nUID:interview-{id}@")) && text.contains(&format!("mailto:{OWN}")));
    }
    assert!(
        first.contains("METHOD:REQUEST") && first.contains("SEQUENCE:0") && first.contains("DTSTART:20261204T103000Z")
    );
    assert!(first.contains("LOCATION:Room 2\\, County Hall"));
    assert!(moved.contains("SEQUENCE:1") && moved.contains("DTSTART:20261204T140000Z"));
    assert!(gone.contains("METHOD:CANCEL") && gone.contains("SEQUENCE:2") && gone.contains("STATUS:CANCELLED"));
    assert_eq!(sent[0].header("Subject"), "Your interview on 4 December 2026");
    let text = sent[0].text.replace('\n', " ");
    for words in [
        "4 December 2026 at 10:30",
        "Room 2, County Hall",
        "You may bring somebody with you",
        "does not by itself end your application",
        "Photo identification",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(sent[2].text.contains("cancelled") && !sent[2].text.contains("room is gone"));
    council.is_sound();
}

#[test]
fn a_letter_tried_again_is_the_same_to_the_byte() {
    let case = Case::new();
    case.arrange(&case.plan(2)).unwrap();
    let sink = Sink::start();
    sink.script([Rule::at(Stage::End, Act::KeepAndDrop).times(1)]);
    run_once(&office(&case.council, "2026-11-22", &sink.url()), "deliver", None).unwrap();
    assert_eq!(case.letters()[0].state, OutboxState::Pending);
    let first = sink.take();
    run_once(&office(&case.council, "2026-11-23", &sink.url()), "deliver", None).unwrap();
    let second = sink.take();
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_eq!(first[0].raw, second[0].raw);
}

#[test]
fn no_firm_reads_an_invitation() {
    let firms = ["ashdown.cars@example.org", "Ashdown.Cars@Example.org ", ""];
    for mail in firms {
        let case = Case::new();
        sql(&case.council, &format!("UPDATE people SET email = '{mail}' WHERE id = {}", case.council.person));
        case.arrange(&case.plan(2)).unwrap();
        let tasks = case.council.test.db.read(|c| task::open_ones(c, Some("letter_to_post"), None, 10)).unwrap();
        let letters: Vec<_> = case.letters().into_iter().map(|letter| letter.to_email).collect();
        assert_eq!((letters, tasks.len()), (vec![String::new()], 1), "{mail:?}");
    }
    let case = Case::new();
    let firm = crate::support::account::firm_grant(case.council.firm);
    active(&case.council.test, OWN, &[firm]);
    case.arrange(&case.plan(2)).unwrap();
    assert!(case.letters()[0].to_email.is_empty(), "nor does somebody who signs in for one");
}

#[test]
fn a_panel_is_two_or_more_who_may_sit() {
    let case = Case::new();
    let refused = |panel: Vec<UserId>| faults(case.arrange(&Plan { panel, ..case.plan(2) }).map(drop));
    let one = case.panel[0].user;
    let auditor = somebody(&case.council, "audit@council.example.org", Access::Auditor).user;
    assert_eq!(refused(vec![])[0].0, "panel");
    assert_eq!(refused(vec![one, one])[0].0, "panel");
    assert_eq!(refused(vec![one, auditor])[0].1, "Select people who may sit on a panel");
    assert_eq!(refused(vec![one, UserId::SYSTEM])[0].1, "Select people who may sit on a panel");
    let themselves = active(&case.council.test, OWN, &[grant(Access::PanelMember)]);
    assert_eq!(refused(vec![one, themselves])[0].1, "Nobody can interview themselves");
}

#[test]
fn a_plan_is_checked_field_by_field() {
    let case = Case::new();
    let refused =
        |plan: Plan| faults(case.arrange(&plan).map(drop)).into_iter().map(|(field, _)| field).collect::<Vec<_>>();
    assert_eq!(refused(Plan::default()), ["time", "on", "minutes", "how", "place", "panel"]);
    assert_eq!(refused(Plan { on: Some(day("2026-11-21")), ..case.plan(2) }), ["on"]);
    assert_eq!(refused(Plan { on: Some(day("2028-01-01")), ..case.plan(2) }), ["on"]);
    assert_eq!(refused(Plan { on: Some(day("2026-11-22")), time: "00:00".into(), ..case.plan(2) }), ["time"]);
    assert_eq!(refused(Plan { on: Some(day("2027-03-28")), time: "01:30".into(), ..case.plan(2) }), ["time"]);
    assert_eq!(refused(Plan { minutes: "600".into(), ..case.plan(2) }), ["minutes"]);
}

#[test]
fn somebody_who_sits_elsewhere_at_that_time_is_said() {
    let case = Case::new();
    assert!(!case.arrange(&case.plan(2)).unwrap().clash);
    let other = applied(&case.council, ApplicationState::InterviewDue);
    let who = &case.council.officer;
    let at = |time: &str| Plan { time: time.into(), ..case.plan(2) };
    let first = case.council.act(who, |tx| interview::arrange(tx, who, other.id, &at("11:00"))).unwrap();
    assert!(first.clash);
    let moved = case.council.act(who, |tx| interview::change(tx, who, first.id, &at("11:15"))).unwrap();
    assert!(!moved.clash, "one ends as the other begins");
}

#[test]
fn no_interview_is_arranged_or_held_but_when_one_is_due() {
    let case = Case::new();
    let id = case.begun();
    let me = active(&case.council.test, "of@council.example.org", &[grant(Access::Officer)]);
    let browser = Browser::new(&case.council.test);
    browser.sign_in("of@council.example.org");
    let csrf = browser.csrf("/interviews");
    let (one, two) = (case.users()[0].to_string(), case.users()[1].to_string());
    let key = |n: usize| format!("a-key-of-the-test-{n:04}");
    let (page, application) = (format!("/interviews/{id}/held"), case.application.id);
    for (n, state) in ApplicationState::ALL.iter().filter(|state| **state != ApplicationState::InterviewDue).enumerate()
    {
        sql(&case.council, &format!("UPDATE applications SET state = '{state}' WHERE id = {application}"));
        let before = case.council.trail();
        let held = [
            ("on-day", "20"),
            ("on-month", "11"),
            ("on-year", "2026"),
            ("attended", &one),
            ("attended", &two),
            ("csrf", &csrf),
            ("submission", &key(2 * n)),
        ];
        assert_eq!(browser.send(&page, &held).status.code, 409, "held while {state}");
        let new = format!("/applications/{application}/interviews/new");
        let plan = [
            ("on-day", "4"),
            ("on-month", "12"),
            ("on-year", "2026"),
            ("time", "10:30"),
            ("minutes", "45"),
            ("how", "video"),
            ("place", "A link"),
            ("panel", &one),
            ("panel", &two),
            ("csrf", &csrf),
            ("submission", &key(2 * n + 1)),
        ];
        assert_eq!(browser.send(&new, &plan).status.code, 409, "arranged while {state}");
        assert_eq!((case.state(), case.council.trail()), (*state, before));
        let row = case.council.test.db.read(|c| store::find(c, id)).unwrap();
        assert_eq!(row.state, InterviewState::Arranged);
    }
    assert!(me.0 > 0);
}

#[test]
fn what_was_held_moves_on_and_only_those_who_were_there_write() {
    log_lines::keep();
    let case = Case::new();
    let (council, [officer, member, third]) = (&case.council, &case.panel);
    let id = case.arrange(&case.plan(3)).unwrap().id;
    assert!(matches!(case.held(officer, id, &case.users()), Err(Error::Conflict(_))), "its hour has not come");
    sql(council, &format!("UPDATE interviews SET starts_at = '2026-11-20 10:30:00' WHERE id = {id}"));
    let early = council.act(officer, |tx| interview::write_notes(tx, officer, id, "zqnote"));
    assert!(matches!(early, Err(Error::Conflict(_))), "nor are there notes before it is held");
    for by in [vec![], vec![officer.user], vec![officer.user, council.other.user]] {
        assert_eq!(faults(case.held(officer, id, &by))[0].0, "attended");
    }
    let ahead = council.act(officer, |tx| interview::held(tx, officer, id, Some(day("2026-11-23")), &case.users()));
    assert_eq!(faults(ahead)[0].0, "on");
    case.held(member, id, &[officer.user, member.user]).unwrap();
    let application = again(council, case.application.id);
    assert_eq!(
        (application.state, application.interviewed_on),
        (ApplicationState::Interviewed, Some(day("2026-11-20")))
    );
    assert_eq!(case_of(council, &application).interviewers, [officer.user, member.user]);
    let write = |who: &Who| council.act(who, |tx| interview::write_notes(tx, who, id, "zqnote of what was said"));
    assert!(matches!(write(third), Err(Error::Forbidden(_))), "was not there");
    assert!(matches!(write(&council.decider), Err(Error::Forbidden(_))));
    assert!(matches!(write(&somebody(council, "pm@council.example.org", Access::PanelMember)), Err(Error::NotFound)));
    write(officer).unwrap();
    write(member).unwrap();
    assert!(council.test.db.read(|c| chaperone::domain::vault::has(c, application.id, NoteKind::Interview)).unwrap());
    assert!(matches!(case.held(officer, id, &case.users()), Err(Error::Conflict(_))), "once");
    sql(council, &format!("UPDATE applications SET state = 'decided' WHERE id = {}", application.id));
    assert!(matches!(write(officer), Err(Error::Conflict(_))), "nothing is added after the decision");
    assert!(log_lines::with("zqnote").is_empty());
    council.is_sound();
}

#[test]
fn who_does_not_come_is_invited_again_and_twice_is_a_task() {
    let case = Case::new();
    let council = &case.council;
    let miss = |id| {
        let who = &council.officer;
        council.act(who, |tx| interview::not_attended(tx, who, id, "Did not answer the telephone"))
    };
    let first = case.begun();
    assert_eq!(
        faults(council.act(&council.officer, |tx| interview::not_attended(tx, &council.officer, first, ""))).len(),
        1
    );
    assert_eq!(miss(first).unwrap(), 1);
    assert!(matches!(miss(first), Err(Error::Conflict(_))));
    assert_eq!(case.state(), ApplicationState::InterviewDue, "one is still due");
    assert_eq!(miss(case.begun()).unwrap(), 2);
    let tasks = council.test.db.read(|c| task::open_ones(c, Some("missed_interviews"), None, 10)).unwrap();
    assert_eq!(tasks.len(), 1);
    case.begun();
    assert!(matches!(case.arrange(&case.plan(2)), Err(Error::Conflict(_))), "one at a time");
    council.is_sound();
}

#[test]
fn what_is_arranged_is_called_off_with_the_application() {
    let case = Case::new();
    let id = case.arrange(&case.plan(2)).unwrap().id;
    let application = &case.application;
    case.council.act(&case.council.officer, |tx| interview::call_off(tx, application)).unwrap();
    let row = case.council.test.db.read(|c| store::find(c, id)).unwrap();
    assert_eq!((row.state, case.letters().len()), (InterviewState::Cancelled, 2));
}

#[test]
fn the_pages_lead_from_arranging_to_notes() {
    log_lines::keep();
    let case = Case::new();
    active(&case.council.test, "of@council.example.org", &[grant(Access::Officer)]);
    let browser = Browser::new(&case.council.test);
    browser.sign_in("of@council.example.org");
    let [one, two] = [0, 1].map(|n: usize| case.users()[n].to_string());
    let new = format!("/applications/{}/interviews/new", case.application.id);
    assert_eq!(fill(&browser, &new, &[("time", "25:00"), ("on-day", "4")]).status.code, 422);
    let plan = [
        ("on-day", "4"),
        ("on-month", "Dec"),
        ("on-year", "2026"),
        ("time", "10.30"),
        ("minutes", "45"),
        ("how", "video"),
        ("place", "https://meet.example.org/x"),
        ("panel", one.as_str()),
        ("panel", two.as_str()),
    ];
    let done = fill_twice(&browser, &new, &plan, 2);
    assert_eq!((done.status.code, case.letters().len()), (303, 1));
    let page = done.location.unwrap();
    assert!(browser.get("/interviews").body.contains("By video: https://meet.example.org/x"));
    let moving = browser.get(&format!("{page}/move")).body;
    assert!(moving.contains("value=\"video\" checked") && moving.contains("value=\"10:30\""));
    assert!(!browser.get(&page).body.contains("Record that it was held"), "its hour has not come");
    let id: i64 = page.rsplit('/').next().unwrap().parse().unwrap();
    sql(&case.council, &format!("UPDATE interviews SET starts_at = '2026-11-20 10:30:00' WHERE id = {id}"));
    assert!(browser.get(&page).body.contains("Record that it was held"));
    assert_eq!(browser.get(&format!("{page}/notes")).status.code, 403, "not of the panel");

    let member = Browser::new(&case.council.test);
    member.sign_in("sitter2@council.example.org");
    assert_eq!(member.get("/").to(), (303, "/interviews"));
    let held = fill(
        &member,
        &format!("{page}/held"),
        &[("on-day", "20"), ("on-month", "11"), ("on-year", "2026"), ("attended", &one), ("attended", &two)],
    );
    assert_eq!(held.status.code, 303);
    assert!(member.get("/interviews").body.contains("Write your notes"));
    let notes = format!("{page}/notes");
    assert_eq!(fill(&member, &notes, &[("note", " ")]).status.code, 422);
    let done = fill_twice(&member, &notes, &[("note", "zqpage what was said")], 2);
    assert_eq!(done.to(), (303, page.as_str()));
    assert!(!done.cookies.concat().contains("zqpage") && !member.get(&page).body.contains("zqpage"));
    assert!(!member.get("/interviews").body.contains("Write your notes"));
    let vault = format!("/applications/{}/vault", case.application.id);
    assert_eq!(fill(&member, &vault, &[("reason", "short")]).status.code, 422);
    let open = fill(&member, &vault, &[("reason", "To prepare the next panel")]);
    assert_eq!((open.status.code, open.body.matches("zqpage").count()), (200, 1));
    assert!(log_lines::with("zqpage").is_empty());
    case.council.is_sound();
}

#[test]
fn a_panel_member_knows_of_their_own_interviews_only() {
    let case = Case::new();
    let id = case.arrange(&case.plan(2)).unwrap().id;
    let other = active(&case.council.test, "pm@council.example.org", &[grant(Access::PanelMember)]);
    let browser = Browser::new(&case.council.test);
    browser.sign_in("pm@council.example.org");
    assert!(!browser.get("/interviews").body.contains("Okafor"));
    let (theirs, none) = (browser.get(&format!("/interviews/{id}")), browser.get("/interviews/999999"));
    assert_eq!((theirs.status.code, theirs.body), (404, none.body));
    let application = ApplicationId(case.application.id.0);
    assert_eq!(browser.get(&format!("/applications/{application}/vault")).status.code, 404);
    assert!(other.0 > 0);
    let member = Browser::new(&case.council.test);
    member.sign_in("sitter2@council.example.org");
    assert!(member.get("/interviews").body.contains("Okafor"));
    assert_eq!(member.get(&format!("/interviews/{id}/move")).status.code, 404, "and arranges none");
}

#[test]
fn an_application_has_one_interview_to_come() {
    let case = Case::new();
    let (council, who) = (&case.council, &case.council.officer);
    let id = case.arrange(&case.plan(2)).unwrap().id;
    let again = || {
        council.act(who, |tx| {
            // As if both had looked before either wrote.
            let first = store::find(tx, id)?;
            store::insert(tx, &first)
        })
    };
    assert!(
        matches!(again(), Err(Error::Conflict(why)) if why == "An interview is arranged already. Move that one instead.")
    );
    council.act(who, |tx| interview::cancel(tx, who, id, "The room is gone")).unwrap();
    case.arrange(&case.plan(2)).unwrap();
}

#[test]
fn whoever_decides_a_case_does_not_interview_in_it() {
    let case = Case::new();
    let (council, id, sitter) = (&case.council, case.application.id, case.panel[2].user);
    sql(
        council,
        &format!(
            "INSERT INTO proposals (application_id, person_id, outcome, criteria_version, policy_number, has_trace, state,
             proposed_by, proposed_at) VALUES ({id}, {}, 'approved', 1, 1, TRUE, 'sent_back', {sitter}, '2026-11-20 09:00:00')",
            council.person
        ),
    );
    let refused = faults(case.arrange(&case.plan(3)));
    assert_eq!(
        refused,
        [("panel".to_owned(), "Somebody you selected decides this case, so others have to interview".to_owned())]
    );
    case.arrange(&case.plan(2)).unwrap();
}

#[test]
fn nobody_undoes_what_another_writes_of_an_application_at_the_same_moment() {
    let case = Case::new();
    let (council, id) = (&case.council, case.application.id);
    let (interview, who) = (case.begun(), &case.panel[0]);
    let owner = who.user;
    let (assigned, held) = at_once(
        &council.test,
        owner,
        |tx| checking::assign(tx, &council.officer, id, Some(owner)),
        || case.held(who, interview, &[case.panel[0].user, case.panel[1].user]),
    );
    assigned.unwrap();
    held.unwrap();
    let row = again(council, id);
    assert_eq!((row.owner, row.interviewed_on), (Some(owner), Some(day("2026-11-20"))));
}
