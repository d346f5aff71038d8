//! What the program costs over the bare database, or the bare mail server, doing the same work: ratios, measured in one
//! run and in turns, since the times of two machines or two days say nothing beside each other.
//! `BENCH_PEOPLE` (people, with commas) and `BENCH_ROUNDS` choose how much.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a bench fails by panicking")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its table is its purpose")]

#[path = "ratios/badges.rs"]
mod badges;
#[path = "ratios/bare.rs"]
mod bare;
#[path = "ratios/cases.rs"]
mod cases;
#[path = "ratios/checks.rs"]
mod checks;
#[path = "ratios/ground.rs"]
mod ground;
#[path = "ratios/http.rs"]
mod http;
#[path = "ratios/import.rs"]
mod import;
#[path = "ratios/letters.rs"]
mod letters;
#[path = "ratios/night.rs"]
mod night;
#[path = "ratios/pages.rs"]
mod pages;
#[path = "ratios/process.rs"]
mod process;
#[path = "ratios/record.rs"]
mod record;
#[path = "ratios/table.rs"]
mod table;

/// The suite's mail server.
#[path = "../tests/suite/support"]
#[allow(dead_code, unused_imports)]
mod support {
    pub mod mail_sink;
    mod mime;
}

use table::Table;

fn number(name: &str, usual: &str) -> Vec<u32> {
    let text = std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    text.split(',').map(|part| part.trim().replace('_', "").parse().expect(name)).collect()
}

fn main() {
    // Cargo runs benches under `cargo test --benches` too.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    record::listen();
    let sizes = number("BENCH_PEOPLE", "2700");
    let rounds = number("BENCH_ROUNDS", "5")[0].max(1);
    let mut table = Table::default();
    let mut pages = Vec::new();
    for (at, people) in sizes.iter().copied().enumerate() {
        let ground = import::rows(&mut table, people, rounds);
        pages.push((people, pages::rows(&mut table, &ground, rounds)));
        cases::rows(&mut table, &ground, rounds);
        night::rows(&mut table, &ground, rounds);
        badges::rows(&mut table, &ground, rounds);
        if at == 0 {
            letters::rows(&mut table, &ground, rounds);
            badges::paper(&mut table, rounds);
            checks::rows(&mut table, &ground, rounds);
        }
        process::rows(&mut table, &ground);
    }
    pages::growth(&mut table, &pages);
    table.print(rounds);
}
