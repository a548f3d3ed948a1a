//! What the test bank with pages of its own remembers: who is logging in at them, and the codes that it has given out. Any
//! server shows its next page, and any exchanges a code.

use crate::aggregators::sandbox::Bank;
use crate::aggregators::sandbox::oauth::{Login, Request};
use crate::crypto::digest::sha256_hex;
use crate::store::Db;
use crate::store::sealing;
use crate::store::sql::{self, Row};
use connect_core::Secret;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

const TABLE: &str = "sandbox_desk";

/// For a page that waits for its user, and for a code that waits for its app.
const LIFETIME_SECONDS: i64 = 300;

/// Nobody who asks for page after page fills the database.
const MOST_VISITS: i64 = 1000;

#[derive(Serialize, Deserialize)]
struct Note {
    request: Request,
    /// User name and password, once they are known.
    login: Option<(String, String)>,
}

/// Somebody comes to the bank's pages, by this name.
pub async fn welcome(db: &Db, visit: &str, request: Request, now: Timestamp) -> sqlx::Result<()> {
    let visits = "SELECT count(*) FROM sandbox_desk WHERE name LIKE 'visit %'";
    let visits: i64 = sql::query_scalar(visits).fetch_one(db.reader()).await?;
    if visits >= MOST_VISITS {
        let oldest = "DELETE FROM sandbox_desk WHERE name IN (
             SELECT name FROM sandbox_desk WHERE name LIKE 'visit %' ORDER BY expires_at, name LIMIT 100)";
        sql::query(oldest).execute(db.writer()).await?;
    }
    let note = Note {
        request,
        login: None,
    };
    put(db, &visit_name(visit), &note, now).await
}

/// Whether this page of the bank's still waits.
pub async fn knows(db: &Db, bank: Bank, visit: &str, now: Timestamp) -> sqlx::Result<bool> {
    let note = find(db, &visit_name(visit), now).await?;
    Ok(note.is_some_and(|note| note.request.bank == bank))
}

/// Whoever is at this page has logged in.
pub async fn log_in(db: &Db, visit: &str, login: &Login, now: Timestamp) -> sqlx::Result<()> {
    let name = visit_name(visit);
    let Some(mut note) = find(db, &name, now).await? else {
        return Ok(());
    };
    note.login = Some((login.username.clone(), login.password.expose().to_owned()));
    sql::query("UPDATE sandbox_desk SET note = ? WHERE name = ?")
        .bind(sealed(db, &name, &note))
        .bind(&name)
        .execute(db.writer())
        .await?;
    Ok(())
}

/// The user has decided: their visit ends, once.
pub async fn leave(
    db: &Db,
    bank: Bank,
    visit: &str,
    now: Timestamp,
) -> sqlx::Result<Option<(Request, Login)>> {
    let name = visit_name(visit);
    let row = sql::query("DELETE FROM sandbox_desk WHERE name = ? AND expires_at > ? RETURNING *")
        .bind(&name)
        .bind(now.as_second())
        .fetch_optional(db.writer())
        .await?;
    let note = row.map(|row| unsealed(db, &name, &row)).transpose()?;
    let note = note.filter(|note| note.request.bank == bank);
    Ok(note.and_then(Note::decided))
}

pub async fn issue(
    db: &Db,
    code: &str,
    request: Request,
    login: Login,
    now: Timestamp,
) -> sqlx::Result<()> {
    let note = Note {
        request,
        login: Some((login.username, login.password.expose().to_owned())),
    };
    put(db, &code_name(code), &note, now).await
}

/// This connection has used the code a while ago: its answer was lost, and the request comes again.
pub async fn is_spent_by(
    db: &Db,
    institution: &str,
    code: &Secret,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let used =
        "SELECT count(*) FROM sandbox_desk WHERE name = ? AND used_by = ? AND expires_at > ?";
    let used: i64 = sql::query_scalar(used)
        .bind(code_name(code.expose()))
        .bind(institution)
        .bind(now.as_second())
        .fetch_one(db.reader())
        .await?;
    Ok(used > 0)
}

/// Whose code it is. It is used then, whether everything fits or not: nobody may try twice.
pub async fn redeem(
    db: &Db,
    bank: Bank,
    institution: &str,
    credentials: &BTreeMap<String, Secret>,
    now: Timestamp,
) -> sqlx::Result<Option<Login>> {
    let Some(code) = credentials.get("code") else {
        return Ok(None);
    };
    let name = code_name(code.expose());
    let row = sql::query(
        "UPDATE sandbox_desk SET used_by = ?, expires_at = ?
         WHERE name = ? AND used_by IS NULL AND expires_at > ? RETURNING *",
    )
    .bind(institution)
    .bind(now.as_second() + LIFETIME_SECONDS)
    .bind(&name)
    .bind(now.as_second())
    .fetch_optional(db.writer())
    .await?;
    let note = row.map(|row| unsealed(db, &name, &row)).transpose()?;
    let note = note.filter(|note| note.request.fits(bank, credentials));
    Ok(note.and_then(Note::decided).map(|(_, login)| login))
}

pub async fn remove_ended(db: &Db, now: Timestamp) -> sqlx::Result<()> {
    sql::query("DELETE FROM sandbox_desk WHERE expires_at <= ?")
        .bind(now.as_second())
        .execute(db.writer())
        .await?;
    Ok(())
}

impl Note {
    fn decided(self) -> Option<(Request, Login)> {
        let (username, password) = self.login?;
        let password = Secret::new(password);
        Some((self.request, Login { username, password }))
    }
}

