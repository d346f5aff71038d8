//! Minimum age: met from the birthday on (facts.md §7).

use super::{Asking, Finding, Found};

/// Whether the birthday has come.
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    let age = asking.requirement.params.age.unwrap_or(0);
    match asking.birthday(age) {
        None => Finding::missing(None).saying("No date of birth on file"),
        Some(day) if day > asking.today => {
            Finding { changes: vec![day], ..Finding::missing(None) }.saying(format!("Must be {age} or over"))
        }
        Some(_) => Finding { found: Found::Held { due_on: None, gone_on: None }, ..Finding::not_required() },
    }
}
