//! Amounts of money, which the browser knows how to write in every language.

use js_sys::Intl::NumberFormat;
use js_sys::{Array, JSON, Number, Object};
use wasm_bindgen::{JsCast, JsValue};

/// An amount in units of a currency; one that is none of ISO 4217 stands behind the number as it is.
pub fn money(language: &str, amount: f64, currency: &str) -> String {
    with_currency(language, amount, currency).unwrap_or_else(|| {
        let number = String::from(Number::from(amount).to_locale_string(language));
        match currency {
            "" => number,
            currency => format!("{number} {currency}"),
        }
    })
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
