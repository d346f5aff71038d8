//! What the council reads of an application while it decides: when the interview is, why one is needed, what is waited
//! for, what the person said themselves; and what is left to do after a refusal.

use chaperone::domain::application::{Event, advance};
use chaperone::domain::clearance::dossiers;
use chaperone::domain::evidence::Answers;
use chaperone::domain::vault;
use chaperone::store::application::{self as store, Application};
use chaperone::store::dbs_request::{self as requests, DbsRequest};
use chaperone::store::task;
use chaperone::types::{
    Access, ApplicationId, ApplicationState, DbsLevel, DbsRequestId, DbsTrouble, NoteKind, Verdict, Workforce,
};

use crate::support::application::application;
use crate::support::database::day;
use crate::support::hall::Hall;
use crate::support::register::{ASSISTANT, Council, certificate_answers, faults, sample};

fn case(council: &Council, change: impl FnOnce(&mut Application)) -> ApplicationId {
    application(&council.test, Some(council.firm), |row| {
        row.person_id = Some(council.person);
        row.state = ApplicationState::InterviewDue;
        row.has_trace = true;
        change(row);
    })
}

fn sql(council: &Council, statement: &str) {
    crate::support::case::sql(council, statement);
}

#[test]
fn an_application_says_when_its_interview_is_and_the_interview_leads_back() {
    let hall = Hall::of(ASSISTANT);
    let id = case(&hall.council, |_| {});
    let officer = hall.as_a("reads", Access::Officer);
    let path = format!("/applications/{id}");
    assert!(officer.get(&path).body.contains("Arrange the interview"));
    let by = hall.council.officer.user;
    sql(
        &hall.council,
        &format!(
            "INSERT INTO interviews (application_id, starts_at, minutes, place, state, arranged_by) \
             VALUES ({id}, '2026-12-01 10:00:00', 45, 'Room 4, County Hall', 'arranged', {by})"
        ),
    );
    let page = officer.get(&path).body;
    assert!(page.contains("1 December 2026 at 10:00, Room 4, County Hall") && page.contains("href=\"/interviews/1\""));
    assert!(!page.contains("Arrange the interview"), "one is arranged already");
    let interview = officer.get("/interviews/1").body;
    assert!(
        interview.contains(&format!("href=\"{path}\"")) && interview.contains(&format!("href=\"{}\"", hall.page()))
    );
}

#[test]
fn nothing_can_be_proposed_while_an_interview_or_an_assessment_is_waited_for() {
    let hall = Hall::of(ASSISTANT);
    let officer = hall.as_a("reads", Access::Officer);
    for (state, held, told) in [
        (ApplicationState::InterviewDue, None, "Interview to be held"),
        (ApplicationState::Interviewed, Some(day("2026-11-21")), "Assessment to be made"),
    ] {
        let id = case(&hall.council, |row| (row.state, row.interviewed_on) = (state, held));
        let page = officer.get(&format!("/applications/{id}")).body;
        assert!(page.contains(told) && !page.contains("can propose a decision"), "{told}");
    }
}

#[test]
fn officers_alone_read_that_something_was_declared() {
    let hall = Hall::of(ASSISTANT);
    let id = case(&hall.council, |_| {});
    let council = &hall.council;
    council.act(&council.officer, |tx| vault::write(tx, id, NoteKind::Declaration, "zqdeclared")).unwrap();
    let (path, declared) = (format!("/applications/{id}"), "The applicant declared something by their own link");
    let page = hall.as_a("reads", Access::Officer).get(&path).body;
    assert!(page.contains(declared) && page.contains(&format!("{path}/vault")) && !page.contains("zqdeclared"));
    for (mail, access) in [("checks", Access::ComplianceOfficer), ("audits", Access::Auditor)] {
        let reader = hall.as_a(mail, access);
        assert!(!reader.get(&path).body.contains("declared something"), "{mail}");
        assert!(!reader.get(&hall.page()).body.contains("Waits for an interview"), "{mail}");
    }
    assert!(hall.as_a("again", Access::Officer).get(&hall.page()).body.contains("Waits for an interview"));
    council.record(ASSISTANT, "dbs_certificate", sample("dbs_certificate")).unwrap();
    sql(council, "UPDATE applications SET certificate_id = (SELECT MAX(id) FROM dbs_certificates)");
    let page = hall.as_a("last", Access::Officer).get(&path).body;
    assert!(page.contains(declared) && !page.contains("The certificate shows something"), "a clean one shows nothing");
}

#[test]
fn identity_is_shown_by_documents_of_the_lists_and_the_route_follows_from_them() {
    let council = Council::with(ASSISTANT);
    let with = |codes: &[&str]| sample("identity").with_many("documents", codes.iter().copied());
    let refused = |answers: Answers| faults(council.record(ASSISTANT, "identity", answers));
    assert_eq!(refused(with(&["a library card"]))[0].0, "documents");
    assert!(refused(with(&["passport", "bank_statement"]))[0].1.contains("These are not enough"));
    let hidden = refused(with(&["passport", "residence_permit", "marriage_certificate"]));
    assert!(hidden[0].1.contains("shows their current address"), "{hidden:?}");
    let second = with(&["marriage_certificate", "bank_statement", "council_tax"]);
    assert_eq!(refused(second)[0].0, "outside_check");
    let stranger = sample("identity").with("seen_by", "The firm’s clerk");
    assert_eq!(refused(stranger)[0].0, "seen_by", "one of the team, and nobody else");
    council.record(ASSISTANT, "identity", sample("identity")).unwrap();
    let kept = council.test.db.read(|c| dossiers(c, &[council.person])).unwrap().remove(0).evidence.remove(0);
    let facts: serde_json::Value = serde_json::from_str(&kept.facts).unwrap();
    assert_eq!((facts["route"].as_str(), facts["edition"].as_str()), (Some("1"), Some("April 2025")));
    assert!(!kept.seen_by.is_empty());
}

