//! The pages that open the widget the way Wealthica's SDK does: the token comes as a form field and goes on inside the page.

use super::{Opened, Visit, keep, query_token, widget};
use crate::app::{App, Shared};
use crate::config::clients::Client;
use crate::http::form;
use crate::http::params::Name;
use crate::store::tokens;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
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

pub async fn by_query(State(app): State<Shared>, visit: Visit) -> Response {
    let token = query_token(&visit.params);
    open(&app, Target::default(), token, &visit).await
}

pub async fn by_form(State(app): State<Shared>, visit: Visit, form: Form) -> Response {
    let opened = open(&app, Target::default(), form.token, &visit).await;
    with(form.wrong, opened)
}

pub async fn provider_by_query(
    State(app): State<Shared>,
    Name(id): Name,
    visit: Visit,
) -> Response {
    let token = query_token(&visit.params);
    open_provider(&app, id, token, &visit).await
}

pub async fn provider_by_form(
    State(app): State<Shared>,
    Name(id): Name,
    visit: Visit,
    form: Form,
) -> Response {
    let opened = open_provider(&app, id, form.token, &visit).await;
    with(form.wrong, opened)
}

pub async fn again_by_query(State(app): State<Shared>, Name(id): Name, visit: Visit) -> Response {
    let target = Target {
        institution: Some(id),
        ..Target::default()
    };
    let token = query_token(&visit.params);
    open(&app, target, token, &visit).await
}

pub async fn again_by_form(
    State(app): State<Shared>,
    Name(id): Name,
    visit: Visit,
    form: Form,
) -> Response {
    let target = Target {
        institution: Some(id),
        ..Target::default()
    };
    let opened = open(&app, target, form.token, &visit).await;
    with(form.wrong, opened)
}

/// Whether there is such a bank the widget asks: it has words and ways on, and tells the page.
async fn open_provider(app: &App, id: String, token: Option<Secret>, visit: &Visit) -> Response {
    let target = Target {
        provider: Some(id),
        ..Target::default()
    };
    open(app, target, token, visit).await
}

async fn open(app: &App, target: Target, token: Option<Secret>, visit: &Visit) -> Response {
    let (opened, name) = Opened::by(app, visit, token);
    let token = match &opened {
        Opened::Anew(token) | Opened::Again(token) => Some(token),
        Opened::Not => None,
    };
    let params = &visit.params;
    let asks = params.find("redirect_uri");
    let client = client(app, token, params.find("client_id")).await;
    // For one that is not registered the widget has words, and nobody is sent there.
    let registered = |uri: &&str| matches!(&client, Ok(Some(client)) if client.registered(uri));
    let redirect_uri = asks.filter(registered);
    let mut response = widget(
        app,
        visit,
        [
            ("system", Some("wealthica")),
            ("token", token.map(Secret::expose)),
            ("provider", target.provider.as_deref()),
            ("institution", target.institution.as_deref()),
            ("redirect_uri", redirect_uri),
            ("page", token.map(|_| name.as_str())),
        ],
    );
    if let Opened::Anew(token) = &opened {
        keep(app, visit, &name, token, &mut response);
    }
    // The widget asks once more by itself, and leads back where that fails too: a page of words would stand over the app's own.
    let wrong = client.err().map(|error| {
        tracing::error!(%error, "the database failed");
        StatusCode::INTERNAL_SERVER_ERROR
    });
    with(wrong, response)
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

/// The form field `token`. A page without one is opened all the same, and one whose form is no good: the widget has words
/// for it and a way back, where a page without them would stand over the app's own.
pub struct Form {
    token: Option<Secret>,
    wrong: Option<StatusCode>,
}

impl FromRequest<Shared> for Form {
    type Rejection = Infallible;

    async fn from_request(request: Request, app: &Shared) -> Result<Form, Infallible> {
        Ok(match form::read(request, app).await {
            Ok(fields) => Form {
                token: query_token(&fields),
                wrong: None,
            },
            Err(status) => Form {
                token: None,
                wrong: Some(status),
            },
        })
    }
}

fn with(wrong: Option<StatusCode>, mut response: Response) -> Response {
    if let Some(status) = wrong {
        *response.status_mut() = status;
    }
    response
}
