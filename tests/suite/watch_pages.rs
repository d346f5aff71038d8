//! The pages of the Update Service watch: the declaration, one check on an officer's word, and what nobody else sees.

use chaperone::config::Config;
use chaperone::types::{Access, Secret, Status, StatusResult};
use chaperone::web;
use chaperone::web::app::App;
use rocket::local::blocking::Client;

use crate::support::account::{active, grant};
use crate::support::browser::Browser;
use crate::support::database::{KEY, TestDb, day};
use crate::support::dbs::{NOBODY, pretend};
use crate::support::watch::{WELL, Watched, joined, says};

const FIRM: &str = "Ashdown Cars";

fn browser(test: &TestDb, url: &str, email: &str) -> Browser {
    let config = Config {
        base_url: "http://127.0.0.1:8000".into(),
        secret_key: Secret::new(KEY),
        today: Some(day("2026-11-22")),
        update_service_url: url.into(),
        ..Config::default()
    };
    let rocket = web::open(App::new(config, test.db.clone())).unwrap();
    let browser = Browser { client: Client::tracked(rocket).unwrap() };
    assert_eq!(browser.sign_in(email).status.code, 303);
    browser
}

fn officer(watched: &Watched) {
    active(&watched.world.test, "officer@council.example.org", &[grant(Access::Officer)]);
}

const OFFICER: &str = "officer@council.example.org";

#[test]
fn an_officer_declares_and_asks_in_their_own_name() {
    let watched = Watched::of(&[joined(1, FIRM)]);
    officer(&watched);
    let browser = browser(&watched.world.test, &pretend(WELL), OFFICER);
    let page = format!("/people/{}/update-service", watched.person(1));
    let check = format!("{page}/check");
    let id = watched.watch(1).subscription_id.to_string();
    assert!(!browser.get(&page).body.contains("Ask the Update Service now"));
    let refused = browser.fill("/update-service", &check, &[("subscription", &id)]);
    assert_eq!(refused.status.code, 422);
    assert!(refused.body.contains("Make the legal declaration"));
    assert_eq!(watched.watch(1).tried_at, None);

    let to = "/update-service/declaration";
    let none = browser.fill("/update-service", to, &[("forename", "Pat"), ("surname", "")]);
    assert_eq!(none.status.code, 422);
    assert!(none.body.contains("Enter your surname") && none.body.contains("Confirm that you make"));
    let fields = [("forename", "Pat"), ("surname", "Quill"), ("agreed", "yes")];
    assert_eq!(browser.fill("/update-service", to, &fields).to(), (303, "/update-service"));
    assert!(browser.get("/update-service").body.contains("You made it as Pat Quill"));

    assert_eq!(browser.fill(&page, &check, &[("subscription", &id)]).to(), (303, page.as_str()));
    let body = browser.get(&page).body;
    assert!(body.contains("The Update Service has answered") && body.contains("did not reveal any information"));
    assert!(body.contains("Pat Quill"));
    assert_eq!(watched.results(1), [StatusResult::BlankNoNewInfo]);
    let again = browser.fill(&page, &check, &[("subscription", &id)]);
    assert_eq!((again.status.code, again.body.contains("less than 10 minutes ago")), (422, true));
    assert_eq!(watched.results(1).len(), 1);

    let withdraw = "/update-service/declaration/withdraw";
    assert_eq!(browser.fill("/update-service", withdraw, &[]).status.code, 303);
    assert_eq!(browser.fill("/update-service", withdraw, &[]).status.code, 409);
    watched.is_sound();
}

#[test]
fn an_error_is_told_and_nothing_is_recorded() {
    let watched = Watched::of(&[joined(1, FIRM)]);
    let down = browser(&watched.world.test, NOBODY, "checker@council.example.org");
    let page = format!("/people/{}/update-service", watched.person(1));
    let id = watched.watch(1).subscription_id.to_string();
    assert_eq!(down.fill(&page, &format!("{page}/check"), &[("subscription", &id)]).status.code, 303);
    let body = down.get(&page).body;
    assert!(body.contains("No result: ") && body.contains("Nothing is recorded"), "{body}");
    assert_eq!((watched.results(1), watched.status(1), watched.watch(1).failures), (vec![], Status::Cleared, 1));
}

#[test]
fn a_trial_is_not_asked_about_at_the_real_service_from_the_page_either() {
    let watched = Watched::of(&[joined(1, FIRM)]);
    let url = Config::default().update_service_url;
    let real = browser(&watched.world.test, &url, "checker@council.example.org");
    let page = format!("/people/{}/update-service", watched.person(1));
    let id = watched.watch(1).subscription_id.to_string();
    let refused = real.fill(&page, &format!("{page}/check"), &[("subscription", &id)]);
    assert_eq!((refused.status.code, refused.body.contains("demonstration or a trial")), (422, true));
    assert_eq!(watched.watch(1).tried_at, None);
}

#[test]
fn new_information_from_the_page_holds_the_person_at_once() {
    let watched = Watched::of(&[joined(1, FIRM)]);
    let url = pretend(&says(&[(1, "\"NEW_INFO\"")]));
    let browser = browser(&watched.world.test, &url, "checker@council.example.org");
    let page = format!("/people/{}/update-service", watched.person(1));
    let id = watched.watch(1).subscription_id.to_string();
    let answer = browser.fill(&page, &format!("{page}/check"), &[("subscription", &id)]);
    assert_eq!(answer.status.code, 303);
    assert!(answer.cookies.iter().all(|cookie| !cookie.contains("current") && !cookie.contains("information")));
    assert_eq!((watched.status(1), watched.authorised(1, "2026-11-22")), (Status::Suspended, vec![false]));
    assert_eq!((watched.letters("hold_notice").len(), watched.tasks("new_certificate")), (1, 1));
}

#[test]
fn an_officer_verifies_the_data_with_a_reason() {
    let watched = Watched::of(&[joined(1, FIRM)]);
    watched.ask(&pretend("[every]\nanswer = \"NO_MATCH_FOUND\""), "2026-11-22");
    let browser = browser(&watched.world.test, NOBODY, "checker@council.example.org");
    let page = format!("/people/{}/update-service", watched.person(1));
    let id = watched.watch(1).subscription_id.to_string();
    assert!(browser.get("/update-service").body.contains("To be compared"));
    let verify = format!("{page}/verify");
    let refused = browser.fill(&page, &verify, &[("subscription", &id)]);
    assert_eq!((refused.status.code, refused.body.contains("Enter the reason")), (422, true));
    let fields = [("subscription", id.as_str()), ("reason", "Compared with the original; she still pays")];
    assert_eq!(browser.fill(&page, &verify, &fields).status.code, 303);
    assert_eq!((watched.watch(1).verified_on, watched.tasks("data_check")), (Some(day("2026-11-22")), 0));
    assert_eq!(browser.fill(&page, &verify, &fields).status.code, 409, "once");
    let history = browser.get(&format!("/people/{}/history", watched.person(1))).body;
    assert!(history.contains("Data found right for status checks"));
}

#[test]
fn nobody_of_another_persons_page_is_checked() {
    let watched = Watched::of(&[joined(1, FIRM), joined(2, FIRM)]);
    let browser = browser(&watched.world.test, &pretend(WELL), "checker@council.example.org");
    let page = format!("/people/{}/update-service", watched.person(1));
    let id = watched.watch(2).subscription_id.to_string();
    assert_eq!(browser.fill(&page, &format!("{page}/check"), &[("subscription", &id)]).status.code, 404);
    assert_eq!((watched.results(1), watched.results(2)), (vec![], vec![]));
}
