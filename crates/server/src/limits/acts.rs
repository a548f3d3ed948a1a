//! What is limited, in the words of those who ask: each act takes from every bucket that it has a part in.

use super::bucket::Key;
use super::waiting::Full;
use super::{Limit, Limits, Place};
use crate::http::address::Address;
use crate::http::problem::{Answer, Refusal};
use crate::store::institutions::{Owner, Room};
use crate::store::tokens::Maker;

impl Limits {
    /// Asked of every request, before anything is done for it: the database must not have to bear a flood.
    pub fn may_ask(&self, from: Address) -> Answer<()> {
        let taken = self.requests.take(self.address(from));
        taken.map_err(|wait| Refusal::too_often(Limit::RequestsPerAddress, wait))
    }

    /// What pages make is counted apart: whoever opens them in the name of a user does not keep the client's own server
    /// from it.
    pub async fn may_mint(&self, client: &str, user: &str, maker: Maker) -> Answer<()> {
        let by = match maker {
            Maker::Page => "page",
            Maker::Client | Maker::Reload => "client",
        };
        self.take([
            self.bucket(Limit::TokensPerClient, &[client]),
            self.bucket(Limit::TokensPerUser, &[client, user, by]),
        ])
        .await
    }

    /// A page without a token, which makes a session.
    pub async fn may_open(&self, from: Address, client: &str) -> Answer<()> {
        self.take([
            self.bucket(Limit::PagesPerAddress, &[&counted(from)]),
            self.bucket(Limit::PagesPerClient, &[client]),
        ])
        .await
    }

    /// Credentials for this connection, there already or new. Where they name a user of the bank, `bank_user` is that
    /// user's login id: whoever guesses may be many users of the client.
    pub async fn may_log_in(
        &self,
        from: Address,
        owner: &Owner,
        connection: &str,
        bank_user: Option<&str>,
    ) -> Answer<()> {
        self.take([
            self.bucket(Limit::LoginsPerConnection, &[connection]),
            self.bucket(Limit::LoginsPerUser, &named(owner)),
            self.bucket(Limit::LoginsPerAddress, &[&counted(from)]),
            bank_user.and_then(|id| self.bucket(Limit::LoginsPerBankUser, &[id])),
        ])
        .await
    }

    pub async fn may_answer(&self, from: Address, owner: &Owner, connection: &str) -> Answer<()> {
        self.take([
            self.bucket(Limit::AnswersPerConnection, &[connection]),
            self.bucket(Limit::AnswersPerUser, &named(owner)),
            self.bucket(Limit::AnswersPerAddress, &[&counted(from)]),
        ])
        .await
    }

    pub async fn may_resend(&self, connection: &str) -> Answer<()> {
        self.take([self.bucket(Limit::ResendsPerConnection, &[connection])])
            .await
    }

    pub async fn may_sync(&self, connection: &str) -> Answer<()> {
        self.take([self.bucket(Limit::SyncsPerConnection, &[connection])])
            .await
    }

    /// A request that waits for news takes a place until it ends.
    pub fn may_wait(&self, from: Address, owner: &Owner) -> Answer<Place> {
        let of_user = self.cap(Limit::PollsPerUser);
        let of_address = self.cap(Limit::PollsPerAddress);
        let user = (self.key(named(owner)), of_user);
        let address = (self.address(from), of_address);
        self.waiting
            .enter(user, address)
            .map_err(|full| match full {
                Full::User => Refusal::too_many(Limit::PollsPerUser, of_user),
                Full::Address => Refusal::too_many(Limit::PollsPerAddress, of_address),
                Full::Server => Refusal::too_many_wait(),
            })
    }

    /// How much of what is kept a user may have.
    pub fn room(&self) -> Room {
        Room {
            running: self.cap(Limit::SyncsPerUser),
            kept: self.cap(Limit::ConnectionsPerUser),
        }
    }

    fn address(&self, from: Address) -> Key {
        self.key(from.counted())
    }
}

pub(super) fn counted(from: Address) -> String {
    from.counted().to_string()
}

/// A page without a token may say anybody's name: what it does is not that user's doing.
fn named(owner: &Owner) -> [&str; 3] {
    let scope = owner.scope.as_deref().unwrap_or_default();
    [&owner.client, &owner.user, scope]
}
