//! What nobody may learn: personal values outside the pages they belong on, reasons and traces on the pages of those
//! who may not see them, another firm's people, and whether a cleared person once had a trace.

use chaperone::domain::command;
use chaperone::domain::hold::{NewHold, place};
use chaperone::types::{HoldCode, PersonId};
use rocket::http::Method;
use rocket::local::blocking::Client;

use crate::log_lines;
use crate::matrix;
use crate::support::account::{clock, who};
use crate::support::asker::{Asker, Said, client};
use crate::support::known::{FIRM, KINDS, Known, OTHER_FIRM};
use crate::support::mail_sink::{Act, Rule, Stage};
use crate::support::world::{Line, START, World, person};

/// Values that occur nowhere else, one for each personal field.
const CANARIES: [&str; 12] = [
    "Zqfora",
    "Zqsura",
    "1971-03-17",
    "17 March 1971",
    "17/03/1971",
    "zqmail",
    "01632960731",
    "001299887766",
    "ZQLIC77",
    "zqreason",
    "zqcondition",
    "zqreference",
];

/// Somebody with a canary in every field, a trace, and a hold that is the police's business.
fn seeded() -> Known {
    let first = person(1, FIRM)
        .with("forename", "Zqfora")
        .with("surname", "Zqsura")
        .with("date_of_birth", "1971-03-17")
        .with("email", "zqmail@zq.example.org")
        .with("phone", "01632960731")
        .with("dbs_certificate_number", "001299887766")
        .with("dbs_trace", "yes")
        .with("suitability_outcome", "suitable")
        .with("suitability_date", "2026-06-05")
        .with("first_aid_date", "2023-12-10");
    let known = Known::around(World::of(&[first, person(2, OTHER_FIRM), person(3, FIRM), person(3, OTHER_FIRM)]));
    let id = &known.names["person"];
    known.world.sql(&format!(
        "INSERT INTO authorities (code, name, folded_name) VALUES ('zz', 'Zedshire', 'zedshire');
         INSERT INTO licences (person_id, authority_id, licence_type, number, expires_on, origin, recorded_by, recorded_on, reason)
         SELECT {id}, MAX(id), 'dual', 'ZQLIC77', '2029-01-01', 'recorded', 1, '{START}', 'zqreason' FROM authorities;
         UPDATE evidence SET reason = 'zqreason', reference = 'zqreference' WHERE person_id = {id};
         UPDATE dbs_certificates SET reason = 'zqreason' WHERE person_id = {id};
         UPDATE decisions SET reason = 'zqreason' WHERE person_id = {id};
         UPDATE approvals SET reason = 'zqreason' WHERE person_id = {id};
         UPDATE waivers SET reason = 'zqreason', conditions = 'zqcondition' WHERE person_id = {id};
         UPDATE holds SET reason = 'zqreason', code = 'lado_or_police' WHERE person_id = {id}"
    ));
    let decider = known.user("decider");
    let by = who(&known.world.test, decider);
    let hold = NewHold { code: Some(HoldCode::Other), until: None, reason: "zqreason of the police".into() };
    let person = PersonId(id.parse().unwrap());
    command::run(&known.world.test.db, decider, &clock(), |tx| place(tx, &by, person, &hold)).unwrap();
    known
}

/// Everything a kind of user is told at every address of the matrix: pages, and forms with nothing in them.
fn walk(known: &Known, client: &Client, kind: &str) -> Vec<(String, Said)> {
    let token =
        known.users.iter().find(|(one, _)| *one == kind).map(|(_, user)| known.token(*user).reveal().to_owned());
    let asker = Asker::new(client, &known.world.test, token);
    let rows = matrix::rows().into_iter().filter(|row| row.route != "/sign-out");
    let told = rows.map(|row| {
        let path = known.address(&row.address);
        (format!("{} {path} as {kind}", row.verb), asker.ask(row.verb, &path, &[]))
    });
    told.collect()
}

