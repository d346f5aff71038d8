//! Reasons: asked for wherever a person decides, and kept in their own words.

use crate::error::Fault;

/// The longest reason kept, in characters.
pub const LONGEST: usize = 4000;

/// The reason without spaces around it; a fault of `field` joins `faults` when it is missing or too long.
pub fn needed(field: &str, text: &str, faults: &mut Vec<Fault>) -> String {
    let text = text.trim();
    if text.is_empty() {
        faults.push(Fault::new(field, "Enter the reason"));
    } else if text.chars().count() > LONGEST {
        faults.push(Fault::new(field, format!("The reason must be {LONGEST} characters or fewer")));
    }
    text.to_owned()
}
