//! domain

pub mod import;
