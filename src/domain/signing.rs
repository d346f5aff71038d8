//! What a badge's square says: a signed token of a random name that means nothing to anybody else. The newest key signs.
//! An older one is still believed, so that a change of keys kills no printed badge; one that got into other hands is
//! retired, and every square it signed is believed no more until its badge is printed again.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier, VerifyingKey};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::store::signing_key as store;
use crate::store::trail::Entry;
use crate::store::{Conn, Seal, Tx};
use crate::types::SigningKeyId;

/// What is signed begins with this, so that a signature serves nothing else.
const PURPOSE: &[u8] = b"chaperone badge v1\0";
/// The key's number, in bytes.
const ID: usize = 4;
/// The signature, in bytes.
const SIGNATURE: usize = 64;
/// The longest name a token carries.
const LONGEST: usize = 64;
/// The digits of a card's code: none is mistaken for another (Crockford's base 32).
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many of them a code has.
const CODE: usize = 6;

/// A fresh random name for a badge: 96 bits in 16 characters.
pub fn new_opaque() -> String {
    BASE64.encode(rand::random::<[u8; 12]>())
}

/// Makes the first key when there is none to sign with.
///
/// # Errors
/// The database's.
pub fn ensure_key(tx: &mut Tx<'_>) -> Result<()> {
    if store::all(tx)?.iter().any(|key| key.retired_at.is_none()) {
        return Ok(());
    }
    rotate(tx).map(drop)
}

/// Makes a new key, which signs from now on; the earlier ones are still believed.
///
/// # Errors
/// The database's.
pub fn rotate(tx: &mut Tx<'_>) -> Result<SigningKeyId> {
    let secret = Zeroizing::new(rand::random::<[u8; 32]>());
    let public = hex::encode(SigningKey::from_bytes(&secret).verifying_key().as_bytes());
    let sealed = tx.seal().kept_under(SEALED).seal(&place(&public), secret.as_slice())?;
    let id = store::insert(tx, &public, &sealed)?;
    tx.trail(Entry::new("signing_key.make", "signing_key", id.0).new_value(&public));
    Ok(id)
}

/// Retires a key that got into other hands: no square it signed is believed from now on. When it was the last, a new
/// one is made.
///
/// # Errors
/// `Invalid` without a reason; `NotFound` for a key that is not in use.
pub fn retire(tx: &mut Tx<'_>, id: SigningKeyId, reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Error::invalid("reason", "Say why the key is believed no more."));
    }
    if !store::retire(tx, id)? {
        return Err(Error::NotFound);
    }
    tx.trail(Entry::new("signing_key.retire", "signing_key", id.0).reason(reason.trim()));
    ensure_key(tx)
}

/// The newest key, read once however many tokens it signs.
pub struct Signer {
    number: [u8; ID],
    key: SigningKey,
}

impl Signer {
    /// Reads it.
    ///
    /// # Errors
    /// `Internal` when there is no key, or the one there is was sealed under another council's.
    pub fn newest(conn: &mut Conn, seal: &Seal) -> Result<Signer> {
        let newest = store::all(conn)?.into_iter().find(|key| key.retired_at.is_none());
        let newest = newest.ok_or_else(|| Error::internal("no key signs: ensure_key was not called"))?;
        let number = u32::try_from(newest.id.0).map_err(Error::internal)?.to_be_bytes();
        let secret = seal.kept_under(SEALED).open_bytes(&place(&newest.public_key), &newest.sealed_secret);
        let secret = Zeroizing::new(secret.ok_or_else(|| Error::internal("the signing key does not open"))?);
        let secret = Zeroizing::new(<[u8; 32]>::try_from(secret.as_slice()).map_err(Error::internal)?);
        Ok(Signer { number, key: SigningKey::from_bytes(&secret) })
    }

    /// The token of a badge's random name: what follows `/b/` in its square.
    pub fn token(&self, opaque: &str) -> String {
        let signature = self.key.sign(&message(&self.number, opaque.as_bytes()));
        BASE64.encode([self.number.as_slice(), opaque.as_bytes(), &signature.to_bytes()].concat())
    }
}

/// One token, signed by the newest key.
///
/// # Errors
/// As [`Signer::newest`].
pub fn token(conn: &mut Conn, seal: &Seal, opaque: &str) -> Result<String> {
    Ok(Signer::newest(conn, seal)?.token(opaque))
}

