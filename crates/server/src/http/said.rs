//! The words of a small page. They are written once it is known who reads them: what answers a request need not know it.

use crate::words::{Language, Reader, Word};
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;

/// What a small page says; `layer` of `headers` writes it in the reader's language.
#[derive(Clone, Copy)]
pub struct Said {
    pub title: Word,
    pub text: Word,
    /// For whoever has made the address: in English.
    pub detail: Option<&'static str>,
}

/// Writes a small page in the reader's language; other answers stay as they are. `below`: the path of all addresses.
pub fn written(response: Response, reader: &Reader, below: &str) -> Response {
    let Some(said) = response.extensions().get::<Said>().copied() else {
        return response;
    };
    let language = reader.language();
    let (mut parts, _) = response.into_parts();
    let tag = HeaderValue::from_static(language.tag);
    parts.headers.insert(header::CONTENT_LANGUAGE, tag);
    // The length of before is that of no words.
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(said.html(language, below)))
}

impl Said {
    fn html(self, language: &Language, below: &str) -> String {
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
             <link rel=\"stylesheet\" href=\"{below}/pages.css\"></head>\
             <body><main><h1>{title}</h1><p>{text}</p>{detail}</main></body></html>"
        )
    }
}
