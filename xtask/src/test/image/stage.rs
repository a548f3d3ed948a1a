//! What deploy/Dockerfile says of the image: its last stage, and where that has its files from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::process::Problem;
use crate::project;

pub const FILE: &str = "deploy/Dockerfile";

/// Everything in it is understood, or it is not read at all.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// The number of the release of Debian that it begins with.
    pub debian: String,
    pub copies: Vec<Copy>,
    pub user: String,
    pub group: String,
    pub folder: String,
    pub volume: String,
    pub variables: BTreeMap<String, String>,
    pub port: String,
    pub health: Vec<String>,
    pub signal: String,
    pub program: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Copy {
    pub from: Source,
    pub to: String,
    pub mode: Option<String>,
    pub owner: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Source {
    /// In the checkout, or what is built there.
    Checkout(PathBuf),
    /// A folder without anything in it, with this mode.
    Empty(String),
    /// A file of Debian's.
    System(PathBuf),
}

impl Stage {
    pub fn read() -> Result<Stage, Problem> {
        let text = std::fs::read_to_string(project::root().join(FILE));
        Stage::of(&text.map_err(|error| Problem::new(format!("{FILE}: {error}")))?)
    }

    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    fn of(text: &str) -> Result<Stage, Problem> {
        let lines = instructions(text);
        let begins = lines.iter().rposition(|line| line.starts_with("FROM "));
        let (before, last) = lines.split_at(begins.unwrap_or(0));
        let mut stage = Stage::default();
        for line in last {
            let unknown = || Problem::new(format!("{FILE}: this is not understood: {line}"));
            stage.add(line, before).ok_or_else(unknown)?;
        }
        match stage.missing() {
            Some(name) => Err(Problem::new(format!(
                "{FILE}: its last stage has no {name}"
            ))),
            None => Ok(stage),
        }
    }

    fn add(&mut self, line: &str, before: &[String]) -> Option<()> {
        let (name, rest) = line.split_once(' ')?;
        match name {
            "FROM" => self.debian = release(rest)?,
            "COPY" => self.copies.push(Copy::of(rest, before)?),
            "USER" => (self.user, self.group) = numbers(rest)?,
            "WORKDIR" => self.folder = absolute(rest)?,
            "VOLUME" => self.volume = absolute(rest)?,
            "ENV" => self.variables.extend(variables(rest)?),
            "EXPOSE" => self.port = number(rest)?,
            "HEALTHCHECK" => self.health = list(after_options(rest)?.strip_prefix("CMD ")?)?,
            "STOPSIGNAL" => self.signal = word(rest.strip_prefix("SIG")?)?,
            "ENTRYPOINT" => self.program = list(rest)?,
            _ => return None,
        }
        Some(())
    }

    fn missing(&self) -> Option<&'static str> {
        let all = [
            ("FROM", self.debian.is_empty()),
            ("COPY", self.copies.is_empty()),
            ("USER", self.user.is_empty()),
            ("WORKDIR", self.folder.is_empty()),
            ("VOLUME", self.volume.is_empty()),
            ("EXPOSE", self.port.is_empty()),
            ("HEALTHCHECK", self.health.is_empty()),
            ("STOPSIGNAL", self.signal.is_empty()),
            ("ENTRYPOINT", self.program.is_empty()),
        ];
        let missing = all.into_iter().find(|(_, is_missing)| *is_missing);
        missing.map(|(name, _)| name)
    }
}

impl Copy {
    fn of(rest: &str, before: &[String]) -> Option<Copy> {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let [options @ .., from, to] = &words[..] else {
            return None;
        };
        let mut copy = Copy {
            from: Source::System(PathBuf::new()),
            to: absolute(to)?,
            mode: None,
            owner: None,
        };
        let mut stage = None;
        for option in options {
            match option.strip_prefix("--")?.split_once('=')? {
                ("from", name) => stage = Some(name),
                ("chmod", mode) => copy.mode = Some(number(mode)?),
                ("chown", owner) => copy.owner = Some(word(owner)?),
                _ => return None,
            }
        }
        copy.from = Source::of(&absolute(from)?, part(before, stage?)?)?;
        Some(copy)
    }
}

impl Source {
    /// Where a path of that stage has its content from.
    fn of(path: &str, stage: &[String]) -> Option<Source> {
        let after = |start| {
            stage
                .iter()
                .filter_map(move |line| line.strip_prefix(start))
        };
        let mut made = after("RUN install -d -m ").filter_map(|rest| rest.split_once(' '));
        if let Some((mode, _)) = made.find(|(_, folder)| *folder == path) {
            return Some(Source::Empty(number(mode)?));
        }
        let checkout = after("WORKDIR ").next_back()?;
        let path = Path::new(path);
        let inside = path.strip_prefix(checkout);
        Some(match inside {
            Ok(inside) => Source::Checkout(inside.into()),
            Err(_) => Source::System(path.into()),
        })
    }
}