/// The random name a token carries, when one of our keys that is still believed signed it. Whatever is wrong with the
/// token, one signature is checked.
///
/// # Errors
/// The database's.
pub fn opaque_of(conn: &mut Conn, token: &str) -> Result<Option<String>> {
    let keys = store::all(conn)?;
    let (parts, is_whole) = parts(token).map_or_else(|| (DECOY.1.clone(), false), |parts| (parts, true));
    let named = keys.iter().find(|key| key.retired_at.is_none() && u32::try_from(key.id.0) == Ok(parts.number));
    let public = named.and_then(|key| public(&key.public_key));
    let signed = message(&parts.number.to_be_bytes(), &parts.opaque);
    let genuine = public.unwrap_or(DECOY.0).verify(&signed, &parts.signature).is_ok();
    let believed = is_whole && public.is_some() && genuine;
    Ok(if believed { String::from_utf8(parts.opaque).ok() } else { None })
}

/// The keys that are believed, newest first: number and public half in hex.
///
/// # Errors
/// The database's.
pub fn public_keys(conn: &mut Conn) -> Result<Vec<(SigningKeyId, String)>> {
    let keys = store::all(conn)?.into_iter().filter(|key| key.retired_at.is_none());
    Ok(keys.map(|key| (key.id, key.public_key)).collect())
}

/// The code printed beside the number, for whoever has no way to read the square: six characters.
pub fn card_code(seal: &Seal, opaque: &str) -> String {
    let print = seal.fingerprint("card code", opaque);
    let bits = u64::from_str_radix(print.get(..12).unwrap_or_default(), 16).unwrap_or_default();
    (0..CODE).map(|place| digit(bits >> (5 * place))).collect()
}

/// Whether `typed` is the code of this badge, whatever its case and spaces, and with I and L read as 1 and O as 0.
pub fn is_card_code(seal: &Seal, opaque: &str, typed: &str) -> bool {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(read).collect();
    bool::from(card_code(seal, opaque).as_bytes().ct_eq(typed.as_bytes()))
}

fn digit(bits: u64) -> char {
    DIGITS.get((bits & 31) as usize).map_or('0', |digit| char::from(*digit))
}

fn read(typed: char) -> char {
    match typed.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    }
}

const SEALED: &str = "signing keys";

fn place(public: &str) -> String {
    format!("signing_keys.{public}")
}

fn message(number: &[u8], opaque: &[u8]) -> Vec<u8> {
    [PURPOSE, number, opaque].concat()
}

fn public(hexed: &str) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&<[u8; 32]>::try_from(hex::decode(hexed).ok()?).ok()?).ok()
}

/// A token taken apart.
#[derive(Clone)]
struct Parts {
    number: u32,
    opaque: Vec<u8>,
    signature: Signature,
}

fn parts(token: &str) -> Option<Parts> {
    let bytes = BASE64.decode(token).ok()?;
    let (number, rest) = bytes.split_first_chunk::<ID>()?;
    let (opaque, signature) = rest.split_last_chunk::<SIGNATURE>()?;
    // A signature over the order of the group is refused before anything is computed: it gets the decoy's work instead.
    let is_low = signature.last().is_some_and(|last| *last < 0x10);
    let fits = (1..=LONGEST).contains(&opaque.len());
    (is_low && fits).then(|| Parts {
        number: u32::from_be_bytes(*number),
        opaque: opaque.to_vec(),
        signature: Signature::from_bytes(signature),
    })
}

/// What is checked where there is nothing to check; believed by nobody.
static DECOY: LazyLock<(VerifyingKey, Parts)> = LazyLock::new(|| {
    let key = SigningKey::from_bytes(&[7; 32]);
    let opaque = vec![b'-'; 16];
    let signature = key.sign(&message(&0_u32.to_be_bytes(), &opaque));
    (key.verifying_key(), Parts { number: 0, opaque, signature })
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Secret;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let seal = Seal::new(&Secret::new("k".repeat(32)));
        let code = card_code(&seal, "a name");
        assert_eq!((code.len(), card_code(&seal, "a name")), (6, code.clone()));
        assert!(code.bytes().all(|one| DIGITS.contains(&one)));
        let spoken = format!(" {}-{} ", &code[..3], &code[3..]).to_lowercase().replace('0', "o").replace('1', "l");
        assert!(is_card_code(&seal, "a name", &spoken));
        assert!(!is_card_code(&seal, "another", &code));
        assert!(!is_card_code(&seal, "a name", ""));
        assert!(!is_card_code(&seal, "a name", &code[..5]));
    }

    #[test]
    fn a_token_is_taken_apart_only_when_it_has_all_its_parts() {
        assert!(parts("").is_none());
        assert!(parts("not base64!").is_none());
        assert!(parts(&BASE64.encode([0; ID + SIGNATURE])).is_none());
        assert!(parts(&BASE64.encode([0; ID + 1 + SIGNATURE])).is_some());
        assert!(parts(&BASE64.encode([0; ID + LONGEST + 1 + SIGNATURE])).is_none());
        assert!(parts(&BASE64.encode([0xff; ID + 1 + SIGNATURE])).is_none());
    }
}
