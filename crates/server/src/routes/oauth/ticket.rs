//! What stands in the address of `/oauth/start`: whose login it is and at which bank, sealed, so that nobody can make one up.

use crate::app::App;
use crate::routes::user::User;
use crate::routes::ways::Way;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

const PLACE: &str = "oauth.ticket";

/// Good as long as the token of its session.
#[derive(Serialize, Deserialize)]
pub struct Ticket {
    pub token_sha256: String,
    pub provider: String,
    pub aggregator: String,
    pub bank: String,
}

/// Where this user logs in to this bank.
pub fn address(app: &App, user: &User, provider: &str, way: &Way<'_>) -> String {
    let ticket = Ticket {
        token_sha256: user.token_sha256.clone(),
        provider: provider.to_owned(),
        aggregator: way.member.id.clone(),
        bank: way.bank.clone(),
    };
    let text = serde_json::to_vec(&ticket).expect("a ticket holds only texts");
    let sealed = app.db.vault().seal(PLACE, &text);
    let ticket = URL_SAFE_NO_PAD.encode(sealed);
    format!("{}/oauth/start?ticket={ticket}", app.public)
}

pub fn read(app: &App, text: &str) -> Option<Ticket> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = app.db.vault().unseal(PLACE, &sealed)?;
    serde_json::from_slice(&text).ok()
}
