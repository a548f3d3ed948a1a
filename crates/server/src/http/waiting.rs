//! A request that waits for news gives back all the room that it takes within the server: whoever serves it keeps its head
//! alone, and asks it once more when there may be an answer.

use axum::http::Extensions;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

/// Among a request's extensions: it may be answered with [`Later`].
#[derive(Clone, Copy)]
pub struct MayWait;

/// Among the extensions of a request that is asked once more: what was counted for it is counted.
#[derive(Clone, Copy)]
pub struct Again;

/// Ready when the request is to be asked once more, with what is to be among its extensions then.
pub type Wait = Pin<Box<dyn Future<Output = Extensions> + Send>>;

/// Among an answer's extensions: it is none yet, and whatever else it says is not looked at.
#[derive(Clone)]
pub struct Later(Arc<Mutex<Inner>>);

struct Inner {
    wait: Option<Wait>,
    carried: Extensions,
}

impl Later {
    pub fn new(wait: Wait) -> Later {
        Later(Arc::new(Mutex::new(Inner {
            wait: Some(wait),
            carried: Extensions::new(),
        })))
    }

    /// Will be among the request's extensions, too.
    pub fn carry<T: Clone + Send + Sync + 'static>(&self, value: T) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.carried.insert(value);
    }

    /// What is waited for; once.
    pub fn take(&self) -> Option<Wait> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (wait, mut carried) = (inner.wait.take()?, std::mem::take(&mut inner.carried));
        Some(Box::pin(async move {
            carried.extend(wait.await);
            carried
        }))
    }
}
