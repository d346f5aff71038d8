//! The one table, and the median.

use std::fmt::Write;
use std::time::Duration;

/// What a number should be.
#[derive(Clone, Copy)]
pub enum Aim {
    AtLeast(f64),
    AtMost(f64),
    None,
}

struct Row {
    people: u32,
    what: String,
    ours: String,
    bare: String,
    ratio: Option<f64>,
    unit: &'static str,
    aim: Aim,
}

#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// A ratio of two times, or of two rates.
    pub fn ratio(&mut self, people: u32, what: &str, ours: String, bare: String, ratio: f64, aim: Aim) {
        self.push(Row { people, what: what.to_owned(), ours, bare, ratio: Some(ratio), unit: "", aim });
    }

    /// A number by itself.
    pub fn amount(&mut self, people: u32, what: &str, amount: f64, unit: &'static str, aim: Aim) {
        let what = what.to_owned();
        self.push(Row { people, what, ours: String::new(), bare: String::new(), ratio: Some(amount), unit, aim });
    }

    /// A row that could not be measured.
    pub fn absent(&mut self, people: u32, what: &str, why: &str) {
        let (what, ours) = (what.to_owned(), why.to_owned());
        self.push(Row { people, what, ours, bare: String::new(), ratio: None, unit: "", aim: Aim::None });
    }

    fn push(&mut self, row: Row) {
        let mut line = String::new();
        write(&mut line, &row);
        eprint!("{line}");
        self.0.push(row);
    }

    pub fn print(&self, rounds: u32) {
        let mut text = String::new();
        let heads = ("people", "what", "chaperone", "bare", "ratio", "aim");
        let (people, what, ours, bare, ratio, aim) = heads;
        writeln!(text, "\nMedians of {rounds} rounds in turns; SQLite, synchronous = FULL on both sides.\n").unwrap();
        writeln!(text, "{people:>7}  {what:<44} {ours:>14} {bare:>14} {ratio:>9}  {aim}").unwrap();
        self.0.iter().for_each(|row| write(&mut text, row));
        println!("{text}");
    }
}

fn write(text: &mut String, row: &Row) {
    let Row { people, what, ours, bare, ratio, unit, aim } = row;
    let shown = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}{unit}"));
    let (aim, met) = match (aim, ratio) {
        (Aim::AtLeast(least), Some(ratio)) => (format!("≥ {least}{unit}"), ratio >= least),
        (Aim::AtMost(most), Some(ratio)) => (format!("≤ {most}{unit}"), ratio <= most),
        _ => (String::new(), true),
    };
    let miss = if met { "" } else { "  MISSED" };
    writeln!(text, "{people:>7}  {what:<44} {ours:>14} {bare:>14} {shown:>9}  {aim}{miss}").unwrap();
}

/// The middle one.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// "1.23 ms".
pub fn ms(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1e3)
}

/// How often `part` goes into `whole`.
pub fn over(part: Duration, whole: Duration) -> f64 {
    part.as_secs_f64() / whole.as_secs_f64()
}
