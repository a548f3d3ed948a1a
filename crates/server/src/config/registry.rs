//! The clients as they are now: read at the start and whenever the operator says so, while requests go on.

use crate::config::clients::{Clients, ClientsError};
use crate::config::origin::Origin;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

pub struct Registry {
    source: Source,
    now: RwLock<Arc<Clients>>,
}

/// Where clients come from.
pub struct Source {
    pub file: Option<PathBuf>,
    /// `None`: there is no sandbox.
    pub sandbox: Option<SandboxClient>,
}

/// What the client of the sandbox may do beside what it always may.
pub struct SandboxClient {
    pub public: Option<Origin>,
    pub redirect_uris: Vec<String>,
}

impl Source {
    pub fn read(&self) -> Result<Clients, ClientsError> {
        let file = self.file.as_deref();
        let mut clients = file.map_or(Ok(Clients::none()), Clients::read)?;
        match &self.sandbox {
            Some(SandboxClient {
                public,
                redirect_uris,
            }) => clients.add_sandbox(public.clone(), redirect_uris.clone())?,
            None if clients.is_empty() => return Err(ClientsError::None),
            None => clients.check_encryption()?,
        }
        Ok(clients)
    }
}

impl Registry {
    pub fn read(source: Source) -> Result<Registry, ClientsError> {
        let clients = source.read()?;
        Ok(Registry {
            source,
            now: RwLock::new(Arc::new(clients)),
        })
    }

    /// Those of this moment; whoever holds them does not see what comes after.
    pub fn now(&self) -> Arc<Clients> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        now.clone()
    }

    /// Tells the ids of the clients that may do nothing any more. An error leaves everything as it was.
    pub fn read_again(&self) -> Result<Vec<String>, ClientsError> {
        let clients = self.source.read()?;
        let before = self.now();
        let ids = before.all().map(|client| client.id.clone());
        let gone = ids.filter(|id| clients.find(id).is_none()).collect();
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(clients);
        Ok(gone)
    }
}
