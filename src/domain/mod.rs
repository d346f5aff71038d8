//! What is allowed, and what follows: commands that read as sentences, and rules that are pure.

pub mod command;
