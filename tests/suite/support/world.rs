//! A small known world: a register made from CSV lines, a mail server, and jobs run on the days a test names.

use std::sync::Arc;

use chaperone::clock::Clock;
use chaperone::config::Config;
use chaperone::domain::command;
use chaperone::domain::import::{ColumnMap, apply, read};
use chaperone::jobs::{Office, Outcome, run_once, spec};
use chaperone::store::contractor::{self, Contractor};
use chaperone::store::outbox::{self, Letter};
use chaperone::store::task;
use chaperone::types::{OutboxState, Secret, UserId, fold};
use chrono::NaiveDate;
use diesel::connection::SimpleConnection;

use super::database::{TestDb, day};
use super::mail_sink::{Received, Sink};

/// The day the test registers begin on: a Sunday.
pub const START: &str = "2026-11-22";

/// A register, its mail server and its jobs.
pub struct World {
    pub test: TestDb,
    pub sink: Sink,
    specs: Arc<Vec<spec::JobSpec>>,
}

/// A line of a register file: a passenger assistant to whom nothing falls due before 2029, until told otherwise.
#[derive(Clone)]
pub struct Line(Vec<(&'static str, String)>);

const CLEAN: [(&str, &str); 13] = [
    ("forename", "Ann"),
    ("date_of_birth", "1980-01-01"),
    ("role", "passenger_assistant"),
    ("dbs_issue_date", "2026-06-01"),
    ("dbs_level", "enhanced"),
    ("dbs_workforce", "child"),
    ("dbs_barred_lists", "child"),
    ("dbs_trace", "no"),
    ("safeguarding_training_date", "2026-06-01"),
    ("first_aid_date", "2026-06-01"),
    ("pats_date", "2026-06-01"),
    ("badge_issued", "2026-06-10"),
    ("badge_expiry", "2029-06-10"),
];

const HEADER: &str = "ref,forename,surname,date_of_birth,email,phone,role,contractor,contractor_email,\
licensing_authority,licence_number,licence_expiry,dbs_certificate_number,dbs_issue_date,dbs_level,dbs_workforce,\
dbs_barred_lists,dbs_trace,suitability_outcome,suitability_date,update_service_joined,update_service_last_check,\
update_service_result,safeguarding_training_date,first_aid_date,pats_date,cpc_expiry,medical_expiry,\
right_to_work_expiry,badge_number,badge_issued,badge_expiry";

/// Person `number` of `firm`.
pub fn person(number: u32, firm: &str) -> Line {
    let mut line = Line(CLEAN.map(|(column, value)| (column, value.to_owned())).into());
    let slug: String = firm.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    line = line.with("ref", &format!("T{number:05}")).with("surname", &surname(number)).with("contractor", firm);
    line.with("contractor_email", &format!("office@{slug}.example.org"))
        .with("dbs_certificate_number", &format!("0012{number:08}"))
        .with("badge_number", &format!("B{number:05}"))
}

/// A name of letters only, as [`person`] makes it.
pub fn surname(number: u32) -> String {
    let letters: String = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
    format!("Person{letters}")
}

/// The address of a firm as [`person`] makes it.
pub fn address(firm: &str) -> String {
    let slug: String = firm.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    format!("office@{slug}.example.org")
}

impl Line {
    /// The same with another value in a column.
    pub fn with(mut self, column: &'static str, value: &str) -> Line {
        self.0.retain(|(known, _)| *known != column);
        self.0.push((column, value.to_owned()));
        self
    }

    fn csv(&self) -> String {
        let cell = |column: &str| self.0.iter().find(|(known, _)| *known == column).map_or("", |(_, value)| value);
        HEADER.split(',').map(cell).collect::<Vec<_>>().join(",")
    }
}

/// These lines as a file.
pub fn file(lines: &[Line]) -> String {
    lines.iter().fold(HEADER.to_owned(), |csv, line| format!("{csv}\n{}", line.csv()))
}

impl World {
    /// An empty register and a mail server that behaves.
    pub fn new() -> World {
        World::around(TestDb::new())
    }

    /// Around a register that is there.
    pub fn around(test: TestDb) -> World {
        World { test, sink: Sink::start(), specs: Arc::new(spec::load(None).unwrap()) }
    }

    /// With these lines imported on the first day.
    pub fn of(lines: &[Line]) -> World {
        let world = World::new();
        world.import(START, lines);
        world
    }

    /// What jobs work with on `on`.
    pub fn office(&self, on: NaiveDate) -> Office {
        let config = Config { smtp_url: Secret::new(self.sink.url()), ..Config::default() };
        let specs = Arc::clone(&self.specs);
        Office { db: self.test.db.clone(), clock: Clock::Fixed(on), config: Arc::new(config), specs }
    }

    /// Takes a register file on a day; every line of it.
    #[track_caller]
    pub fn import(&self, on: &str, lines: &[Line]) -> apply::Done {
        self.import_csv(on, file(lines).as_bytes())
    }

    /// Takes a whole register file on a day.
    #[track_caller]
    pub fn import_csv(&self, on: &str, csv: &[u8]) -> apply::Done {
        let clock = Clock::Fixed(day(on));
        let sheet = read(csv, "register.csv").unwrap();
        let map = ColumnMap::of(&sheet.header).unwrap();
        let order = apply::Order { file_name: "register.csv", dry_run: false, by: UserId::SYSTEM };
        let begun = apply::begin(&self.test.db, &clock, order, &sheet).unwrap();
        let done = apply::apply(&self.test.db, &clock, begun, &sheet, &map, |_| {}).unwrap();
        assert_eq!(done.import.rejected, 0, "{:?}", done.problems);
        done
    }

    /// Runs one job on a day.
    #[track_caller]
    pub fn run(&self, job: &str, on: &str) -> Outcome {
        run_once(&self.office(day(on)), job, None).unwrap()
    }

    /// A night's jobs, and the letters that arrived.
    #[track_caller]
    pub fn night(&self, on: &str) -> Vec<Received> {
        for job in ["lapse", "remind", "deliver"] {
            let outcome = self.run(job, on);
            assert!(!outcome.red, "{job}: {}", outcome.detail);
        }
        self.sink.take()
    }

    /// The firms written to by a night's jobs, in order.
    #[track_caller]
    pub fn told(&self, on: &str) -> Vec<String> {
        let mut told: Vec<String> = self.night(on).iter().map(|letter| letter.to[0].clone()).collect();
        told.sort();
        told
    }

    /// Every letter of the outbox, oldest first.
    pub fn outbox(&self) -> Vec<Letter> {
        let mut letters = self.test.db.read(|conn| outbox::list(conn, None, None, None, 1000)).unwrap();
        letters.reverse();
        letters
    }

    /// Their states.
    pub fn states(&self) -> Vec<OutboxState> {
        self.outbox().iter().map(|letter| letter.state).collect()
    }
}

impl World {
    /// Changes a firm's row.
    pub fn change_firm(&self, name: &str, change: impl FnOnce(&mut Contractor)) {
        let clock = Clock::Fixed(day(START));
        command::write_untrailed(&self.test.db, &clock, |tx| {
            let mut firm = contractor::by_folded_name(tx, &fold(name))?.unwrap();
            change(&mut firm);
            contractor::set_status(tx, firm.id, firm.status)?;
            contractor::update(tx, &firm)
        })
        .unwrap();
    }

    /// Plain SQL, for what no command does.
    pub fn sql(&self, statement: &str) {
        self.test.db.read(|conn| Ok(conn.batch_execute(statement)?)).unwrap();
    }

    /// The kinds of the open tasks, in order.
    pub fn tasks(&self) -> Vec<String> {
        let tasks = self.test.db.read(|conn| task::open_ones(conn, None, None, 1000)).unwrap();
        let mut kinds: Vec<String> = tasks.into_iter().map(|task| task.kind).collect();
        kinds.sort();
        kinds
    }
}
