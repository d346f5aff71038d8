//! One test binary: a file per noun.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod letter;
mod smtp;
mod support;
