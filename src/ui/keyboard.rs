//! What keys mean.

use web_sys::KeyboardEvent;

/// What an input method gives to keys that it takes for itself.
const TAKEN: u32 = 229;

/// The key belongs to an input method. Safari says so by its number alone: there the Enter that ends a composition comes after it.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == TAKEN
}
