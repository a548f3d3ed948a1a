//! `GET /widget`: the widget for one user, in a session that needs a one-time token unless a client allows it without.
//! The browser that has used a token may load the page again; its cookie counts in the frames of one site only.

use super::asked::{Asked, Given};
use crate::app::{App, Shared};
use crate::audit::Trail;
use crate::config::clients::{Client, OpenSystem};
use crate::config::origin::Origin;
use crate::crypto::digest::sha256_hex;
use crate::crypto::random;
use crate::http::address::Address;
use crate::http::cookie::{Cookie, read, read_all};
use crate::http::embedding::Around;
use crate::http::page;
use crate::http::params::Params;
use crate::http::problem::Answer;
use crate::routes::hosts::open::{self, Opener};
use crate::routes::hosts::{given, not_opened, query_token, widget};
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

/// What the page is asked with.
struct Visit {
    headers: HeaderMap,
    params: Params,
    around: Around,
    from: Address,
    /// Looking without opening uses nothing up.
    opens: bool,
}

pub async fn page(
    State(app): State<Shared>,
    from: Address,
    method: Method,
    headers: HeaderMap,
    params: Params,
    around: Around,
) -> Response {
    let visit = Visit {
        headers,
        params,
        around,
        from,
        opens: method == Method::GET,
    };
    let opened = match query_token(&visit.params) {
        Some(token) => by_token(&app, &visit, &token).await,
        // The widget leaves the parameter empty in its address once it has read it.
        None if visit.params.find("token").is_some() => again(&app, &visit).await,
        None => without_token(&app, &visit).await,
    };
    opened.unwrap_or_else(|refusal| not_opened(&refusal))
}

async fn without_token(app: &App, visit: &Visit) -> Answer<Response> {
    let headers = &visit.headers;
    let asked = match Given::by_query(&visit.params).check() {
        Ok(asked) => asked,
        Err(sentence) => return Ok(wrong(sentence)),
    };
    let opener = match asked.target_origin {
        Some(origin) => Opener::named(app, headers, origin),
        None => Opener::of(app, headers),
    };
    let opener = opener.map(|opener| opener.known_before(app, headers));
    let opens = visit.opens && !open::is_alone(headers);
    let session = match opener.as_ref().filter(|_| opens) {
        Some(opener) => {
            let (user, options) = (asked.user_id, asked.options);
            open::session(app, visit.from, OpenSystem::Ucw, opener, user, options).await?
        }
        None => None,
    };
    let opener = opener.filter(|_| session.is_some());
    let origin = opener.as_ref().map(|opener| &opener.origin);
    let mut response = show(app, visit, "ucw", session.as_ref(), origin);
    if let Some(opener) = opener {
        let cookie = opener.cookie(app, PATH);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn by_token(app: &App, visit: &Visit, token: &Secret) -> Answer<Response> {
    let cookie = cookie_name(token);
    let found = entries::find(&app.db, token, Timestamp::now()).await?;
    if let Some(entry) = &found {
        Trail::name(app.who(&entry.owner));
    }
    let known = found.and_then(|entry| Some((app.clients().find(&entry.owner.client)?, entry)));
    let Some((client, entry)) = known.filter(|_| visit.opens) else {
        return Ok(used());
    };
    let ticket = match ticket(app, &client, &entry, visit) {
        Ok(ticket) => ticket,
        Err(sentence) => return Ok(wrong(sentence)),
    };
    if entry.is_used() {
        if !read(&visit.headers, &cookie).is_some_and(|given| entry.reloads_with(&given)) {
            return Ok(used());
        }
        return reload(app, &client, visit, entry, ticket).await;
    }
    let (secret, until) = (Secret::new(random::token()), within(app.token_ttl));
    if !entries::take(&app.db, token, &secret, until).await? {
        return Ok(used());
    }
    let wish = Wish {
        expires_at: until,
        session: entry.session,
        ..Wish::new(app, entry.owner.user, ticket.options.clone())
    };
    let mut response = enter(app, &client, visit, wish, ticket).await?;
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
async fn again(app: &App, visit: &Visit) -> Answer<Response> {
    let by_address = given(&visit.params, "userId").is_some();
    let cookies = read_all(&visit.headers, COOKIE_PREFIX);
    let found = entries::reloading(&app.db, &cookies, Timestamp::now()).await?;
    let mut found = found
        .into_iter()
        .filter(|entry| entry.options.is_none() == by_address);
    let known = found.find_map(|entry| {
        let client = app.clients().find(&entry.owner.client)?;
        let ticket = ticket(app, &client, &entry, visit).ok()?;
        Some((client, entry, ticket))
    });
    match known.filter(|_| visit.opens) {
        Some((client, entry, ticket)) => reload(app, &client, visit, entry, ticket).await,
        None => Ok(used()),
    }
}

async fn reload(
    app: &App,
    client: &Client,
    visit: &Visit,
    entry: Entry,
    ticket: Ticket,
) -> Answer<Response> {
    let wish = Wish {
        maker: Maker::Reload,
        expires_at: entry.ends_at,
        session: entry.session,
        ..Wish::new(app, entry.owner.user, ticket.options.clone())
    };
    enter(app, client, visit, wish, ticket).await
}

async fn enter(
    app: &App,
    client: &Client,
    visit: &Visit,
    wish: Wish,
    ticket: Ticket,
) -> Answer<Response> {
    let session = grant(app, client, wish).await?.token;
    let mut response = show(
        app,
        visit,
        ticket.system,
        Some(&session),
        ticket.origin.as_ref(),
    );
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
    visit: &Visit,
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
    } = Given::by_query(&visit.params).check()?;
    if user_id != entry.owner.user {
        return Err("userId is not the one that the token was made for.");
    }
    if target_origin
        .as_ref()
        .is_some_and(|origin| !client.allows_origin(origin))
    {
        return Err("targetOrigin is not registered for the app that sent you.");
    }
    let opener = || Opener::of(app, &visit.headers).map(|opener| opener.origin);
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

fn show(
    app: &App,
    visit: &Visit,
    system: &str,
    session: Option<&Secret>,
    origin: Option<&Origin>,
) -> Response {
    widget(
        app,
        &visit.around,
        [
            ("system", Some(system)),
            ("token", session.map(Secret::expose)),
            ("origin", origin.map(Origin::as_str)),
        ],
    )
}

fn wrong(sentence: &'static str) -> Response {
    page::page(
        StatusCode::BAD_REQUEST,
        "This address is not complete",
        sentence,
    )
}

fn used() -> Response {
    page::page(
        StatusCode::FORBIDDEN,
        "This address can't be used again",
        "It was opened before, or too long ago. Go back to the app that you came from and try again.",
    )
}
