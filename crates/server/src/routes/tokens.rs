//! `POST /v1/tokens`: a client's own server gets a token for one of its users.

use super::client::ByClient;
use super::institutions::login;
use super::launch_options;
use crate::aggregators::sandbox;
use crate::app::{App, Shared};
use crate::audit::{Kind, Trail};
use crate::config::clients::{Client, SANDBOX_ID};
use crate::config::origin::{self, Origin};
use crate::crypto::random;
use crate::engine::accounts;
use crate::http::body::Both;
use crate::http::problem::{Answer, Refusal};
use crate::http::text::{NAME_FORM, is_name};
use crate::store::course::Course;
use crate::store::institutions;
use crate::store::tokens::{self, Grant, Maker, Notes};
use axum::extract::State;
use connect_core::Secret;
use connect_core::api::{Account, LaunchOptions, TokenResponse};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::Url;

const LANGUAGES: [&str; 4] = ["en", "es", "fr", "it"];

pub async fn mint(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    Both(named, options): Both<Named, LaunchOptions>,
) -> Answer<axum::Json<TokenResponse>> {
    let wish = Wish::new(&app, named.user_id, options);
    let granted = grant(&app, &client, wish).await?;
    Ok(axum::Json(granted.response()))
}

/// What stands beside the options.
#[derive(Deserialize)]
pub struct Named {
    user_id: String,
}

/// A token that is asked for.
pub struct Wish {
    pub user_id: String,
    pub options: LaunchOptions,
    pub notes: Notes,
    pub maker: Maker,
    /// Who has opened a page without a token.
    pub scope: Option<String>,
    pub expires_at: Timestamp,
    pub session: String,
}

impl Wish {
    /// By a client's own server, for as long as usual.
    pub fn new(app: &App, user_id: String, options: LaunchOptions) -> Wish {
        Wish {
            user_id,
            options,
            notes: Notes::default(),
            maker: Maker::Client,
            scope: None,
            expires_at: within(app.token_ttl),
            session: random::uuid(),
        }
    }
}

/// So many seconds from now.
pub fn within(seconds: u32) -> Timestamp {
    let end = Timestamp::now() + SignedDuration::from_secs(seconds.into());
    Timestamp::from_second(end.as_second()).unwrap_or(end)
}

/// A token, and what it stands for.
pub struct Granted {
    pub token: Secret,
    pub grant: Grant,
}

impl Granted {
    pub fn response(self) -> TokenResponse {
        TokenResponse {
            token: self.token,
            expires_at: self.grant.expires_at.to_string(),
        }
    }
}

/// Checks what is asked for and writes the token down.
pub async fn grant(app: &App, client: &Client, mut wish: Wish) -> Answer<Granted> {
    if !is_name(&wish.user_id) {
        return Err(Refusal::invalid(format!("user_id {NAME_FORM}")));
    }
    check(&mut wish.options, client)?;
    launch_options::check(&wish.options, app)?;
    app.limits
        .may_mint(&client.id, &wish.user_id, wish.maker)
        .await?;
    let grant = Grant {
        client: client.id.clone(),
        user: wish.user_id,
        options: wish.options,
        expires_at: wish.expires_at,
        session: wish.session,
        notes: wish.notes,
        scope: wish.scope,
    };
    let token = Secret::new(random::token());
    if !tokens::insert(&app.db, &token, &grant, wish.maker).await? {
        return Err(Refusal::too_many_pages());
    }
    Trail::name(app.who(&grant.owner()));
    app.audit.record(Kind::TokenMinted.event());
    if app.sandbox && client.id == SANDBOX_ID && grant.scope.is_none() {
        keep_stored_connections(app, &grant).await?;
    }
    Ok(Granted { token, grant })
}

/// The sandbox's users come back to connections that they have never made.
async fn keep_stored_connections(app: &App, grant: &Grant) -> sqlx::Result<()> {
    let owner = grant.owner();
    let yesterday = Timestamp::now() - SignedDuration::from_hours(24);
    let date = Timestamp::from_second(yesterday.as_second()).unwrap_or(yesterday);
    for stored in sandbox::stored(&owner.client, &owner.user, &date.to_string()) {
        let mut institution = stored.institution;
        let told = |account| accounts::told(&institution.id, account);
        let all: Vec<Account> = stored.accounts.into_iter().map(told).collect();
        let login = login::of_connection(app, &owner.client, &institution.id);
        let mut course = Course::new(sandbox::ID, &institution.provider);
        course.standing = Some(stored.held);
        course.standing_login = Some(login.clone());
        course.login = Some(login.clone());
        institution.accounts = Some(all);
        let db = &app.db;
        institutions::insert_stored(db, &owner, &institution, &login, &course, stored.apart)
            .await?;
    }
    Ok(())
}

/// The origin is left in its normal form.
fn check(options: &mut LaunchOptions, client: &Client) -> Answer<()> {
    if let Some(text) = &options.origin {
        let wrong = || Refusal::invalid(format!("origin {}", origin::refusal(text)));
        let origin = Origin::parse(text).ok_or_else(wrong)?;
        if !client.allows_origin(&origin) {
            return Err(Refusal::origin_not_allowed(origin.as_str()));
        }
        options.origin = Some(origin.to_string());
    }
    for uri in [&options.redirect_uri, &options.oauth_redirect_uri] {
        uri.iter()
            .try_for_each(|uri| check_redirect_uri(uri, client))?;
    }
    match &options.lang {
        Some(lang) if !LANGUAGES.contains(&lang.as_str()) => {
            Err(Refusal::invalid("lang must be en, es, fr or it"))
        }
        _ => Ok(()),
    }
}

/// An address to go to with the result must be the client's own.
fn check_redirect_uri(uri: &str, client: &Client) -> Answer<()> {
    if Url::parse(uri).is_err() {
        return Err(Refusal::invalid_query(
            "redirect_uri and oauth_redirect_uri must be absolute URLs",
        ));
    }
    if !client.registered(uri) {
        return Err(Refusal::redirect_uri_not_registered());
    }
    Ok(())
}
