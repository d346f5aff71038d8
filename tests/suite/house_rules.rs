//! Keeps the floor plan true: imports run downwards, files stay short, one file reads the clock, one asks which database.

use std::fs;
use std::path::{Path, PathBuf};

/// Each floor and what it may not import.
const FORBIDDEN: [(&str, &[&str]); 9] = [
    ("src/types", &["store", "domain", "gateway", "web", "jobs", "cli", "config", "clock", "error"]),
    ("src/error.rs", &["store", "domain", "gateway", "web", "jobs", "cli", "config", "clock"]),
    ("src/clock.rs", &["store", "domain", "gateway", "web", "jobs", "cli", "config"]),
    ("src/config.rs", &["store", "domain", "gateway", "web", "jobs", "cli"]),
    ("src/store", &["domain", "gateway", "web", "jobs", "cli", "config"]),
    ("src/domain", &["gateway", "web", "jobs", "cli", "config"]),
    ("src/gateway", &["store", "domain", "web", "jobs", "cli"]),
    ("src/web", &["jobs", "cli"]),
    ("src/jobs", &["web", "cli"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(under: &str, ending: &str) -> Vec<PathBuf> {
    let path = root().join(under);
    if path.is_file() {
        return vec![path];
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).unwrap() {
        let entry = entry.unwrap().path();
        let name = entry.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        if entry.is_dir() {
            found.extend(files(&name, ending));
        } else if name.ends_with(ending) {
            found.push(entry);
        }
    }
    found
}

/// The lines of a file that are code, with their numbers; comments go.
fn code(file: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(file).unwrap();
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(at, line)| (at + 1, line.to_owned()))
        .collect()
}

fn offences(under: &str, is_bad: impl Fn(&Path, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for file in files(under, ".rs") {
        for (at, line) in code(&file) {
            if is_bad(&file, &line) {
                found.push(format!("{}:{at}: {}", file.strip_prefix(root()).unwrap().display(), line.trim()));
            }
        }
    }
    found
}

#[test]
fn imports_run_downwards() {
    for (floor, forbidden) in FORBIDDEN {
        let bad = offences(floor, |_, line| {
            forbidden.iter().any(|upper| {
                line.contains(&format!("crate::{upper}::")) || line.contains(&format!("use crate::{upper};"))
            })
        });
        assert!(bad.is_empty(), "{floor} reaches up: {bad:#?}");
    }
}

#[test]
fn the_clock_is_read_in_one_file() {
    let bad = offences("src", |file, line| {
        !file.ends_with("clock.rs") && ["Utc::now", "Local::now", "SystemTime::now"].iter().any(|c| line.contains(c))
    });
    assert!(bad.is_empty(), "{bad:#?}");
}

#[test]
fn one_file_asks_which_database_it_is() {
    let bad = offences("src", |file, line| {
        !file.ends_with("store/dialect.rs") && !file.ends_with("store/conn.rs") && line.contains("Conn::Pg")
    });
    assert!(bad.is_empty(), "{bad:#?}");
}

#[test]
fn only_a_command_begins_a_write() {
    let bad = offences("src", |file, line| !file.ends_with("domain/command.rs") && line.contains("db.write("));
    assert!(bad.is_empty(), "{bad:#?}");
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut lengths = Vec::new();
    for file in files("src", ".rs").into_iter().chain(files("tests/suite", ".rs")) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//!"), "{} does not say what it is for", file.display());
        if !file.ends_with("store/schema.rs") {
            lengths.push((text.lines().count(), file));
        }
    }
    lengths.sort();
    let (longest, file) = lengths.last().unwrap();
    assert!(*longest <= 500, "{} has {longest} lines", file.display());
    let median = lengths[lengths.len() / 2].0;
    assert!(median <= 140, "the median file has {median} lines");
}

#[test]
fn every_folder_of_pages_has_its_room() {
    for entry in fs::read_dir(root().join("templates")).unwrap() {
        let entry = entry.unwrap();
        let noun = entry.file_name().into_string().unwrap();
        if !entry.path().is_dir() || ["components", "mail"].contains(&noun.as_str()) {
            continue;
        }
        let room = root().join("src/web").join(&noun);
        assert!(room.is_dir() || room.with_extension("rs").is_file(), "templates/{noun} has no src/web/{noun}");
    }
}

#[test]
fn nothing_is_left_undone() {
    let marks = ["todo!", "unimplemented!", "FIXME", "#[ignore"];
    let bad = offences("src", |_, line| marks.iter().any(|mark| line.contains(mark)));
    assert!(bad.is_empty(), "{bad:#?}");
}

/// The tables of the schema: name, and columns with their types.
fn tables() -> Vec<(String, Vec<(String, String)>)> {
    let mut tables: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for line in fs::read_to_string(root().join("src/store/schema.rs")).unwrap().lines() {
        match line.trim().split_once(" -> ") {
            Some((column, kind)) if line.starts_with("        ") => {
                tables.last_mut().unwrap().1.push((column.to_owned(), kind.trim_end_matches(',').to_owned()));
            }
            _ if line.starts_with("    ") && line.ends_with(") {") => {
                tables.push((line.trim().split(' ').next().unwrap().to_owned(), Vec::new()));
            }
            _ => {}
        }
    }
    tables
}

#[test]
fn merge_subject_access_and_erasure_know_every_table_about_a_person_and_every_text_in_it() {
    use chaperone::store::holding::{CASES, HOLDINGS, OnErase};
    let tables = tables();
    assert!(tables.len() > 40, "the schema is not read: {}", tables.len());
    let has = |columns: &[(String, String)], wanted: &str| columns.iter().any(|(column, _)| column == wanted);
    // Findings hang on an assessment; panels name staff alone.
    let is_case = |name: &str, columns: &[(String, String)]| name == "findings" || has(columns, "application_id");
    let about: Vec<_> = tables
        .iter()
        .filter(|(name, columns)| name == "people" || has(columns, "person_id") || is_case(name, columns))
        .collect();
    let known: Vec<_> = HOLDINGS.iter().chain(&CASES).collect();
    for (name, columns) in &about {
        let held = known.iter().find(|held| held.table == name);
        let held = held.unwrap_or_else(|| panic!("{name} is about people and missing in src/store/holding.rs"));
        let blanked: Vec<&str> = match held.erase {
            OnErase::Blank(columns) => columns.iter().map(|(column, _)| *column).collect(),
            OnErase::Delete => continue,
            OnErase::Stay => Vec::new(),
        };
        for (column, kind) in columns.iter().filter(|(_, kind)| kind.contains("Text")) {
            let known = blanked.contains(&column.as_str()) || held.plain.contains(&column.as_str());
            assert!(known, "{name}.{column} ({kind}) is neither blanked by an erasure nor said to be plain");
        }
    }
    assert_eq!(about.len(), known.len(), "src/store/holding.rs names a table that is not there");
}
