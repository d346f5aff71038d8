//! Chaperone: the safer-recruitment register for home-to-school transport.
//!
//! Imports run downwards only: `cli` → `web`, `jobs` → `domain` → `store` → the ground;
//! `gateway` is called by the doors alone. `tests/suite/house_rules.rs` keeps it so.

pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod error;
pub mod gateway;
pub mod jobs;
pub mod store;
pub mod types;
pub mod web;