/// One a line, without comments.
fn instructions(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    let said = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let text: Vec<&str> = said.collect();
    let whole = text.join("\n").replace("\\\n", " ");
    whole.lines().map(str::to_owned).collect()
}

/// The lines of the stage with this name.
fn part<'a>(lines: &'a [String], name: &str) -> Option<&'a [String]> {
    let named = format!(" AS {name}");
    let is_it = |line: &String| line.starts_with("FROM ") && line.ends_with(&named);
    let stage = &lines[lines.iter().position(is_it)? + 1..];
    let ends = stage.iter().position(|line| line.starts_with("FROM "));
    Some(&stage[..ends.unwrap_or(stage.len())])
}

/// Of `debian:12.11-slim`.
fn release(image: &str) -> Option<String> {
    let version = image.strip_prefix("debian:")?;
    number(version.split(['.', '-']).next()?)
}

fn numbers(user: &str) -> Option<(String, String)> {
    let (user, group) = user.split_once(':')?;
    Some((number(user)?, number(group)?))
}

fn number(text: &str) -> Option<String> {
    text.parse::<u32>().ok().map(|_| text.to_owned())
}

fn word(text: &str) -> Option<String> {
    let is_one = !text.is_empty() && !text.contains([' ', '"', '\'', '$', '\\']);
    is_one.then(|| text.to_owned())
}

/// A path that is no folder to copy into.
fn absolute(text: &str) -> Option<String> {
    let is_one = text.starts_with('/') && !text.ends_with('/') && !text.contains("..");
    word(text).filter(|_| is_one)
}

fn variables(rest: &str) -> Option<Vec<(String, String)>> {
    let pairs = rest.split_whitespace().map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((word(name)?, word(value)?))
    });
    pairs.collect()
}

/// How often a health check is made is Docker's own.
fn after_options(rest: &str) -> Option<&str> {
    let mut rest = rest.trim_start();
    while rest.starts_with("--") {
        rest = rest.split_once(' ')?.1.trim_start();
    }
    Some(rest)
}

fn list(json: &str) -> Option<Vec<String>> {
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use super::{Source, Stage, instructions};

    fn file() -> String {
        std::fs::read_to_string(crate::project::root().join(super::FILE)).expect("it is there")
    }

    fn why_not(text: &str) -> String {
        Stage::of(text).expect_err("it is not understood").0
    }

    #[test]
    fn the_image_is_understood_whole() {
        let stage = Stage::read().expect("it is understood");
        let server = "/usr/local/bin/connect-server";
        assert_eq!(stage.debian, "12");
        assert_eq!(stage.program, [server]);
        assert_eq!(stage.health, [server, "health"]);
        assert_eq!((&*stage.user, &*stage.group), ("10001", "10001"));
        assert_eq!(stage.variable("CONNECT_LISTEN"), Some("0.0.0.0:8080"));
        assert_eq!(stage.variable("CONNECT_LOG_FORMAT"), Some("json"));
        let sources: Vec<&Source> = stage.copies.iter().map(|copy| &copy.from).collect();
        assert_eq!(
            sources,
            [
                &Source::System("/etc/ssl/certs/ca-certificates.crt".into()),
                &Source::Checkout("target/release/connect-server".into()),
                &Source::Checkout("dist".into()),
                &Source::Empty("0700".into()),
            ]
        );
        assert_eq!(stage.copies[1].mode.as_deref(), Some("0755"));
        assert_eq!(stage.copies[3].owner.as_deref(), Some("10001:10001"));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for wrong in [
            "RUN rm -rf /",
            "ADD a /b",
            "COPY a /b",
            "COPY --from=build --link /a /b",
            "COPY --from=build /a /b /c/",
            "COPY --from=nowhere /a /b",
            "USER nobody",
            "ENV A=\"b c\"",
            "HEALTHCHECK NONE",
            "ENTRYPOINT connect-server",
        ] {
            let problem = why_not(&format!("{}\n{wrong}\n", file()));
            assert!(problem.ends_with(wrong), "{problem}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let without = file().replace("USER ", "# USER ");
        assert!(why_not(&without).ends_with("has no USER"));
        assert!(why_not("").ends_with("has no FROM"));
        let another = file().replace("FROM debian:", "FROM alpine:");
        assert!(why_not(&another).contains("not understood: FROM alpine:"));
    }

    #[test]
    fn an_instruction_goes_on_behind_a_comment() {
        let text = "# syntax\nENV A=1 \\\n# why\n    B=2\n\nUSER 1:1\n";
        assert_eq!(instructions(text), ["ENV A=1  B=2", "USER 1:1"]);
    }
}
