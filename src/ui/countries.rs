//! The names of countries, which the browser knows in every language.

use js_sys::Intl::DisplayNames;
use js_sys::{Array, JSON, Object};
use wasm_bindgen::JsCast;

pub struct Countries(Option<DisplayNames>);

impl Countries {
    pub fn new(language: &str) -> Countries {
        let options = JSON::parse(r#"{"type":"region"}"#).ok();
        let options = options.and_then(|options| options.dyn_into::<Object>().ok());
        let locales = Array::of1(&language.into());
        Countries(options.map(|options| DisplayNames::new(&locales, &options)))
    }

    /// The name of an ISO 3166-1 code; what is no such code stays as it is.
    pub fn name(&self, code: &str) -> String {
        // The browser throws at anything else.
        let regular = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
        let names = self.0.as_ref().filter(|_| regular);
        let name = names.and_then(|names| names.of(code));
        name.map_or_else(|| code.to_string(), String::from)
    }
}
