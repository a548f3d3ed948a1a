//! `GET /v1/providers`: the banks on offer, a page at a time; and one bank with its login form.

use super::oauth::ticket;
use super::user::User;
use super::ways::ways;
use crate::aggregators::sandbox::Bank as TestBank;
use crate::app::{App, Shared};
use crate::catalogue;
use crate::http::params::{Name, Params, whole_number};
use crate::http::problem::{Answer, Refusal};
use crate::store::institutions;
use crate::store::providers::{self, Offered, Wanted};
use crate::words::{Language, Reader};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connect_core::api::{LaunchOptions, Provider, ProviderPage};
use connect_core::search::Query;

pub const PAGE: u32 = 30;
pub const LARGEST_PAGE: u32 = 100;

pub async fn list(
    State(app): State<Shared>,
    user: User,
    params: Params,
) -> Answer<Json<ProviderPage>> {
    let options = &user.grant.options;
    let wanted = Wanted {
        query: Query::new(params.find("search").unwrap_or_default()),
        providers: both(params.list("providers"), options.providers.as_deref()),
        groups: both(params.list("groups"), options.provider_groups.as_deref()),
        countries: both(
            upper(params.list("countries")),
            upper(options.countries.clone()).as_deref(),
        ),
    };
    let (offset, limit) = (offset(&params)?, limit(&params)?);
    let found = providers::search(&app.db, &wanted, offset, limit);
    let end = offset.saturating_add(limit);
    let items = found.providers.into_iter();
    let items = items
        .map(|offered| described(&app, offered).provider)
        .collect();
    Ok(Json(ProviderPage {
        items,
        next: (end < found.total).then(|| cursor(end)),
        total: found.total,
    }))
}

pub async fn one(
    State(app): State<Shared>,
    user: User,
    reader: Reader,
    Name(id): Name,
) -> Answer<Json<Provider>> {
    let mut provider = offered(&app, &user.grant.options, &id)
        .await?
        .ok_or_else(|| Refusal::unknown_provider(StatusCode::NOT_FOUND, &id))?;
    if !provider.oauth {
        provider.fields = provider.login_fields();
    } else if provider.authorize_url.is_none() {
        let way = ways(&app, &id).await?.into_iter().next();
        let address = way.map(|way| ticket::address(&app, &user, &id, &way));
        provider.authorize_url = address;
    }
    provider.connected = connected(&app, &user, &id).await?;
    let language = reader.language();
    translate(&mut provider, language);
    Ok(Json(provider))
}

/// What is said of a bank in our own words.
fn translate(provider: &mut Provider, language: &Language) {
    let fields = provider.fields.iter_mut();
    let of_fields = fields.flat_map(|field| [Some(&mut field.label), field.hint.as_mut()]);
    let setup = provider.setup.iter_mut();
    let of_setup = setup.flat_map(|setup| setup.steps.iter_mut().chain([&mut setup.label]));
    let own = [&mut provider.hint, &mut provider.message];
    for text in of_fields
        .chain(own.map(Option::as_mut))
        .flatten()
        .chain(of_setup)
    {
        language.translate(text);
    }
}

/// The user's connection to this provider.
pub async fn connected(app: &App, user: &User, provider: &str) -> Answer<Option<String>> {
    let ids = institutions::connected(&app.db, &user.owner(), provider).await?;
    Ok(ids.into_iter().next())
}

/// The provider, if this session may connect it.
pub async fn offered(app: &App, options: &LaunchOptions, id: &str) -> Answer<Option<Provider>> {
    let offered = offered_with_routes(app, options, id).await?;
    Ok(offered.map(|offered| offered.provider))
}

