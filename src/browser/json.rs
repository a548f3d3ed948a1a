//! JSON by the browser's own parser, and objects that other pages post.

use connect_core::json::{Json, Read};
use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;

/// A value of the browser's, of any kind; reading one never throws.
pub struct Parsed(JsValue);

/// `None`: it is no JSON, or not a `T`.
pub fn parse<T: Read>(text: &str) -> Option<T> {
    T::read(&Parsed(js_sys::JSON::parse(text).ok()?))
}

impl From<JsValue> for Parsed {
    fn from(value: JsValue) -> Parsed {
        Parsed(value)
    }
}

impl Json for Parsed {
    fn is_object(&self) -> bool {
        self.0.is_object()
    }

    fn field(&self, name: &str) -> Option<Parsed> {
        // Fails for whatever is no object, and if a getter does.
        Reflect::get(&self.0, &name.into()).ok().map(Parsed)
    }

    fn items(&self) -> Option<Vec<Parsed>> {
        let array = Array::is_array(&self.0).then(|| Array::from(&self.0))?;
        Some(array.iter().map(Parsed).collect())
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }
}
