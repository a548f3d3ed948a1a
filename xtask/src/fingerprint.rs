//! Tells by content, never by time of change, whether something was already made from what lies here.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::process::{self, Problem};
use crate::project;

/// Folders and files of the checkout that cannot change the widget.
const NO_PART_OF_THE_WIDGET: [&str; 16] = [
    ".ci",
    ".git",
    "crates/server",
    "dist",
    "docs",
    "node_modules",
    "README.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "deny.toml",
    "reports",
    "screens",
    "target",
    "tests",
    "xtask/src",
    "xtask/tests",
];

/// A hash of everything the widget is made from, and of the versions it is made with.
pub fn of_widget(versions: &[String]) -> u64 {
    let root = project::root();
    let mut hasher = DefaultHasher::new();
    versions.hash(&mut hasher);
    hash_folder(&root, &mut hasher, &|path| {
        let inside = path.strip_prefix(&root).unwrap_or(path);
        NO_PART_OF_THE_WIDGET
            .iter()
            .any(|name| inside == Path::new(name))
            || path == project::target()
            || is_a_database(path)
    });
    hasher.finish()
}

/// A hash of one folder's whole content.
pub fn of_folder(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    hash_folder(folder, &mut hasher, &|_| false);
    hasher.finish()
}

/// Whether the note of this name says what is handed in.
pub fn is(name: &str, fingerprint: &[u64]) -> bool {
    std::fs::read_to_string(note(name)).is_ok_and(|noted| noted == words(fingerprint))
}

/// Writes the note that [`is`] reads next time.
pub fn remember(name: &str, fingerprint: &[u64]) -> Result<(), Problem> {
    let path = note(name);
    process::new_file(&path)?;
    std::fs::write(&path, words(fingerprint)).map_err(|error| process::unwritable(&path, &error))
}

fn note(name: &str) -> PathBuf {
    project::notes().join(format!("{name}.fingerprint"))
}

fn words(fingerprint: &[u64]) -> String {
    fingerprint
        .iter()
        .map(|part| format!("{part:016x}\n"))
        .collect()
}

fn is_a_database(path: &Path) -> bool {
    let name = path.to_string_lossy();
    [".db", ".db-shm", ".db-wal"]
        .iter()
        .any(|end| name.ends_with(end))
}

fn hash_folder(folder: &Path, hasher: &mut DefaultHasher, left_out: &dyn Fn(&Path) -> bool) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    paths.sort();
    for path in paths {
        if left_out(&path) {
            continue;
        }
        if path.is_dir() {
            hash_folder(&path, hasher, left_out);
        } else {
            path.hash(hasher);
            std::fs::read(&path).unwrap_or_default().hash(hasher);
        }
    }
}
