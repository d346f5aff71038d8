//! What a file's headings seem to mean, for the page on which an officer settles it.

use super::columns::Column;
use crate::types::fold;

/// Whether a column may be read from a heading.
type Fits<'a> = &'a dyn Fn(Column, &str) -> bool;

/// For each column the place of the heading it would be read from, where exactly one fits and no column before took it.
pub fn guess(header: &[String]) -> Vec<(Column, Option<usize>)> {
    let mut used: Vec<usize> = Vec::new();
    let mut found: Vec<(Column, Option<usize>)> = Column::ALL.iter().map(|column| (*column, None)).collect();
    let native = |column: Column, heading: &str| heading.trim().eq_ignore_ascii_case(column.as_str());
    let known = |column: Column, heading: &str| {
        let folded = fold(heading);
        folded == fold(column.as_str()) || column.synonyms().contains(&folded.as_str())
    };
    let rules: [Fits<'_>; 2] = [&native, &known];
    for fits in rules {
        for (column, place) in found.iter_mut().filter(|(_, place)| place.is_none()) {
            let mut those = header.iter().enumerate().filter(|(at, h)| !used.contains(at) && fits(*column, h));
            if let (Some((at, _)), None) = (those.next(), those.next()) {
                *place = Some(at);
                used.push(at);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synonym_is_guessed_and_a_doubt_is_left() {
        let header = ["Ref", "Last name", "Firm", "Employer", "Shoe size"].map(str::to_owned);
        let found = guess(&header);
        let place = |column| found.iter().find(|(one, _)| *one == column).and_then(|(_, place)| *place);
        assert_eq!(place(Column::Ref), Some(0));
        assert_eq!(place(Column::Surname), Some(1));
        assert_eq!(place(Column::Contractor), None, "two headings fit");
    }
}
