//! Live work for the demonstration: what a team meets on any morning, done through the same commands as theirs.

use crate::clock::Clock;
use crate::domain::command;
use crate::domain::contractor::{self as firms, Details};
use crate::domain::hold::{self, NewHold};
use crate::domain::permission::Who;
use crate::error::{Error, Result};
use crate::store::{Db, access, clearance, contractor, user};
use crate::types::{HoldCode, PersonId, Reach};

/// Holds placed by the decision maker, and second contacts for every third firm.
///
/// # Errors
/// The database's.
pub fn begin(db: &Db, clock: &Clock) -> Result<()> {
    let decider = db.read(|conn| {
        let found = user::by_email(conn, "decider@demo.example.org")?.ok_or(Error::NotFound)?;
        Ok(Who { user: found.id, name: found.name, accesses: access::in_force(conn, found.id)? })
    })?;
    let reasons = [
        (HoldCode::Suspension, "Complaint from a school about speeding; statement awaited"),
        (HoldCode::LadoOrPolice, "The LADO asked for this while an allegation is looked into"),
        (HoldCode::LicenceAction, "The district has suspended the taxi licence"),
    ];
    let people = db.read(|conn| clearance::people_after(conn, PersonId(0), 200))?;
    for ((code, reason), person) in reasons.into_iter().zip(people.into_iter().skip(10).step_by(37)) {
        let new = NewHold { code: Some(code), until: None, reason: reason.to_owned() };
        command::run(db, decider.user, clock, |tx| hold::place(tx, &decider, person, &new))?;
    }
    for (id, name) in db.read(contractor::choices)?.into_iter().step_by(3) {
        let firm = db.read(|conn| contractor::find(conn, id, &Reach::Everyone))?;
        let second_email = firm.email.replace("compliance@", "owner@");
        let details = Details { second_name: format!("The owner of {name}"), second_email, ..Details::of(&firm) };
        let base = Details::of(&firm).fingerprint();
        command::run_if_needed(db, decider.user, clock, |tx| firms::change(tx, &decider, id, &details, &base))?;
    }
    Ok(())
}
