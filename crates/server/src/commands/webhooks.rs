//! `connect-server webhooks …`: makes a secret that signs, shows what has not arrived, and has it sent once more.

use super::{Trouble, opened};
use crate::config::files::Files;
use crate::crypto::random;
use crate::store::{deliveries, events};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use jiff::Timestamp;

#[derive(Debug, Subcommand)]
pub enum Webhooks {
    /// Make a secret that signs what a webhook is told, for a file of its own
    Secret,
    /// Show what has not arrived at a client's webhooks
    List(Whose),
    /// Have what has failed sent once more, or one event wherever it went
    ///
    /// The running server sends it within a second or two; one that is not running
    /// does when it starts.
    Replay(Again),
}

#[derive(Clone, Debug, Args)]
pub struct Whose {
    /// Id of the client
    #[arg(long, value_name = "ID")]
    client: String,

    #[command(flatten)]
    files: Files,
}

#[derive(Clone, Debug, Args)]
pub struct Again {
    /// An event's id; without one, all that have failed
    #[arg(value_name = "EVENT")]
    event: Option<String>,

    #[command(flatten)]
    whose: Whose,
}

/// So many are shown.
const MOST: u32 = 1000;

impl Webhooks {
    pub async fn run(self) -> Result<(), Trouble> {
        match self {
            Webhooks::Secret => {
                println!("whsec_{}", STANDARD.encode(random::bytes::<32>()));
                Ok(())
            }
            Webhooks::List(whose) => list(whose).await,
            Webhooks::Replay(again) => replay(again).await,
        }
    }
}

async fn list(Whose { client, files }: Whose) -> Result<(), Trouble> {
    let db = opened(&files).await?;
    let all = deliveries::undelivered(&db, &client, (0, ""), MOST).await;
    db.close().await;
    let all = all.map_err(Trouble::new)?;
    // Not among the lines: a script counts those.
    if all.is_empty() {
        eprintln!("nothing waits for a webhook of {client}, and nothing has failed");
    }
    for one in all {
        let next = match one.failed {
            true => "failed".to_owned(),
            false => format!("next try {}", one.due_at),
        };
        let outcome = one.outcome.unwrap_or_default();
        println!(
            "{} {} {} tries, {next}, {outcome}",
            one.event, one.kind, one.tries
        );
    }
    Ok(())
}

async fn replay(Again { event, whose }: Again) -> Result<(), Trouble> {
    let db = opened(&whose.files).await?;
    let now = Timestamp::now();
    let done = match &event {
        None => deliveries::failed_again(&db, &whose.client, now).await,
        Some(id) => match events::find(&db, &whose.client, id).await {
            Ok(Some(event)) => deliveries::all_again(&db, &event, now).await,
            Ok(None) => Ok(0),
            Err(error) => Err(error),
        },
    };
    db.close().await;
    let sent = done.map_err(Trouble::new)?;
    println!("{sent} to be sent once more.");
    Ok(())
}
