//! A council that trains: a course in a room, a session of it to come, and people of two firms.

use chaperone::clock::Clock;
use chaperone::domain::booking::{self, Booked};
use chaperone::domain::command;
use chaperone::domain::course::{self, Details};
use chaperone::domain::permission::Who;
use chaperone::domain::session::{self, Plan};
use chaperone::error::Result;
use chaperone::store::booking::Booking;
use chaperone::store::outbox::{self, Letter};
use chaperone::store::session::Session;
use chaperone::store::{Tx, booking as places, session as sessions};
use chaperone::types::{Access, BookingId, BookingState, CourseId, CourseMode, PersonId, SessionId};

use super::account;
use super::database::day;
use super::register::{ASSISTANT, Council, firm};

/// The day of the session.
pub const ON: &str = "2026-12-04";

/// The council, its course and its session.
pub struct School {
    pub council: Council,
    pub course: CourseId,
    pub session: SessionId,
}

/// A plan of so many seats.
pub fn plan(capacity: u32) -> Plan {
    Plan {
        on: Some(day(ON)),
        time: "10:00".into(),
        minutes: "180".into(),
        venue: "County Hall".into(),
        address: "1 High Street, Exampleton".into(),
        trainer: "J Shah".into(),
        capacity: capacity.to_string(),
    }
}

/// A course that meets safeguarding.
pub fn details(code: &str, mode: CourseMode) -> Details {
    Details {
        code: code.into(),
        title: "Safeguarding, level 1".into(),
        provider: "The council".into(),
        accredited: true,
        mode: Some(mode),
        requirement: "safeguarding".into(),
        joining: "Bring photo identification".into(),
        no_show: "27.50".into(),
        state: None,
    }
}

impl School {
    /// With a session of so many seats.
    pub fn of(capacity: u32) -> School {
        let council = Council::with(ASSISTANT);
        let who = council.officer.clone();
        let course = council.act(&who, |tx| course::add(tx, &who, &details("SG1", CourseMode::Class))).unwrap();
        let session = council.act(&who, |tx| session::arrange(tx, &who, course, &plan(capacity))).unwrap();
        School { council, course, session }
    }

    /// Another of the firm's people.
    pub fn hire(&self, surname: &str) -> PersonId {
        self.council.register("Bea", surname, ASSISTANT)
    }

    /// A user of a firm: its own, or of a firm of this name.
    pub fn contractor(&self, other: Option<&str>) -> Who {
        let firm = other.map_or(self.council.firm, |name| firm(&self.council.test, name));
        let mail = format!("user{firm}@firm.example.org");
        let user = account::active(&self.council.test, &mail, &[account::firm_grant(firm)]);
        Who { user, name: "Connie Carr".into(), accesses: vec![(Access::Contractor, Some(firm))] }
    }

    /// Books as somebody.
    pub fn book_as(&self, who: &Who, person: PersonId) -> Result<Booked> {
        self.council.act(who, |tx| booking::book(tx, who, self.session, person))
    }

    /// Books as an officer.
    pub fn book(&self, person: PersonId) -> Booked {
        self.book_as(&self.council.officer, person).unwrap()
    }

    /// Cancels as an officer.
    pub fn cancel(&self, booking: BookingId) -> Result<()> {
        let who = &self.council.officer;
        self.council.act(who, |tx| booking::cancel(tx, who, self.session, booking, "They are ill"))
    }

    /// Does something as an officer on another day.
    pub fn on<T>(&self, on: &str, work: impl FnOnce(&mut Tx<'_>, &Who) -> Result<T>) -> Result<T> {
        let who = &self.council.officer;
        command::run_if_needed(&self.council.test.db, who.user, &Clock::Fixed(day(on)), |tx| work(tx, who))
    }

    /// Records a result on a day.
    pub fn mark(&self, on: &str, booking: BookingId, result: BookingState, why: &str) -> Result<bool> {
        self.on(on, |tx, who| booking::record(tx, who, self.session, booking, result, why))
    }

    /// The session as it stands.
    pub fn row(&self) -> Session {
        self.council.test.db.read(|c| sessions::find(c, self.session)).unwrap()
    }

    /// A booking as it stands.
    pub fn place(&self, id: BookingId) -> Booking {
        self.council.test.db.read(|c| places::find(c, self.session, id)).unwrap()
    }

    /// How many have a seat, counted by their bookings.
    pub fn seated(&self) -> usize {
        let states = [BookingState::Booked, BookingState::Passed, BookingState::Failed, BookingState::NoShow];
        self.council.test.db.read(|c| places::in_state(c, self.session, &states)).unwrap().len()
    }

    /// Letters about training, oldest first.
    pub fn letters(&self) -> Vec<Letter> {
        let mut all = self.council.test.db.read(|c| outbox::list(c, None, None, None, 1000)).unwrap();
        all.retain(|one| ["training_place", "course_invitation"].contains(&one.letter.as_str()));
        all.reverse();
        all
    }

    /// What those letters tell, as words.
    pub fn news(&self) -> Vec<String> {
        let news = |letter: &Letter| {
            let params: serde_json::Value = serde_json::from_str(&letter.params).unwrap();
            params["news"].as_str().unwrap_or("invited").to_owned()
        };
        self.letters().iter().map(news).collect()
    }
}
