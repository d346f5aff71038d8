//! Subject access: one archive with everything about the person, and nobody else's data.

use std::io::{Cursor, Read};

use rocket::http::{ContentType, Header};

use crate::support::browser::Browser;
use crate::support::desk::Desk;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::{START, person};

struct File {
    html: String,
    json: serde_json::Value,
    cache: String,
}

fn copy(browser: &Browser, path: &str) -> File {
    let csrf = browser.csrf(path);
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("csrf", &csrf)
        .append_pair("reason", "Letter of 20 November")
        .finish();
    let request = browser.client.post(path.to_owned()).header(ContentType::Form).body(body);
    let answer = request.header(Header::new("Sec-Fetch-Site", "same-origin")).dispatch();
    assert_eq!(answer.status().code, 200);
    let cache = answer.headers().get_one("Cache-Control").unwrap_or_default().to_owned();
    let mut zip = zip::ZipArchive::new(Cursor::new(answer.into_bytes().unwrap())).unwrap();
    let mut text = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let html = text("all-that-is-held.html");
    File { html, json: serde_json::from_str(&text("all-that-is-held.json")).unwrap(), cache }
}

#[test]
fn case_22_a_copy_holds_all_about_the_person_and_nobody_else() {
    let own = person(1, FIRM).with("email", "ann@home.example.org").with("dbs_certificate_number", "001299887766");
    let desk = Desk::of(&[own, person(2, FIRM).with("email", "zqother@home.example.org"), person(3, OTHER_FIRM)]);
    let id = desk.id("T00001");
    desk.hold(id, "zqreason of the hold");
    desk.world.night(START);
    let path = format!("/people/{id}/access");
    assert_eq!(desk.officer.fill(&path, &path, &[("reason", "")]).status.code, 422);
    let file = copy(&desk.officer, &path);
    assert_eq!(file.cache, "no-store");
    let text = file.json.to_string();
    for own in
        ["Personb", "1980-01-01", "ann@home.example.org", "001299887766", "zqreason of the hold", FIRM, "hold.place"]
    {
        assert!(text.contains(own), "{own} is missing");
        assert!(own == "hold.place" || file.html.contains(own), "{own} is missing on the page");
    }
    for other in ["Personc", "zqother", "Persond", OTHER_FIRM, "office@ashdowncars"] {
        assert!(!text.contains(other) && !file.html.contains(other), "{other} is somebody else's");
    }
    let held = file.json["held"].as_object().unwrap();
    assert!(held["Holds"][0]["placed_by"].as_str().is_some_and(|name| name == "Dana Whitlock"), "staff are named");
    assert_eq!(held["DBS certificates"][0]["has_trace"], serde_json::Value::Bool(false));
    assert!(held.contains_key("Interview notes"));
    let history = desk.officer.get(&format!("/people/{id}/history")).body;
    assert!(history.contains("Copy made of all that is held") && history.contains("Letter of 20 November"));
    desk.is_sound();
}

#[test]
fn a_copy_of_a_merged_person_holds_both_histories() {
    let desk = Desk::of(&[person(1, FIRM), person(2, OTHER_FIRM).with("surname", "Personb")]);
    let (id, gone) = (desk.id("T00001"), desk.id("T00002"));
    let page = format!("/people/{id}/merge/{gone}");
    assert_eq!(desk.decider.fill(&page, &page, &[("reason", "One person")]).status.code, 303);
    let file = copy(&desk.decider, &format!("/people/{id}/access"));
    let done = file.json["held"]["What was done"].as_array().unwrap();
    assert_eq!(done.iter().filter(|row| row["act"] == "person.import").count(), 2);
    assert_eq!(file.json["held"]["Engagements"].as_array().unwrap().len(), 2);
    assert!(file.html.contains("T00002"));
}

#[test]
fn a_request_is_recorded_with_its_day_and_met_by_the_copy() {
    let desk = Desk::of(&[person(1, FIRM), person(2, OTHER_FIRM)]);
    let path = format!("/people/{}/access", desk.id("T00001"));
    let fields = [("received_on-day", "20"), ("received_on-month", "11"), ("received_on-year", "2026")];
    assert_eq!(desk.officer.fill(&path, &format!("{path}/request"), &[]).status.code, 422);
    assert_eq!(desk.officer.fill(&path, &format!("{path}/request"), &fields).status.code, 303);
    assert!(desk.officer.get(&path).body.contains("due by 20 December 2026"));
    assert!(desk.world.tasks().contains(&"subject_access".to_owned()));
    assert_eq!(desk.leave(desk.id("T00001"), "own_wish").status.code, 303);
    assert!(desk.world.tasks().contains(&"subject_access".to_owned()), "it is owed to whoever has left too");
    copy(&desk.officer, &path);
    assert!(!desk.world.tasks().contains(&"subject_access".to_owned()));
    desk.is_sound();
}

#[test]
fn no_firm_reads_what_is_written_to_a_person() {
    let mail = crate::support::world::address(FIRM);
    let desk = Desk::of(&[person(1, FIRM).with("email", &mail), person(2, OTHER_FIRM)]);
    desk.hold(desk.id("T00001"), "An allegation");
    assert_eq!(desk.told("suspension"), [""], "it is printed and posted");
    assert_eq!(desk.told("hold_notice"), [mail.as_str()]);
    assert!(desk.world.tasks().contains(&"letter_to_post".to_owned()));
    desk.leave(desk.id("T00001"), "own_wish");
    assert_eq!(desk.told("leaving"), [""]);
}
