//! The keys that are kept beside the database and not in it: one for ids, and those that seal, the newest first.
//! Their file is JSON: `{"identity": {"id", "key"}, "sealing": [{"id", "key"}, …]}`, each key in 64 hex digits.

use crate::crypto::digest::{parse_sha256, to_hex};
use crate::crypto::random;
use crate::crypto::seal::Key;
use serde::{Deserialize, Serialize};

/// More than anybody rotates before the oldest are no longer needed.
const MOST_SEALING: usize = 100;

#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    pub identity: NamedKey,
    /// The first one seals, all of them unseal.
    pub sealing: Vec<NamedKey>,
}

/// The name stands beside everything that the key has sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct NamedKey {
    pub id: String,
    pub key: Key,
}

impl Keys {
    pub fn new() -> Keys {
        Keys {
            identity: NamedKey::new(),
            sealing: vec![NamedKey::new()],
        }
    }

    /// What is wrong is told without repeating a key.
    pub fn parse(text: &str) -> Result<Keys, String> {
        let written: Written = serde_json::from_str(text).map_err(|error| {
            format!(
                "not {{\"identity\": {{\"id\", \"key\"}}, \"sealing\": [{{\"id\", \"key\"}}]}}, see line {}",
                error.line()
            )
        })?;
        let sealing = written.sealing.into_iter().map(NamedKey::parse);
        let sealing = sealing.collect::<Result<Vec<NamedKey>, String>>()?;
        if !(1..=MOST_SEALING).contains(&sealing.len()) {
            return Err("sealing must have 1 to 100 keys".into());
        }
        for (at, key) in sealing.iter().enumerate() {
            if sealing[..at].iter().any(|other| other.id == key.id) {
                return Err(format!("two keys of sealing have the id {:?}", key.id));
            }
        }
        Ok(Keys {
            identity: NamedKey::parse(written.identity)?,
            sealing,
        })
    }

    /// As the file has it.
    pub fn to_text(&self) -> String {
        let written = Written {
            identity: self.identity.written(),
            sealing: self.sealing.iter().map(NamedKey::written).collect(),
        };
        let text = serde_json::to_string_pretty(&written).expect("keys are texts");
        text + "\n"
    }

    /// From now on a new key seals; what the older ones have sealed can still be read.
    pub fn rotate(&mut self) {
        self.sealing.insert(0, NamedKey::new());
    }
}

impl NamedKey {
    pub fn new() -> NamedKey {
        NamedKey {
            id: random::hex::<4>(),
            key: random::bytes(),
        }
    }

    fn parse(written: WrittenKey) -> Result<NamedKey, String> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let id = written.id;
        if !(1..=32).contains(&id.len()) || !id.bytes().all(plain) {
            return Err("an id must have 1 to 32 letters, digits, - and _".into());
        }
        let key = parse_sha256(&written.key)
            .ok_or_else(|| format!("the key {id:?} must be 256 bits in 64 hex digits"))?;
        if key == [0; 32] {
            return Err(format!("the key {id:?} is all zeros"));
        }
        Ok(NamedKey { id, key })
    }

    fn written(&self) -> WrittenKey {
        WrittenKey {
            id: self.id.clone(),
            key: to_hex(&self.key),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    identity: WrittenKey,
    sealing: Vec<WrittenKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    id: String,
    key: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        match Keys::parse(text) {
            Ok(_) => String::from("it is taken"),
            Err(problem) => problem,
        }
    }

    #[test]
    fn keys_are_read_as_they_were_written_and_a_new_one_comes_first() {
        let mut keys = Keys::new();
        let first = keys.sealing[0].id.clone();
        keys.rotate();
        assert_eq!(keys.sealing[1].id, first);
        assert!(Keys::parse(&keys.to_text()).is_ok_and(|read| read == keys));
    }

    #[test]
    fn wrong_keys_are_refused_and_never_repeated() {
        let key = "ab".repeat(32);
        let one = |id: &str, key: &str| format!("{{\"id\":\"{id}\",\"key\":\"{key}\"}}");
        let file = |identity: &str, sealing: &str| {
            format!("{{\"identity\":{identity},\"sealing\":[{sealing}]}}")
        };
        let good = one("a", &key);
        assert!(Keys::parse(&file(&good, &good)).is_ok());
        for (text, said) in [
            (file(&good, ""), "1 to 100"),
            (file(&good, &format!("{good},{good}")), "two keys"),
            (file(&one("a", &key[1..]), &good), "64 hex digits"),
            (file(&one("a b", &key), &good), "letters"),
            (file(&one("", &key), &good), "letters"),
            (file(&one("a", &"0".repeat(64)), &good), "zeros"),
            (format!("{{\"identity\":{good}}}"), "line 1"),
            (key.clone(), "line 1"),
        ] {
            let problem = refused(&text);
            assert!(problem.contains(said), "{problem}");
            assert!(!problem.contains(&key[1..]), "{problem}");
        }
    }
}
