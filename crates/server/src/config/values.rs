//! Values as the command line and its variables say them.

use std::net::SocketAddr;
use std::ops::RangeInclusive;

pub fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let wrong = "must be an IP address and a port such as 127.0.0.1:8080 or [::1]:8080";
    text.parse().map_err(|_| wrong)
}

pub(super) fn number(text: &str, allowed: RangeInclusive<u32>) -> Option<u32> {
    text.parse().ok().filter(|number| allowed.contains(number))
}

/// A flag's variable says a word.
pub(super) fn switch(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err("must be true or false"),
    }
}
