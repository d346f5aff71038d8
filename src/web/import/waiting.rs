//! Files whose columns are being settled: in memory only, for a short while, for whoever uploaded them.

use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;

use crate::domain::import::Sheet;
use crate::store::random_token;
use crate::types::{At, UserId};

/// How many files wait at most; the oldest gives way.
const MOST: usize = 4;
/// How long a file waits.
const LONGEST: TimeDelta = TimeDelta::minutes(30);

/// A file that waits.
#[derive(Clone)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// What is in it.
    pub sheet: Sheet,
}

struct Held {
    key: String,
    user: UserId,
    since: At,
    file: File,
}

/// The files that wait in this process; managed by the Rocket.
#[derive(Default)]
pub struct Waiting(Mutex<Vec<Held>>);

impl Waiting {
    /// Keeps a file and answers the opaque key it is found by.
    pub fn put(&self, user: UserId, now: At, file: File) -> String {
        let key = random_token();
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|one| now.since(one.since) < LONGEST);
        if held.len() >= MOST {
            held.remove(0);
        }
        held.push(Held { key: key.clone(), user, since: now, file });
        key
    }

    /// The user's file of that key, while it waits.
    pub fn find(&self, user: UserId, now: At, key: &str) -> Option<File> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |one: &&Held| one.key == key && one.user == user && now.since(one.since) < LONGEST;
        held.iter().find(fits).map(|one| one.file.clone())
    }

    /// Lets a file go.
    pub fn drop(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|one| one.key != key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_waits_for_its_owner_and_not_for_ever() {
        let now = At::new("2026-11-22T12:00:00Z".parse().unwrap());
        let file = || File { name: "a.csv".into(), dry_run: false, sheet: Sheet::default() };
        let waiting = Waiting::default();
        let key = waiting.put(UserId(2), now, file());
        assert!(waiting.find(UserId(2), now, &key).is_some());
        assert!(waiting.find(UserId(3), now, &key).is_none());
        assert!(waiting.find(UserId(2), now.plus(TimeDelta::minutes(31)), &key).is_none());
        for _ in 0..MOST {
            waiting.put(UserId(2), now, file());
        }
        assert!(waiting.find(UserId(2), now, &key).is_none(), "the oldest gave way");
    }
}
