//! The letters of training, word for word, as the person and the firm read them.

use chaperone::domain::letter::{
    CourseInvitation, CourseInvitationParams, Letter, PlaceNews, PlaceParams, Sender, TrainingPlace,
};
use chaperone::types::{At, BookingId, SessionId, parse_date};

const CONTACT: &str = "the transport team at transport-team@council.example.org";

fn sender() -> Sender {
    Sender {
        council: "Exampleshire County Council".into(),
        reply_to: "transport-team@council.example.org".into(),
        base_url: "https://chaperone.council.example.org".into(),
        address: "County Hall, Exampleton EX1 1AA".into(),
    }
}

fn starts_at() -> At {
    At::new("2026-12-04T10:00:00Z".parse().unwrap())
}

/// The words alone: the other part says the same.
fn shown(letter: Letter) -> String {
    assert!(!letter.subject.contains("Siân"), "a subject names nobody: {}", letter.subject);
    format!("{}\n=====\n{}", letter.subject, letter.text)
}

fn place(news: PlaceNews, waits: bool, firm: &str) -> TrainingPlace {
    let is_news = matches!(news, PlaceNews::Moved | PlaceNews::SessionCancelled);
    TrainingPlace {
        sender: sender(),
        contact: CONTACT.into(),
        person: "Siân O’Connor (C000007)".into(),
        firm: firm.into(),
        told: PlaceParams {
            booking: BookingId(7),
            session: SessionId(3),
            moves: 1,
            news,
            waits,
            course: "Safeguarding, level 1".into(),
            starts_at: starts_at(),
            minutes: 180,
            place: "County Hall, 1 High Street, Exampleton".into(),
            trainer: "J Shah".into(),
            joining: "Bring photo identification".into(),
            no_show_pence: 2750,
            reason: if is_news { "The trainer is ill".into() } else { String::new() },
        },
    }
}

#[test]
fn a_place_is_told_to_whoever_has_it_and_the_queue_to_whoever_waits() {
    for (name, news, waits) in [
        ("place_booked", PlaceNews::Booked, false),
        ("place_waiting", PlaceNews::Waiting, true),
        ("place_promoted", PlaceNews::Promoted, false),
        ("place_moved", PlaceNews::Moved, false),
        ("place_moved_waiting", PlaceNews::Moved, true),
        ("place_cancelled", PlaceNews::Cancelled, false),
        ("place_cancelled_waiting", PlaceNews::Cancelled, true),
        ("place_session_cancelled", PlaceNews::SessionCancelled, false),
        ("place_session_cancelled_waiting", PlaceNews::SessionCancelled, true),
        ("place_reminder", PlaceNews::Reminder, false),
        ("place_no_show", PlaceNews::NoShow, false),
    ] {
        let letter = place(news, waits, "Ashdown Cars");
        let calendar = letter.told.calendar(&sender(), "firm@example.org", starts_at());
        assert!(!waits || calendar.is_none(), "{name}");
        let own = place(news, waits, "").write().unwrap().text;
        assert_eq!(own.contains("Bring photo"), letter.clone().write().unwrap().text.contains("Bring photo"));
        insta::assert_snapshot!(name, shown(letter.write().unwrap()));
    }
}

#[test]
fn an_invitation_says_until_when_training_serves_or_when_it_ran_out() {
    for (name, due_on, firm) in [
        ("invitation_due", Some("2026-12-20"), "Ashdown Cars"),
        ("invitation_overdue", Some("2025-03-03"), ""),
        ("invitation_missing", None, "Ashdown Cars"),
    ] {
        let letter = CourseInvitation {
            sender: sender(),
            contact: CONTACT.into(),
            person: "Siân O’Connor (C000007)".into(),
            firm: firm.into(),
            today: parse_date("2026-11-22").unwrap(),
            told: CourseInvitationParams {
                session: SessionId(3),
                course: "Safeguarding, level 1".into(),
                due_on: due_on.and_then(parse_date),
                starts_at: starts_at(),
                minutes: 180,
                place: "County Hall, 1 High Street, Exampleton".into(),
            },
        };
        let letter = letter.write().unwrap();
        assert_eq!(letter.text.contains("ran out on 3 March 2025"), name == "invitation_overdue");
        insta::assert_snapshot!(name, shown(letter));
    }
}
