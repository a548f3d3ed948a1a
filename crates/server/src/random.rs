//! Unguessable names, from the operating system's randomness.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 256 bits in the URL-safe alphabet.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// `N` bytes in hex.
pub fn hex<const N: usize>() -> String {
    crate::digest::to_hex(&bytes::<N>())
}

pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .expect("an operating system without randomness cannot hold a session");
    bytes
}
