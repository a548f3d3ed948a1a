//! Addresses with parameters, addresses that may be gone to, and base64: what the URL standard and RFC 4648 say, no more.

/// Adds parameters to an address that may have some, and a fragment, already.
pub fn with_parameters(base: &str, parameters: &[(&str, String)]) -> String {
    let (address, fragment) = match base.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (base, None),
    };
    let mut whole = address.to_string();
    for (name, value) in parameters {
        whole.push(if whole.contains('?') { '&' } else { '?' });
        whole.push_str(name);
        whole.push('=');
        encode(value, &mut whole);
    }
    if let Some(fragment) = fragment {
        whole.push('#');
        whole.push_str(fragment);
    }
    whole
}

/// An address that runs nothing in the page that opens it, and that nobody on the way can read or change.
pub fn is_web(address: &str) -> bool {
    let local = |rest: &str| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let port = ["localhost", "127.0.0.1"]
            .iter()
            .find_map(|name| host.strip_prefix(name));
        let digits = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        port.is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(digits))
    };
    address.starts_with("https://") || address.strip_prefix("http://").is_some_and(local)
}

/// `application/x-www-form-urlencoded`, as the URL standard has it.
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => {
                out.push(byte as char);
            }
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                for digit in [byte >> 4, byte & 15] {
                    out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
                }
            }
        }
    }
}

/// RFC 4648, with padding.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let three = chunk
            .iter()
            .fold(0, |sum, byte| sum << 8 | u32::from(*byte));
        let three = three << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = (three >> (18 - 6 * place) & 63) as usize;
            let in_use = place <= chunk.len();
            text.push(if in_use {
                char::from(DIGITS[digit])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_gone_to_if_it_is_encrypted_or_on_this_machine() {
        for (address, is_one) in [
            ("https://bank.example/login", true),
            ("http://127.0.0.1:9999/create", true),
            ("http://localhost", true),
            ("http://bank.example/login", false),
            ("http://localhost.evil.example/", false),
            ("http://localhost:80@evil.example/", false),
            ("http://127.0.0.1@evil.example/", false),
            ("javascript:alert(1)", false),
            ("", false),
        ] {
            assert_eq!(is_web(address), is_one, "{address}");
        }
    }

    #[test]
    fn base64_is_rfc_4648s() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("\u{3ff}\u{3ff}", "z7/Pvw=="),
        ] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }
}
