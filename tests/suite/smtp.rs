//! Mail leaves whole, once, and every way a relay can fail is told apart.

use std::time::Duration;

use chaperone::gateway::smtp::{Message, Outcome, Transport};
use chaperone::types::Secret;
use chrono::{TimeZone, Utc};

use crate::support::mail_sink::{Act, Rule, Sink, Stage};

fn message(n: usize) -> Message {
    Message {
        message_id: format!("<letter-{n}@council.example.org>"),
        from: "Home to school transport <transport@council.example.org>".into(),
        reply_to: "team@council.example.org".into(),
        to: format!("firm{n}@example.com"),
        cc: None,
        subject: "2 staff cannot work".into(),
        text: "First line\n.a line with a dot\n\nLast line\n".into(),
        attachment: None,
        html: "<p>Sîan &amp; sons</p>\n".into(),
        date: Utc.with_ymd_and_hms(2026, 11, 22, 7, 30, 0).unwrap(),
    }
}

fn open(url: &str) -> Transport {
    Transport::open(&Secret::new(url)).unwrap().with_patience(Duration::from_millis(400))
}

#[track_caller]
fn sent(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Sent { shortfall, .. } => shortfall.as_deref(),
        other => panic!("not sent: {other:?}"),
    }
}

#[track_caller]
fn retry(outcome: Outcome) -> String {
    match outcome {
        Outcome::Retry { why } => why,
        other => panic!("no retry: {other:?}"),
    }
}

