//! A person's own link to a bulletin: it expires, it is replaced, it cannot be swapped, and only right answers acknowledge.

use chaperone::domain::bulletin::link;
use chaperone::store::bulletin::reader::{self, Reader};
use chaperone::types::{BulletinId, PersonId};

use crate::bulletin::{draft, published, team};
use crate::support::browser::Browser;
use crate::support::desk::Desk;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::person;

fn start() -> (Desk, BulletinId) {
    let desk = Desk::of(&[person(1, FIRM), person(2, OTHER_FIRM)]);
    let id = published(&desk.world.test, &team(&desk.world.test), &draft());
    (desk, id)
}

fn row(desk: &Desk, id: PersonId) -> Reader {
    desk.world.test.db.read(|conn| reader::all_of(conn, id)).unwrap()[0].0.clone()
}

fn path(desk: &Desk, reference: &str) -> String {
    link::path(desk.world.test.db.seal(), &row(desk, desk.id(reference)))
}

fn answer(browser: &Browser, link: &str, first: &str, second: &str) -> (u16, String) {
    let answers = format!("{link}/answers");
    let done = browser.fill(link, &answers, &[("language", "en"), ("q1", first), ("q2", second)]);
    (done.status.code, done.body)
}

#[test]
fn looking_at_a_link_opens_nothing_and_tells_nothing() {
    let (desk, _) = start();
    let browser = Browser::new(&desk.world.test);
    let link = path(&desk, "T00001");
    let (live, dead) = (browser.get(&link), browser.get("/read/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    assert_eq!((live.status.code, dead.status.code), (200, 200));
    assert!(!live.body.contains("Handing over") && !live.body.contains("Ann"));
    assert_eq!(row(&desk, desk.id("T00001")).opened_at, None);
    let answer = browser.client.get(link).dispatch();
    assert_eq!(answer.headers().get_one("Referrer-Policy"), Some("strict-origin"));
    assert_eq!(answer.headers().get_one("Cache-Control"), Some("no-store"));
}

#[test]
fn only_two_right_answers_acknowledge_it_and_wrong_ones_are_counted() {
    let (desk, _) = start();
    let browser = Browser::new(&desk.world.test);
    let (link, id) = (path(&desk, "T00001"), desk.id("T00001"));
    let opened = browser.fill(&link, &link, &[]);
    assert!(opened.status.code == 200 && opened.body.contains("Hand each pupil over"));
    assert!(row(&desk, id).opened_at.is_some());
    assert_eq!(answer(&browser, &link, "1", "").0, 422);
    assert_eq!(row(&desk, id).tries, 0, "an answer left out is no try");
    let (code, body) = answer(&browser, &link, "1", "1");
    assert!(code == 422 && body.contains("question 2 is not right") && !body.contains("question 1 is not right"));
    assert_eq!((row(&desk, id).tries, row(&desk, id).acknowledged_at), (1, None));
    let (code, body) = answer(&browser, &link, "1", "2");
    assert!(code == 200 && body.contains("Thank you"));
    let done = row(&desk, id);
    assert!(done.acknowledged_at.is_some() && done.language == "en");
    assert!(browser.fill(&link, &link, &[]).body.contains("You read this on"));
    assert_eq!(answer(&browser, &link, "3", "3").0, 200, "what is acknowledged stays so");
    assert_eq!(row(&desk, id).tries, 1);
    desk.is_sound();
}

#[test]
fn whoever_guesses_has_to_wait() {
    let (desk, _) = start();
    let browser = Browser::new(&desk.world.test);
    let link = path(&desk, "T00001");
    let codes: Vec<u16> = (0..7).map(|_| answer(&browser, &link, "3", "3").0).collect();
    assert_eq!(codes, [422, 422, 422, 422, 422, 422, 429]);
    assert_eq!(answer(&browser, &link, "1", "2").0, 429);
}

#[test]
fn a_link_expires_and_a_new_one_ends_the_old() {
    let (desk, id) = start();
    let browser = Browser::new(&desk.world.test);
    let (old, whose) = (path(&desk, "T00001"), desk.id("T00001"));
    let readers = format!("/bulletins/{id}/readers");
    let again = format!("{readers}/{}/send", row(&desk, whose).id);
    assert_eq!(desk.firm.fill(&readers, &again, &[]).status.code, 303);
    let new = path(&desk, "T00001");
    assert_ne!(old, new);
    assert_eq!(browser.fill(&old, &old, &[]).status.code, 404);
    assert_eq!(browser.fill(&new, &new, &[]).status.code, 200);
    desk.world
        .sql(&format!("UPDATE bulletin_readers SET expires_at = '2026-11-22 00:00:00' WHERE person_id = {whose}"));
    assert_eq!(browser.fill(&new, &new, &[]).status.code, 404);
}

#[test]
fn a_link_cannot_be_made_into_anothers() {
    let (desk, _) = start();
    let browser = Browser::new(&desk.world.test);
    let seal = desk.world.test.db.seal().clone();
    let (one, two) = (row(&desk, desk.id("T00001")), row(&desk, desk.id("T00002")));
    let (own, other) = (link::token(&seal, one.id, one.turn), link::token(&seal, two.id, two.turn));
    let unknown = browser.fill("/read/nothing", "/read/nothing", &[]).body;
    let still = |body: &str| {
        body.split("name=\"csrf\" value=\"")
            .map(|part| part.split_once("\">").map_or(part, |(_, rest)| rest))
            .collect::<String>()
    };
    // The row is the first eleven characters or so, the mark the rest.
    for at in 1..own.len() {
        let swapped = format!("/read/{}{}", &other[..at], &own[at..]);
        if swapped.ends_with(&own) || swapped.ends_with(&other) {
            continue;
        }
        let answer = browser.fill(&swapped, &swapped, &[]);
        match answer.status.code {
            404 => assert_eq!(still(&answer.body), still(&unknown)),
            429 => {}
            code => panic!("{at}: {code}"),
        }
    }
    assert_eq!((row(&desk, one.person_id).opened_at, row(&desk, two.person_id).opened_at), (None, None));
}

#[test]
fn a_sheet_prints_links_that_work_for_those_without_mail() {
    let (desk, id) = start();
    let readers = format!("/bulletins/{id}/readers");
    let sheet = desk.firm.fill(&readers, &format!("/bulletins/{id}/sheet"), &[]);
    let own = path(&desk, "T00001");
    assert!(sheet.status.code == 200 && sheet.body.contains(&own) && sheet.body.contains("T00001"));
    assert!(!sheet.body.contains("T00002") && sheet.body.contains("<svg"));
    desk.world.sql(
        "UPDATE people SET email = 'one@example.net';
         UPDATE bulletin_readers SET sent_at = '2026-11-22 10:00:00'",
    );
    let none = desk.firm.fill(&readers, &format!("/bulletins/{id}/sheet"), &[("all", "yes")]);
    assert!(none.status.code == 200 && !none.body.contains("<svg"), "a firm prints no link of whoever has mail");
    let firm = format!("{}", crate::support::badge::firm(&desk.world.test, FIRM));
    let all = desk.officer.fill(&readers, &format!("/bulletins/{id}/sheet"), &[("all", "yes"), ("firm", &firm)]);
    assert!(all.body.contains("<svg"));
    let foreign = format!("{}", crate::support::badge::firm(&desk.world.test, OTHER_FIRM));
    let refused = desk.firm.fill(&readers, &format!("/bulletins/{id}/sheet"), &[("firm", &foreign)]);
    assert_eq!(refused.status.code, 404);
}
