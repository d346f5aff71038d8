//! Badges: one live one, numbers never given twice, what becomes of them, cards, and two rows put together.

use std::process::Command;

use chaperone::config::Config;
use chaperone::store::{badge_request, photo, task};
use chaperone::types::{BadgeCause, BadgeState, Secret};
use chaperone::web::badge::{Card, House, cards, sheet};

use crate::support::badge::{ask, badges, desk, file, give_photo, issued, jpeg, officer, portrait};
use crate::support::database::{KEY, day};
use crate::support::desk::Desk;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::person;

#[test]
fn a_lost_badge_is_replaced_and_the_old_one_is_dead_even_when_it_comes_back() {
    let desk = desk(&[person(1, FIRM)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    give_photo(test, &who, id, &jpeg());
    let first = issued(test, &who, id, FIRM, BadgeCause::New);
    let second = issued(test, &who, id, FIRM, BadgeCause::Lost);
    let worn = badges(test, id);
    assert_eq!((worn[0].id, worn[1].id), (second, first));
    assert_eq!((worn[0].state, worn[1].state), (BadgeState::Live, BadgeState::Lost));
    assert!(worn[0].number != worn[1].number && worn[0].opaque != worn[1].opaque);
    let page = format!("/badges/{first}/change/return");
    assert_eq!(desk.officer.fill(&page, &page, &[("reason", "Handed in at the depot")]).status.code, 303);
    let worn = badges(test, id);
    assert!(worn[1].state == BadgeState::Lost && worn[1].returned_on.is_some());
    assert_eq!(desk.officer.get(&page).status.code, 409);
    desk.is_sound();
}

#[test]
fn a_number_of_the_imported_register_is_never_given_again() {
    let desk = desk(&[person(1, FIRM).with("badge_number", "C000001"), person(2, FIRM)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00002"));
    give_photo(test, &who, id, &jpeg());
    issued(test, &who, id, FIRM, BadgeCause::New);
    assert_eq!(badges(test, id)[0].number, "C000002");
}

#[test]
fn a_badge_is_suspended_restored_and_revoked_with_reasons_the_firm_does_not_read() {
    let desk = Desk::of(&[person(1, FIRM), person(1, OTHER_FIRM)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    give_photo(test, &who, id, &jpeg());
    let badge = issued(test, &who, id, FIRM, BadgeCause::New);
    let other = issued(test, &who, id, OTHER_FIRM, BadgeCause::New);
    let shown = |id| desk.officer.get(&format!("/badges/{id}")).body.contains(">Authorised<");
    assert!(shown(badge) && shown(other));
    let change = |word: &str, reason: &str| {
        let page = format!("/badges/{badge}/change/{word}");
        desk.officer.fill(&page, &page, &[("reason", reason)]).status.code
    };
    assert_eq!(change("suspend", " "), 422);
    assert_eq!(change("suspend", "The picture is in doubt"), 303);
    assert!(!shown(badge) && shown(other), "only that badge");
    assert_eq!(change("suspend", "The picture is in doubt"), 409);
    assert_eq!(change("restore", "It was them after all"), 303);
    assert!(shown(badge));
    assert_eq!(change("revoke", "Used by somebody else"), 303);
    assert_eq!(change("restore", "Found in error"), 409);
    assert_eq!(change("nothing", "Found in error"), 404);
    let seen = desk.firm.get(&format!("/badges/{badge}"));
    assert!(seen.status.code == 200 && seen.body.contains("Revoked") && !seen.body.contains("somebody else"));
    assert_eq!(desk.other_firm.get(&format!("/badges/{badge}")).status.code, 404);
    assert_eq!(desk.firm.get(&format!("/badges/{badge}/change/return")).status.code, 404);

    desk.hold(id, "On the advice of the police");
    assert!(!shown(other), "a person who is stopped has no badge that holds");
    desk.is_sound();
}

#[test]
fn two_rows_of_one_person_keep_one_live_badge_one_request_and_one_photo() {
    let desk = desk(&[person(1, FIRM), person(2, FIRM).with("surname", "Personb")]);
    let test = &desk.world.test;
    let (who, kept, gone) = (officer(test), desk.id("T00001"), desk.id("T00002"));
    for id in [kept, gone] {
        give_photo(test, &who, id, &jpeg());
        issued(test, &who, id, FIRM, BadgeCause::New);
        ask(test, &who, id, FIRM, BadgeCause::Damaged);
    }
    let page = format!("/people/{kept}/merge/{gone}");
    let done = desk.decider.fill(&page, &page, &[("name", "kept"), ("reason", "Same passport")]);
    assert_eq!(done.status.code, 303);
    let worn = badges(test, kept);
    assert_eq!(worn.iter().filter(|one| one.state == BadgeState::Live && one.opaque.is_some()).count(), 1);
    assert_eq!(test.db.read(|conn| badge_request::open_of(conn, kept)).unwrap().len(), 1);
    assert!(test.db.read(|conn| photo::current(conn, kept)).unwrap().is_some());
    issued_after_merge(&desk, &who, kept);
    desk.is_sound();
}

fn issued_after_merge(desk: &Desk, who: &chaperone::domain::permission::Who, kept: chaperone::types::PersonId) {
    let test = &desk.world.test;
    let request = test.db.read(|conn| badge_request::open_of(conn, kept)).unwrap()[0].id;
    let issue = format!("/badge-requests/{request}");
    assert_eq!(desk.officer.fill(&issue, &format!("{issue}/issue"), &[]).status.code, 303);
    let worn = badges(test, kept);
    assert_eq!(worn.iter().filter(|one| one.state == BadgeState::Live).count(), 1);
    let _ = who;
}

#[test]
fn the_morning_asks_for_what_runs_out_and_wants_back_what_nobody_may_wear() {
    let desk = desk(&[person(1, FIRM), person(2, FIRM), person(3, FIRM)]);
    let test = &desk.world.test;
    let who = officer(test);
    let [soon, ended, held] = ["T00001", "T00002", "T00003"].map(|reference| desk.id(reference));
    for id in [soon, ended, held] {
        give_photo(test, &who, id, &jpeg());
        issued(test, &who, id, FIRM, BadgeCause::New);
    }
    desk.world.sql(&format!(
        "UPDATE badges SET expires_on = '2026-12-31' WHERE state = 'live' AND person_id IN ({soon}, {held})"
    ));
    desk.hold(held, "On the advice of the police");
    desk.world.sql(&format!("UPDATE engagements SET ends_on = '2026-11-21' WHERE person_id = {ended}"));
    let done = desk.world.run("badges", "2026-11-23");
    assert!(!done.red && done.done == 2, "{}", done.detail);
    let open = |id| test.db.read(|conn| badge_request::open_of(conn, id)).unwrap();
    assert!(open(soon).len() == 1 && open(soon)[0].cause == BadgeCause::Renewal);
    assert!(open(held).is_empty() && open(ended).is_empty());
    let letters = desk.letters("badge_renewal");
    assert!(letters.len() == 1 && !letters[0].params.contains("Person"));
    let tasks = test.db.read(|conn| task::open_about(conn, "badge_to_return", "person", ended.0)).unwrap();
    assert_eq!(tasks.len(), 1);
    assert_eq!(desk.world.run("badges", "2026-11-24").done, 0, "once");
    let page = format!("/badges/{}/change/return", badges(test, ended)[0].id);
    assert_eq!(desk.officer.fill(&page, &page, &[("reason", "It came by post")]).status.code, 303);
    assert!(test.db.read(|conn| task::open_about(conn, "badge_to_return", "person", ended.0)).unwrap().is_empty());
    let sent: Vec<_> = desk.world.night("2026-11-24");
    assert!(sent.iter().any(|mail| mail.raw.contains("1 badge runs out soon")));
}

#[test]
fn a_print_is_a_file_nobody_keeps_and_is_noted() {
    let desk = desk(&[person(1, FIRM)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    let imported = badges(test, id)[0].id;
    give_photo(test, &who, id, &jpeg());
    let badge = issued(test, &who, id, FIRM, BadgeCause::New);
    let page = format!("/badges/{badge}");
    assert!(desk.officer.get(&page).body.contains("It has not been printed."));
    let csrf = desk.officer.csrf(&page);
    let send = |path: String, layout: &str| {
        let body = format!("csrf={csrf}&layout={layout}");
        let request = desk.officer.client.post(path).header(rocket::http::ContentType::Form).body(body);
        request.header(rocket::http::Header::new("Sec-Fetch-Site", "same-origin")).dispatch()
    };
    let answer = send(format!("{page}/print"), "card");
    assert_eq!(answer.headers().get_one("Cache-Control"), Some("private, no-store"));
    assert_eq!(answer.headers().get_one("Content-Type"), Some("application/pdf"));
    assert!(answer.into_bytes().unwrap().starts_with(b"%PDF-1.7"));
    assert_eq!(send(format!("{page}/print"), "sheet").status().code, 200);
    let body = desk.officer.get(&page).body;
    assert!(body.contains("Sheet of ten") && body.contains(">Card<") && !body.contains("has not been printed"));
    assert_eq!(send(format!("/badges/{imported}/print"), "card").status().code, 409);
    assert_eq!(desk.firm.send(&format!("{page}/print"), &[]).status.code, 404);
}

/// Names that stretch a card.
const NAMES: [&str; 8] = [
    "Zoë O’Brien-Łukaszewska",
    "Ελένη Παπαδοπούλου",
    "Наталья Константинопольская",
    "Bartholomew Maximilian Featherstonehaugh-Cholmondeley Wolfeschlegelsteinhausen",
    "Nguyễn Thị Ánh Tuyết",
    "Li",
    "Şükrü Ağaoğlu-Çelikkıran",
    "Ørjan Ægir Þórðarson",
];

fn house() -> House {
    let council_phone = "01632 960 000".to_owned();
    House::of(&Config { secret_key: Secret::new(KEY), council_phone, ..Config::default() })
}

fn card(nth: usize) -> Card {
    let roles = [
        ("taxi_phv_driver", "Taxi or private hire driver"),
        ("pcv_driver", "PCV driver"),
        ("minibus_driver", "Minibus driver"),
        ("passenger_assistant", "Passenger assistant"),
        ("depot_supervisor", "Depot supervisor"),
    ];
    let (role, title) = roles[nth % roles.len()];
    Card {
        name: NAMES[nth % NAMES.len()].into(),
        role: role.into(),
        role_title: title.into(),
        firm: if nth.is_multiple_of(3) {
            "Ashdown Cars"
        } else {
            "Birch & Sons Coaches and Minibus Hire (Exampleton) Limited"
        }
        .into(),
        number: format!("C{:06}", nth + 1),
        code: "7K3QXB".into(),
        issued_on: day("2026-11-23"),
        expires_on: day("2029-11-22"),
        link: format!("http://127.0.0.1:8000/b/AAAAAQ{}{nth:04}", "aB3-_x".repeat(17)),
        photo: (nth % 8 != 5).then(|| file(&portrait(413, 531), image::ImageFormat::Jpeg)),
    }
}

/// Runs one of the tools that `tests/all.sh` installs.
fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let done = Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

#[test]
fn a_cards_text_extracts_right_and_its_square_is_read_by_another_reader() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let all: Vec<Card> = (0..20).map(card).collect();
    std::fs::write(path("cards.pdf"), cards(&house(), &all).unwrap()).unwrap();
    std::fs::write(path("sheet.pdf"), sheet(&house(), &all).unwrap()).unwrap();
    for pdf in ["cards.pdf", "sheet.pdf"] {
        let text = run("pdftotext", &["-raw", &path(pdf), "-"]);
        let text = String::from_utf8(text).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        let tight: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        for card in &all {
            let name: String = card.name.chars().filter(|c| !c.is_whitespace()).collect();
            assert!(tight.contains(&name), "{}: {text}", card.name);
            assert!(text.contains(&card.number) && text.contains(&card.role_title), "{}", card.number);
        }
        assert!(text.contains("22 November 2029") && text.contains("No photo"));
        assert!(text.contains("Issued 23 November 2026") && text.contains("or ring 01632 960 000"), "{text}");
    }
    run("pdftoppm", &["-r", "300", "-png", "-f", "1", "-l", "8", &path("cards.pdf"), &path("card")]);
    run("pdftoppm", &["-r", "300", "-png", &path("sheet.pdf"), &path("sheet")]);
    for (nth, card) in all.iter().take(4).enumerate() {
        let picture = path(&format!("card-{:02}.png", nth * 2 + 2));
        let read = run("zbarimg", &["-q", "--raw", &picture]);
        assert_eq!(String::from_utf8(read).unwrap().trim(), card.link);
    }
    let read = run("zbarimg", &["-q", "--raw", &path("sheet-2.png")]);
    let read = String::from_utf8(read).unwrap();
    assert!(all.iter().take(10).all(|card| read.lines().any(|line| line == card.link)), "{read}");
    if let Some(keep) = std::env::var_os("CHAPERONE_TEST_KEEP") {
        for name in ["cards.pdf", "sheet.pdf", "card-01.png", "card-02.png", "sheet-1.png", "sheet-2.png"] {
            std::fs::copy(path(name), std::path::Path::new(&keep).join(name)).unwrap();
        }
    }
}
