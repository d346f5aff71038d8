//! Dossiers from the tables: one statement per table for a whole batch, never per person.

use std::collections::HashMap;

use super::Dossier;
use crate::domain::application::moves::OPEN;
use crate::error::Result;
use crate::store::{
    Conn, application, approval, bulletin, dbs, decision, engagement, evidence, hold, licence, person, waiver,
};
use crate::types::PersonId;

/// The dossiers of these people, in the order of their ids.
///
/// # Errors
/// The database's.
pub fn dossiers(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<Dossier>> {
    let mut found: HashMap<PersonId, Dossier> = person::by_ids(conn, people)?
        .into_iter()
        .map(|person| {
            let dossier = Dossier {
                person: person.id,
                date_of_birth: person.date_of_birth,
                registered_on: person.registered_on,
                ..Dossier::default()
            };
            (person.id, dossier)
        })
        .collect();
    macro_rules! file {
        ($rows:expr, $field:ident) => {
            for row in $rows {
                if let Some(dossier) = found.get_mut(&row.person_id) {
                    dossier.$field.push(row);
                }
            }
        };
    }
    file!(engagement::of_people(conn, people)?, engagements);
    file!(evidence::of_people(conn, people)?, evidence);
    file!(dbs::certificate::of_people(conn, people)?, certificates);
    file!(dbs::consent::of_people(conn, people)?, consents);
    file!(dbs::subscription::of_people(conn, people)?, subscriptions);
    file!(dbs::status_check::of_people(conn, people)?, checks);
    file!(licence::of_people(conn, people)?, licences);
    file!(approval::of_people(conn, people)?, approvals);
    file!(decision::of_people(conn, people)?, decisions);
    file!(hold::of_people(conn, people)?, holds);
    file!(waiver::of_people(conn, people)?, waivers);
    file!(bulletin::reader::of_people(conn, people)?, bulletins);
    for person in application::applying(conn, people, OPEN)? {
        if let Some(dossier) = found.get_mut(&person) {
            dossier.is_applying = true;
        }
    }
    let mut dossiers: Vec<Dossier> = found.into_values().collect();
    dossiers.sort_by_key(|dossier| dossier.person);
    Ok(dossiers)
}