fn everybody() -> impl Iterator<Item = &'static str> {
    KINDS.into_iter().chain(["nobody"])
}

#[test]
fn no_personal_value_is_in_a_log_an_address_a_figure_a_subject_or_a_refusal() {
    log_lines::keep();
    let known = seeded();
    let client = client(&known.world.test);
    let bounce = Act::Reply("550 5.1.1 <office@ashdowncars.example.org> Zqsura zqmail@zq.example.org unknown");
    known.world.sink.script([Rule::at(Stage::Rcpt, bounce).nth(1)]);
    for job in ["lapse", "remind", "deliver", "digest", "invariants", "anchor", "deliver"] {
        known.world.run(job, START);
    }
    for letter in known.world.sink.take() {
        for canary in CANARIES {
            let subject = letter.header("Subject");
            assert!(!subject.contains(canary), "{canary} in the subject {subject}");
        }
        assert!(!letter.raw.contains("zqreason") && !letter.text.contains("zqreason"));
    }
    for kind in everybody() {
        for (place, said) in walk(&known, &client, kind) {
            let told = said.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>();
            let refused = said.code >= 400 && said.code != 422;
            let quiet = refused || ["/metrics", "/health"].iter().any(|path| place.contains(path));
            for canary in CANARIES {
                assert!(!told.iter().any(|header| header.contains(canary)), "{canary} in the headers of {place}");
                assert!(!place.contains(canary), "{canary} in the address {place}");
                assert!(!quiet || !said.body.contains(canary), "{canary} in the answer of {place}");
            }
        }
    }
    let officer = Asker::new(&client, &known.world.test, Some(known.token(known.user("officer")).reveal().to_owned()));
    for canary in CANARIES {
        let found = officer.ask(Method::Post, "/people/search", &[("term", canary)]);
        assert_eq!(found.code, 303);
        assert!(!found.header("Location").contains(canary));
        assert_eq!(officer.get(found.header("Location")).code, 200);
        officer.get(&format!("/people/{canary}"));
        officer.get(&format!("/people?search={canary}&role={canary}&after={canary}"));
        officer.ask(Method::Post, "/people/new", &[("forename", canary), ("surname", canary), ("email", canary)]);
        officer.ask(Method::Post, "/sign-in", &[("email", canary), ("password", canary)]);
        officer.ask(Method::Post, "/password/forgotten", &[("email", canary)]);
    }
    for canary in CANARIES {
        let lines = log_lines::with(canary);
        assert!(lines.is_empty(), "{canary} in the log: {lines:#?}");
    }
}

#[test]
fn reasons_codes_and_traces_are_for_the_transport_team_alone() {
    let known = seeded();
    let client = client(&known.world.test);
    let hidden = ["zqreason", "lado", "police"];
    let outside = ["trace", "suitab", "suspend", "new information", "001299887766"];
    for kind in ["admin", "inspector", "auditor", "contractor", "other", "nobody"] {
        for (place, said) in walk(&known, &client, kind) {
            if ["/policy", "/criteria", "/assets/", "/reports/funnel"].iter().any(|public| place.contains(public)) {
                continue;
            }
            let text = said.body.to_lowercase();
            let firms = ["contractor", "other"].contains(&kind);
            for word in hidden.iter().chain(outside.iter().filter(|_| firms)) {
                assert!(!text.contains(word), "{word} at {place}");
            }
            let of_certificate =
                text.replace("stack trace", "").split(|c: char| !c.is_alphanumeric()).any(|w| w == "trace");
            assert!(!of_certificate, "trace at {place}");
        }
    }
    let officer = walk(&known, &client, "officer");
    let page =
        officer.iter().find(|(place, _)| place.ends_with(&known.address("/people/{person} as officer"))).unwrap();
    assert!(page.1.body.contains("zqreason") && page.1.body.contains("Trace"), "the canaries are there to be seen");
}

