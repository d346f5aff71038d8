//! The public check: authorised or not, live, with nothing that a school does not need, and one page for all that is dead.

use chaperone::domain::{command, signing};
use chaperone::types::{BadgeCause, BadgeId, PersonId};
use proptest::prelude::*;
use rocket::http::{ContentType, Header};

use crate::support::account::clock;
use crate::support::badge::{badges, give_photo, issued, jpeg, officer};
use crate::support::browser::Browser;
use crate::support::database::TestDb;
use crate::support::desk::Desk;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::person;

struct Gate {
    desk: Desk,
    browser: Browser,
    whose: PersonId,
    badge: BadgeId,
}

impl Gate {
    fn new() -> Gate {
        let desk = Desk::of(&[
            person(1, FIRM).with("forename", "Amina Grace").with("surname", "Okafor"),
            person(2, OTHER_FIRM),
        ]);
        let test = &desk.world.test;
        let (who, whose) = (officer(test), desk.id("T00001"));
        give_photo(test, &who, whose, &jpeg());
        let badge = issued(test, &who, whose, FIRM, BadgeCause::New);
        Gate { browser: Browser::new(test), desk, whose, badge }
    }

    fn test(&self) -> &TestDb {
        &self.desk.world.test
    }

    fn opaque(&self) -> String {
        badges(self.test(), self.whose)[0].opaque.clone().unwrap()
    }

    fn path(&self) -> String {
        let seal = self.test().db.seal().clone();
        format!("/b/{}", self.test().db.read(|c| signing::token(c, &seal, &self.opaque())).unwrap())
    }

    fn is_authorised(&self) -> bool {
        let page = self.browser.get(&self.path());
        assert_eq!(page.status.code, 200);
        let yes = page.body.contains("✓ Authorised");
        assert_ne!(yes, page.body.contains("✗ Not authorised"));
        yes
    }

    fn typed(&self, number: &str, code: &str) -> (u16, String) {
        let body = format!("number={number}&code={code}");
        let request = self.browser.client.post("/b").header(ContentType::Form).body(body);
        let answer = request.header(Header::new("Sec-Fetch-Site", "same-origin")).dispatch();
        (answer.status().code, answer.into_string().unwrap())
    }

    fn number(&self) -> String {
        badges(self.test(), self.whose)[0].number.clone()
    }
}

#[test]
fn a_school_is_shown_what_it_needs_and_nothing_else() {
    let gate = Gate::new();
    let answer = gate.browser.client.get(gate.path()).dispatch();
    let headers: String = answer.headers().iter().map(|one| format!("{one}\n")).collect();
    let header = |name: &str| answer.headers().get_one(name).unwrap_or_default().to_owned();
    assert_eq!((header("X-Robots-Tag"), header("Cache-Control")), ("noindex, nofollow".into(), "no-store".into()));
    assert_eq!((header("Referrer-Policy"), header("Set-Cookie")), ("strict-origin".into(), String::new()));
    let body = answer.into_string().unwrap();
    for said in [
        "Amina O.",
        "Passenger assistant",
        FIRM,
        &gate.number(),
        "As at 22 November 2026",
        "data:image/jpeg;base64,",
        "noindex",
    ] {
        assert!(body.contains(said), "{said}");
    }
    let number =
        gate.desk.world.test.db.read(|c| chaperone::store::dbs::certificate::of_people(c, &[gate.whose])).unwrap()[0]
            .number
            .clone();
    // The picture's letters are nobody's words.
    let (before, rest) = body.split_once("base64,").unwrap();
    let body = format!("{before}{}", rest.split_once('"').unwrap().1);
    for hidden in ["Okafor", "Grace", "DBS", "1980", "T00001", number.as_str(), "http://", "https://"] {
        assert!(!body.contains(hidden) && !headers.contains(hidden), "{hidden}");
    }
}

#[test]
fn whatever_stops_the_person_or_the_badge_turns_the_next_check() {
    let undone = [
        ("a lapse", "UPDATE evidence SET valid_from = '2020-01-01' WHERE kind = 'training'"),
        ("an ended engagement", "UPDATE engagements SET ends_on = '2026-11-21'"),
        ("a revocation", "UPDATE badges SET state = 'revoked' WHERE origin = 'recorded'"),
        ("a suspension", "UPDATE badges SET state = 'suspended' WHERE origin = 'recorded'"),
        ("an expiry", "UPDATE badges SET expires_on = '2026-11-21' WHERE origin = 'recorded'"),
        (
            "a hold",
            "INSERT INTO holds (person_id, code, starts_on, reason, placed_by, placed_at) SELECT id, 'other', '2026-11-22', 'x', 1, '2026-11-22 09:00:00' FROM people",
        ),
    ];
    for (what, statement) in undone {
        let gate = Gate::new();
        assert!(gate.is_authorised(), "before {what}");
        gate.desk.world.sql(statement);
        assert!(!gate.is_authorised(), "after {what}");
    }
}

