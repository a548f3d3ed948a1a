//! Pictures from here, so that a browser asks nobody else: the test banks' own, those that aggregators have named, those of
//! clients and of banks' questions.

use crate::aggregators::logo_hash;
use crate::aggregators::sandbox::Bank;
use crate::app::{App, Shared};
use crate::catalogue::{Picture, both};
use crate::crypto::vault::Vault;
use crate::http::page;
use crate::http::params::Name;
use crate::routes::tokens::within;
use crate::store::providers;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connect_core::api::Institution;
use jiff::Timestamp;

/// Where the address of a question's picture is sealed for.
const SEALED_FOR: &str = "pictures";

/// A drawing has styles of its own, and does nothing else.
const PICTURE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/// A week: there may be another one at the same address.
const WEEK: &str = "public, max-age=604800";

/// A part of it could not be had.
const SOON: &str = "public, max-age=600";

pub async fn logo(Name(file): Name) -> Response {
    let Some(bank) = file.strip_suffix(".svg").and_then(Bank::named) else {
        return page::not_found();
    };
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    (headers, bank.profile().logo).into_response()
}

/// The address names what the catalogue knows; where that is to be had nobody can say from outside.
pub async fn of_aggregator(
    State(app): State<Shared>,
    path: Option<Path<(String, String)>>,
    headers: HeaderMap,
) -> Response {
    let Some(Path((aggregator, hash))) = path else {
        return page::not_found();
    };
    let Some(member) = app.aggregators.find(&aggregator) else {
        return page::not_found();
    };
    let Some(logo) = providers::logo(&app.db, &aggregator, &hash) else {
        return page::not_found();
    };
    let light = app.logos.picture(&logo.light, member.is_local);
    let Some(dark) = &logo.dark else {
        let light = light.await;
        return light.map_or_else(page::not_found, |light| served(light, WEEK));
    };
    let dark = app.logos.picture(dark, member.is_local);
    let mut response = match (light.await, dark.await) {
        (None, None) => return page::not_found(),
        (Some(light), _) if !takes_drawings(&headers) => served(light, WEEK),
        (Some(light), None) => served(light, SOON),
        (Some(light), Some(dark)) => served(both(Some(&light), &dark), WEEK),
        (None, Some(dark)) => served(both(None, &dark), SOON),
    };
    let vary = HeaderValue::from_static("Accept");
    response.headers_mut().insert(header::VARY, vary);
    response
}

/// Browsers say so where a picture may be one. Others, such as another server of this kind, get the light one.
fn takes_drawings(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter();
    accepted.any(|accepted| {
        let accepted = accepted.to_str().unwrap_or_default();
        accepted.contains("image/svg+xml")
    })
}

/// A client's mark, where its file names an address.
pub async fn of_client(State(app): State<Shared>, Name(hash): Name) -> Response {
    let clients = app.clients();
    let mut addresses = clients.all().filter_map(|client| client.logo.as_deref());
    let address = addresses.find(|address| is_elsewhere(address) && logo_hash(address) == hash);
    let Some(address) = address else {
        return page::not_found();
    };
    match app.logos.drawing(address).await {
        Some(picture) => served(picture, WEEK),
        None => page::not_found(),
    }
}

/// A bank's question is asked once, and its picture is kept nowhere.
pub async fn of_question(State(app): State<Shared>, Name(sealed): Name) -> Response {
    let Some(address) = unsealed(app.db.vault(), &sealed, Timestamp::now()) else {
        return page::not_found();
    };
    match app.logos.fetched(&address).await {
        Some(picture) => served(picture, "no-store"),
        None => page::not_found(),
    }
}

/// From where the widget gets what a client's file names.
pub fn client_logo(app: &App, address: &str) -> String {
    match is_elsewhere(address) {
        true => app.here(&format!("/client-logos/{}", logo_hash(address))),
        false => address.to_owned(),
    }
}

/// The pictures of its question, from here: whoever else has them would see who connects, and a page that isolates itself
/// would not show them.
pub fn localised(app: &App, institution: Institution) -> Institution {
    // Nobody looks at the question for longer than their session lasts.
    let until = within(app.token_ttl);
    with_pictures(institution, |address| {
        let sealed = sealed(app.db.vault(), address, until);
        app.here(&format!("/pictures/{sealed}"))
    })
}

fn with_pictures(mut institution: Institution, here: impl Fn(&str) -> String) -> Institution {
    let error = institution.sync_error.as_mut();
    let Some(challenge) = error.and_then(|error| error.challenge.as_mut()) else {
        return institution;
    };
    let choices = challenge.choices.iter_mut();
    let pictures = choices.filter_map(|choice| choice.image.as_mut());
    for address in pictures.chain(challenge.image.as_mut()) {
        if is_elsewhere(address) {
            *address = here(address);
        }
    }
    institution
}

fn is_elsewhere(address: &str) -> bool {
    address.starts_with("https://")
}

fn sealed(vault: &Vault, address: &str, until: Timestamp) -> String {
    let text = format!("{} {address}", until.as_second());
    URL_SAFE_NO_PAD.encode(vault.seal(SEALED_FOR, text.as_bytes()))
}

/// `None`: this server has not sealed it, or its time is over.
fn unsealed(vault: &Vault, sealed: &str, now: Timestamp) -> Option<String> {
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let text = String::from_utf8(vault.unseal(SEALED_FOR, &sealed)?).ok()?;
    let (until, address) = text.split_once(' ')?;
    (now.as_second() < until.parse().ok()?).then(|| address.to_owned())
}

fn served(picture: Picture, kept: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, picture.media_type),
        (header::CACHE_CONTROL, kept),
        (header::CONTENT_SECURITY_POLICY, PICTURE_POLICY),
    ];
    (headers, picture.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::keys::Keys;
    use serde_json::{from_value, json, to_value};

    #[test]
    fn the_address_of_a_questions_picture_ends() {
        let vault = Vault::new(Keys::new());
        let at = |second| Timestamp::from_second(second).expect("a second of this century");
        let address = "https://bank.example/a b.png";
        let told = sealed(&vault, address, at(1800));
        assert_eq!(unsealed(&vault, &told, at(1799)).as_deref(), Some(address));
        assert_eq!(unsealed(&vault, &told, at(1800)), None);
    }

    #[test]
    fn no_picture_of_a_question_is_elsewhere() {
        let asked = |text: &str, choice: &str| {
            json!({"name": "SecurityQuestionError", "message": "", "challenge": {
                "kind": "image_choice", "prompt": "Which?", "image": text,
                "choices": [{"id": "1", "label": "One", "image": choice}, {"id": "2", "label": "Two"}],
            }})
        };
        let mut institution = Institution::default();
        let before = asked("https://bank.example/a.png", "data:image/png;base64,AA");
        institution.sync_error = from_value(before).expect("an error");
        let told = with_pictures(institution, |address| format!("here {address}"));
        let after = asked(
            "here https://bank.example/a.png",
            "data:image/png;base64,AA",
        );
        assert_eq!(to_value(&told.sync_error).expect("JSON"), after);
    }
}
