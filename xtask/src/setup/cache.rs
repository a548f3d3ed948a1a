//! The folder where tools are kept for every checkout, and the locks that keep two set-ups apart.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::process::{self, Problem};
use crate::project;

/// `$CONNECT_WIDGET_TOOLS`, or a folder in the place where this system keeps caches.
pub fn folder() -> Result<PathBuf, Problem> {
    if let Some(chosen) = variable("CONNECT_WIDGET_TOOLS") {
        return Ok(chosen);
    }
    let caches = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library").join("Caches"))
    } else {
        variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")))
    };
    caches
        .map(|caches| caches.join("connect-widget").join("tools"))
        .ok_or_else(|| {
            Problem::new(
                "There is no home folder to keep tools in. Set CONNECT_WIDGET_TOOLS to a folder of your choice.",
            )
        })
}

/// Held while tools are installed; given back by the system even when we are killed.
pub fn alone_with_the_tools() -> Result<File, Problem> {
    lock(&folder()?.join("lock"))
}

/// Held while node_modules or dist of this checkout are written.
pub fn alone_in_this_checkout() -> Result<File, Problem> {
    lock(&project::notes().join("lock"))
}

fn lock(path: &Path) -> Result<File, Problem> {
    let file = process::new_file(path)?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => {
            println!("Another cargo xtask is at work; waiting for it.")
        }
        Err(TryLockError::Error(error)) => return Err(process::unwritable(path, &error)),
    }
    file.lock()
        .map_err(|error| process::unwritable(path, &error))?;
    Ok(file)
}

/// A path from the environment.
pub fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
