//! domain

pub mod letter;
