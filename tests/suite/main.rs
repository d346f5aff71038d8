//! One test binary: a file per noun.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod attack;
mod components;
mod contractor;
mod crash;
mod deliver;
mod engagement;
mod erasure;
mod evidence;
mod fake_dbs;
mod fixtures;
mod guard;
mod history;
mod hold;
mod house_rules;
mod import;
mod import_pages;
mod job;
mod job_pages;
mod lapse;
mod leaving;
mod letter;
mod log_lines;
mod matrix;
mod merge;
mod migrate;
mod permission;
mod person;
mod person_form;
mod privacy;
mod register;
mod remind;
mod remind_year;
mod shell;
mod signin;
mod smtp;
mod status_check;
mod subject_access;
mod support;
mod today;
mod trail;
mod update_service;
mod update_service_answer;
mod user;
mod waiver;
