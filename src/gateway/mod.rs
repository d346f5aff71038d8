//! The outside world, called by the doors only: plain values in, plain results out. It knows nothing of the store.

pub mod smtp;
pub mod update_service;
