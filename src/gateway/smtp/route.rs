//! Where letters go, read from `smtp_url`. Faults never repeat the address: it may hold a password.

use std::path::PathBuf;

use lettre::transport::smtp::authentication::Credentials;
use url::{Host, Url};

use crate::error::{Error, Result};
use crate::types::is_loopback;

/// The way letters leave.
#[derive(Debug)]
pub(super) enum Route {
    Folder(PathBuf),
    Relay(Relay),
}

/// A mail relay.
pub(super) struct Relay {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub sign_in: Option<Credentials>,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Relay {}:{} {:?}", self.host, self.port, self.tls)
    }
}

/// How the connection is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tls {
    None,
    Opportunistic,
    Required,
    Wrapped,
}

impl Route {
    pub(super) fn read(text: &str) -> Result<Route> {
        match text.split_once("://") {
            Some(("file", path)) if !path.is_empty() => Ok(Route::Folder(PathBuf::from(path))),
            Some(("smtp" | "smtps", _)) => relay(text).map(Route::Relay),
            _ => Err(bad("smtp_url must begin with smtp://, smtps:// or file://")),
        }
    }
}

fn relay(text: &str) -> Result<Relay> {
    let url = Url::parse(text).map_err(|_| bad("smtp_url cannot be read"))?;
    let host = match url.host() {
        Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
        Some(Host::Ipv4(ip)) => ip.to_string(),
        Some(Host::Ipv6(ip)) => ip.to_string(),
        _ => return Err(bad("smtp_url names no host")),
    };
    let sign_in = match (url.username(), url.password()) {
        ("", None) => None,
        (user, Some(pass)) => Some(Credentials::new(decode(user)?, decode(pass)?)),
        (_, None) => return Err(bad("smtp_url has a user but no password")),
    };
    let tls = tls(&url, is_loopback(&host))?;
    let usual = match (tls, &sign_in) {
        (Tls::Wrapped, _) => 465,
        (_, Some(_)) => 587,
        (_, None) => 25,
    };
    Ok(Relay { port: url.port().unwrap_or(usual), host, tls, sign_in })
}

fn tls(url: &Url, loopback: bool) -> Result<Tls> {
    let mut asked = None;
    for (name, value) in url.query_pairs() {
        asked = match (name.as_ref(), value.as_ref()) {
            ("tls", "none") => Some(Tls::None),
            ("tls", "opportunistic") => Some(Tls::Opportunistic),
            ("tls", "required") => Some(Tls::Required),
            _ => return Err(bad("smtp_url takes only tls=none, tls=opportunistic or tls=required")),
        };
    }
    match (url.scheme(), asked) {
        ("smtps", None | Some(Tls::Required)) => Ok(Tls::Wrapped),
        ("smtps", _) => Err(bad("smtps:// is always encrypted: leave tls out")),
        (_, Some(tls)) => Ok(tls),
        (_, None) => Ok(if loopback { Tls::None } else { Tls::Required }),
    }
}

fn decode(text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                let pair = [*high, *low];
                let code = std::str::from_utf8(&pair).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
                bytes.push(code.ok_or_else(|| bad("smtp_url has a stray % in its user or password"))?);
                after
            }
            _ => {
                bytes.push(first);
                tail
            }
        };
    }
    String::from_utf8(bytes).map_err(|_| bad("smtp_url's user or password is not UTF-8"))
}

fn bad(message: &str) -> Error {
    Error::invalid("smtp_url", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relay_of(text: &str) -> Relay {
        match Route::read(text).unwrap() {
            Route::Relay(relay) => relay,
            Route::Folder(_) => panic!("a folder"),
        }
    }

    #[test]
    fn a_relay_elsewhere_must_encrypt_and_one_here_need_not() {
        for (text, tls, port) in [
            ("smtp://mail.council.example", Tls::Required, 25),
            ("smtp://u:p@mail.council.example", Tls::Required, 587),
            ("smtp://mail.council.example:2525?tls=opportunistic", Tls::Opportunistic, 2525),
            ("smtp://mail.council.example?tls=none", Tls::None, 25),
            ("smtps://mail.council.example", Tls::Wrapped, 465),
            ("smtp://localhost", Tls::None, 25),
            ("smtp://127.0.0.1:1025", Tls::None, 1025),
            ("smtp://[::1]:1025", Tls::None, 1025),
            ("smtp://127.0.0.1:1025?tls=required", Tls::Required, 1025),
        ] {
            let relay = relay_of(text);
            assert_eq!((relay.tls, relay.port), (tls, port), "{text}");
        }
    }

    #[test]
    fn a_password_may_hold_any_character() {
        let wanted = Credentials::new("té@m".into(), "p/ss:w%rd".into());
        assert_eq!(relay_of("smtp://t%C3%A9%40m:p%2Fss%3Aw%25rd@host").sign_in, Some(wanted));
    }

    #[test]
    fn a_fault_keeps_the_password() {
        for text in [
            "smtp://user:hunter2@",
            "smtp://user:hunter2@host?tls=maybe",
            "smtps://user:hunter2@host?tls=none",
            "smtp://user:hunter2%zz@host",
            "imap://user:hunter2@host",
            "file://",
        ] {
            let fault = format!("{:?}", Route::read(text).unwrap_err());
            assert!(fault.contains("smtp_url") && !fault.contains("hunter2"), "{fault}");
        }
        assert!(!format!("{:?}", Route::read("smtp://user:hunter2@host").unwrap()).contains("hunter2"));
    }
}
