//! Configuration: `Chaperone.toml`, then `CHAPERONE_*`; checked at start, all errors together.

use std::fmt;

use chrono::NaiveDate;
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;
use url::Url;

use crate::clock::Clock;
use crate::types::{Secret, Sender, is_loopback};

/// Everything a council sets. Each field is also `CHAPERONE_<NAME>` in the environment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The council's name, on every page and letter.
    pub council_name: String,
    /// Brand colour of the header, `#rrggbb`.
    pub brand_colour: String,
    /// Where people reach the pages; links in letters begin with it.
    pub base_url: String,
    /// `sqlite://path` or `postgres://…`.
    pub database_url: Secret,
    /// Database connections kept open.
    pub database_pool: u32,
    /// `smtp://`, `smtps://`, `smtp://…?tls=required` or `file://directory`. May hold a password.
    pub smtp_url: Secret,
    /// The From address of letters.
    pub mail_from: String,
    /// A staffed address for replies.
    pub mail_reply_to: String,
    /// The council's postal address, for the notices that anybody may read.
    pub council_address: String,
    /// The telephone number that a school rings about a badge; not shown when empty.
    pub council_phone: String,
    /// Who answers for personal data: the data protection officer's address of mail.
    pub data_protection_contact: String,
    /// Where the team's own letters go: all-clear, invariants.
    pub team_email: String,
    /// Who is sent the trail's head each day.
    pub auditor_email: String,
    /// Where DBS status checks are asked (facts.md §2.3); a certificate number follows. Nothing is asked when empty.
    pub update_service_url: String,
    /// At least 32 characters; seals cookies and personal keys. Made and kept beside a SQLite database when unset.
    pub secret_key: Secret,
    /// How long the council keeps backups, in days: what was destroyed is in them until then.
    pub backup_days: u32,
    /// Address the pages are served on.
    pub address: String,
    /// Port the pages are served on.
    pub port: u16,
    /// Header that a reverse proxy in front sets to the client's address; none when empty.
    pub proxy_ip_header: String,
    /// A token that opens `/metrics` to a monitor on another machine; none when empty.
    pub metrics: Secret,
    /// A directory that replaces the shipped `jobs/*.toml`.
    pub jobs_dir: Option<String>,
    /// A fixed day; refused on a live register.
    pub today: Option<NaiveDate>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            council_name: "Exampleshire County Council".into(),
            brand_colour: "#1d5a5a".into(),
            base_url: "http://127.0.0.1:8000".into(),
            database_url: Secret::new("sqlite://data/chaperone.db"),
            database_pool: 8,
            smtp_url: Secret::new("file://data/mail"),
            mail_from: "Home to school transport <transport@council.example.org>".into(),
            mail_reply_to: "transport-team@council.example.org".into(),
            council_address: "County Hall, Exampleton EX1 1AA".into(),
            council_phone: String::new(),
            data_protection_contact: "data-protection@council.example.org".into(),
            team_email: "transport-team@council.example.org".into(),
            auditor_email: "internal-audit@council.example.org".into(),
            update_service_url: "https://secure.crbonline.gov.uk/crsc/api/status".into(),
            secret_key: Secret::default(),
            backup_days: 35,
            address: "127.0.0.1".into(),
            port: 8000,
            proxy_ip_header: String::new(),
            metrics: Secret::default(),
            jobs_dir: None,
            today: None,
        }
    }
}

