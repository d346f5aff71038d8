//! One test binary: a file per noun.

mod migrate;
mod support;
mod trail;
