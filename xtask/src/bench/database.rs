//! Which database a measured server has: a file in its own folder, or a schema of its own at a PostgreSQL server.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::http;
use crate::process::{self, Problem};
use crate::project;
use crate::setup::postgres::{Cluster, Writes};

pub enum Database {
    Sqlite,
    Postgres { cluster: Cluster, made: Cell<u32> },
}

/// Where one server keeps everything; gone with this value.
pub struct Place<'a> {
    pub folder: PathBuf,
    /// For `--database`.
    pub address: String,
    /// For `--keys`.
    pub keys: PathBuf,
    schema: Option<(&'a Cluster, String)>,
}

impl Database {
    pub fn postgres() -> Result<Database, Problem> {
        let cluster = Cluster::find_or_start(Writes::Kept)?;
        let made = Cell::new(0);
        Ok(Database::Postgres { cluster, made })
    }

    pub fn name(&self) -> &'static str {
        match self {
            Database::Sqlite => "SQLite",
            Database::Postgres { .. } => "PostgreSQL",
        }
    }

    /// An empty one.
    pub fn place(&self) -> Result<Place<'_>, Problem> {
        // Nobody else has this number at the moment.
        let folder = project::notes().join(format!("bench-server-{}", http::free_port()?));
        std::fs::create_dir_all(&folder).map_err(|error| process::unwritable(&folder, &error))?;
        let file = folder.join("connect.db").display().to_string();
        let mut place = Place {
            keys: folder.join("keys"),
            folder,
            address: file,
            schema: None,
        };
        if let Database::Postgres { cluster, made } = self {
            made.set(made.get() + 1);
            let schema = format!("bench_{}_{}", std::process::id(), made.get());
            cluster.tell(&format!("CREATE SCHEMA {schema}"))?;
            let join = if cluster.url.contains('?') { '&' } else { '?' };
            place.address = format!("{}{join}options[search_path]={schema}", cluster.url);
            place.schema = Some((cluster, schema));
        }
        Ok(place)
    }
}

impl Place<'_> {
    /// How many rows each table has, by the program's own way to copy them. No server works with it meanwhile.
    pub fn rows(&self, program: &Path) -> Result<BTreeMap<String, u64>, Problem> {
        let copy = self.folder.join("copy.db");
        let mut command = process::command(program);
        command.args(["copy", "--from", &self.address, "--to"]);
        command.arg(&copy).arg("--keys").arg(&self.keys);
        let told = process::answer(&mut command);
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", copy.display()));
        }
        let told =
            told.ok_or_else(|| Problem::new(format!("This failed: {}", process::line(&command))))?;
        Ok(counted(&told))
    }
}

/// Lines such as `tokens: 3`.
fn counted(told: &str) -> BTreeMap<String, u64> {
    let lines = told.lines().filter_map(|line| line.split_once(": "));
    let counts = lines.filter_map(|(table, rows)| Some((table.to_owned(), rows.parse().ok()?)));
    counts.collect()
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        if let Some((cluster, schema)) = &self.schema {
            let _ = cluster.tell(&format!(
                "SET client_min_messages = error; DROP SCHEMA {schema} CASCADE"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn rows_are_read_as_the_command_tells_them() {
        let told = "meta: 3\ntokens: 0\npostgres://localhost:5432/x has everything of y: now";
        let counts: Vec<_> = counted(told).into_iter().collect();
        assert_eq!(counts, [("meta".to_owned(), 3), ("tokens".to_owned(), 0)]);
    }
}
