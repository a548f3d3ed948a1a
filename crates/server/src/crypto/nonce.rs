//! Names a login at a bank's own site. Only its SHA-256 is kept, and codes and verifiers are sealed with it:
//! the database alone tells whose a login is and when it was, and nothing that it could be used with.

use crate::crypto::digest::{sha256, sha256_hex};
use crate::crypto::seal::{self, Key};
use std::ops::RangeInclusive;

/// 22 characters of this alphabet can hold 128 bits.
const LENGTH: RangeInclusive<usize> = 22..=128;

pub struct Nonce(String);

impl Nonce {
    /// 22 to 128 of `A-Z a-z 0-9 _ -`.
    pub fn parse(text: &str) -> Option<Nonce> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        (LENGTH.contains(&text.len()) && text.bytes().all(plain)).then(|| Nonce(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How the database knows it.
    pub fn sha256(&self) -> String {
        sha256_hex(self.0.as_bytes())
    }

    pub fn seal(&self, text: &[u8]) -> Vec<u8> {
        seal::seal(&self.key(), b"", text)
    }

    /// `None`: it was sealed with another nonce, or is damaged.
    pub fn unseal(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        seal::unseal(&self.key(), b"", sealed)
    }

    fn key(&self) -> Key {
        // Not the plain SHA-256: that one stands in the database.
        sha256(format!("seal {}", self.0).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_sealed_with_the_same_nonce_is_read() {
        let nonce = |letter: &str| Nonce::parse(&letter.repeat(22)).expect("a nonce");
        let sealed = nonce("a").seal(b"code");
        assert_eq!(nonce("a").unseal(&sealed).as_deref(), Some(&b"code"[..]));
        assert_ne!(nonce("a").seal(b"code"), sealed);
        assert_eq!(nonce("b").unseal(&sealed), None);
        assert_eq!(nonce("a").unseal(&sealed[..10]), None);
        assert!(!sealed.windows(4).any(|window| window == b"code"));
    }

    #[test]
    fn a_nonce_is_long_and_plain() {
        let parsed = |text: String| Nonce::parse(&text).is_some();
        assert!(parsed("a".repeat(22)) && parsed("_-Z9".repeat(32)));
        assert!(!parsed("a".repeat(21)) && !parsed("a".repeat(129)));
        assert!(!parsed("a".repeat(22) + "/") && !parsed("é".repeat(11)));
    }
}
