//! `POST /v1/institutions`: how a connection begins.

use super::start::{Plan, Started, TRIES, changed_meanwhile, check_credentials, restart, spawn};
use crate::app::{App, Shared};
use crate::problem::{Answer, Refusal};
use crate::random;
use crate::routes::body::Json;
use crate::routes::key::Key;
use crate::routes::providers::{connected, offered};
use crate::routes::user::User;
use crate::store::institutions::{self, Begin};
use crate::sync::Syncs;
use axum::extract::State;
use axum::http::StatusCode;
use connect_core::api::{CreateInstitution, Duplicates, Institution, SyncStatus};

const LONGEST_NAME: usize = 256;

pub async fn create(
    State(app): State<Shared>,
    user: User,
    Key(key): Key,
    Json(request): Json<CreateInstitution>,
) -> Answer<Started> {
    if !(1..=LONGEST_NAME).contains(&request.name.trim().chars().count()) {
        return Err(Refusal::invalid("name must have 1 to 256 characters"));
    }
    let id = &request.provider;
    let provider = offered(&app, &user.grant.options, id)
        .await?
        .ok_or_else(|| Refusal::unknown_provider(StatusCode::UNPROCESSABLE_ENTITY, id))?;
    check_credentials(&provider, &request.credentials)?;
    let owner = user.owner();
    let mut known = keyed(&app, &user, key.as_deref(), id).await?;
    if known.is_none() {
        refuse_duplicate(&app, &user, id).await?;
    }
    let plan = Plan::Login(request.credentials.clone());
    for _ in 0..TRIES {
        if let Some(institution) = known {
            let started = restart(&app, &user, institution, &plan).await?;
            if let Some(started) = started {
                return Ok(started);
            }
        } else {
            let mut institution = new(&request);
            Syncs::begin(&mut institution, plan.first_step());
            match institutions::insert(&app.pool, &owner, &institution, key.as_deref()).await? {
                Begin::Done => return Ok(spawn(&app, &user, institution, &plan).await),
                Begin::TooMany => return Err(Refusal::too_many_syncs()),
                Begin::Outrun => {}
            }
        }
        // Another request with this key was faster.
        known = keyed(&app, &user, key.as_deref(), id).await?;
    }
    Err(changed_meanwhile())
}

/// The connection that was made under this key before, to be logged in to anew.
async fn keyed(
    app: &App,
    user: &User,
    key: Option<&str>,
    provider: &str,
) -> Answer<Option<Institution>> {
    let Some(key) = key else { return Ok(None) };
    let found = institutions::find_by_key(&app.pool, &user.owner(), key).await?;
    match found {
        Some(institution) if institution.provider != provider => Err(Refusal::conflict(
            "this Idempotency-Key names a connection to another provider",
        )),
        found => Ok(found),
    }
}

/// A session may have only one connection to each bank.
async fn refuse_duplicate(app: &App, user: &User, provider: &str) -> Answer<()> {
    if user.grant.options.duplicates != Some(Duplicates::Reject) {
        return Ok(());
    }
    match connected(app, user, provider).await? {
        Some(id) => Err(Refusal::duplicate(&id)),
        None => Ok(()),
    }
}

fn new(request: &CreateInstitution) -> Institution {
    Institution {
        id: random::hex::<12>(),
        name: request.name.clone(),
        provider: request.provider.clone(),
        authorized: None,
        sync_status: SyncStatus::Syncing,
        sync_error: None,
        sync_status_details: None,
        accounts: None,
        login_id: None,
        exchange_code: None,
        version: 0,
    }
}
