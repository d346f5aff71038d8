//! Two who write at the same moment.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use chaperone::domain::command;
use chaperone::error::Result;
use chaperone::store::Tx;
use chaperone::types::UserId;

use super::account::clock;
use super::database::TestDb;

/// Begins `second` when `first` has written as `user` and not yet committed. SQLite lets them in one after the other;
/// PostgreSQL both at once.
pub fn at_once<A: Send, B>(
    test: &TestDb,
    user: UserId,
    first: impl FnOnce(&mut Tx<'_>) -> Result<A> + Send,
    second: impl FnOnce() -> B,
) -> (Result<A>, B) {
    let (written, wait) = mpsc::channel();
    thread::scope(|scope| {
        let first = scope.spawn(move || {
            command::run(&test.db, user, &clock(), |tx| {
                let done = first(tx)?;
                written.send(()).unwrap();
                thread::sleep(Duration::from_millis(500));
                Ok(done)
            })
        });
        wait.recv().unwrap();
        let second = second();
        (first.join().unwrap(), second)
    })
}
