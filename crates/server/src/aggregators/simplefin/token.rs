//! Reads a setup token, which is the Base64 of the address where it is claimed, and the user in an address.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use connect_core::Secret;
use percent_encoding::percent_decode_str;
use url::Url;

/// No server's address is longer.
const LONGEST: usize = 4096;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The error says what is wrong and nothing of what was pasted.
pub fn parse(token: &str) -> Result<Url, String> {
    let plain: String = token.split_whitespace().collect();
    let decoded = (plain.len() <= LONGEST)
        .then(|| {
            BASE64
                .decode(plain.replace('-', "+").replace('_', "/"))
                .ok()
        })
        .flatten();
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let url = text.and_then(|text| Url::parse(text.trim()).ok());
    url.filter(Url::has_host).ok_or_else(|| {
        "This is no SimpleFIN token. Copy the whole token and paste it again.".into()
    })
}

/// Takes the user and the password out of the address.
pub fn userinfo(url: &mut Url) -> (String, Secret) {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let user = decoded(url.username());
    let password = Secret::new(decoded(url.password().unwrap_or_default()));
    // An address with a host takes both.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    (user, password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_with_line_breaks_and_without_padding_and_nothing_else_is() {
        let demo = "aHR0cHM6Ly9icmlkZ2Uuc2ltcGxlZmluLm9yZy9zaW1wbGVmaW4vY2xhaW0vZGVtbw==";
        let claim = "https://bridge.simplefin.org/simplefin/claim/demo";
        for token in [
            demo.to_owned(),
            demo.trim_end_matches('=').to_owned(),
            format!("  {}\n{}\n", &demo[..20], &demo[20..]),
        ] {
            assert_eq!(parse(&token).expect("a token").as_str(), claim);
        }
        for wrong in [
            "",
            "demo",
            "https://bridge.simplefin.org/",
            "ZGVtbw==",
            "ZGF0YTosYQ==",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_user_of_an_address_does_not_stay_in_it() {
        let mut url = Url::parse("https://a%40b:p%3Aw@host.example/x").expect("an address");
        let (user, password) = userinfo(&mut url);
        assert_eq!((user.as_str(), password.expose()), ("a@b", "p:w"));
        assert_eq!(url.as_str(), "https://host.example/x");
    }
}
