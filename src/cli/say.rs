//! What a command tells the person at the terminal: results to stdout, trouble to stderr.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the terminal is this file's business")]

/// A line of the result.
pub fn line(text: &str) {
    println!("{text}");
}

/// A line of trouble.
pub fn wrong(text: &str) {
    eprintln!("chaperone: {text}");
}
