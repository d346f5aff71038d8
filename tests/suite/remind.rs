//! Each firm that newly owes something is written to once; the others are not.

use std::collections::BTreeSet;

use chaperone::cli::demo;
use chaperone::domain::{clearance, policy, reminder};
use chaperone::store::clearance as store_clearance;
use chaperone::types::{ContractorStatus, OutboxState, PersonId};

use crate::support::database::day;
use crate::support::world::{START, World, address, person, surname};

#[test]
fn a_firm_that_owes_has_one_letter_and_the_others_none() {
    let world = World::of(&[
        person(1, "Alpha Cars").with("first_aid_date", "2023-11-30"),
        person(2, "Alpha Cars").with("safeguarding_training_date", "2023-01-10"),
        person(3, "Beta Coaches"),
        person(4, "Gamma Travel").with("pats_date", "2023-01-05"),
    ]);
    let letters = world.night("2026-11-23");
    let mut told: Vec<&str> = letters.iter().map(|letter| letter.to[0].as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, [address("Alpha Cars"), address("Gamma Travel")]);
    let alpha = letters.iter().find(|letter| letter.to[0] == address("Alpha Cars")).unwrap();
    assert!(alpha.text.contains("Ann Personb") && alpha.text.contains("Ann Personc"), "{}", alpha.text);
    assert!(!alpha.text.contains("Persond") && !alpha.text.contains("Persone"));
    assert_eq!(world.told("2026-11-23"), Vec::<String>::new(), "a second run sends nothing");
    assert_eq!(world.told("2026-11-24"), Vec::<String>::new(), "nor does a day on which nothing is new");
}

#[test]
fn ten_days_later_only_a_crossed_lead_is_told() {
    let world = World::of(&[
        // Due 30 November 2026: 14 days are reached at once, the day itself later.
        person(1, "Alpha Cars").with("first_aid_date", "2023-11-30"),
        // Due 1 March 2027: 90 days before is 1 December.
        person(2, "Beta Coaches").with("first_aid_date", "2024-03-01"),
        // Due 1 February 2027: told at 90; 60 days before is 3 December.
        person(3, "Gamma Travel").with("first_aid_date", "2024-02-01"),
    ]);
    assert_eq!(world.told("2026-11-22"), [address("Alpha Cars"), address("Gamma Travel")]);
    assert_eq!(world.told("2026-12-02"), [address("Alpha Cars"), address("Beta Coaches")]);
    assert_eq!(world.told("2026-12-03"), [address("Gamma Travel")]);
}

#[test]
fn a_renewal_re_arms_by_itself() {
    let due = person(1, "Alpha Cars").with("first_aid_date", "2023-12-01");
    let world = World::of(std::slice::from_ref(&due));
    assert_eq!(world.told("2026-11-22").len(), 1);
    world.import("2026-11-25", &[due.with("first_aid_date", "2026-11-24")]);
    assert_eq!(world.told("2026-12-01").len(), 0, "the old due day is forgotten");
    assert_eq!(world.told("2029-08-26").len(), 1, "ninety days before the new one");
}

#[test]
fn a_week_without_a_run_costs_one_letter_not_more() {
    // Due 1 December 2026. The leads at 60 and 30 days passed before the register began.
    let world = World::of(&[person(1, "Alpha Cars").with("first_aid_date", "2023-12-01")]);
    let letters = world.night("2026-12-07");
    assert_eq!(letters.len(), 1);
    assert!(letters[0].text.contains("was due by 1 December 2026"), "{}", letters[0].text);
    assert_eq!(world.told("2026-12-08").len(), 0);
}

#[test]
fn letters_that_waited_a_week_go_as_one() {
    let world = World::of(&[
        person(1, "Alpha Cars").with("first_aid_date", "2023-12-06"),
        person(2, "Alpha Cars").with("first_aid_date", "2024-02-25"),
    ]);
    for on in ["2026-11-22", "2026-11-27", "2026-12-06"] {
        world.run("remind", on);
    }
    let letters = world.night("2026-12-07");
    assert_eq!(letters.len(), 1);
    assert!(letters[0].text.contains("was due by 6 December 2026"), "{}", letters[0].text);
}

#[test]
fn what_was_mended_before_the_letter_left_is_not_told() {
    let due = person(1, "Alpha Cars").with("first_aid_date", "2023-12-06");
    let world = World::of(std::slice::from_ref(&due));
    world.run("remind", "2026-11-22");
    world.import("2026-11-22", &[due.with("first_aid_date", "2026-11-21")]);
    world.run("deliver", "2026-11-22");
    assert_eq!(world.sink.take().len(), 0);
    assert_eq!(world.states(), [OutboxState::Unneeded]);
}

