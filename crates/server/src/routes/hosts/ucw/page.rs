//! `GET /widget`: the widget for one user, in a session that needs a one-time token unless a client allows it without.

use super::asked::{Asked, Given};
use crate::app::{App, Shared};
use crate::clients::OpenSystem;
use crate::origin::Origin;
use crate::page;
use crate::problem::Answer;
use crate::routes::hosts::{cannot_open, open, widget};
use crate::routes::params::Params;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use connect_core::Secret;

pub async fn page(
    State(app): State<Shared>,
    method: Method,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let asked = match Given::by_query(&params).check() {
        Ok(asked) => asked,
        Err(sentence) => return wrong(&app, sentence),
    };
    let origin = asked.target_origin.clone();
    let origin = origin.or_else(|| open::referring(&headers));
    let Ok(session) = opened(&app, &method, origin.as_ref(), asked).await else {
        return cannot_open(&app);
    };
    show(&app, "ucw", session.as_ref(), origin.as_ref())
}

async fn opened(
    app: &App,
    method: &Method,
    origin: Option<&Origin>,
    asked: Asked,
) -> Answer<Option<Secret>> {
    match origin.filter(|_| method == Method::GET) {
        Some(origin) => {
            open::session(app, OpenSystem::Ucw, origin, asked.user_id, asked.options).await
        }
        None => Ok(None),
    }
}

fn show(app: &App, system: &str, session: Option<&Secret>, origin: Option<&Origin>) -> Response {
    let origin = origin.filter(|_| session.is_some());
    widget(
        app,
        [
            ("system", Some(system)),
            ("token", session.map(Secret::expose)),
            ("origin", origin.map(Origin::as_str)),
        ],
    )
}

fn wrong(app: &App, sentence: &'static str) -> Response {
    page::page(
        app,
        StatusCode::BAD_REQUEST,
        "This address is not complete",
        sentence,
    )
}
