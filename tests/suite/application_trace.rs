//! A trace goes to an interview whoever recorded it and whenever it is found: facts.md §8 cases 9, 11 and 19.

use chaperone::domain::application::{checking, link, review};
use chaperone::domain::clearance::dossiers;
use chaperone::domain::evidence::Answers;
use chaperone::domain::evidence::correct::{Change, Filed, correct};
use chaperone::error::Error;
use chaperone::store::application::Application;
use chaperone::store::{task, trail};
use chaperone::types::{ApplicationId, ApplicationKind, ApplicationState, PersonId, Reach, Status};

use crate::support::application::{application, of_person, stands};
use crate::support::asker::{Asker, client};
use crate::support::known::{FIRM, Known};
use crate::support::register::{ASSISTANT, Council, certificate_answers, checked, sample};
use crate::support::world::{World, person};

const PAPERS: [&str; 9] = [
    "identity",
    "right_to_work",
    "self_declaration",
    "dbs_certificate",
    "overseas",
    "safeguarding",
    "disability_awareness",
    "first_aid",
    "pats",
];

fn traced(number: &str) -> Answers {
    certificate_answers(number).with("trace", "yes")
}

fn in_checking(council: &Council, change: impl FnOnce(&mut Application)) -> ApplicationId {
    let id = application(&council.test, Some(council.firm), |row| {
        row.person_id = Some(council.person);
        change(row);
    });
    council.act(&council.officer, |tx| checking::take(tx, &council.officer, id)).unwrap();
    id
}

#[test]
fn a_trace_recorded_while_checking_makes_an_interview_due_in_the_same_transaction() {
    let council = Council::with(ASSISTANT);
    let id = in_checking(&council, |_| {});
    assert_eq!(stands(&council.test, id).state, ApplicationState::Checking);
    council.record(ASSISTANT, "dbs_certificate", traced("001234567890")).unwrap();
    let row = stands(&council.test, id);
    assert_eq!((row.state, row.has_trace), (ApplicationState::InterviewDue, true));
    assert_eq!(row.certificate_id.map(|id| id.to_string()), Some(council.certificate()));

    let clean =
        certificate_answers("001234567891").with("issued_on", "2026-11-12").with("original_seen_on", "2026-11-20");
    council.record(ASSISTANT, "dbs_certificate", clean).unwrap();
    let after = stands(&council.test, id);
    assert_eq!((after.state, after.has_trace, after.certificate_id), (row.state, true, row.certificate_id), "stays so");
    assert_eq!(of_person(&council.test, council.person).len(), 1, "no case besides");
    council.is_sound();
}

#[test]
fn a_clean_certificate_leaves_the_application_where_it_is() {
    let council = Council::with(ASSISTANT);
    let id = in_checking(&council, |_| {});
    council.record(ASSISTANT, "dbs_certificate", sample("dbs_certificate")).unwrap();
    let row = stands(&council.test, id);
    assert_eq!((row.state, row.has_trace), (ApplicationState::Checking, false));
    assert_eq!(row.certificate_id.map(|id| id.to_string()), Some(council.certificate()), "what it is decided on");
}

#[test]
fn what_was_known_before_counts_on_being_taken_up_or_linked() {
    let council = Council::with(ASSISTANT);
    council.record(ASSISTANT, "dbs_certificate", traced("001234567890")).unwrap();
    assert!(of_person(&council.test, council.person).is_empty(), "nobody approved, nothing to review");
    let known = in_checking(&council, |_| {});
    assert_eq!(stands(&council.test, known).state, ApplicationState::InterviewDue);

    let found = application(&council.test, Some(council.firm), |_| {});
    council.act(&council.officer, |tx| checking::take(tx, &council.officer, found)).unwrap();
    assert_eq!(stands(&council.test, found).state, ApplicationState::Checking);
    let choice = link::Choice::Known(council.person);
    council.act(&council.officer, |tx| link::link(tx, &council.officer, found, choice, None)).unwrap();
    assert_eq!(stands(&council.test, found).state, ApplicationState::InterviewDue);
}

#[test]
fn a_declaration_alone_makes_an_interview_due() {
    let council = Council::with(ASSISTANT);
    let id = application(&council.test, Some(council.firm), |row| {
        row.answers = r#"{"forename":"A","surname":"B","own":{"declared_on":"2026-11-19","declared":true}}"#.into();
    });
    council.act(&council.officer, |tx| checking::take(tx, &council.officer, id)).unwrap();
    let row = stands(&council.test, id);
    assert_eq!((row.state, row.has_trace, row.certificate_id), (ApplicationState::InterviewDue, true, None));
}

