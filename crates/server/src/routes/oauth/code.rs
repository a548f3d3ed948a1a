//! The code that a bank's own site gives for a login: what it is exchanged for, and how it is forgotten.

use crate::aggregators::sandbox::Bank;
use crate::app::App;
use crate::store::oauth;
use connect_core::Secret;
use connect_core::api::Institution;
use std::collections::BTreeMap;
use std::time::Instant;

/// Its name among the credentials.
pub const CODE: &str = "code";

/// This connection has used the code already: the answer was lost, and the request is sent again.
pub fn is_spent(
    app: &App,
    institution: &Institution,
    credentials: &BTreeMap<String, Secret>,
) -> bool {
    let code = credentials
        .get(CODE)
        .filter(|_| Bank::of(&institution.provider).is_oauth());
    let now = Instant::now();
    code.is_some_and(|code| app.oauth_desk.is_spent_by(&institution.id, code, now))
}

/// What the user has typed at the test bank's own page; nothing if the code is not good, and nothing lets nobody in.
pub fn exchange(
    app: &App,
    bank: Bank,
    institution: &str,
    credentials: &BTreeMap<String, Secret>,
) -> BTreeMap<String, Secret> {
    let now = Instant::now();
    let login = app.oauth_desk.redeem(bank, institution, credentials, now);
    let typed = login.map(|login| {
        [
            ("username".to_owned(), Secret::new(login.username)),
            ("password".to_owned(), login.password),
        ]
    });
    typed.into_iter().flatten().collect()
}

/// A code is used once, so that nothing of it stays.
pub async fn forget(app: &App, credentials: &BTreeMap<String, Secret>) {
    if let Some(code) = credentials.get(CODE)
        && let Err(error) = oauth::forget_code(&app.db, code).await
    {
        // No reason to refuse the login: the code goes by itself after a while.
        tracing::error!(%error, "a used code could not be removed");
    }
}
