//! The pictures that test banks show in their questions. They are drawn without letters, so that no file tells an answer.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub const CAPTCHA: &str = include_str!("pictures/captcha.svg");
pub const APPLE: &str = include_str!("pictures/apple.svg");
pub const BOAT: &str = include_str!("pictures/boat.svg");
pub const HOUSE: &str = include_str!("pictures/house.svg");
pub const TREE: &str = include_str!("pictures/tree.svg");

/// An address that holds the picture itself.
pub fn address(svg: &str) -> String {
    format!(
        "data:image/svg+xml;base64,{}",
        STANDARD.encode(svg.trim_ascii())
    )
}
