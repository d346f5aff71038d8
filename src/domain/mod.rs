//! What is allowed, and what follows: commands that read as sentences, and rules that are pure.

pub mod application;
pub mod authority;
pub mod clearance;
pub mod command;
pub mod contractor;
pub mod dbs_request;
pub mod engagement;
pub mod evidence;
pub mod hold;
pub mod import;
pub mod job;
pub mod letter;
pub mod outbox;
pub mod password;
pub mod permission;
pub mod person;
pub mod policy;
pub mod reason;
pub mod reminder;
pub mod requirement;
pub mod signin;
pub mod submission;
pub mod task;
pub mod today;
pub mod user;
pub mod waiver;
