//! Word from one server to the others that work with the same database, by PostgreSQL's LISTEN and NOTIFY. Nothing of it is
//! kept: what must not be lost is in the database, and whoever may have missed something looks there.

use crate::store::Db;
use crate::store::sql;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// PostgreSQL takes a little less than 8000 bytes.
const LONGEST: usize = 7900;

/// So many words are said with one statement.
const AT_ONCE: usize = 100;

/// Where nobody takes them so many wait; beyond that the others are told to look everywhere.
const MOST_WAITING: usize = 10_000;

/// Before the next try where the database is not to be had.
const PAUSE: Duration = Duration::from_millis(250);

/// What another server has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Word(String),
    /// Something may have been missed.
    Gap,
}

/// Its clones are the same. A server that is alone with its file speaks to nobody.
#[derive(Clone, Default)]
pub struct Wire(Option<Arc<mpsc::Sender<String>>>);

impl Wire {
    /// Gets to all other servers that listen at the moment. Words have no line breaks.
    pub fn say(&self, word: String) {
        let Some(words) = &self.0 else { return };
        if word.len() > LONGEST {
            tracing::error!(
                length = word.len(),
                "a word to the other servers is too long"
            );
            return;
        }
        if words.try_send(word).is_err() {
            tracing::warn!("word to the other servers is left out: the database takes none");
        }
    }

    pub fn is_alone(&self) -> bool {
        self.0.is_none()
    }
}

/// Begins to listen and to speak, until `stopping` is true. What is heard is given to the receiver; `None`: nobody else can be
/// there.
pub async fn open(
    db: &Db,
    stopping: watch::Receiver<bool>,
) -> sqlx::Result<(Wire, Option<mpsc::Receiver<Heard>>)> {
    let Some(pool) = db.shared() else {
        return Ok((Wire::default(), None));
    };
    let channel = channel(db).await?;
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(&channel).await?;
    let (words, outbox) = mpsc::channel(MOST_WAITING);
    let (inbox, heard) = mpsc::channel(MOST_WAITING);
    let node: Arc<str> = db.node().into();
    tokio::spawn(listen(listener, node.clone(), inbox, stopping));
    tokio::spawn(speak(pool.clone(), channel, node, outbox));
    Ok((Wire(Some(Arc::new(words))), Some(heard)))
}

/// Channels are of a whole database, and several schemas of it may be ours.
async fn channel(db: &Db) -> sqlx::Result<String> {
    let made = crate::crypto::random::hex::<8>();
    let name: String = sql::query_scalar(
        "INSERT INTO meta (key, value) VALUES ('channel', ?) ON CONFLICT (key) DO UPDATE SET value = meta.value
         RETURNING value",
    )
    .bind(made)
    .fetch_one(db.writer())
    .await?;
    Ok(format!("connect_{name}"))
}

async fn listen(
    mut listener: PgListener,
    node: Arc<str>,
    inbox: mpsc::Sender<Heard>,
    mut stopping: watch::Receiver<bool>,
) {
    loop {
        let heard = tokio::select! {
            heard = listener.try_recv() => heard,
            _ = stopping.wait_for(|stopping| *stopping) => return,
        };
        match heard {
            Ok(Some(heard)) => {
                let Some((from, words)) = heard.payload().split_once('\n') else {
                    continue;
                };
                if from == &*node {
                    continue;
                }
                for word in words.split('\n') {
                    if inbox.try_send(Heard::Word(word.to_owned())).is_err() {
                        tracing::warn!(
                            "word of other servers is left out: there is too much of it"
                        );
                    }
                }
            }
            // The connection is gone, and made anew with the next try.
            Ok(None) => {
                let _ = inbox.try_send(Heard::Gap);
            }
            Err(error) => {
                tracing::warn!(%error, "word of the other servers cannot be heard for now");
                tokio::time::sleep(PAUSE).await;
                let _ = inbox.try_send(Heard::Gap);
            }
        }
    }
}

/// Ends with the last that could say something.
async fn speak(pool: PgPool, channel: String, node: Arc<str>, mut outbox: mpsc::Receiver<String>) {
    let mut words = Vec::new();
    while outbox.recv_many(&mut words, AT_ONCE).await > 0 {
        words.dedup();
        let messages = messages(&node, &words);
        while let Err(error) = say(&pool, &channel, &messages).await {
            if pool.is_closed() {
                return;
            }
            tracing::warn!(%error, "the other servers are told later");
            tokio::time::sleep(PAUSE).await;
        }
        words.clear();
    }
}

/// Each as long as may be, with the sender's name before its words.
fn messages(node: &str, words: &[String]) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    for word in words {
        match messages.last_mut() {
            Some(last) if last.len() + 1 + word.len() <= LONGEST => {
                last.push('\n');
                last.push_str(word);
            }
            _ => messages.push(format!("{node}\n{word}")),
        }
    }
    messages
}

async fn say(pool: &PgPool, channel: &str, messages: &[String]) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message")
        .bind(channel)
        .bind(messages)
        .execute(pool)
        .await
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_share_a_message_as_long_as_they_fit_into_it() {
        let words: Vec<String> = (0..300).map(|number| format!("{number:060}")).collect();
        let messages = messages("node", &words);
        assert!(messages.len() > 1 && messages.len() < 4);
        assert!(messages.iter().all(|message| message.len() <= LONGEST));
        let said: Vec<&str> = messages
            .iter()
            .filter_map(|message| message.strip_prefix("node\n"))
            .flat_map(|words| words.split('\n'))
            .collect();
        assert_eq!(said, words);
    }

    #[test]
    fn who_is_alone_speaks_to_nobody() {
        let wire = Wire::default();
        wire.say("anything".into());
        assert!(wire.is_alone());
    }
}
