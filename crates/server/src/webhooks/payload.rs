//! An event as a client's server is told of it: ids, states and codes, and never what an account or a login is.

use crate::store::Db;
use crate::store::events::Event;
use crate::store::institutions;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct Payload {
    /// Another one for each event, and the same however often it is told.
    pub id: String,
    /// `connection.connected` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened, RFC 3339.
    timestamp: String,
    /// Its place among the client's events: each has a higher one than all before it.
    sequence: i64,
    data: Data,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EventData")]
struct Data {
    institution_id: String,
    /// The client's own name for its user, as long as the connection is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    /// It was made in a page without a token, which says its user itself: nobody has shown that it is this one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    user_unverified: bool,
    #[serde(flatten)]
    facts: Facts,
}

/// What else there is to say of it, each where it fits.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
struct Facts {
    /// The bank's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    /// How many accounts the connection covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    accounts: Option<u64>,
    /// When the bank's permission ends, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_expires_at: Option<String>,
    /// `sync_error.name` of the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Since when it has this error, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// Who has removed it: `user`, `client` or `server`.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

pub async fn told(db: &Db, event: &Event) -> sqlx::Result<Payload> {
    let found = institutions::of_client(db, &event.client, &event.institution).await?;
    let facts = serde_json::from_value(Value::Object(event.data.clone()));
    Ok(Payload {
        id: event.id.clone(),
        kind: event.kind.clone(),
        timestamp: event.happened_at.to_string(),
        sequence: event.number,
        data: Data {
            institution_id: event.institution.clone(),
            user_unverified: found.as_ref().is_some_and(|whole| whole.by_page),
            user_id: found.map(|whole| whole.user),
            facts: facts.map_err(|error| sqlx::Error::Decode(error.into()))?,
        },
    })
}
