//! The one binary: every process of a council (web, jobs, commands) is this program.

use std::process::ExitCode;

fn main() -> ExitCode {
    chaperone::cli::run()
}
