//! The cases an expert would try (facts.md §8) about what is decided and what comes to light afterwards, sent through the
//! real forms.

use chaperone::domain::authority;
use chaperone::domain::command;
use chaperone::domain::criteria::Criteria;
use chaperone::store::application::Application;
use chaperone::store::licence;
use chaperone::types::{Access, ApplicationKind, ApplicationState, ItemState, PersonId, Status, UserId, Verdict};
use rocket::http::Method;

use crate::decision::{again, complete, made, outbox_of};
use crate::support::account::clock;
use crate::support::application::{application, of_person, stands};
use crate::support::applying::begin_for;
use crate::support::asker::client;
use crate::support::desk::Desk;
use crate::support::forms::{fields as answered, fill, press, read_notes, record};
use crate::support::hall::{Hall, certify, signed_in, standing};
use crate::support::judge::interviewed;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::register::{ASSISTANT, DRIVER, certificate_answers, sample};
use crate::support::watch::authorised;
use crate::support::world::{World, address, person};

/// A certificate that came later.
const NEWER: [(&str, &str); 3] =
    [("number", "009876543210"), ("issued_on", "2026-11-20"), ("original_seen_on", "2026-11-21")];

fn later(trace: &'static str) -> Vec<(&'static str, &'static str)> {
    NEWER.into_iter().chain([("trace", trace)]).collect()
}

