//! Badges of our own for the demonstration: drawn portraits, some dozens issued, a few asked for, lost and given back.

use image::{ImageFormat, Rgb, RgbImage};

use crate::clock::Clock;
use crate::domain::badge::change::{self, Change};
use crate::domain::badge::request::{self, Work, badge_months};
use crate::domain::badge::{issue, photo};
use crate::domain::clearance::{clearance, dossiers};
use crate::domain::permission::Who;
use crate::domain::{command, policy};
use crate::error::{Error, Result};
use crate::store::badge_request::ONE;
use crate::store::{Db, access, clearance as standings, photo as photos, user};
use crate::types::{BadgeCause, BadgeId, PersonId};

/// Badges issued.
const ISSUED: usize = 48;
/// Badges asked for and not issued.
const ASKED: usize = 9;
/// Clothes and backgrounds.
const COLOURS: [([u8; 3], [u8; 3]); 6] = [
    ([38, 70, 83], [226, 232, 236]),
    ([106, 76, 147], [236, 232, 240]),
    ([42, 110, 90], [228, 238, 233]),
    ([150, 75, 40], [241, 234, 228]),
    ([60, 60, 70], [232, 232, 230]),
    ([30, 90, 140], [228, 234, 242]),
];
/// Faces, from light to dark.
const SKINS: [[u8; 3]; 5] = [[240, 208, 182], [222, 180, 145], [190, 140, 105], [140, 98, 70], [96, 66, 48]];
const HAIR: [[u8; 3]; 4] = [[40, 32, 28], [92, 62, 38], [178, 150, 100], [150, 150, 152]];

/// A plain drawn head and shoulders; nobody's.
fn portrait(nth: usize) -> RgbImage {
    let pick = |list: &[[u8; 3]], step: usize| list.get((nth / step) % list.len()).copied().unwrap_or_default();
    let (cloth, ground) = COLOURS.get(nth % COLOURS.len()).copied().unwrap_or_default();
    let (skin, hair) = (pick(&SKINS, 2), pick(&HAIR, 3));
    RgbImage::from_fn(420, 540, |x, y| {
        let (x, y) = (x as f32 / 420.0 - 0.5, y as f32 / 540.0);
        let within = |cx: f32, cy: f32, rx: f32, ry: f32| ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2) < 1.0;
        let eye = within(-0.065, 0.36, 0.015, 0.012) || within(0.065, 0.36, 0.015, 0.012);
        let mouth = within(0.0, 0.475, 0.05, 0.008);
        Rgb(if eye || mouth {
            [60, 44, 40]
        } else if within(0.0, 0.39, 0.17, 0.18) && y > 0.27 {
            skin
        } else if within(0.0, 0.36, 0.2, 0.19) {
            hair
        } else if within(0.0, 0.6, 0.085, 0.12) {
            skin
        } else if within(0.0, 1.02, 0.4, 0.36) {
            cloth
        } else {
            ground
        })
    })
}

fn picture(nth: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    portrait(nth).write_to(&mut std::io::Cursor::new(&mut bytes), ImageFormat::Jpeg).map_err(Error::internal)?;
    Ok(bytes)
}

/// Asks for badges, issues most, loses and takes back some, through the same commands as everybody's.
///
/// # Errors
/// The database's.
pub fn begin(db: &Db, clock: &Clock) -> Result<()> {
    let officer = db.read(|conn| {
        let found = user::by_email(conn, "officer@demo.example.org")?.ok_or(Error::NotFound)?;
        Ok(Who { user: found.id, name: found.name, accesses: access::in_force(conn, found.id)? })
    })?;
    let today = clock.today();
    let policies = db.read(policy::published)?;
    let people = db.read(|conn| standings::people_after(conn, PersonId(0), 260))?;
    let mut issued: Vec<BadgeId> = Vec::new();
    let mut asked = 0;
    for (nth, person) in people.into_iter().enumerate() {
        let Some(dossier) = db.read(|conn| dossiers(conn, &[person]))?.pop() else { continue };
        let work = dossier.engagements.iter().find(|one| {
            one.starts_on <= today
                && one.ends_on.is_none_or(|end| end >= today)
                && badge_months(&policies, &one.role, today).is_some()
                && clearance(&policies, &one.role, &dossier, today).is_cleared()
        });
        let Some(work) = work.map(|one| Work { contractor: one.contractor_id, role: one.role.clone() }) else {
            continue;
        };
        let is_issued = issued.len() < ISSUED;
        if !is_issued && asked >= ASKED {
            break;
        }
        let cuts = if is_issued || nth % 3 > 0 { photo::cuts(&picture(nth)?)? } else { Vec::new() };
        let cause = if nth % 4 == 0 { BadgeCause::New } else { BadgeCause::Renewal };
        let done = command::run(db, officer.user, clock, |tx| {
            if !cuts.is_empty() {
                photo::offer(tx, &officer, person, &cuts)?;
                let cut = photos::cuts(tx, person, officer.user)?.into_iter().nth(1).ok_or(Error::NotFound)?;
                photo::choose(tx, &officer, person, cut)?;
            }
            let request = request::ask(tx, &officer, person, Some(&work), Some(cause))?;
            if is_issued { issue::issue(tx, &officer, request).map(Some) } else { Ok(None) }
        });
        match done {
            Ok(Some(badge)) => issued.push(badge),
            Ok(None) => asked += 1,
            // What caps the badge runs out, or it was asked for: the next one then.
            Err(Error::Conflict(why)) => tracing::debug!(is_asked = (why == ONE), "no badge for the demonstration"),
            Err(other) => return Err(other),
        }
    }
    for (badge, what, why) in [
        (3, Change::Lose, "Left on a train, reported the next morning"),
        (11, Change::Return, "Handed in at the end of the contract"),
        (19, Change::Suspend, "The photo is in doubt: a new one was asked for"),
        (27, Change::Return, "Damaged in the wash, a new one is asked for"),
    ] {
        if let Some(badge) = issued.get(badge) {
            command::run(db, officer.user, clock, |tx| change::change(tx, &officer, *badge, what, why))?;
        }
    }
    Ok(())
}