#[test]
fn every_dead_badge_and_every_bad_token_is_the_same_page() {
    let gate = Gate::new();
    let (live, other) = (gate.path(), Gate::new());
    let seal = gate.test().db.seal().clone();
    let nobodys = gate.test().db.read(|c| signing::token(c, &seal, &signing::new_opaque())).unwrap();
    let mut edited = live.clone();
    let last = if edited.pop() == Some('A') { 'B' } else { 'A' };
    edited.push(last);
    let page = |path: &str| {
        let answer = gate.browser.client.get(path.to_owned()).dispatch();
        let mut headers: Vec<String> = answer.headers().iter().map(|one| one.to_string()).collect();
        headers.retain(|one| !one.to_lowercase().starts_with("x-request-id"));
        headers.sort();
        (answer.status().code, headers, answer.into_string().unwrap())
    };
    let unknown = page("/b/nothing");
    for path in [&edited, &live[..live.len() - 9], &other.path(), &format!("/b/{nobodys}"), "/b/AAAA"] {
        assert_eq!(page(path), unknown, "{path}");
    }
    let id = gate.badge;
    for state in ["suspended", "revoked", "lost", "returned", "superseded"] {
        gate.desk.world.sql(&format!("UPDATE badges SET state = '{state}' WHERE id = {id}"));
        assert_eq!(page(&live), unknown, "{state}");
    }
    gate.desk.world.sql(&format!("UPDATE badges SET state = 'live' WHERE id = {id}"));
    gate.desk.hold(gate.whose, "Told us of an arrest at work");
    assert_eq!(page(&live), unknown, "held");
    for said in ["Amina", FIRM, "Passenger", "T00001", "C0"] {
        assert!(!unknown.2.contains(said), "{said}");
    }
}

#[test]
fn a_retired_keys_squares_are_dead_until_printed_again() {
    let gate = Gate::new();
    let printed = gate.path();
    let key = gate.test().db.read(signing::public_keys).unwrap()[0].0;
    command::run(&gate.test().db, chaperone::types::UserId::SYSTEM, &clock(), |tx| {
        signing::retire(tx, key, "A laptop was stolen")
    })
    .unwrap();
    assert!(gate.browser.get(&printed).body.contains("Not authorised"));
    assert!(gate.is_authorised(), "printed again");
}

#[test]
fn number_and_code_do_as_well_and_guessing_is_slowed() {
    let gate = Gate::new();
    let code = signing::card_code(gate.test().db.seal(), &gate.opaque());
    let (status, body) = gate.typed(&gate.number().to_lowercase(), &code.to_lowercase());
    assert!(status == 200 && body.contains("✓ Authorised"));
    assert!(body.contains("href=\"/b/concern\"") && !body.contains("?concern"));
    let dead = gate.typed(&gate.number(), "AAAAAA");
    assert!(dead.0 == 200 && dead.1.contains("Not authorised") && dead.1.contains("href=\"/b/concern\""));
    assert_eq!(gate.typed("C999999", &code), dead);
    assert_eq!(gate.typed("", "").0, 422);
    let codes: Vec<u16> = (0..14).map(|_| gate.typed(&gate.number(), "AAAAAA").0).collect();
    assert_eq!(codes.last(), Some(&429));
    assert_eq!(gate.typed(&gate.number(), &code).0, 429);
    assert!(gate.is_authorised(), "the square still works");
}

#[test]
fn wrong_numbers_keep_no_right_code_waiting_and_fill_no_table() {
    let gate = Gate::new();
    let code = signing::card_code(gate.test().db.seal(), &gate.opaque());
    let codes: Vec<u16> = (0..40).map(|at| gate.typed(&format!("C9{at:05}"), "AAAAAA").0).collect();
    assert_eq!(codes.last(), Some(&429));
    let counted = |number: &str| {
        let bucket = gate.test().db.seal().fingerprint("badge number", number);
        gate.test().db.read(|c| chaperone::store::signin::failures(c, &bucket)).unwrap().is_some()
    };
    assert!(counted("C900000") && !counted("C900039"));
    let (status, body) = gate.typed(&gate.number(), &code);
    assert!(status == 200 && body.contains("✓ Authorised"));
    for _ in 0..14 {
        assert_eq!(gate.typed(&gate.number(), "AAAAAA").0, 429);
    }
    assert_eq!(gate.typed(&gate.number(), &code).0, 429, "guesses count though the network waits");
}

#[test]
fn conditions_that_are_not_of_the_list_are_not_read_at_the_gate() {
    use chaperone::domain::badge_check::conditions::{CONDITIONS, OTHERS};
    let gate = Gate::new();
    let typed = "Monthly meetings after what happened in 2019";
    gate.desk.world.sql(&format!("UPDATE approvals SET conditions = '{typed}', conditions_until = '2027-01-01'"));
    let body = gate.browser.get(&gate.path()).body;
    assert!(body.contains(OTHERS) && !body.contains("Monthly") && !body.contains("2019"));
    gate.desk.world.sql(&format!("UPDATE approvals SET conditions = '{}.'", CONDITIONS[1].to_uppercase()));
    let body = gate.browser.get(&gate.path()).body;
    assert!(body.contains(CONDITIONS[1]) && !body.contains(OTHERS));
}

