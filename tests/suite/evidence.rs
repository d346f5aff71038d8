//! Evidence: each kind recorded and the clearance at once after it; renewed, corrected, refused.

use chaperone::domain::evidence::correct::{Change, Filed, correct};
use chaperone::domain::evidence::{self, Answers, Asked};
use chaperone::error::Error;
use chaperone::store::{evidence as stored, person};
use chaperone::types::{ItemState, Kind, Status};

use crate::support::account::{active, firm_grant, grant};
use crate::support::browser::Browser;
use crate::support::register::*;

/// All that a passenger assistant needs before an approval.
pub const FOR_ASSISTANT: [&str; 5] = ["identity", "right_to_work", "dbs_certificate", "overseas", "safeguarding"];

#[test]
fn each_kind_is_recorded_and_the_clearance_follows_at_once() {
    for (role, codes) in [
        (ASSISTANT, &["identity", "right_to_work", "self_declaration", "safeguarding", "pats", "overseas"][..]),
        (DRIVER, &["dbs_certificate", "licence", "medical", "dvla_check"]),
        (PCV, &["driving_entitlement", "cpc", "medical", "dbs_certificate"]),
    ] {
        let council = Council::with(role);
        for code in codes {
            assert_eq!(council.item(role, code), ItemState::Missing, "{code}");
            council.record(role, code, sample(code)).unwrap();
            assert_eq!(council.item(role, code), ItemState::Met, "{code}");
        }
        council.is_sound();
    }
}

#[test]
fn two_references_meet_what_asks_for_two() {
    let council = Council::with(ASSISTANT);
    council.record(ASSISTANT, "references", sample("references")).unwrap();
    assert_eq!(council.item(ASSISTANT, "references"), ItemState::Missing);
    council.record(ASSISTANT, "references", sample("references")).unwrap();
    assert_eq!(council.item(ASSISTANT, "references"), ItemState::Met);
    council.is_sound();
}

#[test]
fn nobody_is_approved_while_a_hard_requirement_is_open() {
    let council = Council::with(ASSISTANT);
    let refusal = |council: &Council| faults(council.record(ASSISTANT, "approval", sample("approval")));
    let first = refusal(&council);
    assert_eq!(first[0].0, "outcome");
    for title in ["Identity check", "Right to work", "DBS certificate", "Overseas"] {
        assert!(first[0].1.contains(title), "{title}: {}", first[0].1);
    }
    assert!(!first[0].1.contains("Safeguarding"), "a soft requirement refuses no approval");
    for code in ["identity", "right_to_work", "overseas"] {
        council.record(ASSISTANT, code, sample(code)).unwrap();
    }
    assert_eq!(refusal(&council)[0].1.matches(',').count(), 1, "one title, with its own comma");
    council.record(ASSISTANT, "dbs_certificate", sample("dbs_certificate")).unwrap();
    assert_eq!(council.status(ASSISTANT), Status::InProgress, "complete papers clear nobody");
    let conditional =
        sample("approval").with("conditions", "Only with a second adult").with("conditions_until", "2027-01-31");
    council.record(ASSISTANT, "approval", conditional).unwrap();
    assert_eq!(council.status(ASSISTANT), Status::ClearedWithConditions);
    council.is_sound();
}

#[test]
fn no_form_records_a_decision() {
    let council = Council::with(ASSISTANT);
    for code in ["approval", "suitability"] {
        let done = council.record_as(&council.decider, ASSISTANT, code, sample("approval"));
        assert!(matches!(done, Err(Error::NotFound)), "{code}: only a proposal decides");
    }
    assert!("approval".parse::<Filed>().is_err() && "suitability".parse::<Filed>().is_err());
}

#[test]
fn what_is_missing_is_named_before_what_is_wrong() {
    let council = Council::with(ASSISTANT);
    let fields = council.refused(ASSISTANT, "dbs_certificate", Answers::default());
    assert_eq!(
        fields,
        [
            "number",
            "level",
            "workforce",
            "barred_lists",
            "issued_on",
            "surname",
            "original_seen_by",
            "original_seen_on",
            "trace",
            "source"
        ]
    );
    let messages = faults(council.record(ASSISTANT, "dbs_certificate", Answers::default()));
    assert_eq!(messages[0].1, "Enter the certificate number");
    assert_eq!(messages[1].1, "Select the level");
}

