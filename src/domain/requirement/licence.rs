//! A taxi or private-hire driver's licence (facts.md §4): the latest-expiring that stands.

use super::{Asking, Finding, Found};

/// The latest-expiring licence that has begun and was neither ended nor set aside.
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    let (licences, today) = (&asking.dossier.licences, asking.today);
    let standing = licences.iter().filter(|licence| {
        licence.retired_on.is_none()
            && licence.ended_on.is_none_or(|end| end > today)
            && licence.valid_from.is_none_or(|from| from <= today)
    });
    match standing.max_by_key(|licence| (licence.expires_on, licence.id)) {
        Some(licence) => Finding {
            found: Found::Held { due_on: Some(licence.expires_on), gone_on: licence.ended_on },
            ..Finding::held(None, licence.id.0)
        },
        None => {
            let lost = licences.iter().flat_map(|licence| licence.retired_on.into_iter().chain(licence.ended_on));
            Finding::missing(asking.latest(lost)).saying("No current licence on file")
        }
    }
}
