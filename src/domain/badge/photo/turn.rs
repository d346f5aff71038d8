//! One at a time: the others wait, and past a few are turned away, so that a flood of pictures cannot take the memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};

/// How many may be there at once, the one at work included.
const QUEUE: usize = 4;

/// A place where one works and a few wait.
pub(super) struct Turn {
    there: AtomicUsize,
    one: Mutex<()>,
}

struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Turn {
    /// Nobody is there.
    pub(super) const fn new() -> Turn {
        Turn { there: AtomicUsize::new(0), one: Mutex::new(()) }
    }

    /// Does `work` when it is its turn.
    ///
    /// # Errors
    /// `Unavailable` when too many wait; what `work` says.
    pub(super) fn take<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let ahead = self.there.fetch_add(1, Ordering::SeqCst);
        let _place = Place(&self.there);
        if ahead >= QUEUE {
            return Err(Error::Unavailable(
                "Other photos are being read at this moment. Try again in a minute.".into(),
            ));
        }
        let _turn = self.one.lock().unwrap_or_else(PoisonError::into_inner);
        work()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    #[test]
    fn one_works_a_few_wait_and_the_rest_are_turned_away() {
        let (turn, busy, full) = (Turn::new(), Barrier::new(2), Barrier::new(2));
        let at_once = AtomicUsize::new(0);
        let alone = || {
            assert_eq!(at_once.fetch_add(1, Ordering::SeqCst), 0, "alone");
            at_once.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                turn.take(|| {
                    busy.wait();
                    full.wait();
                    alone()
                })
                .unwrap();
            });
            busy.wait();
            for _ in 1..QUEUE {
                scope.spawn(|| turn.take(alone).unwrap());
            }
            while turn.there.load(Ordering::SeqCst) < QUEUE {
                std::thread::yield_now();
            }
            assert!(matches!(turn.take(alone), Err(Error::Unavailable(_))));
            full.wait();
        });
        turn.take(alone).unwrap();
    }
}
