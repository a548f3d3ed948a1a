//! A PostgreSQL server for tests: the one that is named, or a new one in a temporary folder, with the system's package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{apt, on_path};
use crate::process::{self, Problem};
use crate::project;

/// Names a server that runs already, as `postgres://…`, of a user who may make schemas.
pub const VARIABLE: &str = "CONNECT_TEST_POSTGRES";

/// Where Debian and Fedora put it beside the search path, with the version in between.
const LIBRARIES: [&str; 2] = ["/usr/lib/postgresql", "/usr"];

/// Root may not run it.
const USER: &str = "postgres";

/// So long it may take to begin or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a new one does with what is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// It need not outlive the machine's power: for tests.
    Hurried,
    /// As the package does it, so that its time can be measured.
    Kept,
}

/// Ends with this value; its folder goes with it.
pub struct Cluster {
    pub url: String,
    own: Option<Own>,
}

struct Own {
    server: Child,
    folder: PathBuf,
}

impl Cluster {
    /// Says where it has it from.
    pub fn find_or_start(writes: Writes) -> Result<Cluster, Problem> {
        if let Ok(url) = std::env::var(VARIABLE) {
            println!("  PostgreSQL: the server that {VARIABLE} names");
            return Ok(Cluster { url, own: None });
        }
        let programs = match programs() {
            Some(programs) => programs,
            None => {
                println!("There is no PostgreSQL yet.");
                let installed = apt::install(&["postgresql"]);
                programs().ok_or_else(|| explain(installed.err()))?
            }
        };
        let folder = std::env::temp_dir().join(format!("connect-postgres-{}", std::process::id()));
        println!(
            "  PostgreSQL: {}, with a new database in {}",
            programs.display(),
            folder.display()
        );
        start(&programs, folder, writes)
    }

    /// Runs a statement.
    pub fn tell(&self, statement: &str) -> Result<(), Problem> {
        let beside = programs().map(|programs| programs.join("psql"));
        let program = on_path("psql").or_else(|| beside.filter(|program| program.is_file()));
        let program = program.ok_or_else(|| {
            Problem::new("There is no psql. Debian, Ubuntu: apt-get install postgresql-client")
        })?;
        let mut psql = process::command(program);
        psql.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"])
            .args(["--dbname", &self.url, "--command", statement]);
        process::silent(&mut psql)
    }
}

fn start(programs: &Path, folder: PathBuf, writes: Writes) -> Result<Cluster, Problem> {
    let data = folder.join("data");
    fs::create_dir_all(&folder)
        .map_err(|error| Problem::new(format!("No folder {}: {error}", folder.display())))?;
    if let Some((user, group)) = other_user()? {
        std::os::unix::fs::chown(&folder, Some(user), Some(group))
            .map_err(|error| Problem::new(format!("{} stays root's: {error}", folder.display())))?;
    }
    let mut make = command(&programs.join("initdb"))?;
    make.arg("-D").arg(&data).args([
        "-A",
        "trust",
        "-U",
        "connect",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]);
    process::quiet("initdb", &mut make)?;
    let log = project::notes().join("postgres.log");
    let file = fs::File::create(&log)
        .map_err(|error| Problem::new(format!("{}: {error}", project::shown(&log))))?;
    let mut serve = command(&programs.join("postgres"))?;
    if writes == Writes::Hurried {
        serve.args(["-c", "fsync=off"]);
    }
    // Alone on a socket in its folder.
    serve.arg("-D").arg(&data).arg("-k").arg(&folder).args([
        "-c",
        "listen_addresses=",
        "-c",
        "max_connections=400",
        "-c",
        "max_locks_per_transaction=512",
    ]);
    let server = serve
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(file)
        .spawn()
        .map_err(|error| Problem::new(format!("postgres did not start: {error}")))?;
    let url = format!(
        "postgres://connect@localhost/postgres?host={}",
        folder.display()
    );
    let socket = folder.join(".s.PGSQL.5432");
    let mut cluster = Cluster {
        url,
        own: Some(Own { server, folder }),
    };
    let until = Instant::now() + PATIENCE;
    while std::os::unix::net::UnixStream::connect(&socket).is_err() {
        let ended = cluster
            .own
            .as_mut()
            .is_some_and(|own| matches!(own.server.try_wait(), Ok(Some(_)) | Err(_)));
        if ended || Instant::now() > until {
            let said = project::shown(&log);
            return Err(Problem::new(format!(
                "postgres does not answer. All it said: {said}"
            )));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(cluster)
}

impl Drop for Own {
    fn drop(&mut self) {
        // SIGINT: it lets nobody finish, and ends in order.
        let id = self.server.id().to_string();
        let _ = process::command("kill").args(["-s", "INT", &id]).status();
        let until = Instant::now() + PATIENCE;
        while matches!(self.server.try_wait(), Ok(None)) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// As its own user where we are root.
fn command(program: &Path) -> Result<Command, Problem> {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(program);
    // It must be able to enter the folder that it is started in.
    command.current_dir("/");
    if let Some((user, group)) = other_user()? {
        command.uid(user).gid(group);
    }
    Ok(command)
}

/// The number of the user that is not root, and of its group. `None`: we are not root.
fn other_user() -> Result<Option<(u32, u32)>, Problem> {
    let number = |what: &str, user: &[&str]| -> Option<u32> {
        process::answer(process::command("id").arg(what).args(user))?
            .parse()
            .ok()
    };
    if number("-u", &[]) != Some(0) {
        return Ok(None);
    }
    let other = number("-u", &[USER]).zip(number("-g", &[USER]));
    other.map(Some).ok_or_else(|| {
        Problem::new(format!(
            "PostgreSQL does not run as root, and there is no user {USER}."
        ))
    })
}

/// The folder of `initdb` and `postgres`, the newest that there is.
fn programs() -> Option<PathBuf> {
    if let Some(found) = on_path("initdb").filter(|_| on_path("postgres").is_some()) {
        return found.parent().map(Path::to_path_buf);
    }
    let mut found: Vec<PathBuf> = LIBRARIES
        .iter()
        .flat_map(|folder| {
            let within = fs::read_dir(folder).into_iter().flatten().flatten();
            within.map(|entry| entry.path().join("bin"))
        })
        .filter(|bin| bin.join("initdb").is_file() && bin.join("postgres").is_file())
        .collect();
    found.sort_by_key(|bin| {
        let version = bin.parent().and_then(Path::file_name);
        version
            .and_then(|version| version.to_str())
            .and_then(|version| version.parse::<u32>().ok())
    });
    found.pop()
}

fn explain(problem: Option<Problem>) -> Problem {
    let why = problem
        .map(|Problem(words)| words + "\n\n")
        .unwrap_or_default();
    Problem::new(format!(
        "{why}The server's stories over PostgreSQL need `initdb` and `postgres`: install your system's package (Debian, Ubuntu: apt-get install postgresql), or name a server that runs with {VARIABLE}=postgres://USER@HOST/DATABASE."
    ))
}
