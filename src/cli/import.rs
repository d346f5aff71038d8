//! `chaperone import FILE`.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};

use super::{open, say};
use crate::domain::import::{ColumnMap, apply, read, write_report};
use crate::error::{Error, Result};
use crate::store::migrate;
use crate::types::{Severity, UserId};

/// Take a legacy register.
#[derive(clap::Args)]
pub struct Import {
    /// A CSV or XLSX file; docs: README, "Importing a register".
    file: PathBuf,
    /// Judge every row and write none.
    #[arg(long)]
    dry_run: bool,
    /// A TOML file that says which heading is which column.
    #[arg(long)]
    map: Option<PathBuf>,
    /// Where to write the rows with problems, to be mended and imported again.
    #[arg(long)]
    report: Option<PathBuf>,
}

impl Import {
    pub fn run(self) -> Result<ExitCode> {
        let opened = open::open()?;
        let file_name = self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = std::fs::read(&self.file)
            .map_err(|error| Error::invalid("file", format!("{} cannot be read: {error}", self.file.display())))?;
        let sheet = read(&bytes, &file_name)?;
        sheet.notes.iter().for_each(|note| say::line(note));
        let map = match &self.map {
            Some(path) => ColumnMap::from_toml(&std::fs::read_to_string(path)?, &sheet.header)?,
            None => ColumnMap::of(&sheet.header)?,
        };
        for heading in map.unused() {
            say::line(&format!("The column “{heading}” is not used."));
        }
        let order = apply::Order { file_name: &file_name, dry_run: self.dry_run, by: UserId::SYSTEM };
        let import = apply::begin(&opened.db, &opened.clock, order, &sheet)?;
        let bar = ProgressBar::new(sheet.rows.len() as u64).with_style(style());
        let done = apply::apply(&opened.db, &opened.clock, import, &sheet, &map, |import| {
            bar.set_position(import.rows_seen.unsigned_abs());
        })?;
        bar.finish_and_clear();
        migrate::settle(&opened.db)?;
        if let Some(path) = &self.report {
            let rows = write_report(BufWriter::new(File::create(path)?), &sheet, &done.problems)?;
            say::line(&format!("{rows} rows with problems are in {}", path.display()));
        } else {
            for problem in done.problems.iter().filter(|problem| problem.severity == Severity::Rejected) {
                say::line(&format!("line {}: {} {}", problem.line, problem.column, problem.message));
            }
        }
        let import = &done.import;
        let verb = if self.dry_run { "would be taken" } else { "taken" };
        say::line(&format!(
            "{} rows: {} {verb}, {} unchanged, {} rejected; {} of those taken have warnings",
            import.rows_total, import.taken, import.unchanged, import.rejected, import.warned
        ));
        Ok(if import.rejected == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) })
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
