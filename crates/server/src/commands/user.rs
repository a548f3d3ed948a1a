//! `connect-server user …`: what an operator does for one user of a client.

use super::{Trouble, opened};
use crate::config::files::Files;
use crate::store::events::By;
use crate::store::institutions::Owner;
use crate::store::users;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum User {
    /// Remove everything that is kept of a user; nothing of it comes back
    ///
    /// Connections, tokens, codes and logins under way, and their traces in the
    /// file. The server may run meanwhile; only a request that waits with one of
    /// them is told no sooner than its time. `DELETE /v1/users/{id}` tells those at
    /// once, and stands in the audit log. Backups are yours to look after.
    Erase(Whose),
    /// Print by which name the audit log and the database know a user
    Hash(Whose),
}

#[derive(Clone, Debug, Args)]
pub struct Whose {
    /// Id of the client
    #[arg(long, value_name = "ID")]
    client: String,

    /// The client's own id for its user
    #[arg(value_name = "USER")]
    user: String,

    #[command(flatten)]
    files: Files,
}

impl User {
    pub async fn run(self) -> Result<(), Trouble> {
        match self {
            User::Erase(whose) => erase(whose).await,
            User::Hash(whose) => hash(whose).await,
        }
    }
}

async fn erase(
    Whose {
        client,
        user,
        files,
    }: Whose,
) -> Result<(), Trouble> {
    let db = opened(&files).await?;
    let owner = Owner {
        client,
        user,
        scope: None,
    };
    let erased = users::erase(&db, &owner, By::Server)
        .await
        .map_err(Trouble::new)?;
    db.close().await;
    if erased == users::Erased::default() {
        let words = "nothing is kept of this user; look at --client and the user's id";
        return Err(Trouble::new(words));
    }
    println!(
        "{} connections, {} tokens and {} other things of this user are gone.",
        erased.connections.len(),
        erased.tokens,
        erased.others
    );
    Ok(())
}

async fn hash(
    Whose {
        client,
        user,
        files,
    }: Whose,
) -> Result<(), Trouble> {
    let db = opened(&files).await?;
    println!("{}", db.vault().user(&client, &user));
    db.close().await;
    Ok(())
}
