//! The letters of bulletins and of the public's concerns, word for word.

use chaperone::domain::bulletin::chase::Unread;
use chaperone::domain::letter::{BulletinChase, BulletinNotice, ConcernNotice, Letter, Sender};
use chaperone::types::{At, BulletinId, ConcernId, Secret, parse_date};
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

fn sender() -> Sender {
    Sender {
        council: "Exampleshire County Council".into(),
        reply_to: "transport-team@council.example.org".into(),
        base_url: "https://chaperone.council.example.org".into(),
        address: "County Hall, Exampleton EX1 1AA".into(),
    }
}

fn shown(letter: Letter) -> String {
    assert!(!letter.html.contains("<b>Ashdown"), "a name is no markup");
    format!("{}\n=====\n{}", letter.subject, letter.text)
}

fn notice(mandatory: bool, languages: Vec<&'static str>) -> BulletinNotice {
    BulletinNotice {
        sender: sender(),
        title: "Handing a pupil over".into(),
        mandatory,
        read_by: day("2026-12-06"),
        languages,
        link: Secret::new("https://chaperone.council.example.org/read/AAAAAAAAAAd1n7Yl3mZ9".to_owned()),
        expires: At::new("2027-01-06T00:00:00Z".parse().unwrap()),
    }
}

#[test]
fn a_reader_is_sent_their_own_link_and_the_day() {
    for (name, letter) in [
        ("bulletin_notice", notice(true, Vec::new())),
        ("bulletin_notice_languages", notice(false, vec!["Polski", "اردو"])),
    ] {
        let letter = letter.write().unwrap();
        assert!(!letter.subject.contains("Handing") && letter.html.contains("/read/AAAAAAAAAAd1n7Yl3mZ9"), "{name}");
        insta::assert_snapshot!(name, shown(letter));
    }
}

#[test]
fn a_firm_is_told_how_many_and_never_who() {
    let line = |id: i64, title: &str, people| Unread {
        id: BulletinId(id),
        title: title.into(),
        read_by: day("2026-12-06"),
        people,
    };
    let lines = vec![line(1, "Handing a pupil over", 1), line(2, "Telephones <and> photographs", 12)];
    let letter = BulletinChase { sender: sender(), firm: "<b>Ashdown Cars</b>".into(), lines };
    insta::assert_snapshot!("bulletin_chase", shown(letter.write().unwrap()));
}

#[test]
fn the_team_reads_a_concern_in_the_register_alone() {
    let letter = ConcernNotice { sender: sender(), id: ConcernId(41) };
    insta::assert_snapshot!("concern_notice", shown(letter.write().unwrap()));
}
