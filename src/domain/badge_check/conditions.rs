//! What the public is told of conditions: words of a closed list, and of all others only that there are some.

/// The conditions that schools are shown word for word.
pub const CONDITIONS: [&str; 8] = [
    "Only with a passenger assistant",
    "Only with a checked second adult",
    "Only as a passenger assistant",
    "Only as a second passenger assistant",
    "Not alone with one pupil",
    "Not alone with pupils",
    "Only on routes without wheelchairs",
    "Only on the routes that the council names",
];

/// What stands in place of any others.
pub const OTHERS: &str = "There are conditions. Ring the council before they travel with a pupil.";

/// The hint of a field in which conditions are typed, after `first`: which words are public.
pub fn hint(first: &str) -> String {
    let listed = CONDITIONS.join("; ");
    format!(
        "{first}. Whoever checks the badge is shown these words, each on a line of its own: {listed}. Of any others only \
         that there are conditions"
    )
}

/// What a school is shown of conditions as they were typed, a line each. No words but those of the list: what else is
/// written may tell of a disclosure.
pub(super) fn public<'a>(typed: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for line in typed.flat_map(str::lines).map(bare).filter(|line| !line.is_empty()) {
        let known = CONDITIONS.iter().find(|one| bare(one) == line);
        let words = (*known.unwrap_or(&OTHERS)).to_owned();
        if !said.contains(&words) {
            said.push(words);
        }
    }
    said
}

/// A line without what does not matter: case, spaces, the stop at its end.
fn bare(line: &str) -> String {
    let line = line.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    line.trim_end_matches('.').trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(typed: &str) -> Vec<String> {
        public([typed].into_iter())
    }

    #[test]
    fn words_of_the_list_are_shown_however_they_were_typed() {
        assert_eq!(said("only with a  PASSENGER assistant."), [CONDITIONS[0]]);
        assert_eq!(said("Not alone with pupils\nOnly with a passenger assistant\n"), [CONDITIONS[5], CONDITIONS[0]]);
        assert!(said(" \n.").is_empty());
    }

    #[test]
    fn no_other_words_reach_the_public() {
        for typed in [
            "Until the DBS certificate 001234567890 is back",
            "Monthly meetings after what happened in 2019",
            "Only with a passenger assistant, because of the theft",
            "Nicht allein mit Kindern",
        ] {
            assert_eq!(said(typed), [OTHERS], "{typed}");
        }
        let both = public(["Not alone with pupils", "No cash", "Weekly calls"].into_iter());
        assert_eq!(both, [CONDITIONS[5], OTHERS]);
    }
}
