//! Reads how the page was opened, and takes the token out of the address and the page at once.

use super::{document, random, storage, window};
use connect_core::launch::{Embedding, Launch, PARAMETERS, Page, PageData};
use wasm_bindgen::JsValue;

pub fn read() -> Launch {
    let location = window().location();
    let query = location.search().unwrap_or_default();
    let fragment = take_fragment(&location);
    let fragment = parameters(fragment.trim_start_matches('#'));
    let own_origin = location.origin().unwrap_or_default();
    let deployed = super::backend::deployed();
    let api_origin = if deployed.is_empty() {
        &own_origin
    } else {
        &deployed
    };
    let page = Page {
        raw_query: without_token(&query, &fragment),
        query: parameters(&query),
        fragment,
        data: take_page_data(),
        embedding: embedding(),
        api_origin: api_origin.clone(),
        own_origin,
        seed: random::text(),
        kept: storage::read(),
        offline: !window().navigator().on_line(),
    };
    clean_address(&location);
    Launch::new(page)
}

fn parameters(text: &str) -> Vec<(String, String)> {
    let Ok(parameters) = web_sys::UrlSearchParams::new_with_str(text) else {
        return Vec::new();
    };
    let value = |name: &str| Some((name.to_string(), parameters.get(name)?));
    PARAMETERS.into_iter().filter_map(value).collect()
}

/// What the query and the fragment say together; the fragment wins.
fn without_token(query: &str, fragment: &[(String, String)]) -> String {
    let Ok(parameters) = web_sys::UrlSearchParams::new_with_str(query) else {
        return String::new();
    };
    for (name, value) in fragment {
        parameters.set(name, value);
    }
    for name in ["token", "resume"] {
        parameters.delete(name);
    }
    parameters.to_string().into()
}

/// The fragment, which the page's first script has already taken out of the address.
fn take_fragment(location: &web_sys::Location) -> String {
    let name = "connectFragment".into();
    let taken = js_sys::Reflect::get(&window(), &name)
        .ok()
        .and_then(|fragment| fragment.as_string());
    _ = js_sys::Reflect::set(&window(), &name, &JsValue::NULL);
    taken.unwrap_or_else(|| location.hash().unwrap_or_default())
}

fn take_page_data() -> Option<PageData> {
    let element = document().get_element_by_id("launch")?;
    let json = element.text_content()?;
    element.remove();
    super::json::parse(&json)
}

fn embedding() -> Embedding {
    let window = window();
    match window.parent() {
        Ok(Some(parent)) if parent != window => Embedding::Framed,
        _ if window.opener().is_ok_and(|opener| !opener.is_null()) => Embedding::Popup,
        _ => Embedding::Alone,
    }
}

/// Neither the address bar, nor the history, nor a reload keeps the token.
fn clean_address(location: &web_sys::Location) {
    let Ok(url) = location.href().and_then(|href| web_sys::Url::new(&href)) else {
        return;
    };
    let secret = !url.hash().is_empty() || url.search_params().has("token");
    if !secret {
        return;
    }
    url.set_hash("");
    url.search_params().delete("token");
    if let Ok(history) = window().history() {
        _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&url.href()));
    }
}
