//! Pages over real HTTP, signed in, against the statements they send, prepared and without HTTP.

use std::time::{Duration, Instant};

use chaperone::clock::Clock;
use chaperone::domain::command;
use chaperone::store::signin;

use crate::bare::Bare;
use crate::ground::{Ground, today};
use crate::http::{Client, Server};
use crate::record;
use crate::table::{Aim, Table, median, ms, over};

/// Requests of a page in one round.
const REQUESTS: usize = 40;

/// A page's name and its median time.
pub type Times = Vec<(&'static str, Duration)>;

pub fn rows(table: &mut Table, ground: &Ground, rounds: u32) -> Times {
    let server = Server::start(ground);
    let (token, signin) = ground.sign_in();
    let mut client = Client::new(server.port, token.reveal());
    let bare = Bare::open(&ground.file);
    let middle = ground.people / 2;
    let name: String = bare.conn.query_row("SELECT surname FROM people WHERE id = ?", [middle], |r| r.get(0)).unwrap();
    command::write_untrailed(&ground.db, &Clock::Fixed(today()), |tx| signin::keep_search(tx, signin, "key", &name))
        .unwrap();
    let pages = [
        ("page of 50 due items", "/people?sort=due&due=30".to_owned()),
        ("surname search", "/people?search=key".to_owned()),
        ("person page", format!("/people/{middle}")),
    ];
    let mut times = Vec::new();
    let empty = median((0..200).map(|_| timed(|| client.get("/health/live"))).collect());
    table.amount(ground.people, "an answer without page or database", empty.as_secs_f64() * 1e3, " ms", Aim::None);
    for (what, path) in pages {
        for _ in 0..5 {
            client.get(&path);
        }
        let mut answer = (0, String::new());
        let sent = record::during(|| answer = client.get(&path));
        if answer.0 != 200 {
            table.absent(ground.people, what, &format!("answers {}", answer.0));
            continue;
        }
        let read = bare.replay(&sent);
        assert!(read > 0, "{what} reads nothing");
        let (mut ours, mut sql) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            ours.extend((0..REQUESTS).map(|_| timed(|| client.get(&path))));
            sql.extend((0..REQUESTS).map(|_| timed(|| bare.replay(&sent))));
        }
        let (ours, sql) = (median(ours), median(sql));
        let what_it_is = format!("{what} ({} statements, {} kB)", sent.len(), answer.1.len() / 1024);
        table.ratio(ground.people, &what_it_is, ms(ours), ms(sql), over(sql, ours), Aim::AtLeast(0.25));
        times.push((what, ours));
        if std::env::var("BENCH_TELL").is_ok() {
            tell(&bare, &sent);
        }
    }
    times
}

/// The slowest pages' statements, slowest first: where a page's SQL time goes.
fn tell(bare: &Bare, sent: &[record::Statement]) {
    let one = |statement: &record::Statement| {
        let alone = std::slice::from_ref(statement);
        median((0..20).map(|_| timed(|| bare.replay(alone))).collect())
    };
    let mut each: Vec<_> = sent.iter().map(|statement| (one(statement), &statement.sql)).collect();
    each.sort_by(|a, b| b.cmp(a));
    for (time, sql) in each {
        eprintln!("    {:>10}  {}", ms(time), sql.chars().take(400).collect::<String>());
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    std::hint::black_box(work());
    began.elapsed()
}

/// Each page at the largest register over the smallest.
pub fn growth(table: &mut Table, sizes: &[(u32, Times)]) {
    let ([(small, before), .., (large, after)], true) = (sizes, sizes.len() > 1) else { return };
    for ((what, before), (_, after)) in before.iter().zip(after) {
        let what = format!("{what}, over {small} people");
        table.ratio(*large, &what, ms(*after), ms(*before), over(*after, *before), Aim::AtMost(1.3));
    }
}
