//! Reads how the page was opened, and takes the token out of the address and the page at once.

use super::{document, random, storage, window};
use connect_core::host;
use connect_core::launch::{Embedding, Launch, Page, PageData};
use connect_core::theme::ThemeTokens;
use wasm_bindgen::{JsCast, JsValue};

/// The parameter of an address that has a page's name.
const PAGE: &str = "connect_page";

pub fn read() -> Launch {
    let location = window().location();
    let query = location.search().unwrap_or_default();
    let fragment = take_fragment(&location);
    let fragment = parameters(fragment.trim_start_matches('#'));
    let own_origin = location.origin().unwrap_or_default();
    let mut api_url = super::backend::deployed();
    // A path is one of the page's own origin, whatever name that is reached by.
    if !api_url.starts_with("http") {
        api_url = own_origin.clone() + &api_url;
    }
    let (query_text, query) = (query.clone(), parameters(&query));
    let embedding = embedding();
    let mut data = take_page_data();
    let name = data.as_ref().and_then(|data| data.page.clone());
    if let (Some(data), Some(name)) = (&mut data, &name)
        && embedding == Embedding::Framed
        && !is_same_frame(name, &query_text)
    {
        data.token = None;
    }
    let page = Page {
        theme_tokens: tokens(&query, &fragment),
        path: location.pathname().unwrap_or_default(),
        framing_origin: framing_origin(&location),
        raw_query: without_token(&query_text, &fragment),
        query,
        fragment,
        data,
        embedding,
        api_url,
        own_origin,
        seed: random::text(),
        kept: storage::read(),
        offline: !window().navigator().on_line(),
    };
    clean_address(&location, name.as_deref());
    Launch::new(page)
}

fn parameters(text: &str) -> Vec<(String, String)> {
    let Ok(parameters) = web_sys::UrlSearchParams::new_with_str(text) else {
        return Vec::new();
    };
    let value = |name: &str| Some((name.to_string(), parameters.get(name)?));
    let mut found = Vec::new();
    for name in host::parameters() {
        found.extend(value(name));
    }
    found
}

/// `theme_tokens` is JSON.
fn tokens(query: &[(String, String)], fragment: &[(String, String)]) -> ThemeTokens {
    let mut both = fragment.iter().chain(query);
    let json = both.find(|(name, _)| name == "theme_tokens");
    let tokens = json.and_then(|(_, json)| super::json::parse(json));
    tokens.unwrap_or_default()
}

/// The origin of the page around: as the browser tells it, or from the referrer where it does not.
fn framing_origin(location: &web_sys::Location) -> Option<String> {
    let name = "ancestorOrigins".into();
    let ancestors = js_sys::Reflect::get(location, &name).ok();
    let nearest = ancestors.and_then(|list| js_sys::Reflect::get_u32(list.unchecked_ref(), 0).ok());
    if let Some(origin) = nearest.and_then(|origin| origin.as_string()) {
        return Some(origin);
    }
    let referrer = web_sys::Url::new(&document().referrer()).ok()?;
    // An app's address has none, and says nothing.
    Some(referrer.origin()).filter(|origin| origin != "null")
}

/// What the query and the fragment say together; the fragment wins.
fn without_token(query: &str, fragment: &[(String, String)]) -> String {
    let Ok(parameters) = web_sys::UrlSearchParams::new_with_str(query) else {
        return String::new();
    };
    for (name, value) in fragment {
        parameters.set(name, value);
    }
    for name in host::token_parameters().chain(["resume", PAGE]) {
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

/// The frame is the one that the page of this name was opened in. A browser may put an address of before into a new frame,
/// when the page around is loaded again: that may be another user's by now.
fn is_same_frame(name: &str, query: &str) -> bool {
    let window = window();
    let frame = window.name().unwrap_or_default();
    if frame.is_empty() {
        // One that its page has named may be aimed at by that name.
        _ = window.set_name(name);
    }
    !frame.is_empty() || !query.contains(&format!("{PAGE}={name}"))
}

/// Neither the address bar, nor the history, nor a reload keeps the token; the page's name stays, by which its browser can
/// have it again.
fn clean_address(location: &web_sys::Location, name: Option<&str>) {
    let Ok(url) = location.href().and_then(|href| web_sys::Url::new(&href)) else {
        return;
    };
    let hash = url.hash();
    let Ok(fragment) = web_sys::UrlSearchParams::new_with_str(hash.trim_start_matches('#')) else {
        return;
    };
    let is_secret = |name: &&str| fragment.has(name) || url.search_params().has(name);
    if host::token_parameters().find(is_secret).is_none() && name.is_none() {
        return;
    }
    for name in host::token_parameters() {
        fragment.delete(name);
    }
    // The rest is needed again after a reload.
    url.set_hash(&String::from(fragment.to_string()));
    if let Some(name) = name {
        url.search_params().set(PAGE, name);
    }
    // An empty one says that there was one: after a reload nobody else's session is taken for this one.
    for name in host::token_parameters() {
        if url.search_params().has(name) {
            url.search_params().set(name, "");
        }
    }
    if let Ok(history) = window().history() {
        let state = history.state().unwrap_or_default();
        _ = history.replace_state_with_url(&state, "", Some(&url.href()));
    }
}
