//! The letters of the Update Service watch: what the person has to do and by when, never why.

use chaperone::domain::letter::{JoinBy, Letter, NewCheck, NotFound, Sender, Trouble, WatchAlarm};
use chaperone::types::{At, CircuitCause};

use crate::support::database::day;

fn sender() -> Sender {
    Sender {
        council: "Cyngor Sir Ynys Môn & Partners".into(),
        reply_to: "transport-team@council.example.org".into(),
        base_url: "https://chaperone.council.example.org".into(),
        address: "County Hall, Exampleton EX1 1AA".into(),
    }
}

fn to_people() -> [Letter; 3] {
    let (sender, name, contact) = (sender(), "Siân O’Brien <script>".to_owned(), "the transport team".to_owned());
    let (first, second, third) = (sender.clone(), name.clone(), contact.clone());
    [
        NewCheck { sender: first.clone(), name: second.clone(), contact: third.clone() }.write().unwrap(),
        NotFound { sender: first, name: second, contact: third, until: day("2026-12-12") }.write().unwrap(),
        JoinBy { sender, name, contact, last: day("2026-12-02") }.write().unwrap(),
    ]
}

#[test]
fn people_are_told_what_to_do_and_by_when_and_never_why() {
    let letters = to_people();
    let subjects = letters.clone().map(|letter| letter.subject);
    assert_eq!(
        subjects,
        [
            "You need a new DBS check before you work for Cyngor Sir Ynys Môn & Partners",
            "Check your Update Service subscription by 12 December 2026",
            "Join the DBS Update Service by 2 December 2026",
        ]
    );
    for letter in letters {
        assert!(letter.text.starts_with("Dear Siân O’Brien"), "{}", letter.text);
        assert!(!letter.html.contains("<script>"), "a name is no markup");
        assert!(!letter.subject.contains("Siân"), "a subject names nobody");
        for word in ["new information", "trace", "conviction", "suspen", "reveal"] {
            assert!(!letter.text.to_lowercase().contains(word), "{word}: {}", letter.text);
        }
        assert!(letter.text.lines().all(|line| line.chars().count() <= 72), "{}", letter.text);
    }
}

#[test]
fn the_team_is_told_what_stands_still_and_that_nobody_is_moved_by_it() {
    let at = At::new("2026-11-23T03:20:00Z".parse().unwrap());
    for (trouble, subject, said) in [
        (Trouble::Circuit(CircuitCause::NoMatch, at, 10), "Alarm: status checks have stopped", "after 10 questions"),
        (Trouble::Circuit(CircuitCause::Errors, at, 5), "Alarm: status checks have stopped", "stopped answering"),
        (Trouble::Late(day("2026-11-16")), "Alarm: status checks are overdue", "16 November 2026"),
    ] {
        let letter = WatchAlarm { sender: sender(), trouble }.write().unwrap();
        let words = letter.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(letter.subject, subject);
        assert!(words.contains(said) && words.contains("Nobody is cleared and nobody is suspended"), "{words}");
        assert!(letter.html.contains("/update-service"));
    }
}
