//! Tells those who wait with a token that it may have ended before its time; they look for themselves whether it has.

use crate::engine::news::{Listener, News, Topic};
use crate::store::institutions::Owner;
use crate::store::tokens::Grant;

pub struct Ends(News);

impl Ends {
    pub fn new(news: News) -> Ends {
        Ends(news)
    }

    pub fn of_session(&self, session: &str) {
        self.0.tell(&Topic::session(session));
    }

    pub fn of_user(&self, owner: &Owner) {
        self.0.tell(&Topic::user(&owner.client, &owner.user));
    }

    pub fn of_client(&self, client: &str) {
        self.0.tell(&Topic::client(client));
    }

    /// Hears what concerns one session.
    pub fn watch(&self, grant: &Grant) -> Listener {
        self.0.listen([
            Topic::session(&grant.session),
            Topic::user(&grant.client, &grant.user),
            Topic::client(&grant.client),
        ])
    }
}
