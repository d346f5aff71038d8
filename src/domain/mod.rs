//! What is allowed, and what follows: rules as pure functions, and the commands that write.

pub mod clearance;
pub mod policy;
pub mod requirement;
