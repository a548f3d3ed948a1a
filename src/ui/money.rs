//! Amounts of money, which the browser knows how to write in every language.

use js_sys::Intl::NumberFormat;
use js_sys::{Array, JSON, Number, Object};
use wasm_bindgen::{JsCast, JsValue};

/// An amount in units of an ISO 4217 currency; without one, a plain number.
pub fn money(language: &str, amount: f64, currency: Option<&str>) -> String {
    let plain = || Number::from(amount).to_locale_string(language).into();
    currency
        .and_then(|currency| with_currency(language, amount, currency))
        .unwrap_or_else(plain)
}

fn with_currency(language: &str, amount: f64, currency: &str) -> Option<String> {
    // The browser throws at anything else.
    let regular = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_alphabetic());
    let options = format!(r#"{{"style":"currency","currency":"{currency}"}}"#);
    let options = JSON::parse(&options).ok().filter(|_| regular)?;
    let format = NumberFormat::new(
        &Array::of1(&language.into()),
        options.unchecked_ref::<Object>(),
    );
    let written = format.format().call1(&JsValue::NULL, &amount.into());
    written.ok()?.as_string()
}
