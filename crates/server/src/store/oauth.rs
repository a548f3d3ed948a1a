//! Logins at a bank's own site: what came of one, and what is kept of one while the user's only window is at the bank.
//! A login is known for ten minutes after the last thing that happened in it.

use crate::crypto::digest::sha256_hex;
use crate::crypto::nonce::Nonce;
use crate::store::Db;
use crate::store::institutions::Owner;
use crate::store::sealing::{self, USER};
use crate::store::sql::{self, Row, Transaction};
use connect_core::Secret;
use connect_core::api::KeptOAuth;
use jiff::Timestamp;
use subtle::ConstantTimeEq;

const TABLE: &str = "oauth_logins";

pub const LIFETIME_SECONDS: i64 = 600;

/// Of one owner, finished or not. A stranger in a user's name is another owner, so that each pushes out only their own.
const MOST_LOGINS: u32 = 20;

/// RFC 6749's word for a code that cannot be used again.
const USED: &str = "invalid_grant";

/// What the bank has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Code(Secret),
    /// RFC 6749's error.
    Error(String),
}

impl Outcome {
    /// As it is sealed, and hashed to be recognised.
    fn text(&self) -> String {
        match self {
            Outcome::Code(code) => format!("code {}", code.expose()),
            Outcome::Error(error) => format!("error {error}"),
        }
    }

    fn parse(text: &str) -> Option<Outcome> {
        match text.split_once(' ')? {
            ("code", code) => Some(Outcome::Code(Secret::new(code))),
            ("error", error) => Some(Outcome::Error(error.into())),
            _ => None,
        }
    }
}

pub struct Login {
    pub owner: Owner,
    /// The token of the session that has kept something.
    pub token_sha256: Option<String>,
    pub kept: Option<KeptOAuth>,
    pub outcome: Option<Outcome>,
    resume_sha256: Option<String>,
}

impl Login {
    /// The cookie is the one that was given to the browser that kept this login.
    pub fn resumes_with(&self, cookie: &Secret) -> bool {
        let given = sha256_hex(cookie.expose().as_bytes());
        let expected = self.resume_sha256.as_deref().unwrap_or_default();
        bool::from(given.as_bytes().ct_eq(expected.as_bytes()))
    }
}

/// What became of an answer of the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    Done,
    /// Nobody has begun this login here, or too long ago: nothing is written down.
    Unknown,
    /// The bank has given another answer before, which counts.
    AnsweredBefore,
}

/// Makes the login this owner's, unless it is somebody's already.
pub async fn register(db: &Db, nonce: &Nonce, owner: &Owner, now: Timestamp) -> sqlx::Result<()> {
    remove_ended(db, now).await?;
    let mut transaction = db.begin_for(&owner.client, &db.user(owner)).await?;
    sql::query(
        "INSERT INTO oauth_logins (nonce_sha256, ends_at, client, user_hash, user_sealed, scope) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (nonce_sha256) DO NOTHING",
    )
    .bind(nonce.sha256())
    .bind(now.as_second() + LIFETIME_SECONDS)
    .bind(&owner.client)
    .bind(db.user(owner))
    .bind(sealed_user(db, nonce, owner))
    .bind(&owner.scope)
    .execute(&mut transaction)
    .await?;
    remove_surplus(&mut transaction, owner, &db.user(owner)).await?;
    transaction.commit().await
}

/// What is kept of a login, and by whom.
pub struct Keeping<'a> {
    pub owner: &'a Owner,
    pub token_sha256: &'a str,
    pub kept: &'a KeptOAuth,
    pub resume: Option<&'a Secret>,
}

