//! The sources of a tool whose own lock file cannot be followed here: loosened as little as will do, and told.

use std::path::{Path, PathBuf};

use super::cache;
use super::cargo_tool::remove;
use crate::lock;
use crate::process::{self, Problem};

/// Beside the tool, for whoever wants to know what it was made from.
const NOTE: &str = "differs-from-its-lock.txt";
/// More is read in the note.
const SHOWN: usize = 10;
/// Each asks the registry; a lock file with more holes than that is better forgotten.
const ATTEMPTS: usize = 20;

/// A copy that may be changed; cargo keeps the original in its registry's folder.
pub struct Sources {
    folder: PathBuf,
    /// As it was published.
    own_lock: String,
}

impl Sources {
    /// What cargo has unpacked when it tried to install `name`, e.g. `trunk-0.21.14`.
    pub fn copied(name: &str, folder: PathBuf) -> Result<Sources, Problem> {
        let original = unpacked(name)
            .ok_or_else(|| Problem::new(format!("cargo has not unpacked {name}.")))?;
        remove(&folder)?;
        copy(&original, &folder).map_err(|error| process::unwritable(&folder, &error))?;
        let own_lock = read(&folder.join("Cargo.lock"))?;
        Ok(Sources { folder, own_lock })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Lets cargo choose anew what the registry lacks; everything else stays as its author has pinned it.
    pub fn without_what_is_missing(&mut self, mut problem: Problem) -> Result<(), Problem> {
        let mut loosened = self.own_lock.clone();
        for _ in 0..ATTEMPTS {
            let found = lock::missing(&problem.0);
            let Some((name, version)) = found else {
                return Err(problem);
            };
            println!("  The registry has no {name} {version}; taking another.");
            let Some(without) = lock::without(&loosened, name, version) else {
                return Err(problem);
            };
            loosened = without;
            self.write_lock(&loosened)?;
            match self.resolve(&["update", "--workspace"]) {
                Ok(()) => return Ok(()),
                Err(more) => problem = more,
            }
        }
        Err(problem)
    }

    /// Lets cargo choose everything anew.
    pub fn without_its_lock(&mut self) -> Result<(), Problem> {
        remove_file(&self.folder.join("Cargo.lock"))?;
        self.resolve(&["generate-lockfile"])
    }

    /// Prints what was compiled that the author has not pinned, and leaves a note of it beside the tool.
    pub fn tell_what_differs(&self, name: &str, part: &Path) -> Result<(), Problem> {
        let used = read(&self.folder.join("Cargo.lock"))?;
        let lines = lock::differences(&self.own_lock, &used);
        let note = part.join(NOTE);
        let text = format!(
            "{name} was compiled with these packages instead of those that its Cargo.lock pins:\n{}\n",
            lines.join("\n")
        );
        std::fs::write(&note, text).map_err(|error| process::unwritable(&note, &error))?;
        println!(
            "  {name} was compiled with what its lock file pins, but for {}:",
            lines.len()
        );
        for line in lines.iter().take(SHOWN) {
            println!("    {line}");
        }
        let kept = cache::folder()?.join(name).join(NOTE);
        println!("  All of it: {}", kept.display());
        Ok(())
    }

    fn resolve(&self, arguments: &[&str]) -> Result<(), Problem> {
        let mut cargo = process::cargo();
        cargo.current_dir(&self.folder).args(arguments);
        process::quiet("loosen a lock file", &mut cargo)
    }

    fn write_lock(&self, text: &str) -> Result<(), Problem> {
        let path = self.folder.join("Cargo.lock");
        std::fs::write(&path, text).map_err(|error| process::unwritable(&path, &error))
    }
}

fn unpacked(name: &str) -> Option<PathBuf> {
    let home = cache::variable("CARGO_HOME")
        .or_else(|| cache::variable("HOME").map(|home| home.join(".cargo")))
        .or_else(|| cache::variable("USERPROFILE").map(|home| home.join(".cargo")))?;
    let registries = std::fs::read_dir(home.join("registry").join("src")).ok()?;
    registries
        .flatten()
        .map(|registry| registry.path().join(name))
        .find(|sources| sources.is_dir())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            std::fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path)
        .map_err(|error| Problem::new(format!("Cannot read {}: {error}", path.display())))
}

fn remove_file(path: &Path) -> Result<(), Problem> {
    std::fs::remove_file(path).map_err(|error| process::unwritable(path, &error))
}
