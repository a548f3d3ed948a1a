//! A client's secrets: one, or two while its server changes from one to the other. Only their SHA-256 is known.

use crate::crypto::digest::{parse_sha256, sha256};
use serde::Deserialize;
use subtle::{Choice, ConstantTimeEq};

/// Where there is one secret it stands here twice, so that each client takes as long.
#[derive(Clone, Copy)]
pub struct Secrets([[u8; 32]; 2]);

/// As the clients' file has them.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Entry {
    One(String),
    Several(Vec<String>),
}

impl Secrets {
    /// Those of no client: nothing that could be sent has such a hash.
    pub const NOBODYS: Secrets = Secrets([[0; 32]; 2]);

    pub fn one(secret: &[u8]) -> Secrets {
        Secrets([sha256(secret); 2])
    }

    pub fn parse(entry: &Entry) -> Result<Secrets, &'static str> {
        let texts = match entry {
            Entry::One(text) => std::slice::from_ref(text),
            Entry::Several(texts) => texts,
        };
        let wrong = "secret_sha256 must be the SHA-256 of the secret in 64 hex digits";
        let hashes = texts.iter().map(|text| parse_sha256(text).ok_or(wrong));
        let hashes = hashes.collect::<Result<Vec<[u8; 32]>, _>>()?;
        if hashes.contains(&sha256(b"")) {
            return Err("secret_sha256: the secret is empty");
        }
        match hashes[..] {
            [one] => Ok(Secrets([one; 2])),
            [old, new] if old == new => Err("secret_sha256: the same secret stands there twice"),
            [old, new] => Ok(Secrets([old, new])),
            _ => Err("secret_sha256 must be one or two secrets"),
        }
    }

    pub fn count(&self) -> usize {
        let [one, other] = self.0;
        1 + usize::from(one != other)
    }

    /// Whether a secret with this SHA-256 is among them; takes as long for each.
    pub fn have(&self, sha256: &[u8; 32]) -> Choice {
        let [one, other] = &self.0;
        one.ct_eq(sha256) | other.ct_eq(sha256)
    }

    pub fn overlap(&self, other: &Secrets) -> bool {
        other.0.iter().any(|sha256| bool::from(self.have(sha256)))
    }
}