/// Keeps what the widget will need when its user is back. `false`: the login is somebody else's, or is finished.
pub async fn keep(
    db: &Db,
    nonce: &Nonce,
    keeping: Keeping<'_>,
    now: Timestamp,
) -> sqlx::Result<bool> {
    remove_ended(db, now).await?;
    let whose = (&keeping.owner.client, db.user(keeping.owner));
    let mut transaction = db.begin_for(whose.0, &whose.1).await?;
    let kept = serde_json::to_vec(keeping.kept).expect("what is kept holds only texts");
    let done = sql::query(
        "INSERT INTO oauth_logins (nonce_sha256, ends_at, client, user_hash, user_sealed, scope, token_sha256, resume_sha256, kept)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (nonce_sha256) DO UPDATE SET
             ends_at = excluded.ends_at, token_sha256 = excluded.token_sha256,
             resume_sha256 = excluded.resume_sha256, kept = excluded.kept
         WHERE oauth_logins.result_sha256 IS NULL AND oauth_logins.client = excluded.client
             AND oauth_logins.user_hash = excluded.user_hash AND oauth_logins.scope IS NOT DISTINCT FROM excluded.scope",
    )
    .bind(nonce.sha256())
    .bind(now.as_second() + LIFETIME_SECONDS)
    .bind(&keeping.owner.client)
    .bind(db.user(keeping.owner))
    .bind(sealed_user(db, nonce, keeping.owner))
    .bind(&keeping.owner.scope)
    .bind(keeping.token_sha256)
    .bind(keeping.resume.map(|resume| sha256_hex(resume.expose().as_bytes())))
    .bind(nonce.seal(&kept))
    .execute(&mut transaction)
    .await?;
    remove_surplus(&mut transaction, keeping.owner, &db.user(keeping.owner)).await?;
    transaction.commit().await?;
    Ok(done.rows_affected() == 1)
}

/// Writes down what the bank has answered; the first answer counts.
pub async fn finish(
    db: &Db,
    nonce: &Nonce,
    outcome: &Outcome,
    now: Timestamp,
) -> sqlx::Result<Finish> {
    remove_ended(db, now).await?;
    let text = outcome.text();
    let hash = sha256_hex(text.as_bytes());
    // Both at once: a login may begin in between, where a bank answers as quickly as the widget waits for it.
    let mut transaction = db.begin().await?;
    sql::query(
        "UPDATE oauth_logins SET ends_at = ?, result_sha256 = ?, result = ?
         WHERE nonce_sha256 = ? AND result_sha256 IS NULL",
    )
    .bind(now.as_second() + LIFETIME_SECONDS)
    .bind(&hash)
    .bind(nonce.seal(text.as_bytes()))
    .bind(nonce.sha256())
    .execute(&mut transaction)
    .await?;
    let first: Option<Option<String>> =
        sql::query_scalar("SELECT result_sha256 FROM oauth_logins WHERE nonce_sha256 = ?")
            .bind(nonce.sha256())
            .fetch_optional(&mut transaction)
            .await?;
    transaction.commit().await?;
    Ok(match first {
        None => Finish::Unknown,
        Some(first) if first == Some(hash) => Finish::Done,
        Some(_) => Finish::AnsweredBefore,
    })
}

pub async fn find(db: &Db, nonce: &Nonce, now: Timestamp) -> sqlx::Result<Option<Login>> {
    let row = sql::query("SELECT * FROM oauth_logins WHERE nonce_sha256 = ? AND ends_at > ?")
        .bind(nonce.sha256())
        .bind(now.as_second())
        .fetch_optional(db.reader())
        .await?;
    row.map(|row| login(db, nonce, &row)).transpose()
}

/// Takes a login's one resumption. `false`: somebody was faster.
pub async fn take_resumption(db: &Db, nonce: &Nonce) -> sqlx::Result<bool> {
    let done = sql::query(
        "UPDATE oauth_logins SET resume_sha256 = NULL WHERE nonce_sha256 = ? AND resume_sha256 IS NOT NULL",
    )
    .bind(nonce.sha256())
    .execute(db.writer())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The code has done its work: nothing is left but what a second answer of the bank is known by.
pub async fn forget_code(db: &Db, code: &Secret) -> sqlx::Result<()> {
    let text = Outcome::Code(code.clone()).text();
    sql::query(
        "UPDATE oauth_logins SET result = NULL, kept = NULL, resume_sha256 = NULL WHERE result_sha256 = ?",
    )
    .bind(sha256_hex(text.as_bytes()))
    .execute(db.writer())
    .await?;
    Ok(())
}

/// Tells how many.
pub async fn remove_ended(db: &Db, now: Timestamp) -> sqlx::Result<u64> {
    let done = sql::query("DELETE FROM oauth_logins WHERE ends_at <= ?")
        .bind(now.as_second())
        .execute(db.writer())
        .await?;
    Ok(done.rows_affected())
}

/// The owner's newest logins stay. A person is at one bank at a time; so many are somebody's who fills the database.
async fn remove_surplus(
    connection: &mut Transaction,
    owner: &Owner,
    user: &str,
) -> sqlx::Result<()> {
    sql::query(
        "DELETE FROM oauth_logins WHERE number IN (
             SELECT number FROM oauth_logins WHERE client = ? AND user_hash = ? AND scope IS NOT DISTINCT FROM ? ORDER BY number DESC LIMIT 1000000 OFFSET ?
         )",
    )
    .bind(&owner.client)
    .bind(user)
    .bind(&owner.scope)
    .bind(MOST_LOGINS)
    .execute(connection)
    .await?;
    Ok(())
}

