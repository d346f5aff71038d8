//! What a job file may and may not say.

use std::fs;

use super::*;
use crate::types::At;

const GOOD: &str = "# Does a thing, as the policy asks.\nschedule = \"30 6 * * MON-FRI\"\nkind = \"remind\"\n";

fn one(text: &str) -> Result<JobSpec, Vec<String>> {
    read("jobs/sample.toml", text)
        .map_err(|faults| faults.into_iter().map(|x| format!("{}: {}", x.field, x.message)).collect())
}

fn dir(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

#[test]
fn the_shipped_jobs_are_one_of_each_kind() {
    let jobs = load(None).unwrap();
    let mut kinds: Vec<_> = jobs.iter().map(|job| job.kind.word()).collect();
    let names: Vec<_> = jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "anchor",
            "badges",
            "bulletins",
            "chase",
            "close-decided",
            "deliver",
            "digest",
            "invariants",
            "issue-badges",
            "lapse",
            "remind",
            "retention",
            "session-reminders",
            "status-checks"
        ]
    );
    assert_eq!(names.iter().map(|name| name.replace('-', "_")).collect::<Vec<_>>(), kinds);
    kinds.sort_by_key(|kind| Kind::WORDS.iter().position(|word| word == kind));
    assert_eq!(kinds, Kind::WORDS);
    assert!(jobs.iter().all(|job| job.enabled && job.about.ends_with('.')));
}

#[test]
fn the_shipped_night_lapses_then_checks_then_reminds() {
    let jobs = load(None).unwrap();
    let now = At::new("2026-11-22T12:00:00Z".parse().unwrap());
    let next = |name: &str| jobs.iter().find(|job| job.name == name).unwrap().schedule.next_after(now).unwrap();
    let nights: Vec<_> =
        ["deliver", "anchor", "lapse", "close-decided", "status-checks", "invariants", "remind", "digest"]
            .map(next)
            .into();
    assert!(nights.is_sorted(), "{nights:?}");
    assert_eq!(next("remind").to_string(), "2026-11-23T06:30:00Z");
}

#[test]
fn what_a_file_leaves_out_has_a_default() {
    let job = one(GOOD).unwrap();
    assert_eq!((job.name.as_str(), job.about.as_str()), ("sample", "Does a thing, as the policy asks."));
    assert_eq!(job.kind, Kind::Remind(Remind { escalate_after_days: 7, copy_second_contact: true }));
    assert_eq!((job.enabled, job.catch_up, job.batch, job.max_attempts), (true, CatchUp::Latest, 200, 3));
    assert_eq!(job.timeout.to_string(), "30m");
    assert_eq!(job.schedule.to_string(), "30 6 * * MON-FRI, Europe/London");
}

#[test]
fn what_a_file_says_is_taken() {
    let job = one(concat!(
        "# Sends.\nevery = \"90s\"\nkind = \"deliver\"\nenabled = false\ncatch_up = \"none\"\nbatch = 5\n",
        "max_attempts = 2\ntimeout = \"10m\"\n[params]\nlease = \"2m\"\nmax_attempts = 9\n",
        "first_wait = \"30s\"\nlongest_wait = \"2h\"\n",
    ))
    .unwrap();
    let span = |text: &str| text.parse::<Span>().unwrap();
    let (lease, first_wait, longest_wait) = (span("2m"), span("30s"), span("2h"));
    assert_eq!(job.kind, Kind::Deliver(Deliver { lease, max_attempts: 9, first_wait, longest_wait }));
    assert_eq!((job.enabled, job.catch_up, job.batch, job.max_attempts), (false, CatchUp::None, 5, 2));
    assert_eq!((job.timeout, job.schedule.to_string().as_str()), (span("10m"), "every 90s"));
}

