//! Passwords: which will do, and argon2id one at a time. A hash costs 19 MiB and tens of milliseconds, so a flood of
//! sign-ins queues here instead of exhausting the machine, and past a limit is turned away.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use zxcvbn::{Score, zxcvbn};

use crate::error::{Error, Result};
use crate::types::Secret;

/// The shortest password, in characters.
pub const SHORTEST: usize = 12;
/// The longest, in characters.
pub const LONGEST: usize = 200;

/// Letters and digits a password must have beside what anybody could guess of its owner.
const OWN: usize = 5;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Callers allowed to queue for the one hash.
const QUEUE: usize = 64;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// What a check of a password found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is not the password.
    Wrong,
    /// It is.
    Right,
    /// It is, and its hash was made with other costs than today's.
    RightButStale,
}

/// Refuses a password that is too short, too long or easily guessed. `known` is what anybody could guess of its
/// owner: mail address, name, council. Any characters will do, and nothing must be changed by a date.
///
/// # Errors
/// `Invalid` at `password`.
pub fn check(password: &str, known: &[&str]) -> Result<()> {
    let fault = |message: String| Err(Error::invalid("password", message));
    match password.chars().count() {
        0 => return fault("Enter a password".into()),
        n if n < SHORTEST => return fault(format!("Password must be {SHORTEST} characters or more")),
        n if n > LONGEST => return fault(format!("Password must be {LONGEST} characters or fewer")),
        _ => {}
    }
    let mut words = vec!["chaperone".to_owned(), "transport".to_owned()];
    for text in known {
        words.push(text.to_lowercase());
        words.extend(text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
    }
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| word.len() > 2).collect();
    let rest = words.iter().fold(password.to_lowercase(), |rest, word| rest.replace(word, ""));
    let made_of_known = rest.chars().filter(|c| c.is_alphanumeric()).count() < OWN;
    if made_of_known || zxcvbn(password, &words).score() < Score::Three {
        return fault(
            "Password is too easy to guess. Three or more words that do not belong together work well".into(),
        );
    }
    Ok(())
}

/// The argon2id hash of `password` in PHC form, under a fresh salt.
///
/// # Errors
/// `Unavailable` when too many wait.
pub fn hash(password: &str) -> Result<Secret> {
    in_turn(|argon| {
        let hash = argon.hash_password(password.as_bytes()).map_err(Error::internal)?;
        Ok(Secret::new(hash.to_string()))
    })
}

/// Compares `password` with `known`. Without a hash to compare with the same work is done, so that nobody learns
/// from the time it takes whether there is an account.
///
/// # Errors
/// `Unavailable` when too many wait.
pub fn verify(password: &str, known: Option<&Secret>) -> Result<Verdict> {
    in_turn(|argon| {
        let parsed = known.and_then(|hash| PasswordHash::new(hash.reveal()).ok());
        let Some(parsed) = parsed else {
            let _ = argon.hash_password_with_salt(password.as_bytes(), b"nobody's account").map_err(Error::internal)?;
            return Ok(Verdict::Wrong);
        };
        if argon.verify_password(password.as_bytes(), &parsed).is_err() {
            return Ok(Verdict::Wrong);
        }
        let same = Params::try_from(&parsed)
            .is_ok_and(|kept| (kept.m_cost(), kept.t_cost(), kept.p_cost()) == (MEMORY_KIB, PASSES, LANES));
        Ok(if same { Verdict::Right } else { Verdict::RightButStale })
    })
}

fn in_turn<T>(work: impl FnOnce(&Argon2<'_>) -> Result<T>) -> Result<T> {
    struct Place;
    impl Drop for Place {
        fn drop(&mut self) {
            WAITING.fetch_sub(1, Ordering::SeqCst);
        }
    }
    let ahead = WAITING.fetch_add(1, Ordering::SeqCst);
    let _place = Place;
    if ahead >= QUEUE {
        return Err(Error::Unavailable("Too many people are signing in at this moment. Try again in a minute.".into()));
    }
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    work(&argon)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_passwords_that_nobody_guesses_will_do() {
        let known = ["dana.whitlock@council.example.org", "Dana Whitlock", "Exampleshire County Council"];
        for bad in [
            "",
            "short",
            "elevenchars",
            "passwordpassword",
            "123456789012",
            "qwertyuiopasdf",
            "dana.whitlock@council.example.org",
            "DanaWhitlock1",
            "Exampleshire1",
            "dana council example 99",
            "aaaaaaaaaaaaaaaa",
        ] {
            assert!(check(bad, &known).is_err(), "{bad}");
        }
        for good in
            ["kettle orbit mustard", "zq7-wbxkt-pf2m", "täglich sieben Äpfel schälen", &"kelp vial 9 ".repeat(6)]
        {
            assert!(check(good, &known).is_ok(), "{good}");
        }
        assert!(check(&"x9 k".repeat(51), &known).is_err());
    }

    #[test]
    fn a_hash_knows_its_password_and_when_it_is_stale() {
        let kept = hash("kettle orbit mustard").unwrap();
        assert!(kept.reveal().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(verify("kettle orbit mustard", Some(&kept)).unwrap(), Verdict::Right);
        assert_eq!(verify("kettle orbit custard", Some(&kept)).unwrap(), Verdict::Wrong);
        assert_eq!(verify("kettle orbit mustard", None).unwrap(), Verdict::Wrong);
        let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let old = Secret::new(cheap.hash_password(b"kettle orbit mustard").unwrap().to_string());
        assert_eq!(verify("kettle orbit mustard", Some(&old)).unwrap(), Verdict::RightButStale);
    }
}
