//! The commands. This floor composes: it may import every other.

mod check;
mod criteria;
pub mod demo;
pub mod fake_dbs;
mod import;
mod job;
mod migrate;
mod open;
mod report;
mod say;
mod serve;
mod signing;
mod trail;
mod user;
mod work;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;

/// The safer-recruitment register for home-to-school transport.
#[derive(Parser)]
#[command(version, about, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Bring the database to this program's tables and publish the shipped policy.
    Migrate(migrate::Migrate),
    /// Take a legacy register (CSV or XLSX). Exit code 0: all rows taken, 2: some rejected, 1: failed.
    Import(import::Import),
    /// Recompute every clearance and report what is kept otherwise.
    Check(check::Check),
    /// The suitability criteria.
    Criteria(criteria::Criteria),
    /// The append-only history.
    Trail(trail::Trail),
    /// The people who sign in.
    User(user::User),
    /// What runs by itself.
    Job(job::Job),
    /// Figures of the register.
    Report(report::Report),
    /// Serve the pages and run the jobs.
    Serve(serve::Serve),
    /// Run the jobs without pages; several may share a PostgreSQL.
    Work(work::Work),
    /// The keys that sign the squares on the badges.
    Signing(signing::Signing),
    /// Fill an empty database with an invented council.
    Demo(demo::Demo),
    /// Pretend to be the DBS Update Service, for tests and the demonstration.
    FakeDbs(fake_dbs::FakeDbs),
}

/// Runs the command named on the command line.
pub fn run() -> ExitCode {
    open::start_log();
    let done = match Arguments::parse().command {
        Command::Migrate(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Criteria(command) => command.run(),
        Command::Trail(command) => command.run(),
        Command::User(command) => command.run(),
        Command::Job(command) => command.run(),
        Command::Report(command) => command.run(),
        Command::Work(command) => command.run(),
        Command::Serve(command) => command.run(),
        Command::Signing(command) => command.run(),
        Command::Demo(command) => command.run(),
        Command::FakeDbs(command) => command.run(),
    };
    done.unwrap_or_else(|error| {
        match &error {
            Error::Invalid(faults) => faults.iter().for_each(|fault| say::wrong(&fault.message)),
            other => say::wrong(&other.to_string()),
        }
        ExitCode::from(1)
    })
}