#[test]
fn the_documents_an_application_names_begin_the_form_and_saving_leads_back_to_it() {
    let hall = Hall::of(ASSISTANT);
    let id = case(&hall.council, |row| {
        row.state = ApplicationState::Checking;
        row.has_trace = false;
        row.answers = r#"{"forename":"Amina","surname":"Okafor",
            "documents":["passport","driving_licence","utility_bill"]}"#
            .into();
    });
    let officer = hall.as_a("records", Access::Officer);
    let form = format!("{}/evidence/new?requirement=identity&role={ASSISTANT}&application={id}", hall.page());
    assert!(officer.get(&format!("/applications/{id}")).body.contains(&form.replace('&', "&#38;")), "{form}");
    let page = officer.get(&form).body;
    assert!(page.contains("Utility bill") && page.matches(" checked").count() >= 3, "carried over");
    let fields = [
        ("documents", "passport"),
        ("documents", "driving_licence"),
        ("documents", "utility_bill"),
        ("valid_from-day", "20"),
        ("valid_from-month", "11"),
        ("valid_from-year", "2026"),
    ];
    let sent = officer.fill(&form, &fields);
    assert_eq!((sent.code, sent.header("Location")), (303, format!("/applications/{id}").as_str()));
}

#[test]
fn the_certificate_of_our_own_application_closes_the_request() {
    let council = Council::with(ASSISTANT);
    let id = case(&council, |row| (row.state, row.has_trace) = (ApplicationState::Checking, false));
    let row = DbsRequest {
        id: DbsRequestId(0),
        application_id: id,
        reference: "F0123456789".into(),
        level: DbsLevel::Enhanced,
        workforce: Workforce::Child,
        basis: "By law".into(),
        sent_on: day("2026-10-01"),
        stage: 2,
        stage_on: day("2026-10-02"),
        trouble: DbsTrouble::None,
        recorded_by: council.officer.user,
        joined_on: None,
        received_on: None,
    };
    council
        .act(&council.officer, |tx| {
            tx.trail(chaperone::store::trail::Entry::new("dbs_request.record", "dbs_request", 1));
            requests::insert(tx, &row)
        })
        .unwrap();
    let open = || council.test.db.read(|c| requests::open(c, None, 10)).unwrap().len();
    let other = certificate_answers("001234567890").with("source", "another_body");
    council.record(ASSISTANT, "dbs_certificate", other).unwrap();
    assert_eq!(open(), 1, "another body's certificate answers nothing of ours");
    let ours = certificate_answers("001234567891").with("issued_on", "2026-11-03");
    council.record(ASSISTANT, "dbs_certificate", ours).unwrap();
    assert_eq!(open(), 0);
    let kept = council.test.db.read(|c| requests::of_application(c, id)).unwrap().remove(0);
    assert_eq!((kept.stage, kept.stage_on), (5, day("2026-11-03")));
}

#[test]
fn somebody_refused_for_good_who_is_still_engaged_is_a_task_for_the_team() {
    let hall = Hall::of(ASSISTANT);
    let council = &hall.council;
    let id = case(council, |row| (row.state, row.outcome) = (ApplicationState::Decided, Some(Verdict::Refused)));
    let close = |id| {
        council.act(&council.officer, |tx| {
            let mut row = store::held(tx, id)?;
            advance(tx, &mut row, Event::Close, "")
        })
    };
    close(id).unwrap();
    let open = || council.test.db.read(|c| task::all_open(c, "refused_at_work")).unwrap();
    assert!(open()[0].detail.contains("still has an engagement with Ashdown Cars"), "{:?}", open());
    let page = hall.as_a("works", Access::Officer).get("/tasks").body;
    assert!(page.contains("Amina Okafor") && page.contains("Refused for good, and still engaged"));
    let approved = case(council, |row| (row.state, row.outcome) = (ApplicationState::Decided, Some(Verdict::Approved)));
    close(approved).unwrap();
    assert_eq!(open().len(), 1);
}

#[test]
fn a_queue_and_a_task_name_whom_and_which_firm_they_are_about() {
    let hall = Hall::of(ASSISTANT);
    let id = application(&hall.council.test, Some(hall.council.firm), |row| {
        row.answers = r#"{"forename":"Tracey Gareth","surname":"O’Hughes"}"#.into();
    });
    let officer = hall.as_a("works", Access::Officer);
    let page = officer.get("/queues/check").body;
    assert!(page.contains("Tracey Gareth O’Hughes"), "as typed");
    sql(
        &hall.council,
        &format!(
            "INSERT INTO tasks (kind, dedup_key, subject_kind, subject_id, detail, due_on, state, opened_at) VALUES \
             ('slow_application', 'slow:{id}', 'application', {id}, 'Nothing has come back', '2026-11-22', 'open', \
             '2026-11-22 09:00:00')"
        ),
    );
    for path in ["/tasks", "/queues/exceptions"] {
        let page = officer.get(path).body;
        assert!(page.contains("Tracey Gareth O’Hughes, Ashdown Cars"), "{path}");
        assert!(page.contains(&format!("href=\"/applications/{id}\"")), "{path}");
    }
}
