//! One test binary: a file per noun.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod components;
mod fixtures;
mod log_lines;
mod shell;