/// The addresses of every route about a person or a firm, with `id` and these values in its other places.
fn about(client: &Client, id: &str, fill: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut addresses: Vec<String> = Vec::new();
    for route in client.rocket().routes() {
        let mut parts: Vec<String> = Vec::new();
        for (place, part) in route.uri.path().trim_start_matches('/').split('/').enumerate() {
            match (place, part.strip_prefix('<')) {
                (1, Some(_)) => parts.push(id.to_owned()),
                (_, Some(name)) => parts.extend(fill(name.trim_end_matches('>'))),
                (_, None) => parts.push(part.to_owned()),
            }
        }
        let path = route.uri.path();
        let is_about = path.starts_with("/people/<id>") || path.starts_with("/contractors/<id>");
        if is_about && parts.len() == path.split('/').count() - 1 {
            addresses.push(format!("/{}", parts.join("/")));
        }
    }
    addresses.sort();
    addresses.dedup();
    addresses
}

const VERBS: [Method; 5] = [Method::Get, Method::Head, Method::Post, Method::Put, Method::Delete];

#[test]
fn another_firms_person_and_nobody_are_the_same_404_to_the_byte() {
    let known = Known::new();
    let client = client(&known.world.test);
    let asker = Asker::new(&client, &known.world.test, Some(known.token(known.user("contractor")).reveal().to_owned()));
    let fill = |name: &str| Some(if name == "kind" { "training" } else { "1" }.to_owned());
    let (theirs, missing) = (&known.names["other_person"], "999999");
    let pairs = about(&client, theirs, fill).into_iter().zip(about(&client, missing, fill));
    let mut asked = 0;
    for (one, other) in pairs.filter(|(one, _)| one.starts_with("/people/") || known.names["other_firm"] == *theirs) {
        for verb in VERBS {
            let (one_said, other_said) = (asker.ask(verb, &one, &[]), asker.ask(verb, &other, &[]));
            assert_eq!(one_said.code, 404, "{verb} {one}");
            assert_eq!(one_said, other_said, "{verb} {one}");
            asked += 1;
        }
    }
    let firm = &known.names["other_firm"];
    for (one, other) in about(&client, firm, fill).into_iter().zip(about(&client, missing, fill)) {
        for verb in VERBS.into_iter().filter(|_| one.starts_with("/contractors/")) {
            let (one_said, other_said) = (asker.ask(verb, &one, &[]), asker.ask(verb, &other, &[]));
            assert_eq!((one_said.code, &one_said), (404, &other_said), "{verb} {one}");
            asked += 1;
        }
    }
    assert!(asked > 80, "only {asked} were asked");
    for (one, other) in [
        (format!("/home?firm={firm}"), format!("/home?firm={missing}")),
        (format!("/home?after={theirs}"), format!("/home?after={missing}")),
        (format!("/people?after={theirs}.passenger_assistant"), format!("/people?after={missing}.passenger_assistant")),
        (
            format!("/people?before={theirs}.passenger_assistant"),
            format!("/people?before={missing}.passenger_assistant"),
        ),
        (format!("/people/export.csv?contractor={firm}"), format!("/people/export.csv?contractor={missing}")),
    ] {
        assert_eq!(asker.get(&one), asker.get(&other), "{one}");
    }
    assert!(!asker.get(&format!("/people?contractor={firm}")).body.contains(OTHER_FIRM));
    for reference in ["T00002", "Personc", "001200000002"] {
        let found = asker.ask(Method::Post, "/people/search", &[("term", reference)]);
        assert!(!asker.get(found.header("Location")).body.contains("href=\"/people/1"), "{reference}");
    }
}

