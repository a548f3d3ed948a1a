//! The id of a login: the same for the same user name at the same bank, for one client, whichever connection it makes.

use crate::app::App;
use crate::routes::user::User;
use connect_core::Secret;
use connect_core::api::{Field, FieldKind, Institution, Provider};
use std::collections::BTreeMap;

pub fn id(
    app: &App,
    user: &User,
    institution: &Institution,
    provider: &Provider,
    credentials: &BTreeMap<String, Secret>,
) -> String {
    let bank_user = of_bank_user(app, user, provider, credentials);
    of_new(app, user, institution, bank_user.as_deref())
}

/// Of a connection that is made now.
pub fn of_new(
    app: &App,
    user: &User,
    institution: &Institution,
    bank_user: Option<&str>,
) -> String {
    bank_user.map_or_else(
        || of_connection(app, &user.grant.client, &institution.id),
        str::to_owned,
    )
}

/// `None`: the bank is sent no user name.
pub fn of_bank_user(
    app: &App,
    user: &User,
    provider: &Provider,
    credentials: &BTreeMap<String, Secret>,
) -> Option<String> {
    let mut names: Vec<Field> = match provider.oauth {
        true => Vec::new(),
        false => provider.login_fields(),
    };
    let says_who = |field: &Field| !matches!(field.kind, FieldKind::Password | FieldKind::Checkbox);
    names.retain(|field| field.required && says_who(field));
    names.sort_by(|one, other| one.name.cmp(&other.name));
    let mut texts = vec!["login", &user.grant.client, &provider.id];
    for field in &names {
        let typed = credentials.get(&field.name).map_or("", Secret::expose);
        texts.extend([field.name.as_str(), typed.trim()]);
    }
    (!names.is_empty()).then(|| app.identity.of(&texts))
}

/// Where no user name is sent, each connection has a login of its own.
pub fn of_connection(app: &App, client: &str, institution: &str) -> String {
    app.identity.of(&["connection", client, institution])
}
