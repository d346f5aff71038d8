//! What is written down: the tables, on either database. Knows no rule, no page and no date of today.

pub mod access;
pub mod authority;
pub mod badge;
mod conn;
pub mod contractor;
mod db;
mod dialect;
pub mod erasure;
pub mod holding;
pub mod import;
pub mod invariant;
pub mod job;
pub mod leaving;
pub mod merge;
pub mod migrate;
pub mod outbox;
pub mod person;
mod rows;
#[allow(missing_docs)]
pub mod schema;
mod seal;
pub mod signin;
pub mod subject_access;
pub mod submission;
pub mod task;
pub mod today;
pub mod trail;
pub mod user;

pub mod application;
pub mod approval;
pub mod case;
pub mod clearance;
pub mod dbs;
pub mod decision;
pub mod engagement;
pub mod evidence;
pub mod hold;
pub mod licence;
pub mod policy;
pub mod register;
pub mod reminder;
pub mod waiver;
pub use conn::Conn;
pub use db::{Db, Tx};
pub use dialect::{is_duplicate, lock_contractor, lock_people};
pub use seal::{PersonKey, Seal, random_token};
