//! What tests lean on.

pub mod mail_sink;
pub mod mime;
