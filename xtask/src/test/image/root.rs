//! The image's last stage in a root of its own, as a container has it: for where there is no Docker.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use super::Place;
use super::stage::{Copy, Source, Stage};
use crate::build;
use crate::http;
use crate::process::{self, Problem};
use crate::project;
use crate::setup::apt;

const RELEASES: [(&str, &str); 3] = [("11", "bullseye"), ("12", "bookworm"), ("13", "trixie")];
const PACKAGES: [&str; 2] = ["debootstrap", "debian-archive-keyring"];

/// As Debian's image has it.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Its mounts are its own, and end with it.
const ENTER: &str = r#"
set -e
root=$1 volume=$2 user=$3 folder=$4
mount --bind "$root" "$root"
mount --bind "$volume" "$root$5"
mount --types proc proc "$root/proc"
mount --options remount,bind,ro "$root"
shift 5
exec chroot --userspec="$user" --groups= "$root" env --chdir="$folder" "$@"
"#;

pub struct Root<'a> {
    stage: &'a Stage,
    port: u16,
    folder: PathBuf,
    volume: PathBuf,
}

impl Root<'_> {
    pub fn make(stage: &Stage) -> Result<Root<'_>, Problem> {
        if !apt::is_root() {
            return Err(Problem::new(
                "The image is tried by Docker, where `docker info` answers, or else on Linux by root.",
            ));
        }
        build::widget(|| build::server_in("release"))?;
        let place = project::notes().join("image");
        let debian = debian(&stage.debian, &place)?;
        let root = Root {
            stage,
            port: http::free_port()?,
            folder: place.join("root"),
            volume: place.join("volume"),
        };
        emptied(&root.folder)?;
        emptied(&root.volume)?;
        // None of Debian's files is written to, so that both may have the same.
        run("cp", &["--archive", "--link"], &[&debian, &root.folder])?;
        for copy in &stage.copies {
            root.copy(copy)?;
        }
        // As a new volume begins.
        let kept = root.inside(&stage.volume);
        run("cp", &["--archive"], &[&kept, &root.volume])?;
        Ok(root)
    }

    fn copy(&self, copy: &Copy) -> Result<(), Problem> {
        let to = self.inside(&copy.to);
        let parent = to.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(parent).map_err(|error| process::unwritable(parent, &error))?;
        let copied = ["--archive", "--remove-destination", "--no-target-directory"];
        match &copy.from {
            Source::Checkout(path) => run("cp", &copied, &[&here(path), &to])?,
            Source::System(path) => run("cp", &copied, &[path, &to])?,
            Source::Empty(mode) => run("install", &["-d", "-m", mode], &[&to])?,
        }
        let owner = copy.owner.as_deref().unwrap_or("0:0");
        run("chown", &["--recursive", owner], &[&to])?;
        match &copy.mode {
            Some(mode) => run("chmod", &["--recursive", mode], &[&to]),
            None => Ok(()),
        }
    }

    fn inside(&self, path: &str) -> PathBuf {
        self.folder.join(path.trim_start_matches('/'))
    }

    fn enter(&self) -> Command {
        let Stage { user, group, .. } = self.stage;
        let mut enter = alone();
        enter
            .args(["sh", "-c", ENTER, "sh"])
            .args([&self.folder, &self.volume])
            .args([&format!("{user}:{group}"), &self.stage.folder])
            .arg(&self.stage.volume)
            .env_clear()
            .env("PATH", PATH)
            .envs(&self.stage.variables)
            .env("CONNECT_LISTEN", format!("127.0.0.1:{}", self.port));
        enter
    }
}

impl Place for Root<'_> {
    fn port(&self) -> u16 {
        self.port
    }

    fn serve(&self) -> Command {
        let mut enter = self.enter();
        enter.args(&self.stage.program).arg("--sandbox");
        enter
    }

    fn beside(&self, words: &[&str]) -> Command {
        let mut enter = self.enter();
        enter.args(words);
        enter
    }

    /// Everything before the server has become the server.
    fn status(&self, server: &Child) -> Command {
        let mut cat = process::command("cat");
        cat.arg(format!("/proc/{}/status", server.id()));
        cat
    }

    fn stop(&self, server: &Child) -> Command {
        let mut kill = process::command("kill");
        kill.args(["-s", &self.stage.signal, &server.id().to_string()]);
        kill
    }
}

/// Debian's smallest system of this release, which is kept for the next time.
fn debian(release: &str, place: &Path) -> Result<PathBuf, Problem> {
    let known = RELEASES.iter().find(|(number, _)| *number == release);
    let (_, name) =
        known.ok_or_else(|| Problem::new(format!("What is Debian {release} called?")))?;
    let (kept, new) = (place.join(name), place.join(format!("{name}.new")));
    if kept.is_dir() {
        return Ok(kept);
    }
    emptied(&new)?;
    if process::answer(process::command("debootstrap").arg("--version")).is_none() {
        apt::install(&PACKAGES).map_err(explain)?;
    }
    let mut make = alone();
    make.args(["debootstrap", "--variant=minbase", name])
        .arg(&new);
    process::quiet(&format!("debootstrap {name}"), &mut make).map_err(explain)?;
    std::fs::rename(&new, &kept).map_err(|error| process::unwritable(&kept, &error))?;
    Ok(kept)
}

fn explain(Problem(words): Problem) -> Problem {
    Problem::new(format!(
        "{words}\n\nWithout Docker the image's root is made with Debian's packages {}.",
        PACKAGES.join(" and ")
    ))
}

/// Where a path of the checkout that the image is built from lies in this one.
fn here(path: &Path) -> PathBuf {
    match path.strip_prefix("target") {
        Ok(built) => project::target().join(built),
        Err(_) => project::root().join(path),
    }
}

/// Its folder is there, and it is not.
fn emptied(path: &Path) -> Result<(), Problem> {
    let gone = match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => std::fs::create_dir_all(path.parent().unwrap_or(path)),
    };
    gone.map_err(|error| process::unwritable(path, &error))
}

/// What is mounted in it is seen by it alone.
fn alone() -> Command {
    let mut unshare = process::command("unshare");
    unshare.args(["--mount", "--"]);
    unshare
}

fn run(program: &str, words: &[&str], paths: &[&Path]) -> Result<(), Problem> {
    process::silent(process::command(program).args(words).args(paths))
}
