//! `GET /widget`: the widget for one user, in a session that needs a one-time token unless a client allows it without.
//! The browser that has used a token may load the page again; its cookie counts in the frames of one site only.

use super::asked::{Asked, Given};
use crate::app::{App, Shared};
use crate::config::clients::{Client, OpenSystem};
use crate::config::origin::Origin;
use crate::crypto::digest::sha256_hex;
use crate::crypto::random;
use crate::http::cookie::{Cookie, read, read_all};
use crate::http::page;
use crate::http::params::Params;
use crate::http::problem::Answer;
use crate::routes::hosts::open::{self, Opener};
use crate::routes::hosts::{given, query_token, refused, widget};
use crate::routes::tokens::{Wish, grant, within};
use crate::store::entries::{self, Entry};
use crate::store::tokens::Maker;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use connect_core::Secret;
use connect_core::api::LaunchOptions;
use jiff::Timestamp;

const PATH: &str = "/widget";
const COOKIE_PREFIX: &str = "connect_entry_";

pub async fn page(
    State(app): State<Shared>,
    method: Method,
    headers: HeaderMap,
    params: Params,
) -> Response {
    // Looking without opening uses nothing up.
    let opens = method == Method::GET;
    let opened = match query_token(&params) {
        Some(token) => by_token(&app, opens, &headers, &params, &token).await,
        // The widget leaves the parameter empty in its address once it has read it.
        None if params.find("token").is_some() => again(&app, opens, &headers, &params).await,
        None => without_token(&app, opens, &headers, &params).await,
    };
    opened.unwrap_or_else(|refusal| refused(&app, &refusal))
}

async fn without_token(
    app: &App,
    opens: bool,
    headers: &HeaderMap,
    params: &Params,
) -> Answer<Response> {
    let asked = match Given::by_query(params).check() {
        Ok(asked) => asked,
        Err(sentence) => return Ok(wrong(app, sentence)),
    };
    let opener = match asked.target_origin {
        Some(origin) => Opener::named(app, headers, origin),
        None => Opener::of(app, headers),
    };
    let opener = opener.map(|opener| opener.known_before(app, headers));
    let opens = opens && !open::is_alone(headers);
    let session = match opener.as_ref().filter(|_| opens) {
        Some(opener) => {
            open::session(app, OpenSystem::Ucw, opener, asked.user_id, asked.options).await?
        }
        None => None,
    };
    let opener = opener.filter(|_| session.is_some());
    let origin = opener.as_ref().map(|opener| &opener.origin);
    let mut response = show(app, "ucw", session.as_ref(), origin);
    if let Some(opener) = opener {
        let cookie = opener.cookie(app, PATH);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn by_token(
    app: &App,
    opens: bool,
    headers: &HeaderMap,
    params: &Params,
    token: &Secret,
) -> Answer<Response> {
    let cookie = cookie_name(token);
    let found = entries::find(&app.db, token, Timestamp::now()).await?;
    let known = found.and_then(|entry| Some((app.clients().find(&entry.owner.client)?, entry)));
    let Some((client, entry)) = known.filter(|_| opens) else {
        return Ok(used(app));
    };
    let ticket = match ticket(app, &client, &entry, headers, params) {
        Ok(ticket) => ticket,
        Err(sentence) => return Ok(wrong(app, sentence)),
    };
    if entry.is_used() {
        if !read(headers, &cookie).is_some_and(|given| entry.reloads_with(&given)) {
            return Ok(used(app));
        }
        return reload(app, &client, entry, ticket).await;
    }
    let (secret, until) = (Secret::new(random::token()), within(app.token_ttl));
    if !entries::take(&app.db, token, &secret, until).await? {
        return Ok(used(app));
    }
    let wish = Wish {
        expires_at: until,
        session: entry.session,
        ..Wish::new(app, entry.owner.user, ticket.options.clone())
    };
    let mut response = enter(app, &client, wish, ticket).await?;
    let cookie = Cookie {
        name: &cookie,
        text: secret.expose(),
        path: PATH,
        seconds: app.token_ttl.into(),
    };
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookie.in_frames());
    Ok(response)
}

/// The browser that has used a token loads the page from the address that the widget has left. Of several tokens the
/// newest counts; the address of version 1 says its user.
async fn again(app: &App, opens: bool, headers: &HeaderMap, params: &Params) -> Answer<Response> {
    let by_address = given(params, "userId").is_some();
    let cookies = read_all(headers, COOKIE_PREFIX);
    let found = entries::reloading(&app.db, &cookies, Timestamp::now()).await?;
    let mut found = found
        .into_iter()
        .filter(|entry| entry.options.is_none() == by_address);
    let known = found.find_map(|entry| {
        let client = app.clients().find(&entry.owner.client)?;
        let ticket = ticket(app, &client, &entry, headers, params).ok()?;
        Some((client, entry, ticket))
    });
    match known.filter(|_| opens) {
        Some((client, entry, ticket)) => reload(app, &client, entry, ticket).await,
        None => Ok(used(app)),
    }
}

async fn reload(app: &App, client: &Client, entry: Entry, ticket: Ticket) -> Answer<Response> {
    let wish = Wish {
        maker: Maker::Reload,
        expires_at: entry.ends_at,
        session: entry.session,
        ..Wish::new(app, entry.owner.user, ticket.options.clone())
    };
    enter(app, client, wish, ticket).await
}

async fn enter(app: &App, client: &Client, wish: Wish, ticket: Ticket) -> Answer<Response> {
    let session = grant(app, client, wish).await?.token;
    let mut response = show(app, ticket.system, Some(&session), ticket.origin.as_ref());
    if let Some(origin) = ticket.origin {
        let cookie = Opener::new(app, origin).cookie(app, PATH);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What a token opens, together with the address where it stands.
struct Ticket {
    system: &'static str,
    options: LaunchOptions,
    origin: Option<Origin>,
}

fn ticket(
    app: &App,
    client: &Client,
    entry: &Entry,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Ticket, &'static str> {
    if let Some(options) = &entry.options {
        return Ok(Ticket {
            system: "ucw_v2",
            origin: options.origin.as_deref().and_then(Origin::parse),
            options: options.clone(),
        });
    }
    let Asked {
        user_id,
        target_origin,
        options,
    } = Given::by_query(params).check()?;
    if user_id != entry.owner.user {
        return Err("userId is not the one that the token was made for.");
    }
    if target_origin
        .as_ref()
        .is_some_and(|origin| !client.allows_origin(origin))
    {
        return Err("targetOrigin is not registered for the app that sent you.");
    }
    let opener = || Opener::of(app, headers).map(|opener| opener.origin);
    let allowed = || opener().filter(|origin| client.allows_origin(origin));
    let origin = target_origin.or_else(allowed);
    Ok(Ticket {
        system: "ucw",
        options: LaunchOptions {
            origin: origin.as_ref().map(Origin::to_string),
            ..options
        },
        origin,
    })
}

/// Each token has its own, so that two frames do not take it from each other.
fn cookie_name(token: &Secret) -> String {
    let hash = sha256_hex(token.expose().as_bytes());
    format!("{COOKIE_PREFIX}{}", hash.get(..16).unwrap_or_default())
}

fn show(app: &App, system: &str, session: Option<&Secret>, origin: Option<&Origin>) -> Response {
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

fn used(app: &App) -> Response {
    page::page(
        app,
        StatusCode::FORBIDDEN,
        "This address can't be used again",
        "It was opened before, or too long ago. Go back to the app that you came from and try again.",
    )
}
