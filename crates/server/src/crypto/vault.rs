//! Seals what is kept and names whose it is, with keys that are not in the database: who has the file alone reads neither.

use crate::crypto::identity::Identity;
use crate::crypto::keys::{Keys, NamedKey};
use crate::crypto::seal;
use std::sync::Arc;

/// Stands before what is sealed, so that another way of sealing can be told from this one.
const FORM: u8 = 1;

#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    keys: Keys,
    identity: Identity,
}

impl Vault {
    pub fn new(keys: Keys) -> Vault {
        let identity = Identity::new(keys.identity.key);
        Vault(Arc::new(Inner { keys, identity }))
    }

    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// How the database knows a client's user.
    pub fn user(&self, client: &str, user: &str) -> String {
        self.0.identity.user(client, user)
    }

    /// Which key it was, and what it has sealed.
    pub fn seal(&self, place: &str, text: &[u8]) -> Vec<u8> {
        // The keys' file has at least one.
        let NamedKey { id, key } = &self.0.keys.sealing[0];
        let length = u8::try_from(id.len()).expect("an id has at most 32 characters");
        let sealed = seal::seal(key, place.as_bytes(), text);
        [&[FORM, length], id.as_bytes(), &sealed].concat()
    }

    /// `None`: the key is not there, it was sealed for another place, or it is damaged.
    pub fn unseal(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (id, sealed) = split(sealed)?;
        let mut keys = self.0.keys.sealing.iter();
        let key = keys.find(|key| key.id.as_bytes() == id)?;
        seal::unseal(&key.key, place.as_bytes(), sealed)
    }

    /// It was sealed with the key that seals now.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        split(sealed).is_some_and(|(id, _)| id == self.0.keys.sealing[0].id.as_bytes())
    }
}

fn split(sealed: &[u8]) -> Option<(&[u8], &[u8])> {
    let ([form, length], rest) = sealed.split_first_chunk::<2>()?;
    (*form == FORM).then(|| rest.split_at_checked((*length).into()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_is_read_at_its_place_alone_and_with_older_keys_too() {
        let mut keys = Keys::new();
        let first = Vault::new(keys.clone());
        let sealed = first.seal("accounts of a", b"Chequing");
        assert!(!sealed.windows(8).any(|window| window == b"Chequing"));
        assert_eq!(
            first.unseal("accounts of a", &sealed).as_deref(),
            Some(&b"Chequing"[..])
        );
        assert_eq!(first.unseal("accounts of b", &sealed), None);
        assert_eq!(first.unseal("accounts of a", &sealed[..9]), None);

        keys.rotate();
        let second = Vault::new(keys.clone());
        assert!(first.is_current(&sealed) && !second.is_current(&sealed));
        assert_eq!(
            second.unseal("accounts of a", &sealed).as_deref(),
            Some(&b"Chequing"[..])
        );
        let anew = second.seal("accounts of a", b"Chequing");
        assert!(second.is_current(&anew));
        assert_eq!(first.unseal("accounts of a", &anew), None);
    }
}
