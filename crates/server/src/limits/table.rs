//! The limits by name: what each protects, and what holds when nothing is set.

use super::rate::Rate;
use std::fmt::Write;

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;

/// In the order of [`ROWS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    RequestsPerAddress,
    SecretsPerAddress,
    SecretsPerClient,
    TokensPerClient,
    TokensPerUser,
    PagesPerAddress,
    PagesPerClient,
    LoginsPerConnection,
    LoginsPerUser,
    LoginsPerAddress,
    LoginsPerBankUser,
    AnswersPerQuestion,
    AnswersPerConnection,
    AnswersPerUser,
    AnswersPerAddress,
    ResendsPerConnection,
    SyncsPerConnection,
    SyncsPerUser,
    PollsPerUser,
    PollsPerAddress,
    ConnectionsPerUser,
}

struct Row {
    limit: Limit,
    name: &'static str,
    usual: Rate,
    protects: &'static str,
    /// What there were too many of, for whoever is refused.
    counted: &'static str,
}

const fn row(
    limit: Limit,
    name: &'static str,
    usual: Rate,
    protects: &'static str,
    counted: &'static str,
) -> Row {
    Row {
        limit,
        name,
        usual,
        protects,
        counted,
    }
}

/// A shop of 100,000 users meets none of them, also where a carrier gives many users one address.
const ROWS: [Row; 21] = [
    row(
        Limit::RequestsPerAddress,
        "requests-per-address",
        Rate::per(6000, MINUTE),
        "the server from a flood",
        "requests from this address",
    ),
    row(
        Limit::SecretsPerAddress,
        "secrets-per-address",
        Rate::per(20, MINUTE),
        "client secrets from being guessed",
        "wrong client secrets from this address",
    ),
    row(
        Limit::SecretsPerClient,
        "secrets-per-client",
        Rate::per(600, MINUTE),
        "the same, from many addresses",
        "wrong secrets for this client",
    ),
    row(
        Limit::TokensPerClient,
        "tokens-per-client",
        Rate::per(6000, MINUTE),
        "the database from a client's tokens",
        "new tokens for this client",
    ),
    row(
        Limit::TokensPerUser,
        "tokens-per-user",
        Rate::per(60, MINUTE),
        "the database from a user's tokens",
        "new tokens for this user",
    ),
    row(
        Limit::PagesPerAddress,
        "pages-per-address",
        Rate::per(60, 10 * MINUTE),
        "sessions of pages without a token",
        "pages without a token for this address",
    ),
    row(
        Limit::PagesPerClient,
        "pages-per-client",
        Rate::per(600, MINUTE),
        "the same, from many addresses",
        "pages without a token for this client",
    ),
    row(
        Limit::LoginsPerConnection,
        "logins-per-connection",
        Rate::per(10, HOUR),
        "bank passwords from being guessed",
        "logins for this connection",
    ),
    row(
        Limit::LoginsPerUser,
        "logins-per-user",
        Rate::per(60, HOUR),
        "the same, with many connections",
        "logins of this user",
    ),
    row(
        Limit::LoginsPerAddress,
        "logins-per-address",
        Rate::per(600, HOUR),
        "the same, with many users",
        "logins from this address",
    ),
    row(
        Limit::LoginsPerBankUser,
        "logins-per-bank-user",
        Rate::per(20, HOUR),
        "the same, of one person at a bank",
        "logins of this bank user",
    ),
    row(
        Limit::AnswersPerQuestion,
        "answers-per-question",
        Rate::Cap(5),
        "one-time codes from being guessed",
        "wrong answers to this question",
    ),
    row(
        Limit::AnswersPerConnection,
        "answers-per-connection",
        Rate::per(30, HOUR),
        "the same, with new questions",
        "answers for this connection",
    ),
    row(
        Limit::AnswersPerUser,
        "answers-per-user",
        Rate::per(120, HOUR),
        "the same, with many connections",
        "answers of this user",
    ),
    row(
        Limit::AnswersPerAddress,
        "answers-per-address",
        Rate::per(1200, HOUR),
        "the same, with many users",
        "answers from this address",
    ),
    row(
        Limit::ResendsPerConnection,
        "resends-per-connection",
        Rate::per(10, HOUR),
        "phones from a flood of codes",
        "codes sent anew for this connection",
    ),
    row(
        Limit::SyncsPerConnection,
        "syncs-per-connection",
        Rate::per(30, HOUR),
        "banks from a flood of syncs",
        "syncs of this connection",
    ),
    row(
        Limit::SyncsPerUser,
        "syncs-per-user",
        Rate::Cap(10),
        "the server from many syncs at once",
        "running syncs of this user",
    ),
    row(
        Limit::PollsPerUser,
        "polls-per-user",
        Rate::Cap(20),
        "the server from many waiting polls",
        "waiting requests of this user",
    ),
    row(
        Limit::PollsPerAddress,
        "polls-per-address",
        Rate::Cap(100),
        "the same, with many users",
        "waiting requests from this address",
    ),
    row(
        Limit::ConnectionsPerUser,
        "connections-per-user",
        Rate::Cap(100),
        "the database from many connections",
        "connections of this user",
    ),
];

impl Limit {
    pub fn all() -> impl Iterator<Item = Limit> {
        ROWS.iter().map(|row| row.limit)
    }

    pub fn named(name: &str) -> Option<Limit> {
        Limit::all().find(|limit| limit.name() == name)
    }

    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// What holds when nothing is set.
    pub fn usual(self) -> Rate {
        self.row().usual
    }

    /// What there were too many of.
    pub fn counted(self) -> &'static str {
        self.row().counted
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }
}

/// The table for `--help`, which has 70 columns for it.
pub fn table() -> String {
    let mut text = String::new();
    for row in &ROWS {
        let usual = row.usual.to_string();
        // Writing to a text does not fail.
        let _ = write!(text, "\n{:<23}{usual:<9}{}", row.name, row.protects);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_its_row_and_its_name() {
        for (at, row) in ROWS.iter().enumerate() {
            assert_eq!(row.limit as usize, at);
            assert_eq!(Limit::named(row.name), Some(row.limit));
        }
    }

    #[test]
    fn the_table_fits_into_the_help() {
        for line in table().lines() {
            assert!(line.chars().count() <= 70, "{line}");
        }
    }
}
