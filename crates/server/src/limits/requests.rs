//! How many requests an address may send: asked before anything is done for one.

use crate::app::Shared;
use crate::http::address::Address;
use crate::http::page;
use crate::http::waiting::Again;
use crate::openapi::Endpoint;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashSet;
use std::sync::Arc;

#[derive(Clone)]
pub struct Requests {
    app: Shared,
    /// The paths of those routes that answer with pages; `None`: programs alone ask.
    pages: Option<Arc<HashSet<&'static str>>>,
}

impl Requests {
    pub fn new(app: &Shared, endpoints: &[Endpoint]) -> Requests {
        let pages = endpoints.iter().filter(|endpoint| endpoint.is_page());
        Requests {
            app: app.clone(),
            pages: Some(Arc::new(pages.map(|endpoint| endpoint.path).collect())),
        }
    }

    pub fn by_programs(app: &Shared) -> Requests {
        Requests {
            app: app.clone(),
            pages: None,
        }
    }

    fn shows_pages(&self, path: Option<&MatchedPath>) -> bool {
        let Some(pages) = &self.pages else {
            return false;
        };
        // What is no route is a file, or nothing.
        path.is_none_or(|path| pages.contains(path.as_str()))
    }
}

pub async fn layer(
    State(requests): State<Requests>,
    path: Option<MatchedPath>,
    from: Address,
    request: Request,
    next: Next,
) -> Response {
    let counted = request.extensions().get::<Again>().is_some();
    let asked = match counted {
        true => Ok(()),
        false => requests.app.limits.may_ask(from),
    };
    let Err(refusal) = asked else {
        return next.run(request).await;
    };
    let shows = requests.shows_pages(path.as_ref());
    match shows && takes_pages(request.headers()) {
        true => page::too_often(&refusal),
        false => refusal.into_response(),
    }
}

fn takes_pages(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT);
    let accepted = accepted.and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}
