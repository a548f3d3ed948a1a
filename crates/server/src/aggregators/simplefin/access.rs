//! The Access URL: the address of the accounts, with the user name and the password for it. It is held as it was given, and
//! looked at anew before each use.

use crate::aggregators::http::{Guarded, NotAllowed};
use crate::aggregators::{Held, Upstream};
use connect_core::Secret;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use url::Url;

/// What may be called. No Debug: it holds the password.
pub struct Access {
    /// Without user name and password.
    pub root: Url,
    pub user: String,
    pub password: Secret,
}

/// What is kept of a connection. Nothing before its first claim.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(skip_serializing_if = "Option::is_none")]
    access_url: Option<Secret>,
}

/// Why an Access URL is not used; says nothing of it but its host.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("it is no address with a user name and a password")]
    Malformed,
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
}

impl Access {
    pub fn parse(text: &str, http: &Guarded) -> Result<Access, Unusable> {
        let mut root = Url::parse(text.trim()).map_err(|_| Unusable::Malformed)?;
        let user = decoded(root.username());
        let password = Secret::new(decoded(root.password().unwrap_or_default()));
        let (no_name, no_word) = (root.set_username(""), root.set_password(None));
        if no_name.and(no_word).is_err() || user.is_empty() || password.is_empty() {
            return Err(Unusable::Malformed);
        }
        root.set_query(None);
        root.set_fragment(None);
        http.check(&root)?;
        Ok(Access {
            root,
            user,
            password,
        })
    }

    /// `None`: no token has been claimed yet.
    pub fn held(held: &Held, http: &Guarded) -> Result<Option<Access>, Upstream> {
        let kept: Kept = held.read()?;
        let access = kept
            .access_url
            .map(|text| Access::parse(text.expose(), http));
        access
            .transpose()
            .map_err(|why| Upstream::Misconfigured(format!("its Access URL is not used: {why}")))
    }

    /// An address below it.
    pub fn below(&self, name: &str) -> Url {
        let mut url = self.root.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(name);
        }
        url
    }
}

/// To be kept: `text` is what the claim was answered with.
pub fn kept(text: &str) -> Held {
    Held::of(&Kept {
        access_url: Some(Secret::new(text.trim())),
    })
}

pub fn nothing() -> Held {
    Held::of(&Kept { access_url: None })
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
