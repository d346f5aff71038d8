//! One test binary: a file per noun.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod components;
mod fixtures;
mod guard;
mod import;
mod letter;
mod log_lines;
mod migrate;
mod permission;
mod person;
mod register;
mod shell;
mod signin;
mod smtp;
mod support;
mod trail;
mod user;
