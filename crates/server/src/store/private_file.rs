//! Files that only their owner reads.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

/// Writes a new file, or another content into an old one.
pub fn create(file: &Path, content: &[u8]) -> io::Result<()> {
    make_private(file)?;
    let mut open = OpenOptions::new().write(true).truncate(true).open(file)?;
    open.write_all(content)?;
    open.sync_all()
}

/// Makes the file when it is not there, and takes it from everybody but its owner.
#[cfg(unix)]
pub fn make_private(file: &Path) -> io::Result<()> {
    use std::fs::Permissions;
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    const OWNER_ALONE: u32 = 0o600;
    const OTHERS: u32 = 0o077;
    let mut options = OpenOptions::new();
    let options = options.create(true).append(true).mode(OWNER_ALONE);
    let mode = options.open(file)?.metadata()?.permissions().mode();
    if mode & OTHERS != 0 {
        std::fs::set_permissions(file, Permissions::from_mode(OWNER_ALONE))?;
        tracing::info!(
            "{} was open to others; now only its owner reads it",
            file.display()
        );
    }
    Ok(())
}

/// Elsewhere the folder says who reads what is in it.
#[cfg(not(unix))]
pub fn make_private(file: &Path) -> io::Result<()> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .map(drop)
}
