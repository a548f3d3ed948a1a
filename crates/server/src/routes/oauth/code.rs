//! The code that a bank's own site gives for a login: what it is exchanged for, and how it is forgotten. A test bank gives its
//! own; for all others it is ours, and stands for what the user has brought back from an aggregator.

use crate::aggregators::Cause;
use crate::aggregators::sandbox::Bank;
use crate::app::App;
use crate::crypto::digest::sha256;
use crate::engine::work::Job;
use crate::store::attempts::{self, Attempt};
use crate::store::desk;
use crate::store::institutions::Owner;
use crate::store::oauth;
use connect_core::Secret;
use connect_core::api::Institution;
use jiff::Timestamp;
use std::collections::BTreeMap;
use subtle::ConstantTimeEq;

/// Its name among the credentials.
pub const CODE: &str = "code";
const VERIFIER: &str = "code_verifier";

type Credentials = BTreeMap<String, Secret>;

/// The login that ours stands for; whoever has not begun it hears of none. `used_by` tells whether it was used.
pub async fn attempt(
    app: &App,
    owner: &Owner,
    credentials: &Credentials,
) -> sqlx::Result<Option<Attempt>> {
    let Some(code) = credentials.get(CODE) else {
        return Ok(None);
    };
    let found = attempts::find_by_code(&app.db, code, Timestamp::now()).await?;
    Ok(found.filter(|attempt| attempt.owner == *owner && is_proven(attempt, credentials)))
}

fn is_proven(attempt: &Attempt, credentials: &Credentials) -> bool {
    let verifier = credentials.get(VERIFIER).map_or("", Secret::expose);
    let proof = sha256(verifier.as_bytes());
    let uri = credentials.get("redirect_uri").map(Secret::expose);
    bool::from(proof.ct_eq(&attempt.asked.challenge))
        && uri.is_none_or(|uri| uri == attempt.asked.redirect_uri)
}

/// This connection has used the code already: the answer was lost, and the request is sent again.
pub async fn is_spent(
    app: &App,
    institution: &Institution,
    credentials: &Credentials,
    attempt: Option<&Attempt>,
) -> sqlx::Result<bool> {
    if let Some(attempt) = attempt {
        return Ok(attempt.used_by.as_deref() == Some(&institution.id));
    }
    let code = credentials
        .get(CODE)
        .filter(|_| Bank::of(&institution.provider).is_oauth());
    match code {
        Some(code) => desk::is_spent_by(&app.db, &institution.id, code, Timestamp::now()).await,
        None => Ok(false),
    }
}

/// What a login with a code does. A code counts once, for the bank that it was given for.
pub async fn redeem(
    app: &App,
    institution: &Institution,
    credentials: &Credentials,
    attempt: Option<&Attempt>,
) -> Job {
    let fits = |attempt: &&Attempt| attempt.asked.provider == institution.provider;
    let (Some(_), Some(code)) = (attempt.filter(fits), credentials.get(CODE)) else {
        return Job::Refused(Cause::LoginRefused);
    };
    match attempts::take(&app.db, code, &institution.id, Timestamp::now()).await {
        Ok(Some((held, query))) => Job::Returned { held, query },
        Ok(None) => Job::Refused(Cause::LoginRefused),
        Err(error) => {
            tracing::error!(%error, "what a user has brought back from a bank could not be read");
            Job::Refused(Cause::TryLater)
        }
    }
}

/// What the user has typed at the test bank's own page; nothing if the code is not good, and nothing lets nobody in.
/// The error is what comes of the login where nobody can tell.
pub async fn exchange(
    app: &App,
    bank: Bank,
    institution: &str,
    credentials: &Credentials,
) -> Result<Credentials, Job> {
    let redeemed = desk::redeem(&app.db, bank, institution, credentials, Timestamp::now()).await;
    let login = redeemed.map_err(|error| {
        tracing::error!(%error, "a test bank's code could not be exchanged");
        Job::Refused(Cause::TryLater)
    })?;
    let typed = login.map(|login| {
        [
            ("username".to_owned(), Secret::new(login.username)),
            ("password".to_owned(), login.password),
        ]
    });
    Ok(typed.into_iter().flatten().collect())
}

/// A code is used once, so that nothing of it stays.
pub async fn forget(app: &App, credentials: &Credentials) {
    if let Some(code) = credentials.get(CODE)
        && let Err(error) = oauth::forget_code(&app.db, code).await
    {
        // No reason to refuse the login: the code goes by itself after a while.
        tracing::error!(%error, "a used code could not be removed");
    }
}
