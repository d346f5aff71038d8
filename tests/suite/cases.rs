//! The cases an expert would try (facts.md §8) that are not the Update Service's, sent through the real forms.

use chaperone::domain::command;
use chaperone::domain::policy::{self, Policy};
use chaperone::store::{badge, clearance, engagement};
use chaperone::types::{Access, ItemState, PersonId, Status, UserId};

use crate::evidence::FOR_ASSISTANT;
use crate::import_pages::{ended, send};
use crate::support::account::clock;
use crate::support::applying::{ASSISTANT as GROUPS, answer, begin, date, right, send_in};
use crate::support::asker::{Asker, client};
use crate::support::council::{as_user, council as council_of};
use crate::support::desk::{Desk, ROLE};
use crate::support::forms::record;
use crate::support::hall::{Hall, certify, standing};
use crate::support::known::{FIRM, Known, OTHER_FIRM};
use crate::support::register::{ASSISTANT, DRIVER, sample};
use crate::support::watch::{Watched, authorised, joined};
use crate::support::world::{START, World, address, file, person, surname};

#[test]
fn case_01_the_form_takes_a_joining_on_day_30_and_refuses_day_31() {
    for (issued, code) in [("2026-10-23", 303), ("2026-10-22", 422)] {
        let hall = Hall::of(ASSISTANT);
        let officer = hall.as_a("officer", Access::Officer);
        assert_eq!(certify(&hall, &officer, ASSISTANT, &[("issued_on", issued)]).code, 303);
        let joined = chaperone::domain::evidence::Answers::default()
            .with("certificate", hall.council.certificate())
            .with("consent_on", START)
            .with("consent_text", "2026-1")
            .with("joined_on", START);
        let said = record(&officer, &hall.council.person.to_string(), ASSISTANT, "update_service", &joined);
        assert_eq!(said.code, code, "issued {issued}: {}", said.body);
    }
}

