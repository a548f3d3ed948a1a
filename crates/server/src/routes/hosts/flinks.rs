//! Flinks Connect: its page, with the `authorizeToken` of its query or, where a client allows it, without.

use super::again::PageName;
use super::open::{self, Opener};
use super::{Visit, by_address, given, not_opened, widget};
use crate::app::{App, Shared};
use crate::config::clients::OpenSystem;
use crate::http::address::Address;
use crate::http::problem::Answer;
use axum::extract::State;
use axum::http::{Method, header};
use axum::response::Response;
use connect_core::Secret;
use connect_core::api::LaunchOptions;

const PATH: &str = "/v2";

pub async fn page(
    State(app): State<Shared>,
    from: Address,
    method: Method,
    visit: Visit,
) -> Response {
    let Visit {
        headers, params, ..
    } = &visit;
    if given(params, "authorizeToken").is_some() || PageName::find(params).is_some() {
        let mut response = by_address(&app, &visit, "flinks", "authorizeToken");
        let headers = response.headers_mut();
        headers.append(header::SET_COOKIE, Opener::no_cookie(&app, PATH));
        return response;
    }
    // The widget leaves the parameter empty in its address once it has read it.
    let has_token = params.find("authorizeToken").is_some();
    let opens = !has_token && method == Method::GET && !open::is_alone(headers);
    let opener = Opener::of(&app, headers, PATH).filter(|_| opens);
    let session = match anonymous(&app, from, opener.as_ref()).await {
        Ok(session) => session,
        Err(refusal) => return not_opened(&refusal),
    };
    let opener = opener.filter(|_| session.is_some());
    let mut response = widget(
        &app,
        &visit,
        [
            ("system", Some("flinks")),
            ("token", session.as_ref().map(Secret::expose)),
            (
                "origin",
                opener.as_ref().map(|opener| opener.origin.as_str()),
            ),
        ],
    );
    if let Some(opener) = opener {
        let cookie = opener.cookie(&app, PATH);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    } else if has_token {
        let headers = response.headers_mut();
        headers.append(header::SET_COOKIE, Opener::no_cookie(&app, PATH));
    }
    response
}

/// Nobody says who the user is, so that each is a new one.
async fn anonymous(app: &App, from: Address, opener: Option<&Opener>) -> Answer<Option<Secret>> {
    let Some(opener) = opener else {
        return Ok(None);
    };
    let (user, options) = (opener.user.clone(), LaunchOptions::default());
    open::session(app, from, OpenSystem::Flinks, opener, user, options).await
}
