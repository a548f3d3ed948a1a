//! What other servers with the same database say: what has changed, and what users have typed that no database keeps.

use crate::engine::news::{News, Topic};
use crate::engine::sync::Syncs;
use crate::store::wire::{Heard, Wire};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use connect_core::Secret;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::Receiver;
use zeroize::Zeroizing;

const TOPIC: &str = "topic";
const TYPED: &str = "typed";

/// What stands for a word that is sealed; whoever listens at the database reads nothing of it.
const PLACE: &str = "wire.typed";

/// What a user has typed at one server and another may need.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Typed {
    /// Answers to the first questions of a login that are answered together.
    Given { id: String, answers: Vec<Answer> },
    /// The mark of a login that is sent now.
    Sent { id: String, mark: String },
}

/// Shows its text to nobody but the other server.
#[derive(Clone)]
pub(super) struct Answer(pub Secret);

impl Serialize for Answer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Answer, D::Error> {
        String::deserialize(deserializer).map(|text| Answer(Secret::new(text)))
    }
}

pub(super) fn say_topic(wire: &Wire, topic: &Topic) {
    if !wire.is_alone() {
        wire.say(format!("{TOPIC} {topic}"));
    }
}

impl Syncs {
    pub(super) fn say(&self, typed: &Typed) {
        if self.0.wire.is_alone() {
            return;
        }
        let text = serde_json::to_string(typed).expect("it holds only texts");
        let text = Zeroizing::new(text);
        let sealed = self.0.db.vault().seal(PLACE, text.as_bytes());
        self.0
            .wire
            .say(format!("{TYPED} {}", BASE64.encode(&sealed)));
    }

    fn hear(&self, sealed: &str) -> Option<Typed> {
        let text = self
            .0
            .db
            .vault()
            .unseal(PLACE, &BASE64.decode(sealed).ok()?)?;
        serde_json::from_slice(&Zeroizing::new(text)).ok()
    }
}

/// Until nothing more can be heard.
pub async fn hear(mut heard: Receiver<Heard>, news: News, syncs: Syncs) {
    while let Some(heard) = heard.recv().await {
        let Heard::Word(word) = heard else {
            news.tell_everybody();
            continue;
        };
        match word.split_once(' ') {
            Some((TOPIC, topic)) => {
                if let Some(topic) = Topic::parse(topic) {
                    news.tell_here(&topic);
                }
            }
            Some((TYPED, sealed)) => match syncs.hear(sealed) {
                Some(typed) => syncs.heard(typed),
                // The keys are about to be changed, and this server has not got the new ones yet.
                None => tracing::warn!("word of another server cannot be unsealed"),
            },
            // A newer server says something new.
            _ => {}
        }
    }
}
