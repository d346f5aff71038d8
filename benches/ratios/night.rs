//! A night: lapse, remind and deliver, against the same statements on a copy of the register and the same letters
//! spoken to the mail server.

use std::time::{Duration, Instant};

use chaperone::jobs::run_once;
use chaperone::store::migrate;
use chrono::{Days, NaiveDate};

use crate::bare::Bare;
use crate::ground::{Ground, today};
use crate::letters::{Post, speak};
use crate::record;
use crate::support::mail_sink::Sink;
use crate::table::{Aim, Table, median, ms, over};

fn jobs(ground: &Ground, day: NaiveDate, sink: &Sink) {
    let office = ground.office(day, &sink.url());
    for job in ["lapse", "remind", "deliver"] {
        let outcome = run_once(&office, job, None).unwrap();
        assert!(!outcome.red, "{job}: {}", outcome.detail);
    }
}

/// The first night tells every firm what was open already; the next is an ordinary one.
pub fn rows(table: &mut Table, ground: &Ground, rounds: u32) {
    let rounds = if ground.people <= 30_000 { rounds.min(3) } else { 1 };
    let (sink, day) = (Sink::start(), today().checked_add_days(Days::new(1)).unwrap());
    let settled = ground.copy();
    let began = Instant::now();
    jobs(&settled, today(), &sink);
    let first = (began.elapsed(), sink.take().len());
    table.amount(ground.people, &format!("first night ({} letters)", first.1), first.0.as_secs_f64(), " s", Aim::None);
    migrate::settle(&settled.db).unwrap();

    let heard = settled.copy();
    let sent = record::during(|| jobs(&heard, day, &sink));
    drop(heard);
    let letters: Vec<Post> = sink.take().into_iter().map(Post::from).collect();
    let (mut ours, mut sql, mut mail) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let copy = settled.copy();
        let began = Instant::now();
        jobs(&copy, day, &sink);
        ours.push(began.elapsed());
        drop(copy);
        let copy = settled.copy();
        let bare = Bare::open(&copy.file);
        let began = Instant::now();
        bare.replay(&sent);
        sql.push(began.elapsed());
        mail.push(speak(&sink, &letters));
    }
    let (ours, bare): (Duration, Duration) = (median(ours), median(sql) + median(mail));
    let what = format!("night ({} letters, {} statements)", letters.len(), sent.len());
    table.ratio(ground.people, &what, ms(ours), ms(bare), over(ours, bare), Aim::AtMost(3.0));
}