fn visit_name(visit: &str) -> String {
    format!("visit {}", sha256_hex(visit.as_bytes()))
}

fn code_name(code: &str) -> String {
    format!("code {}", sha256_hex(code.as_bytes()))
}

async fn put(db: &Db, name: &str, note: &Note, now: Timestamp) -> sqlx::Result<()> {
    sql::query("INSERT INTO sandbox_desk (name, note, expires_at) VALUES (?, ?, ?)")
        .bind(name)
        .bind(sealed(db, name, note))
        .bind(now.as_second() + LIFETIME_SECONDS)
        .execute(db.writer())
        .await?;
    Ok(())
}

async fn find(db: &Db, name: &str, now: Timestamp) -> sqlx::Result<Option<Note>> {
    let row = sql::query("SELECT note FROM sandbox_desk WHERE name = ? AND expires_at > ?")
        .bind(name)
        .bind(now.as_second())
        .fetch_optional(db.reader())
        .await?;
    row.map(|row| unsealed(db, name, &row)).transpose()
}

fn sealed(db: &Db, name: &str, note: &Note) -> Vec<u8> {
    let text = Zeroizing::new(serde_json::to_string(note).expect("it holds only texts"));
    sealing::sealed(db.vault(), TABLE, "note", name, &text)
}

fn unsealed(db: &Db, name: &str, row: &Row) -> sqlx::Result<Note> {
    let text = Zeroizing::new(sealing::needed(db.vault(), row, TABLE, "note", name)?);
    serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregators::sandbox::oauth::CLIENT_ID;
    use crate::crypto::digest::sha256;
    use crate::store::scratch::Scratch;

    const VERIFIER: &str = "a-verifier-of-the-widget-that-is-long-enough-1";
    const REDIRECT_URI: &str = "http://localhost:8080/oauth/redirect";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a second of this century")
    }

    fn request() -> Request {
        Request {
            bank: Bank::OAuth,
            redirect_uri: REDIRECT_URI.into(),
            state: None,
            challenge: Some(sha256(VERIFIER.as_bytes())),
        }
    }

    fn login() -> Login {
        Login {
            username: "wealthica".into(),
            password: Secret::new("any"),
        }
    }

    fn credentials(code: &str, more: &[(&str, &str)]) -> BTreeMap<String, Secret> {
        let usual = [("code", code), ("code_verifier", VERIFIER)];
        let all = usual.iter().chain(more);
        all.map(|(name, value)| ((*name).to_owned(), Secret::new(*value)))
            .collect()
    }

    #[tokio::test]
    async fn a_code_counts_once_for_five_minutes_and_for_what_it_was_given_for() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        for (number, (bank, more, later, counts)) in [
            (Bank::OAuth, vec![], 299, true),
            (Bank::OAuth, vec![], 300, false),
            (Bank::OAuthIsolated, vec![], 0, false),
            (Bank::OAuth, vec![("client_id", CLIENT_ID)], 0, true),
            (Bank::OAuth, vec![("client_id", "other")], 0, false),
            (Bank::OAuth, vec![("redirect_uri", REDIRECT_URI)], 0, true),
            (
                Bank::OAuth,
                vec![("redirect_uri", "https://evil.example/")],
                0,
                false,
            ),
            (Bank::OAuth, vec![("code_verifier", "other")], 0, false),
            (Bank::OAuth, vec![("code", "other")], 0, false),
        ]
        .into_iter()
        .enumerate()
        {
            let code = format!("code-{number}");
            issue(&db, &code, request(), login(), at(1000))
                .await
                .expect("it works");
            let redeem = async |credentials, second| {
                let login = redeem(&db, bank, "any", &credentials, at(second)).await;
                login.expect("it works")
            };
            let redeemed = redeem(credentials(&code, &more), 1000 + later).await;
            let user = redeemed.map(|login| login.username);
            assert_eq!(user.as_deref(), counts.then_some("wealthica"), "{more:?}");
            if more.contains(&("code", "other")) {
                continue;
            }
            let again = redeem(credentials(&code, &[]), 1000 + later).await;
            assert!(again.is_none(), "{more:?}");
            if counts {
                let code = Secret::new(code);
                for (institution, is) in [("any", true), ("other", false)] {
                    let spent = is_spent_by(&db, institution, &code, at(1001 + later)).await;
                    assert_eq!(spent.expect("it works"), is);
                }
            }
        }
        db.close().await;
    }

    #[tokio::test]
    async fn a_visit_ends_once_and_only_after_a_login() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let now = at(1000);
        for (name, logs_in, bank, decides) in [
            ("one", true, Bank::OAuth, true),
            ("two", false, Bank::OAuth, false),
            ("three", true, Bank::OAuthIsolated, false),
        ] {
            welcome(&db, name, request(), now).await.expect("it works");
            assert!(knows(&db, Bank::OAuth, name, now).await.expect("it works"));
            let other = knows(&db, Bank::OAuthIsolated, name, now).await;
            assert!(!other.expect("it works"));
            let late = knows(&db, Bank::OAuth, name, at(1300)).await;
            assert!(!late.expect("it works"));
            if logs_in {
                log_in(&db, name, &login(), now).await.expect("it works");
            }
            for first in [true, false] {
                let left = leave(&db, bank, name, now).await.expect("it works");
                assert_eq!(left.is_some(), decides && first, "{name}");
            }
        }
        db.close().await;
    }
}
