//! The few ways a command can fail. A person reads the sentence; an operator reads the detail and the place.
//!
//! `NotFound` is also the answer to what somebody may not know of; `Forbidden` is for an act on something they
//! can see; `Invalid` sends a form back with its fields; `Conflict` says the thing moved meanwhile;
//! `Unavailable` may work later; `Internal` is ours.

use std::fmt;
use std::panic::Location;

/// The result of nearly everything.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One thing wrong with one field of a form or a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The field's name in the form.
    pub field: String,
    /// What is wrong, as a sentence for the person who typed it.
    pub message: String,
}

impl Fault {
    /// A fault of `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { field: field.into(), message: message.into() }
    }
}

/// Why something was not done.
#[derive(Debug)]
pub enum Error {
    /// There is no such thing, or not for this person.
    NotFound,
    /// Visible, but not theirs to do; the sentence says why.
    Forbidden(&'static str),
    /// What was typed will not do.
    Invalid(Vec<Fault>),
    /// It was changed or done already.
    Conflict(String),
    /// Something outside does not answer; try again.
    Unavailable(String),
    /// A defect or a broken machine: operator's detail, and the place.
    Internal {
        /// For the log only.
        detail: String,
        /// Where it surfaced.
        at: &'static Location<'static>,
    },
}

impl Error {
    /// One fault of one field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Error {
        Error::Invalid(vec![Fault::new(field, message)])
    }

    /// A defect, with the caller's place.
    #[track_caller]
    pub fn internal(detail: impl fmt::Display) -> Error {
        Error::Internal { detail: detail.to_string(), at: Location::caller() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFound => f.write_str("not found"),
            Error::Forbidden(why) => f.write_str(why),
            Error::Invalid(faults) => {
                let lines: Vec<_> = faults.iter().map(|x| format!("{}: {}", x.field, x.message)).collect();
                f.write_str(&lines.join("; "))
            }
            Error::Conflict(why) | Error::Unavailable(why) => f.write_str(why),
            Error::Internal { detail, at } => write!(f, "{detail} ({}:{})", at.file(), at.line()),
        }
    }
}

impl std::error::Error for Error {}

impl From<diesel::result::Error> for Error {
    #[track_caller]
    fn from(error: diesel::result::Error) -> Error {
        match error {
            diesel::result::Error::NotFound => Error::NotFound,
            other => Error::internal(other),
        }
    }
}

macro_rules! internal_from {
    ($($source:ty),+ $(,)?) => {$(
        impl From<$source> for Error {
            #[track_caller]
            fn from(error: $source) -> Error {
                Error::internal(error)
            }
        }
    )+};
}

internal_from!(
    std::io::Error,
    serde_json::Error,
    askama::Error,
    diesel::r2d2::PoolError,
    tokio::task::JoinError,
    crate::types::UnknownWord
);
