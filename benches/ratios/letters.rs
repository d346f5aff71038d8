//! Letters through the outbox against the same bytes spoken to the mail server, one after another.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use chaperone::clock::Clock;
use chaperone::domain::command;
use chaperone::domain::letter::render::HoldNoticeParams;
use chaperone::jobs::run_once;
use chaperone::store::outbox::{self, NewLetter};
use chaperone::types::{ContractorId, PersonId};

use crate::ground::{Ground, today};
use crate::support::mail_sink::{Act, Received, Rule, Sink, Stage};
use crate::table::{Aim, Table, median, over};

/// To a mail server that answers at once: against it, what is seen is the disk that each letter is noted on.
const LETTERS: usize = 1_000;
/// To one that takes this long over each answer, as one elsewhere does.
const FAR: (usize, Duration) = (250, Duration::from_millis(2));

/// A letter as the mail server was given it.
pub struct Post {
    from: String,
    to: Vec<String>,
    content: String,
}

impl From<Received> for Post {
    fn from(letter: Received) -> Post {
        let mut content = String::new();
        for line in letter.raw.split_inclusive("\r\n") {
            if line.starts_with('.') {
                content.push('.');
            }
            content.push_str(line);
        }
        content.push_str(".\r\n");
        Post { from: letter.from, to: letter.to, content }
    }
}

/// Says these letters over one connection and answers how long that took.
pub fn speak(sink: &Sink, letters: &[Post]) -> Duration {
    let url = sink.url();
    let began = Instant::now();
    let stream = TcpStream::connect(url.strip_prefix("smtp://").unwrap()).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut wire = BufReader::new(stream);
    answer(&mut wire);
    say(&mut wire, "EHLO bench\r\n");
    for letter in letters {
        say(&mut wire, &format!("MAIL FROM:<{}>\r\n", letter.from));
        for to in &letter.to {
            say(&mut wire, &format!("RCPT TO:<{to}>\r\n"));
        }
        say(&mut wire, "DATA\r\n");
        say(&mut wire, &letter.content);
    }
    say(&mut wire, "QUIT\r\n");
    let took = began.elapsed();
    sink.take();
    took
}

fn say(wire: &mut BufReader<TcpStream>, words: &str) {
    wire.get_mut().write_all(words.as_bytes()).unwrap();
    answer(wire);
}

fn answer(wire: &mut BufReader<TcpStream>) {
    let mut line = String::new();
    loop {
        line.clear();
        wire.read_line(&mut line).unwrap();
        assert!(line.starts_with(['2', '3']), "{line}");
        if line.as_bytes()[3] == b' ' {
            return;
        }
    }
}

pub fn rows(table: &mut Table, ground: &Ground, rounds: u32) {
    let (count, answer) = FAR;
    row(table, ground, rounds, LETTERS, None);
    row(table, ground, rounds, count, Some(answer));
}

fn row(table: &mut Table, ground: &Ground, rounds: u32, count: usize, answer: Option<Duration>) {
    let sink = Sink::start();
    if let Some(time) = answer {
        sink.script([Stage::Mail, Stage::Rcpt, Stage::Data, Stage::End].map(|stage| Rule::at(stage, Act::Wait(time))));
    }
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..rounds.min(3) {
        let copy = ground.copy();
        owe(&copy, count);
        let office = copy.office(today(), &sink.url());
        let began = Instant::now();
        let outcome = run_once(&office, "deliver", None).unwrap();
        ours.push(began.elapsed());
        assert_eq!(outcome.done, count as u64, "{}", outcome.detail);
        let letters: Vec<Post> = sink.take().into_iter().map(Post::from).collect();
        bare.push(speak(&sink, &letters));
    }
    let (ours, bare) = (median(ours), median(bare));
    let rate = |time: Duration| format!("{:.0} a second", count as f64 / time.as_secs_f64());
    let what = match answer {
        None => format!("{count} letters, mail server at hand"),
        Some(time) => format!("{count} letters, {} ms to each answer", time.as_millis()),
    };
    table.ratio(ground.people, &what, rate(ours), rate(bare), over(bare, ours), Aim::AtLeast(0.9));
}

fn owe(ground: &Ground, count: usize) {
    let params = serde_json::to_string(&HoldNoticeParams { from: today() }).unwrap();
    command::write_untrailed(&ground.db, &Clock::Fixed(today()), |tx| {
        for number in 1..=count {
            let letter = NewLetter {
                letter: "hold_notice",
                to: &format!("office{number}@firm.example.org"),
                cc: "",
                contractor: Some(ContractorId(1)),
                user: None,
                person: Some(PersonId(1 + (number as i64 - 1) % i64::from(ground.people))),
                params: params.clone(),
            };
            outbox::put(tx, &letter)?;
        }
        Ok(())
    })
    .unwrap();
}