fn assessment(finding: &str) -> Vec<(String, String)> {
    let criteria = Criteria::shipped().unwrap().criteria.into_iter();
    let weighed = criteria.flat_map(|one| {
        let found = if one.code == "dishonesty" { finding } else { "not_relevant" };
        [(format!("finding_{}", one.code), found.to_owned()), (format!("words_{}", one.code), "Weighed".to_owned())]
    });
    [("account".to_owned(), "It was long ago".to_owned())].into_iter().chain(weighed).collect()
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

/// The person's open case.
fn open_case(hall: &Hall) -> Application {
    let cases = of_person(&hall.council.test, hall.council.person);
    cases.into_iter().find(|one| one.state != ApplicationState::Closed).unwrap()
}

/// As if the interview of a case had been held.
fn hold_interview(hall: &Hall, case: &Application) {
    let council = &hall.council;
    let held = council.act(&council.officer, |tx| {
        let mut case = chaperone::store::application::find(tx, case.id, &chaperone::types::Reach::Everyone)?;
        case.state = ApplicationState::Checking;
        chaperone::store::application::move_to(tx, case.id, ApplicationState::InterviewDue, case.state)?;
        interviewed(tx, &mut case)
    });
    held.unwrap();
}

#[test]
fn case_11_a_new_certificate_with_the_same_trace_is_interviewed_about_and_confirmed_from_the_last_findings() {
    let hall = Hall::around(complete("yes"));
    made(&hall.council, Verdict::Approved);
    let (officer, decider) = (hall.as_a("officer", Access::Officer), hall.as_a("decider", Access::DecisionMaker));
    assert_eq!(certify(&hall, &officer, ASSISTANT, &later("yes")).code, 303);
    assert_eq!(hall.council.status(ASSISTANT), Status::Lapsed, "the decision does not carry over");
    let case = open_case(&hall);
    assert_eq!((case.kind, case.state), (ApplicationKind::Review, ApplicationState::InterviewDue));
    let (assess, propose) =
        (format!("/applications/{}/assessment", case.id), format!("/applications/{}/proposal", case.id));
    let approve = [("outcome", "approved"), ("reasons", "As before, nothing has changed")];
    assert_eq!(officer.ask(Method::Post, &assess, &pairs(&assessment("met"))).code, 409, "no interview, no assessment");
    assert_eq!(decider.ask(Method::Post, &propose, &approve).code, 409, "nor a decision");
    hold_interview(&hall, &case);
    let form = officer.get(&assess).body;
    let begun = form
        .split("name=\"finding_dishonesty\"")
        .any(|radio| radio.contains("value=\"not_known\"") && radio.contains("checked"));
    assert!(begun, "the form begins from what was found before");
    fill(&officer, &assess, &pairs(&assessment("not_known")));
    let paper = fill(&decider, &propose, &approve);
    let second = hall.as_a("second", Access::DecisionMaker);
    read_notes(&second, case.id);
    press(&second, &format!("{paper}/agree"));
    assert_eq!(hall.council.status(ASSISTANT), Status::Cleared);
    hall.council.is_sound();
}

#[test]
fn case_20_the_forms_advice_is_as_of_today_and_unknown_without_the_sentences_end() {
    let hall = Hall::around(complete("yes"));
    made(&hall.council, Verdict::Approved);
    let officer = hall.as_a("officer", Access::Officer);
    assert_eq!(certify(&hall, &officer, ASSISTANT, &later("yes")).code, 303);
    let case = open_case(&hall);
    hold_interview(&hall, &case);
    let assess = format!("/applications/{}/assessment", case.id);
    let advice = |ended: &str| {
        let mut fields = assessment("met");
        let mut parts = ended.split('-').map(str::to_owned);
        fields.extend(
            ["year", "month", "day"].map(|part| (format!("ended_dishonesty-{part}"), parts.next().unwrap_or_default())),
        );
        fields.push(("act".to_owned(), "advise".to_owned()));
        officer.ask(Method::Post, &assess, &pairs(&fields)).body
    };
    assert!(advice("2019-11-23").contains("The guideline is not met until 23 November 2026"), "from tomorrow");
    assert!(advice("2019-11-22").contains("The guideline has been met since 22 November 2026"), "from today");
    let unknown = advice("");
    assert!(unknown.contains("Not known: the end of the sentence is not known"));
    for factor in ["Offences outside the United Kingdom", "Age at the time"] {
        assert!(unknown.contains(factor), "{factor} is weighed of everybody");
    }
    let mut fields = assessment("met");
    fields.push(("act".to_owned(), "save".to_owned()));
    fields.extend(
        [("year", "2019"), ("month", "11"), ("day", "23")]
            .map(|(part, text)| (format!("ended_dishonesty-{part}"), text.to_owned())),
    );
    let said = officer.ask(Method::Post, &assess, &pairs(&fields));
    assert_eq!(said.code, 422, "a finding unlike the advice needs its reason");
    hall.council.is_sound();
}

#[test]
fn case_19_an_undeclared_offence_is_interviewed_about_and_weighed_as_honesty() {
    let hall = Hall::of(ASSISTANT);
    let (officer, council) = (hall.as_a("officer", Access::Officer), &hall.council);
    let case = application(&council.test, Some(council.firm), |row| {
        row.person_id = Some(council.person);
        row.answers = r#"{"forename":"A","surname":"B","own":{"declared_on":"2026-11-19","declared":false}}"#.into();
    });
    press(&officer, &format!("/applications/{case}/take"));
    assert_eq!(stands(&council.test, case).state, ApplicationState::Checking);
    // A caution, a charge that pends, police information alone: the certificate shows something, and nobody writes what.
    let form = officer.get(&format!("{}/evidence/new?requirement=dbs_certificate&role={ASSISTANT}", hall.page())).body;
    assert!(form.contains("Never write down what it shows") && !form.contains("<textarea"));
    for word in ["conviction", "caution", "charge", "police"] {
        assert!(!form.to_lowercase().contains(&format!("value=\"{word}")), "{word}");
    }
    assert_eq!(certify(&hall, &officer, ASSISTANT, &[("trace", "yes")]).code, 303);
    let row = stands(&council.test, case);
    assert_eq!((row.state, row.has_trace), (ApplicationState::InterviewDue, true), "whatever was declared");
    let decider = hall.as_a("decider", Access::DecisionMaker);
    let approve = [("outcome", "approved"), ("reasons", "It was a small thing")];
    assert_eq!(decider.ask(Method::Post, &format!("/applications/{case}/proposal"), &approve).code, 409);
    hold_interview(&hall, &row);
    let mut findings = assessment("not_met");
    findings.retain(|(name, _)| name != "words_honesty");
    let said = officer.ask(Method::Post, &format!("/applications/{case}/assessment"), &pairs(&findings));
    assert!(said.code == 422 && said.body.contains("id=\"words_honesty-error\""), "{}", said.code);
    council.is_sound();
}

#[test]
fn case_19_a_charge_that_pends_defers_the_decision_and_stops_at_the_interview_again() {
    let hall = Hall::around(complete("yes"));
    let (id, _) = made(&hall.council, Verdict::Deferred);
    assert_eq!(again(&hall.council, id).state, ApplicationState::Deferred);
    assert!(outbox_of(&hall.council, "outcome_notice").is_empty(), "the firm hears outcomes alone");
    let officer = hall.as_a("officer", Access::Officer);
    fill(&officer, &format!("/applications/{id}/resume"), &[("reason", "The court has found")]);
    assert_eq!(again(&hall.council, id).state, ApplicationState::Checking);
    let found = [("reason", "The court has found")];
    fill(&officer, &format!("/applications/{id}/interview-again"), &found);
    assert_eq!(again(&hall.council, id).state, ApplicationState::InterviewDue, "what the court found is asked about");
    assert_ne!(hall.council.status(ASSISTANT), Status::Cleared);
    hall.council.is_sound();
}

#[test]
fn case_19_what_is_filtered_later_is_gone_with_the_next_certificate() {
    let hall = Hall::around(complete("yes"));
    made(&hall.council, Verdict::Approved);
    let officer = hall.as_a("officer", Access::Officer);
    assert_eq!(certify(&hall, &officer, ASSISTANT, &later("no")).code, 303);
    assert_eq!(hall.council.item(ASSISTANT, "suitability"), ItemState::NotRequired, "what is filtered is ignored");
    assert_eq!(hall.council.status(ASSISTANT), Status::Cleared);
    let cases = of_person(&hall.council.test, hall.council.person);
    assert!(cases.iter().all(|one| one.kind != ApplicationKind::Review), "nobody is asked about it again");
    hall.council.is_sound();
}

#[test]
fn case_19_a_trace_taken_for_clear_stops_the_person_at_once_and_is_decided_like_any_other() {
    let hall = Hall::around(complete("no"));
    made(&hall.council, Verdict::Approved);
    let officer = hall.as_a("officer", Access::Officer);
    let row = hall.council.certificate();
    let page = format!("{}/evidence/dbs_certificate/{row}/correct", hall.page());
    let right = certificate_answers("001234567890").with("trace", "yes");
    let fields = answered(&right);
    let why = [("change", "replace"), ("why", "It was taken for clear")];
    fill(&officer, &page, &[pairs(&fields), why.to_vec()].concat());
    assert_eq!(hall.council.status(ASSISTANT), Status::Lapsed, "before anybody decides");
    let case = open_case(&hall);
    assert_eq!((case.kind, case.state), (ApplicationKind::Review, ApplicationState::InterviewDue));
    hold_interview(&hall, &case);
    fill(&officer, &format!("/applications/{}/assessment", case.id), &pairs(&assessment("not_met")));
    let (one, two) = (hall.as_a("one", Access::DecisionMaker), hall.as_a("two", Access::DecisionMaker));
    let refuse = [("outcome", "refused"), ("reasons", "The guideline is not met")];
    let paper = fill(&one, &format!("/applications/{}/proposal", case.id), &refuse);
    read_notes(&two, case.id);
    press(&two, &format!("{paper}/agree"));
    assert_eq!(hall.council.status(ASSISTANT), Status::Unsuitable);
    hall.council.is_sound();
}

#[test]
fn case_26_a_licence_revoked_by_the_district_stops_the_driver_from_the_day_it_is_told() {
    let world = World::new();
    command::run(&world.test.db, UserId::SYSTEM, &clock(), authority::establish).unwrap();
    let driver = |n, authority| {
        let line = person(n, FIRM).with("role", DRIVER).with("licensing_authority", authority);
        line.with("licence_number", &format!("PH{n}"))
            .with("licence_expiry", "2028-12-31")
            .with("medical_expiry", "2028-12-31")
    };
    // South Staffordshire has handed its licensing to Wolverhampton, which is none of the county's nine.
    world.import("2026-11-02", &[driver(1, "Wolverhampton"), driver(2, "South Staffordshire")]);
    let client = client(&world.test);
    let officer = signed_in(&world.test, &client, "officer", Access::Officer);
    let id = |n: u32| {
        let found = world.test.db.read(|c| chaperone::store::person::by_reference(c, &format!("T{n:05}"))).unwrap();
        found.unwrap().id
    };
    assert_eq!(
        [1, 2].map(|n| standing(&world.test, id(n), DRIVER)),
        [Status::Cleared; 2],
        "wherever they are licensed"
    );
    let new = format!("/people/{}/evidence/new?requirement=licence&role={DRIVER}", id(2));
    let form = officer.get(&new).body;
    assert!(
        form.contains("Wolverhampton") && form.contains("licensing by Wolverhampton since 1 December 2021"),
        "{form}"
    );

    // The driver moves: the new licence serves, and giving up the old one stops nobody.
    let authority = |name: &str| {
        let all = world.test.db.read(chaperone::store::authority::all).unwrap();
        all.into_iter().find(|one| one.name == name).unwrap().id.to_string()
    };
    let moved = sample("licence").with("authority", authority("Stafford")).with("number", "ST 9");
    assert_eq!(record(&officer, &id(1).to_string(), DRIVER, "licence", &moved).code, 303);
    let licences = |who: PersonId| world.test.db.read(|c| licence::of_people(c, &[who])).unwrap();
    let end = |row: i64, why: &str| {
        let page = format!("/people/{}/evidence/licence/{row}/correct", id(1));
        let day = [("ended_on-day", "20"), ("ended_on-month", "11"), ("ended_on-year", "2026")];
        fill(&officer, &page, &[&day[..], &[("change", "end"), ("why", why)]].concat())
    };
    end(licences(id(1))[0].id.0, "Moved to Stafford");
    assert_eq!(standing(&world.test, id(1), DRIVER), Status::Cleared);
    assert_eq!(authorised(&world.test, id(1), "2026-11-22"), [true]);

    // The district revokes it, and the county is told two days later.
    end(licences(id(1))[1].id.0, "Revoked by Stafford on 20 November");
    assert_eq!(standing(&world.test, id(1), DRIVER), Status::Lapsed, "at once");
    assert_eq!(authorised(&world.test, id(1), "2026-11-22"), [false]);
    assert!(officer.get(&format!("/people/{}", id(1))).body.contains("No current licence on file"));
    let told = world.night("2026-11-22");
    assert!(told.iter().any(|letter| letter.to == [address(FIRM)]), "the firm hears that they are stopped");
    assert!(told.iter().all(|letter| !letter.text.contains("Revoked by") && !letter.raw.contains("Revoked by")));
}

#[test]
fn case_30_an_assistant_who_becomes_a_driver_is_asked_what_drivers_are_asked() {
    let desk = Desk::of(&[person(1, FIRM), person(2, OTHER_FIRM)]);
    let (id, firm) = (desk.id("T00001"), crate::support::council::firms(&desk.world.test));
    let firm = firm.iter().find(|one| one.name == FIRM).unwrap().id.to_string();
    let case = begin_for(&desk.firm, "role_change", DRIVER, &firm, &id.to_string());
    let case = case.to().1.strip_prefix("/applications/").unwrap().to_owned();
    desk.world
        .sql(&format!("UPDATE applications SET state = 'submitted', submitted_on = '2026-11-22' WHERE id = {case}"));
    let page = format!("/applications/{case}");
    assert_eq!(desk.officer.fill(&page, &format!("{page}/take"), &[]).status.code, 303);
    let page = desk.officer.get(&page).body;
    assert!(page.contains("Taxi or private hire driver&#39;s licence"), "{page}");
    let propose = format!("/applications/{case}/proposal");
    let approve = [("outcome", "approved"), ("reasons", "Known for years")];
    let sent = desk.decider.fill(&propose, &propose, &approve);
    assert_eq!(sent.status.code, 422, "nobody drives on an assistant's papers");
    assert!(sent.body.contains("licence"), "{}", sent.body);
    assert_eq!(desk.status(id), Status::Cleared, "and the assistant's work goes on");
    desk.is_sound();
}
