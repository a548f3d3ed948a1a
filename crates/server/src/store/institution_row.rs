//! How an institution stands in its table: sealed, with what the database must know of it beside it.

use super::owner::Owner;
use crate::store::Db;
use crate::store::sealing::{self, USER};
use crate::store::sql::{self, Row};
use connect_core::api::{ChallengeKind, Institution, SyncStatus};
use jiff::Timestamp;
use std::collections::BTreeMap;

const TABLE: &str = "institutions";

/// A connection with what its client's server wants to know of it.
pub struct Whole {
    pub user: String,
    /// A page without a token has made it: the user's name is that page's word.
    pub by_page: bool,
    pub institution: Institution,
    /// What the host has asked of the backend.
    pub options: BTreeMap<String, String>,
}

/// A statement whose first eleven parameters are an institution's columns.
pub fn row(
    statement: &'static str,
    db: &Db,
    owner: &Owner,
    institution: &Institution,
) -> sql::Query {
    sql::query(statement)
        .bind(&owner.client)
        .bind(db.user(owner))
        .bind(&owner.scope)
        .bind(&institution.id)
        .bind(institution.version.cast_signed())
        .bind(word(institution))
        .bind(document(db, institution))
        .bind(accounts(institution))
        .bind(institution.authorized.is_some())
        .bind(changed_at(institution))
        .bind(&institution.provider)
}

pub fn parse(db: &Db, row: &Row) -> sqlx::Result<Institution> {
    let id: String = row.try_get("id")?;
    let document = sealing::needed(db.vault(), row, TABLE, "document", &id)?;
    serde_json::from_str(&document).map_err(|error| sqlx::Error::Decode(error.into()))
}

pub fn whole(db: &Db, row: &Row) -> sqlx::Result<Whole> {
    let mut institution = parse(db, row)?;
    institution.login_id = row.try_get("login_id")?;
    let id = &institution.id;
    let options = sealing::unsealed(db.vault(), row, TABLE, "options", id)?;
    let options = options.map(|options| serde_json::from_str(&options));
    Ok(Whole {
        user: sealing::needed(db.vault(), row, TABLE, USER, id)?,
        by_page: row.try_get::<Option<String>>("scope")?.is_some(),
        options: options
            .transpose()
            .map_err(|error| sqlx::Error::Decode(error.into()))?
            .unwrap_or_default(),
        institution,
    })
}

pub fn sealed(db: &Db, column: &str, id: &str, text: &str) -> Vec<u8> {
    sealing::sealed(db.vault(), TABLE, column, id, text)
}

pub fn document(db: &Db, institution: &Institution) -> Vec<u8> {
    let text = serde_json::to_string(institution)
        .expect("an institution holds nothing that JSON cannot say");
    sealed(db, "document", &institution.id, &text)
}

/// How many; `None`: no sync has ended well yet.
pub fn accounts(institution: &Institution) -> Option<i64> {
    let accounts = institution.accounts.as_ref()?;
    i64::try_from(accounts.len()).ok()
}

pub fn changed_at(institution: &Institution) -> Option<i64> {
    let details = institution.sync_status_details.as_ref()?;
    let date: Timestamp = details.date.parse().ok()?;
    Some(date.as_second())
}

/// When the bank's permission ends.
pub fn ends_at(institution: &Institution) -> Option<i64> {
    let ends: Timestamp = institution.consent_expires_at.as_deref()?.parse().ok()?;
    Some(ends.as_second())
}

/// A sync goes on as well while its user is to confirm something in the bank's own app.
pub fn is_running(institution: &Institution) -> bool {
    let challenge = institution
        .sync_error
        .as_ref()
        .and_then(|error| error.challenge.as_ref());
    let waits = challenge.is_some_and(|challenge| challenge.kind == ChallengeKind::Approve);
    institution.sync_status == SyncStatus::Syncing
        || (institution.sync_status == SyncStatus::Error && waits)
}

/// What the column says: whether a sync runs, and if not, how the last one ended.
pub fn word(institution: &Institution) -> &'static str {
    match institution.sync_status {
        _ if is_running(institution) => "syncing",
        SyncStatus::Syncing => "syncing",
        SyncStatus::Ok => "ok",
        SyncStatus::Error => "error",
        SyncStatus::Retry => "retry",
    }
}
