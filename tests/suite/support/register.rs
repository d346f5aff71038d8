//! A small register made by the real commands: officers, a firm, a person, and answers that serve for each kind.

use chaperone::domain::clearance::keep;
use chaperone::domain::engagement::{self, NewEngagement};
use chaperone::domain::evidence::{self, Answers, Asked, Recorded};
use chaperone::domain::permission::Who;
use chaperone::domain::person::{self, Details, Registration};
use chaperone::domain::{authority, command};
use chaperone::error::{Error, Result};
use chaperone::store::dbs::certificate;
use chaperone::store::outbox::{self, Letter};
use chaperone::store::{Tx, clearance, trail};
use chaperone::types::{Access, ContractorId, ItemState, PersonId, Status};
use diesel::prelude::*;

use super::account::{self, clock, grant, invited};
pub use super::browser::hidden;
use super::browser::{Answer, Browser};
use super::database::{TestDb, day};
use super::judge;

/// Passenger assistant.
pub const ASSISTANT: &str = "passenger_assistant";
/// Taxi or private hire driver.
pub const DRIVER: &str = "taxi_phv_driver";
/// PCV driver.
pub const PCV: &str = "pcv_driver";

/// A register with a person in it.
pub struct Council {
    /// Its database.
    pub test: TestDb,
    /// Records.
    pub officer: Who,
    /// Decides.
    pub decider: Who,
    /// Decides too.
    pub other: Who,
    /// A firm with an address.
    pub firm: ContractorId,
    /// Somebody who works for it.
    pub person: PersonId,
}

impl Council {
    /// With a person who works in `role`.
    pub fn with(role: &str) -> Council {
        let test = TestDb::new();
        let user = |mail: &str, access| Who {
            user: invited(&test, mail, &[grant(access)]).0,
            name: "Dana Whitlock".into(),
            accesses: vec![(access, None)],
        };
        let officer = user("officer@council.example.org", Access::Officer);
        let decider = user("decider@council.example.org", Access::DecisionMaker);
        let other = user("other@council.example.org", Access::DecisionMaker);
        let firm = firm(&test, "Ashdown Cars");
        command::run(&test.db, officer.user, &clock(), authority::establish).unwrap();
        let mut council = Council { test, officer, decider, other, firm, person: PersonId(0) };
        council.person = council.register("Amina", "Okafor", role);
        council
    }

    /// One more person at the firm.
    pub fn register(&self, forename: &str, surname: &str, role: &str) -> PersonId {
        let new = Registration {
            details: details(forename, surname),
            engagement: NewEngagement {
                contractor: Some(self.firm),
                role: role.into(),
                starts_on: Some(day("2026-11-01")),
            },
            ..Registration::default()
        };
        self.act(&self.officer, |tx| person::register(tx, &self.officer, &new)).unwrap()
    }

    /// Does something as somebody on the suite's day.
    pub fn act<T>(&self, who: &Who, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        command::run(&self.test.db, who.user, &clock(), work)
    }

    /// One more engagement, at a firm of its own.
    pub fn engage(&self, firm: ContractorId, role: &str) {
        let new = NewEngagement { contractor: Some(firm), role: role.into(), starts_on: Some(day("2026-11-02")) };
        self.act(&self.officer, |tx| engagement::add(tx, &self.officer, self.person, &new)).unwrap();
    }

    /// Records for the person as an officer; a decision is proposed by one decision maker and agreed by another.
    pub fn record(&self, role: &str, code: &str, answers: Answers) -> Result<Recorded> {
        if !matches!(code, "approval" | "suitability") {
            return self.record_as(&self.officer, role, code, answers);
        }
        let hands = (&self.decider, &self.other);
        self.act(&self.decider, |tx| judge::decided(tx, self, hands, (role, code), &answers))
    }

    /// Records as somebody.
    pub fn record_as(&self, who: &Who, role: &str, code: &str, answers: Answers) -> Result<Recorded> {
        let asked = Asked { role: role.into(), requirement: code.into() };
        self.act(who, |tx| evidence::record(tx, who, self.person, &asked, &answers))
    }

    /// The fields refused.
    pub fn refused(&self, role: &str, code: &str, answers: Answers) -> Vec<String> {
        faults(self.record(role, code, answers)).into_iter().map(|(field, _)| field).collect()
    }

    /// The newest certificate, as forms name it.
    pub fn certificate(&self) -> String {
        let held = self.test.db.read(|c| certificate::of_people(c, &[self.person])).unwrap();
        held.last().unwrap().id.to_string()
    }

    /// The kept status.
    pub fn status(&self, role: &str) -> Status {
        let (rows, _) = self.test.db.read(|c| clearance::kept_of(c, &[self.person])).unwrap();
        rows.into_iter().find(|row| row.role == role).unwrap().status
    }

    /// The kept state of one requirement.
    pub fn item(&self, role: &str, code: &str) -> ItemState {
        let (_, items) = self.test.db.read(|c| clearance::kept_of(c, &[self.person])).unwrap();
        items.into_iter().find(|item| item.role == role && item.requirement == code).unwrap().state
    }

