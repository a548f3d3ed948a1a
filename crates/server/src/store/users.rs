//! Everything that is kept of one user of a client, removed at once and for good.

use crate::store::Db;
use crate::store::events::{self, By};
use crate::store::institutions::Owner;
use crate::store::sql::{self};

/// What there was.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Their ids, for whoever follows them.
    pub connections: Vec<String>,
    pub tokens: u64,
    /// Codes, logins at banks' own sites, addresses that open a page.
    pub others: u64,
}

/// `by` is who wants it. Nothing of it is left in the file: what is deleted there is overwritten, and the log is emptied.
pub async fn erase(db: &Db, owner: &Owner, by: By) -> sqlx::Result<Erased> {
    let user = db.user(owner);
    let mut transaction = db.begin_for(&owner.client, &user).await?;
    let rows = sql::query(
        "DELETE FROM institutions WHERE client = ? AND user_hash = ? RETURNING id, client, provider, told",
    )
    .bind(&owner.client)
    .bind(&user)
    .fetch_all(&mut transaction)
    .await?;
    for row in &rows {
        events::removed(db, &mut transaction, row, by).await?;
    }
    let connections = rows.iter().map(|row| row.try_get("id"));
    let connections = connections.collect::<sqlx::Result<Vec<String>>>()?;
    let mut removed = [0; 5];
    for (statement, removed) in [
        "DELETE FROM tokens WHERE client = ? AND user_hash = ?",
        "DELETE FROM exchange_codes WHERE client = ? AND user_hash = ?",
        "DELETE FROM oauth_logins WHERE client = ? AND user_hash = ?",
        "DELETE FROM entries WHERE client = ? AND user_hash = ?",
        "DELETE FROM attempts WHERE client = ? AND user_hash = ?",
    ]
    .into_iter()
    .zip(&mut removed)
    {
        let done = sql::query(statement)
            .bind(&owner.client)
            .bind(&user)
            .execute(&mut transaction)
            .await?;
        *removed = done.rows_affected();
    }
    transaction.commit().await?;
    events::have_happened(db, &rows)?;
    db.checkpoint().await?;
    let [tokens, others @ ..] = removed;
    Ok(Erased {
        connections,
        tokens,
        others: others.iter().sum(),
    })
}