#[track_caller]
fn refused(outcome: Outcome) -> String {
    match outcome {
        Outcome::Refused { why } => why,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let sink = Sink::start();
    let mut post = open(&sink.url());
    let letter = Message { cc: Some("second@example.com".into()), ..message(1) };
    let outcome = post.send(&letter).await;
    assert_eq!(outcome, Outcome::Sent { reply: "250 2.0.0 kept".into(), shortfall: None });
    post.close().await;
    let [got] = &sink.messages()[..] else { panic!("one letter") };
    assert_eq!(got.from, "transport@council.example.org");
    assert_eq!(got.to, ["firm1@example.com", "second@example.com"]);
    assert_eq!(got.message_id(), "<letter-1@council.example.org>");
    assert_eq!(got.header("Auto-Submitted"), "auto-generated");
    assert_eq!(got.header("Reply-To"), "team@council.example.org");
    assert_eq!(got.header("Cc"), "second@example.com");
    assert_eq!(got.header("Date"), "Sun, 22 Nov 2026 07:30:00 +0000");
    assert!(got.header("Content-Type").starts_with("multipart/alternative;"));
    assert_eq!(got.text.trim_end(), "First line\n.a line with a dot\n\nLast line");
    assert_eq!(got.html.trim_end(), "<p>Sîan &amp; sons</p>");
    assert_eq!(sink.commands(), ["EHLO", "MAIL", "RCPT", "RCPT", "DATA", "QUIT"]);
    assert_eq!(got.raw.as_bytes(), letter.to_bytes().unwrap());
}

#[test]
fn a_retry_sends_the_same_bytes() {
    assert_eq!(message(7).to_bytes().unwrap(), message(7).to_bytes().unwrap());
    assert_ne!(message(7).to_bytes().unwrap(), message(8).to_bytes().unwrap());
}

#[test]
fn no_value_can_begin_a_header() {
    let sneaky = Message {
        subject: "Due\r\nBcc: thief@example.net\r\n\r\nHello\u{0}\u{85}\u{2028}".into(),
        text: "Bcc: thief@example.net".into(),
        ..message(1)
    };
    let raw = String::from_utf8(sneaky.to_bytes().unwrap()).unwrap();
    let head = raw.split("\r\n\r\n").next().unwrap();
    assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
    assert!(head.contains("\r\nSubject: Due Bcc: thief@example.net Hello\r\n"), "{head}");

    let with = |change: fn(&mut Message)| {
        let mut letter = message(1);
        change(&mut letter);
        letter.to_bytes().is_err()
    };
    assert!(with(|m| m.to = "a@example.com\r\nBcc: thief@example.net".into()));
    assert!(with(|m| m.to = "a@example.com, thief@example.net".into()));
    assert!(with(|m| m.from = "Council\nBcc: thief@example.net <a@example.com>".into()));
    assert!(with(|m| m.cc = Some("not an address".into())));
    assert!(with(|m| m.message_id = "<a@b>\r\nBcc: thief@example.net".into()));
    assert!(with(|m| m.message_id = "<a b@c>".into()));
    assert!(with(|m| m.reply_to = String::new()));
}

#[tokio::test]
async fn long_and_accented_headers_come_back_whole() {
    let sink = Sink::start();
    let subject = "12 staff cannot work; 130 have items due, the first on 30 March 2027 – Cyngor Sir Ynys Môn, \
                   cludiant o'r cartref i'r ysgol, adran diogelu a thrwyddedu";
    let from =
        "\"Cyngor Sir Ynys Môn, Home to School Transport and Safeguarding Team\" <transport@council.example.org>";
    let letter = Message { subject: subject.into(), from: from.into(), ..message(1) };
    sent(&open(&sink.url()).send(&letter).await);
    let got = &sink.messages()[0];
    assert_eq!(got.header("Subject"), subject);
    assert!(got.header("From").contains("Cyngor Sir Ynys Môn, Home to School Transport and Safeguarding Team"));
    assert!(got.raw.is_ascii());
    assert!(got.raw.lines().all(|line| line.len() <= 90), "{}", got.raw);
}

#[tokio::test]
async fn a_thousand_letters_take_one_connection() {
    let sink = Sink::start();
    let mut post = open(&sink.url());
    for n in 0..1000 {
        sent(&post.send(&message(n)).await);
    }
    post.close().await;
    assert_eq!((sink.messages().len(), sink.connections()), (1000, 1));
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_later() {
    let mut sink = Sink::start();
    sink.stop();
    let mut post = open(&sink.url());
    assert!(retry(post.send(&message(1)).await).contains("cannot be reached"));
    assert!(post.is_down() && post.probe().await.is_err());
    sink.restart();
    assert!(post.probe().await.is_ok());
    sent(&post.send(&message(1)).await);
    assert!(!post.is_down());
}

#[tokio::test]
async fn a_relay_that_went_away_between_letters_is_dialled_again() {
    let mut sink = Sink::start();
    let mut post = open(&sink.url());
    sent(&post.send(&message(1)).await);
    sink.stop();
    sink.restart();
    sent(&post.send(&message(2)).await);
    sink.script([Rule::at(Stage::Mail, Act::Reply("421 too many letters")).times(1)]);
    sent(&post.send(&message(3)).await);
    assert_eq!((sink.messages().len(), sink.connections()), (3, 3));
}

#[tokio::test]
async fn a_4xx_anywhere_puts_the_letter_off_and_keeps_the_line() {
    let sink = Sink::start();
    let mut post = open(&sink.url());
    for stage in [Stage::Mail, Stage::Rcpt, Stage::Data, Stage::End] {
        sink.script([Rule::at(stage, Act::Reply("451 4.3.0 firm1@example.com: try firm1 later")).times(1)]);
        assert_eq!(retry(post.send(&message(1)).await), "451 4.3.0 [address] try [address] later", "{stage:?}");
        sent(&post.send(&message(1)).await);
    }
    assert_eq!((sink.messages().len(), sink.connections()), (4, 1));
}

#[tokio::test]
async fn a_5xx_to_the_recipient_or_the_letter_is_a_refusal() {
    let sink = Sink::start();
    let mut post = open(&sink.url());
    for stage in [Stage::Rcpt, Stage::Data, Stage::End] {
        sink.script([Rule::at(stage, Act::Reply("550 5.1.1 <firm1@example.com> unknown")).times(1)]);
        let why = refused(post.send(&message(1)).await);
        assert!(why.ends_with("550 5.1.1 [address] unknown"), "{stage:?}: {why}");
        sent(&post.send(&message(2)).await);
    }
    assert_eq!((sink.messages().len(), sink.connections()), (3, 1));
}

#[tokio::test]
async fn a_5xx_about_ourselves_is_not_the_letters_fault() {
    let sink = Sink::start();
    for (stage, answer) in [
        (Stage::Greeting, "554 no service here"),
        (Stage::Mail, "550 sender unknown"),
        (Stage::Rcpt, "530 sign in first"),
        (Stage::Data, "503 what?"),
    ] {
        sink.script([Rule::at(stage, Act::Reply(answer)).times(1)]);
        assert_eq!(retry(open(&sink.url()).send(&message(1)).await), answer);
    }
    assert!(sink.messages().is_empty());
}

#[tokio::test]
async fn a_refused_sign_in_is_tried_again_and_keeps_the_password() {
    let sink = Sink::start();
    let mut post = open(&sink.url().replace("smtp://", "smtp://us%40er:hunter2@"));
    sink.script([Rule::at(Stage::Auth, Act::Reply("535 5.7.8 bad credentials for us@er")).times(1)]);
    assert_eq!(retry(post.send(&message(1)).await), "sign-in failed: 535 5.7.8 bad credentials for [address]");
    assert!(!format!("{post:?}").contains("hunter2"));
    sent(&post.send(&message(1)).await);
    assert_eq!(sink.commands().iter().filter(|word| *word == "AUTH").count(), 2);
}

#[tokio::test]
async fn no_letter_leaves_unencrypted_when_encryption_is_required() {
    let sink = Sink::start();
    let mut post = open(&format!("{}?tls=required", sink.url().replace("smtp://", "smtp://user:hunter2@")));
    assert!(retry(post.send(&message(1)).await).contains("STARTTLS"));
    assert!(!sink.commands().contains(&"AUTH".to_owned()));
    let mut wrapped = open(&sink.url().replace("smtp://", "smtps://user:hunter2@"));
    retry(wrapped.send(&message(1)).await);
    assert!(sink.messages().is_empty() && !sink.commands().contains(&"AUTH".to_owned()));
    sent(&open(&format!("{}?tls=opportunistic", sink.url())).send(&message(1)).await);
}

#[tokio::test]
async fn a_dead_address_does_not_keep_the_letter_from_the_other() {
    let sink = Sink::start();
    let mut post = open(&sink.url());
    let letter = Message { cc: Some("second@example.com".into()), ..message(1) };
    sink.script([Rule::at(Stage::Rcpt, Act::Reply("550 no such user")).to("second@example.com")]);
    assert_eq!(sent(&post.send(&letter).await), Some("second contact: 550 no such user"));
    sink.script([Rule::at(Stage::Rcpt, Act::Reply("550 no such user")).to("firm1@example.com")]);
    assert_eq!(sent(&post.send(&letter).await), Some("recipient: 550 no such user"));
    sink.script([Rule::at(Stage::Rcpt, Act::Reply("450 busy")).to("second@example.com")]);
    assert_eq!(retry(post.send(&letter).await), "450 busy");
    sink.script([Rule::at(Stage::Rcpt, Act::Reply("550 no"))]);
    assert_eq!(refused(post.send(&letter).await), "recipient: 550 no; second contact: 550 no");
    let to: Vec<_> = sink.messages().into_iter().flat_map(|got| got.to).collect();
    assert_eq!(to, ["firm1@example.com", "second@example.com"]);
}

#[tokio::test]
async fn a_line_cut_after_the_letter_costs_at_most_one_duplicate_with_the_same_bytes() {
    let sink = Sink::start();
    let mut post = open(&sink.url());
    sink.script([Rule::at(Stage::End, Act::Drop).nth(1), Rule::at(Stage::End, Act::KeepAndDrop).nth(2)]);
    retry(post.send(&message(1)).await);
    assert_eq!(sink.messages().len(), 0);
    retry(post.send(&message(1)).await);
    sent(&post.send(&message(1)).await);
    let got = sink.take();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].raw, got[1].raw);
    assert_ne!(got[0].connection, got[1].connection);
}

