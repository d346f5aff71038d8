//! One test binary: a file per noun.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod deliver;
mod import;
mod job;
mod lapse;
mod letter;
mod migrate;
mod remind;
mod remind_year;
mod smtp;
mod support;
mod trail;
