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
    let mode = match std::fs::metadata(file) {
        Ok(found) => found.permissions().mode(),
        Err(_) => {
            let mut options = OpenOptions::new();
            let made = options.create(true).append(true).mode(OWNER_ALONE);
            made.open(file)?.metadata()?.permissions().mode()
        }
    };
    if mode & OTHERS != 0 {
        std::fs::set_permissions(file, Permissions::from_mode(OWNER_ALONE))?;
        tracing::info!(
            "{} was open to others; now only its owner reads it",
            file.display()
        );
    }
    Ok(())
}

/// What takes the place of a file is its owner's, whoever writes it. Where there is no such file yet, nothing changes.
#[cfg(unix)]
pub fn give_to_owner_of(file: &Path, new: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    match std::fs::metadata(file) {
        Ok(old) => chown(new, Some(old.uid()), Some(old.gid())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
pub fn give_to_owner_of(_: &Path, _: &Path) -> io::Result<()> {
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
