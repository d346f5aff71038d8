//! Importing on a page: upload, columns, progress, problems, and the report to mend.

use std::time::Duration;

use chaperone::domain::import::{apply, read};
use chaperone::types::UserId;
use diesel::connection::SimpleConnection;
use rocket::http::{ContentType, Header};

use crate::support::browser::{Browser, hidden};
use crate::support::council::{answers, as_user, council};
use crate::support::database::{TestDb, day};

const OFFICER: &str = "officer@council.example.org";

fn register(people: u32, seed: u64) -> String {
    let mut csv = Vec::new();
    let lines = chaperone::cli::demo::register(people, seed, day("2026-11-22"));
    chaperone::cli::demo::write_csv(&mut csv, lines).unwrap();
    String::from_utf8(csv).unwrap()
}

/// Sends a file as the upload page's form does; answers the status and where it leads.
fn upload(browser: &Browser, csrf: &str, name: &str, file: &str, dry_run: bool) -> (u16, String, String) {
    let key = hidden(&browser.get("/imports/new").body, "submission");
    upload_as(browser, csrf, &key, name, file, dry_run)
}

fn upload_as(browser: &Browser, csrf: &str, key: &str, name: &str, file: &str, dry_run: bool) -> (u16, String, String) {
    let mut body = String::new();
    let part = |name: &str, value: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    body.push_str(&part("csrf", csrf));
    body.push_str(&part("submission", key));
    body.push_str(&format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n"
    ));
    if dry_run {
        body.push_str(&part("dry_run", "true"));
    }
    body.push_str("--edge--\r\n");
    let kind = ContentType::new("multipart", "form-data").with_params(("boundary", "edge"));
    let request = browser.client.post("/imports/new").header(kind).body(body);
    let answer = request.header(Header::new("Sec-Fetch-Site", "same-origin")).dispatch();
    let to = answer.headers().get_one("Location").unwrap_or_default().to_owned();
    (answer.status().code, to, answer.into_string().unwrap_or_default())
}

/// Uploads a file; the status, where it leads, and the page.
pub fn send(browser: &Browser, name: &str, file: &str, dry_run: bool) -> (u16, String, String) {
    let csrf = browser.csrf("/imports/new");
    upload(browser, &csrf, name, file, dry_run)
}

/// The page of an import that is over.
pub fn ended(browser: &Browser, page: &str) -> String {
    for _ in 0..600 {
        let body = browser.get(page).body;
        if !body.contains(">Running<") {
            return body;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the import did not end");
}

fn people(test: &TestDb) -> usize {
    use chaperone::types::PersonId;
    test.db.read(|c| chaperone::store::clearance::people_after(c, PersonId(0), 1000)).unwrap().len()
}

#[test]
fn a_file_is_checked_then_taken_and_its_bad_rows_are_given_back() {
    let test = council(1);
    let officer = as_user(&test, OFFICER);
    let mut lines: Vec<String> = register(30, 7).lines().map(str::to_owned).collect();
    let header = lines[0].clone();
    let width = header.split(',').count();
    lines.push(format!("X999999,Nora,Brook,31/02/1980{}", ",".repeat(width - 4)));
    let file = lines.join("\n");
    let (status, to, _) = send(&officer, "C:\\files\\register.csv", &file, true);
    assert_eq!(status, 303);
    let body = ended(&officer, &to);
    assert!(body.contains("The file was only checked") && body.contains("register.csv") && !body.contains("C:\\"));
    assert_eq!(people(&test), 1);
    let (_, to, _) = send(&officer, "register.csv", &file, false);
    let body = ended(&officer, &to);
    assert!(body.contains("Rejected") && body.contains("report.csv"), "{body}");
    assert!(people(&test) > 25);
    let report = officer.get(&format!("{to}/report.csv")).body;
    assert!(report.contains("X999999") && report.contains("line,result,problem"), "{report}");
    assert!(officer.get("/").body.contains("Imports to mend or finish"));
    assert!(officer.get("/imports").body.contains(&format!("href=\"{to}\"")));
    let (_, again, _) = send(&officer, "report.csv", &report, false);
    assert!(ended(&officer, &again).contains("Rejected"));
}

#[test]
fn unknown_headings_are_settled_on_a_page() {
    let test = council(1);
    let officer = as_user(&test, OFFICER);
    let file = register(8, 9).replacen("contractor,", "works for,", 1);
    let (status, to, _) = send(&officer, "register.csv", &file, false);
    assert_eq!(status, 303);
    assert!(to.starts_with("/imports/new/columns/"), "{to}");
    let page = officer.get(&to).body;
    assert!(page.contains("Which column is which?") && page.contains("works for"));
    let header: Vec<&str> = file.lines().next().unwrap().trim_start_matches('\u{feff}').split(',').collect();
    let places: Vec<String> = (0..header.len()).map(|place| place.to_string()).collect();
    let chosen = |contractor: bool| -> Vec<(&str, &str)> {
        let named = header.iter().zip(&places).filter(|(name, _)| contractor || **name != "works for");
        named.map(|(name, place)| (if *name == "works for" { "contractor" } else { name }, place.as_str())).collect()
    };
    let refused = officer.fill(&to, &to, &chosen(false));
    assert_eq!(refused.status.code, 422);
    assert!(refused.body.contains("The file has no column for the contractor"));
    assert!(!refused.body.contains("map file"));
    let other = as_user(&test, "decider@council.example.org");
    assert_eq!(other.get(&to).to(), (303, "/imports/new"), "somebody else's file");
    let elsewhere = as_user(&test, OFFICER);
    assert!(elsewhere.get(&to).body.contains("Which column is which?"), "another process has the file too");
    test.db.read(|c| Ok(c.batch_execute("UPDATE import_files SET kept_at = '2026-11-21 09:00:00'")?)).unwrap();
    assert_eq!(officer.get(&to).to(), (303, "/imports/new"), "not for ever");
    test.db.read(|c| Ok(c.batch_execute("UPDATE import_files SET kept_at = '2026-11-22 23:00:00'")?)).unwrap();
    let taken = elsewhere.fill(&to, &to, &chosen(true));
    assert_eq!(taken.status.code, 303);
    let import = taken.location.unwrap();
    let body = ended(&officer, &import);
    assert!(body.contains(">Done<"), "{body}");
    assert_eq!(officer.get(&to).to(), (303, import.as_str()), "the file has gone on");
    assert_eq!(officer.fill("/imports/new", &to, &chosen(true)).to(), (303, import.as_str()), "clicked twice");
    assert_eq!(other.get(&to).to(), (303, "/imports/new"));
}

#[test]
fn an_upload_clicked_twice_is_one_import_and_a_waiting_file_is_sealed() {
    let test = council(1);
    let officer = as_user(&test, OFFICER);
    let file = register(8, 9);
    let key = hidden(&officer.get("/imports/new").body, "submission");
    let csrf = officer.csrf("/imports/new");
    let twice = [0, 1].map(|_| upload_as(&officer, &csrf, &key, "register.csv", &file, false));
    assert_eq!((twice[0].0, &twice[0].1), (303, &twice[1].1));
    ended(&officer, &twice[0].1);
    let odd = file.replacen("contractor,", "works for,", 1);
    send(&officer, "register.csv", &odd, false);
    use chaperone::store::schema::import_files as f;
    use diesel::prelude::*;
    let kept: Vec<(String, String)> = test.db.read(|c| Ok(f::table.select((f::key_hash, f::sealed)).load(c)?)).unwrap();
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].1.contains("works for") && kept[0].1.len() > odd.len());
}

