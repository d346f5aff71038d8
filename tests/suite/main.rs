//! One test binary: a file per noun.

mod migrate;
mod permission;
mod signin;
mod support;
mod trail;
mod user;
