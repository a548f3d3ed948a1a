//! Which database a story's server has: a file of its own, or with `CONNECT_TEST_POSTGRES` a schema of its own at that
//! PostgreSQL server (`postgres://…`, of somebody who may make schemas).

use connect_server::sql::{self, Pool};
use std::path::Path;

/// The address of a PostgreSQL server that the stories are told over.
pub fn postgres() -> Option<String> {
    std::env::var("CONNECT_TEST_POSTGRES").ok()
}

/// What the stories that look into the file, hold it or damage it ask first: there is none with PostgreSQL.
pub fn is_file() -> bool {
    postgres().is_none()
}

/// For `--database`, of whichever server works in this directory.
pub fn address(directory: &Path) -> String {
    match postgres() {
        None => {
            let file = directory.join("connect.db");
            file.to_str().expect("a plain path").to_owned()
        }
        Some(server) => {
            let join = if server.contains('?') { '&' } else { '?' };
            format!("{server}{join}options[search_path]={}", schema(directory))
        }
    }
}

/// For `--keys`.
pub fn keys(directory: &Path) -> String {
    let file = directory.join("connect.db.keys");
    file.to_str().expect("a plain path").to_owned()
}

pub async fn open(directory: &Path) -> Pool {
    let address = address(directory).parse().expect("an address");
    Pool::connect(&address).await.expect("the database")
}

/// Before a server can make its tables there. What SQLite can do as well and stories write down is there, too.
pub fn prepare(directory: &Path) {
    if is_file() {
        return;
    }
    // Whoever makes a directory is not asynchronous, and is within a runtime all the same.
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(make(directory));
        });
        thread.join().expect("its schema is made");
    });
}

async fn make(directory: &Path) {
    let pool = open(directory).await;
    let schema = schema(directory);
    for statement in [
        format!("CREATE SCHEMA IF NOT EXISTS {schema}"),
        format!(
            "CREATE OR REPLACE FUNCTION {schema}.unixepoch() RETURNS BIGINT LANGUAGE sql
             AS 'SELECT floor(extract(epoch FROM now()))::BIGINT'"
        ),
        format!(
            "CREATE OR REPLACE FUNCTION {schema}.unixepoch(at TEXT, later INTERVAL DEFAULT '0 days') RETURNS BIGINT LANGUAGE sql
             AS 'SELECT floor(extract(epoch FROM at::TIMESTAMPTZ + later))::BIGINT'"
        ),
    ] {
        let made = sql::query(statement).execute(&pool).await;
        made.expect("this user may make schemas");
    }
    pool.close().await;
}

/// Named after the directory, which is the story's own.
fn schema(directory: &Path) -> String {
    let name = directory.file_name().and_then(|name| name.to_str());
    let name = name.expect("a directory of the story's own");
    let plain = |letter: char| letter.is_ascii_alphanumeric();
    name.chars()
        .map(|letter| if plain(letter) { letter } else { '_' })
        .collect()
}