fn sealed_user(db: &Db, nonce: &Nonce, owner: &Owner) -> Vec<u8> {
    sealing::sealed(db.vault(), TABLE, USER, &nonce.sha256(), &owner.user)
}

fn login(db: &Db, nonce: &Nonce, row: &Row) -> sqlx::Result<Login> {
    let unseal = |column| -> sqlx::Result<Option<Vec<u8>>> {
        let sealed: Option<Vec<u8>> = row.try_get(column)?;
        let unsealed = sealed.map(|sealed| nonce.unseal(&sealed).ok_or_else(|| damaged(column)));
        unsealed.transpose()
    };
    let kept = unseal("kept")?.map(|json| serde_json::from_slice(&json).map_err(decode));
    let answered: Option<String> = row.try_get("result_sha256")?;
    let outcome = match (answered, unseal("result")?) {
        (None, _) => None,
        (Some(_), None) => Some(Outcome::Error(USED.into())),
        (Some(_), Some(text)) => {
            let text = String::from_utf8(text).map_err(decode)?;
            Some(Outcome::parse(&text).ok_or_else(|| damaged("result"))?)
        }
    };
    Ok(Login {
        owner: Owner {
            client: row.try_get("client")?,
            user: sealing::needed(db.vault(), row, TABLE, USER, &nonce.sha256())?,
            scope: row.try_get("scope")?,
        },
        token_sha256: row.try_get("token_sha256")?,
        kept: kept.transpose()?,
        outcome,
        resume_sha256: row.try_get("resume_sha256")?,
    })
}

fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}

fn damaged(column: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("{column} cannot be unsealed").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a second of this century")
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_answer_that_comes_while_its_login_begins_is_not_taken_for_a_second_one() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let owner = Owner {
            client: "shop".into(),
            user: "ann".into(),
            scope: None,
        };
        for at_once in 0..200 {
            let nonce = Nonce::parse(&format!("nonce-0123456789-{at_once:010}")).expect("a nonce");
            let outcome = Outcome::Error("temporarily_unavailable".into());
            let (other, owner, begins) = (db.clone(), owner.clone(), nonce.as_str().to_owned());
            let begun = tokio::spawn(async move {
                let nonce = Nonce::parse(&begins).expect("a nonce");
                register(&other, &nonce, &owner, at(0)).await
            });
            let finished = finish(&db, &nonce, &outcome, at(0)).await;
            begun.await.expect("it ends").expect("it works");
            let finished = finished.expect("it works");
            assert_ne!(finished, Finish::AnsweredBefore, "{at_once}");
        }
        db.close().await;
    }

    #[tokio::test]
    async fn a_login_is_known_for_ten_minutes_after_the_last_thing_that_happened_in_it() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let nonce = Nonce::parse("nonce-0123456789-0123456789").expect("a nonce");
        let owner = Owner {
            client: "shop".into(),
            user: "ann".into(),
            scope: None,
        };
        let (kept, code) = (KeptOAuth::default(), Secret::new("code"));
        let outcome = Outcome::Code(code.clone());
        let found = async |second| find(&db, &nonce, at(second)).await.expect("it works");
        let keeping = Keeping {
            owner: &owner,
            token_sha256: "",
            kept: &kept,
            resume: None,
        };
        let done = keep(&db, &nonce, keeping, at(0)).await;
        assert!(done.expect("it works"));
        assert!(
            found(599)
                .await
                .is_some_and(|login| login.outcome.is_none())
        );
        assert!(found(600).await.is_none());
        let done = finish(&db, &nonce, &outcome, at(500)).await;
        assert_eq!(done.expect("it works"), Finish::Done);
        let login = found(1099).await.expect("a login");
        assert_eq!((login.kept, login.outcome), (Some(kept), Some(outcome)));
        assert!(found(1100).await.is_none());

        forget_code(&db, &code).await.expect("it works");
        let login = found(1099).await.expect("a login");
        let used = Outcome::Error(USED.into());
        assert_eq!((login.kept, login.outcome), (None, Some(used)));
        assert_eq!(remove_ended(&db, at(1099)).await.expect("it works"), 0);
        assert_eq!(remove_ended(&db, at(1100)).await.expect("it works"), 1);
        db.close().await;
    }
}