#[test]
fn a_row_of_one_person_is_not_found_under_another() {
    let known = Known::new();
    let client = client(&known.world.test);
    for kind in ["officer", "decider"] {
        let asker = Asker::new(&client, &known.world.test, Some(known.token(known.user(kind)).reveal().to_owned()));
        let own = |name: &str| match name {
            "kind" => Some("training".to_owned()),
            "row" => Some(known.names["evidence"].clone()),
            name => known.names.get(name).cloned(),
        };
        // Two people are compared and merged on purpose.
        let none = |name: &str| {
            let word = if name == "kind" { "training" } else { "999999" };
            (name != "other").then(|| word.to_owned())
        };
        let other = &known.names["other_person"];
        let nested = |path: &String| path.split('/').count() > 5;
        let wrong: Vec<String> = about(&client, other, own).into_iter().filter(nested).collect();
        let missing: Vec<String> = about(&client, other, none).into_iter().filter(nested).collect();
        assert!(wrong.len() >= 4 && wrong.len() == missing.len(), "{wrong:?}");
        for (wrong, missing) in wrong.iter().zip(&missing) {
            for verb in [Method::Get, Method::Post] {
                let fields = [("reason", "Because"), ("why", "Because"), ("change", "retire"), ("ends_on-day", "1")];
                let (one, two) = (asker.ask(verb, wrong, &fields), asker.ask(verb, missing, &fields));
                assert!(one.code >= 400, "{verb} {wrong} as {kind}: {}", one.code);
                if one.code != 422 {
                    assert_eq!(one, two, "{verb} {wrong} as {kind}");
                }
            }
        }
    }
}

/// Pages of nobody's firm, whose forms or keys are made anew in each register.
const OWN_WAYS: [&str; 3] = ["/own", "/read", "/verify"];

/// What a contractor reads of its firm: every page, the files, and the letter of the night.
fn outside(lines: &[Line]) -> Vec<(String, String)> {
    let known = Known::around(World::of(lines));
    known.world.sql("DELETE FROM holds");
    let client = client(&known.world.test);
    let token = known.token(known.user("contractor")).reveal().to_owned();
    let csrf = known.world.test.db.seal().fingerprint("csrf", &token);
    let asker = Asker::new(&client, &known.world.test, Some(token));
    let mut read = Vec::new();
    for row in matrix::rows().into_iter().filter(|row| row.verb == Method::Get && !row.route.contains("/password/")) {
        if ["/metrics", "/people/new"].contains(&row.route.as_str())
            || OWN_WAYS.iter().any(|way| row.route.starts_with(way))
        {
            continue;
        }
        let path = known.address(&row.address);
        let said = asker.get(&path);
        let key = crate::support::browser::hidden(&said.body, "submission");
        let body = said.body.replace(&csrf, "");
        let body = if key.is_empty() { body } else { body.replace(&key, "") };
        read.push((format!("{path}: {}", said.code), body));
    }
    known.world.sql("DELETE FROM outbox");
    for letter in known.world.night(START) {
        read.push((letter.to.join(" "), format!("{}\n{}\n{}", letter.header("Subject"), letter.text, letter.html)));
    }
    read
}

#[test]
fn a_trace_found_suitable_leaves_no_mark_that_a_firm_can_see() {
    let rest = [person(2, OTHER_FIRM), person(3, FIRM), person(3, OTHER_FIRM)];
    let with = |first: Line| [vec![first], rest.to_vec()].concat();
    let clean = person(1, FIRM).with("pats_date", "2022-12-10");
    let traced = clean.clone().with("dbs_trace", "yes");
    let decided = traced.clone().with("suitability_outcome", "suitable").with("suitability_date", "2026-06-05");
    let plain = outside(&with(clean.clone()));
    assert!(plain.iter().any(|(place, _)| place.starts_with("office@")), "a letter is owed");
    for ((place, one), (_, other)) in plain.iter().zip(outside(&with(decided))) {
        assert_eq!(*one, other, "{place}");
    }
    let unapproved = |line: Line| line.with("badge_number", "").with("badge_issued", "").with("badge_expiry", "");
    let plain = outside(&with(unapproved(clean)));
    for ((place, one), (_, other)) in plain.iter().zip(outside(&with(unapproved(traced)))) {
        assert_eq!(*one, other, "{place}, before the outcome");
    }
}
