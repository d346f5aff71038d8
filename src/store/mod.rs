//! What is written down: the tables, on either database. Knows no rule, no page and no date of today.

#[allow(missing_docs)]
pub mod schema;
