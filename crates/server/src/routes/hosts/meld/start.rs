//! `POST /bank-linking/connect/start`: a host's server gets a token for one connection of one of its users.
//! Source: Meld's "Create a Connect Token" and its API reference "Create a connection".

use crate::app::Shared;
use crate::config::public_url::PublicUrl;
use crate::http::body::Foreign;
use crate::http::problem::{Answer, Refusal};
use crate::http::text::{NAME_FORM, fits, is_name};
use crate::routes::client::ByClient;
use crate::routes::hosts::{bad, unstored};
use crate::routes::launch_options::{COUNTRIES_FORM, are_countries};
use crate::routes::tokens::{Wish, grant, within};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use connect_core::Secret;
use connect_core::api::{LaunchOptions, schema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Three hours, as Meld has it.
pub(super) const LIFETIME_SECONDS: u32 = 3 * 3600;

const LONGEST: usize = 256;

/// Other fields are passed over.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Start {
    /// The client's own name for its user.
    #[schemars(length(min = 1, max = 256), regex(pattern = schema::NAME))]
    external_customer_id: String,
    /// ISO 3166-1 alpha-2.
    #[schemars(length(max = 500), inner(regex(pattern = schema::COUNTRY)))]
    regions: Option<Vec<String>>,
    /// `BALANCES`, `IDENTIFIERS`, `OWNERS`, `TRANSACTIONS` …; others are passed over.
    products: Option<Vec<String>>,
    optional_products: Option<Vec<String>>,
    /// The bank to go straight to.
    #[schemars(length(max = 256), regex(pattern = schema::PLAIN))]
    institution_id: Option<String>,
    /// Text to begin the search with.
    #[schemars(length(max = 256), regex(pattern = schema::PLAIN))]
    institution_search_string: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Started {
    /// The session's name.
    id: String,
    connect_token: Secret,
    /// The same for the same user.
    customer_id: String,
    external_customer_id: String,
    /// RFC 3339.
    expires_at: String,
    /// What the iframe opens.
    widget_url: String,
}

pub async fn start(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    Foreign(asked): Foreign<Start>,
) -> Answer<Response> {
    let user_id = asked.external_customer_id;
    if !is_name(&user_id) {
        return Err(bad(format!("externalCustomerId {NAME_FORM}")));
    }
    let texts = [&asked.institution_id, &asked.institution_search_string];
    if !texts.into_iter().flatten().all(|text| fits(text, LONGEST)) {
        return Err(bad(
            "institutionId and institutionSearchString must have at most 256 characters, and no control characters",
        ));
    }
    if !are_countries(asked.regions.as_deref()) {
        return Err(bad(format!("regions {COUNTRIES_FORM}")));
    }
    let products = [asked.products, asked.optional_products];
    let options = LaunchOptions {
        countries: asked.regions.filter(|regions| !regions.is_empty()),
        job_types: job_types(products.iter().flatten().flatten()),
        provider: asked.institution_id,
        search: asked.institution_search_string,
        single_connection: Some(true),
        ..LaunchOptions::default()
    };
    let wish = Wish {
        expires_at: within(LIFETIME_SECONDS),
        ..Wish::new(&app, user_id, options)
    };
    let granted = grant(&app, &client, wish).await;
    let granted = granted.map_err(Refusal::into_bad_request)?;
    let answer = Started {
        widget_url: address(&app.public, &granted.token),
        connect_token: granted.token,
        customer_id: app.identity.user(&client.id, &granted.grant.user),
        external_customer_id: granted.grant.user,
        expires_at: granted.grant.expires_at.to_string(),
        id: granted.grant.session,
    };
    Ok(unstored(StatusCode::OK, answer))
}

/// Meld's own address for its widget; the answer goes to the client's server alone. A token needs no encoding.
pub(super) fn address(public: &PublicUrl, token: &Secret) -> String {
    format!("{public}/?connectToken={}", token.expose())
}

/// In our words, each once; of a product that has no word here nobody could say what it is.
fn job_types<'a>(products: impl Iterator<Item = &'a String>) -> Option<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    for product in products {
        let word = match product.as_str() {
            "BALANCES" => "balances",
            "IDENTIFIERS" => "account_numbers",
            "OWNERS" => "account_owner",
            "TRANSACTIONS" => "transactions",
            "HISTORICAL_TRANSACTIONS" => "transaction_history",
            "INVESTMENT_HOLDINGS" | "INVESTMENT_TRANSACTIONS" => "investments",
            _ => continue,
        };
        if !words.iter().any(|known| known == word) {
            words.push(word.into());
        }
    }
    (!words.is_empty()).then_some(words)
}
