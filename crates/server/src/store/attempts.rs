//! Logins of users who are at a bank's own page by way of an aggregator: what each was begun with, what came back, and which
//! connection has used it.

use crate::aggregators::Held;
use crate::crypto::digest::sha256_hex;
use crate::store::Db;
use crate::store::institutions::Owner;
use crate::store::sealing::{self, USER};
use crate::store::sql::{self, Row};
use connect_core::Secret;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

const TABLE: &str = "attempts";

/// So long a user may stay at the bank's page, and so long the widget may take with what comes back.
pub const LIFETIME_SECONDS: i64 = 1800;

/// What an attempt was begun with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// `Bank::id`.
    pub bank: String,
    pub provider: String,
    /// Where the widget expects its answer, and its own `state`.
    pub redirect_uri: String,
    pub state: String,
    /// S256: the SHA-256 of the widget's `code_verifier`.
    pub challenge: [u8; 32],
    pub held: Held,
}

pub struct Attempt {
    pub owner: Owner,
    pub aggregator: String,
    pub asked: Asked,
    /// The connection that has used it.
    pub used_by: Option<String>,
}

/// What the user has brought back.
pub type Query = BTreeMap<String, Secret>;

/// Its name at the aggregator, and the code for the widget: whoever knows the one has the other, and neither is kept.
pub struct Names {
    pub attempt: Secret,
    pub code: Secret,
}

impl Names {
    pub fn of(attempt: &str) -> Names {
        Names {
            attempt: Secret::new(attempt),
            code: Secret::new(sha256_hex(format!("code {attempt}").as_bytes())),
        }
    }

    fn key(&self) -> String {
        hash(&self.attempt)
    }
}

fn hash(text: &Secret) -> String {
    sha256_hex(text.expose().as_bytes())
}

/// Unless the token was taken back meanwhile, or its user erased.
pub async fn insert(
    db: &Db,
    names: &Names,
    attempt: &Attempt,
    token: Option<&str>,
    now: Timestamp,
) -> sqlx::Result<()> {
    let key = names.key();
    let asked = serde_json::to_string(&attempt.asked).expect("it holds only texts");
    let sealed = |column, text: &str| sealing::sealed(db.vault(), TABLE, column, &key, text);
    sql::query(
        "INSERT INTO attempts (attempt_sha256, code_sha256, ends_at, client, user_hash, user_sealed, scope, aggregator, asked)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
         WHERE ?10 IS NULL OR EXISTS (SELECT 1 FROM tokens WHERE token_sha256 = ?10)",
    )
    .bind(&key)
    .bind(hash(&names.code))
    .bind(now.as_second() + LIFETIME_SECONDS)
    .bind(&attempt.owner.client)
    .bind(db.user(&attempt.owner))
    .bind(sealed(USER, &attempt.owner.user))
    .bind(&attempt.owner.scope)
    .bind(&attempt.aggregator)
    .bind(sealed("asked", &asked))
    .bind(token)
    .execute(db.writer())
    .await?;
    Ok(())
}

pub async fn find(db: &Db, names: &Names, now: Timestamp) -> sqlx::Result<Option<Attempt>> {
    let select = "SELECT * FROM attempts WHERE attempt_sha256 = ? AND ends_at > ?";
    let row = sql::query(select)
        .bind(names.key())
        .bind(now.as_second())
        .fetch_optional(db.reader())
        .await?;
    row.map(|row| parse(db, &row)).transpose()
}

pub async fn find_by_code(db: &Db, code: &Secret, now: Timestamp) -> sqlx::Result<Option<Attempt>> {
    let select = "SELECT * FROM attempts WHERE code_sha256 = ? AND ends_at > ?";
    let row = sql::query(select)
        .bind(hash(code))
        .bind(now.as_second())
        .fetch_optional(db.reader())
        .await?;
    row.map(|row| parse(db, &row)).transpose()
}

