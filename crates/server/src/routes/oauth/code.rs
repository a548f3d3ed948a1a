//! The code that a bank's own site gives for a login: what it is exchanged for, and how it is forgotten.

use crate::app::App;
use crate::sandbox::Bank;
use crate::store::oauth;
use connect_core::Secret;
use std::collections::BTreeMap;
use std::time::Instant;

/// Its name among the credentials.
pub const CODE: &str = "code";

/// What the user has typed at the test bank's own page; nothing if the code is not good, and nothing lets nobody in.
pub fn redeem(
    app: &App,
    bank: Bank,
    credentials: &BTreeMap<String, Secret>,
) -> BTreeMap<String, Secret> {
    let login = app.oauth_desk.redeem(bank, credentials, Instant::now());
    let typed = login.map(|login| {
        [
            ("username".to_owned(), Secret::new(login.username)),
            ("password".to_owned(), login.password),
        ]
    });
    typed.into_iter().flatten().collect()
}

/// A code is used once; nothing of it stays. The sync has begun, so that a failure is no reason to refuse anything:
/// the code goes with its login after a while.
pub async fn forget(app: &App, credentials: &BTreeMap<String, Secret>) {
    if let Some(code) = credentials.get(CODE)
        && let Err(error) = oauth::forget_code(&app.pool, code).await
    {
        tracing::error!(%error, "a used code could not be removed");
    }
}
