//! Concerns of the public: taken from anybody, alike for live and dead badges, and handed to the team without their words.

use chaperone::domain::signing;
use chaperone::types::{Access, BadgeCause, UserId};
use rocket::http::{ContentType, Header};

use crate::support::account;
use crate::support::badge::{badges, give_photo, issued, jpeg, officer};
use crate::support::browser::Browser;
use crate::support::desk::Desk;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::person;

fn send(browser: &Browser, path: &str, body: &str) -> (u16, String) {
    let request = browser.client.post(path.to_owned()).header(ContentType::Form).body(body);
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
    let open = |id: i64| test.db.read(|c| chaperone::store::task::is_open(c, "concern", "concern", id)).unwrap();
    assert!(!open(1) && open(2) && open(3));
    desk.is_sound();
}

#[test]
fn a_subject_access_copy_does_not_say_who_raised_a_concern() {
    use chaperone::domain::{command, subject_access};
    let desk = Desk::of(&[person(1, FIRM), person(9, OTHER_FIRM)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    give_photo(test, &who, id, &jpeg());
    issued(test, &who, id, FIRM, BadgeCause::New);
    let number = badges(test, id)[0].number.clone();
    let body = format!("words=No+belt&name=Greta+Raiser&contact=greta%40school.example.org&number={number}");
    assert_eq!(send(&Browser::new(test), "/b/concern", &body).0, 200);
    let head =
        account::who(test, account::active(test, "head@council.example.org", &[account::grant(Access::DecisionMaker)]));
    let held = command::run(&test.db, head.user, &account::clock(), |tx| {
        subject_access::gather(tx, &head, id, "They asked in writing")
    })
    .unwrap();
    let told = format!("{} {:?}", held.json, held.sections);
    assert!(told.contains("No belt") && !told.contains("Greta") && !told.contains("greta@"));
}

#[test]
fn an_erasure_finds_the_concerns_that_name_somebody() {
    use chaperone::domain::command;
    use chaperone::store::concern;
    let desk = Desk::of(&[person(1, FIRM), person(9, OTHER_FIRM)]);
    let (test, browser) = (&desk.world.test, Browser::new(&desk.world.test));
    send(&browser, "/b/concern", "words=T00001+shouted");
    send(&browser, "/b/concern", "words=No+belt&name=T00001");
    send(&browser, "/b/concern", "words=Late+again&name=A+head");
    command::write_untrailed(&test.db, &account::clock(), |tx| concern::wipe_where(tx, |text| text.contains("T00001")))
        .unwrap();
    let left = test.db.read(|c| concern::list(c, None, None, 9)).unwrap();
    let left: Vec<_> = left.into_iter().map(|one| (one.words, one.name)).collect();
    let wanted = [("Late again", "A head"), ("No belt", ""), ("", "")];
    assert_eq!(left, wanted.map(|(words, name)| (words.to_owned(), name.to_owned())));
}

#[test]
fn a_flood_is_kept_and_asks_no_more_of_the_team() {
    use chaperone::domain::{command, concern};
    let desk = Desk::of(&[person(1, FIRM), person(9, OTHER_FIRM)]);
    let test = &desk.world.test;
    for at in 0..40 {
        let report = concern::Report { words: "No belt".into(), ..concern::Report::default() };
        let address = format!("192.0.2.{at}");
        let taken = command::run(&test.db, UserId::SYSTEM, &account::clock(), |tx| {
            concern::report(tx, &report, &address, "team@council.example.org")
        });
        assert!(taken.unwrap());
    }
    let kept = test.db.read(|c| chaperone::store::concern::list(c, None, None, 99)).unwrap();
    let tasks = test.db.read(|c| chaperone::store::task::all_open(c, "concern")).unwrap();
    assert_eq!((kept.len(), tasks.len(), desk.letters("concern_notice").len()), (40, 30, 30));
}

#[test]
fn whoever_sends_too_many_has_to_wait() {
    let desk = Desk::of(&[person(1, FIRM), person(9, OTHER_FIRM)]);
    let browser = Browser::new(&desk.world.test);
    let codes: Vec<u16> = (0..13).map(|_| send(&browser, "/b/concern", "words=No+belt").0).collect();
    assert_eq!((codes[0], codes[12]), (200, 429));
}