#[test]
fn somebody_imported_late_is_told_of_once_not_four_times() {
    let world = World::of(&[person(1, "Alpha Cars")]);
    assert_eq!(world.told("2026-11-22").len(), 0);
    world.import("2026-11-25", &[person(2, "Alpha Cars").with("first_aid_date", "2023-12-02")]);
    let sent: usize = ["2026-11-25", "2026-11-26", "2026-11-27"].iter().map(|on| world.told(on).len()).sum();
    assert_eq!(sent, 1);
}

#[test]
fn the_second_contact_is_copied_at_the_last_leads_only() {
    let world = World::of(&[person(1, "Alpha Cars").with("first_aid_date", "2024-01-15")]);
    world.change_firm("Alpha Cars", |firm| firm.second_email = "second@alpha.example.org".into());
    let copied = |on| world.night(on).iter().map(|letter| letter.to.len() == 2).collect::<Vec<_>>();
    assert_eq!(copied("2026-11-22"), [false], "at 60 days");
    assert_eq!(copied("2026-12-16"), [false], "at 30");
    assert_eq!(copied("2027-01-01"), [true], "at 14");
    assert_eq!(copied("2027-01-15"), [true], "on the day");
}

#[test]
fn a_firm_without_an_address_is_a_task_and_is_not_asked_of_again() {
    let world = World::of(&[person(1, "Alpha Cars").with("first_aid_date", "2023-12-02")]);
    world.change_firm("Alpha Cars", |firm| firm.email = String::new());
    assert_eq!(world.told("2026-11-22").len(), 0);
    assert_eq!(world.tasks(), ["no_address"]);
    assert_eq!(world.run("remind", "2026-11-22").done, 0);
    world.change_firm("Alpha Cars", |firm| firm.status = ContractorStatus::Ended);
    assert_eq!(world.told("2026-12-02").len(), 0, "a firm the council has left is told nothing");
}

#[test]
fn what_stays_open_a_week_after_its_day_becomes_the_teams() {
    let world = World::of(&[person(1, "Alpha Cars").with("first_aid_date", "2020-12-02")]);
    world.night("2026-11-22");
    assert_eq!(world.tasks(), Vec::<String>::new());
    world.night("2026-11-28");
    assert_eq!(world.tasks(), Vec::<String>::new());
    world.night("2026-11-29");
    assert_eq!(world.tasks(), ["escalation"]);
    world.night("2026-11-30");
    assert_eq!(world.tasks(), ["escalation"], "once");
    world.import("2026-12-01", &[person(1, "Alpha Cars").with("first_aid_date", "2026-11-30")]);
    world.night("2026-12-01");
    assert_eq!(world.tasks(), Vec::<String>::new(), "closed when it heals");
}

#[test]
fn what_only_the_council_can_settle_is_told_once_in_the_same_words() {
    let world = World::of(&[
        // A trace without a decision, new information, and a refusal.
        person(1, "Alpha Cars").with("dbs_trace", "yes"),
        person(2, "Beta Coaches")
            .with("update_service_joined", "2026-06-20")
            .with("update_service_last_check", "2026-11-01")
            .with("update_service_result", "changed"),
        person(3, "Gamma Travel")
            .with("dbs_trace", "yes")
            .with("suitability_outcome", "unsuitable")
            .with("suitability_date", "2026-07-01"),
        // No approval: the badge ran out before the register began.
        person(4, "Delta Minibuses").with("badge_expiry", "2026-08-01").with("badge_issued", "2023-08-01"),
    ]);
    let letters = world.night("2026-11-22");
    assert_eq!(letters.len(), 4);
    for letter in &letters {
        // A refusal is told as a fact, as the page tells it; all else waits for the council.
        let is_refused = letter.to[0] == address("Gamma Travel");
        assert_eq!(letter.text.contains("  - Not approved"), is_refused, "{}", letter.text);
        assert_eq!(letter.text.contains("  - With the council"), !is_refused, "{}", letter.text);
        for word in ["trace", "nsuitable", "decision", "information", "hold"] {
            assert!(!letter.text.contains(word), "{word}: {}", letter.text);
        }
    }
    assert_eq!(world.told("2026-11-23").len(), 0);
    assert_eq!(world.told("2026-12-23").len(), 0);
}

