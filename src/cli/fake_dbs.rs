//! `chaperone fake-dbs`: a pretend Update Service with the real one's wire format (facts.md §2.3), for the tests and the
//! demonstration. It keeps nothing and logs no address.

mod scenario;

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chrono::NaiveDate;
use quick_xml::escape::escape;
use rocket::config::{Config, Ident, LogLevel};
use rocket::http::{ContentType, Status};
use rocket::{Build, FromForm, Rocket, State, get, routes};

use super::{open, say};
use crate::error::{Error, Result};
use crate::store::Db;
use crate::store::dbs::certificate;
use crate::store::migrate::{self, Purpose};
use crate::types::StatusResult;
use crate::web::log::RequestLog;
use scenario::Says;

pub use scenario::Scenario;

/// Pretend to be the DBS Update Service, on this machine only.
#[derive(clap::Args)]
pub struct FakeDbs {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8099)]
    port: u16,
    /// A TOML file: what to answer about which certificate, or about every one. Else the first digit of its number
    /// picks: 0 and 2 blank, 1 no match, 3 non-blank, 4 new information, 5 an answer after 90 seconds, 6 half an
    /// answer, 7 a failed check, 8 status 503, 9 status 500.
    #[arg(long)]
    scenario: Option<PathBuf>,
    /// Know the joined certificates of the demonstration or trial register that the settings name, by their surnames and
    /// dates of issue. Most pass; one in fifty is not found. The register is only read.
    #[arg(long, conflicts_with = "scenario")]
    register: bool,
}

impl FakeDbs {
    /// Serves until it is stopped.
    ///
    /// # Errors
    /// A scenario that cannot be read; a port that is taken.
    pub fn run(self) -> Result<ExitCode> {
        let scenario = match self.scenario {
            Some(path) => {
                let text = std::fs::read_to_string(&path);
                Scenario::read(&text.map_err(|error| Error::Conflict(format!("{}: {error}", path.display())))?)?
            }
            None if self.register => known(&open::open()?.db)?,
            None => Scenario::default(),
        };
        let told = rocket::fairing::AdHoc::on_liftoff("address", |rocket| {
            let port = rocket.config().port;
            Box::pin(async move { say::line(&format!("update_service_url = \"http://127.0.0.1:{port}{PATH}\"")) })
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let served = runtime.block_on(rocket(self.port, scenario).attach(told).launch());
        served.map_err(|error| Error::Unavailable(format!("the service cannot be served: {error}")))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What a register of invented people makes the service know.
///
/// # Errors
/// `Conflict` for a live register: nobody's certificate is pretended about.
pub fn known(db: &Db) -> Result<Scenario> {
    if db.read(migrate::purpose)? == Purpose::Live {
        return Err(Error::Conflict(
            "a live register is nothing to pretend about: use one made by demo or --trial".into(),
        ));
    }
    Ok(Scenario::of(db.read(certificate::joined)?))
}

/// Where it answers; a certificate number follows.
pub const PATH: &str = "/crsc/api/status";

/// The service, ready to launch on loopback.
pub fn rocket(port: u16, scenario: Scenario) -> Rocket<Build> {
    let config = Config {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port,
        ident: Ident::none(),
        // Rocket's own log prints addresses with their queries; `RequestLog` prints the route's pattern.
        log_level: LogLevel::Off,
        cli_colors: false,
        ..Config::debug_default()
    };
    rocket::custom(config).attach(RequestLog).manage(scenario).mount(PATH, routes![status])
}

/// The query as the real service wants it.
#[derive(FromForm)]
struct Asked {
    #[field(name = "dateOfBirth")]
    date_of_birth: Option<String>,
    surname: Option<String>,
    #[field(name = "hasAgreedTermsAndConditions")]
    has_agreed: Option<String>,
    #[field(name = "organisationName")]
    organisation: Option<String>,
    #[field(name = "employeeForename")]
    forename: Option<String>,
    #[field(name = "employeeSurname")]
    officer: Option<String>,
}

impl Asked {
    fn is_sound(&self) -> bool {
        let names = [&self.surname, &self.organisation, &self.forename, &self.officer];
        names.into_iter().all(|name| name.as_deref().is_some_and(|name| !name.trim().is_empty()))
            && self.has_agreed.as_deref() == Some("true")
            && self
                .date_of_birth
                .as_deref()
                .is_some_and(|text| text.len() == 10 && NaiveDate::parse_from_str(text, "%d/%m/%Y").is_ok())
    }
}

#[get("/<number>?<asked..>")]
async fn status(number: &str, asked: Asked, scenario: &State<Scenario>) -> Result<(ContentType, String), Status> {
    if number.len() != 12 || !number.bytes().all(|digit| digit.is_ascii_digit()) || !asked.is_sound() {
        return Err(Status::BadRequest);
    }
    let part = scenario.part(number);
    tokio::time::sleep(Duration::from_millis(part.delay_ms)).await;
    let surname = part.surname.or(asked.surname).unwrap_or_default().to_uppercase();
    let person = (part.forename.as_str(), surname.as_str(), part.printed_on);
    let text = match part.says {
        Says::Result(StatusResult::NoMatchFound) => document("SUCCESS", Some(StatusResult::NoMatchFound), None),
        Says::Result(result) => document("SUCCESS", Some(result), Some(person)),
        Says::Failure => document("FAILURE", None, None),
        Says::Malformed => {
            let whole = document("SUCCESS", Some(StatusResult::BlankNoNewInfo), Some(person));
            whole.split("<forename>").next().unwrap_or_default().to_owned()
        }
        Says::Status(code) => return Err(Status::new(code)),
    };
    Ok((ContentType::new("application", "xhtml+xml"), text))
}

fn document(kind: &str, status: Option<StatusResult>, person: Option<(&str, &str, NaiveDate)>) -> String {
    let mut text = format!("<statusCheckResult><statusCheckResultType>{kind}</statusCheckResultType>");
    // Writing to a String cannot fail.
    if let Some(status) = status {
        let _ = write!(text, "<status>{status}</status>");
    }
    if let Some((forename, surname, printed_on)) = person {
        let (forename, surname) = (escape(forename), escape(surname));
        let _ = write!(text, "<forename>{forename}</forename><surname>{surname}</surname>");
        let _ = write!(text, "<printDate class=\"sql-date\">{printed_on}</printDate>");
    }
    text.push_str("</statusCheckResult>");
    text
}