#[test]
fn a_certificate_that_cannot_be_is_refused_at_its_field() {
    let council = Council::with(ASSISTANT);
    let certificate = || certificate_answers("001234567890");
    for (field, value, refused) in [
        ("number", "1234567890", "number"),
        ("number", "F0012345678", "number"),
        ("issued_on", "1996-03-30", "issued_on"),
        ("issued_on", "2026-11-23", "issued_on"),
        ("original_seen_on", "2026-11-01", "original_seen_on"),
        ("level", "standard", "barred_lists"),
        ("level", "gold", "level"),
        ("workforce", "none", "workforce"),
        ("trace", "perhaps", "trace"),
    ] {
        let fields = council.refused(ASSISTANT, "dbs_certificate", certificate().with(field, value));
        assert_eq!(fields.first().map(String::as_str), Some(refused), "{value}");
    }
    let spaced = certificate().with("number", "0012 3456 7890").with("issued_on", "1996-03-31");
    council.record(ASSISTANT, "dbs_certificate", spaced).unwrap();
    assert_eq!(council.refused(ASSISTANT, "dbs_certificate", certificate()), ["number"], "on file already");
    council.is_sound();
}

#[test]
fn a_number_of_somebody_else_is_refused_and_nobody_is_named() {
    let mut council = Council::with(ASSISTANT);
    council.record(ASSISTANT, "dbs_certificate", sample("dbs_certificate")).unwrap();
    council.person = council.register("Bronwen", "Pryce", ASSISTANT);
    let refused = faults(council.record(ASSISTANT, "dbs_certificate", sample("dbs_certificate")));
    assert_eq!(refused[0].0, "number");
    assert!(!refused[0].1.contains("Okafor") && !refused[0].1.contains("C0"), "{}", refused[0].1);
    council.is_sound();
}

#[test]
fn a_taxi_certificate_is_recorded_with_a_warning_for_child_work() {
    let council = Council::with(DRIVER);
    let taxi = certificate_answers("001234567890").with("workforce", "other").with("barred_lists", "child_and_adult");
    let recorded = council.record(DRIVER, "dbs_certificate", taxi).unwrap();
    assert!(recorded.warnings[0].contains("another workforce"), "{:?}", recorded.warnings);
    assert_eq!(council.item(DRIVER, "dbs_certificate"), ItemState::Missing);
    council.is_sound();
}

#[test]
fn a_name_on_a_certificate_is_found_too() {
    let council = Council::with(ASSISTANT);
    council
        .record(ASSISTANT, "dbs_certificate", certificate_answers("001234567890").with("surname", "Adeyemi"))
        .unwrap();
    let names = council.test.db.read(|c| person::names(c, council.person)).unwrap();
    assert!(names.iter().any(|name| name.surname == "Adeyemi"));
}

#[test]
fn dates_and_rules_of_other_kinds_are_held_to() {
    let council = Council::with(ASSISTANT);
    let refused =
        |code: &str, field: &str, value: &str| council.refused(ASSISTANT, code, sample(code).with(field, value));
    assert_eq!(refused("self_declaration", "valid_from", "2026-11-23"), ["valid_from"]);
    assert_eq!(refused("safeguarding", "expires_on", "2026-11-10"), ["expires_on"]);
    assert_eq!(refused("overseas", "outcome", "outstanding"), ["country", "abroad_until"]);
    assert_eq!(refused("self_declaration", "valid_from", "1980-03-31"), ["valid_from"]);
    let asked = Asked { role: ASSISTANT.into(), requirement: "minimum_age".into() };
    let none = council.act(&council.officer, |tx| {
        evidence::record(tx, &council.officer, council.person, &asked, &Answers::default())
    });
    assert!(matches!(none, Err(Error::NotFound)), "nothing is recorded for an age");
    assert!(matches!(council.record(DRIVER, "licence", sample("licence")), Err(Error::NotFound)), "not their role");
}

#[test]
fn a_renewal_supersedes_and_leaves_history() {
    let council = Council::with(ASSISTANT);
    let first = sample("safeguarding").with("valid_from", "2023-12-01");
    council.record(ASSISTANT, "safeguarding", first.clone()).unwrap();
    council.record(ASSISTANT, "safeguarding", sample("safeguarding")).unwrap();
    let rows = council.test.db.read(|c| stored::of_people(c, &[council.person])).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].superseded_by, rows[0].retired_on), (Some(rows[1].id), None));
    assert_eq!(council.refused(ASSISTANT, "safeguarding", first), ["valid_from"], "older evidence renews nothing");
    council.is_sound();
}

