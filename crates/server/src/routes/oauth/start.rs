//! `GET /oauth/start`: the way to a bank's own page by way of an aggregator, whose address is another one each time. To the
//! widget it is a bank's page like any other.

use super::brought::Brought;
use super::redirect::{to, with};
use super::ticket::{self, Ticket};
use crate::aggregators::{Cause, Failed, Login, Psu, Stage, Upstream, Way};
use crate::app::{App, Shared};
use crate::crypto::random;
use crate::engine::work::user_name;
use crate::http::address::Address;
use crate::http::page::{page, too_often};
use crate::http::params::Params;
use crate::routes::hosts::failed;
use crate::routes::user::User;
use crate::store::attempts::{self, Asked, Attempt, Names};
use crate::store::{course, institutions};
use crate::words::Word;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use std::net::IpAddr;
use url::{Host, Url};

/// No state of the widget's is longer, and no header is told on that is.
const LONGEST: usize = 1024;

/// What the widget wants to know afterwards.
struct Wish {
    redirect_uri: Url,
    state: String,
    challenge: [u8; 32],
}

pub async fn start(
    State(app): State<Shared>,
    address: Address,
    headers: HeaderMap,
    Brought(params): Brought,
) -> Response {
    let ticket = params
        .find("ticket")
        .and_then(|text| ticket::read(&app, text));
    let (Some(ticket), Some(wish)) = (ticket, wish(&app, &params)) else {
        return ended();
    };
    let Ok(user) = User::by_hash(&app, ticket.token_sha256.clone(), address).await else {
        return ended();
    };
    let owner = user.owner();
    let whose = (&owner.client, &owner.user, &owner.scope);
    let connection = format!("at {} {whose:?}", ticket.provider);
    if let Err(refusal) = app
        .limits
        .may_log_in(address, &owner, &connection, None)
        .await
    {
        return too_often(&refusal);
    }
    let psu = psu(address, &headers);
    match begin(&app, &user, &ticket, wish, &psu).await {
        Ok(address) => to(address.as_str()),
        Err(error) => failed(&error),
    }
}

/// The bank's page, or the widget's with the reason.
async fn begin(
    app: &App,
    user: &User,
    ticket: &Ticket,
    wish: Wish,
    psu: &Psu,
) -> sqlx::Result<Url> {
    let back = |error| {
        let pairs = [("error", error), ("state", wish.state.as_str())];
        with(wish.redirect_uri.clone(), &pairs)
    };
    let Some(member) = app.aggregators.find(&ticket.aggregator) else {
        return Ok(back("temporarily_unavailable"));
    };
    let renewed = renewed(app, user, ticket).await?;
    let names = Names::of(&random::token());
    let user_name = user_name(&app.identity, &user.owner());
    let login = Login {
        user: &user_name,
        bank: &ticket.bank,
        way: Way::Page {
            return_to: &member.callback,
            attempt: names.attempt.expose(),
        },
        renews: renewed.as_ref().and_then(|course| course.standing.as_ref()),
        psu,
    };
    let begun = member.aggregator.begin(login).await;
    let aggregator = &ticket.aggregator;
    let (held, page) = match begun {
        Ok(progress) => match progress.stage {
            Stage::GoTo(page) if is_safe(&page) => (progress.held, page),
            Stage::GoTo(_) => {
                tracing::error!(aggregator, "it sends users to a page that is not encrypted");
                return Ok(back("server_error"));
            }
            Stage::Failed(Failed { cause, message, .. }) => {
                tracing::warn!(
                    aggregator,
                    ?cause,
                    ?message,
                    "no login at a bank's page begins"
                );
                return Ok(back(match cause {
                    Cause::Denied => "access_denied",
                    _ => "temporarily_unavailable",
                }));
            }
            _ => {
                tracing::error!(aggregator, "it names no page for a login that needs one");
                return Ok(back("server_error"));
            }
        },
        Err(error) => {
            match &error {
                Upstream::Misconfigured(_) => tracing::error!(aggregator, "{error}"),
                _ => tracing::warn!(aggregator, "{error}"),
            }
            return Ok(back("temporarily_unavailable"));
        }
    };
    let attempt = Attempt {
        owner: user.owner(),
        aggregator: aggregator.clone(),
        asked: Asked {
            bank: ticket.bank.clone(),
            provider: ticket.provider.clone(),
            redirect_uri: wish.redirect_uri.into(),
            state: wish.state,
            challenge: wish.challenge,
            held,
        },
        used_by: None,
    };
    let token = Some(ticket.token_sha256.as_str());
    attempts::insert(&app.db, &names, &attempt, token, Timestamp::now()).await?;
    Ok(page)
}

/// What is held of the one connection that the session is for.
async fn renewed(app: &App, user: &User, ticket: &Ticket) -> sqlx::Result<Option<course::Course>> {
    let Some(id) = &user.grant.options.institution else {
        return Ok(None);
    };
    let found = institutions::find(&app.db, &user.owner(), id).await?;
    if found.is_none_or(|found| found.provider != ticket.provider) {
        return Ok(None);
    }
    let course = course::find(&app.db, id).await?;
    Ok(course.filter(|course| course.aggregator == ticket.aggregator))
}

fn wish(app: &App, params: &Params) -> Option<Wish> {
    let said = |name| {
        params
            .find(name)
            .filter(|text| (1..=LONGEST).contains(&text.len()))
    };
    let redirect_uri = Url::parse(said("redirect_uri")?).ok()?;
    let own = match app.sandbox {
        true => app.own_origins.as_slice(),
        false => std::slice::from_ref(app.origin()),
    };
    let is_own = own
        .iter()
        .any(|origin| redirect_uri.as_str() == format!("{origin}{}", app.below("/oauth/redirect")));
    let challenge = URL_SAFE_NO_PAD.decode(said("code_challenge")?).ok()?;
    let fits = is_own && said("code_challenge_method")? == "S256";
    Some(Wish {
        redirect_uri,
        state: said("state")?.to_owned(),
        challenge: challenge.try_into().ok()?,
    })
    .filter(|_| fits)
}

/// Nobody between the user and the bank reads along; on this machine there is nobody.
fn is_safe(page: &Url) -> bool {
    let is_here = match page.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    };
    page.scheme() == "https" || (page.scheme() == "http" && is_here)
}

fn psu(address: Address, headers: &HeaderMap) -> Psu {
    let text = |name| {
        let value = headers.get(name)?.to_str().ok()?;
        (!value.is_empty() && value.len() <= LONGEST).then(|| value.to_owned())
    };
    let languages = text(header::ACCEPT_LANGUAGE);
    let language = languages.and_then(|all| {
        let first = all.split([',', ';']).next().unwrap_or_default().trim();
        (!first.is_empty() && first != "*").then(|| first.to_owned())
    });
    Psu {
        ip: Some(address.0.to_canonical().to_string()),
        user_agent: text(header::USER_AGENT),
        language,
    }
}

fn ended() -> Response {
    page(StatusCode::BAD_REQUEST, Word::EndedTitle, Word::EndedText)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_others_could_read_along_is_none() {
        for (address, safe) in [
            ("https://bank.example/login", true),
            ("http://bank.example/login", false),
            ("http://127.0.0.1:9999/bank", true),
            ("http://localhost:9999/bank", true),
            ("http://localhost.evil.example/", false),
            ("javascript:alert(1)", false),
            ("data:text/html,hello", false),
        ] {
            let page = Url::parse(address).expect("an address");
            assert_eq!(is_safe(&page), safe, "{address}");
        }
    }
}
