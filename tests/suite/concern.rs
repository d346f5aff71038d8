//! Concerns of the public: taken from anybody, alike for live and dead badges, and handed to the team without their words.

use chaperone::domain::signing;
use chaperone::types::BadgeCause;
use rocket::http::{ContentType, Header};

use crate::support::badge::{badges, give_photo, issued, jpeg, officer};
use crate::support::browser::Browser;
use crate::support::desk::Desk;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::person;

fn send(browser: &Browser, path: &str, body: &str) -> (u16, String) {
    let request = browser.client.post(path.to_owned()).header(ContentType::Form).body(body.to_owned());
    let answer = request.header(Header::new("Sec-Fetch-Site", "same-origin")).dispatch();
    (answer.status().code, answer.into_string().unwrap())
}

#[test]
fn a_concern_is_kept_mailed_and_looked_at() {
    let desk = Desk::of(&[person(1, FIRM), person(9, OTHER_FIRM)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    give_photo(test, &who, id, &jpeg());
    issued(test, &who, id, FIRM, BadgeCause::New);
    let worn = badges(test, id).remove(0);
    let seal = test.db.seal().clone();
    let token = test.db.read(|c| signing::token(c, &seal, worn.opaque.as_deref().unwrap())).unwrap();
    let browser = Browser::new(test);
    assert!(browser.get(&format!("/b/{token}?concern=yes")).body.contains("What are you concerned about?"));
    assert_eq!(send(&browser, &format!("/b/{token}"), "words=").0, 422);
    let live = send(&browser, &format!("/b/{token}"), "words=Shouted+at+a+child&contact=head%40school.example.org");
    let dead = send(&browser, "/b/nothing", "words=Shouted+at+a+child");
    let typed = send(&browser, "/b/concern", &format!("words=No+belt&number={}", worn.number));
    assert_eq!(live.0, 200);
    assert_eq!((&live, &live), (&dead, &typed), "nobody learns whether the badge is known");
    let letters = desk.letters("concern_notice");
    assert_eq!(letters.len(), 3);
    assert!(letters.iter().all(|one| !one.params.contains("child") && one.person_id.is_none()));
    let list = desk.officer.get("/concerns").body;
    assert!(list.contains("Concern 1") && !list.contains("Shouted"));
    assert_eq!(desk.firm.get("/concerns").status.code, 404);
    let page = desk.officer.get("/concerns/1").body;
    assert!(page.contains("Shouted at a child") && page.contains(&worn.number) && page.contains("head@school"));
    assert!(!desk.officer.get("/concerns/2").body.contains(&worn.number));
    assert!(desk.officer.get("/concerns/3").body.contains(&worn.number));
    assert_eq!(desk.officer.fill("/concerns/1", "/concerns/1", &[("note", " ")]).status.code, 422);
    let seen = desk.officer.fill("/concerns/1", "/concerns/1", &[("note", "Rang the school")]);
    assert_eq!(seen.status.code, 303);
    assert!(desk.officer.get("/concerns?state=new").body.contains("Concern 2"));
    assert_eq!(desk.officer.fill("/concerns/2", "/concerns/1", &[("note", "Again")]).status.code, 409);
    desk.is_sound();
}

#[test]
fn whoever_sends_too_many_has_to_wait() {
    let desk = Desk::of(&[person(1, FIRM), person(9, OTHER_FIRM)]);
    let browser = Browser::new(&desk.world.test);
    let codes: Vec<u16> = (0..13).map(|_| send(&browser, "/b/concern", "words=No+belt").0).collect();
    assert_eq!((codes[0], codes[12]), (200, 429));
}
