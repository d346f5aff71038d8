//! What a firm and a person are told when a badge is stopped, allowed again, revoked or refused: word for word, and to whom.

use chaperone::domain::letter::{
    BadgeLetter, BadgeNews, BadgeNotice, BadgeParams, BadgeReturn, CardLine, Letter, Sender,
};
use chaperone::domain::permission::Who;
use chaperone::store::task;
use chaperone::types::{BadgeCause, BadgeId, ContractorId, PersonId};

use crate::support::badge::{ask, desk, give_photo, issued, jpeg, officer};
use crate::support::database::day;
use crate::support::desk::Desk;
use crate::support::known::FIRM;
use crate::support::world::{address, person};

const CONTACT: &str = "the transport team at transport-team@council.example.org";
const OWN: &str = "somebody@home.example.org";
const WHY: &str = "Seen worn by their cousin";

fn sender() -> Sender {
    Sender {
        council: "Exampleshire County Council".into(),
        reply_to: "transport-team@council.example.org".into(),
        base_url: "https://chaperone.council.example.org".into(),
        address: "County Hall, Exampleton EX1 1AA".into(),
    }
}

fn told(news: BadgeNews) -> BadgeParams {
    let is_refused = news == BadgeNews::Refused;
    BadgeParams {
        news,
        badge: (!is_refused).then_some(BadgeId(7)),
        number: if is_refused { String::new() } else { "C000123".into() },
        contractor: ContractorId(1),
        role: "Passenger assistant".into(),
        on: day("2026-11-22"),
    }
}

/// The words alone: the other part says the same.
fn shown(letter: &Letter) -> String {
    for part in [&letter.subject, &letter.html] {
        assert!(!part.contains("<b>"), "a name is no markup");
    }
    for personal in ["Siân", "Connor", "C000123", "Ashdown"] {
        assert!(!letter.subject.contains(personal), "{}", letter.subject);
    }
    format!("{}\n=====\n{}", letter.subject, letter.text)
}

const ALL: [BadgeNews; 4] = [BadgeNews::Suspended, BadgeNews::Restored, BadgeNews::Revoked, BadgeNews::Refused];

#[test]
fn a_firm_is_told_that_a_badge_does_not_count_and_never_why() {
    for news in ALL {
        let (firm, person) = ("Ashdown <b>Cars</b>".to_owned(), "Siân O’Connor (T00001)".to_owned());
        let letter = BadgeNotice { sender: sender(), contact: CONTACT.into(), firm, person, told: told(news) };
        let letter = letter.write().unwrap();
        assert!(!letter.text.contains("suspen"), "that it may come to life again is the council’s");
        insta::assert_snapshot!(format!("notice_{}", news.word()), shown(&letter));
    }
}

#[test]
fn a_person_is_told_what_to_do_with_their_badge_and_that_they_may_ask_why() {
    for news in ALL {
        let (firm, person) = ("Ashdown <b>Cars</b>".to_owned(), "Siân O’Connor".to_owned());
        let letter = BadgeLetter { sender: sender(), contact: CONTACT.into(), firm, person, told: told(news) };
        insta::assert_snapshot!(format!("letter_{}", news.word()), shown(&letter.write().unwrap()));
    }
}

#[test]
fn a_firm_is_asked_for_old_cards_and_not_told_which_was_revoked() {
    let card = |number: &str, person: &str| CardLine { number: number.into(), person: person.into() };
    let cards = vec![card("C000123", "Siân O’Connor (T00001)"), card("C000124", "<b>Ann</b> Lee (T00002)")];
    let letter = BadgeReturn { sender: sender(), contact: CONTACT.into(), firm: "Ashdown Cars".into(), cards };
    insta::assert_snapshot!("return", shown(&letter.write().unwrap()));
    let nowhere = Sender { address: String::new(), ..sender() };
    let cards = vec![card("C000123", "Ann Lee (T00002)")];
    let letter = BadgeReturn { sender: nowhere, contact: CONTACT.into(), firm: "Ashdown Cars".into(), cards };
    assert!(letter.write().unwrap().text.contains("Send the cards to us.\n"));
}

fn change(desk: &Desk, badge: BadgeId, word: &str) {
    let page = format!("/badges/{badge}/change/{word}");
    assert_eq!(desk.officer.fill(&page, &page, &[("reason", WHY)]).status.code, 303, "{word}");
}

/// The subjects and texts that arrive at an address.
fn arrived(desk: &Desk, to: &str) -> Vec<String> {
    let sent = desk.world.night("2026-11-22");
    let to_them = sent.into_iter().filter(|mail| mail.to[0] == to);
    to_them.map(|mail| mail.header("Subject").to_owned() + "\n" + &mail.html).collect()
}

