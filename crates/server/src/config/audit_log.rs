//! Where what happens is written down for an auditor.

use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug, Args)]
pub struct AuditLog {
    /// File that tells who did what, a JSON object in each line; - is standard
    /// error, and without it the lines stand in the log
    ///
    /// Mints, logins, answers, ends, exchanges, deletions, what was taken back and
    /// what was refused, with the client, the hashed user and the address; nothing
    /// that anybody has typed. It is only appended to; SIGHUP opens it again.
    #[arg(long, env = "CONNECT_AUDIT_LOG", value_name = "FILE")]
    audit_log: Option<PathBuf>,
}

impl AuditLog {
    pub fn file(&self) -> Option<&Path> {
        self.audit_log.as_deref()
    }
}
