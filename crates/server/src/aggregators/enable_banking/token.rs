//! The token that each call carries: signed with the application's key, good for a quarter of an hour.

use super::Settings;
use crate::aggregators::Misconfigured;
use crate::config::secret_file::read_bytes;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

/// Clocks differ: the token is made to look a little older, and lives longer than any call.
const EARLIER: i64 = 6 * 60;
const LATER: i64 = 15 * 60;

pub(super) struct Signer {
    key: EncodingKey,
    header: Header,
}

#[derive(Serialize)]
struct Claims {
    iss: &'static str,
    aud: &'static str,
    iat: i64,
    exp: i64,
}

impl Signer {
    pub(super) fn new(settings: &Settings) -> Result<Signer, Misconfigured> {
        let path = settings.private_key_file.display();
        let wrong = |what: &str| Misconfigured(format!("`private_key_file`: {path} {what}"));
        let pem = read_bytes(&settings.private_key_file)
            .map_err(|why| Misconfigured(format!("`private_key_file`: {why}")))?;
        let key = EncodingKey::from_rsa_pem(&pem);
        let key = key.map_err(|_| wrong("holds no RSA private key in PEM form"))?;
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(settings.application_id.clone());
        let signer = Signer { key, header };
        match signer.token() {
            Some(_) => Ok(signer),
            // That is seen only when it signs.
            None => Err(wrong(
                "holds a key that cannot sign: RSA keys have 2048 to 4096 bits",
            )),
        }
    }

    /// `None`: the key cannot sign, which was tried when it was read.
    pub(super) fn token(&self) -> Option<String> {
        let now = Timestamp::now().as_second();
        let claims = Claims {
            iss: "enablebanking.com",
            aud: "api.enablebanking.com",
            iat: now - EARLIER,
            exp: now + LATER,
        };
        encode(&self.header, &claims, &self.key).ok()
    }
}
