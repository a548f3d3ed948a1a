//! Unguessable text, and the PKCE proof of a login (RFC 7636).

use super::window;
use connect_core::Secret;
use connect_core::flow::Proof;
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;

/// 256 bits, in the alphabet of base64url.
pub fn text() -> String {
    let mut bytes = [0; 32];
    if let Ok(crypto) = window().crypto() {
        _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    base64url(&bytes)
}

/// Calls back with a new proof.
pub fn proof(made: impl FnOnce(Proof) + 'static) {
    super::run(async move {
        let verifier = text();
        let challenge = sha256(&verifier).await;
        made(Proof {
            nonce: text(),
            challenge: base64url(&challenge),
            verifier: Secret::new(verifier),
        });
    });
}

async fn sha256(text: &str) -> Vec<u8> {
    let digest = async {
        let subtle = window().crypto().ok()?.subtle();
        let digest = subtle.digest_with_str_and_u8_array("SHA-256", text.as_bytes());
        JsFuture::from(digest.ok()?).await.ok()
    };
    let digest = digest.await;
    digest.map_or_else(Vec::new, |digest| Uint8Array::new(&digest).to_vec())
}

/// RFC 4648, section 5, without padding.
fn base64url(bytes: &[u8]) -> String {
    let encoded = connect_core::base64(bytes);
    let encoded = encoded.trim_end_matches('=');
    encoded.replace('+', "-").replace('/', "_")
}
