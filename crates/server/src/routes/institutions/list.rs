//! `GET /v1/institutions`: the connections of a user, or all of a client's, in short.

use super::find::is_open;
use crate::app::{App, Shared};
use crate::http::params::Params;
use crate::http::problem::{Answer, Refusal};
use crate::routes::asker::Asker;
use crate::store::listing::{self, Listed, Wanted, Whose};
use crate::store::owner::Owner;
use axum::extract::State;
use connect_core::api::{SyncError, SyncStatus};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// So many on a page.
pub const PAGE: u32 = 100;

#[derive(Serialize, JsonSchema)]
pub struct Page {
    items: Vec<Connection>,
    /// For `after`, to read on. Null: there are no more.
    next: Option<String>,
}

/// A connection in short.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ListedInstitution")]
struct Connection {
    id: String,
    name: String,
    /// The bank's id, a provider's.
    #[serde(rename = "type")]
    provider: String,
    /// The client's own name for its user; to the client's server alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    /// It was made in a page without a token, which says its user itself: nobody has shown that it is this one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    user_unverified: bool,
    sync_status: SyncStatus,
    /// Only with `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    sync_error: Option<Trouble>,
    /// How many accounts it covers; null until a sync has ended well.
    accounts: Option<usize>,
    /// When a sync last ended well, RFC 3339; null: none has so far.
    last_synced_at: Option<String>,
    /// When its last sync began, moved on or ended, RFC 3339.
    updated_at: Option<String>,
    /// When the bank's permission ends, RFC 3339, where it has an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_expires_at: Option<String>,
    /// The login that the bank has let in last.
    #[serde(skip_serializing_if = "Option::is_none")]
    login_id: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ListedError")]
struct Trouble {
    /// As `sync_error.name` of the connection.
    name: String,
    message: String,
}

impl From<SyncError> for Trouble {
    fn from(error: SyncError) -> Trouble {
        Trouble {
            name: error.name,
            message: error.message,
        }
    }
}

pub async fn list(
    State(app): State<Shared>,
    asker: Asker,
    params: Params,
) -> Answer<axum::Json<Page>> {
    let most = params.page(PAGE)?;
    let since = params.find("updated_after").map(|text| {
        let wrong = "updated_after must be a time as of RFC 3339";
        text.parse::<Timestamp>()
            .map_err(|_| Refusal::invalid_query(wrong))
    });
    let since = since.transpose()?;
    let user = params.find("user_id");
    let owner;
    let whose = match (&asker, user) {
        (Asker::User(asks), said) if said.is_none_or(|said| said == asks.grant.user) => {
            owner = asks.owner();
            Whose::Owner(&owner)
        }
        (Asker::User(_), _) => return Err(Refusal::not_found("this token is not of this user")),
        (Asker::Client(client, _), Some(user)) => {
            owner = Owner {
                client: client.id.clone(),
                user: user.to_owned(),
                scope: None,
            };
            Whose::Owner(&owner)
        }
        (Asker::Client(client, _), None) => Whose::Client(&client.id),
    };
    let wanted = Wanted {
        whose,
        after: params.find("after").unwrap_or_default(),
        since,
        most: most + 1,
    };
    let mut found = listing::list(&app.db, wanted).await?;
    let has_more = found.len() > most as usize;
    found.truncate(most as usize);
    let next = found.last().filter(|_| has_more);
    let next = next.map(|last| last.whole.institution.id.clone());
    let items = found
        .into_iter()
        .filter_map(|listed| told(&app, &asker, listed));
    Ok(axum::Json(Page {
        items: items.collect(),
        next,
    }))
}

/// `None`: the session does not reach it, or the end of its last sync has removed it.
fn told(app: &App, asker: &Asker, listed: Listed) -> Option<Connection> {
    let Listed { whole, synced_at } = listed;
    let id = whole.institution.id.clone();
    let login_id = whole.institution.login_id.clone();
    let institution = match app.syncs.unwritten(&id) {
        Some(end) => end.told()?,
        None => whole.institution,
    };
    if let Asker::User(user) = asker
        && !is_open(&user.grant.options, &institution)
    {
        return None;
    }
    let details = institution.sync_status_details;
    Some(Connection {
        id,
        name: institution.name,
        provider: institution.provider,
        user_id: matches!(asker, Asker::Client(..)).then_some(whole.user),
        user_unverified: whole.by_page,
        sync_status: institution.sync_status,
        sync_error: institution.sync_error.map(Trouble::from),
        accounts: institution.accounts.map(|accounts| accounts.len()),
        last_synced_at: synced_at.map(|at| at.to_string()),
        updated_at: details.map(|details| details.date),
        consent_expires_at: institution.consent_expires_at,
        login_id,
    })
}
