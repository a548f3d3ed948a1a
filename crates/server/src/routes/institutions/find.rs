//! One of the user's connections, as far as the session may reach it.

use crate::app::App;
use crate::http::problem::{Answer, Refusal};
use crate::routes::user::User;
use crate::store::institutions;
use connect_core::api::{Institution, LaunchOptions};

/// As it stands, also where the end of its last sync is not written down yet.
pub async fn find(app: &App, user: &User, id: &str) -> Answer<Institution> {
    let found = institutions::find(&app.db, &user.owner(), id).await?;
    let found = found.filter(|institution| is_open(&user.grant.options, institution));
    let found = found.and_then(|institution| match app.syncs.unwritten(id) {
        Some(end) => end.told(),
        None => Some(institution),
    });
    found.ok_or_else(|| Refusal::not_found("this user has no institution with this id"))
}

/// To do something with it: the end of its last sync is written down first.
pub async fn find_to_change(app: &App, user: &User, id: &str) -> Answer<Institution> {
    app.syncs.settle(id).await?;
    find(app, user, id).await
}

/// A session that is for one connection and may not change the bank reaches no other one.
pub fn is_open(options: &LaunchOptions, institution: &Institution) -> bool {
    let fixed = options.institution.as_ref();
    options.allow_change_institution != Some(false)
        || fixed.is_none_or(|fixed| *fixed == institution.id)
}
