//! A connection as its session is told of it: which accounts it may take, whose login it is, and the code to exchange.

use crate::app::App;
use crate::crypto::random;
use crate::http::problem::{Answer, Refusal};
use crate::routes::logos::localised;
use crate::routes::user::User;
use crate::store::{exchange, institutions};
use connect_core::Secret;
use connect_core::api::{Account, Institution, LaunchOptions, SyncStatus, WaitFor};
use jiff::Timestamp;

pub async fn tell(app: &App, user: &User, institution: Institution) -> Answer<Institution> {
    let mut told = localised(app, limited(institution, &user.grant.options));
    // Before, nobody has shown that the login is theirs.
    if !stands(&told, &user.grant.options) {
        return Ok(told);
    }
    // A host that hears of success relies on it: what could still be lost is no success yet.
    if app.syncs.unwritten(&told.id).is_some() {
        return Err(Refusal::busy());
    }
    told.login_id = institutions::login_id(&app.db, &told.id).await?;
    if user.grant.options.exchange == Some(true) {
        let code = Secret::new(random::token());
        exchange::put(&app.db, &user.grant, &told.id, &code, Timestamp::now()).await?;
        told.exchange_code = Some(code);
    }
    Ok(told)
}

/// The session's wait is over, and well.
fn stands(institution: &Institution, options: &LaunchOptions) -> bool {
    let authorized = institution.authorized == Some(true);
    institution.sync_status == SyncStatus::Ok
        || (authorized && options.wait_for == Some(WaitFor::Authorized))
}

/// Accounts of kinds that the session does not take are shown, and cannot be chosen.
pub fn limited(mut institution: Institution, options: &LaunchOptions) -> Institution {
    if let Some(kinds) = &options.account_kinds {
        let other = |account: &&mut Account| !kinds.contains(&account.kind);
        let accounts = institution.accounts.iter_mut().flatten();
        for account in accounts.filter(other) {
            account.eligible = Some(false);
            account
                .reason
                .get_or_insert_with(|| "This kind of account can't be connected here.".into());
        }
    }
    institution
}
