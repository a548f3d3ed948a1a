//! A picture from a bank.

use super::{attributes, element};
use leptos::prelude::*;

pub fn picture(address: &str, words: &str) -> AnyView {
    let attributes = attributes(&[("class", "picture"), ("src", address)]);
    element("IMG", attributes.and("alt", words), ())
}

/// An address that a picture may have, of the own server too: nothing is asked of anybody without encryption.
pub fn is_picture(address: &str) -> bool {
    ["https://", "data:image/", "/pictures/"]
        .iter()
        .any(|begin| address.starts_with(begin))
}