#[test]
fn case_05_a_number_that_lost_its_noughts_is_mended_and_no_other_number_is_taken() {
    let test = council_of(1);
    let officer = as_user(&test, "officer@council.example.org");
    let numbers = ["1602417128", "01602417129", "1602417128901", "F0123456789", "1.60242E+09", "001602417130"];
    let lines = (1..).zip(numbers).map(|(n, number)| person(n, FIRM).with("dbs_certificate_number", number));
    let before = test.db.read(|c| clearance::people_after(c, PersonId(0), 1000)).unwrap().len();
    let (code, to, _) = send(&officer, "register.csv", &file(&lines.collect::<Vec<_>>()), false);
    assert_eq!(code, 303);
    let page = ended(&officer, &to);
    for said in [
        "“1602417128” had lost its leading zeros and was read as 001602417128",
        "has 13 digits: a DBS certificate number has 12",
        "“F0123456789” is the reference of the application form",
        "is how Excel shortens a long number",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let after = test.db.read(|c| clearance::people_after(c, PersonId(0), 1000)).unwrap().len();
    assert_eq!(after - before, 3, "the two that were mended and the right one");

    let hall = Hall::of(ASSISTANT);
    let officer = hall.as_a("officer", Access::Officer);
    for (number, why) in [
        ("1602417128", "must be 12 digits, with its leading zeros"),
        ("01602417128", "must be 12 digits"),
        ("1602417128901", "must be 12 digits"),
        ("F0123456789", "looks like the reference of an application"),
    ] {
        let said = certify(&hall, &officer, ASSISTANT, &[("number", number)]);
        assert!(said.code == 422 && said.body.contains(why), "{number}: {}", said.code);
    }
    assert_eq!(certify(&hall, &officer, ASSISTANT, &[("number", "0016 0241 7128")]).code, 303);
    let held = hall.council.test.db.read(|c| chaperone::store::dbs::certificate::of_people(c, &[hall.council.person]));
    assert_eq!(held.unwrap()[0].number, "001602417128");
}

#[test]
fn case_07_who_changes_firm_takes_the_checks_along_and_leaves_the_old_badge_dead() {
    let desk = Desk::of(&[person(1, FIRM), person(2, OTHER_FIRM)]);
    let (id, test) = (desk.id("T00001"), &desk.world.test);
    let case = begin(&desk.other_firm, &[("kind", "contractor_change"), ("role", ROLE)]);
    let name = surname(1);
    for group in GROUPS {
        let fields = match group {
            "name" => vec![("forename", "Ann"), ("surname", name.as_str()), ("no_other_name", "yes")],
            "birth" => date("date_of_birth", "1", "1", "1980"),
            other => right(other),
        };
        let sent = answer(&desk.other_firm, &case, group, &fields);
        assert_eq!(sent.status.code, 303, "{group}: {}", sent.body);
    }
    assert_eq!(send_in(&desk.other_firm, &case).status.code, 303);
    let page = format!("/applications/{case}");
    assert_eq!(desk.officer.fill(&page, &format!("{page}/take"), &[]).status.code, 303);
    assert_eq!(desk.other_firm.get(&format!("/people/{id}")).status.code, 404, "not theirs yet");
    let link = format!("{page}/link");
    assert!(desk.officer.get(&link).body.contains("T00001"), "the person is found");
    assert_eq!(desk.officer.fill(&link, &link, &[("person", &id.to_string())]).status.code, 303);
    assert_eq!((desk.status(id), authorised(test, id, START)), (Status::Cleared, vec![true]), "at both firms");
    assert!(desk.other_firm.get(&format!("/people/{id}")).body.contains("They may work in this role"));

    let works = test.db.read(|c| engagement::of_people(c, &[id])).unwrap();
    let end = format!("/people/{id}/engagements/{}/end", works[0].id);
    let last = [("last_day-day", "21"), ("last_day-month", "11"), ("last_day-year", "2026"), ("reason", "Moved on")];
    assert_eq!(desk.officer.fill(&end, &end, &last).status.code, 303);
    assert_eq!(desk.firm.get(&format!("/people/{id}")).status.code, 404);
    let theirs = desk.other_firm.get(&format!("/people/{id}")).body;
    assert!(theirs.contains("They may work in this role") && !theirs.contains(FIRM), "the checks are carried over");
    assert_eq!((desk.status(id), authorised(test, id, START)), (Status::Cleared, vec![false]), "the old badge is dead");
    let badges = test.db.read(|c| badge::of_person(c, id)).unwrap();
    assert_eq!((badges.len(), badges[0].contractor_id), (1, works[0].contractor_id), "and serves no other firm");

    let propose = format!("{page}/proposal");
    let approve = [("outcome", "approved"), ("reasons", "Known and in order")];
    assert_eq!(desk.decider.fill(&propose, &propose, &approve).status.code, 303, "nothing is asked again");
    assert_eq!(desk.told("outcome_notice"), [address(OTHER_FIRM)]);
    desk.is_sound();
}

#[test]
fn case_12_a_taxi_certificate_serves_by_the_policys_switch_alone_and_never_without_the_childrens_list() {
    let hall = Hall::of(DRIVER);
    let (officer, council) = (hall.as_a("officer", Access::Officer), &hall.council);
    let taxi = [("workforce", "other"), ("barred_lists", "child_and_adult")];
    assert_eq!(certify(&hall, &officer, DRIVER, &taxi).code, 303, "it is kept, whatever it is worth");
    assert_eq!(council.item(DRIVER, "dbs_certificate"), ItemState::Missing);
    let page = officer.get(&hall.page()).body;
    assert!(page.contains("for another workforce; this role needs the child workforce"), "in plain words");

    let off = "other_with_both_lists = false";
    let shipped = include_str!("../../policy/default.toml");
    let two = shipped.replacen("number = 1", "number = 2", 1).replacen("2020-07-21", START, 1);
    assert!(two.contains(off));
    let two = Policy::from_toml(&two.replace(off, "other_with_both_lists = true")).unwrap();
    let publish = |tx: &mut chaperone::store::Tx<'_>| {
        policy::publish(tx, &two)?;
        tx.touch(council.person);
        Ok(())
    };
    command::run(&council.test.db, UserId::SYSTEM, &clock(), publish).unwrap();
    assert_eq!(council.item(DRIVER, "dbs_certificate"), ItemState::Met, "the switch is on");

    for (number, lists, workforce, why) in [
        ("001234567892", "adult", "child", "was not checked against"),
        ("001234567893", "none", "other", "was not checked against"),
        ("001234567894", "child", "other", "for another workforce"),
    ] {
        let hall = Hall::of(DRIVER);
        let (officer, council) = (hall.as_a("officer", Access::Officer), &hall.council);
        command::run(&council.test.db, UserId::SYSTEM, &clock(), |tx| policy::publish(tx, &two).map(drop)).unwrap();
        let change = [("number", number), ("barred_lists", lists), ("workforce", workforce)];
        assert_eq!(certify(&hall, &officer, DRIVER, &change).code, 303);
        assert_eq!(council.item(DRIVER, "dbs_certificate"), ItemState::Missing, "{workforce} with {lists}");
        assert!(officer.get(&hall.page()).body.contains(why), "{workforce} with {lists}");
    }
}

