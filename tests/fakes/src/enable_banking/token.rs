//! Whether the token of a request is one that Enable Banking would take. Read by hand, with nothing of what made it.

use super::APPLICATION;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

const LONGEST: i64 = 86_400;

/// What is wrong with it, at this Unix time.
pub fn check(authorization: &str, now: i64) -> Result<(), &'static str> {
    let token = authorization
        .strip_prefix("Bearer ")
        .ok_or("there is no bearer token")?;
    let (signed, signature) = token.rsplit_once('.').ok_or("the token has no parts")?;
    let (header, claims) = signed.split_once('.').ok_or("the token has two parts")?;
    let (header, claims) = (part(header)?, part(claims)?);
    if header["typ"] != "JWT" || header["alg"] != "RS256" {
        return Err("the token is no JWT, or not RS256");
    }
    if header["kid"] != APPLICATION {
        return Err("there is no application with this kid");
    }
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|_| "the signature is not base64url")?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key())
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| "the signature is not by the application's key")?;
    if claims["iss"] != "enablebanking.com" || claims["aud"] != "api.enablebanking.com" {
        return Err("iss or aud is another one");
    }
    let (Some(made), Some(ends)) = (claims["iat"].as_i64(), claims["exp"].as_i64()) else {
        return Err("iat or exp is no number");
    };
    match () {
        () if ends - made > LONGEST => Err("the token lives longer than 24 hours"),
        () if made > now => Err("the token is not valid yet"),
        () if ends <= now => Err("the token has expired"),
        () => Ok(()),
    }
}

fn part(text: &str) -> Result<Value, &'static str> {
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| "a part is not base64url")?;
    serde_json::from_slice(&bytes).map_err(|_| "a part is no JSON")
}

fn public_key() -> Vec<u8> {
    let pem = include_str!("../../keys/enable_banking.pub.pem");
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    let text: String = lines.collect();
    STANDARD.decode(text).expect("the file is a PEM")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::rand::SystemRandom;
    use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
    use serde_json::json;

    const NOW: i64 = 1_800_000_000;

    fn good() -> (Value, Value) {
        let header = json!({"typ": "JWT", "alg": "RS256", "kid": APPLICATION});
        let claims = json!({
            "iss": "enablebanking.com", "aud": "api.enablebanking.com", "iat": NOW, "exp": NOW + LONGEST,
        });
        (header, claims)
    }

    fn token(pem: &str, header: &Value, claims: &Value) -> String {
        let lines = pem.lines().skip_while(|line| !line.starts_with("-----"));
        let text: String = lines.filter(|line| !line.starts_with("-----")).collect();
        let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(text).unwrap()).unwrap();
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; key.public().modulus_len()];
        let random = SystemRandom::new();
        key.sign(
            &RSA_PKCS1_SHA256,
            &random,
            signed.as_bytes(),
            &mut signature,
        )
        .unwrap();
        format!("Bearer {signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    #[test]
    fn a_token_by_the_application_s_key_is_taken_while_it_is_good() {
        let (header, claims) = good();
        let token = token(super::super::test_key(), &header, &claims);
        assert_eq!(check(&token, NOW), Ok(()));
        assert_eq!(check(&token, NOW - 1), Err("the token is not valid yet"));
        let late = check(&token, NOW + LONGEST);
        assert_eq!(late, Err("the token has expired"));
    }

    #[test]
    fn a_token_with_anything_else_in_it_is_refused() {
        for (member, value) in [
            ("kid", json!("another")),
            ("alg", json!("none")),
            ("alg", json!("HS256")),
            ("typ", Value::Null),
            ("iss", json!("somebody")),
            ("aud", json!("api.tilisy.com")),
            ("exp", json!(NOW + LONGEST + 1)),
            ("iat", json!("now")),
        ] {
            let (mut header, mut claims) = good();
            let part = match claims.get(member) {
                Some(_) => &mut claims,
                None => &mut header,
            };
            part[member] = value;
            let token = token(super::super::test_key(), &header, &claims);
            assert!(check(&token, NOW).is_err(), "{member}");
        }
    }

    #[test]
    fn a_token_by_another_key_or_with_another_text_is_refused() {
        let (header, claims) = good();
        let strange = token(super::super::strange_key(), &header, &claims);
        let refused = Err("the signature is not by the application's key");
        assert_eq!(check(&strange, NOW), refused);
        let own = token(super::super::test_key(), &header, &claims);
        let (_, own) = own.rsplit_once('.').unwrap();
        let (signed, _) = strange.rsplit_once('.').unwrap();
        assert_eq!(check(&format!("{signed}.{own}"), NOW), Ok(()));
        let mut changed = claims.clone();
        changed["exp"] = json!(NOW + 1);
        let other = token(super::super::strange_key(), &header, &changed);
        let (signed, _) = other.rsplit_once('.').unwrap();
        assert_eq!(check(&format!("{signed}.{own}"), NOW), refused);
        assert!(check("", NOW).is_err());
        assert!(check("Bearer a.b", NOW).is_err());
    }
}
