//! Letters that wait are sent, and whatever a mail server does, none is lost and each is in the state it should be.

use chaperone::clock::Clock;
use chaperone::domain::command;
use chaperone::domain::letter::render::SetPasswordParams;
use chaperone::store::outbox::{self, NewLetter};
use chaperone::types::{At, OutboxState};

use crate::support::database::day;
use crate::support::mail_sink::{Act, Rule, Stage};
use crate::support::world::{START, World, address, person};

const FIRMS: [&str; 3] = ["Alpha Cars", "Beta Coaches", "Gamma Travel"];

/// Three letters waiting.
fn waiting() -> World {
    let due = |n: usize| person(n as u32, FIRMS[n]).with("first_aid_date", "2023-12-02");
    let world = World::of(&[due(0), due(1), due(2)]);
    world.run("remind", START);
    world
}

fn ids(world: &World) -> Vec<String> {
    let mut ids: Vec<String> = world.sink.messages().iter().map(|letter| letter.message_id().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn a_server_that_is_down_loses_nothing_and_the_rest_do_not_count_a_try() {
    let mut world = waiting();
    world.sink.stop();
    let outcome = world.run("deliver", START);
    assert_eq!((outcome.done, outcome.red), (0, false), "{}", outcome.detail);
    assert!(outcome.detail.contains("does not answer"), "{}", outcome.detail);
    let letters = world.outbox();
    assert_eq!(letters.iter().map(|letter| letter.attempts).collect::<Vec<_>>(), [1, 0, 0]);
    assert!(letters.iter().all(|letter| letter.state == OutboxState::Pending && letter.body_text.is_some()));
    assert!(letters[0].last_error.as_deref().is_some_and(|why| !why.contains('@')));
    world.sink.restart();
    world.run("deliver", "2026-11-23");
    assert_eq!(world.sink.take().len(), 3);
    assert_eq!(world.states(), [OutboxState::Sent; 3]);
    assert_eq!(world.run("deliver", "2026-11-23").done, 0);
}

#[test]
fn a_server_that_says_later_is_asked_again() {
    let world = waiting();
    world.sink.script([Rule::at(Stage::Rcpt, Act::Reply("451 4.3.0 try later")).to(&address(FIRMS[1])).times(1)]);
    world.run("deliver", START);
    assert_eq!(world.states(), [OutboxState::Sent, OutboxState::Pending, OutboxState::Sent]);
    assert_eq!(world.outbox()[1].last_error.as_deref(), Some("451 4.3.0 try later"));
    assert_eq!(world.run("deliver", START).done, 0, "not before its wait is over");
    world.run("deliver", "2026-11-23");
    assert_eq!(world.states(), [OutboxState::Sent; 3]);
    assert_eq!(world.sink.take().len(), 3);
}

#[test]
fn a_refused_letter_is_failed_and_a_task() {
    let world = waiting();
    world.sink.script([Rule::at(Stage::Rcpt, Act::Reply("550 5.1.1 no such user")).to(&address(FIRMS[1]))]);
    world.run("deliver", START);
    world.run("deliver", "2026-11-23");
    assert_eq!(world.states(), [OutboxState::Sent, OutboxState::Failed, OutboxState::Sent]);
    assert_eq!(world.tasks(), ["bounced_letter"]);
    assert_eq!(world.sink.take().len(), 2);
}

#[test]
fn a_second_contact_who_is_refused_is_a_task_and_the_first_has_the_letter() {
    let world = World::of(&[person(1, FIRMS[0]).with("first_aid_date", "2023-11-01")]);
    world.change_firm(FIRMS[0], |firm| firm.second_email = "second@alpha.example.org".into());
    world.sink.script([Rule::at(Stage::Rcpt, Act::Reply("550 no")).to("second@alpha.example.org")]);
    assert_eq!(world.told(START), [address(FIRMS[0])]);
    assert_eq!((world.states(), world.tasks()), (vec![OutboxState::Sent], vec!["bounced_letter".to_owned()]));
}

#[test]
fn a_lost_acknowledgement_costs_one_duplicate_of_the_same_name_and_bytes() {
    let world = waiting();
    world.sink.script([Rule::at(Stage::End, Act::KeepAndDrop).nth(2)]);
    world.run("deliver", START);
    assert_eq!(world.states(), [OutboxState::Sent, OutboxState::Pending, OutboxState::Sent]);
    // What the letter says is settled: a renewal in between changes nothing of it.
    world.import("2026-11-23", &[person(1, FIRMS[1]).with("first_aid_date", "2026-11-22")]);
    world.run("deliver", "2026-11-23");
    let mut names = ids(&world);
    assert_eq!(names.len(), 4);
    names.dedup();
    assert_eq!(names.len(), 3);
    let to_second: Vec<_> = world.sink.take().into_iter().filter(|letter| letter.to[0] == address(FIRMS[1])).collect();
    assert_eq!((to_second.len(), &to_second[0].raw), (2, &to_second[1].raw));
}

#[test]
fn a_dead_claim_is_taken_over_when_its_lease_is_out() {
    let world = waiting();
    world.run("deliver", START);
    let first = world.sink.take();
    // As if the process had died between the relay's answer and its own note of it.
    world.sql("UPDATE outbox SET state = 'sending', lease_key = 'dead', sent_at = NULL WHERE id = (SELECT MIN(id) FROM outbox)");
    assert_eq!(world.run("deliver", START).done, 0, "the lease still holds");
    world.run("deliver", "2026-11-23");
    let again = world.sink.take();
    assert_eq!((again.len(), &again[0].raw), (1, &first[0].raw));
    assert_eq!(world.states(), [OutboxState::Sent; 3]);
}

#[test]
fn a_letter_is_given_up_after_its_tries() {
    let world = waiting();
    world.sql("UPDATE outbox SET attempts = 119");
    world.sink.script([Rule::at(Stage::Mail, Act::Reply("421 4.7.0 come back")).times(1)]);
    let outcome = world.run("deliver", START);
    assert_eq!(outcome.failed, 1, "{}", outcome.detail);
    assert_eq!(world.states(), [OutboxState::Failed, OutboxState::Sent, OutboxState::Sent]);
    assert_eq!(world.tasks(), ["bounced_letter"]);
}

#[test]
fn one_connection_serves_a_run() {
    let world = waiting();
    world.run("deliver", START);
    assert_eq!((world.sink.messages().len(), world.sink.connections()), (3, 1));
}

#[test]
fn a_password_link_is_forgotten_when_it_has_left() {
    let world = World::new();
    let clock = Clock::Fixed(day(START));
    let params = SetPasswordParams {
        name: "Ola".into(),
        path: "/password/t0ken".into(),
        expires: At::new("2026-11-25T09:00:00Z".parse().unwrap()),
        invited: true,
    };
    let params = serde_json::to_string(&params).unwrap();
    let letter = NewLetter {
        letter: "set_password",
        to: "ola@council.example.org",
        cc: "",
        contractor: None,
        user: None,
        person: None,
        params,
    };
    command::write_untrailed(&world.test.db, &clock, |tx| outbox::put(tx, &letter)).unwrap();
    world.run("deliver", START);
    assert!(world.sink.take()[0].text.contains("http://127.0.0.1:8000/password/t0ken"));
    let [row] = &world.outbox()[..] else { panic!("one letter") };
    assert_eq!(
        (row.state, row.params.as_str(), &row.body_text, &row.body_html),
        (OutboxState::Sent, "{}", &None, &None)
    );
}

#[test]
fn while_a_letter_is_not_on_record_no_other_is_handed_over() {
    let world = waiting();
    let (make, drop) = if world.test.is_postgres() {
        (
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.state = 'sent' THEN RAISE \
             EXCEPTION 'refused'; END IF; RETURN NEW; END $$; \
             CREATE TRIGGER refused BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()",
            "DROP TRIGGER refused ON outbox",
        )
    } else {
        (
            "CREATE TRIGGER refused BEFORE UPDATE ON outbox WHEN NEW.state = 'sent' \
             BEGIN SELECT RAISE(ABORT, 'refused'); END",
            "DROP TRIGGER refused",
        )
    };
    world.sql(make);
    assert!(world.run("deliver", START).red);
    assert_eq!(world.sink.messages().len(), 1, "the second letter's words were held back");
    world.sql(drop);
    world.run("deliver", "2026-11-23");
    assert_eq!(world.states(), [OutboxState::Sent; 3]);
    let mut names = ids(&world);
    assert_eq!(names.len(), 4, "one duplicate for one failure");
    names.dedup();
    assert_eq!(names.len(), 3);
}
