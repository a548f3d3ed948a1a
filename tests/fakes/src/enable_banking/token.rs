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
