//! What a `jobs/<name>.toml` may say: a closed list of fields, each checked; no conditions, no expressions, no SQL.
//!
//! The shipped files are in the binary. A directory named in the configuration replaces them all, so a council changes
//! an hour or a limit without a rebuild. Any fault of any file stops the program at start, all faults named together.

mod params;
mod rule;
mod usual;

use std::path::Path;

use chrono_tz::Tz;
use serde::{Deserialize, de::DeserializeOwned};
use toml::{Table, Value};

use super::schedule::Schedule;
use super::span::Span;
use crate::error::Fault;

pub use params::{
    Anchor, Badges, Bulletins, Chase, CloseDecided, Deliver, Desk, Digest, Invariants, IssueBadges, Kind, Lapse,
    Remind, SessionReminders, StatusChecks,
};

/// One scheduled job, as its file says.
#[derive(Debug, Clone)]
pub struct JobSpec {
    /// The file's name without `.toml`: the job's name in logs, in `job_runs` and on the jobs page.
    pub name: String,
    /// The file's first line: what it does and which rule asks for it.
    pub about: String,
    /// When it is due.
    pub schedule: Schedule,
    /// What it does, with its parameters.
    pub kind: Kind,
    /// Whether it runs at all; the file of one that does not is checked all the same.
    pub enabled: bool,
    /// What becomes of runs missed while nothing was running.
    pub catch_up: CatchUp,
    /// How many items (people, firms, letters) are taken at a time, from 1 to 10,000.
    pub batch: u32,
    /// How often one run is begun before it is left as failed, from 1 to 100.
    pub max_attempts: u32,
    /// How long a run may take before another process takes it over, a day at most.
    pub timeout: Span,
}

/// What becomes of runs missed while nothing was running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// The latest missed one is run at start; the ones before it are not.
    Latest,
    /// None: wait for the next.
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    schedule: Option<String>,
    every: Option<Span>,
    zone: String,
    kind: Option<String>,
    enabled: bool,
    catch_up: CatchUp,
    batch: u32,
    max_attempts: u32,
    timeout: Span,
    params: Table,
}

impl Default for File {
    fn default() -> File {
        File {
            schedule: None,
            every: None,
            zone: "Europe/London".into(),
            kind: None,
            enabled: true,
            catch_up: CatchUp::Latest,
            batch: 200,
            max_attempts: 3,
            timeout: Span::minutes(30),
            params: Table::new(),
        }
    }
}

#[derive(rust_embed::Embed)]
#[folder = "jobs/"]
struct Shipped;

/// Every job, by name: those of `dir` where one is configured, else the shipped ones.
///
/// # Errors
/// All faults of all files, each `file: field: what is wrong`.
pub fn load(dir: Option<&Path>) -> Result<Vec<JobSpec>, Vec<String>> {
    let mut files = match dir {
        Some(dir) => configured(dir)?,
        None => shipped(),
    };
    files.sort();
    let mut faults = Vec::new();
    let mut jobs = Vec::new();
    for (path, text) in files {
        let read = text.map_err(|why| vec![Fault::new("the file", why)]).and_then(|text| read(&path, &text));
        match read {
            Ok(job) => jobs.push(job),
            Err(found) => faults.extend(found.iter().map(|x| format!("{path}: {}: {}", x.field, x.message))),
        }
    }
    if jobs.is_empty() && faults.is_empty() {
        faults.push(format!("{}: there is no job file here", dir.unwrap_or(Path::new("jobs")).display()));
    }
    if faults.is_empty() { Ok(jobs) } else { Err(faults) }
}

type Files = Vec<(String, Result<String, String>)>;

fn shipped() -> Files {
    Shipped::iter()
        .filter(|name| name.ends_with(".toml"))
        .filter_map(|name| Some((format!("jobs/{name}"), Shipped::get(&name)?.data)))
        .map(|(path, bytes)| (path, String::from_utf8(bytes.into_owned()).map_err(|e| e.to_string())))
        .collect()
}

fn configured(dir: &Path) -> Result<Files, Vec<String>> {
    let unreadable = |e: std::io::Error| vec![format!("{}: the directory cannot be read: {e}", dir.display())];
    let mut files = Files::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let text = std::fs::read_to_string(&path).map_err(|e| format!("cannot be read: {e}"));
            files.push((path.display().to_string(), text));
        }
    }
    Ok(files)
}

/// One file's job, or all its faults.
fn read(path: &str, text: &str) -> Result<JobSpec, Vec<Fault>> {
    let table: Table = text.parse().map_err(|e| vec![not_toml(text, &e)])?;
    let timings = ["schedule", "every"].iter().filter(|key| table.contains_key(**key)).count();
    let has_kind = table.contains_key("kind");
    let mut faults = Vec::new();

    let name = Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(plain) {
        faults.push(Fault::new("the file's name", "use a-z first, then a-z, 0-9 and hyphens"));
    }
    let about = text.lines().next().and_then(|line| line.strip_prefix('#')).map(str::trim).unwrap_or_default();
    if about.is_empty() {
        faults.push(Fault::new("line 1", "begin with a # comment saying what the job does and which rule asks for it"));
    }

    let file: File = each_key(table, "", &mut faults);
    let mut check = |good: bool, field: &str, message: &str| {
        if !good {
            faults.push(Fault::new(field, message));
        }
    };
    check(timings == 1, "schedule", "give either a schedule or every, one of the two");
    check(has_kind, "kind", "say which kind of job it is");
    check((1..=10_000).contains(&file.batch), "batch", "must be between 1 and 10000");
    check((1..=100).contains(&file.max_attempts), "max_attempts", "must be between 1 and 100");
    check(file.timeout <= Span::minutes(24 * 60), "timeout", "must be 24h at most");

    let zone = file.zone.parse::<Tz>().map_err(|_| Fault::new("zone", format!("there is no zone {:?}", file.zone)));
    let zone = zone.map_err(|fault| faults.push(fault)).unwrap_or(Tz::Europe__London);
    let wall = file.schedule.and_then(|cron| {
        Schedule::parse(&cron, zone).map_err(|message| faults.push(Fault::new("schedule", message))).ok()
    });
    let kind = file.kind.and_then(|word| Kind::read(&word, file.params, &mut faults));
    match (wall.or(file.every.map(Schedule::Every)), kind) {
        (Some(schedule), Some(kind)) if faults.is_empty() => Ok(JobSpec {
            name: name.to_owned(),
            about: about.to_owned(),
            schedule,
            kind,
            enabled: file.enabled,
            catch_up: file.catch_up,
            batch: file.batch,
            max_attempts: file.max_attempts,
            timeout: file.timeout,
        }),
        _ => Err(faults),
    }
}

/// Reads a table whose every field has a default one key at a time, so that each bad key is named and not only the
/// first; the bad ones are left at their defaults.
fn each_key<T: DeserializeOwned + Default>(table: Table, within: &str, faults: &mut Vec<Fault>) -> T {
    let mut good = Table::new();
    for (key, value) in table {
        let alone = Table::from_iter([(key.clone(), value.clone())]);
        match Value::Table(alone).try_into::<T>() {
            Ok(_) => drop(good.insert(key, value)),
            Err(e) => faults.push(Fault::new(format!("{within}{key}"), e.message().trim())),
        }
    }
    Value::Table(good).try_into().unwrap_or_default()
}

fn not_toml(text: &str, error: &toml::de::Error) -> Fault {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    Fault::new(format!("line {}", before.matches('\n').count() + 1), error.message().replace('\n', ", "))
}

#[cfg(test)]
mod tests;
