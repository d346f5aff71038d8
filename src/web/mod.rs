//! The web door: builds the Rocket. Each noun's file hands over its routes; nothing here decides anything.

pub mod accessibility;
pub mod answer;
pub mod app;
pub mod appeal;
pub mod application;
pub mod assessment;
pub mod assets;
pub mod badge;
pub mod badge_check;
pub mod booking;
pub mod bulletin;
pub mod catcher;
pub mod concern;
pub mod contractor;
pub mod cookie;
pub mod course;
pub mod criteria;
pub mod demand;
pub mod engagement;
pub mod erasure;
pub mod evidence;
pub mod filters;
pub mod form;
pub mod guard;
pub mod health;
pub mod hold;
pub mod import;
pub mod interview;
pub mod job;
pub mod leaving;
pub mod log;
pub mod merge;
pub mod metrics;
pub mod more;
pub mod notice;
pub mod outbox;
pub mod own;
pub mod page;
pub mod pdf;
pub mod person;
pub mod person_form;
pub mod policy;
pub mod proposal;
pub mod queue;
pub mod report;
pub mod retention;
pub mod security;
pub mod session;
pub mod signin;
pub mod subject_access;
pub mod submission;
pub mod tag;
pub mod task;
pub mod today;
mod typed_date;
pub mod update_service;
pub mod user;
pub mod vault;
pub mod waiver;

use rocket::config::{Config as Rocketry, Ident, LogLevel, SecretKey, Shutdown};
use rocket::data::{Limits, ToByteUnit};
use rocket::shield::Shield;
use rocket::{Build, Rocket};
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::error::{Error, Result};
use app::App;
use page::Site;

/// The pages as `config` wants them. The caller manages what else the rooms ask for, and launches.
///
/// # Errors
/// The address is none, or no secret key is set.
pub fn build(config: &Config) -> Result<Rocket<Build>> {
    let site = Site::of(config);
    let rocket = rocket::custom(rocketry(config)?)
        .attach(log::RequestLog)
        .attach(security::Headers::new(site.https))
        .attach(Shield::new())
        .manage(site)
        .register("/", catcher::catchers())
        .mount("/", assets::routes())
        .mount("/", health::routes())
        .mount("/", accessibility::routes())
        .mount("/", notice::routes());
    Ok(rocket)
}

/// The pages of a register: the shell, the gate, and the rooms behind it.
///
/// # Errors
/// As [`build`].
pub fn open(app: App) -> Result<Rocket<Build>> {
    let rocket = build(&app.config)?
        .attach(guard::Gate)
        .attach(metrics::Meter::default())
        .mount("/", guard::routes())
        .mount("/", signin::routes())
        .mount("/", person::routes())
        .mount("/", user::routes())
        .mount("/", today::routes())
        .mount("/", task::routes())
        .mount("/", contractor::routes())
        .mount("/", outbox::routes())
        .mount("/", person_form::routes())
        .mount("/", evidence::routes())
        .mount("/", hold::routes())
        .mount("/", waiver::routes())
        .mount("/", engagement::routes())
        .mount("/", leaving::routes())
        .mount("/", merge::routes())
        .mount("/", subject_access::routes())
        .mount("/", erasure::routes())
        .mount("/", job::routes())
        .mount("/", update_service::routes())
        .mount("/", import::routes())
        .mount("/", policy::routes())
        .mount("/", interview::routes())
        .mount("/", badge::routes())
        .mount("/", vault::routes())
        .mount("/", retention::routes())
        .mount("/", queue::routes())
        .mount("/", report::routes())
        .mount("/", application::routes())
        .mount("/", own::routes())
        .mount("/", criteria::routes())
        .mount("/", more::routes())
        .mount("/", assessment::routes())
        .mount("/", proposal::routes())
        .mount("/", appeal::routes())
        .mount("/", course::routes())
        .mount("/", session::routes())
        .mount("/", booking::routes())
        .mount("/", demand::routes())
        .mount("/", bulletin::routes())
        .mount("/", badge_check::routes())
        .mount("/", concern::routes())
        .mount("/", health::register_routes())
        .mount("/", metrics::routes())
        .manage(crate::domain::badge_check::Pace::default())
        .manage(app);
    Ok(rocket)
}

fn rocketry(config: &Config) -> Result<Rocketry> {
    let key = config.secret_key.reveal();
    if key.is_empty() {
        return Err(Error::internal("secret_key is not set"));
    }
    // Its own digest: the same text also makes other keys.
    let material = Sha256::new().chain_update("chaperone cookies\0").chain_update(key).finalize();
    // A header that anyone can send is believed only when a proxy is said to set it.
    let header = config.proxy_ip_header.trim();
    Ok(Rocketry {
        address: config.address.parse().map_err(|_| Error::internal("address is not an IP address"))?,
        port: config.port,
        ident: Ident::none(),
        ip_header: (!header.is_empty()).then(|| header.to_owned().into()),
        // Data forms are read by the import's upload alone; every other form has a cap of its own (`form.rs`).
        limits: Limits::new()
            .limit("form", 64.kibibytes())
            .limit("string", 64.kibibytes())
            .limit("file", 64.mebibytes())
            .limit("data-form", 65.mebibytes()),
        secret_key: SecretKey::derive_from(&material),
        // Above the time a letter takes, so that a night's work ends before the process does.
        shutdown: Shutdown { grace: 10, mercy: 5, ..Shutdown::default() },
        // Rocket's own log prints addresses with their queries; `log.rs` stands in for it.
        log_level: LogLevel::Off,
        cli_colors: false,
        ..Rocketry::release_default()
    })
}