#[test]
fn a_correction_needs_a_reason_and_overwrites_nothing() {
    let council = Council::with(ASSISTANT);
    council.record(ASSISTANT, "safeguarding", sample("safeguarding")).unwrap();
    let rows = || council.test.db.read(|c| stored::of_people(c, &[council.person])).unwrap();
    let row = rows()[0].clone();
    let at = (Filed::Evidence(Kind::Training), row.id.0);
    let right = Change::Replace(sample("safeguarding").with("valid_from", "2026-10-10"));
    let change = |at, change: &Change, why: &str| {
        council.act(&council.officer, |tx| correct(tx, &council.officer, council.person, at, change, why))
    };
    assert_eq!(faults(change(at, &right, " ")), [("why".to_owned(), "Enter the reason".to_owned())]);
    change(at, &right, "The date was that of the booking").unwrap();
    let after = rows();
    assert_eq!((after[0].valid_from, after[0].facts.clone()), (row.valid_from, row.facts));
    assert_eq!(after[0].superseded_by, Some(after[1].id));
    assert_eq!(after[1].reason, "The date was that of the booking");
    assert!(matches!(change(at, &right, "Again"), Err(Error::Conflict(_))), "it moved meanwhile");
    let new = (Filed::Evidence(Kind::Training), after[1].id.0);
    change(new, &Change::Retire, "It was somebody else's").unwrap();
    assert_eq!(council.item(ASSISTANT, "safeguarding"), ItemState::Missing);
    assert!(matches!(change((Filed::Evidence(Kind::Medical), row.id.0), &right, "x"), Err(Error::NotFound)));
    council.is_sound();
}

#[test]
fn a_corrected_certificate_keeps_what_was_recorded_about_the_same_paper() {
    let council = Council::with(ASSISTANT);
    council.record(ASSISTANT, "dbs_certificate", sample("dbs_certificate")).unwrap();
    let joined = checked(&council, "BLANK_NO_NEW_INFO", "2026-11-20").with("joined_on", "2026-11-05");
    council.record(ASSISTANT, "update_service", joined).unwrap();
    assert_eq!(council.item(ASSISTANT, "update_service"), ItemState::Met);
    let at = (Filed::Certificate, council.certificate().parse().unwrap());
    let right = Change::Replace(sample("dbs_certificate").with("workforce", "child_and_adult"));
    council.act(&council.officer, |tx| correct(tx, &council.officer, council.person, at, &right, "Misread")).unwrap();
    assert_eq!(council.item(ASSISTANT, "update_service"), ItemState::Met);
    let at = (Filed::Certificate, council.certificate().parse().unwrap());
    let other = Change::Replace(sample("dbs_certificate").with("number", "001234567891"));
    council.act(&council.officer, |tx| correct(tx, &council.officer, council.person, at, &other, "Misread")).unwrap();
    assert_eq!(council.item(ASSISTANT, "update_service"), ItemState::Missing, "another number was never joined");
    council.is_sound();
}

#[test]
fn licences_consents_and_subscriptions_end() {
    let council = Council::with(DRIVER);
    for code in ["licence", "dbs_certificate"] {
        council.record(DRIVER, code, sample(code)).unwrap();
    }
    let joined = checked(&council, "BLANK_NO_NEW_INFO", "2026-11-20").with("joined_on", "2026-11-05");
    council.record(DRIVER, "update_service", joined).unwrap();
    let end = |filed, on: Option<&str>| {
        let change = Change::End(on.map(|on| on.parse().unwrap()));
        council.act(&council.officer, |tx| {
            correct(tx, &council.officer, council.person, (filed, 1), &change, "Told by mail")
        })
    };
    assert_eq!(faults(end(Filed::Licence, None))[0].0, "ended_on");
    assert_eq!(faults(end(Filed::Consent, Some("2026-11-23")))[0].0, "ended_on");
    end(Filed::Licence, Some("2026-11-22")).unwrap();
    assert_eq!(council.item(DRIVER, "licence"), ItemState::Missing);
    end(Filed::Consent, Some("2026-11-21")).unwrap();
    assert_eq!(council.item(DRIVER, "update_service"), ItemState::Missing);
    end(Filed::Subscription, Some("2026-11-21")).unwrap();
    assert!(matches!(end(Filed::Subscription, Some("2026-11-21")), Err(Error::Conflict(_))));
    council.is_sound();
}

