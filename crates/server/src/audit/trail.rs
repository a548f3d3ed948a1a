//! What is known of the request that is being answered: whoever writes something down need not be handed it. It holds
//! nothing that a caller could write into it.

use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

tokio::task_local! {
    static CURRENT: Arc<Trail>;
}

/// Whose request it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub client: String,
    /// Hashed. `None`: the client's own server asks, for nobody.
    pub user: Option<String>,
}

pub struct Trail {
    pub request_id: String,
    pub address: Option<IpAddr>,
    pub method: &'static str,
    /// As the router has it, with names in braces. `None`: no route fits.
    pub route: Option<String>,
    who: Mutex<Option<Who>>,
    limit: OnceLock<&'static str>,
    /// The database has failed; `true`: in a way that passes.
    failed: OnceLock<bool>,
}

impl Trail {
    pub fn new(
        request_id: String,
        address: Option<IpAddr>,
        method: &'static str,
        route: Option<String>,
    ) -> Trail {
        Trail {
            request_id,
            address,
            method,
            route,
            who: Mutex::default(),
            limit: OnceLock::new(),
            failed: OnceLock::new(),
        }
    }

    /// Everything that happens within the answer is this request's.
    pub async fn follow<F: Future>(self, answer: F) -> F::Output {
        CURRENT.scope(Arc::new(self), answer).await
    }

    pub fn current() -> Option<Arc<Trail>> {
        CURRENT.try_with(Arc::clone).ok()
    }

    /// Somebody has found out whose request it is, also if it is refused then.
    pub fn name(who: Who) {
        // Outside a request there is nothing to be named.
        let _ = CURRENT.try_with(|trail| *trail.lock() = Some(who));
    }

    /// A limit is reached, by its name.
    pub fn reached(limit: &'static str) {
        // The first is what the request is refused for; outside of one there is nothing to be said.
        let _ = CURRENT.try_with(|trail| trail.limit.set(limit));
    }

    /// The database has failed, for now or not.
    pub fn database_failed(passing: bool) {
        let _ = CURRENT.try_with(|trail| trail.failed.set(passing));
    }

    pub fn failed(&self) -> Option<bool> {
        self.failed.get().copied()
    }

    pub fn limit(&self) -> Option<&'static str> {
        self.limit.get().copied()
    }

    pub fn who(&self) -> Option<Who> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Who>> {
        self.who.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
