//! Ids that are the same for the same thing and tell nothing of it: hashed with a key that is not in the database.

use crate::crypto::random;
use crate::crypto::seal::Key;
use hmac::{Hmac, Mac};
use sha2::Sha256;

#[derive(Clone)]
pub struct Identity(Key);

impl Identity {
    pub fn new(key: Key) -> Identity {
        Identity(key)
    }

    /// What Meld's `customer_id` and the audit log call a client's user.
    pub fn user(&self, client: &str, user: &str) -> String {
        self.of(&["user", client, user])
    }

    /// The id of what these texts name together; a UUID of RFC 9562's version 8.
    pub fn of(&self, texts: &[&str]) -> String {
        let mut hash =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of every length");
        for text in texts {
            // With its length, so that no two lists of texts read the same.
            hash.update(&(text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        let hash: [u8; 32] = hash.finalize().into_bytes().into();
        let mut half = [0; 16];
        half.copy_from_slice(&hash[..16]);
        random::as_uuid(half, 8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_texts_have_the_same_id_with_the_same_key_only() {
        let (one, other) = (Identity([1; 32]), Identity([2; 32]));
        let id = one.of(&["shop", "demo", "ann"]);
        assert_eq!(id, one.of(&["shop", "demo", "ann"]));
        assert_ne!(id, other.of(&["shop", "demo", "ann"]));
        assert_ne!(id, one.of(&["shop", "demoa", "nn"]));
        assert_ne!(id, one.of(&["shop", "demo"]));
        let form: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(form, [8, 4, 4, 4, 12]);
        assert_eq!((&id[14..15], id.len()), ("8", 36));
    }
}
