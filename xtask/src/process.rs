//! Starts other programs and tells what became of them; knows none of them by name.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::project;

/// Why a command could not do its work, in words for the person who typed it.
#[derive(Clone, Debug)]
pub struct Problem(pub String);

impl Problem {
    pub fn new(words: impl Into<String>) -> Self {
        Problem(words.into())
    }
}

/// A program to be started in the checkout's folder. It hears nothing of what `cargo run` has told this one of itself: there
/// are build scripts that look at it, and much would be compiled anew each time that cargo was called by hand in between.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project::root());
    for (name, _) in std::env::vars_os() {
        let known = name.to_string_lossy();
        if known.starts_with("CARGO_PKG_") || known.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// The cargo that started us, so that the toolchain stays the same.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a program whose output the user sees as it comes.
pub fn loud(command: &mut Command) -> Result<(), Problem> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| not_started(command, &error))?;
    succeeded(command, status)
}

/// Runs a program in silence, but for a sign of life every ten seconds; a failure shows its last lines.
pub fn quiet(name: &str, command: &mut Command) -> Result<(), Problem> {
    let log = project::notes().join(format!("{}.log", name.replace([' ', '/'], "-")));
    let file = new_file(&log)?;
    let errors = file.try_clone().map_err(|error| unwritable(&log, &error))?;
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(errors)
        .spawn()
        .map_err(|error| not_started(command, &error))?;
    let mut said = started;
    let status = loop {
        let ended = child
            .try_wait()
            .map_err(|error| Problem::new(format!("Lost sight of {name}: {error}")))?;
        if let Some(status) = ended {
            break status;
        }
        if said.elapsed() >= Duration::from_secs(10) {
            said = Instant::now();
            println!("  … {name}: {}{}", seconds(started), crates_compiled(&log));
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    if status.success() {
        println!("  ✓ {name} ({})", seconds(started));
        return Ok(());
    }
    Err(Problem::new(format!(
        "{}\n{name} failed ({status}). All it said: {}",
        end_of(&log),
        project::shown(&log)
    )))
}

/// Runs a program, shows its standard output as it comes and returns it as well.
pub fn watched(command: &mut Command) -> Result<(ExitStatus, String), Problem> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(command, &error))?;
    let mut text = String::new();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            println!("{line}");
            text.push_str(&line);
            text.push('\n');
        }
    }
    let status = child.wait().map_err(|error| not_started(command, &error))?;
    Ok((status, text))
}

/// Runs a program whose output is shown only where it fails.
pub fn silent(command: &mut Command) -> Result<(), Problem> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Problem::new(format!("{}\n{words}", line(command))))
}

/// What a program prints, trimmed, or nothing where it is missing or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// How long something took, in whole seconds and in words.
pub fn seconds(since: Instant) -> String {
    let seconds = since.elapsed().as_secs();
    if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// An empty file whose folder is made as needed.
pub fn new_file(path: &Path) -> Result<File, Problem> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)
        .and_then(|()| File::create(path))
        .map_err(|error| unwritable(path, &error))
}

pub fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(format!("Cannot write {}: {error}", path.display()))
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<(), Problem> {
    if status.success() {
        return Ok(());
    }
    Err(Problem::new(format!(
        "This failed ({status}): {}",
        line(command)
    )))
}

fn not_started(command: &Command, error: &std::io::Error) -> Problem {
    Problem::new(format!("Cannot start {}: {error}", line(command)))
}

/// A command as one would type it.
pub fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

fn crates_compiled(log: &Path) -> String {
    match text_of(log)
        .lines()
        .filter(|line| is_progress(line))
        .count()
    {
        0 => String::new(),
        count => format!(", {count} crates"),
    }
}

/// The end of what a program said, without cargo's progress.
fn end_of(log: &Path) -> String {
    let text = text_of(log);
    let lines: Vec<&str> = text.lines().filter(|line| !is_progress(line)).collect();
    lines[lines.len().saturating_sub(200)..].join("\n")
}

fn is_progress(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("Compiling ") || line.starts_with("Checking ")
}

fn text_of(log: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(log).unwrap_or_default()).into_owned()
}
