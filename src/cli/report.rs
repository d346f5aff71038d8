//! `chaperone report`: the figures of the funnel at the terminal, or for another program.

use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Subcommand, ValueEnum};

use super::{open, say};
use crate::domain::report::{self, Figures, Funnel, STAGES, funnel};
use crate::error::{Error, Result};
use crate::store::report::{Filter, Split};
use crate::types::guarded;

/// Figures of the register.
#[derive(clap::Args)]
pub struct Report {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Applied, trace, interviewed, unsuitable, appealed, upheld. Cases the council opened itself are not counted.
    Funnel {
        /// Sent in on this day or later.
        #[arg(long)]
        from: Option<NaiveDate>,
        /// Sent in on this day or earlier.
        #[arg(long)]
        to: Option<NaiveDate>,
        /// A line for each.
        #[arg(long)]
        by: Option<By>,
        /// How it is written.
        #[arg(long, default_value = "table")]
        format: Format,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum By {
    Role,
    Contractor,
    Authority,
    Month,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

impl Report {
    pub fn run(self) -> Result<ExitCode> {
        let Act::Funnel { from, to, by, format } = self.act;
        let split = match by {
            None => Split::Whole,
            Some(By::Role) => Split::Role,
            Some(By::Contractor) => Split::Contractor,
            Some(By::Authority) => Split::Authority,
            Some(By::Month) => Split::Month,
        };
        let opened = open::open()?;
        let filter = Filter { from, to, ..Filter::default() };
        let today = opened.clock.today();
        let found = opened.db.read(|conn| funnel(conn, split, &filter, today))?;
        match format {
            Format::Table => table(&found).iter().for_each(|line| say::line(line)),
            Format::Csv => say::line(csv(&found, split)?.trim_end()),
            Format::Json => say::line(&serde_json::to_string_pretty(&found)?),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn table(found: &Funnel) -> Vec<String> {
    let widest = found.lines.iter().map(|line| line.name.chars().count()).max().unwrap_or(0).max(3);
    let columns: Vec<String> = STAGES.iter().map(|stage| format!("{:>18}", report::code(*stage))).collect();
    let line = |name: &str, figures: &Figures| {
        let cells = STAGES.iter().map(|stage| format!("{:>10} {:>7}", figures.of(*stage), figures.share(*stage)));
        format!("{name:<widest$}{}", cells.collect::<String>())
    };
    let head = format!("{:<widest$}{}", "", columns.concat());
    let lines = found.lines.iter().map(|one| line(&one.name, &one.figures));
    [head].into_iter().chain(lines).chain([line("All", &found.total)]).collect()
}

fn csv(found: &Funnel, split: Split) -> Result<String> {
    let first = Some(report::split_code(split)).filter(|code| !code.is_empty()).unwrap_or("which");
    let mut out = csv::Writer::from_writer(Vec::new());
    for line in report::csv(found, first, |count| count.to_string()) {
        out.write_record(line.iter().map(|cell| guarded(cell).into_owned())).map_err(Error::internal)?;
    }
    let bytes = out.into_inner().map_err(Error::internal)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
