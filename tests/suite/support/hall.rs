//! A council of one person, whose team asks over HTTP.

use chaperone::store::clearance;
use chaperone::types::{Access, PersonId, Status};
use rocket::local::blocking::Client;

use super::account::{active, grant};
use super::asker::{Asker, Said, client};
use super::database::TestDb;
use super::forms::record;
use super::register::{Council, certificate_answers};

/// A person of a role, and a team that asks over HTTP.
pub struct Hall {
    pub council: Council,
    pub client: Client,
}

impl Hall {
    /// With a person of this role.
    pub fn of(role: &str) -> Hall {
        Hall::around(Council::with(role))
    }

    /// Around a council that is there.
    pub fn around(council: Council) -> Hall {
        Hall { client: client(&council.test), council }
    }

    /// Somebody with an access who has signed in.
    pub fn as_a(&self, mail: &str, access: Access) -> Asker<'_> {
        signed_in(&self.council.test, &self.client, mail, access)
    }

    /// The person's page.
    pub fn page(&self) -> String {
        format!("/people/{}", self.council.person)
    }
}

/// Somebody new with an access who has signed in.
pub fn signed_in<'a>(test: &'a TestDb, client: &'a Client, mail: &str, access: Access) -> Asker<'a> {
    let user = active(test, &format!("{mail}@hall.example.org"), &[grant(access)]);
    Asker::new(client, test, Some(super::account::signed_in(test, user).reveal().to_owned()))
}

/// Records the person's certificate by its form, with some answers other than the usual.
pub fn certify(hall: &Hall, officer: &Asker<'_>, role: &str, change: &[(&str, &str)]) -> Said {
    let paper = change.iter().fold(certificate_answers("001234567890"), |paper, (name, text)| paper.with(name, text));
    record(officer, &hall.council.person.to_string(), role, "dbs_certificate", &paper)
}

/// Somebody's kept standing in a role.
pub fn standing(test: &TestDb, person: PersonId, role: &str) -> Status {
    let (rows, _) = test.db.read(|c| clearance::kept_of(c, &[person])).unwrap();
    rows.into_iter().find(|row| row.role == role).unwrap().status
}