#[test]
fn an_import_whose_process_died_says_so_until_the_file_is_imported_again() {
    let test = council(1);
    let officer = as_user(&test, OFFICER);
    let file = register(8, 9).replace("P0", "Q0");
    let clock = crate::support::account::clock();
    let sheet = read(file.as_bytes(), "late.csv").unwrap();
    let order = apply::Order { file_name: "late.csv", dry_run: false, by: UserId::SYSTEM };
    let page = format!("/imports/{}", apply::begin(&test.db, &clock, order, &sheet).unwrap().id);
    let refreshes = || officer.client.get(&page).dispatch().headers().get_one("Refresh").is_some();
    assert!(refreshes() && officer.get(&page).body.contains(">Running<"));
    assert!(!officer.get("/").body.contains("Imports to mend or finish"));
    let old = "UPDATE imports SET seen_at = '2026-11-21 09:00:00' WHERE state = 'running'";
    test.db.read(|c| Ok(c.batch_execute(old)?)).unwrap();
    assert!(!refreshes() && officer.get(&page).body.contains("Import the same file again to go on."));
    assert!(officer.get("/imports").body.contains(">Failed<"));
    assert!(officer.get("/").body.contains("Imports to mend or finish"));
    let (_, again, _) = send(&officer, "late.csv", &file, false);
    assert!(ended(&officer, &again).contains(">Done<"));
    assert!(!officer.get("/").body.contains("Imports to mend or finish"));
    assert!(officer.get(&page).body.contains("<dt class=\"govuk-summary-list__key\">Ended"), "it is over");
}

#[test]
fn what_is_no_register_is_refused_in_words() {
    let test = council(1);
    let officer = as_user(&test, OFFICER);
    assert!(officer.get("/imports").body.contains("register.csv"));
    let (status, _, body) = send(&officer, "", "", false);
    assert_eq!(status, 422);
    assert!(body.contains("Select a file") && body.contains("There is a problem"));
    let (status, _, body) = send(&officer, "empty.csv", "  ", true);
    assert_eq!(status, 422);
    assert!(body.contains("is empty"));
    let (status, _, _) = upload(&officer, "forged", "register.csv", "a,b\n1,2\n", false);
    assert_eq!(status, 403);
    let team = [404, 200, 200, 404, 404, 404, 303];
    for path in ["/imports", "/imports/new", "/imports/1", "/imports/1/report.csv"] {
        assert_eq!(answers(&test, path), team, "{path}");
    }
    assert_eq!(officer.get("/imports/999").status.code, 404);
    let auditor = as_user(&test, "auditor@council.example.org");
    let csrf = auditor.csrf("/policy");
    assert_eq!(upload(&auditor, &csrf, "register.csv", "a,b\n1,2\n", false).0, 404);
}
