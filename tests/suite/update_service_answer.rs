//! An answer of the Update Service is read exactly: nothing but a pass is ever a pass.

use chaperone::gateway::update_service::{NoResult, read};
use chaperone::types::StatusResult;
use proptest::prelude::*;

use crate::update_service::PASS;

fn is_malformed(text: &str) -> bool {
    matches!(read(text.as_bytes()), Err(NoResult::Malformed(_)))
}

#[test]
fn an_answer_is_exact_or_none() {
    let with = |old: &str, new: &str| {
        assert!(PASS.contains(old), "{old}");
        PASS.replace(old, new)
    };
    for (old, new) in [
        ("statusCheckResult>", "statusCheckResults>"),
        ("statusCheckResult>", "StatusCheckResult>"),
        ("SUCCESS", "success"),
        ("SUCCESS", ""),
        ("<statusCheckResultType>SUCCESS</statusCheckResultType>", ""),
        ("BLANK_NO_NEW_INFO", "BLANK_NO_NEW_INFO_TODAY"),
        ("BLANK_NO_NEW_INFO", "blank_no_new_info"),
        ("BLANK_NO_NEW_INFO", " BLANK_NO_NEW_INFO "),
        ("BLANK_NO_NEW_INFO", "BLANK_NO_NEW_INFO NEW_INFO"),
        ("BLANK_NO_NEW_INFO", "BLANK&#95;NO_NEW_INFO"),
        ("BLANK_NO_NEW_INFO", "<![CDATA[BLANK_NO_NEW_INFO]]>"),
        ("BLANK_NO_NEW_INFO", "BLANK<!-- -->_NO_NEW_INFO"),
        ("BLANK_NO_NEW_INFO", "<b>BLANK_NO_NEW_INFO</b>"),
        ("BLANK_NO_NEW_INFO", "UNKNOWN_CODE"),
        ("BLANK_NO_NEW_INFO", "NO_MATCH_FOUND"),
        ("<status>", "<status></status><status>"),
        ("<status>", "<status>NEW_INFO</status><status>"),
        ("<status>", "<status old=\"yes\">"),
        ("<status>", "<!--"),
        ("<status>BLANK_NO_NEW_INFO</status>", "<status/>"),
        ("<forename>", "<warning/><forename>"),
        ("<forename>", "stray<forename>"),
        ("SWIFT", ""),
        ("SWIFT", "SW&unknown;IFT"),
        ("<surname>SWIFT</surname>", ""),
        ("2024-04-22", "22/04/2024"),
        ("2024-04-22", "2024-4-22"),
        ("2024-04-22", "2024-02-30"),
        ("<statusCheckResult>", "<!DOCTYPE x><statusCheckResult>"),
        ("</statusCheckResult>", "</statusCheckResult><statusCheckResult/>"),
        ("</statusCheckResult>", "</statusCheckResult>end"),
    ] {
        assert!(is_malformed(&with(old, new)), "{old} as {new}");
    }
    let page = format!("<html><body>{PASS}</body></html>");
    let json = r#"{"statusCheckResultType":"SUCCESS","status":"BLANK_NO_NEW_INFO"}"#;
    for text in ["", " ", "BLANK_NO_NEW_INFO", json, &page, &format!("{PASS}{PASS}")] {
        assert!(is_malformed(text), "{text}");
    }
    for end in 0..PASS.len() {
        assert!(is_malformed(&PASS[..end]), "cut at {end}");
    }
    assert!(read(&PASS.replace("SWIFT", "SÎAN").chars().map(|c| c as u8).collect::<Vec<_>>()).is_err(), "Latin-1");
}

/// The one thing that must not be mistaken, looked for without a parser.
fn says_it_passes(bytes: &[u8]) -> bool {
    let has = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    has("<statusCheckResultType>SUCCESS</statusCheckResultType>") && has("<status>BLANK_NO_NEW_INFO</status>")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_is_never_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(read(&bytes).is_err());
    }

    #[test]
    fn a_code_is_known_to_the_letter(code in "[A-Z_ ]{0,24}|(NON_)?(BLANK_)?(NO_)?(NEW_INFO|MATCH_FOUND)[A-Z_ ]?") {
        let text = PASS.replace("BLANK_NO_NEW_INFO", &code);
        let known = StatusResult::ALL.iter().find(|one| one.as_str() == code && **one != StatusResult::NoMatchFound);
        prop_assert_eq!(read(text.as_bytes()).ok().map(|answer| answer.result), known.copied());
    }

    #[test]
    fn no_damage_makes_a_pass(
        code in prop::sample::select(StatusResult::ALL.to_vec()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, "[<>/A-Z_&;a-z =\"-]{0,12}|BLANK_NO_NEW_INFO|<status>|</status>|<!--|-->"), 0..4),
    ) {
        let mut bytes = PASS.replace("BLANK_NO_NEW_INFO", code.as_str()).into_bytes();
        for (place, length, text) in edits {
            let from = place.index(bytes.len() + 1);
            let to = (from + length).min(bytes.len());
            bytes.splice(from..to, text.into_bytes());
        }
        let passed = read(&bytes).is_ok_and(|answer| answer.result == StatusResult::BlankNoNewInfo);
        prop_assert!(!passed || says_it_passes(&bytes), "{}", String::from_utf8_lossy(&bytes));
    }
}