/// Writes down what the user has brought back; the first answer counts. `false`: there was another one before.
pub async fn answer(db: &Db, names: &Names, query: &Query, now: Timestamp) -> sqlx::Result<bool> {
    let key = names.key();
    let plain: BTreeMap<&str, &str> = query
        .iter()
        .map(|(name, value)| (name.as_str(), value.expose()))
        .collect();
    let text = Zeroizing::new(serde_json::to_string(&plain).expect("it holds only texts"));
    let answer_hash = sha256_hex(text.as_bytes());
    let done = sql::query(
        "UPDATE attempts SET answer = CASE WHEN answer_sha256 IS NULL THEN ?1 ELSE answer END, answer_sha256 = ?2,
             ends_at = CASE WHEN answer_sha256 IS NULL THEN ?3 ELSE ends_at END
         WHERE attempt_sha256 = ?4 AND (answer_sha256 IS NULL OR answer_sha256 = ?2)",
    )
    .bind(sealing::sealed(db.vault(), TABLE, "answer", &key, &text))
    .bind(answer_hash)
    .bind(now.as_second() + LIFETIME_SECONDS)
    .bind(&key)
    .execute(db.writer())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes what came back, for this connection; once, and then nothing of it is kept. `None`: it was taken before, or nobody
/// is back.
pub async fn take(
    db: &Db,
    code: &Secret,
    institution: &str,
    now: Timestamp,
) -> sqlx::Result<Option<(Held, Query)>> {
    let mut transaction = db.begin().await?;
    let row = sql::query(
        "SELECT * FROM attempts WHERE code_sha256 = ? AND ends_at > ? AND used_by IS NULL AND answer IS NOT NULL",
    )
    .bind(hash(code))
    .bind(now.as_second())
    .fetch_optional(&mut transaction)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let key: String = row.try_get("attempt_sha256")?;
    let answer = Zeroizing::new(sealing::needed(db.vault(), &row, TABLE, "answer", &key)?);
    let answer: BTreeMap<String, String> = serde_json::from_str(&answer).map_err(decode)?;
    let asked = parse(db, &row)?.asked;
    let emptied = Asked {
        held: Held::from_text(""),
        ..asked.clone()
    };
    let emptied = serde_json::to_string(&emptied).expect("it holds only texts");
    let update = "UPDATE attempts SET used_by = ?, answer = NULL, asked = ? WHERE attempt_sha256 = ? AND used_by IS NULL";
    let taken = sql::query(update)
        .bind(institution)
        .bind(sealing::sealed(db.vault(), TABLE, "asked", &key, &emptied))
        .bind(&key)
        .execute(&mut transaction)
        .await?;
    transaction.commit().await?;
    let query = answer
        .into_iter()
        .map(|(name, value)| (name, Secret::new(value)))
        .collect();
    Ok((taken.rows_affected() == 1).then_some((asked.held, query)))
}

pub async fn remove_ended(db: &Db, now: Timestamp) -> sqlx::Result<u64> {
    let done = sql::query("DELETE FROM attempts WHERE ends_at <= ?")
        .bind(now.as_second())
        .execute(db.writer())
        .await?;
    Ok(done.rows_affected())
}

fn parse(db: &Db, row: &Row) -> sqlx::Result<Attempt> {
    let key: String = row.try_get("attempt_sha256")?;
    let asked = sealing::needed(db.vault(), row, TABLE, "asked", &key)?;
    Ok(Attempt {
        owner: Owner {
            client: row.try_get("client")?,
            user: sealing::needed(db.vault(), row, TABLE, USER, &key)?,
            scope: row.try_get("scope")?,
        },
        aggregator: row.try_get("aggregator")?,
        asked: serde_json::from_str(&asked).map_err(decode)?,
        used_by: row.try_get("used_by")?,
    })
}

fn decode(error: serde_json::Error) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a second of this century")
    }

    fn query(code: &str) -> Query {
        [("code".to_owned(), Secret::new(code))].into()
    }

    #[tokio::test]
    async fn what_came_back_is_taken_once_and_only_while_it_is_good() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let names = Names::of("an-attempt");
        let attempt = Attempt {
            owner: Owner {
                client: "shop".into(),
                user: "ann".into(),
                scope: None,
            },
            aggregator: "any".into(),
            asked: Asked {
                bank: "b".into(),
                provider: "p".into(),
                redirect_uri: "https://connect.example/oauth/redirect".into(),
                state: "s".into(),
                challenge: [7; 32],
                held: Held::from_text("held"),
            },
            used_by: None,
        };
        let now = at(1000);
        insert(&db, &names, &attempt, None, now)
            .await
            .expect("it works");
        let take = async |id: &str, second| {
            let taken = take(&db, &names.code, id, at(second)).await;
            taken.expect("it works")
        };
        // Nobody is back yet.
        assert!(take("one", 1001).await.is_none());
        let answer = async |code: &str| {
            let done = answer(&db, &names, &query(code), now).await;
            done.expect("it works")
        };
        assert!(answer("theirs").await);
        assert!(answer("theirs").await);
        assert!(!answer("another").await);
        assert!(take("one", 1000 + LIFETIME_SECONDS).await.is_none());
        let (held, brought) = take("one", 1001).await.expect("it is there");
        assert_eq!((held.expose(), brought), ("held", query("theirs")));
        assert!(take("one", 1002).await.is_none());
        let found = find_by_code(&db, &names.code, now).await;
        let found = found.expect("it works").expect("it is remembered");
        assert_eq!(found.used_by.as_deref(), Some("one"));
        assert_eq!(found.asked.held.expose(), "");
        db.close().await;
    }
}