#[tokio::test]
async fn a_cut_before_the_letter_on_a_fresh_line_is_a_retry() {
    let sink = Sink::start();
    for stage in [Stage::Greeting, Stage::Mail, Stage::Rcpt, Stage::Data] {
        sink.script([Rule::at(stage, Act::Drop).times(1)]);
        let mut post = open(&sink.url());
        retry(post.send(&message(1)).await);
        sent(&post.send(&message(1)).await);
    }
    assert_eq!(sink.messages().len(), 4);
}

#[tokio::test]
async fn a_slow_relay_is_waited_for_only_so_long() {
    let sink = Sink::start();
    let mut post = open(&sink.url());
    sink.script([Rule::at(Stage::End, Act::Wait(Duration::from_millis(50))).nth(1)]);
    sent(&post.send(&message(1)).await);
    sink.script([Rule::at(Stage::Rcpt, Act::Wait(Duration::from_millis(900)))]);
    assert!(retry(post.send(&message(2)).await).contains("no answer to RCPT"));
    sink.script([]);
    sent(&post.send(&message(2)).await);
    assert_eq!(
        sink.messages().iter().map(|m| m.message_id().to_owned()).collect::<Vec<_>>(),
        ["<letter-1@council.example.org>", "<letter-2@council.example.org>"]
    );
}

#[tokio::test]
async fn letters_to_a_folder_are_whole_files_named_by_their_id() {
    let folder = tempfile::tempdir().unwrap();
    let mut post = open(&format!("file://{}/mail", folder.path().display()));
    assert!(post.probe().await.is_ok());
    for n in [1, 2, 1] {
        sent(&post.send(&message(n)).await);
    }
    let mut names: Vec<_> = std::fs::read_dir(folder.path().join("mail"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["letter-1@council.example.org.eml", "letter-2@council.example.org.eml"]);
    let kept = std::fs::read(folder.path().join("mail").join(&names[0])).unwrap();
    assert_eq!(kept, message(1).to_bytes().unwrap());
    let mut blocked = open(&format!("file://{}/mail/{}", folder.path().display(), names[0]));
    assert!(retry(blocked.send(&message(3)).await).contains("cannot be written"));
}
