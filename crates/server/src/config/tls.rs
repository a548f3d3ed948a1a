//! The server's own certificate, where no proxy stands before it.

use clap::Args;
use std::path::{Path, PathBuf};

const HEADING: &str = "TLS";

#[derive(Clone, Debug, Args)]
pub struct TlsFiles {
    /// PEM file of the certificate and what leads to its root; --listen then
    /// speaks TLS alone, and SIGHUP reads both files again
    #[arg(
        long,
        env = "CONNECT_TLS_CERT",
        help_heading = HEADING,
        value_name = "FILE",
        requires = "tls_key"
    )]
    tls_cert: Option<PathBuf>,

    /// PEM file of the certificate's private key
    #[arg(
        long,
        env = "CONNECT_TLS_KEY",
        help_heading = HEADING,
        value_name = "FILE",
        requires = "tls_cert"
    )]
    tls_key: Option<PathBuf>,
}

impl TlsFiles {
    /// Certificate and key; both or neither are given.
    pub fn both(&self) -> Option<(&Path, &Path)> {
        self.tls_cert.as_deref().zip(self.tls_key.as_deref())
    }
}
