//! Why a server does not start, in words that say what to do.

use crate::aggregators::Upstream;
use crate::catalogue::refresh::ImportError;
use crate::config::aggregators::AggregatorsError;
use crate::config::clients::ClientsError;
use crate::config::exposed::Exposed;
use crate::config::public_url::PublicUrl;
use crate::store::OpenError;
use crate::store::db::is_passing;
use crate::store::keys::KeysError;
use crate::store::lease::LeaseError;
use crate::tls::TlsError;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{}/index.html cannot be read ({source}); run `cargo xtask build` to build the widget, or name its directory with --dist", directory.display())]
    NoWidget {
        directory: PathBuf,
        source: io::Error,
    },
    #[error("--audit-log: {} cannot be opened: {source}", file.display())]
    AuditLog { file: PathBuf, source: io::Error },
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("--metrics-listen: {address} cannot be listened on: {source}")]
    MetricsListen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error(transparent)]
    Exposed(#[from] Exposed),
    #[error(
        "--public-url {0}: the server has addresses of its own that begin with this path; choose another, such as /bank"
    )]
    PathTaken(PublicUrl),
    #[error(transparent)]
    Clients(#[from] ClientsError),
    #[error("--demo-redirect-uri: {0}")]
    DemoRedirectUri(String),
    #[error("--database: {address} cannot be opened: {source}")]
    Database { address: String, source: OpenError },
    #[error("--database: {0}")]
    Lease(#[from] LeaseError),
    #[error("the database failed: {0}")]
    Query(#[from] sqlx::Error),
    #[error("no way out can be made: {0}")]
    Outside(Upstream),
    #[error(transparent)]
    Aggregators(#[from] AggregatorsError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error("port {} is taken: something else listens on {address}; choose another with --listen", address.port())]
    PortTaken { address: SocketAddr },
    #[error("{address} cannot be listened on: {source}")]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },
}

impl StartError {
    /// Nobody need change anything: the database is not there yet, and whoever tries again later may find it.
    pub fn is_passing(&self) -> bool {
        let error = match self {
            StartError::Database {
                source: OpenError::Database(error) | OpenError::Keys(KeysError::Database(error)),
                ..
            } => error,
            StartError::Query(error) => error,
            _ => return false,
        };
        // Of a file something has to be changed, its place or its rights.
        let of_file = matches!(error, sqlx::Error::Database(error) if error.code().is_none_or(|code| code.len() != 5));
        !of_file && is_passing(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_database_that_does_not_answer_passes_by_itself() {
        let opened = |source| StartError::Database {
            address: "postgres://connect@db.example/connect".into(),
            source,
        };
        assert!(opened(sqlx::Error::PoolTimedOut.into()).is_passing());
        assert!(opened(KeysError::Database(sqlx::Error::PoolTimedOut).into()).is_passing());
        assert!(StartError::Query(sqlx::Error::PoolTimedOut).is_passing());
        assert!(!opened(OpenError::OtherTables).is_passing());
        assert!(!opened(io::Error::from(io::ErrorKind::PermissionDenied).into()).is_passing());
        assert!(!StartError::DemoRedirectUri("x".into()).is_passing());
    }
}