#[test]
fn namesakes_are_told_apart_and_what_stops_nobody_stands_last() {
    let pat = |number| person(number, "Alpha Cars").with("surname", "Patel");
    let world = World::of(&[
        pat(1).with("first_aid_date", "2023-11-20"),
        pat(2),
        // Joined, and no consent on file.
        person(3, "Alpha Cars").with("update_service_joined", "2026-06-20"),
    ]);
    let letters = world.night("2026-11-23");
    let [letter] = &letters[..] else { panic!("{} letters", letters.len()) };
    let due = "Ann Patel (T00001), Passenger assistant\n  - Emergency first aid: was due by 20 November 2026; may work until 4\n    December 2026 unless we have this\n";
    assert!(letter.text.contains(due), "{}", letter.text);
    let also = "DBS Update Service: signed consent to status checks needed\n  - Ann Persond, Passenger assistant\n";
    assert!(letter.text.contains(also), "{}", letter.text);
    assert_eq!(letter.header("Subject"), "1 member of staff cannot work from 5 December 2026");
    assert!(!letter.text.contains("T00002") && letter.text.contains("We write on working days"));
}

#[test]
fn a_firm_that_fails_costs_only_itself_and_is_written_to_the_next_time() {
    let due = |number, firm| person(number, firm).with("first_aid_date", "2023-12-02");
    let world = World::of(&[due(1, "Alpha Cars"), due(2, "Beta Coaches"), due(3, "Gamma Travel")]);
    let refuse = if world.test.is_postgres() {
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.to_email LIKE 'office@beta%' THEN \
         RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $$; \
         CREATE TRIGGER refused BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()"
    } else {
        "CREATE TRIGGER refused BEFORE INSERT ON outbox WHEN NEW.to_email LIKE 'office@beta%' \
         BEGIN SELECT RAISE(ABORT, 'refused'); END"
    };
    world.sql(refuse);
    let outcome = world.run("remind", "2026-11-22");
    assert_eq!((outcome.done, outcome.failed, outcome.red), (2, 1, true), "{}", outcome.detail);
    world.sql(if world.test.is_postgres() { "DROP TRIGGER refused ON outbox" } else { "DROP TRIGGER refused" });
    let outcome = world.run("remind", "2026-11-22");
    assert_eq!((outcome.done, outcome.failed, outcome.red), (1, 0, false), "{}", outcome.detail);
}

#[test]
fn two_processes_at_once_neither_double_nor_lose_a_letter() {
    let lines: Vec<_> =
        (0..60).map(|n| person(n, &format!("Firm {}", surname(n / 2))).with("first_aid_date", "2023-12-02")).collect();
    let world = World::of(&lines);
    let both = |job: &str| {
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| assert!(!world.run(job, "2026-11-22").red));
            }
        });
    };
    both("remind");
    both("deliver");
    let mut told: Vec<String> = world.sink.take().iter().map(|letter| letter.to[0].clone()).collect();
    told.sort();
    let mut owed: Vec<String> = (0..30).map(|n| address(&format!("Firm {}", surname(n)))).collect();
    owed.sort();
    assert_eq!(told, owed);
}

#[test]
fn the_rule_over_kept_rows_agrees_with_what_a_firm_sees() {
    let world = World::new();
    let mut csv = Vec::new();
    demo::write_csv(&mut csv, demo::register(400, 7, day(START))).unwrap();
    world.import_csv(START, &csv);
    for on in [START, "2027-01-20"] {
        let (today, db) = (day(on), &world.test.db);
        world.run("lapse", on);
        let found = db.read(|conn| reminder::owed(conn, today)).unwrap();
        let found: BTreeSet<_> =
            found.into_iter().flat_map(|(firm, owed)| owed.into_iter().map(move |one| (firm, one.key))).collect();
        let seen = db
            .read(|conn| {
                let policies = policy::published(conn)?;
                let people = store_clearance::people_after(conn, PersonId(0), 10_000)?;
                let mut keys = BTreeSet::new();
                for dossier in clearance::dossiers(conn, &people)? {
                    for work in dossier.engagements.iter().filter(|work| work.starts_on <= today) {
                        let standing = clearance::clearance(&policies, &work.role, &dossier, today);
                        let seen = clearance::outward(&standing, &dossier.holds, today);
                        let refused = dossier.decisions.iter().map(|decision| decision.decided_on).max();
                        let owed = reminder::keys(dossier.person, &seen, refused);
                        keys.extend(owed.into_iter().map(|key| (work.contractor_id, key)));
                    }
                }
                Ok(keys)
            })
            .unwrap();
        assert!(seen.len() > 100 && seen.iter().any(|(_, key)| key.requirement == reminder::COUNCIL));
        assert_eq!(found, seen, "on {on}");
    }
}
