//! `GET /widget`: the widget for one user, in a session that needs a one-time token unless a client allows it without.
//! The browser that has opened it may load it again.

use super::asked::{Asked, Given};
use crate::app::{App, Shared};
use crate::audit::Trail;
use crate::config::clients::{Client, OpenSystem};
use crate::config::origin::Origin;
use crate::http::address::Address;
use crate::http::page;
use crate::http::problem::Answer;
use crate::routes::hosts::again::{self, PageName};
use crate::routes::hosts::open::{self, Opener};
use crate::routes::hosts::{Visit, given, keep, not_opened, query_token, widget};
use crate::routes::tokens::{Wish, grant};
use crate::store::entries::{self, Entry};
use crate::store::tokens::{self, Maker};
use crate::words::Word;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use connect_core::Secret;
use connect_core::api::LaunchOptions;
use jiff::Timestamp;

const PATH: &str = "/widget";

/// What the page is asked with.
struct Asking {
    visit: Visit,
    from: Address,
    /// Looking without opening uses nothing up.
    opens: bool,
}

pub async fn page(
    State(app): State<Shared>,
    from: Address,
    method: Method,
    visit: Visit,
) -> Response {
    let params = &visit.params;
    let token = query_token(params);
    let name = token
        .as_ref()
        .map(PageName::of)
        .or_else(|| PageName::find(params));
    // The widget leaves the parameter empty in its address once it has read it.
    let had_token = params.find("token").is_some();
    let asking = Asking {
        visit,
        from,
        opens: method == Method::GET,
    };
    let opened = match (name, token) {
        (Some(name), token) => by_token(&app, &asking, &name, token.as_ref()).await,
        (None, _) if had_token => Ok(used(&app, &asking)),
        (None, _) => without_token(&app, &asking).await,
    };
    opened.unwrap_or_else(|refusal| not_opened(&refusal))
}

async fn without_token(app: &App, asking: &Asking) -> Answer<Response> {
    let Asking { visit, from, opens } = asking;
    let headers = &visit.headers;
    let asked = match Given::by_query(&visit.params).check() {
        Ok(asked) => asked,
        Err(sentence) => return Ok(wrong(sentence)),
    };
    let opener = match asked.target_origin {
        Some(origin) => Opener::named(app, headers, origin),
        None => Opener::of(app, headers, PATH),
    };
    let opener = opener.map(|opener| opener.known_before(app, headers, PATH));
    let opens = *opens && !open::is_alone(headers);
    let session = match opener.as_ref().filter(|_| opens) {
        Some(opener) => {
            let (user, options) = (asked.user_id, asked.options);
            open::session(app, *from, OpenSystem::Ucw, opener, user, options).await?
        }
        None => None,
    };
    let opener = opener.filter(|_| session.is_some());
    let origin = opener.as_ref().map(|opener| &opener.origin);
    let mut response = show(app, visit, "ucw", session.as_ref(), origin, None);
    if let Some(opener) = opener {
        let cookie = opener.cookie(app, PATH);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// `name` is the page's that the token opens, or has opened.
async fn by_token(
    app: &App,
    asking: &Asking,
    name: &PageName,
    token: Option<&Secret>,
) -> Answer<Response> {
    if let Some(response) = again(app, &asking.visit, name).await? {
        return Ok(response);
    }
    let found = match token {
        Some(token) => entries::find(&app.db, token, Timestamp::now()).await?,
        None => None,
    };
    if let Some(entry) = &found {
        Trail::name(app.who(&entry.owner));
    }
    let known = found.and_then(|entry| Some((app.clients().find(&entry.owner.client)?, entry)));
    let Some((client, entry)) = known.filter(|(_, entry)| asking.opens && !entry.used) else {
        return Ok(used(app, asking));
    };
    match ticket(app, &client, &entry, &asking.visit) {
        Ok(ticket) => open(app, &client, &asking.visit, name, entry, ticket).await,
        Err(sentence) => Ok(wrong(sentence)),
    }
}

/// The browser that has opened the page loads it again, in the session that it has.
async fn again(app: &App, visit: &Visit, name: &PageName) -> Answer<Option<Response>> {
    let Some(session) = again::token(app, &visit.headers, name) else {
        return Ok(None);
    };
    let grant = tokens::find(&app.db, &session).await?;
    let Some(grant) = grant.filter(|grant| !grant.expired()) else {
        return Ok(None);
    };
    let by_address = given(&visit.params, "userId");
    if by_address.is_some_and(|user| user != grant.user) {
        return Ok(None);
    }
    Trail::name(app.who(&grant.owner()));
    let system = if by_address.is_some() {
        "ucw"
    } else {
        "ucw_v2"
    };
    let origin = grant.options.origin.as_deref().and_then(Origin::parse);
    Ok(Some(show(
        app,
        visit,
        system,
        Some(&session),
        origin.as_ref(),
        Some(name),
    )))
}

/// Whoever fetches the address has a session; whose page runs first keeps it.
async fn open(
    app: &App,
    client: &Client,
    visit: &Visit,
    name: &PageName,
    entry: Entry,
    ticket: Ticket,
) -> Answer<Response> {
    let wish = Wish {
        maker: Maker::Reload,
        session: entry.session,
        ..Wish::new(app, entry.owner.user, ticket.options)
    };
    let session = grant(app, client, wish).await?.token;
    let origin = ticket.origin.as_ref();
    let mut response = show(
        app,
        visit,
        ticket.system,
        Some(&session),
        origin,
        Some(name),
    );
    keep(app, visit, name, &session, &mut response);
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
    let opener = || Opener::of(app, &visit.headers, PATH).map(|opener| opener.origin);
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

fn show(
    app: &App,
    visit: &Visit,
    system: &str,
    session: Option<&Secret>,
    origin: Option<&Origin>,
    name: Option<&PageName>,
) -> Response {
    let entries = [
        ("system", Some(system)),
        ("token", session.map(Secret::expose)),
        ("origin", origin.map(Origin::as_str)),
        ("page", name.map(PageName::as_str)),
    ];
    widget(app, visit, entries)
}

fn wrong(sentence: &'static str) -> Response {
    page::page_for_developers(
        StatusCode::BAD_REQUEST,
        Word::IncompleteTitle,
        Word::IncompleteText,
        sentence,
    )
}

/// The widget has words for it, and tells the page around that a new address is needed; where nothing is around that it
/// could tell, a page has the words.
fn used(app: &App, asking: &Asking) -> Response {
    if !asking.visit.around.is_known() {
        return page::page(StatusCode::FORBIDDEN, Word::UsedTitle, Word::UsedText);
    }
    let by_address = given(&asking.visit.params, "userId").is_some();
    let system = if by_address { "ucw" } else { "ucw_v2" };
    let mut response = show(app, &asking.visit, system, None, None, None);
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}
