//! What tests stand on: a database of their own on either backend.

pub mod account;
pub mod database;
