//! An imported register whose joined certificates are asked about: consents, an officer's declaration, and the job run
//! against whatever service a test names.

use std::sync::Arc;

use chaperone::clock::Clock;
use chaperone::config::Config;
use chaperone::domain::clearance::{clearance, dossiers, is_authorised};
use chaperone::domain::permission::Who;
use chaperone::domain::{command, declaration, policy};
use chaperone::jobs::{Office, Outcome, run_once, spec};
use chaperone::store::dbs::{self, Consent};
use chaperone::store::trail::Entry;
use chaperone::store::watch::Watch;
use chaperone::store::{Tx, badge, circuit, clearance as kept, hold, outbox, task, watch};
use chaperone::types::{Access, ConsentId, PersonId, Status, StatusResult, UserId};
use diesel::prelude::*;

use super::account::{active, grant, who};
use super::database::{TestDb, day};
use super::world::{Line, START, World, person};

/// The usual answer to everything: all is well.
pub const WELL: &str = "[every]\nanswer = \"BLANK_NO_NEW_INFO\"\nprinted_on = \"2026-06-01\"\n";

/// A joined assistant, found clear a week ago.
pub fn joined(number: u32, firm: &str) -> Line {
    person(number, firm)
        .with("email", &format!("t{number}@person.example.org"))
        .with("update_service_joined", "2026-06-10")
        .with("update_service_last_check", "2026-11-15")
        .with("update_service_result", "blank_no_change")
}

/// A scenario in which these people's certificates are answered so; everybody else's by the first digit.
pub fn says(answers: &[(u32, &str)]) -> String {
    let line = |(number, answer): &(u32, &str)| {
        let number = certificate(*number);
        let date = if answer.contains("printed_on") { "" } else { "printed_on = \"2026-06-01\"\n" };
        format!("[certificates.{number}]\nanswer = {answer}\n{date}")
    };
    answers.iter().map(line).collect()
}

/// The number of a person's first certificate.
pub fn certificate(number: u32) -> String {
    format!("0012{number:08}")
}

/// The register.
pub struct Watched {
    pub world: World,
    pub checker: Who,
    pub decider: Who,
}

impl Watched {
    /// Of these lines, with everybody's consent and a declaration.
    pub fn of(lines: &[Line]) -> Watched {
        let world = World::of(lines);
        let officer = active(&world.test, "checker@council.example.org", &[grant(Access::Officer)]);
        let decider = active(&world.test, "decides@council.example.org", &[grant(Access::DecisionMaker)]);
        let (checker, decider) = (who(&world.test, officer), who(&world.test, decider));
        let watched = Watched { world, checker, decider };
        watched.act(START, officer, |tx| declaration::accept(tx, &watched.checker, "Dana", "Whitlock", true));
        let everybody = watched.world.test.db.read(|c| kept::people_after(c, PersonId(0), 1000)).unwrap();
        for person_id in everybody {
            watched.consent(person_id);
        }
        watched
    }

