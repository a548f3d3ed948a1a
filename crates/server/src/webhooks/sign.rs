//! How the Standard Webhooks sign: HMAC-SHA256 of id, time and body.

use crate::config::webhooks::SigningKey;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// One signature for each key, separated by spaces. `at` is in seconds since 1970.
pub fn signatures(keys: &[SigningKey], id: &str, at: i64, body: &[u8]) -> String {
    let each = keys.iter().map(|key| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.bytes())
            .expect("a key of any length is a key of HMAC");
        mac.update(format!("{id}.{at}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    });
    each.collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source: the tests of https://github.com/standard-webhooks/standard-webhooks, libraries/python.
    #[test]
    fn the_specification_s_own_example_has_its_signature() {
        let key = SigningKey::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").ok();
        let key = key.expect("a secret");
        let body = br#"{"test": 2432232314}"#;
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signed = signatures(std::slice::from_ref(&key), id, 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let both = signatures(&[key.clone(), key], id, 1_614_265_330, body);
        assert_eq!(both, format!("{signed} {signed}"));
    }
}
