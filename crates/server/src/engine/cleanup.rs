//! Removes what nobody comes back for: connections that never came about, tokens and logins that have ended.

use crate::config::keeping::Keeping;
use crate::engine::sync::Syncs;
use crate::store::Db;
use crate::store::{
    attempts, desk, entries, events, exchange, institutions, keys, limits, oauth, tokens,
};
use jiff::Timestamp;
use std::time::Duration;
use tokio::sync::watch;

/// Turns `true` when the server is told to stop.
type Stopping = watch::Receiver<bool>;

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// What is looked after.
pub struct Kept<'a> {
    pub db: &'a Db,
    pub syncs: &'a Syncs,
    pub keeping: &'a Keeping,
}

/// Goes on until the server is told to stop.
pub async fn hourly(kept: &Kept<'_>, mut stopping: Stopping) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(HOUR) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        match clean(kept.db, kept.keeping, Timestamp::now()).await {
            Ok(removed) => removed.iter().for_each(|id| kept.syncs.forget(id)),
            Err(error) => {
                tracing::error!(%error, "old connections and tokens could not be removed")
            }
        }
    }
}

/// A bank's code does not lie about for an hour. Goes on until the server is told to stop. `also` is what others have to
/// do as often.
pub async fn each_minute(kept: &Kept<'_>, mut stopping: Stopping, also: impl Fn()) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(MINUTE) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        let now = Timestamp::now();
        also();
        if let Err(error) = clean_often(kept.db, now).await {
            tracing::error!(%error, "old logins and codes could not be removed");
        }
        if let Err(error) = kept.syncs.sweep(now).await {
            tracing::error!(%error, "syncs that nobody follows could not be rescheduled");
        }
        if let Err(error) = events::announce_ends(kept.db, now, kept.keeping.notice()).await {
            tracing::error!(%error, "ends of permissions could not be announced");
        }
        kept.syncs.end_elsewhere_soon();
        kept.syncs.typing().drop_old_answers();
    }
}

/// Writes the ends of syncs that could not be written at once; at the server's end once more.
pub async fn each_second(kept: &Kept<'_>, mut stopping: Stopping) {
    let mut pause = SECOND;
    loop {
        let stops = tokio::select! {
            () = tokio::time::sleep(pause) => false,
            _ = stopping.wait_for(|stopping| *stopping) => true,
        };
        let settled = kept.syncs.settle_all().await;
        if stops {
            return;
        }
        // As long as it does not work, it is tried less often.
        pause = match settled {
            true => SECOND,
            false => (pause * 2).min(LONGEST_PAUSE),
        };
    }
}

async fn clean_often(db: &Db, now: Timestamp) -> sqlx::Result<()> {
    oauth::remove_ended(db, now).await?;
    exchange::remove_ended(db, now).await?;
    entries::remove_ended(db, now).await?;
    attempts::remove_ended(db, now).await?;
    desk::remove_ended(db, now).await?;
    limits::clean(db).await?;
    keys::remember_sealing(db.writer(), db.vault().keys()).await?;
    db.checkpoint().await
}

/// The ids of the connections that are gone now.
pub async fn clean(db: &Db, keeping: &Keeping, now: Timestamp) -> sqlx::Result<Vec<String>> {
    let mut connections = institutions::remove_abandoned(db, now - keeping.abandoned()).await?;
    if let Some(time) = keeping.connections() {
        connections.extend(institutions::remove_left(db, now - time).await?);
    }
    let tokens = tokens::remove_ended(db, now - keeping.tokens()).await?;
    events::remove_old(db, now - keeping.events()).await?;
    clean_often(db, now).await?;
    if tokens > 0 || !connections.is_empty() {
        tracing::info!(
            connections = connections.len(),
            tokens,
            "connections and tokens that were kept long enough are removed"
        );
    }
    Ok(connections)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::institutions::{Begin, New, Owner};
    use crate::store::scratch::Scratch;
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
            scope: None,
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
            consent_expires_at: None,
            warnings: Vec::new(),
            version: 0,
        };
        let kept = institutions::insert(db, &owner(), &institution, New::default()).await;
        assert_eq!(kept.expect("it is written"), Begin::Done);
    }

    #[tokio::test]
    async fn what_nobody_comes_back_for_goes_after_a_day_and_the_rest_stays() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
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
            scope: None,
        };
        tokens::insert(&db, &token, &grant, Maker::Client)
            .await
            .expect("it is written");

        let early = clean(&db, &Keeping::default(), at(THEN + DAY))
            .await
            .expect("it works");
        assert_eq!(early, Vec::<String>::new());
        let ended = tokens::find(&db, &token).await.expect("it works");
        assert!(ended.is_some_and(|grant| grant.expired()));

        let mut late = clean(&db, &Keeping::default(), at(THEN + DAY + 1))
            .await
            .expect("it works");
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
        let month = Keeping {
            keep_connections: 30,
            ..Keeping::default()
        };
        let early = clean(&db, &month, at(THEN + 30 * DAY)).await;
        assert_eq!(early.expect("it works"), Vec::<String>::new());
        let mut late = clean(&db, &month, at(THEN + 30 * DAY + 1))
            .await
            .expect("it works");
        late.sort();
        assert_eq!(late, ["broken later", "well"]);
        db.close().await;
    }
}
