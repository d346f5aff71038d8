//! Everything the suite logs, kept in memory: what must be in a log line, and what must be in none.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

static LINES: LazyLock<Lines> = LazyLock::new(|| {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    // Not `init`, which also claims the `log` crate's logger: Rocket has it.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    lines
});

/// Starts keeping. A test calls it before what it wants to read about.
pub fn keep() {
    LazyLock::force(&LINES);
}

/// Every JSON line so far that holds `mark`, from this test or another.
pub fn with(mark: &str) -> Vec<String> {
    let held = LINES.0.lock().unwrap().clone();
    String::from_utf8(held).unwrap().lines().filter(|line| line.contains(mark)).map(str::to_owned).collect()
}
