//! `GET /v1/session`: what the widget must know of the session behind its token.

use super::logos::client_logo;
use super::user::User;
use crate::app::Shared;
use crate::config::origin::Origin;
use crate::http::params::Params;
use crate::http::problem::{Answer, Refusal};
use crate::store::entries;
use axum::Json;
use axum::extract::State;
use connect_core::api::{Client, Session};

/// `origin` and `redirect_uri` are what the page was opened with; the answer is a session only if both are allowed.
/// `options.origin` is the one page that may show it, which the widget holds against what its browser says.
pub async fn session(
    State(app): State<Shared>,
    mut user: User,
    params: Params,
) -> Answer<Json<Session>> {
    let bound = user.grant.options.origin.is_some() || !user.client.opens_by_link();
    match params.find("origin") {
        Some(text) => {
            let origin = check_origin(&user, text)?;
            if bound {
                user.grant.options.origin = Some(origin.to_string());
            }
        }
        None if bound => return Err(Refusal::origin_missing()),
        None => {}
    }
    if let Some(uri) = params.find("redirect_uri")
        && !user.client.registered(uri)
    {
        return Err(Refusal::redirect_uri_not_registered());
    }
    entries::run(&app.db, &user.grant.session, &user.token_sha256).await?;
    Ok(Json(Session {
        id: Some(user.grant.session),
        client: Client {
            name: user.client.name.clone(),
            logo: user
                .client
                .logo
                .as_deref()
                .map(|logo| client_logo(&app, logo)),
            theme: user.client.theme.clone(),
        },
        user_id: user.grant.user,
        options: user.grant.options,
        expires_at: user.grant.expires_at.to_string(),
    }))
}

fn check_origin(user: &User, text: &str) -> Answer<Origin> {
    let origin = Origin::parse(text).ok_or_else(|| Refusal::no_origin(text))?;
    let fixed = user.grant.options.origin.as_deref().and_then(Origin::parse);
    let fits = fixed.is_none_or(|fixed| fixed == origin);
    if fits && user.client.allows_origin(&origin) {
        return Ok(origin);
    }
    Err(Refusal::origin_not_allowed(origin.as_str()))
}