#[test]
fn every_fault_of_a_file_is_named_with_its_field() {
    let faults = one(concat!(
        "schedule = \"0 6 * * 1\"\nevery = \"1m\"\nzone = \"Europe/Luton\"\nkind = \"remind\"\nenabled = \"yes\"\n",
        "catch_up = \"all\"\nbatch = 0\nmax_attempts = -1\ntimeout = \"25h\"\nwhen = \"x > 3\"\n",
        "[params]\nescalate_after_days = 0\ncopy_second_contact = 1\nsql = \"DROP\"\n",
    ))
    .unwrap_err();
    let named = |field: &str| faults.iter().filter(|fault| fault.starts_with(&format!("{field}: "))).count();
    for field in ["line 1", "zone", "enabled", "catch_up", "batch", "max_attempts", "timeout", "when"] {
        assert_eq!(named(field), 1, "{field}: {faults:#?}");
    }
    for field in ["params.escalate_after_days", "params.copy_second_contact", "params.sql"] {
        assert_eq!(named(field), 1, "{field}: {faults:#?}");
    }
    assert_eq!((named("schedule"), faults.len()), (2, 13), "{faults:#?}");
    assert!(faults.iter().all(|fault| !fault.contains('\n')), "{faults:#?}");
}

#[test]
fn a_file_must_say_when_and_what() {
    let faults = one("# Nothing.\n").unwrap_err();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert_eq!(one("# Odd.\nevery = \"1m\"\nkind = \"tidy\"\n").unwrap_err().len(), 1);
    assert_eq!(one("# Odd.\nevery = \"0m\"\nkind = \"lapse\"\n").unwrap_err().len(), 1);
    assert_eq!(one("# Odd.\nevery = 60\nkind = 7\n").unwrap_err().len(), 2);
    assert_eq!(one("# Never.\nschedule = \"0 0 30 2 *\"\nkind = \"lapse\"\n").unwrap_err().len(), 1);
}

#[test]
fn params_of_another_kind_are_refused() {
    let faults = one(&format!("{GOOD}[params]\nlease = \"5m\"\nto = \"team\"\n")).unwrap_err();
    assert!(faults.len() == 2 && faults[0].starts_with("params.lease: "), "{faults:?}");
    assert!(one("# To.\nevery = \"1h\"\nkind = \"digest\"\nparams = { to = \"a@b.example\" }\n").is_err());
    assert!(one("# To.\nevery = \"1h\"\nkind = \"lapse\"\nparams = { to = \"team\" }\n").is_err());
    let waits = "# Waits.\nevery = \"1m\"\nkind = \"deliver\"\nparams = { first_wait = \"2h\" }\n";
    assert_eq!(one(waits).unwrap_err(), ["params.first_wait: must not be longer than longest_wait"]);
}

#[test]
fn a_directory_replaces_the_shipped_files_wholly() {
    let dir = dir(&[("evening.toml", GOOD), ("morning.toml", GOOD), ("notes.txt", "not a job")]);
    let jobs = load(Some(dir.path())).unwrap();
    assert_eq!(jobs.iter().map(|job| job.name.as_str()).collect::<Vec<_>>(), ["evening", "morning"]);
}

#[test]
fn faults_of_all_files_come_together() {
    let dir = dir(&[
        ("a.toml", GOOD),
        ("b.toml", "# Broken.\nevery = \"1m\"\nevery = \"2m\"\n"),
        ("c.toml", "every = \"1m\"\nkind = \"tidy\"\n"),
        ("D d.toml", GOOD),
    ]);
    let faults = load(Some(dir.path())).unwrap_err();
    let begins = ["D d.toml: the file's name: ", "b.toml: line 3: ", "c.toml: line 1: ", "c.toml: kind: "];
    assert_eq!(faults.len(), begins.len(), "{faults:#?}");
    for (fault, begin) in faults.iter().zip(begins) {
        assert!(fault.contains(begin) && !fault.contains('\n'), "{fault}");
    }
}

#[test]
fn a_directory_without_jobs_is_a_fault() {
    let dir = dir(&[("notes.txt", "")]);
    assert_eq!(load(Some(dir.path())).unwrap_err().len(), 1);
    assert_eq!(load(Some(&dir.path().join("absent"))).unwrap_err().len(), 1);
}
