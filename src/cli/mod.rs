//! The commands. This floor composes: it may import every other.

pub mod demo;

use std::process::ExitCode;

/// Runs the command named on the command line.
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
