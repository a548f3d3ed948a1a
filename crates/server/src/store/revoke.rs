//! Taking back: tokens, and whatever would lead to new ones. Connections stay, and what has ended by itself stays ended.

use crate::store::Db;
use crate::store::entries;
use crate::store::institutions::Owner;
use crate::store::sql::{self, Transaction};
use crate::store::tokens;
use connect_core::Secret;
use jiff::Timestamp;

/// A client, and how the database knows one of its users.
#[derive(Clone, Copy)]
struct Whose<'a> {
    client: &'a str,
    user: &'a str,
}

/// A session that was taken back.
pub struct Ended {
    /// How the database knows its user.
    pub user: String,
    pub session: String,
    /// So many of them were good until now.
    pub tokens: u64,
}

/// The session of this client's token. `None`: the client has no such token.
pub async fn token(
    db: &Db,
    client: &str,
    token: &Secret,
    now: Timestamp,
) -> sqlx::Result<Option<Ended>> {
    let hash = tokens::hash(token);
    let mut transaction = db.begin().await?;
    let found = sql::query(
        "SELECT session, user_hash FROM tokens WHERE token_sha256 = ?1 AND client = ?2 AND expires_at > ?3
         UNION ALL SELECT NULL, user_hash FROM entries WHERE token_sha256 = ?1 AND client = ?2 AND ends_at > ?3",
    )
    .bind(&hash)
    .bind(client)
    .bind(now.as_second())
    .fetch_optional(&mut transaction)
    .await?;
    let Some(found) = found else { return Ok(None) };
    let session: Option<String> = found.try_get("session")?;
    let session = session.unwrap_or_else(|| entries::session(&hash));
    let user: String = found.try_get("user_hash")?;
    let whose = Whose {
        client,
        user: &user,
    };
    let tokens = end_session(&mut transaction, whose, &session, now).await?;
    transaction.commit().await?;
    Ok(Some(Ended {
        user,
        session,
        tokens,
    }))
}

/// Tells how many tokens were good until now.
pub async fn user(db: &Db, owner: &Owner, now: Timestamp) -> sqlx::Result<u64> {
    let whose = Whose {
        client: &owner.client,
        user: &db.user(owner),
    };
    end_all(db, "client = ?1 AND user_hash = ?2", whose, now).await
}

pub async fn client(db: &Db, client: &str, now: Timestamp) -> sqlx::Result<u64> {
    let all = Whose { client, user: "" };
    end_all(db, "client = ?1 AND ?2 = ''", all, now).await
}

async fn end_session(
    connection: &mut Transaction,
    whose: Whose<'_>,
    session: &str,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let mut revoked = 0;
    let opened = sql::query("SELECT * FROM entries WHERE client = ? AND user_hash = ?")
        .bind(whose.client)
        .bind(whose.user)
        .fetch_all(&mut *connection)
        .await?;
    for row in opened {
        let hash: String = row.try_get("token_sha256")?;
        if entries::session(&hash) != session {
            continue;
        }
        let used: bool = row.try_get("used")?;
        revoked += u64::from(!used);
        sql::query("DELETE FROM entries WHERE token_sha256 = ?")
            .bind(hash)
            .execute(&mut *connection)
            .await?;
    }
    sql::query(
        "DELETE FROM oauth_logins WHERE client = ?1 AND token_sha256 IN (
             SELECT token_sha256 FROM tokens WHERE client = ?1 AND session = ?2
         )",
    )
    .bind(whose.client)
    .bind(session)
    .execute(&mut *connection)
    .await?;
    sql::query("DELETE FROM exchange_codes WHERE client = ? AND session = ?")
        .bind(whose.client)
        .bind(session)
        .execute(&mut *connection)
        .await?;
    let tokens =
        sql::query("DELETE FROM tokens WHERE client = ? AND session = ? AND expires_at > ?")
            .bind(whose.client)
            .bind(session)
            .bind(now.as_second())
            .execute(&mut *connection)
            .await?;
    Ok(revoked + tokens.rows_affected())
}

/// `whose` is a condition of these two parameters.
async fn end_all(
    db: &Db,
    whose: &'static str,
    owned: Whose<'_>,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let mut transaction = db.begin().await?;
    let unopened =
        format!("SELECT count(*) FROM entries WHERE {whose} AND ends_at > ?3 AND NOT used");
    let unopened: i64 = sql::query_scalar(unopened)
        .bind(owned.client)
        .bind(owned.user)
        .bind(now.as_second())
        .fetch_one(&mut transaction)
        .await?;
    let mut revoked = unopened.unsigned_abs();
    for table in ["entries", "oauth_logins", "exchange_codes"] {
        sql::query(format!("DELETE FROM {table} WHERE {whose}"))
            .bind(owned.client)
            .bind(owned.user)
            .execute(&mut transaction)
            .await?;
    }
    let tokens = format!("DELETE FROM tokens WHERE {whose} AND expires_at > ?3");
    let tokens = sql::query(tokens)
        .bind(owned.client)
        .bind(owned.user)
        .bind(now.as_second())
        .execute(&mut transaction)
        .await?;
    revoked += tokens.rows_affected();
    transaction.commit().await?;
    Ok(revoked)
}