#[test]
fn a_stopped_badge_is_told_to_the_firm_and_to_the_person_and_a_lost_one_to_nobody() {
    let desk = desk(&[person(1, FIRM).with("email", OWN)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    give_photo(test, &who, id, &jpeg());
    let badge = issued(test, &who, id, FIRM, BadgeCause::New);
    let count = || (desk.told("badge_notice").len(), desk.told("badge_letter").len());
    assert_eq!(count(), (0, 0));
    assert!(desk.officer.get(&format!("/badges/{badge}/change/suspend")).body.contains("get a letter"));
    assert!(!desk.officer.get(&format!("/badges/{badge}/change/lose")).body.contains("get a letter"));
    for (word, letters) in [("suspend", 1), ("restore", 2), ("revoke", 3)] {
        change(&desk, badge, word);
        assert_eq!(count(), (letters, letters), "{word}");
    }
    change(&desk, badge, "return");
    let second = issued_again(&desk, &who, id);
    change(&desk, second, "lose");
    assert_eq!(count(), (3, 3));
    assert!(desk.told("badge_notice").iter().all(|to| *to == address(FIRM)));
    assert!(desk.told("badge_letter").iter().all(|to| to == OWN));
    let params = |letter| desk.letters(letter).into_iter().map(|row| row.params).collect::<String>();
    assert!(!(params("badge_notice") + &params("badge_letter")).contains(WHY));
    let firm = arrived(&desk, &address(FIRM));
    assert!(firm.iter().any(|mail| mail.contains("send the card back")), "{firm:?}");
    assert!(!firm.iter().any(|mail| mail.contains("no longer stopped")), "it was revoked by then");
    assert!(firm.iter().all(|mail| !mail.contains(WHY) && !mail.contains("cousin")));
}

fn issued_again(desk: &Desk, who: &Who, id: PersonId) -> BadgeId {
    let request = ask(&desk.world.test, who, id, FIRM, BadgeCause::New);
    let page = format!("/badge-requests/{request}");
    let done = desk.officer.fill(&page, &format!("{page}/issue"), &[("reason", "It is settled")]);
    done.location.unwrap().rsplit('/').next().unwrap().parse().map(BadgeId).unwrap()
}

#[test]
fn the_end_of_a_suspension_is_told_without_clearing_anybody() {
    let desk = desk(&[person(1, FIRM).with("email", OWN)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    give_photo(test, &who, id, &jpeg());
    let badge = issued(test, &who, id, FIRM, BadgeCause::New);
    change(&desk, badge, "suspend");
    desk.hold(id, "On the advice of the police");
    change(&desk, badge, "restore");
    let sent = desk.world.night("2026-11-22");
    let subjects: Vec<&str> = sent.iter().map(|mail| mail.header("Subject")).collect();
    for told in
        ["1 badge is no longer stopped from 22 November 2026", "The suspension of your badge ended on 22 November 2026"]
    {
        let mail = sent.iter().find(|mail| mail.header("Subject") == told).unwrap_or_else(|| panic!("{subjects:?}"));
        let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("does not by itself clear") && !text.contains("police"), "{text}");
    }
    assert!(subjects.contains(&"1 badge does not authorise anybody from 22 November 2026"), "{subjects:?}");
}

#[test]
fn a_refused_request_is_told_and_a_cancelled_one_is_not() {
    let desk = desk(&[person(1, FIRM).with("email", OWN)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    let cancelled = ask(test, &who, id, FIRM, BadgeCause::Renewal);
    let page = format!("/badge-requests/{cancelled}/cancel");
    assert_eq!(desk.firm.fill(&page, &page, &[("reason", "They have left")]).status.code, 303);
    assert!(desk.told("badge_notice").is_empty() && desk.told("badge_letter").is_empty());
    let refused = ask(test, &who, id, FIRM, BadgeCause::Renewal);
    let page = format!("/badge-requests/{refused}/refuse");
    assert_eq!(desk.officer.fill(&page, &page, &[("reason", WHY)]).status.code, 303);
    assert_eq!((desk.told("badge_notice"), desk.told("badge_letter")), (vec![address(FIRM)], vec![OWN.to_owned()]));
    let firm = arrived(&desk, &address(FIRM));
    assert!(firm.iter().any(|mail| mail.contains("1 badge that was asked for was refused")), "{firm:?}");
    assert!(firm.iter().all(|mail| !mail.contains("cousin")));
}

#[test]
fn a_firm_without_an_address_is_rung_about_each_badge_and_a_person_without_one_is_written_to_on_paper() {
    let desk = desk(&[person(1, FIRM), person(2, FIRM)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    give_photo(test, &who, id, &jpeg());
    let badge = issued(test, &who, id, FIRM, BadgeCause::New);
    desk.world.sql("UPDATE contractors SET email = '', second_email = ''");
    for word in ["suspend", "revoke"] {
        change(&desk, badge, word);
    }
    let calls = test.db.read(|conn| task::all_open(conn, "unwritten_letter")).unwrap();
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|one| !one.detail.contains("Person") && !one.dedup_key.contains("Person")));
    assert_eq!(test.db.read(|conn| task::all_open(conn, "letter_to_post")).unwrap().len(), 2);
}
