//! The public check of a badge by its square, from several phones at once, against a route that says hello.

use std::io::Cursor;
use std::time::Instant;

use chaperone::clock::Clock;
use chaperone::domain::badge::change::{Change, change};
use chaperone::domain::badge::request::{self, Work, badge_months};
use chaperone::domain::badge::{issue, photo};
use chaperone::domain::clearance::{clearance, dossiers};
use chaperone::domain::permission::Who;
use chaperone::domain::{command, policy, signing};
use chaperone::store::{access, badge, clearance as standings, photo as photos, user};
use chaperone::types::{BadgeCause, BadgeId, PersonId};
use rocket::{get, routes};
use tokio::runtime::Builder;

use crate::ground::{Ground, OFFICER, today};
use crate::http::{Client, Server, free_port, wait_for};
use crate::table::{Aim, Table};

/// Phones at once, and checks of each: together fewer than one address may make in a minute.
const PHONES: usize = 8;
const CHECKS: usize = 130;

#[get("/hello")]
fn hello() -> &'static str {
    "Hello, world!"
}

fn officer(ground: &Ground) -> Who {
    let found = |conn: &mut _| {
        let found = user::by_email(conn, OFFICER)?.unwrap();
        Ok(Who { user: found.id, name: found.name, accesses: access::in_force(conn, found.id)? })
    };
    ground.db.read(found).unwrap()
}

/// The badge of the first who may wear one, and the path of its square.
fn square(ground: &Ground) -> Option<(BadgeId, String)> {
    let (db, clock, officer) = (&ground.db, Clock::Fixed(today()), officer(ground));
    let (policies, people) =
        db.read(|conn| Ok((policy::published(conn)?, standings::people_after(conn, PersonId(0), 260)?))).unwrap();
    let mut picture = Vec::new();
    image::RgbImage::from_fn(420, 540, |x, y| image::Rgb([(x / 2) as u8, (y / 3) as u8, 120]))
        .write_to(&mut Cursor::new(&mut picture), image::ImageFormat::Jpeg)
        .unwrap();
    let cuts = photo::cuts(&picture).unwrap();
    for person in people {
        let dossier = db.read(|conn| dossiers(conn, &[person])).unwrap().pop()?;
        let able = |role: &str| {
            badge_months(&policies, role, today()).is_some()
                && clearance(&policies, role, &dossier, today()).is_cleared()
        };
        let work = dossier
            .engagements
            .iter()
            .find(|one| one.starts_on <= today() && one.ends_on.is_none_or(|end| end >= today()) && able(&one.role));
        let Some(work) = work else { continue };
        let work = Work { contractor: work.contractor_id, role: work.role.clone() };
        let issued = command::run(db, officer.user, &clock, |tx| {
            photo::offer(tx, &officer, person, &cuts)?;
            let cut = photos::cuts(tx, person, officer.user)?.remove(0);
            photo::choose(tx, &officer, person, cut)?;
            let request = request::ask(tx, &officer, person, Some(&work), Some(BadgeCause::New))?;
            issue::issue(tx, &officer, request)
        });
        let Ok(id) = issued else { continue };
        let seal = db.seal().clone();
        let opaque = db.read(|conn| badge::find(conn, id)).unwrap().opaque.unwrap();
        return Some((id, format!("/b/{}", db.read(|conn| signing::token(conn, &seal, &opaque)).unwrap())));
    }
    None
}

/// Answers a second on a port.
fn rate(port: u16, path: &str, wanted: &str) -> f64 {
    Client::new(port, "").get(path);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..PHONES {
            scope.spawn(|| {
                let mut client = Client::new(port, "");
                for _ in 0..CHECKS {
                    let (status, body) = client.get(path);
                    assert!(status == 200 && body.contains(wanted), "{path} answers {status}");
                }
            });
        }
    });
    (PHONES * CHECKS) as f64 / began.elapsed().as_secs_f64()
}

/// A round has a server of its own, since a server counts what one address asks for.
pub fn rows(table: &mut Table, ground: &Ground, rounds: u32) {
    let what = "public checks of a badge, 8 phones";
    let copy = ground.copy();
    let Some((badge, path)) = square(&copy) else {
        return table.absent(ground.people, what, "nobody may wear a badge");
    };
    let port = free_port();
    let config = rocket::Config { port, log_level: rocket::config::LogLevel::Off, ..rocket::Config::debug_default() };
    let bare = Builder::new_multi_thread().enable_all().build().unwrap();
    bare.spawn(rocket::custom(config).mount("/", routes![hello]).launch());
    drop(wait_for(port));
    let (mut ours, mut hellos) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let server = Server::start(&copy);
        ours.push(rate(server.port, &path, "✓ Authorised"));
        drop(server);
        hellos.push(rate(port, "/hello", "Hello"));
    }
    bare.shutdown_background();
    let (ours, hellos) = (middle(ours), middle(hellos));
    table.ratio(ground.people, what, told(ours), told(hellos), ours / hellos, Aim::AtLeast(0.02));
    let who = officer(&copy);
    command::run(&copy.db, who.user, &Clock::Fixed(today()), |tx| {
        change(tx, &who, badge, Change::Revoke, "Used by somebody else")
    })
    .unwrap();
    let (mut dead, mut forged) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        for (path, rates) in [(path.as_str(), &mut dead), ("/b/AAAA", &mut forged)] {
            rates.push(rate(Server::start(&copy).port, path, "✗ Not authorised"));
        }
    }
    let (dead, forged) = (middle(dead), middle(forged));
    let what = "a revoked badge's check against a forged one's";
    table.ratio(ground.people, what, told(dead), told(forged), dead / forged, Aim::AtLeast(0.8));
}

fn told(rate: f64) -> String {
    format!("{rate:.0}/s")
}

fn middle(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
