//! Authenticated encryption: XChaCha20-Poly1305 with a fresh salt each time, and bound to the place where it is kept.

use crate::crypto::random;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

/// What XChaCha20 wants to be different each time, at the beginning of what is sealed.
const SALT: usize = 24;

/// 256 bits that nobody can guess.
pub type Key = [u8; 32];

/// `place` says where it is kept, so that nothing that was sealed for one place is read at another.
pub fn seal(key: &Key, place: &[u8], text: &[u8]) -> Vec<u8> {
    let salt = random::bytes::<SALT>();
    let payload = Payload {
        msg: text,
        aad: place,
    };
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(salt), payload)
        .expect("a few kilobytes are not too long to be sealed");
    [&salt, sealed.as_slice()].concat()
}

/// `None`: it was sealed with another key or for another place, or is damaged.
pub fn unseal(key: &Key, place: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (salt, text) = sealed.split_first_chunk::<SALT>()?;
    let payload = Payload {
        msg: text,
        aad: place,
    };
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.decrypt(&XNonce::from(*salt), payload).ok()
}
