//! Each firm that newly owes something is written to once; the others are not.

use crate::support::world::{World, address, person};

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
    let world = World::of(&[due.clone()]);
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
    assert!(letters[0].text.contains("out of date since 2 December 2026"), "{}", letters[0].text);
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
    assert!(letters[0].text.contains("out of date since 7 December 2026"), "{}", letters[0].text);
}

#[test]
fn what_was_mended_before_the_letter_left_is_not_told() {
    let due = person(1, "Alpha Cars").with("first_aid_date", "2023-12-06");
    let world = World::of(&[due.clone()]);
    world.run("remind", "2026-11-22");
    world.import("2026-11-22", &[due.with("first_aid_date", "2026-11-21")]);
    world.run("deliver", "2026-11-22");
    assert_eq!(world.sink.take().len(), 0);
    assert_eq!(world.states(), [chaperone::types::OutboxState::Unneeded]);
}
