//! SHA-256 in hex: how secrets, tokens and the catalogue are recognised without being kept.

use sha2::{Digest, Sha256};

pub fn sha256(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

pub fn sha256_hex(text: &[u8]) -> String {
    to_hex(&sha256(text))
}

pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 64 hex digits; anything else is `None`.
pub fn parse_sha256(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}
