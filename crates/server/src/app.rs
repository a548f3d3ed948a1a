//! What all requests share.

use crate::aggregators::registry::Aggregators;
use crate::audit::{Audit, Who};
use crate::catalogue::{Catalogue, Details, Logos};
use crate::config::clients::Clients;
use crate::config::keeping::Keeping;
use crate::config::origin::Origin;
use crate::config::public_url::PublicUrl;
use crate::config::registry::Registry;
use crate::crypto::identity::Identity;
use crate::engine::ends::Ends;
use crate::engine::news::News;
use crate::engine::sync::Syncs;
use crate::faults::Faults;
use crate::http::address::Proxies;
use crate::http::widget::Widget;
use crate::limits::Limits;
use crate::metrics::exposition::Crowded;
use crate::store::Db;
use crate::store::institutions::Owner;
use crate::store::readiness::Readiness;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

pub type Shared = Arc<App>;

pub struct App {
    pub db: Db,
    /// Through whom banks are reached.
    pub aggregators: Arc<Aggregators>,
    pub catalogue: Catalogue,
    pub details: Details,
    pub logos: Logos,
    pub readiness: Readiness,
    pub keeping: Keeping,
    pub audit: Audit,
    pub identity: Identity,
    pub registry: Registry,
    pub syncs: Syncs,
    pub limits: Limits,
    /// Whose word on a request's sender is taken.
    pub proxies: Proxies,
    pub widget: Widget,
    /// How the server is reached from outside.
    pub public: PublicUrl,
    /// Every name under which a sandbox is reached, `public`'s among them.
    pub own_origins: Vec<Origin>,
    /// Where widget pages may come from that are not this server's own.
    pub widget_origins: Vec<Origin>,
    /// The text of security.txt.
    pub security: Option<String>,
    pub sandbox: bool,
    /// Empty without the sandbox.
    pub faults: Faults,
    /// Tells those who wait; of connections `syncs` does, of tokens `ends`.
    pub news: News,
    /// Tells of tokens that were taken back, and of clients.
    pub ends: Ends,
    /// Seconds.
    pub token_ttl: u32,
    pub poll_timeout: Duration,
    /// Turns `true` when the server is told to stop.
    pub stopping: watch::Receiver<bool>,
}

impl App {
    /// How the audit log calls a user.
    pub fn who(&self, owner: &Owner) -> Who {
        Who {
            client: owner.client.clone(),
            user: Some(self.identity.user(&owner.client, &owner.user)),
        }
    }

    /// The origin of all addresses from outside.
    pub fn origin(&self) -> &Origin {
        self.public.origin()
    }

    /// What stands at this path, for the widget: its page may be elsewhere.
    pub fn here(&self, path: &str) -> String {
        match self.widget_origins.is_empty() {
            true => self.below(path),
            false => format!("{}{path}", self.public),
        }
    }

    /// The path as browsers ask for it, whatever the name by which they reach the server.
    pub fn below(&self, path: &str) -> String {
        format!("{}{path}", self.public.path())
    }

    /// Those of this moment: the operator may have the file read again at any time.
    pub fn clients(&self) -> Arc<Clients> {
        self.registry.now()
    }
}

impl Crowded for App {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn syncs(&self) -> &Syncs {
        &self.syncs
    }
}

/// On which of the server's addresses a request came in.
#[derive(Clone, Debug)]
pub struct Side {
    /// Where the demo shop of this address finds the widget: at the other address, when there is one.
    pub widget: PublicUrl,
}
