//! Reads an OAuth `state`: base64 of JSON that says where its login was begun.

use crate::http::strict::Strict;
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use connect_core::api::OAuthState;
use serde_json::Value;

/// Padded or not. The two letters that the standard alphabet has instead are replaced before.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What else the state says is its app's own, and may be anything; so may be its `nonce`.
pub fn parse(text: &str) -> Option<OAuthState> {
    // A bank that does not encode a plus sign sends what a query reads as a space.
    let url_safe = text.replace(['+', ' '], "-").replace('/', "_");
    let json = BASE64.decode(url_safe).ok()?;
    // Where two readers could see two places, nobody is sent to either.
    serde_json::from_slice::<Strict>(&json).ok()?;
    let state: Value = serde_json::from_slice(&json).ok()?;
    let said = |name| state.get(name).filter(|value| !value.is_null());
    let path = said("path").map(|path| path.as_str().map(str::to_owned));
    Some(OAuthState {
        sub: said("sub")?.as_str()?.into(),
        path: match path {
            Some(None) => return None,
            other => other.flatten(),
        },
        nonce: said("nonce").map(|nonce| {
            let text = nonce.as_str().map(str::to_owned);
            text.unwrap_or_else(|| nonce.to_string())
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

    #[test]
    fn every_usual_base64_is_read() {
        let json = r#"{"sub":"myappdev","path":"/connect","a":["??>>~~","ÿÿ"],"nonce":5}"#;
        let expected = OAuthState {
            sub: "myappdev".into(),
            path: Some("/connect".into()),
            nonce: Some("5".into()),
        };
        let standard = STANDARD.encode(json);
        assert!(standard.contains('+') && standard.contains('/') && standard.contains('='));
        for text in [
            standard.replace('+', " "),
            standard,
            STANDARD_NO_PAD.encode(json),
            URL_SAFE.encode(json),
            URL_SAFE_NO_PAD.encode(json),
        ] {
            assert_eq!(parse(&text).as_ref(), Some(&expected), "{text}");
        }
    }

    #[test]
    fn what_says_no_sub_is_no_state() {
        for json in [
            "",
            "{",
            "[]",
            "5",
            "{}",
            r#"{"sub":null}"#,
            r#"{"sub":5}"#,
            r#"{"sub":"a","path":5}"#,
            r#"{"sub":"a","sub":"b"}"#,
            r#"{"sub":"a","path":"/b","path":"/c"}"#,
            r#"{"sub":"a","own":{"b":1,"b":2}}"#,
        ] {
            assert_eq!(parse(&STANDARD.encode(json)), None, "{json}");
        }
        assert_eq!(parse(r#"{"sub":"a"}"#), None);
        assert_eq!(parse(&STANDARD.encode(b"{\"sub\":\"\xff\"}")), None);
    }
}
