//! What a server does every few seconds beside the others that work with its database: it says that it is there, goes on with
//! what those have left that are gone, and has the banks that any of them has imported.

use crate::engine::sync::Syncs;
use crate::store::Db;
use crate::store::nodes::{self, BEAT, GONE};
use crate::store::providers;
use std::time::Instant;
use tokio::sync::watch;

/// Goes on until the server is told to stop.
pub async fn go_on(db: &Db, syncs: &Syncs, mut stopping: watch::Receiver<bool>) {
    let mut beaten = Instant::now();
    loop {
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        match beat(db, syncs, beaten.elapsed() < GONE).await {
            Ok(()) => beaten = Instant::now(),
            Err(error) => {
                tracing::warn!(%error, "the database does not hear that this server is there")
            }
        }
    }
}

/// Where the database was not to be had for long, the others have not had it either: they say first that they are there.
async fn beat(db: &Db, syncs: &Syncs, is_steady: bool) -> sqlx::Result<()> {
    nodes::beat(db).await?;
    providers::refresh(db).await?;
    if is_steady {
        let (going_on, later) = syncs.go_on().await?;
        if going_on + later > 0 {
            tracing::info!(
                going_on,
                later,
                "syncs of a server that is gone go on, or are done again later"
            );
        }
    }
    Ok(())
}
