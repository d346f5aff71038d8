//! The letters of a case, word for word, as the person and the firm read them.

use chaperone::domain::letter::{
    AppealLetter, AppealNews, Change, DecisionLetter, InterviewInvitation, InvitationParams, Leaving, Letter,
    OutcomeNotice, OwnLink, Sender, Suspension, SuspensionLifted,
};
use chaperone::types::{AppealOutcome, At, InterviewId, Secret, Verdict, parse_date};
use chrono::NaiveDate;

const CONTACT: &str = "the transport team at transport-team@council.example.org";
const NAME: &str = "Siân <b>O’Connor</b>";

fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

fn at(text: &str) -> At {
    At::new(text.parse().unwrap())
}

fn sender() -> Sender {
    Sender {
        council: "Exampleshire County Council".into(),
        reply_to: "transport-team@council.example.org".into(),
        base_url: "https://chaperone.council.example.org".into(),
        address: "County Hall, Exampleton EX1 1AA".into(),
    }
}

/// The words alone: the other part says the same.
fn shown(letter: Letter) -> String {
    assert!(!letter.html.contains("<b>O’Connor"), "a name is no markup");
    for name in ["Siân", "Connor"] {
        assert!(!letter.subject.contains(name), "a subject names nobody: {}", letter.subject);
    }
    format!("{}\n=====\n{}", letter.subject, letter.text)
}

fn decision(outcome: Verdict, revoked: bool) -> DecisionLetter {
    let is_plain = outcome == Verdict::Approved;
    let conditional = outcome == Verdict::ApprovedWithConditions;
    DecisionLetter {
        sender: sender(),
        name: NAME.into(),
        contact: CONTACT.into(),
        reference: "A-000123".into(),
        role: "Taxi or private hire driver".into(),
        outcome,
        revoked,
        conditions: if conditional {
            "Works with a passenger assistant on every journey.".into()
        } else {
            String::new()
        },
        until: conditional.then(|| day("2027-05-31")),
        reasons: match outcome {
            Verdict::Approved => String::new(),
            Verdict::Deferred => "A reference from your employer of 2024.".into(),
            _ => "You were dishonest at work twice in the last two years.".into(),
        },
        criteria: 1,
        appeal_by: (!is_plain && outcome != Verdict::Deferred).then(|| day("2026-12-15")),
        again_on: day("2027-11-22"),
    }
}

#[test]
fn a_decision_says_what_follows_and_how_to_appeal() {
    for (name, letter) in [
        ("decision_approved", decision(Verdict::Approved, false)),
        ("decision_with_conditions", decision(Verdict::ApprovedWithConditions, false)),
        ("decision_refused", decision(Verdict::Refused, false)),
        ("decision_revoked", decision(Verdict::Refused, true)),
        ("decision_deferred", decision(Verdict::Deferred, false)),
    ] {
        let letter = letter.write().unwrap();
        let appeals = ["refused", "revoked", "conditions"].iter().any(|word| name.ends_with(word));
        for part in [&letter.text, &letter.html] {
            assert_eq!(part.contains("15 December 2026"), appeals, "{name}");
            assert!(part.contains("transport-team@council.example.org"), "{name}");
        }
        insta::assert_snapshot!(name, shown(letter));
    }
}

#[test]
fn a_firm_reads_the_outcome_and_never_why() {
    let notice = |outcome| OutcomeNotice {
        sender: sender(),
        firm: "Ashdown Cars".into(),
        contact: CONTACT.into(),
        person: format!("{NAME} (P-000007)"),
        role: "Taxi or private hire driver".into(),
        reference: "A-000123".into(),
        outcome,
        conditions: match outcome {
            Verdict::ApprovedWithConditions => "Works with a passenger assistant on every journey.".into(),
            _ => String::new(),
        },
        until: (outcome == Verdict::ApprovedWithConditions).then(|| day("2027-05-31")),
        on: day("2026-11-22"),
    };
    for (name, outcome) in [
        ("outcome_approved", Verdict::Approved),
        ("outcome_with_conditions", Verdict::ApprovedWithConditions),
        ("outcome_refused", Verdict::Refused),
    ] {
        insta::assert_snapshot!(name, shown(notice(outcome).write().unwrap()));
    }
}

#[test]
fn an_appellant_hears_of_every_step() {
    let letter = |news| AppealLetter {
        sender: sender(),
        name: NAME.into(),
        contact: CONTACT.into(),
        reference: "A-000123".into(),
        lodged_on: day("2026-12-01"),
        news,
    };
    let decided = |outcome| AppealNews::Decided {
        outcome,
        conditions: String::new(),
        until: None,
        reasons: "The panel heard your last employer.".into(),
    };
    let hearing = AppealNews::Hearing {
        at: at("2026-12-18T14:00:00Z"),
        place: "Committee Room 1, County Hall".into(),
        panel: ["Ann Lee (chair)", "Bo Marsh", "Cy Dunn"].map(String::from).into(),
        decide_by: Some(day("2026-12-29")),
    };
    for (name, news) in [
        ("appeal_received", AppealNews::Received { hear_by: day("2026-12-31") }),
        ("appeal_late", AppealNews::Late { reason: "It came six weeks after the last day.".into() }),
        ("appeal_hearing", hearing),
        ("appeal_upheld", decided(AppealOutcome::Upheld)),
        ("appeal_dismissed", decided(AppealOutcome::Dismissed)),
        ("appeal_remitted", decided(AppealOutcome::Remitted)),
        ("appeal_withdrawn", AppealNews::Withdrawn),
    ] {
        insta::assert_snapshot!(name, shown(letter(news).write().unwrap()));
    }
}

#[test]
fn an_applicant_is_asked_by_their_own_link_and_to_an_interview() {
    let link = |firm: &str| OwnLink {
        sender: sender(),
        firm: firm.into(),
        role: "passenger assistant".into(),
        link: Secret::new(format!("https://chaperone.council.example.org/own/{}", "9f".repeat(32))),
        expires: at("2026-12-06T09:00:00Z"),
    };
    insta::assert_snapshot!("own_link", shown(link("Ashdown Cars").write().unwrap()));
    assert!(!link("").write().unwrap().text.contains("firm"), "the council's own staff have none");
    for (name, change) in [
        ("interview_arranged", Change::Arranged),
        ("interview_moved", Change::Moved),
        ("interview_cancelled", Change::Cancelled),
    ] {
        let told = InvitationParams {
            interview: InterviewId(7),
            moves: 0,
            change,
            reference: "A-000123".into(),
            starts_at: at("2026-12-04T10:00:00Z"),
            minutes: 45,
            place: "Room 2, County Buildings".into(),
        };
        let (contact, name_of) = (CONTACT.to_owned(), NAME.to_owned());
        let letter = InterviewInvitation { sender: sender(), contact, name: name_of, criteria: Some(1), told };
        insta::assert_snapshot!(name, shown(letter.write().unwrap()));
    }
}

#[test]
fn a_person_is_told_that_they_are_stopped_free_again_or_gone() {
    let (contact, person, on) = (CONTACT.to_owned(), NAME.to_owned(), day("2026-11-22"));
    let stopped = Suspension { sender: sender(), contact: contact.clone(), person: person.clone(), on };
    insta::assert_snapshot!("suspension", shown(stopped.write().unwrap()));
    let lifted = SuspensionLifted { sender: sender(), contact: contact.clone(), person: person.clone(), on };
    insta::assert_snapshot!("suspension_lifted", shown(lifted.write().unwrap()));
    insta::assert_snapshot!("leaving", shown(Leaving { sender: sender(), contact, person, on }.write().unwrap()));
}
