//! Where a database is: in a file, or at a PostgreSQL server.

use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

#[derive(Clone, Debug)]
pub enum Address {
    File(PathBuf),
    /// Whatever `postgres://` says, and where it is silent libpq's variables (`PGPASSWORD`, `PGPASSFILE`, `PGSSLMODE` …).
    Postgres(Box<PgConnectOptions>),
}

impl Address {
    pub fn file(&self) -> Option<&PathBuf> {
        match self {
            Address::File(file) => Some(file),
            Address::Postgres(_) => None,
        }
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Address, String> {
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        match scheme {
            Some("postgres" | "postgresql") => {
                let options = PgConnectOptions::from_str(text);
                let options = options.map_err(|error| error.to_string())?;
                Ok(Address::Postgres(Box::new(options)))
            }
            Some(scheme) => Err(format!(
                "{scheme}:// is none that can be used: give a file, or postgres://USER@HOST/DATABASE"
            )),
            None if text.is_empty() => Err("a file, or postgres://USER@HOST/DATABASE".into()),
            None => Ok(Address::File(text.into())),
        }
    }
}

/// Without a password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::File(file) => file.display().fmt(f),
            Address::Postgres(options) => {
                let database = options.get_database().unwrap_or_default();
                let (host, port) = (options.get_host(), options.get_port());
                write!(f, "postgres://{host}:{port}/{database}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_without_its_password_and_another_scheme_is_refused() {
        let told = |text: &str| text.parse::<Address>().map(|address| address.to_string());
        assert_eq!(told("connect.db").as_deref(), Ok("connect.db"));
        let address = told("postgres://shop:very-secret@db.example:6432/connect?sslmode=require");
        assert_eq!(address.as_deref(), Ok("postgres://db.example:6432/connect"));
        assert!(told("mysql://db.example/connect").is_err_and(|words| words.contains("mysql://")));
        assert!(told("").is_err());
    }
}
