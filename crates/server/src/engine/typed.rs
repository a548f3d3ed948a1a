//! What a user has typed at one server and another may need: no database keeps it, and whoever listens at the database reads
//! nothing of it.

use crate::crypto::vault::Vault;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use connect_core::Secret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Stands before it on the wire.
pub const WORD: &str = "typed";

/// What it is sealed for.
const PLACE: &str = "wire.typed";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Typed {
    /// Answers to the first questions of a login that are answered together.
    Given { id: String, answers: Vec<Answer> },
    /// The mark of a login that is sent now.
    Sent { id: String, mark: String },
}

/// Shows its text to nobody but the other server.
#[derive(Clone)]
pub struct Answer(pub Secret);

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

impl Typed {
    pub fn seal(&self, vault: &Vault) -> String {
        let text = serde_json::to_string(self).expect("it holds only texts");
        BASE64.encode(vault.seal(PLACE, Zeroizing::new(text).as_bytes()))
    }

    /// `None`: it was sealed with a key that is not there, or for something else.
    pub fn unseal(vault: &Vault, sealed: &str) -> Option<Typed> {
        let text = vault.unseal(PLACE, &BASE64.decode(sealed).ok()?)?;
        serde_json::from_slice(&Zeroizing::new(text)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::keys::Keys;

    #[test]
    fn another_server_with_the_same_keys_reads_it_and_nobody_else() {
        let vault = Vault::new(Keys::new());
        let typed = Typed::Given {
            id: "one".into(),
            answers: vec![Answer(Secret::new("ruby"))],
        };
        let sealed = typed.seal(&vault);
        assert!(!sealed.contains("ruby"));
        let Some(Typed::Given { id, answers }) = Typed::unseal(&vault, &sealed) else {
            panic!("it is read");
        };
        assert_eq!((id.as_str(), answers[0].0.expose()), ("one", "ruby"));
        assert!(Typed::unseal(&Vault::new(Keys::new()), &sealed).is_none());
    }
}