    /// Records all that `role` needs, and the approval.
    pub fn clear(&self, role: &str, codes: &[&str]) {
        for code in codes {
            self.record(role, code, sample(code)).unwrap();
        }
        self.record(role, "approval", sample("approval")).unwrap();
        assert_eq!(self.status(role), Status::Cleared);
    }

    /// The letters on their way, oldest first.
    pub fn letters(&self) -> Vec<Letter> {
        let mut letters = self.test.db.read(|c| outbox::list(c, None, None, None, 100)).unwrap();
        letters.retain(|letter| letter.letter == "hold_notice");
        letters.reverse();
        letters
    }

    /// What is kept is what the engine says, and the trail is whole.
    pub fn is_sound(&self) {
        assert_eq!(self.test.db.read(|c| keep::check(c, |_| {})).unwrap(), Vec::<String>::new());
        self.test.db.read(trail::verify).unwrap();
    }

    /// How long the trail is.
    pub fn trail(&self) -> i64 {
        self.test.db.read(trail::head).unwrap().0
    }
}

/// A firm of this name, with an address.
pub fn firm(test: &TestDb, name: &str) -> ContractorId {
    use chaperone::store::schema::contractors as c;
    let id = account::firm(test, name);
    let mail = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    test.db.read(|conn| Ok(diesel::update(c::table.find(id)).set(c::email.eq(mail)).execute(conn)?)).unwrap();
    id
}

/// Details of somebody born in 1980.
pub fn details(forename: &str, surname: &str) -> Details {
    Details {
        forename: forename.into(),
        surname: surname.into(),
        date_of_birth: Some(day("1980-03-31")),
        ..Details::default()
    }
}

/// What was refused: field and message.
pub fn faults<T>(done: Result<T>) -> Vec<(String, String)> {
    match done {
        Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| (fault.field, fault.message)).collect(),
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    }
}

/// Answers that meet a requirement of the shipped policy on the suite's day.
pub fn sample(code: &str) -> Answers {
    let on = |from: &str| Answers::default().with("valid_from", from);
    match code {
        "identity" => on("2026-11-10").with_many("documents", ["passport", "driving_licence", "council_tax"]),
        "right_to_work" => {
            on("2026-11-10").with("evidence_type", "british_or_irish_passport").with("seen_by", "Dana Whitlock")
        }
        "self_declaration" => on("2026-11-10"),
        "dbs_certificate" => certificate_answers("001234567890"),
        "approval" => Answers::default().with("reason", "All checks are complete"),
        "licence" => Answers::default()
            .with("authority", "1")
            .with("licence_type", "dual")
            .with("number", "DUAL 123")
            .with("valid_from", "2026-01-01")
            .with("expires_on", "2028-12-31"),
        "driving_entitlement" => on("2026-11-10").with_many("categories", ["D1", "D"]).with("expires_on", "2031-03-30"),
        "cpc" => on("2026-01-01").with("reference", "DQC 77").with("expires_on", "2030-12-31"),
        "medical" => on("2026-06-01").with("standard", "group_2").with("seen_by", "Dana Whitlock"),
        "overseas" => on("2026-11-10").with("outcome", "none_needed"),
        "references" => on("2026-11-10").with("referee", "employer").with("seen_by", "Dana Whitlock"),
        "dvla_check" => on("2026-11-10"),
        _ => on("2026-11-10").with("provider", "County training"),
    }
}

/// A certificate of this number that serves every role.
pub fn certificate_answers(number: &str) -> Answers {
    Answers::default()
        .with("number", number)
        .with("level", "enhanced")
        .with("workforce", "child")
        .with("barred_lists", "child")
        .with("issued_on", "2026-11-02")
        .with("forename", "Amina")
        .with("surname", "Okafor")
        .with("original_seen_by", "Dana Whitlock")
        .with("original_seen_on", "2026-11-10")
        .with("trace", "no")
        .with("source", "ours")
}

/// A status check of the newest certificate, with a consent before it.
pub fn checked(council: &Council, result: &str, on: &str) -> Answers {
    Answers::default()
        .with("certificate", council.certificate())
        .with("consent_on", "2026-11-03")
        .with("consent_text", "2026-1")
        .with("result", result)
        .with("checked_on", on)
        .with("checker", "Dana Whitlock")
}

/// Fills in the form of `page` with its own key, and sends it back.
pub fn fill(browser: &Browser, page: &str, fields: &[(&str, &str)]) -> Answer {
    fill_twice(browser, page, fields, 1)
}

/// As [`fill`], sent so many times with the same key; answers the last.
pub fn fill_twice(browser: &Browser, page: &str, fields: &[(&str, &str)], times: usize) -> Answer {
    let body = browser.get(page).body;
    let own: Vec<(&str, String)> =
        ["csrf", "submission", "based_on"].map(|name| (name, hidden(&body, name))).into_iter().collect();
    let own = own.iter().map(|(name, value)| (*name, value.as_str()));
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain(own).collect();
    (0..times).map(|_| browser.send(page, &fields)).last().unwrap()
}
