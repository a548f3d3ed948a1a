//! Flinks Connect: its page, with the `authorizeToken` of its query or, where a client allows it, without.

use super::{cannot_open, given, open, widget};
use crate::app::{App, Shared};
use crate::clients::OpenSystem;
use crate::origin::Origin;
use crate::problem::Answer;
use crate::random;
use crate::routes::params::Params;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use connect_core::Secret;
use connect_core::api::LaunchOptions;

pub async fn page(
    State(app): State<Shared>,
    method: Method,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let has_token = given(&params, "authorizeToken").is_some();
    let origin = open::referring(&headers).filter(|_| !has_token && method == Method::GET);
    let Ok(session) = anonymous(&app, origin.as_ref()).await else {
        return cannot_open(&app);
    };
    let origin = origin.filter(|_| session.is_some());
    widget(
        &app,
        [
            ("system", Some("flinks")),
            ("token", session.as_ref().map(Secret::expose)),
            ("origin", origin.as_ref().map(Origin::as_str)),
        ],
    )
}

/// Nobody says who the user is, so that each is a new one.
async fn anonymous(app: &App, origin: Option<&Origin>) -> Answer<Option<Secret>> {
    let Some(origin) = origin else {
        return Ok(None);
    };
    let user = random::uuid();
    open::session(
        app,
        OpenSystem::Flinks,
        origin,
        user,
        LaunchOptions::default(),
    )
    .await
}
