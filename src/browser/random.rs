//! Unguessable text, and the PKCE proof of a login (RFC 7636).

use super::window;
use connect_core::Secret;
use connect_core::flow::Proof;
use sha2::{Digest, Sha256};

/// 256 bits, in the alphabet of base64url.
pub fn text() -> String {
    let mut bytes = [0; 32];
    if let Ok(crypto) = window().crypto() {
        _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    base64url(&bytes)
}

/// A new proof, at once: a window may be opened only while the browser still knows of the click. The browser's own
/// SHA-256 makes one wait, and a page of plain http, as on a home network, has none.
pub fn proof() -> Proof {
    let verifier = text();
    Proof {
        nonce: text(),
        challenge: base64url(&Sha256::digest(&verifier)),
        verifier: Secret::new(verifier),
    }
}

/// RFC 4648, section 5, without padding.
fn base64url(bytes: &[u8]) -> String {
    let encoded = connect_core::base64(bytes);
    let encoded = encoded.trim_end_matches('=');
    encoded.replace('+', "-").replace('/', "_")
}