#[test]
fn case_13_another_councils_certificate_of_two_years_and_eleven_months_serves_one_month_more() {
    let hall = Hall::of(ASSISTANT);
    let (officer, council) = (hall.as_a("officer", Access::Officer), &hall.council);
    let theirs = [("issued_on", "2023-12-22"), ("source", "another_body")];
    assert_eq!(certify(&hall, &officer, ASSISTANT, &theirs).code, 303);
    let soft = ["self_declaration", "disability_awareness", "first_aid", "pats", "references", "references"];
    for code in FOR_ASSISTANT.iter().chain(&soft).filter(|code| **code != "dbs_certificate") {
        assert_eq!(record(&officer, &council.person.to_string(), ASSISTANT, code, &sample(code)).code, 303, "{code}");
    }
    assert_eq!(council.item(ASSISTANT, "dbs_certificate"), ItemState::Due, "a new one takes a month");
    council.record(ASSISTANT, "approval", sample("approval")).unwrap();
    assert_eq!(council.status(ASSISTANT), Status::Cleared);
    assert!(officer.get(&hall.page()).body.contains("22 December 2026"), "the day of its review is said");
    let (person, world) = (council.person, World::around(hall.council.test));
    for (on, status) in [("2026-12-22", Status::Cleared), ("2026-12-23", Status::Lapsed)] {
        assert!(!world.run("lapse", on).red);
        assert_eq!(standing(&world.test, person, ASSISTANT), status, "{on}");
    }
}

#[test]
fn case_15_months_end_where_february_does_and_the_last_day_is_a_day_of_work() {
    let watched = Watched::of(&[
        person(1, FIRM).with("dbs_issue_date", "2024-02-29"),
        joined(2, FIRM)
            .with("dbs_issue_date", "2023-06-01")
            .with("update_service_joined", "2023-06-10")
            .with("update_service_last_check", "2026-08-31"),
        person(3, FIRM).with("right_to_work_expiry", "2026-12-31"),
        person(4, FIRM).with("badge_expiry", "2026-11-30"),
    ]);
    assert_eq!([watched.authorised(4, "2026-11-30"), watched.authorised(4, "2026-12-01")], [[true], [false]]);
    let (works, stopped) = ((Status::Cleared, vec![true]), (Status::Lapsed, vec![false]));
    for (on, number, expected) in [
        ("2026-12-31", 3, &works),
        ("2027-01-01", 3, &stopped),
        // 29 February and 36 months; 31 August and 6 months.
        ("2027-02-28", 1, &works),
        ("2027-02-28", 2, &works),
        ("2027-03-01", 1, &stopped),
        ("2027-03-01", 2, &stopped),
    ] {
        assert!(!watched.world.run("lapse", on).red);
        assert_eq!((watched.status(number), watched.authorised(number, on)), *expected, "{number} on {on}");
    }
    // Half past midnight in summer is still yesterday by the machine's clock.
    let known = Known::new();
    known.world.sql("UPDATE interviews SET starts_at = '2027-06-30 23:30:00'");
    let client = client(&known.world.test);
    let officer = Asker::new(&client, &known.world.test, Some(known.token(known.user("officer")).reveal().to_owned()));
    let page = officer.get(&known.address("/interviews/{interview}")).body;
    assert!(page.contains("1 July 2027") && page.contains("00:30") && !page.contains("30 June"), "{page}");
}