#[test]
fn the_last_day_to_join_is_thirty_days_after_issue() {
    let council = Council::with(ASSISTANT);
    let old = sample("dbs_certificate").with("issued_on", "2026-10-20");
    council.record(ASSISTANT, "dbs_certificate", old).unwrap();
    let join = |on: &str| Answers::default().with("certificate", council.certificate()).with("joined_on", on);
    assert_eq!(council.refused(ASSISTANT, "update_service", join("2026-11-20")), ["joined_on"]);
    council.record(ASSISTANT, "update_service", join("2026-11-19")).unwrap();
    assert_eq!(council.refused(ASSISTANT, "update_service", join("2026-11-19")), ["joined_on"], "joined already");
    council.is_sound();
}

#[test]
fn the_form_of_every_requirement_is_shown_and_sent() {
    let council = Council::with(DRIVER);
    active(&council.test, "dm@council.example.org", &[grant(chaperone::types::Access::DecisionMaker)]);
    let browser = Browser::new(&council.test);
    browser.sign_in("dm@council.example.org");
    let id = council.person;
    let choose = browser.get(&format!("/people/{id}/evidence/new"));
    assert_eq!(choose.status.code, 200);
    let links: Vec<&str> = choose
        .body
        .split("href=\"/people/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|path| path.contains("requirement="))
        .collect();
    assert_eq!(links.len(), 11, "{links:?}");
    for link in links {
        let path = format!("/people/{}", link.replace("&#38;", "&").replace("&amp;", "&"));
        let page = browser.get(&path);
        assert_eq!(page.status.code, 200, "{path}");
        assert!(page.body.contains("name=\"submission\""), "{path}");
    }
    let path = format!("/people/{id}/evidence/new?requirement=safeguarding&role={DRIVER}");
    let wrong = fill(
        &browser,
        &path,
        &[
            ("provider", "County <training>"),
            ("valid_from-day", "31"),
            ("valid_from-month", "2"),
            ("valid_from-year", "2026"),
        ],
    );
    assert_eq!(wrong.status.code, 422);
    assert!(
        wrong.body.contains("County &#60;training&#62;") && wrong.body.contains("must be a real date"),
        "{}",
        wrong.body
    );
    let right =
        [("provider", "County"), ("valid_from-day", "3"), ("valid_from-month", "nov"), ("valid_from-year", "2026")];
    let done = fill_twice(&browser, &path, &right, 2);
    assert_eq!(done.to(), (303, format!("/people/{id}").as_str()));
    let rows = council.test.db.read(|c| stored::of_people(c, &[id])).unwrap();
    assert_eq!(rows.len(), 1, "a double click records once");

    let page = format!("/people/{id}/evidence/training/{}/correct", rows[0].id);
    assert!(browser.get(&page).body.contains("value=\"County\""));
    let unreasoned = fill(&browser, &page, &[("change", "retire")]);
    assert_eq!(unreasoned.status.code, 422);
    let done = fill_twice(&browser, &page, &[("change", "retire"), ("why", "It was another person's")], 2);
    assert_eq!(done.to().0, 303);
    assert_eq!(browser.get(&page).status.code, 409);
    assert_eq!(browser.get(&format!("/people/{id}/evidence/nonsense/1/correct")).status.code, 404);
    council.is_sound();
}

#[test]
fn a_contractor_finds_no_form() {
    let council = Council::with(DRIVER);
    active(&council.test, "c@ashdown.example.org", &[firm_grant(council.firm)]);
    let browser = Browser::new(&council.test);
    browser.sign_in("c@ashdown.example.org");
    let id = council.person;
    for page in ["evidence/new", "edit", "holds/new", "waivers/new", "engagements/new", "evidence/training/1/correct"] {
        assert_eq!(browser.get(&format!("/people/{id}/{page}")).status.code, 404, "{page}");
    }
    assert_eq!(browser.get("/people/new").status.code, 404);
}
