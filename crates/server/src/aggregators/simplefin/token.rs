//! The setup token: Base64 of the address at which it is exchanged, once, for the Access URL.

use super::login::TOKEN;
use crate::aggregators::http::{Guarded, NotAllowed};
use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use connect_core::Secret;
use std::collections::BTreeMap;
use url::Url;

/// Longer ones were never seen; a claim's address has about a hundred letters.
const LONGEST: usize = 4096;

/// A claim's address that may be called. No Debug: whoever has it can take the accounts.
pub struct Token(pub Url);

/// Why a token cannot be tried, in words for who has pasted it.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("A token is needed.")]
    Missing,
    #[error("This is not a SimpleFIN token. Copy all of it, and nothing else.")]
    Malformed,
    #[error("This token is from {0}, whose tokens are not taken here.")]
    Server(String),
}

impl Token {
    pub fn among(credentials: &BTreeMap<String, Secret>, http: &Guarded) -> Result<Token, Refused> {
        let text = credentials.get(TOKEN).ok_or(Refused::Missing)?;
        Token::parse(text.expose(), http)
    }

    pub fn parse(text: &str, http: &Guarded) -> Result<Token, Refused> {
        if text.trim().is_empty() {
            return Err(Refused::Missing);
        }
        if text.len() > LONGEST {
            return Err(Refused::Malformed);
        }
        // Pages and mails break long lines.
        let mut letters = text.split_whitespace().collect::<String>();
        let decoded = decode(&letters);
        zeroize::Zeroize::zeroize(&mut letters);
        let url = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let url = url.and_then(|text| Url::parse(text.trim()).ok());
        let url = url.filter(Url::has_host).ok_or(Refused::Malformed)?;
        match http.check(&url) {
            Ok(()) => Ok(Token(url)),
            Err(NotAllowed::Userinfo) => Err(Refused::Malformed),
            Err(_) => Err(Refused::Server(server(&url))),
        }
    }
}

fn decode(letters: &str) -> Option<Vec<u8>> {
    let either =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engines = [STANDARD, URL_SAFE].map(|alphabet| GeneralPurpose::new(&alphabet, either));
    engines
        .iter()
        .find_map(|engine| engine.decode(letters).ok())
}

/// Short enough to be read, whatever somebody has made of it.
fn server(url: &Url) -> String {
    let origin = url.origin().ascii_serialization();
    match origin.len() {
        0..=80 => origin,
        _ => "another server".to_owned(),
    }
}
