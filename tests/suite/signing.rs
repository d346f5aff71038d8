//! Tokens and codes of badges: believed while a key of ours signed them, whatever else they carry.

use chaperone::clock::Clock;
use chaperone::domain::{command, signing};
use chaperone::error::Error;
use chaperone::store::{Db, signing_key, trail};
use chaperone::types::{Secret, SigningKeyId, UserId};
use proptest::prelude::*;

use crate::support::database::{TestDb, day};

const NAME: &str = "AbCdEfGhIjKlMnOp";

fn clock() -> Clock {
    Clock::Fixed(day("2026-11-22"))
}

fn made() -> TestDb {
    let test = TestDb::new();
    ensure(&test.db);
    test
}

fn ensure(db: &Db) {
    command::run_if_needed(db, UserId::SYSTEM, &clock(), signing::ensure_key).unwrap();
}

fn rotate(test: &TestDb) -> SigningKeyId {
    command::run(&test.db, UserId::SYSTEM, &clock(), signing::rotate).unwrap()
}

fn token(test: &TestDb, name: &str) -> String {
    let seal = test.db.seal().clone();
    test.db.read(|c| signing::token(c, &seal, name)).unwrap()
}

fn said(test: &TestDb, token: &str) -> Option<String> {
    test.db.read(|c| signing::opaque_of(c, token)).unwrap()
}

#[test]
fn a_token_says_its_badge_and_nothing_else() {
    let test = made();
    let name = signing::new_opaque();
    let token = token(&test, &name);
    assert_eq!(said(&test, &token), Some(name));
    assert!(token.len() <= 112, "{}", token.len());
    assert!(token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{token}");
}

#[test]
fn a_key_that_is_read_once_signs_every_token_alike() {
    let test = made();
    let seal = test.db.seal().clone();
    let signer = test.db.read(|c| signing::Signer::newest(c, &seal)).unwrap();
    for name in [NAME.to_owned(), signing::new_opaque()] {
        assert_eq!(signer.token(&name), token(&test, &name));
        assert_eq!(said(&test, &signer.token(&name)), Some(name));
    }
}

#[test]
fn a_key_is_made_once_and_its_secret_is_kept_sealed() {
    let test = made();
    ensure(&test.db);
    let keys = test.db.read(signing_key::all).unwrap();
    assert_eq!(keys.len(), 1);
    let other = Db::open(&Secret::new(&test.url), 1, &Secret::new("another key, 32 characters or more")).unwrap();
    let seal = other.seal().clone();
    assert!(matches!(other.read(|c| signing::token(c, &seal, NAME)), Err(Error::Internal { .. })));
    assert!(test.db.read(trail::verify).unwrap() > 1);
}

#[test]
fn a_change_of_keys_kills_no_printed_badge() {
    let test = made();
    let printed = token(&test, NAME);
    let newer = rotate(&test);
    let reprinted = token(&test, NAME);
    assert_ne!(printed, reprinted);
    assert_eq!(said(&test, &printed).as_deref(), Some(NAME));
    assert_eq!(said(&test, &reprinted).as_deref(), Some(NAME));
    let keys = test.db.read(signing::public_keys).unwrap();
    assert_eq!((keys.len(), keys[0].0), (2, newer));
}

#[test]
fn a_retired_key_is_believed_no_more_and_another_signs() {
    let test = made();
    let printed = token(&test, NAME);
    let key = test.db.read(signing_key::all).unwrap()[0].id;
    let retire = |why: &str| command::run(&test.db, UserId::SYSTEM, &clock(), |tx| signing::retire(tx, key, why));
    assert!(matches!(retire(" "), Err(Error::Invalid(_))));
    retire("A laptop was stolen").unwrap();
    assert!(matches!(retire("Again"), Err(Error::NotFound)));
    assert_eq!(said(&test, &printed), None);
    assert_eq!(said(&test, &token(&test, NAME)).as_deref(), Some(NAME));
    assert!(test.db.read(signing::public_keys).unwrap().iter().all(|(id, _)| *id != key));
}

#[test]
fn another_councils_token_is_not_believed() {
    let (ours, theirs) = (made(), made());
    assert_eq!(said(&ours, &token(&theirs, NAME)), None);
}

#[test]
fn what_is_no_token_is_not_believed() {
    let test = made();
    for text in ["", "-", "AAAA", "not a token at all", "…", &"A".repeat(5000)] {
        assert_eq!(said(&test, text), None, "{text}");
    }
    let whole = token(&test, NAME);
    for end in 0..whole.len() {
        assert_eq!(said(&test, &whole[..end]), None, "cut to {end}");
    }
    assert_eq!(said(&test, &format!("{whole}=")), None);
    assert_eq!(said(&test, &format!("{whole}AAAA")), None);
}

#[test]
fn any_edited_character_is_noticed() {
    let test = made();
    let whole = token(&test, NAME);
    proptest!(ProptestConfig::with_cases(200), |(at in 0..112_usize, put in "[A-Za-z0-9_-]")| {
        let mut edited = whole.clone();
        edited.replace_range(at..=at, &put);
        prop_assert_eq!(said(&test, &edited).is_some(), edited == whole);
    });
}