/// Every fault of a configuration.
#[derive(Debug)]
pub struct ConfigErrors(pub Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration will not do:")?;
        self.0.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl std::error::Error for ConfigErrors {}

impl Config {
    /// Reads and checks.
    ///
    /// # Errors
    /// All faults of file and environment at once.
    pub fn load() -> Result<Config, ConfigErrors> {
        // These belong to the build and the launcher, not to the program's settings.
        let environment = Env::prefixed("CHAPERONE_").ignore(&["assets", "config", "log"]);
        let file = std::env::var("CHAPERONE_CONFIG").unwrap_or_else(|_| "Chaperone.toml".into());
        let config: Config = Figment::new()
            .merge(Toml::file(file))
            .merge(environment)
            .extract()
            .map_err(|errors| ConfigErrors(errors.into_iter().map(|e| plain(&e)).collect()))?;
        let faults = config.faults();
        if faults.is_empty() { Ok(config) } else { Err(ConfigErrors(faults)) }
    }

    /// Who writes the letters.
    pub fn sender(&self) -> Sender {
        Sender {
            council: self.council_name.clone(),
            reply_to: self.mail_reply_to.clone(),
            base_url: self.base_url.trim_end_matches('/').to_owned(),
            address: self.council_address.trim().to_owned(),
        }
    }

    /// Where time comes from.
    pub fn clock(&self) -> Clock {
        self.today.map_or(Clock::System, Clock::Fixed)
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut check = |good: bool, text: &str| {
            if !good {
                faults.push(text.to_owned());
            }
        };
        check(!self.council_name.trim().is_empty(), "council_name is empty");
        check(is_colour(&self.brand_colour), "brand_colour must be #rrggbb");
        check(scheme_in(&self.base_url, &["http", "https"]), "base_url must be an http or https address");
        check(
            is_safe_to_carry_a_session(&self.base_url),
            "base_url must begin with https:// unless it is this machine: sign-ins travel to it",
        );
        check(
            scheme_in(self.database_url.reveal(), &["sqlite", "postgres", "postgresql"]),
            "database_url must begin with sqlite:// or postgres://",
        );
        check((1..=200).contains(&self.database_pool), "database_pool must be between 1 and 200");
        check(
            scheme_in(self.smtp_url.reveal(), &["smtp", "smtps", "file"]),
            "smtp_url must begin with smtp://, smtps:// or file://",
        );
        check(is_mailbox(&self.mail_from), "mail_from is not a mail address");
        for (name, value) in [
            ("mail_reply_to", &self.mail_reply_to),
            ("data_protection_contact", &self.data_protection_contact),
            ("team_email", &self.team_email),
            ("auditor_email", &self.auditor_email),
        ] {
            check(is_mailbox(value), &format!("{name} is not a mail address"));
        }
        check((1..=400).contains(&self.backup_days), "backup_days must be between 1 and 400");
        check(
            self.update_service_url.trim().is_empty() || is_confidential(&self.update_service_url),
            UPDATE_SERVICE_URL_FAULT,
        );
        let key = self.secret_key.reveal();
        check(
            key.is_empty() || (key.len() >= 32 && key.chars().collect::<std::collections::HashSet<_>>().len() > 8),
            "secret_key must be at least 32 varied characters",
        );
        check(self.address.parse::<std::net::IpAddr>().is_ok(), "address must be an IP address");
        faults
    }
}

/// figment's message without the value: it may be a secret.
fn plain(error: &figment::Error) -> String {
    use figment::error::Kind;
    let field = error.path.join(".");
    match &error.kind {
        Kind::UnknownField(name, _) => format!("there is no setting {name}"),
        Kind::InvalidType(_, wanted) | Kind::InvalidValue(_, wanted) => format!("{field} must be {wanted}"),
        _ => format!("{field} cannot be read"),
    }
}

fn scheme_in(url: &str, schemes: &[&str]) -> bool {
    url.split_once("://").is_some_and(|(scheme, rest)| {
        schemes.contains(&scheme)
            && !rest.is_empty()
            && (scheme == "sqlite" || scheme == "file" || Url::parse(url).is_ok())
    })
}

/// What is said of an `update_service_url` that is not [`is_confidential`].
pub const UPDATE_SERVICE_URL_FAULT: &str =
    "update_service_url must begin with https:// unless it is this machine, and end with its path";

/// Whether names and dates of birth may travel to `url`: https, or http to this machine; nothing after the path.
pub fn is_confidential(url: &str) -> bool {
    scheme_in(url, &["http", "https"])
        && is_safe_to_carry_a_session(url)
        && Url::parse(url).is_ok_and(|url| {
            let is_anonymous = url.username().is_empty() && url.password().is_none();
            is_anonymous && url.query().is_none() && url.fragment().is_none()
        })
}

fn is_safe_to_carry_a_session(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return true };
    url.scheme() != "http" || url.host_str().is_some_and(is_loopback)
}

fn is_mailbox(text: &str) -> bool {
    text.parse::<lettre::message::Mailbox>().is_ok()
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.chars().all(|c| c.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_together_and_keep_secrets() {
        let config = Config {
            council_name: " ".into(),
            base_url: "http://transport.example.org".into(),
            database_url: Secret::new("postgresql:oops"),
            smtp_url: Secret::new("smtp"),
            secret_key: Secret::new("hunter2"),
            ..Config::default()
        };
        let faults = config.faults();
        assert_eq!(faults.len(), 5, "{faults:?}");
        assert!(!format!("{faults:?}{config:?}").contains("hunter2"));
    }

    #[test]
    fn dates_of_birth_travel_under_https_or_not_at_all() {
        for good in
            ["https://dbs.example.org/status", "http://127.0.0.1:8099/status", "http://[::1]/", "http://localhost"]
        {
            assert!(is_confidential(good), "{good}");
        }
        for bad in [
            "",
            "http://dbs.example.org/status",
            "http://127.0.0.1.example.org/status",
            "http://192.168.0.7/status",
            "https://dbs.example.org/status?key=1",
            "https://dbs.example.org/status#here",
            "https://:word@dbs.example.org/status",
            "https://who@dbs.example.org/status",
            "file:///status",
            "dbs.example.org",
        ] {
            assert!(!is_confidential(bad), "{bad}");
        }
        let config = Config { update_service_url: "http://dbs.example.org/status".into(), ..Config::default() };
        assert_eq!(config.faults(), [UPDATE_SERVICE_URL_FAULT]);
    }

    #[test]
    fn the_shipped_settings_pass() {
        assert_eq!(Config::default().faults(), Vec::<String>::new());
    }
}
