//! Where things are in this checkout; knows no tool and starts nothing.

use std::path::{Path, PathBuf};

/// The folder of the workspace's Cargo.toml.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .expect("xtask lies in the workspace's folder")
        .to_path_buf()
}

/// Cargo's target folder, which may have been moved by the environment.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(moved) => root().join(moved),
        None => root().join("target"),
    }
}

/// Where xtask keeps its own logs and fingerprints: `cargo clean` forgets them too.
pub fn notes() -> PathBuf {
    target().join("xtask")
}

/// The built widget.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The server's program of one cargo profile's folder, `debug` or `release`.
pub fn server(folder: &str) -> PathBuf {
    program("connect-server", folder)
}

/// A program of this workspace, in one cargo profile's folder.
pub fn program(name: &str, folder: &str) -> PathBuf {
    target()
        .join(folder)
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// A path as it is shown to people: relative to the checkout where it lies inside.
pub fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}
