//! What is allowed, and what follows: commands that read as sentences, and rules that are pure.

pub mod clearance;
pub mod command;
pub mod import;
pub mod letter;
pub mod policy;
pub mod reminder;
pub mod requirement;
