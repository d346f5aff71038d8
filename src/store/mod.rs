//! What is written down: the tables, on either database. Knows no rule, no page and no date of today.

pub mod approval;
pub mod clearance;
pub mod dbs;
pub mod decision;
pub mod engagement;
pub mod evidence;
pub mod hold;
pub mod licence;
pub mod policy;
#[allow(missing_docs)]
pub mod schema;
pub mod waiver;
