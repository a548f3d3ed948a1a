//! `POST /link-session`: a host's server prepares a session for one of its users.
//! Source: MoneyKit's "Connect Overview" and its published API clients, which take 201 for the answer.

use crate::app::{App, Shared};
use crate::config::clients::Client;
use crate::http::body::Foreign;
use crate::http::problem::{Answer, Refusal};
use crate::http::text::{NAME_FORM, fits, is_name};
use crate::routes::client::ByClient;
use crate::routes::hosts::{bad, is_webhook, unstored};
use crate::routes::launch_options::{COUNTRIES_FORM, LONGEST_REASON, are_countries};
use crate::routes::tokens::{Wish, grant};
use crate::store::institutions::{self, Owner};
use crate::store::providers;
use crate::store::tokens::Notes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use connect_core::Secret;
use connect_core::api::{
    AccountSelection, Consent, ConsentReason, Duplicates, LaunchOptions, schema,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use std::collections::BTreeMap;
use url::Url;

/// In MoneyKit's order.
const PRODUCTS: [&str; 4] = ["account_numbers", "identity", "transactions", "investments"];

/// MoneyKit's scope that every connection has.
const ACCOUNTS: &str = "accounts";

/// Kinds of accounts that hold deposits.
const DEPOSITORY: [&str; 5] = ["checking", "savings", "cash", "cd", "prepaid"];

/// Each is looked up.
const MOST_PROVIDERS: usize = 100;
const MOST_TAGS: usize = 32;
const LONGEST_TAG: usize = 256;
const LONGEST_ID: usize = 256;

/// Other fields are passed over.
#[derive(Deserialize, JsonSchema)]
pub struct LinkSession {
    settings: Option<Settings>,
    customer_user: CustomerUser,
    /// The connection to log in to again; it must be this user's.
    existing_link_id: Option<String>,
    /// The bank to go straight to.
    #[schemars(length(max = 256), regex(pattern = schema::PLAIN))]
    institution_id: Option<String>,
    /// The registered page that the user comes back to from a bank's own site, without a query.
    redirect_uri: Option<String>,
    /// `https://` address. It is kept and told with the connection; nothing is sent there.
    #[schemars(length(max = 2048), regex(pattern = "^https://"))]
    webhook: Option<String>,
    /// Come back with the connection.
    #[schemars(length(max = 32), inner(length(max = 256)))]
    link_tags: Option<Vec<String>>,
    connect_features: Option<Features>,
}

#[derive(Default, Deserialize, JsonSchema)]
struct Settings {
    /// Banks' ids. Names of aggregators are passed over: which one reaches a bank is this server's business.
    #[schemars(length(max = 100))]
    providers: Option<Vec<String>>,
    /// `account_numbers`, `identity`, `transactions`, `investments`.
    products: Option<BTreeMap<String, Option<Product>>>,
    link_permissions: Option<Permissions>,
    /// ISO 3166-1 alpha-2.
    #[schemars(length(max = 500), inner(regex(pattern = schema::COUNTRY)))]
    countries: Option<Vec<String>>,
}

#[derive(Clone, Default, Deserialize, JsonSchema)]
struct Product {
    required: Option<bool>,
    /// The user is asked for their consent.
    require_permission: Option<bool>,
    prefetch: Option<bool>,
    /// A sentence for the user.
    #[schemars(length(max = 500))]
    reason: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Permissions {
    requested: Vec<Permission>,
}

#[derive(Deserialize, JsonSchema)]
struct Permission {
    #[schemars(extend("enum" = ["accounts", "account_numbers", "identity", "transactions", "investments"]))]
    scope: String,
    /// A sentence for the user.
    #[schemars(length(max = 500))]
    reason: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct CustomerUser {
    /// The client's own name for its user.
    #[schemars(length(min = 1, max = 256), regex(pattern = schema::NAME))]
    id: String,
}

#[derive(Default, Deserialize, JsonSchema)]
struct Features {
    duplicate_institution_warning: Option<bool>,
    duplicate_institution_rejected: Option<bool>,
    permit_only_one_account: Option<bool>,
    permit_only_depository_accounts: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
pub struct LinkSessionToken {
    link_session_token: Secret,
}

pub async fn create(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    Foreign(asked): Foreign<LinkSession>,
) -> Answer<Response> {
    let user_id = asked.customer_user.id.clone();
    if !is_name(&user_id) {
        return Err(bad(format!("customer_user.id {NAME_FORM}")));
    }
    check(&app, &client, &asked).await?;
    let (options, notes) = read(&app, asked).await?;
    let wish = Wish {
        notes,
        ..Wish::new(&app, user_id, options)
    };
    let granted = grant(&app, &client, wish).await;
    let answer = LinkSessionToken {
        link_session_token: granted.map_err(Refusal::into_bad_request)?.token,
    };
    Ok(unstored(StatusCode::CREATED, answer))
}

async fn check(app: &App, client: &Client, asked: &LinkSession) -> Answer<()> {
    if let Some(uri) = &asked.redirect_uri {
        let url = Url::parse(uri).map_err(|_| bad("redirect_uri must be an absolute URL"))?;
        if url.query().is_some() {
            return Err(bad("redirect_uri must not have a query"));
        }
        if !client.registered(uri) {
            return Err(Refusal::redirect_uri_not_registered());
        }
    }
    if asked.webhook.as_ref().is_some_and(|text| !is_webhook(text)) {
        return Err(bad("webhook must be an https:// address"));
    }
    let settings = asked.settings.as_ref();
    let banks = settings.and_then(|settings| settings.providers.as_ref());
    if banks.is_some_and(|banks| banks.len() > MOST_PROVIDERS) {
        return Err(bad("settings.providers must have at most 100 entries"));
    }
    let countries = settings.and_then(|settings| settings.countries.as_deref());
    if !are_countries(countries) {
        return Err(bad(format!("settings.countries {COUNTRIES_FORM}")));
    }
    let bank = asked.institution_id.as_deref().unwrap_or_default();
    if !fits(bank, LONGEST_ID) {
        return Err(bad(
            "institution_id must have at most 256 characters, and no control characters",
        ));
    }
    let tags = asked.link_tags.as_deref().unwrap_or_default();
    if tags.len() > MOST_TAGS || tags.iter().any(|tag| tag.chars().count() > LONGEST_TAG) {
        return Err(bad(
            "link_tags must be at most 32 texts of at most 256 characters",
        ));
    }
    if let Some(id) = &asked.existing_link_id {
        let owner = Owner {
            client: client.id.clone(),
            user: asked.customer_user.id.clone(),
            scope: None,
        };
        if institutions::find(&app.db, &owner, id).await?.is_none() {
            return Err(bad(
                "existing_link_id is no connection of this customer_user",
            ));
        }
    }
    Ok(())
}

/// What is asked, in our words.
async fn read(app: &App, asked: LinkSession) -> Answer<(LaunchOptions, Notes)> {
    let settings = asked.settings.unwrap_or_default();
    let features = asked.connect_features.unwrap_or_default();
    let on = |feature: Option<bool>| feature == Some(true);
    let products = settings.products.unwrap_or_default();
    let products: Vec<(&str, Product)> = PRODUCTS
        .into_iter()
        .filter_map(|name| Some((name, products.get(name)?.clone().unwrap_or_default())))
        .collect();
    let permissions = settings.link_permissions;
    let (job_types, consent) = data(&products, permissions.as_ref())?;
    let notes = Notes {
        webhook: asked.webhook,
        tags: asked.link_tags.unwrap_or_default(),
        products: Map::from_iter(products.iter().map(|(name, product)| {
            let settings =
                json!({"required": on(product.required), "prefetch": on(product.prefetch)});
            ((*name).to_owned(), json!({"settings": settings}))
        })),
    };
    let selection = match on(features.permit_only_one_account) {
        true => AccountSelection::Single,
        false => AccountSelection::Multiple,
    };
    let duplicates = match (
        on(features.duplicate_institution_rejected),
        on(features.duplicate_institution_warning),
    ) {
        (true, _) => Some(Duplicates::Reject),
        (false, true) => Some(Duplicates::Warn),
        (false, false) => None,
    };
    let depository = on(features.permit_only_depository_accounts);
    let options = LaunchOptions {
        providers: banks(app, settings.providers).await?,
        countries: settings.countries.filter(|countries| !countries.is_empty()),
        job_types: (!job_types.is_empty()).then_some(job_types),
        consent,
        // A connection of before has its bank.
        provider: asked
            .institution_id
            .filter(|_| asked.existing_link_id.is_none()),
        institution: asked.existing_link_id,
        oauth_redirect_uri: asked.redirect_uri,
        account_selection: Some(selection),
        account_kinds: depository.then(|| DEPOSITORY.map(str::to_owned).to_vec()),
        duplicates,
        exchange: Some(true),
        ..LaunchOptions::default()
    };
    Ok((options, notes))
}

/// The data that is asked for, and the consent to it where it is wanted.
fn data(
    products: &[(&str, Product)],
    permissions: Option<&Permissions>,
) -> Answer<(Vec<String>, Option<Consent>)> {
    let mut job_types: Vec<String> = products.iter().map(|(name, _)| (*name).into()).collect();
    let mut reasons = Vec::new();
    for (name, product) in products {
        let field = || format!("settings.products.{name}.reason");
        let told = reason(name, product.reason.as_deref(), field)?;
        if product.require_permission == Some(true) {
            reasons.extend(told);
        }
    }
    let requested = permissions.map_or(&[][..], |permissions| &permissions.requested);
    for (at, permission) in requested.iter().enumerate() {
        let scope = permission.scope.as_str();
        let known = PRODUCTS.into_iter().chain([ACCOUNTS]);
        if !known.into_iter().any(|known| known == scope) {
            return Err(bad(format!(
                "settings.link_permissions.requested[{at}].scope must be accounts, account_numbers, identity, transactions or investments"
            )));
        }
        if !job_types.iter().any(|job_type| job_type == scope) {
            job_types.push(scope.into());
        }
        let field = || format!("settings.link_permissions.requested[{at}].reason");
        let told = reason(scope, permission.reason.as_deref(), field)?;
        if !reasons
            .iter()
            .any(|reason: &ConsentReason| reason.job_type == scope)
        {
            reasons.extend(told);
        }
    }
    let wanted = products
        .iter()
        .any(|(_, product)| product.require_permission == Some(true));
    let consent = (wanted || !requested.is_empty()).then_some(Consent {
        reasons,
        terms_url: None,
    });
    Ok((job_types, consent))
}

fn reason(
    job_type: &str,
    text: Option<&str>,
    field: impl Fn() -> String,
) -> Answer<Option<ConsentReason>> {
    if text.is_some_and(|text| text.chars().count() > LONGEST_REASON) {
        return Err(bad(format!("{} must have at most 500 characters", field())));
    }
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    Ok(text.map(|text| ConsentReason {
        job_type: job_type.into(),
        reason: text.into(),
    }))
}

/// MoneyKit's `providers` are aggregators; those entries that name a bank here limit the list.
async fn banks(app: &App, asked: Option<Vec<String>>) -> Answer<Option<Vec<String>>> {
    let mut banks = Vec::new();
    for id in asked.unwrap_or_default() {
        if providers::find(&app.db, &id).is_some() {
            banks.push(id);
        }
    }
    Ok((!banks.is_empty()).then_some(banks))
}
