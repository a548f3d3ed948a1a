//! The code that a bank's own site gives for a login: what it is exchanged for, and how it is forgotten.

use crate::app::App;
use crate::sandbox::Bank;
use crate::store::oauth;
use connect_core::Secret;
use connect_core::api::{CreateInstitution, Provider};
use std::collections::BTreeMap;
use std::time::Instant;

/// Its name among the credentials.
pub const CODE: &str = "code";

/// The code was used: by a request whose answer was lost, if it is sent again for the same connection.
pub fn is_spent(app: &App, provider: &Provider, request: &CreateInstitution) -> bool {
    let code = request.credentials.get(CODE);
    provider.oauth && code.is_some_and(|code| !app.oauth_desk.holds(code))
}

/// What the user has typed at the test bank's own page; nothing if the code is not good, and nothing lets nobody in.
/// A code is used once, so that nothing of it stays.
pub async fn exchange(
    app: &App,
    bank: Bank,
    credentials: &BTreeMap<String, Secret>,
) -> BTreeMap<String, Secret> {
    if let Some(code) = credentials.get(CODE)
        && let Err(error) = oauth::forget_code(&app.pool, code).await
    {
        // No reason to refuse the login: the code goes by itself after a while.
        tracing::error!(%error, "a used code could not be removed");
    }
    let login = app.oauth_desk.redeem(bank, credentials, Instant::now());
    let typed = login.map(|login| {
        [
            ("username".to_owned(), Secret::new(login.username)),
            ("password".to_owned(), login.password),
        ]
    });
    typed.into_iter().flatten().collect()
}
