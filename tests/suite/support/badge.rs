//! Photographs and badges, for tests.

use chaperone::domain::badge::{issue, photo, request};
use chaperone::domain::command;
use chaperone::domain::permission::Who;
use chaperone::store::badge::{self, Badge};
use chaperone::store::{contractor, photo as photos};
use chaperone::types::{Access, BadgeCause, BadgeId, BadgeRequestId, ContractorId, PersonId, Reach, fold};
use image::{ImageFormat, Rgb, RgbImage};
use rocket::http::{ContentType, Header};

use super::account::{active, clock, grant, who};
use super::browser::Browser;
use super::database::TestDb;
use super::desk::{Desk, ROLE};
use super::known::OTHER_FIRM;
use super::world::{Line, person};

/// A desk with these people, and one of the other firm's.
pub fn desk(lines: &[Line]) -> Desk {
    Desk::of(&[lines, &[person(900, OTHER_FIRM)]].concat())
}

/// A drawn head and shoulders.
pub fn portrait(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32 / width as f32 - 0.5, y as f32 / height as f32);
        let head = (x / 0.22).powi(2) + ((y - 0.38) / 0.24).powi(2) < 1.0;
        let shoulders = (x / 0.42).powi(2) + ((y - 1.0) / 0.36).powi(2) < 1.0;
        if head || shoulders { Rgb([70, 80, 96]) } else { Rgb([214, 222, 230]) }
    })
}

/// A picture as a file.
pub fn file(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut std::io::Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A small portrait as a JPEG.
pub fn jpeg() -> Vec<u8> {
    file(&portrait(420, 540), ImageFormat::Jpeg)
}

/// Uploads a photograph under a file name and a type that need not be true; the status, where it leads, and the page.
pub fn upload(browser: &Browser, id: PersonId, kind: (&str, &str), bytes: &[u8]) -> (u16, String, String) {
    let page = format!("/people/{id}/photo");
    let csrf = browser.csrf(&page);
    let mut body = format!("--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--edge\r\n");
    body.push_str(&format!("Content-Disposition: form-data; name=\"photo\"; filename=\"{}\"\r\n", kind.0));
    body.push_str(&format!("Content-Type: {}\r\n\r\n", kind.1));
    let mut body = body.into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    let form = ContentType::new("multipart", "form-data").with_params(("boundary", "edge"));
    let request = browser.client.post(page).header(form).body(body);
    let answer = request.header(Header::new("Sec-Fetch-Site", "same-origin")).dispatch();
    let to = answer.headers().get_one("Location").unwrap_or_default().to_owned();
    (answer.status().code, to, answer.into_string().unwrap_or_default())
}

/// An officer, for commands.
pub fn officer(test: &TestDb) -> Who {
    who(test, active(test, "badges@council.example.org", &[grant(Access::Officer)]))
}

/// The firm of this name.
pub fn firm(test: &TestDb, name: &str) -> ContractorId {
    test.db.read(|conn| contractor::by_folded_name(conn, &fold(name))).unwrap().unwrap().id
}

/// Gives somebody a photograph.
pub fn give_photo(test: &TestDb, who: &Who, id: PersonId, jpeg: &[u8]) {
    let cuts = [jpeg.to_vec()];
    command::run(&test.db, who.user, &clock(), |tx| {
        photo::offer(tx, who, id, &cuts)?;
        let cut = photos::cuts(tx, id, who.user)?.pop().unwrap();
        photo::choose(tx, who, id, cut)
    })
    .unwrap();
}

/// Asks for a badge of a passenger assistant.
pub fn ask(test: &TestDb, who: &Who, id: PersonId, firm_name: &str, cause: BadgeCause) -> BadgeRequestId {
    let work = request::Work { contractor: firm(test, firm_name), role: ROLE.into() };
    command::run(&test.db, who.user, &clock(), |tx| request::ask(tx, who, id, Some(&work), Some(cause))).unwrap()
}

/// Asks for a badge and issues it.
pub fn issued(test: &TestDb, who: &Who, id: PersonId, firm_name: &str, cause: BadgeCause) -> BadgeId {
    let request = ask(test, who, id, firm_name, cause);
    command::run(&test.db, who.user, &clock(), |tx| issue::issue(tx, who, request)).unwrap()
}

/// A person's badges, newest first.
pub fn badges(test: &TestDb, id: PersonId) -> Vec<Badge> {
    test.db.read(|conn| badge::of_person(conn, id)).unwrap()
}

/// Everybody's badges of a firm, newest first.
pub fn all(test: &TestDb) -> Vec<Badge> {
    let rows = test.db.read(|conn| badge::page(conn, &Reach::Everyone, &badge::Filter::default(), None, 5000));
    rows.unwrap().into_iter().map(|(badge, ..)| badge).collect()
}
