//! Tells those who wait that something has changed; they look for themselves what it is.

use std::sync::Arc;
use tokio::sync::broadcast;

pub struct News(broadcast::Sender<Arc<str>>);

/// Hears everything from the moment on at which it was made.
pub struct Listener(broadcast::Receiver<Arc<str>>);

impl News {
    pub fn new() -> News {
        let (sender, _) = broadcast::channel(256);
        News(sender)
    }

    pub fn tell(&self, name: &str) {
        // Nobody may be listening, and that is fine.
        let _ = self.0.send(name.into());
    }

    pub fn listen(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

impl Listener {
    /// Until there is news of this name. A listener that fell behind has missed news: it looks for itself.
    pub async fn of(&mut self, name: &str) {
        while matches!(self.0.recv().await, Ok(other) if *other != *name) {}
    }

    /// The same of several names.
    pub async fn of_any(&mut self, names: &[String]) {
        while matches!(self.0.recv().await, Ok(other) if names.iter().all(|name| **name != *other))
        {
        }
    }
}
