//! The real program, killed at random moments: what it acknowledged is there, the rest is done when it is run again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::support::database::{KEY, TestDb};
use crate::support::mail_sink::Sink;

fn chaperone(test: &TestDb, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chaperone"));
    command
        .args(arguments)
        .env_remove("CHAPERONE_TEST_POSTGRES")
        .env_remove("CHAPERONE_TEST_KILLS")
        .env("CHAPERONE_DATABASE_URL", &test.url)
        .env("CHAPERONE_SECRET_KEY", KEY)
        .env("CHAPERONE_TODAY", "2026-11-22")
        .env("CHAPERONE_DATABASE_POOL", "2")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs to the end and answers what it printed.
fn run(test: &TestDb, arguments: &[&str]) -> String {
    let output = chaperone(test, arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Kills it after a while; says whether it had ended by itself.
fn kill_after(mut child: Child, milliseconds: u64) -> bool {
    sleep(Duration::from_millis(milliseconds));
    if child.try_wait().unwrap().is_some() {
        return true;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    false
}

fn register(folder: &Path, people: u32) -> String {
    let path = folder.join("register.csv");
    let file = std::fs::File::create(&path).unwrap();
    let today = crate::support::database::day("2026-11-22");
    chaperone::cli::demo::write_csv(file, chaperone::cli::demo::register(people, 3, today)).unwrap();
    path.display().to_string()
}

/// Kills per kind of work; `CHAPERONE_TEST_KILLS` asks for more than a day's run has time for.
fn kills() -> u64 {
    std::env::var("CHAPERONE_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(4)
}

#[test]
fn an_import_killed_and_run_again_ends_as_if_it_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let file = register(folder.path(), 1500);
    let test = TestDb::new();
    for kill in 0..kills() {
        let child = chaperone(&test, &["import", &file]).spawn().unwrap();
        // Spread over the run without a pattern that meets the same moment each time.
        if kill_after(child, 40 + kill * 7919 % 900) {
            break;
        }
        run(&test, &["check"]);
        run(&test, &["trail", "verify"]);
    }
    run(&test, &["import", &file]);
    let again = run(&test, &["import", &file]);
    assert!(again.contains(": 0 taken"), "{again}");
    assert!(run(&test, &["check"]).contains("1500 people checked, 0 differences"));
    run(&test, &["trail", "verify"]);
}

/// The shipped jobs, but a letter whose worker died is free again after a second.
fn impatient_jobs(folder: &Path) -> String {
    let jobs = folder.join("jobs");
    std::fs::create_dir(&jobs).unwrap();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/jobs")).unwrap() {
        let path = entry.unwrap().path();
        let mut text = std::fs::read_to_string(&path).unwrap();
        if path.ends_with("deliver.toml") {
            assert!(text.contains("lease = \"5m\""));
            text = text.replace("lease = \"5m\"", "lease = \"1s\"");
        }
        std::fs::write(jobs.join(path.file_name().unwrap()), text).unwrap();
    }
    jobs.display().to_string()
}

#[test]
fn a_night_killed_and_run_again_loses_no_letter_and_sends_at_most_one_twice_for_each_kill() {
    let folder = tempfile::tempdir().unwrap();
    let (file, jobs, sink) = (register(folder.path(), 600), impatient_jobs(folder.path()), Sink::start());
    let test = TestDb::new();
    run(&test, &["import", &file]);
    let night = |name: &str| {
        let mut command = chaperone(&test, &["job", "run", name]);
        command.env("CHAPERONE_JOBS_DIR", &jobs).env("CHAPERONE_SMTP_URL", sink.url());
        command
    };
    let mut killed = 0;
    for kill in 0..kills() {
        for name in ["lapse", "remind", "deliver"] {
            let ended = kill_after(night(name).spawn().unwrap(), 15 + kill * 7919 % 450);
            killed += u64::from(!ended);
        }
    }
    for name in ["lapse", "remind"] {
        assert!(night(name).output().unwrap().status.success(), "{name}");
    }
    let owed = || {
        let said = night("deliver").output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        !String::from_utf8_lossy(&said.stdout).contains("deliver: 0 done")
    };
    sleep(Duration::from_millis(2100));
    while owed() {
        sleep(Duration::from_millis(1100));
    }
    let mut letters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut firms = BTreeSet::new();
    let messages = sink.messages();
    for message in &messages {
        letters.entry(message.message_id().to_owned()).or_default().push(message.raw.clone());
        firms.insert(message.to.first().unwrap().clone());
    }
    let twice = messages.len() - letters.len();
    assert!(twice as u64 <= killed, "{twice} letters twice, {killed} kills");
    assert!(letters.values().all(|copies| copies.iter().all(|copy| *copy == copies[0])), "a retry is the same bytes");
    assert_eq!(firms.len(), letters.len(), "one letter to each firm");
    assert!(firms.len() > 20);
    run(&test, &["check"]);
    run(&test, &["trail", "verify"]);
}
