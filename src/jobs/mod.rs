//! Scheduled work: what `jobs/*.toml` may say, and when each job is due. Knows no page.

pub mod schedule;
pub mod span;
pub mod spec;