/// The provider with the ways to it, if this session may connect it; its id stands for the first.
pub async fn offered_with_routes(
    app: &App,
    options: &LaunchOptions,
    id: &str,
) -> Answer<Option<Offered>> {
    let has = |list: &[String], value: &str| list.iter().any(|entry| entry == value);
    let allows = |list: &Option<Vec<String>>, value: Option<&str>| {
        list.as_ref()
            .is_none_or(|list| value.is_some_and(|value| has(list, value)))
    };
    let found = providers::find(&app.db, id);
    let countries = upper(options.countries.clone());
    let found = found.filter(|offered| {
        let provider = &offered.provider;
        let everywhere = provider.country.is_none();
        let group = provider.group.as_deref().unwrap_or(providers::CORE);
        // Whoever allows a bank allows each way to it.
        let listed = allows(&options.providers, Some(&provider.id))
            || allows(&options.providers, Some(offered.bank_id()));
        listed
            && allows(&options.provider_groups, Some(group))
            && (everywhere || allows(&countries, provider.country.as_deref()))
    });
    match found {
        Some(offered) => Ok(Some(detailed(app, offered).await)),
        None => Ok(None),
    }
}

/// With what only the bank itself says of its login.
async fn detailed(app: &App, offered: Offered) -> Offered {
    let mut offered = described(app, offered);
    if let Some(first) = offered.routes.first_mut()
        && let Some(member) = app.aggregators.find(&first.aggregator)
        && let Some(bank) = app.details.of(member, &first.bank.id).await
    {
        // Its name and its place in the list stay those of the catalogue.
        first.bank = bank;
        catalogue::describe(&mut offered.provider, first);
        absolute(app, &mut offered.provider);
    }
    offered
}

fn absolute(app: &App, provider: &mut Provider) {
    let logo = provider.logo.take();
    provider.logo = logo.map(|path| app.here(&path));
}

/// The bank whatever the session offers: a connection to it is there already.
pub async fn known(app: &App, id: &str) -> Answer<Provider> {
    if let Some(offered) = providers::find(&app.db, id) {
        return Ok(detailed(app, offered).await.provider);
    }
    let mut provider = Provider {
        id: id.to_owned(),
        ..Provider::default()
    };
    describe(app, &mut provider);
    absolute(app, &mut provider);
    Ok(provider)
}

/// Adds what the preferred way to the bank has.
fn described(app: &App, mut offered: Offered) -> Offered {
    match offered.routes.first() {
        Some(route) => catalogue::describe(&mut offered.provider, route),
        None => describe(app, &mut offered.provider),
    }
    absolute(app, &mut offered.provider);
    offered
}

/// Adds what a test bank tells of itself.
pub fn describe(app: &App, provider: &mut Provider) {
    if let Some(bank) = TestBank::named(&provider.id).filter(|_| app.sandbox) {
        bank.describe(provider);
        // A bank is somewhere else; this one only happens to be here.
        let authorize = provider.authorize_url.take();
        provider.authorize_url = authorize.map(|path| format!("{}{path}", app.public));
    }
}

/// What the page asks for within what the token allows.
fn both(asked: Option<Vec<String>>, allowed: Option<&[String]>) -> Option<Vec<String>> {
    match (asked, allowed) {
        (None, None) => None,
        (Some(list), None) => Some(list),
        (None, Some(list)) => Some(list.to_vec()),
        (Some(asked), Some(allowed)) => Some(
            asked
                .into_iter()
                .filter(|entry| allowed.contains(entry))
                .collect(),
        ),
    }
}

fn upper(list: Option<Vec<String>>) -> Option<Vec<String>> {
    list.map(|list| {
        list.iter()
            .map(|entry| entry.to_ascii_uppercase())
            .collect()
    })
}

fn limit(params: &Params) -> Answer<u32> {
    let Some(text) = params.find("limit") else {
        return Ok(PAGE);
    };
    let limit = whole_number(text).filter(|limit| *limit > 0);
    let limit = limit.ok_or_else(|| Refusal::invalid_query("limit must be a number from 1"))?;
    Ok(u32::try_from(limit).map_or(LARGEST_PAGE, |limit| LARGEST_PAGE.min(limit)))
}

fn offset(params: &Params) -> Answer<u32> {
    let Some(text) = params.find("cursor") else {
        return Ok(0);
    };
    let decoded = URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let offset = decoded.and_then(|text| text.strip_prefix("after ")?.parse().ok());
    offset.ok_or_else(|| Refusal::invalid_query("cursor must be the `next` of an earlier page"))
}

fn cursor(offset: u32) -> String {
    URL_SAFE_NO_PAD.encode(format!("after {offset}"))
}
