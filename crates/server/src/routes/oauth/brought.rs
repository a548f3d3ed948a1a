//! What users bring with them from a bank: in the address, or as a form that the bank's page has sent (`form_post`).

use crate::app::Shared;
use crate::http::form;
use crate::http::looking;
use crate::http::page::page;
use crate::http::params::Params;
use crate::words::Word;
use axum::extract::{FromRequest, Request};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use schemars::JsonSchema;

/// Of somebody who comes: nothing is said of who only looks.
pub struct Brought(pub Params);

/// What [`Brought`] reads, for the published contract.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the form is read by name")]
pub struct BroughtForm {
    code: Option<String>,
    error: Option<String>,
    state: Option<String>,
}

impl FromRequest<Shared> for Brought {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Shared) -> Result<Brought, Response> {
        if let Some(answer) = looking::answer(&request) {
            return Err(answer);
        }
        let query = request.uri().query().unwrap_or_default().as_bytes();
        if *request.method() != Method::POST {
            return Ok(Brought(Params::parse(query)));
        }
        form::read(request, app).await.map(Brought).map_err(refused)
    }
}

fn refused(status: StatusCode) -> Response {
    page(status, Word::UnreadableTitle, Word::UnreadableText)
}
