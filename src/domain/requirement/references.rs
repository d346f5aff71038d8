//! References: so many on file.

use super::{Asking, Finding, dated};

/// Whether there are as many live references as the policy asks for.
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    let needed = asking.requirement.params.count.unwrap_or(1);
    let held = dated::live(asking).count();
    let last = dated::live(asking).max_by_key(|row| row.id);
    match last.filter(|_| held >= usize::try_from(needed).unwrap_or(usize::MAX)) {
        Some(row) => Finding::held(None, row.id.0),
        None => Finding::missing(dated::lost(asking)).saying(format!("{held} of {needed} references on file")),
    }
}
