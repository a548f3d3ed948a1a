//! The service's providers as banks: page for page, or all in one list.

use super::calls::{Call, Calls};
use super::replies::{expected, object};
use super::{NOBODY, Upstream};
use crate::aggregators::{Bank, LoginStyle};
use connect_core::api::Provider;
use connect_core::json::{Json, Read};
use reqwest::StatusCode;
use serde_json::Value;
use std::collections::HashSet;
use url::Url;

const PAGE: &str = "100";
/// More pages than any catalogue has: one that has no end is not read on.
const MOST_PAGES: usize = 2_000;

/// All that can be connected, and how many are left out because their login comes back to the service's own address.
pub async fn all(calls: &Calls) -> Result<(Vec<Bank>, usize), Upstream> {
    let mut banks = Vec::new();
    let mut seen = HashSet::new();
    let mut left_out = 0;
    let mut cursor: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let page = page(calls, cursor.as_deref(), PAGE).await?;
        // One that cannot be read takes no other with it.
        for item in &page.items {
            let Some(provider) = Provider::read(item) else {
                continue;
            };
            match bank(item, &provider, calls.base()) {
                Some(bank) if seen.insert(bank.id.clone()) => banks.push(bank),
                Some(_) => {}
                None => left_out += 1,
            }
        }
        match page.next {
            Some(next) if cursor.as_ref() == Some(&next) => break,
            Some(next) => cursor = Some(next),
            None => return Ok((banks, left_out)),
        }
    }
    Err(Upstream::Protocol("its list of banks has no end".into()))
}

/// `None`: there is no such bank, or it cannot be connected here.
pub async fn one(calls: &Calls, id: &str) -> Result<Option<Bank>, Upstream> {
    let reply = calls.of_nobody(Call::get(&["providers", id])).await?;
    if reply.status == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    expected(&reply)?;
    let item = object(&reply)?;
    let provider = Provider::read(&item);
    let provider =
        provider.ok_or_else(|| Upstream::Protocol("a provider without a name".into()))?;
    Ok(bank(&item, &provider, calls.base()))
}

/// Whether the service shows its banks at all.
pub async fn first(calls: &Calls) -> Result<(), Upstream> {
    page(calls, None, "1").await.map(|_| ())
}

struct Page {
    items: Vec<Value>,
    next: Option<String>,
}

async fn page(calls: &Calls, cursor: Option<&str>, limit: &str) -> Result<Page, Upstream> {
    // Wealthica wants to be asked for a plain list; nobody else minds.
    let mut query = vec![("limit", limit), ("format", "array")];
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let call = Call {
        query: &query,
        ..Call::get(&["providers"])
    };
    let reply = calls.of_nobody(call).await?;
    expected(&reply)?;
    let listing: Value = reply.json()?;
    if let Some(items) = listing.items() {
        return Ok(Page { items, next: None });
    }
    let items = listing.field("items").and_then(|list| list.items());
    Ok(Page {
        items: items.ok_or_else(|| Upstream::Protocol("no list of providers".into()))?,
        next: listing.part("next"),
    })
}

fn bank(item: &Value, provider: &Provider, base: &Url) -> Option<Bank> {
    if provider.oauth || provider.id.is_empty() || provider.id == NOBODY {
        return None;
    }
    let picture = |text: Option<&str>| {
        let url = text.and_then(|text| base.join(text).ok());
        url.filter(|url| ["http", "https"].contains(&url.scheme()))
            .map(String::from)
    };
    // The widget need not know of it: the server makes one picture of both.
    let dark: Option<String> = item.part("logo_dark");
    Some(Bank {
        id: provider.id.clone(),
        name: provider.name.clone(),
        country: provider
            .country
            .as_ref()
            .map(|text| text.to_ascii_uppercase()),
        bic: None,
        url: provider.url.clone(),
        logo: picture(provider.logo.as_deref()),
        logo_dark: picture(dark.as_deref()),
        color: provider.color.clone(),
        group: provider.group.clone(),
        login: LoginStyle::Fields(provider.fields.clone()),
        setup: provider.setup.clone(),
        hint: provider.hint.clone(),
        status: provider.status,
        message: provider.message.clone(),
        recovery_urls: provider.recovery_urls.clone(),
        popular: provider.popular,
    })
}
