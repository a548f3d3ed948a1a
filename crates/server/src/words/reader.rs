//! Which language somebody reads: what the app that has sent them wishes, else what their browser says.

use super::Language;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use std::convert::Infallible;
use url::form_urlencoded;

/// The parameters of an address that name a language: ours, and that of Flinks Connect.
const WISHES: [&str; 2] = ["lang", "language"];

#[derive(Clone, Debug, Default)]
pub struct Reader {
    wish: Option<String>,
    accepted: Option<HeaderValue>,
}

impl Reader {
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Reader {
        let query = uri.query().unwrap_or_default().as_bytes();
        let mut wishes =
            form_urlencoded::parse(query).filter(|(name, _)| WISHES.contains(&name.as_ref()));
        Reader {
            wish: wishes.next().map(|(_, wish)| wish.into_owned()),
            accepted: headers.get(header::ACCEPT_LANGUAGE).cloned(),
        }
    }

    /// By RFC 4647's lookup: `fr-CA` is content with `fr`. English, where nothing that is read is there.
    pub fn language(&self) -> &'static Language {
        let accepted = self
            .accepted
            .as_ref()
            .and_then(|accepted| accepted.to_str().ok());
        let accepted = accept_language::parse(accepted.unwrap_or_default());
        let mut wishes = self.wish.iter().chain(&accepted);
        let found = wishes.find_map(|wish| lookup(&wish.replace('_', "-")));
        found.unwrap_or_else(Language::english)
    }
}

fn lookup(tag: &str) -> Option<&'static Language> {
    let mut tag = tag;
    loop {
        if let Some(language) = Language::find(tag) {
            return Some(language);
        }
        (tag, _) = tag.rsplit_once('-')?;
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Reader, Infallible> {
        Ok(Reader::of(&parts.uri, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::Reader;
    use axum::http::{HeaderMap, HeaderValue, header};

    fn read(address: &str, accepted: &str) -> &'static str {
        let mut headers = HeaderMap::new();
        let accepted = HeaderValue::from_str(accepted).expect("a header");
        headers.insert(header::ACCEPT_LANGUAGE, accepted);
        let uri = address.parse().expect("an address");
        Reader::of(&uri, &headers).language().tag
    }

    #[test]
    fn the_app_s_wish_comes_before_what_the_browser_says() {
        assert_eq!(read("/?lang=fr-CA", "de"), "fr");
        assert_eq!(read("/?language=es", "de"), "es");
        assert_eq!(read("/?lang=pt_BR", "de"), "pt");
    }

    #[test]
    fn of_a_browser_s_languages_the_best_that_is_there() {
        assert_eq!(read("/", "ja, it-CH;q=0.5, nl;q=0.9"), "nl");
        assert_eq!(read("/?lang=ja", "IT-ch"), "it");
    }

    #[test]
    fn english_where_nothing_is_named_that_is_there() {
        for accepted in [
            "",
            "*",
            "ja",
            "-",
            "q=1;;,",
            "\u{7f}".trim_matches('\u{7f}'),
        ] {
            assert_eq!(read("/", accepted), "en", "{accepted}");
        }
    }
}
