//! Small pages without script, for people who came to an address that is not the widget's.

use crate::http::headers::{PAGE_POLICY, framed, set};
use crate::http::problem::Refusal;
use crate::words::{Language, Reader, Word};
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

pub const STYLE: &str = include_str!("../../pages/pages.css");

/// What a small page says; `layer` of `headers` writes it in the reader's language.
#[derive(Clone, Copy)]
pub struct Said {
    title: Word,
    text: Word,
    /// For whoever has made the address: in English.
    detail: Option<&'static str>,
}

/// A page with fixed words only: nothing that came with the request is ever written into it.
pub fn page(status: StatusCode, title: Word, text: Word) -> Response {
    said(
        status,
        Said {
            title,
            text,
            detail: None,
        },
    )
}

/// With a sentence for whoever has made the address.
pub fn page_for_developers(
    status: StatusCode,
    title: Word,
    text: Word,
    detail: &'static str,
) -> Response {
    let detail = Some(detail);
    said(
        status,
        Said {
            title,
            text,
            detail,
        },
    )
}

fn said(status: StatusCode, said: Said) -> Response {
    let mut response = (status, Html("")).into_response();
    response.extensions_mut().insert(said);
    let headers = response.headers_mut();
    set(headers, header::CACHE_CONTROL, "no-store");
    set(headers, header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    framed(headers);
    response
}

/// Writes a small page in the reader's language; other answers stay as they are.
pub fn written(response: Response, reader: &Reader) -> Response {
    let Some(said) = response.extensions().get::<Said>().copied() else {
        return response;
    };
    let language = reader.language();
    let (mut parts, _) = response.into_parts();
    set(&mut parts.headers, header::CONTENT_LANGUAGE, language.tag);
    // The length of before is that of no words.
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(said.html(language)))
}

impl Said {
    fn html(self, language: &Language) -> String {
        let Language { tag, direction, .. } = language;
        let (title, text) = (language.text(self.title), language.text(self.text));
        let detail = self
            .detail
            .map(|detail| format!("<p lang=\"en\" dir=\"ltr\"><small>{detail}</small></p>"));
        let detail = detail.unwrap_or_default();
        format!(
            "<!doctype html><html lang=\"{tag}\" dir=\"{direction}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
             <link rel=\"icon\" href=\"data:,\">\
             <link rel=\"stylesheet\" href=\"/pages.css\"></head>\
             <body><main><h1>{title}</h1><p>{text}</p>{detail}</main></body></html>"
        )
    }
}

/// For a person whose page was asked for too often, by them or by others who have the same address.
pub fn too_often(refusal: &Refusal) -> Response {
    let mut response = page(
        StatusCode::TOO_MANY_REQUESTS,
        Word::TooOftenTitle,
        Word::TooOftenText,
    );
    if let Some(seconds) = refusal.limited_until() {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, seconds.clone());
    }
    response
}

/// In place of a widget that the browser would not draw: a frame that stays empty tells nobody what to do.
pub fn not_here() -> Response {
    page(StatusCode::FORBIDDEN, Word::NotHereTitle, Word::NotHereText)
}

pub fn not_found() -> Response {
    page(
        StatusCode::NOT_FOUND,
        Word::NotFoundTitle,
        Word::NotFoundText,
    )
}
