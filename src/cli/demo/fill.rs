//! Fills an empty database with the invented council, or writes it as a register file.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use indicatif::ProgressBar;

use super::{
    applications, badges, broken_rows, bulletins, live, logins, register, training, watch, with_live_work, write_csv,
};
use crate::cli::{migrate as prepare, open, say};
use crate::clock::Clock;
use crate::domain::import::{ColumnMap, apply, read};
use crate::error::{Error, Result};
use crate::store::migrate::{self, Purpose};
use crate::store::trail;
use crate::types::UserId;

/// The seed of the council everybody is shown.
const SEED: u64 = 1;

/// Fill an empty database with an invented council.
#[derive(clap::Args)]
pub struct Demo {
    /// How many people.
    #[arg(long, default_value_t = 2700)]
    people: u32,
    /// The day the council is dated back from; today when left out.
    #[arg(long)]
    today: Option<NaiveDate>,
    /// Write the same council, everybody decided, as a register file instead.
    #[arg(long)]
    csv: Option<PathBuf>,
    /// Do nothing when the database holds something already.
    #[arg(long)]
    if_empty: bool,
}

impl Demo {
    /// Runs the command.
    ///
    /// # Errors
    /// A database in use, or one that does not answer.
    pub fn run(self) -> Result<ExitCode> {
        if let Some(path) = &self.csv {
            let today = self.today.unwrap_or_else(|| Clock::System.today());
            let rows = write_csv(BufWriter::new(File::create(path)?), register(self.people, SEED, today))?;
            say::line(&format!("{rows} rows written to {}", path.display()));
            return Ok(ExitCode::SUCCESS);
        }
        let opened = open::unchecked()?;
        migrate::migrate(&opened.db)?;
        if !opened.db.read(trail::is_empty)? {
            return if self.if_empty {
                Ok(ExitCode::SUCCESS)
            } else {
                Err(Error::Conflict("the database is not empty: the demonstration council wants one of its own".into()))
            };
        }
        let clock = Clock::Fixed(self.today.unwrap_or_else(|| opened.clock.today()));
        prepare::prepare(&opened.db, &clock, Purpose::Demo)?;
        let mut csv = Vec::new();
        let today = clock.today();
        write_csv(&mut csv, with_live_work(register(self.people, SEED, today), today))?;
        // A real file has its bad rows; these wait on Today to be mended.
        let broken = broken_rows(SEED, today);
        for row in broken.iter().filter(|row| row.column == "dbs_certificate_number").take(3) {
            let mut writer = csv::WriterBuilder::new().from_writer(&mut csv);
            writer.write_record(&row.fields).map_err(Error::internal)?;
        }
        let sheet = read(&csv, "demonstration.csv")?;
        let map = ColumnMap::of(&sheet.header)?;
        let order = apply::Order { file_name: "demonstration.csv", dry_run: false, by: UserId::SYSTEM };
        let import = apply::begin(&opened.db, &clock, order, &sheet)?;
        let bar = ProgressBar::new(sheet.rows.len() as u64);
        let done = apply::apply(&opened.db, &clock, import, &sheet, &map, |import| {
            bar.set_position(import.rows_seen.unsigned_abs());
        })?;
        bar.finish_and_clear();
        let url = opened.config.database_url.reveal();
        logins::enrol_all(&opened.db, &clock, &opened.config.council_name, url)?;
        live::begin(&opened.db, &clock)?;
        watch::begin(&opened.db, &clock)?;
        badges::begin(&opened.db, &clock)?;
        let applied = applications::begin(&opened.db, &clock)?;
        training::begin(&opened.db, &clock)?;
        bulletins::begin(&opened.db, &clock, &opened.config.team_email)?;
        migrate::settle(&opened.db)?;
        logins::tell(url);
        say::line(&format!(
            "The demonstration council has {} register rows and {applied} applications.",
            done.import.taken
        ));
        Ok(ExitCode::SUCCESS)
    }
}
