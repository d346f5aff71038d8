//! What tests stand on: a database of their own on either backend.

pub mod database;
