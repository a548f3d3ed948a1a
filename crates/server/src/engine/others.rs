//! What other servers with the same database say: what has changed, and what users have typed.

use crate::engine::news::{self, News, Topic};
use crate::engine::sync::Syncs;
use crate::engine::typed;
use crate::store::wire::Heard;
use tokio::sync::mpsc::Receiver;

/// Until nothing more can be heard.
pub async fn hear(mut heard: Receiver<Heard>, news: News, syncs: Syncs) {
    while let Some(heard) = heard.recv().await {
        let Heard::Word(word) = heard else {
            news.tell_everybody();
            continue;
        };
        match word.split_once(' ') {
            Some((news::WORD, topic)) => {
                if let Some(topic) = Topic::parse(topic) {
                    news.tell_here(&topic);
                }
            }
            Some((typed::WORD, sealed)) => {
                let heard = syncs.typing().heard(sealed);
                // The keys are about to be changed, and this server has not got the new ones yet.
                if !heard {
                    tracing::warn!("word of another server cannot be unsealed");
                }
            }
            // A newer server says something new.
            _ => {}
        }
    }
}
