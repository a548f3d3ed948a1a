//! The names of countries, which the browser knows in every language.

use js_sys::Intl::DisplayNames;
use js_sys::{Array, JSON, Object};
use std::cell::OnceCell;
use wasm_bindgen::JsCast;

pub struct Countries {
    language: &'static str,
    /// Read once a name is needed: a browser takes as long for it as for a screen of rows.
    names: OnceCell<Option<DisplayNames>>,
}

impl Countries {
    pub fn new(language: &'static str) -> Countries {
        Countries {
            language,
            names: OnceCell::new(),
        }
    }

    /// The name of an ISO 3166-1 code; what is no such code stays as it is.
    pub fn name(&self, code: &str) -> String {
        // The browser throws at anything else.
        let regular = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
        let names = self.names.get_or_init(|| names(self.language));
        let names = names.as_ref().filter(|_| regular);
        let name = names.and_then(|names| names.of(code));
        name.map_or_else(|| code.to_string(), String::from)
    }
}

fn names(language: &str) -> Option<DisplayNames> {
    let options = JSON::parse(r#"{"type":"region"}"#).ok()?;
    let options = options.dyn_into::<Object>().ok()?;
    Some(DisplayNames::new(&Array::of1(&language.into()), &options))
}
