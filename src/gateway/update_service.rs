//! The DBS Update Service's status check (facts.md §2.3): one certificate at a time, no sign-in, XML back.
//!
//! The address that is asked carries a surname and a date of birth: nothing here is logged, and no error repeats what
//! was sent or what came back. Only an exact and whole answer is a result.

mod answer;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use reqwest::{Client, StatusCode, redirect};
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::{Builder, Runtime};
use url::Url;
use url::form_urlencoded::Serializer;

pub use answer::{Answer, Holder, read};

use crate::config;
use crate::error::{Error, Result};

/// How long one question may take from dialling to the answer's last byte.
const PATIENCE: Duration = Duration::from_secs(60);

/// More than any answer: the longest takes under a thousand bytes.
const BODY_CAP: usize = 16 * 1024;

/// Who asks. The person sees these names in their Update Service account.
pub struct Checker {
    /// The checking organisation: the council.
    pub organisation: String,
    /// Forename of the officer who checks; never the person checked.
    pub forename: String,
    /// Surname of that officer.
    pub surname: String,
    /// Whether that officer has accepted the service's legal declaration; nothing is asked before.
    pub has_accepted_declaration: bool,
}

/// What is asked of the service.
pub struct Question<'a> {
    /// Twelve digits.
    pub certificate: &'a str,
    /// Surname as printed on the certificate, whatever the person is called now.
    pub surname: &'a str,
    /// As printed on the certificate.
    pub date_of_birth: NaiveDate,
    /// Who asks.
    pub checker: &'a Checker,
}

/// Why nothing was learnt. None of these is a result, or may overwrite one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoResult {
    /// The question may not or cannot be put, and was not.
    NotAsked(&'static str),
    /// No connection, or it broke before the answer's end.
    NoAnswer(io::ErrorKind),
    /// Not within the patience.
    Timeout,
    /// Another HTTP status than 200.
    Status(u16),
    /// The service itself says that the check failed.
    Failure,
    /// An answer that is not exactly what the service is known to send: how.
    Malformed(&'static str),
}

impl fmt::Display for NoResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoResult::NotAsked(why) => write!(f, "the Update Service was not asked: {why}"),
            NoResult::NoAnswer(kind) => write!(f, "the Update Service did not answer: {kind}"),
            NoResult::Timeout => f.write_str("the Update Service did not answer in time"),
            NoResult::Status(code) => write!(f, "the Update Service answered with status {code}"),
            NoResult::Failure => f.write_str("the Update Service said that the check failed"),
            NoResult::Malformed(how) => write!(f, "the Update Service's answer cannot be read: {how}"),
        }
    }
}

impl std::error::Error for NoResult {}

/// The way to the service. Waits on the thread that asks: keep it off the threads that serve pages, dropping included.
pub struct UpdateService {
    client: Client,
    base: Url,
    patience: Duration,
    runtime: Runtime,
}

impl UpdateService {
    /// Reads the setting `update_service_url`, to which certificate numbers are added. Dials nothing.
    ///
    /// # Errors
    /// `Invalid` when the address is not one that `config::is_confidential` allows.
    pub fn open(url: &str) -> Result<UpdateService> {
        let wrong = || Error::invalid("update_service_url", config::UPDATE_SERVICE_URL_FAULT);
        let base = Url::parse(url).ok().filter(|_| config::is_confidential(url)).ok_or_else(wrong)?;
        let mut builder = Client::builder()
            .tls_backend_preconfigured(encryption()?)
            .redirect(redirect::Policy::none())
            .referer(false)
            // Nothing tends a kept connection between questions, so none is kept.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("chaperone/", env!("CARGO_PKG_VERSION")));
        if base.scheme() == "http" {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|_| Error::internal("the HTTP client cannot be made"))?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(UpdateService { client, base, patience: PATIENCE, runtime })
    }

    /// The same with another limit on each question.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> UpdateService {
        UpdateService { patience, ..self }
    }

    /// Asks once; trying again is the caller's affair.
    ///
    /// # Errors
    /// Why nothing was learnt.
    pub fn check(&self, question: &Question<'_>) -> Result<Answer, NoResult> {
        let address = self.address(question)?;
        let asked = async { tokio::time::timeout(self.patience, self.ask(address)).await };
        let body = self.runtime.block_on(asked).unwrap_or(Err(NoResult::Timeout))?;
        read(&body)
    }

    async fn ask(&self, address: Url) -> Result<Vec<u8>, NoResult> {
        let mut response = self.client.get(address).send().await.map_err(|error| broken(&error))?;
        if response.status() != StatusCode::OK {
            return Err(NoResult::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| broken(&error))? {
            body.extend_from_slice(&piece);
            if body.len() > BODY_CAP {
                return Err(NoResult::Malformed("it is too long"));
            }
        }
        Ok(body)
    }

    fn address(&self, question: &Question<'_>) -> Result<Url, NoResult> {
        let Question { certificate, surname, date_of_birth, checker } = *question;
        if !checker.has_accepted_declaration {
            return Err(NoResult::NotAsked("no named officer has accepted the declaration"));
        }
        if certificate.len() != 12 || !certificate.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(NoResult::NotAsked("a certificate number has twelve digits"));
        }
        let names = [surname, &checker.organisation, &checker.forename, &checker.surname].map(str::trim);
        if names.contains(&"") {
            return Err(NoResult::NotAsked("a name is missing"));
        }
        let [surname, organisation, forename, officer] = names;
        let mut address = self.base.clone();
        let path = address.path_segments_mut();
        path.map_err(|()| NoResult::NotAsked("the address has no path"))?.pop_if_empty().push(certificate);
        let query = Serializer::new(String::new())
            .append_pair("dateOfBirth", &date_of_birth.format("%d/%m/%Y").to_string())
            .append_pair("surname", surname)
            .append_pair("hasAgreedTermsAndConditions", "true")
            .append_pair("organisationName", organisation)
            .append_pair("employeeForename", forename)
            .append_pair("employeeSurname", officer)
            .finish();
        // Every server reads `%20` as a space, not every one `+`; a plus that was typed is `%2B` by now.
        address.set_query(Some(&query.replace('+', "%20")));
        Ok(address)
    }
}

/// The provider and the roots are named: neither may hang on which other crates are linked.
fn encryption() -> Result<ClientConfig> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(versions.map_err(Error::internal)?.with_root_certificates(roots).with_no_client_auth())
}

/// The kind alone: the error's own text holds the address.
fn broken(error: &reqwest::Error) -> NoResult {
    if error.is_timeout() {
        return NoResult::Timeout;
    }
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            return NoResult::NoAnswer(io.kind());
        }
        cause = inner.source();
    }
    NoResult::NoAnswer(io::ErrorKind::Other)
}