/// facts.md §8.19: the certificate was taken for clear and the badge issued; §8.11: a new certificate with a trace.
#[test]
fn a_trace_of_somebody_approved_opens_a_review_that_no_firm_sees() {
    let council = Council::with(ASSISTANT);
    council.clear(ASSISTANT, &PAPERS);
    let right = traced("001234567890");
    let row: i64 = council.certificate().parse().unwrap();
    let filed: Filed = "dbs_certificate".parse().unwrap();
    council
        .act(&council.officer, |tx| {
            correct(tx, &council.officer, council.person, (filed, row), &Change::Replace(right), "It shows something")
        })
        .unwrap();
    let mut cases = of_person(&council.test, council.person);
    cases.retain(|case| case.kind == ApplicationKind::Review);
    let [case] = cases.as_slice() else { panic!("one case") };
    assert_eq!((case.kind, case.state), (ApplicationKind::Review, ApplicationState::InterviewDue));
    assert_eq!((case.owner, case.contractor_id, case.role.as_str()), (None, None, ASSISTANT));
    assert_eq!(case.certificate_id.map(|id| id.to_string()), Some(council.certificate()));
    assert_eq!(council.status(ASSISTANT), Status::Lapsed, "they stop at once, until it is decided");
    let tasks = council.test.db.read(|c| task::all_open(c, "review")).unwrap();
    assert_eq!(tasks[0].subject_id, case.id.0);
    let reach = Reach::Firms(vec![council.firm]);
    let seen = council.test.db.read(|c| chaperone::store::application::find(c, case.id, &reach));
    assert!(matches!(seen, Err(Error::NotFound)));

    let newer = traced("001234567892").with("issued_on", "2026-11-12").with("original_seen_on", "2026-11-20");
    council.record(ASSISTANT, "dbs_certificate", newer).unwrap();
    let mut cases = of_person(&council.test, council.person);
    cases.retain(|case| case.kind == ApplicationKind::Review);
    assert_eq!(cases.len(), 1, "the open case takes it in");
    assert_eq!(cases[0].certificate_id.map(|id| id.to_string()), Some(council.certificate()));
    council.is_sound();
}

/// facts.md §8.9: an imported trace without a decision, by a status check and by the morning's look.
#[test]
fn a_legacy_trace_without_a_decision_is_reviewed() {
    let lines = [
        person(1, FIRM).with("dbs_trace", "yes"),
        person(2, FIRM)
            .with("dbs_trace", "yes")
            .with("suitability_outcome", "suitable")
            .with("suitability_date", "2026-06-05"),
        person(3, FIRM),
    ];
    let world = World::of(&lines.map(|line| line.with("licence_number", "")));
    let cases = || {
        ["T00001", "T00002", "T00003"].map(|reference| {
            let found = world.test.db.read(|conn| chaperone::store::person::by_reference(conn, reference)).unwrap();
            of_person(&world.test, found.unwrap().id).len()
        })
    };
    assert_eq!(cases(), [0, 0, 0]);
    let outcome = world.run("chase", "2026-11-23");
    assert!(!outcome.red && outcome.detail.contains("1 reviews"), "{}", outcome.detail);
    assert_eq!(cases(), [1, 0, 0], "only the one nobody decided about");
    world.run("chase", "2026-11-24");
    assert_eq!(cases(), [1, 0, 0], "and once");
    world.test.db.read(trail::verify).unwrap();
}

#[test]
fn a_non_blank_status_check_without_a_decision_is_a_trace() {
    let council = Council::with(ASSISTANT);
    council.record(ASSISTANT, "dbs_certificate", traced("001234567890")).unwrap();
    let id = in_checking(&council, |_| {});
    let before = stands(&council.test, id);
    let non_blank = checked(&council, "NON_BLANK_NO_NEW_INFO", "2026-11-20");
    council.record(ASSISTANT, "update_service", non_blank).unwrap();
    assert_eq!(stands(&council.test, id).state, before.state);
    let dossier = |who: PersonId| council.test.db.read(|c| dossiers(c, &[who])).unwrap().pop().unwrap();
    let mut of = dossier(council.person);
    let today = crate::support::database::day("2026-11-22");
    assert!(chaperone::domain::application::trace::undecided(&of, today).is_some());
    of.certificates[0].has_trace = false;
    assert!(chaperone::domain::application::trace::undecided(&of, today).is_some(), "the answer alone is enough");
    of.checks.clear();
    assert!(chaperone::domain::application::trace::undecided(&of, today).is_none());
}

#[test]
fn an_officer_opens_a_review_once_with_a_reason() {
    let known = Known::new();
    let client = client(&known.world.test);
    let token = known.token(known.user("officer")).reveal().to_owned();
    let officer = Asker::new(&client, &known.world.test, Some(token));
    let who = known.person("T00001");
    let path = format!("/people/{who}/review");
    assert!(officer.get(&format!("/people/{who}")).body.contains(&path));
    let post = |fields: &[(&str, &str)]| officer.ask(rocket::http::Method::Post, &path, fields).code;
    assert_eq!(post(&[]), 422);
    assert_eq!(post(&[("reason", "A complaint to be looked into")]), 303);
    assert_eq!(post(&[("reason", "Again")]), 409);
    let case = of_person(&known.world.test, who).remove(0);
    assert_eq!((case.kind, case.state), (ApplicationKind::Review, ApplicationState::Checking));
    assert_eq!(case.owner, Some(known.user("officer")));
    let again = officer.get(&path).code;
    assert_eq!(again, 409);
    let returned =
        officer.ask(rocket::http::Method::Post, &format!("/applications/{}/return", case.id), &[("wrong", "x")]);
    assert_eq!(returned.code, 409, "there is nobody to return it to");
    let standing = known.world.test.db.read(|c| review::standing(c, who)).unwrap();
    assert_eq!(standing.map(|one| one.id), Some(case.id));
}