    /// Does something on a day.
    pub fn act<T>(&self, on: &str, user: UserId, work: impl FnOnce(&mut Tx<'_>) -> chaperone::error::Result<T>) -> T {
        command::run(&self.world.test.db, user, &Clock::Fixed(day(on)), work).unwrap()
    }

    fn consent(&self, person_id: PersonId) {
        self.act(START, self.checker.user, |tx| {
            let row = Consent {
                id: ConsentId(0),
                person_id,
                given_on: day("2026-06-10"),
                withdrawn_on: None,
                text_version: "1".into(),
                evidence: String::new(),
                recorded_by: tx.actor,
                recorded_on: tx.today,
            };
            let id = dbs::consent::insert(tx, &row)?;
            tx.trail(Entry::new("consent.record", "consent", id.0).about(person_id));
            Ok(())
        });
    }

    /// Runs the job on a day against the service at `url`.
    pub fn run(&self, url: &str, on: &str) -> Outcome {
        self.run_with(url, on, "")
    }

    /// As [`Watched::run`], with more parameters.
    pub fn run_with(&self, url: &str, on: &str, more: &str) -> Outcome {
        run_once(&office(&self.world, url, on, more), "status-checks", None).unwrap()
    }

    /// Makes everybody who is watched due on this day, and runs.
    pub fn ask(&self, url: &str, on: &str) -> Outcome {
        self.all_due(on);
        self.run(url, on)
    }

    /// Makes everybody who is watched due on this day.
    pub fn all_due(&self, on: &str) {
        let sql = format!("UPDATE check_watches SET next_check_on = '{on}' WHERE next_check_on IS NOT NULL");
        self.world.sql(&sql);
    }

    /// Person `number` of the file.
    pub fn person(&self, number: u32) -> PersonId {
        use chaperone::store::schema::people as p;
        let reference = format!("T{number:05}");
        self.world.test.db.read(|c| Ok(p::table.filter(p::reference.eq(reference)).select(p::id).first(c)?)).unwrap()
    }

    /// Their standing as it is kept.
    pub fn status(&self, number: u32) -> Status {
        let person = self.person(number);
        self.world.test.db.read(|c| kept::kept_of(c, &[person])).unwrap().0[0].status
    }

    /// The standing of everybody, in order.
    pub fn statuses(&self) -> Vec<Status> {
        let people = self.world.test.db.read(|c| kept::people_after(c, PersonId(0), 1000)).unwrap();
        let rows = self.world.test.db.read(|c| kept::kept_of(c, &people)).unwrap().0;
        rows.into_iter().map(|row| row.status).collect()
    }

    /// What the service answered about them since the import, oldest first.
    pub fn results(&self, number: u32) -> Vec<StatusResult> {
        let person = self.person(number);
        let rows = self.world.test.db.read(|c| dbs::status_check::of_people(c, &[person])).unwrap();
        rows.into_iter().filter(|row| !row.checker.is_empty()).map(|row| row.result).collect()
    }

    /// How their first subscription is watched.
    pub fn watch(&self, number: u32) -> Watch {
        let person = self.person(number);
        self.world.test.db.read(|c| watch::of_people(c, &[person])).unwrap().remove(0)
    }

    /// Whether each of their badges lets them work on a day.
    pub fn authorised(&self, number: u32, on: &str) -> Vec<bool> {
        authorised(&self.world.test, self.person(number), on)
    }

    /// How many holds there are on anybody.
    pub fn holds(&self) -> usize {
        let people = self.world.test.db.read(|c| kept::people_after(c, PersonId(0), 1000)).unwrap();
        self.world.test.db.read(|c| hold::of_people(c, &people)).unwrap().len()
    }

    /// The letters of a kind, as addresses, in order.
    pub fn letters(&self, letter: &str) -> Vec<String> {
        let all = self.world.test.db.read(|c| outbox::list(c, None, None, None, 1000)).unwrap();
        let mut to: Vec<_> = all.into_iter().filter(|row| row.letter == letter).map(|row| row.to_email).collect();
        to.sort();
        to
    }

    /// How many tasks of a kind are open.
    pub fn tasks(&self, kind: &str) -> usize {
        self.world.test.db.read(|c| task::all_open(c, kind)).unwrap().len()
    }

    /// Whether the service is not believed.
    pub fn is_open(&self) -> bool {
        self.world.test.db.read(circuit::open_one).unwrap().is_some()
    }

    /// What is kept is what the engine says, and the trail is whole.
    pub fn is_sound(&self) {
        let differences = self.world.test.db.read(|c| chaperone::domain::clearance::keep::check(c, |_| {})).unwrap();
        assert_eq!(differences, Vec::<String>::new());
        self.world.test.db.read(chaperone::store::trail::verify).unwrap();
    }
}

/// Whether each of somebody's badges lets them work on a day.
pub fn authorised(test: &TestDb, person: PersonId, on: &str) -> Vec<bool> {
    let on = day(on);
    let answers = test.db.read(|c| {
        let dossier = dossiers(c, &[person])?.remove(0);
        let policies = policy::published(c)?;
        let is = |row: badge::Badge| {
            let found = clearance(&policies, &row.role, &dossier, on);
            let work = dossier.engagements.iter().filter(|one| one.contractor_id == row.contractor_id);
            work.into_iter().any(|one| is_authorised(row.state, row.expires_on, &found, one, on))
        };
        Ok(badge::of_person(c, person)?.into_iter().map(is).collect())
    });
    answers.unwrap()
}

/// What the job works with; it asks fast.
pub fn office(world: &World, url: &str, on: &str, more: &str) -> Office {
    let folder = tempfile::tempdir().unwrap();
    let patience = if more.contains("patience") { "" } else { "patience = \"20s\"\n" };
    let text = format!(
        "# A test's watch.\nschedule = \"15 3 * * *\"\nkind = \"status_checks\"\n[params]\nper_minute = 6000\n{patience}{more}"
    );
    std::fs::write(folder.path().join("status-checks.toml"), text).unwrap();
    let office = world.office(day(on));
    let config = Config { update_service_url: url.into(), ..(*office.config).clone() };
    Office { config: Arc::new(config), specs: Arc::new(spec::load(Some(folder.path())).unwrap()), ..office }
}
