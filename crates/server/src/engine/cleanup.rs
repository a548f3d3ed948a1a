//! Removes what nobody comes back for: connections that never came about, tokens and logins that have ended.

use crate::app::App;
use crate::store::Db;
use crate::store::{entries, exchange, institutions, oauth, tokens};
use jiff::Timestamp;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

/// Goes on until the server is told to stop.
pub async fn hourly(app: &App) {
    let mut stopping = app.stopping.clone();
    loop {
        tokio::select! {
            () = tokio::time::sleep(HOUR) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        match clean(&app.db, Timestamp::now()).await {
            Ok(removed) => removed.iter().for_each(|id| app.syncs.forget(id)),
            Err(error) => {
                tracing::error!(%error, "old connections and tokens could not be removed")
            }
        }
    }
}

/// A bank's code does not lie about for an hour. Goes on until the server is told to stop.
pub async fn each_minute(app: &App) {
    let mut stopping = app.stopping.clone();
    loop {
        tokio::select! {
            () = tokio::time::sleep(MINUTE) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        app.limits.clean();
        app.syncs.clean();
        if let Err(error) = clean_often(&app.db, Timestamp::now()).await {
            tracing::error!(%error, "old logins and codes could not be removed");
        }
    }
}

async fn clean_often(db: &Db, now: Timestamp) -> sqlx::Result<()> {
    oauth::remove_ended(db, now).await?;
    exchange::remove_ended(db, now).await?;
    entries::remove_ended(db, now).await
}

/// The ids of the connections that are gone now.
pub async fn clean(db: &Db, now: Timestamp) -> sqlx::Result<Vec<String>> {
    let connections = institutions::remove_abandoned(db, now).await?;
    let tokens = tokens::remove_ended(db, now).await?;
    clean_often(db, now).await?;
    if tokens > 0 || !connections.is_empty() {
        tracing::info!(
            connections = connections.len(),
            tokens,
            "connections that never came about and ended tokens are removed"
        );
    }
    Ok(connections)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store;
    use crate::store::institutions::{Begin, New, Owner};
    use crate::store::tokens::{Grant, Maker, Notes};
    use connect_core::Secret;
    use connect_core::api::{Institution, LaunchOptions, SyncDetails, SyncStatus};

    const DAY: i64 = 86_400;
    const THEN: i64 = 1_700_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a second of this century")
    }

    fn owner() -> Owner {
        Owner {
            client: "shop".into(),
            user: "ann".into(),
        }
    }

    async fn keep(db: &Db, id: &str, sync_status: SyncStatus, synced: bool) {
        let institution = Institution {
            id: id.into(),
            name: "Demo".into(),
            provider: "demo".into(),
            authorized: None,
            sync_status,
            sync_error: None,
            sync_status_details: Some(SyncDetails {
                date: at(THEN).to_string(),
                step: None,
            }),
            accounts: synced.then(Vec::new),
            login_id: None,
            exchange_code: None,
            version: 0,
        };
        let kept = institutions::insert(db, &owner(), &institution, New::default()).await;
        assert_eq!(kept.expect("it is written"), Begin::Done);
    }

    #[tokio::test]
    async fn what_nobody_comes_back_for_goes_after_a_day_and_the_rest_stays() {
        let file = std::env::temp_dir().join(format!("connect-cleanup-{}.db", std::process::id()));
        let db = store::open(&file, std::time::Duration::from_secs(5))
            .await
            .expect("a database");
        keep(&db, "refused", SyncStatus::Error, false).await;
        keep(&db, "cut off", SyncStatus::Retry, false).await;
        keep(&db, "running", SyncStatus::Syncing, false).await;
        keep(&db, "broken later", SyncStatus::Error, true).await;
        keep(&db, "well", SyncStatus::Ok, true).await;
        let token = Secret::new("token");
        let grant = Grant {
            client: "shop".into(),
            user: "ann".into(),
            options: LaunchOptions::default(),
            expires_at: at(THEN),
            session: "session".into(),
            notes: Notes::default(),
        };
        tokens::insert(&db, &token, &grant, Maker::Client)
            .await
            .expect("it is written");

        let early = clean(&db, at(THEN + DAY)).await.expect("it works");
        assert_eq!(early, Vec::<String>::new());
        let ended = tokens::find(&db, &token).await.expect("it works");
        assert!(ended.is_some_and(|grant| grant.expired()));

        let mut late = clean(&db, at(THEN + DAY + 1)).await.expect("it works");
        late.sort();
        assert_eq!(late, ["cut off", "refused"]);
        let gone = tokens::find(&db, &token).await.expect("it works");
        assert!(gone.is_none());
        for (id, stays) in [
            ("refused", false),
            ("cut off", false),
            ("running", true),
            ("broken later", true),
            ("well", true),
        ] {
            let found = institutions::find(&db, &owner(), id).await;
            assert_eq!(found.expect("it works").is_some(), stays, "{id}");
        }
        db.close().await;
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", file.display()));
        }
    }
}