#[test]
fn an_imported_badge_is_checked_by_nobody_here() {
    let desk = Desk::of(&[person(1, FIRM).with("badge_number", "B000001"), person(9, OTHER_FIRM)]);
    let worn = badges(&desk.world.test, desk.id("T00001"));
    assert_eq!((worn.len(), worn[0].opaque.clone()), (1, None));
    let gate = Gate::new();
    assert!(gate.typed("B000001", "000000").1.contains("Not authorised"));
}

#[test]
fn a_phone_without_a_connection_has_the_keys_and_the_dead_numbers_hashed() {
    let gate = Gate::new();
    let key = gate.test().db.read(signing::public_keys).unwrap()[0].1.clone();
    assert!(gate.browser.get("/verify").body.contains(&key));
    assert_eq!(gate.browser.get("/verify/dead.json").status.code, 303);
    assert_eq!(gate.desk.firm.get("/verify/dead.json").status.code, 404);
    let list = |gate: &Gate| gate.desk.officer.get("/verify/dead.json").body;
    let number = gate.number();
    let mark = |json: &str| {
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        chaperone::domain::badge_check::dead_mark(value["key"].as_str().unwrap(), &number)
    };
    let before = list(&gate);
    assert!(!before.contains(&mark(&before)) && !before.contains(&number) && before.contains("2026-11-23"));
    gate.desk.world.sql("UPDATE engagements SET ends_on = '2026-11-22'");
    let tomorrow = list(&gate);
    assert!(tomorrow.contains(&mark(&tomorrow)), "dead on the list's last day");
    gate.desk.world.sql("UPDATE engagements SET ends_on = NULL");
    gate.desk.hold(gate.whose, "Told us of an arrest at work");
    let after = list(&gate);
    assert!(after.contains(&mark(&after)) && !after.contains(&number));
}

/// What may happen to somebody and their badge: each line is undone by the one beside it.
const HISTORY: [[&str; 2]; 5] = [
    ["UPDATE engagements SET ends_on = NULL", "UPDATE engagements SET ends_on = '2026-11-21'"],
    [
        "UPDATE badges SET state = 'live' WHERE origin = 'recorded'",
        "UPDATE badges SET state = 'revoked' WHERE origin = 'recorded'",
    ],
    ["UPDATE approvals SET ended_on = NULL", "UPDATE approvals SET ended_on = '2026-11-20'"],
    ["UPDATE dbs_certificates SET issued_on = '2026-06-01'", "UPDATE dbs_certificates SET issued_on = '2020-01-01'"],
    [
        "UPDATE holds SET lifted_on = '2026-11-22'",
        "INSERT INTO holds (person_id, code, starts_on, reason, placed_by, placed_at) SELECT id, 'other', '2026-11-22', 'x', 1, '2026-11-22 09:00:00' FROM people",
    ],
];

#[test]
fn no_history_makes_a_badge_authorised_while_its_person_is_not_cleared() {
    use chaperone::domain::badge_check::{By, check};
    use chaperone::domain::clearance::{clearance, dossiers};
    let gate = Gate::new();
    let seal = gate.test().db.seal().clone();
    let by = By::Token(gate.path().trim_start_matches("/b/").to_owned());
    let expires_on = badges(gate.test(), gate.whose)[0].expires_on;
    let seen = std::cell::Cell::new([0; 2]);
    // What happens, whether it is the bad or the good of it, and how many days then pass.
    let step = (0..HISTORY.len(), prop::bool::weighted(0.3), 0..200_i64);
    proptest!(ProptestConfig::with_cases(48), |(steps in prop::collection::vec(step, 1..8))| {
        let (mut is_bad, mut today) = ([false; HISTORY.len()], clock().today());
        for [good, _] in HISTORY {
            gate.desk.world.sql(good);
        }
        for (which, bad, days) in steps {
            if is_bad[which] != bad {
                gate.desk.world.sql(HISTORY[which][usize::from(bad)]);
                is_bad[which] = bad;
            }
            for today in [today, today + chrono::TimeDelta::days(days)] {
                let (cleared, shown) = gate.test().db.read(|c| {
                    let policies = chaperone::domain::policy::published(c)?;
                    let dossier = dossiers(c, &[gate.whose])?.pop().unwrap();
                    let found = clearance(&policies, "passenger_assistant", &dossier, today);
                    Ok((found.is_cleared(), check(c, &seal, &by, today)?.is_some()))
                }).unwrap();
                let [left, dead, ended, stale, held] = is_bad;
                prop_assert!(!cleared || !(ended || stale || held));
                prop_assert_eq!(shown, cleared && !left && !dead && today <= expires_on, "on {}", today);
                let mut count = seen.get();
                count[usize::from(shown)] += 1;
                seen.set(count);
            }
            today += chrono::TimeDelta::days(days);
        }
        prop_assert!(!gate.is_authorised() || is_bad == [false; HISTORY.len()]);
    });
    assert!(seen.get().iter().all(|count| *count > 20), "both answers are met: {:?}", seen.get());
}
