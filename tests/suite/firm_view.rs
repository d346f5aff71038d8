//! A firm learns outcomes and tasks, and nothing else: a traced and a clean applicant walk the whole way from sending in
//! to the outcome, and whatever the firm can read, on pages, in files or in mail, is the same after every step.

use std::collections::BTreeMap;

use crate::log_lines;
use crate::support::applying::reference;
use crate::support::journey::{Applicant, CANARIES, Journey};

/// What no page of a firm says while a case is open.
const WORDS: [&str; 4] = ["trace", "interview", "suitab", "second decision"];

/// The text with the numbers and names that say which of the two it is about made the same for both.
fn masked(text: &str, journey: &Journey) -> String {
    journey.applicants.iter().fold(text.to_owned(), |text, one| mask(&text, journey, one))
}

fn mask(text: &str, journey: &Journey, one: &Applicant) -> String {
    let mut text = text.to_owned();
    for id in [("/applications/", &one.application), ("/people/", &one.person)] {
        text = number(&text, id.0, id.1);
    }
    let of_option = format!("value=\"{}\"", one.person);
    text = text.replace(&of_option, "value=\"#\"").replace(&format!("person-{}\"", one.person), "person-#\"");
    for mark in marks(journey, one) {
        text = text.replace(&mark, "#");
    }
    text
}

/// What names one of them.
fn marks(journey: &Journey, one: &Applicant) -> Vec<String> {
    let test = &journey.world.test;
    let mut marks: Vec<String> = [one.forename, one.surname, one.certificate].map(str::to_owned).into();
    marks.extend([one.surname.to_lowercase(), one.forename.to_lowercase(), reference(test, &one.application)]);
    if let Ok(id) = one.person.parse().map(chaperone::types::PersonId) {
        let row = test.db.read(|c| chaperone::store::person::by_ids(c, &[id])).unwrap().remove(0);
        marks.push(row.reference);
    }
    marks
}

/// `id` behind `lead`, and no longer number that begins with it, made a sign.
fn number(text: &str, lead: &str, id: &str) -> String {
    if id.is_empty() {
        return text.to_owned();
    }
    let whole = format!("{lead}{id}");
    let mut parts = text.split(&whole);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, rest| {
        let longer = rest.starts_with(|next: char| next.is_ascii_digit());
        if longer { format!("{text}{lead}{id}{rest}") } else { format!("{text}{lead}#{rest}") }
    })
}

/// The rows of a list, or lines of a file, that are about one of the two, masked and in order.
fn rows(text: &str, journey: &Journey, one: &Applicant) -> Vec<String> {
    let marks = marks(journey, one);
    let tags = [("<tr", "</tr>"), ("<li", "</li>"), ("<option", "</option>"), ("class=\"govuk-radios__item", "</div>")];
    let mut pieces: Vec<&str> = Vec::new();
    for (open, close) in tags {
        pieces.extend(text.split(open).skip(1).filter_map(|piece| piece.split(close).next()));
    }
    if pieces.is_empty() {
        pieces = text.lines().collect();
    }
    let own = pieces.into_iter().filter(|piece| marks.iter().any(|mark| piece.contains(mark)));
    let mut rows: Vec<String> = own.map(|piece| masked(piece, journey)).collect();
    rows.sort();
    rows
}

/// The address of the other's page.
fn twin(path: &str, [one, other]: &[Applicant; 2]) -> String {
    let swap =
        |lead: &str, id: &str, to: &str| number(path, lead, id).replace(&format!("{lead}#"), &format!("{lead}{to}"));
    let there = swap("/applications/", &one.application, &other.application);
    if there != path { there } else { swap("/people/", &one.person, &other.person) }
}

/// Every canary is nowhere in these texts.
fn is_free_of_canaries(place: &str, texts: &BTreeMap<String, String>, canaries: &[&str]) {
    for (path, text) in texts {
        for canary in canaries {
            assert!(!text.contains(canary), "{canary} at {path}, {place}");
        }
    }
}

