//! Unguessable names, from the operating system's randomness.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 256 bits in the URL-safe alphabet.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// `N` bytes in hex.
pub fn hex<const N: usize>() -> String {
    crate::crypto::digest::to_hex(&bytes::<N>())
}

/// RFC 9562, version 4.
pub fn uuid() -> String {
    as_uuid(bytes(), 4)
}

/// RFC 9562's text of these bytes, with this version.
pub fn as_uuid(mut bytes: [u8; 16], version: u8) -> String {
    bytes[6] = bytes[6] & 0x0f | version << 4;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = crate::crypto::digest::to_hex(&bytes);
    let (a, b, c) = (&hex[..8], &hex[8..12], &hex[12..16]);
    format!("{a}-{b}-{c}-{}-{}", &hex[16..20], &hex[20..])
}

pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .expect("an operating system without randomness cannot hold a session");
    bytes
}
