//! Reasons: asked for wherever a person decides, and kept in their own words.

use crate::error::Fault;

/// The fewest words and characters of a decision's reasons: "no" gives nobody anything to appeal against.
const LEAST: (usize, usize) = (3, 15);

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

/// As [`needed`], for the reasons of a decision: a sentence, since the person decided about reads it (facts.md §5.3).
pub fn in_full(field: &str, text: &str, faults: &mut Vec<Fault>) -> String {
    let text = needed(field, text, faults);
    let (words, characters) = (text.split_whitespace().count(), text.chars().count());
    if !text.is_empty() && (words < LEAST.0 || characters < LEAST.1) {
        faults.push(Fault::new(field, "Give the reasons in a sentence: the person reads them"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_no_reason_for_a_decision() {
        let faults = |text: &str| {
            let mut faults = Vec::new();
            in_full("reasons", text, &mut faults);
            faults.len()
        };
        assert_eq!(["", "x", "No no no", "Unsuitablebecauseofit"].map(faults), [1, 1, 1, 1]);
        assert_eq!(faults("The guideline is not met"), 0);
    }
}
