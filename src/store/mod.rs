//! What is written down: the tables, on either database. Knows no rule, no page and no date of today.

pub mod access;
mod conn;
mod db;
mod dialect;
pub mod migrate;
#[allow(missing_docs)]
pub mod schema;
mod seal;
pub mod signin;
pub mod trail;
pub mod user;

pub use conn::Conn;
pub use db::{Db, Tx};
pub(crate) use dialect::each;
pub use dialect::is_duplicate;
pub use seal::{PersonKey, Seal, random_token};