#[test]
fn a_traced_and_a_clean_applicant_are_the_same_to_their_firm_from_sending_in_to_the_outcome() {
    log_lines::keep();
    let journey = Journey::walked(true);
    let [traced, clean] = &journey.applicants;
    let last = journey.told.last().unwrap();
    assert!(last.pages[&format!("/applications/{}", traced.application)].contains("Approved"), "it has come to an end");
    let mut compared = 0;
    for told in &journey.told {
        assert!(told.pages.len() > 8, "{}: {:?}", told.step, told.pages.keys());
        for (path, text) in &told.pages {
            let (place, there) = (format!("{path} once {}", told.step), twin(path, &journey.applicants));
            if there == *path {
                let (one, other) = (rows(text, &journey, traced), rows(text, &journey, clean));
                assert_eq!(one, other, "{place}");
                compared += one.len();
            } else if let Some(other) = told.pages.get(&there) {
                assert_eq!(masked(text, &journey), masked(other, &journey), "{place}");
                compared += 1;
            } else {
                panic!("{place}, and there is no {there}");
            }
            // What anybody may read tells of no case.
            let public = ["/privacy", "/ex-offenders", "/criteria", "/accessibility"];
            let words: &[&str] = if public.contains(&path.as_str()) { &[] } else { &WORDS };
            for word in words {
                assert!(!text.to_lowercase().contains(word), "{word} at {place}");
            }
        }
        is_free_of_canaries(told.step, &told.pages, &CANARIES);
        let of =
            |one: &Applicant| told.mail.iter().filter(|text| text.contains(one.surname)).cloned().collect::<Vec<_>>();
        let mask_all = |mail: Vec<String>| mail.iter().map(|text| masked(text, &journey)).collect::<Vec<_>>();
        assert_eq!(mask_all(of(traced)), mask_all(of(clean)), "mail once {}", told.step);
        assert!(!CANARIES.iter().any(|canary| told.mail.concat().contains(canary)), "mail once {}", told.step);
    }
    assert!(compared > 80, "only {compared}");
    assert!(journey.told.iter().any(|told| !told.mail.is_empty()), "the firm is written to");

    for kind in ["inspector", "auditor", "admin", "officer", "decider"] {
        let reached = journey.reached(kind, "2026-12-18");
        is_free_of_canaries(kind, &reached, &CANARIES[..5]);
    }
    for letter in &journey.elsewhere {
        let own = letter.to.concat().starts_with("quillfeather@");
        let canaries = if own { &CANARIES[..4] } else { &CANARIES[..] };
        assert!(
            !canaries.iter().any(|canary| letter.text.contains(canary) || letter.raw.contains(canary)),
            "{:?}",
            letter.to
        );
    }
    for canary in CANARIES.iter().chain(&["Quillfeather", "quillfeather", "001234567890"]) {
        let lines = log_lines::with(canary);
        assert!(lines.is_empty(), "{canary}: {lines:#?}");
    }
}

#[test]
fn a_firm_reads_the_same_to_the_byte_whether_one_of_its_applicants_has_a_trace_or_none() {
    let (traced, clean) = std::thread::scope(|scope| {
        let one = scope.spawn(|| Journey::walked(true));
        (one.join(), Journey::walked(false))
    });
    let traced = traced.unwrap();
    for (one, other) in traced.told.iter().zip(&clean.told) {
        let paths = |told: &BTreeMap<String, String>| told.keys().cloned().collect::<Vec<_>>();
        assert_eq!(paths(&one.pages), paths(&other.pages), "once {}", one.step);
        for (path, text) in &one.pages {
            assert_eq!(*text, other.pages[path], "{path} once {}", one.step);
        }
        assert_eq!(one.mail, other.mail, "mail once {}", one.step);
    }
    let (one, other) = (traced.reached("inspector", "2026-12-18"), clean.reached("inspector", "2026-12-18"));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (path, text) in &one {
        assert_eq!(*text, other[path], "{path} as a compliance officer");
    }
}
