//! A council at work on people who leave, who are there twice, or who are to be forgotten: a register from CSV lines, and
//! its usual users in browsers.

use chaperone::domain::clearance::keep;
use chaperone::store::outbox::Letter;
use chaperone::store::{clearance, person, trail};
use chaperone::types::{Access, PersonId, Status};

use super::account::{active, firm_grant, grant};
use super::browser::{Answer, Browser};
use super::council::{as_user, firms};
use super::known::{FIRM, OTHER_FIRM};
use super::world::{Line, World};

/// The role of [`super::world::person`].
pub const ROLE: &str = "passenger_assistant";

/// The register and who works at it.
pub struct Desk {
    /// The register.
    pub world: World,
    /// Records.
    pub officer: Browser,
    /// Decides.
    pub decider: Browser,
    /// Decides too.
    pub second: Browser,
    /// Of [`FIRM`].
    pub firm: Browser,
    /// Of [`OTHER_FIRM`].
    pub other_firm: Browser,
}

impl Desk {
    /// With these lines imported three weeks ago; some of each firm.
    pub fn of(lines: &[Line]) -> Desk {
        let world = World::new();
        world.import("2026-11-02", lines);
        let test = &world.test;
        let sign_in = |name: &str, granted| {
            let email = format!("{name}@desk.example.org");
            active(test, &email, &[granted]);
            as_user(test, &email)
        };
        let firm_of = |name: &str| firms(test).into_iter().find(|firm| firm.name == name).unwrap().id;
        Desk {
            officer: sign_in("officer", grant(Access::Officer)),
            decider: sign_in("decider", grant(Access::DecisionMaker)),
            second: sign_in("second", grant(Access::DecisionMaker)),
            firm: sign_in("firm", firm_grant(firm_of(FIRM))),
            other_firm: sign_in("other", firm_grant(firm_of(OTHER_FIRM))),
            world,
        }
    }

    /// Whose reference this is now.
    pub fn id(&self, reference: &str) -> PersonId {
        self.world.test.db.read(|conn| person::by_reference(conn, reference)).unwrap().unwrap().id
    }

    /// The kept standing of a passenger assistant.
    pub fn status(&self, id: PersonId) -> Status {
        let (rows, _) = self.world.test.db.read(|conn| clearance::kept_of(conn, &[id])).unwrap();
        rows.into_iter().find(|row| row.role == ROLE).unwrap().status
    }

    /// The addresses to which a letter of this kind was written, in order.
    pub fn told(&self, letter: &str) -> Vec<String> {
        let mut told: Vec<String> = self.letters(letter).into_iter().map(|row| row.to_email).collect();
        told.sort();
        told
    }

    /// The letters of a kind.
    pub fn letters(&self, letter: &str) -> Vec<Letter> {
        self.world.outbox().into_iter().filter(|row| row.letter == letter).collect()
    }

    /// Places a hold as the decision maker.
    pub fn hold(&self, id: PersonId, reason: &str) {
        let page = format!("/people/{id}/holds/new");
        assert_eq!(self.decider.fill(&page, &page, &[("code", "suspension"), ("reason", reason)]).status.code, 303);
    }

    /// Ends all of somebody's work yesterday, as the officer.
    pub fn leave(&self, id: PersonId, cause: &str) -> Answer {
        let page = format!("/people/{id}/leaving");
        let day = [("last_day-day", "21"), ("last_day-month", "11"), ("last_day-year", "2026")];
        let fields = [day.as_slice(), &[("cause", cause), ("reason", "Told us so")]].concat();
        self.officer.fill(&page, &page, &fields)
    }

    /// What a firm's user sees of its people: the list, the file, and these persons' pages.
    pub fn seen_by(&self, firm: &Browser, people: &[PersonId]) -> Vec<String> {
        let pages = people.iter().map(|id| format!("/people/{id}"));
        let all = ["/".to_owned(), "/people".to_owned(), "/people/export.csv".to_owned()].into_iter().chain(pages);
        all.map(|path| firm.get(&path).body).collect()
    }

    /// What is kept is what the engine says, and the trail is whole.
    pub fn is_sound(&self) {
        let db = &self.world.test.db;
        assert_eq!(db.read(|conn| keep::check(conn, |_| {})).unwrap(), Vec::<String>::new());
        db.read(trail::verify).unwrap();
    }
}
