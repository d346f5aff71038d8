//! How fast cards come on paper; and a morning's look at every clearance and every badge, against its statements.

use std::time::{Duration, Instant};

use chaperone::config::Config;
use chaperone::jobs::run_once;
use chaperone::store::migrate;
use chaperone::web::badge::{Card, House, cards, sheet};
use chrono::{Days, NaiveDate};

use crate::bare::Bare;
use crate::ground::{Ground, today};
use crate::record;
use crate::table::{Aim, Table, median, ms, over};

/// Cards of one file.
const CARDS: usize = 100;

fn picture() -> Vec<u8> {
    let mut bytes = Vec::new();
    image::RgbImage::from_fn(413, 531, |x, y| image::Rgb([(x / 2) as u8, (y / 3) as u8, 120]))
        .write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Jpeg)
        .unwrap();
    bytes
}

fn card(nth: usize, picture: &[u8]) -> Card {
    Card {
        name: format!("Bartholomew Featherstonehaugh-Cholmondeley {nth}"),
        role: "passenger_assistant".into(),
        role_title: "Passenger assistant".into(),
        firm: "Birch & Sons Coaches".into(),
        number: format!("C{nth:06}"),
        code: "7K3QXB".into(),
        issued_on: today(),
        expires_on: today(),
        link: format!("https://badges.example.org/b/{}{nth:04}", "aB3-_x".repeat(17)),
        photo: Some(picture.to_vec()),
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

/// How many cards a second, without regard to people.
pub fn paper(table: &mut Table, rounds: u32) {
    let (house, picture) = (House::of(&Config::default()), picture());
    let all: Vec<Card> = (0..CARDS).map(|nth| card(nth, &picture)).collect();
    for (what, draw) in [("100 badge cards, front and back", true), ("100 badges on sheets of ten", false)] {
        let mut times = Vec::new();
        for _ in 0..rounds {
            times.push(timed(|| {
                let bytes = if draw { cards(&house, &all) } else { sheet(&house, &all) };
                assert!(bytes.unwrap().starts_with(b"%PDF"));
            }));
        }
        let rate = CARDS as f64 / median(times).as_secs_f64();
        table.amount(0, what, rate, " cards/s", Aim::AtLeast(100.0));
    }
}

/// A morning's look at every clearance and every badge.
pub fn rows(table: &mut Table, ground: &Ground, rounds: u32) {
    let rounds = if ground.people <= 30_000 { rounds.min(3) } else { 1 };
    let day = today().checked_add_days(Days::new(1)).unwrap();
    let settled = ground.copy();
    look(&settled, today());
    migrate::settle(&settled.db).unwrap();
    let heard = settled.copy();
    let sent = record::during(|| look(&heard, day));
    drop(heard);
    let (mut ours, mut sql) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let copy = settled.copy();
        ours.push(timed(|| look(&copy, day)));
        drop(copy);
        let copy = settled.copy();
        let bare = Bare::open(&copy.file);
        sql.push(timed(|| {
            bare.replay(&sent);
        }));
    }
    let (ours, sql) = (median(ours), median(sql));
    let what = format!("clearances and badges, a morning ({} statements)", sent.len());
    table.ratio(ground.people, &what, ms(ours), ms(sql), over(ours, sql), Aim::AtMost(3.0));
}

fn look(ground: &Ground, day: NaiveDate) {
    let office = ground.office(day, "smtp://127.0.0.1:1");
    for job in ["lapse", "badges"] {
        let outcome = run_once(&office, job, None).unwrap();
        assert!(!outcome.red, "{job}: {}", outcome.detail);
    }
}
