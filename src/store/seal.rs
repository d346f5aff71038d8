//! Sealing of personal values: each person's under a key of their own, derived from the council's key and a
//! random salt kept apart from what it seals. Destroying the salt makes the values unreadable for good. A case of the
//! vault has a key that is random throughout and kept only sealed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::types::Secret;

/// The council's sealing key.
#[derive(Clone)]
pub struct Seal(Zeroizing<[u8; 32]>);

/// A key for one person's values, or for one file.
pub struct PersonKey(XChaCha20Poly1305);

/// A key for the notes of one case.
pub type CaseKey = PersonKey;

impl Seal {
    /// A seal under `secret`, apart from every other use of that secret.
    pub fn new(secret: &Secret) -> Seal {
        Seal(Zeroizing::new(digest(secret.reveal().as_bytes(), &[b"chaperone seal v1"])))
    }

    /// The key of the person whose salt this is.
    pub fn person(&self, salt: &str) -> PersonKey {
        let key = Zeroizing::new(digest(&*self.0, &[b"person", salt.as_bytes()]));
        PersonKey(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    /// The key of a thing kept under a random token that is not kept with it.
    pub fn kept_under(&self, token: &str) -> PersonKey {
        let key = Zeroizing::new(digest(&*self.0, &[b"kept under", token.as_bytes()]));
        PersonKey(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    /// A fresh key for one case of the vault: the key, and the sealed form of it that is kept for `place`. Nothing
    /// makes it again once that form is destroyed.
    ///
    /// # Errors
    /// None in practice: the cipher takes anything.
    pub fn new_case(&self, place: &str) -> Result<(CaseKey, String)> {
        let key = Zeroizing::new(rand::random::<[u8; 32]>());
        let sealed = self.keys_of_cases().seal(place, key.as_slice())?;
        Ok((PersonKey(XChaCha20Poly1305::new(&Key::from(*key))), sealed))
    }

    /// The case's key out of its sealed form; nothing when it is not that of `place`.
    pub fn case(&self, place: &str, sealed: &str) -> Option<CaseKey> {
        let bytes = Zeroizing::new(self.keys_of_cases().open_bytes(place, sealed)?);
        let key = Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).ok()?);
        Some(PersonKey(XChaCha20Poly1305::new(&Key::from(*key))))
    }

    fn keys_of_cases(&self) -> PersonKey {
        let key = Zeroizing::new(digest(&*self.0, &[b"keys of cases"]));
        PersonKey(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    /// A keyed fingerprint of `text` for `purpose`: finds a thing again without keeping it.
    pub fn fingerprint(&self, purpose: &str, text: &str) -> String {
        hex::encode(digest(&*self.0, &[b"fingerprint", purpose.as_bytes(), text.as_bytes()]))
    }
}

impl PersonKey {
    /// Seals `text` for one place: it opens nowhere else.
    ///
    /// # Errors
    /// None in practice: the cipher takes anything.
    pub fn seal(&self, place: &str, text: impl AsRef<[u8]>) -> Result<String> {
        let nonce: [u8; 24] = rand::random();
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), Payload { msg: text.as_ref(), aad: place.as_bytes() })
            .map_err(Error::internal)?;
        Ok(BASE64.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what [`PersonKey::seal`] sealed for `place`; nothing when it is not that.
    pub fn open(&self, place: &str, sealed: &str) -> Option<String> {
        String::from_utf8(self.open_bytes(place, sealed)?).ok()
    }

    /// As [`PersonKey::open`], for what is no text.
    pub fn open_bytes(&self, place: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = BASE64.decode(sealed).ok()?;
        let (nonce, body) = bytes.split_first_chunk::<24>()?;
        self.0.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: place.as_bytes() }).ok()
    }
}

/// A fresh random salt or token: 32 bytes in hex.
pub fn random_token() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

fn digest(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_in_its_place_and_under_its_key() {
        let seal = Seal::new(&Secret::new("k".repeat(32)));
        let key = seal.person("salt");
        let sealed = key.seal("trail.new.7", "Siân Plant").unwrap();
        assert!(!sealed.contains("Plant"));
        assert_eq!(key.open("trail.new.7", &sealed).as_deref(), Some("Siân Plant"));
        assert_eq!(key.open("trail.new.8", &sealed), None);
        assert_eq!(seal.person("other").open("trail.new.7", &sealed), None);
        assert_eq!(Seal::new(&Secret::new("j".repeat(32))).person("salt").open("trail.new.7", &sealed), None);
    }

    #[test]
    fn a_cases_key_opens_only_for_its_case_and_under_the_councils_key() {
        let seal = Seal::new(&Secret::new("k".repeat(32)));
        let (key, kept) = seal.new_case("vault_keys.7").unwrap();
        let note = key.seal("note", "It was long ago").unwrap();
        let again = seal.case("vault_keys.7", &kept).unwrap();
        assert_eq!(again.open("note", &note).as_deref(), Some("It was long ago"));
        assert!(seal.case("vault_keys.8", &kept).is_none());
        assert!(Seal::new(&Secret::new("j".repeat(32))).case("vault_keys.7", &kept).is_none());
        let (other, _) = seal.new_case("vault_keys.7").unwrap();
        assert_eq!(other.open("note", &note), None);
    }
}
