//! One server works with a database at a time: two would take each other's running syncs for left ones.

use crate::store::private_file;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A server that was told to stop has ended by then.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// Ends with its process, however that ends.
#[derive(Debug)]
pub struct Lease {
    _held: File,
}

#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    #[error(
        "another connect-server works with this database; stop it first, or name another one with --database"
    )]
    Taken,
    #[error("{} cannot be opened: {source}", file.display())]
    File { file: PathBuf, source: io::Error },
}

impl Lease {
    /// Waits a little for a server that is about to stop.
    pub async fn take(database: &Path, patience: Duration) -> Result<Lease, LeaseError> {
        let file = PathBuf::from(format!("{}.lock", database.display()));
        let failed = |source| LeaseError::File {
            file: file.clone(),
            source,
        };
        private_file::make_private(&file).map_err(failed)?;
        let held = File::open(&file).map_err(failed)?;
        let until = Instant::now() + patience;
        let mut told = false;
        loop {
            match held.try_lock() {
                Ok(()) => return Ok(Lease { _held: held }),
                Err(TryLockError::WouldBlock) if Instant::now() < until => {}
                Err(TryLockError::WouldBlock) => return Err(LeaseError::Taken),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
            if !told {
                tracing::info!(
                    "another connect-server works with this database; waiting for its end"
                );
                told = true;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;

    #[tokio::test]
    async fn of_two_servers_the_second_waits_for_the_end_of_the_first() {
        let scratch = Scratch::new();
        let file = scratch.file();
        let first = Lease::take(&file, Duration::ZERO)
            .await
            .expect("nobody has it");
        let second = Lease::take(&file, Duration::ZERO).await;
        assert!(matches!(second, Err(LeaseError::Taken)));
        let (third, ()) = tokio::join!(Lease::take(&file, PATIENCE), async { drop(first) });
        assert!(third.is_ok());
    }
}
