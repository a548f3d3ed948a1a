//! SimpleFIN: the user pastes a token, which is exchanged once for an address with a password, and behind that are the
//! accounts of all banks that they have connected there. Protocol: <https://www.simplefin.org/protocol.html>, 1.0.7 and 2.

mod access;
mod accounts;
mod claim;
mod kind;
mod login;
mod settings;
#[cfg(test)]
mod tests;
mod token;
mod wire;
mod words;

pub use settings::Settings;

use super::http::{Bounds, Client, Guarded};
use super::{
    Aggregator, Answer, Banks, Health, Held, Login, Misconfigured, Progress, Upstream, Way,
};
use access::Access;
use async_trait::async_trait;

pub struct SimpleFin {
    settings: Settings,
    /// Tokens are made by users, and name the server that is called.
    http: Guarded,
}

impl SimpleFin {
    pub fn new(settings: Settings) -> Result<SimpleFin, Misconfigured> {
        SimpleFin::within(settings, Bounds::default())
    }

    fn within(settings: Settings, bounds: Bounds) -> Result<SimpleFin, Misconfigured> {
        let origins = settings.origins()?;
        let http = Client::guarded(origins, bounds)
            .map_err(|upstream| Misconfigured(upstream.to_string()))?;
        Ok(SimpleFin { settings, http })
    }
}

#[async_trait]
impl Aggregator for SimpleFin {
    /// There is nothing to register and no key, so nobody is asked.
    async fn check(&self) -> Result<Health, Misconfigured> {
        let hosts = self.settings.all_servers().join(", ");
        let says = vec![format!("takes tokens of {hosts}")];
        Ok(Health { says })
    }

    async fn banks(&self) -> Result<Banks, Upstream> {
        Ok(Banks::Whole(vec![login::bank(&self.settings)]))
    }

    async fn begin(&self, login: Login<'_>) -> Result<Progress, Upstream> {
        let Way::Credentials(credentials) = login.way else {
            return Err(Upstream::Protocol("it has no page to log in at".into()));
        };
        claim::claim(&self.http, credentials, login.renews).await
    }

    async fn resume(&self, _held: &Held, _answer: Answer<'_>) -> Result<Progress, Upstream> {
        Err(Upstream::Protocol("it never asks anything".into()))
    }

    async fn look(&self, held: &Held) -> Result<Progress, Upstream> {
        match Access::held(held, &self.http)? {
            Some(access) => accounts::fetch(&self.http, &access, held).await,
            None => Ok(claim::wanted(held)),
        }
    }

    async fn refresh(&self, held: &Held, _interactive: bool) -> Result<Progress, Upstream> {
        self.look(held).await
    }

    /// The protocol has nothing for it: only the user can disable the token, at the server's own site.
    async fn forget(&self, _held: &Held) -> Result<(), Upstream> {
        Ok(())
    }
}
