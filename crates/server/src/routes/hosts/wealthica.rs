//! The pages that open the widget the way Wealthica's SDK does: the token comes as a form field and goes on inside the page.

use super::{failed, is_webhook, query_token, widget};
use crate::app::{App, Shared};
use crate::config::clients::Client;
use crate::http::body::{self, media_type};
use crate::http::embedding::Around;
use crate::http::page::page;
use crate::http::params::{Name, Params};
use crate::store::{providers, tokens};
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use connect_core::Secret;
use schemars::JsonSchema;
use std::convert::Infallible;
use std::sync::Arc;

/// What the address itself says.
#[derive(Default)]
struct Target {
    provider: Option<String>,
    institution: Option<String>,
}

/// What the address says behind its path, and the browser of the page around.
pub struct Asked {
    params: Params,
    around: Around,
}

impl FromRequestParts<Shared> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Asked, Infallible> {
        Ok(Asked {
            params: Params::from_request_parts(parts, app).await?,
            around: Around::from_request_parts(parts, app).await?,
        })
    }
}

pub async fn by_query(State(app): State<Shared>, asked: Asked) -> Response {
    let token = query_token(&asked.params);
    open(&app, Target::default(), token, &asked).await
}

pub async fn by_form(State(app): State<Shared>, asked: Asked, Form(token): Form) -> Response {
    open(&app, Target::default(), token, &asked).await
}

pub async fn provider_by_query(
    State(app): State<Shared>,
    Name(id): Name,
    asked: Asked,
) -> Response {
    let token = query_token(&asked.params);
    open_provider(&app, id, token, &asked).await
}

pub async fn provider_by_form(
    State(app): State<Shared>,
    Name(id): Name,
    asked: Asked,
    Form(token): Form,
) -> Response {
    open_provider(&app, id, token, &asked).await
}

pub async fn again_by_query(State(app): State<Shared>, Name(id): Name, asked: Asked) -> Response {
    let target = Target {
        institution: Some(id),
        ..Target::default()
    };
    let token = query_token(&asked.params);
    open(&app, target, token, &asked).await
}

pub async fn again_by_form(
    State(app): State<Shared>,
    Name(id): Name,
    asked: Asked,
    Form(token): Form,
) -> Response {
    let target = Target {
        institution: Some(id),
        ..Target::default()
    };
    open(&app, target, token, &asked).await
}

async fn open_provider(app: &App, id: String, token: Option<Secret>, asked: &Asked) -> Response {
    match providers::find(&app.db, &id).await {
        Ok(Some(_)) => {
            let target = Target {
                provider: Some(id),
                ..Target::default()
            };
            open(app, target, token, asked).await
        }
        Ok(None) => page(
            StatusCode::NOT_FOUND,
            "Unknown bank",
            "There is no bank with this name here. Go back to the app that sent you and choose another one.",
        ),
        Err(error) => failed(&error),
    }
}

async fn open(app: &App, target: Target, token: Option<Secret>, asked: &Asked) -> Response {
    let Asked { params, around } = asked;
    // Its form alone: what a browser says is not the client's word.
    if params
        .find("webhook_uri")
        .is_some_and(|webhook| !is_webhook(webhook))
    {
        return page(
            StatusCode::BAD_REQUEST,
            "Wrong webhook address",
            "The app that sent you has given a webhook_uri that is not an https:// address.",
        );
    }
    let redirect_uri = params.find("redirect_uri");
    if let Some(uri) = redirect_uri {
        match client(app, token.as_ref(), params.find("client_id")).await {
            Ok(Some(client)) if client.registered(uri) => {}
            Ok(_) => {
                return page(
                    StatusCode::BAD_REQUEST,
                    "Unknown return address",
                    "The app that sent you has asked to return to an address that is not registered for it. For your safety nobody is sent there.",
                );
            }
            Err(error) => return failed(&error),
        }
    }
    widget(
        app,
        around,
        [
            ("system", Some("wealthica")),
            ("token", token.as_ref().map(Secret::expose)),
            ("provider", target.provider.as_deref()),
            ("institution", target.institution.as_deref()),
            ("redirect_uri", redirect_uri),
        ],
    )
}

/// Whose redirect URIs count: the token's client, even when the token has ended; without a token the named client.
async fn client(
    app: &App,
    token: Option<&Secret>,
    client_id: Option<&str>,
) -> sqlx::Result<Option<Arc<Client>>> {
    if let Some(token) = token
        && let Some(grant) = tokens::find(&app.db, token).await?
    {
        return Ok(app.clients().find(&grant.client));
    }
    Ok(client_id.and_then(|id| app.clients().find(id)))
}

/// What [`Form`] reads, for the published contract.
#[derive(JsonSchema)]
pub struct LaunchForm {
    /// The user token.
    #[expect(dead_code, reason = "the form is read by name, see `Form`")]
    token: Option<Secret>,
}

/// The form field `token`. A page without one is opened all the same: the widget has words for it.
pub struct Form(Option<Secret>);

impl FromRequest<Shared> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Shared) -> Result<Form, Response> {
        let media_type = media_type(request.headers());
        if media_type.is_some_and(|media_type| media_type != "application/x-www-form-urlencoded") {
            return Err(page(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Wrong kind of form",
                "The token must be sent as a form field (application/x-www-form-urlencoded).",
            ));
        }
        let bytes = body::read(request, app)
            .await
            .map_err(|refusal| match refusal.status() {
                StatusCode::REQUEST_TIMEOUT => page(
                    StatusCode::REQUEST_TIMEOUT,
                    "Too slow",
                    "The form that opened this page did not come in time. Go back and try again.",
                ),
                _ => page(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "Too much data",
                    "The form that opened this page is too large.",
                ),
            })?;
        Ok(Form(query_token(&Params::parse(&bytes))))
    }
}
