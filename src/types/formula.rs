//! Cells that a spreadsheet would run as a formula, made harmless.

use std::borrow::Cow;

/// Signs that make a spreadsheet take a cell for a formula.
pub const FORMULA_SIGNS: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// The cell as a CSV file may hold it: guarded with `'` when it begins like a formula.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(FORMULA_SIGNS) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn what_begins_like_a_formula_is_guarded() {
        for cell in ["=1+1", "+44", "-", "@SUM(A1)", "\t=1", "\r=1", "\n=1"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        assert_eq!(guarded("Ash = Birch"), "Ash = Birch");
    }
}
