//! A request that waits does so with a token, which may end meanwhile: by its time, or because it is taken back.

use super::user::User;
use crate::app::App;
use crate::engine::news::Listener;
use crate::http::address::Address;
use crate::http::problem::Refusal;
use jiff::Timestamp;
use std::time::Duration;

pub struct Standing<'a> {
    app: &'a App,
    token_sha256: &'a str,
    address: Address,
    expires_at: Timestamp,
    watch: Listener,
}

impl<'a> Standing<'a> {
    /// Hears everything from this moment on.
    pub fn of(app: &'a App, user: &'a User) -> Standing<'a> {
        Standing {
            app,
            token_sha256: &user.token_sha256,
            address: user.address,
            expires_at: user.grant.expires_at,
            watch: app.ends.watch(&user.grant),
        }
    }

    /// Waits until the token is good no longer, and says why. May be given up and called again.
    pub async fn ended(&mut self) -> Refusal {
        loop {
            // First of all: what has happened before anybody listened is seen here.
            let token = self.token_sha256.to_owned();
            if let Err(refusal) = User::by_hash(self.app, token, self.address).await {
                return refusal;
            }
            let left = self.expires_at.duration_since(Timestamp::now());
            let left = Duration::try_from(left).unwrap_or(Duration::ZERO);
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                () = self.watch.news() => {}
            }
        }
    }
}
