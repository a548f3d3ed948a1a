//! Tells those who wait with a token that it may have ended before its time; they look for themselves whether it has.

use crate::engine::news::{Listener, News};
use crate::store::institutions::Owner;
use crate::store::tokens::Grant;

pub struct Ends(News);

/// Hears what concerns one session.
pub struct Watch {
    listener: Listener,
    names: [String; 3],
}

impl Ends {
    pub fn new() -> Ends {
        Ends(News::new())
    }

    pub fn of_session(&self, session: &str) {
        self.0.tell(&name("session", &[session]));
    }

    pub fn of_user(&self, owner: &Owner) {
        self.0.tell(&name("user", &[&owner.client, &owner.user]));
    }

    pub fn of_client(&self, client: &str) {
        self.0.tell(&name("client", &[client]));
    }

    pub fn watch(&self, grant: &Grant) -> Watch {
        Watch {
            listener: self.0.listen(),
            names: [
                name("session", &[&grant.session]),
                name("user", &[&grant.client, &grant.user]),
                name("client", &[&grant.client]),
            ],
        }
    }
}

impl Watch {
    pub async fn news(&mut self) {
        self.listener.of_any(&self.names).await;
    }
}

/// No two things have the same name, whatever clients call themselves and their users.
fn name(kind: &str, texts: &[&str]) -> String {
    format!("{kind} {texts:?}")
}
