//! What tests stand on: a database of their own on either backend, and a mail server.

pub mod account;
pub mod application;
pub mod applying;
pub mod asker;
pub mod badge;
pub mod browser;
pub mod case;
pub mod council;
pub mod crawl;
pub mod database;
pub mod dbs;
pub mod desk;
pub mod forms;
pub mod hall;
pub mod journey;
pub mod judge;
pub mod known;
pub mod mail_sink;
pub mod mime;
pub mod race;
pub mod register;
pub mod training;
pub mod watch;
pub mod world;
