//! The queues and the funnel over as many applications as there are people, against the statements they send.

use std::time::{Duration, Instant};

use chaperone::domain::report::funnel;
use chaperone::store::migrate;
use chaperone::store::report::{Filter, Split};

use crate::bare::Bare;
use crate::ground::{Ground, today};
use crate::http::{Client, Server};
use crate::record;
use crate::table::{Aim, Table, median, ms, over};

/// Requests of a page in one round.
const REQUESTS: usize = 20;

/// An application of everybody: one in twenty is open, one in five has a trace.
const APPLY: &str = "
INSERT INTO applications (reference, kind, person_id, contractor_id, authority_id, role, state, state_since, sort_name,
    started_by, started_on, submitted_on, owner, has_trace, interviewed_on, outcome, decided_on, origin)
SELECT 'A-' || p.id, 'new', p.id, e.contractor_id, (SELECT MIN(authority_id) FROM licences l WHERE l.person_id = p.id),
    e.role, CASE WHEN p.id % 20 = 0 THEN CASE p.id / 20 % 6 WHEN 0 THEN 'submitted' WHEN 1 THEN 'checking'
        WHEN 2 THEN 'interview_due' WHEN 3 THEN 'interviewed' WHEN 4 THEN 'assessed' ELSE 'proposed' END ELSE 'closed' END,
    date('2026-11-20', '-' || (p.id % 900) || ' days'), p.sort_name, 1,
    date('2026-11-18', '-' || (p.id % 900) || ' days'), date('2026-11-19', '-' || (p.id % 900) || ' days'),
    CASE WHEN p.id % 3 = 0 THEN 2 END, p.id % 5 = 0,
    CASE WHEN p.id % 5 = 0 THEN date('2026-11-20', '-' || (p.id % 900) || ' days') END,
    CASE WHEN p.id % 20 = 0 THEN NULL WHEN p.id % 25 = 5 THEN 'refused' ELSE 'approved' END, NULL, 'imported'
FROM people p JOIN engagements e ON e.id = (SELECT MIN(id) FROM engagements x WHERE x.person_id = p.id)";

pub fn rows(table: &mut Table, ground: &Ground, rounds: u32) {
    let ground = ground.copy();
    let bare = Bare::open(&ground.file);
    bare.conn.execute_batch(APPLY).unwrap();
    migrate::settle(&ground.db).unwrap();
    let server = Server::start(&ground);
    let (token, _) = ground.sign_in();
    let mut client = Client::new(server.port, token.reveal());
    for (what, path) in [
        ("queue of applications to check", "/queues/check"),
        ("my interviews to arrange", "/queues/arrange?owner=mine"),
        ("rows behind a number of the funnel", "/reports/funnel/rows?stage=unsuitable"),
    ] {
        client.get(path);
        let mut code = 0;
        let sent = record::during(|| code = client.get(path).0);
        assert_eq!(code, 200, "{path}");
        let (mut ours, mut sql) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            ours.extend((0..REQUESTS).map(|_| timed(|| client.get(path))));
            sql.extend((0..REQUESTS).map(|_| timed(|| bare.replay(&sent))));
        }
        let (ours, sql) = (median(ours), median(sql));
        let what = format!("{what} ({} statements)", sent.len());
        table.ratio(ground.people, &what, ms(ours), ms(sql), over(sql, ours), Aim::AtLeast(0.25));
    }
    let read = || {
        let found = ground.db.read(|conn| funnel(conn, Split::Role, &Filter::default(), today())).unwrap();
        assert_eq!(found.total.applied, i64::from(ground.people));
    };
    let sent = record::during(read);
    let (mut ours, mut sql) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        ours.extend((0..5).map(|_| timed(read)));
        sql.extend((0..5).map(|_| timed(|| bare.replay(&sent))));
    }
    let (ours, sql) = (median(ours), median(sql));
    table.ratio(ground.people, "the funnel by role", ms(ours), ms(sql), over(sql, ours), Aim::AtLeast(0.8));
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    std::hint::black_box(work());
    began.elapsed()
}
