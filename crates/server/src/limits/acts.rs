//! What is limited, in the words of those who ask: each act takes from every bucket that it has a part in.

use super::bucket::Key;
use super::waiting::Full;
use super::{Limit, Limits, Place};
use crate::http::address::Address;
use crate::http::problem::{Answer, Refusal};
use crate::store::institutions::{Owner, Room};
use crate::store::tokens::Maker;

impl Limits {
    pub fn may_ask(&self, from: Address) -> Answer<()> {
        self.take([(Limit::RequestsPerAddress, self.address(from))])
    }

    /// What pages make is counted apart: whoever opens them in the name of a user does not keep the client's own server
    /// from it.
    pub fn may_mint(&self, client: &str, user: &str, maker: Maker) -> Answer<()> {
        let by_page = maker == Maker::Page;
        self.take([
            (Limit::TokensPerClient, self.key(client)),
            (Limit::TokensPerUser, self.key((client, user, by_page))),
        ])
    }

    /// A page without a token, which makes a session.
    pub fn may_open(&self, from: Address, client: &str) -> Answer<()> {
        self.take([
            (Limit::PagesPerAddress, self.address(from)),
            (Limit::PagesPerClient, self.key(client)),
        ])
    }

    /// Credentials for this connection, there already or new. Where they name a user of the bank, `bank_user` is that
    /// user's login id: whoever guesses may be many users of the client.
    pub fn may_log_in(
        &self,
        from: Address,
        owner: &Owner,
        connection: &str,
        bank_user: Option<&str>,
    ) -> Answer<()> {
        let mut asked = vec![
            (Limit::LoginsPerConnection, self.key(connection)),
            (Limit::LoginsPerUser, self.owner(owner)),
            (Limit::LoginsPerAddress, self.address(from)),
        ];
        asked.extend(bank_user.map(|id| (Limit::LoginsPerBankUser, self.key(id))));
        self.take(asked)
    }

    pub fn may_answer(&self, from: Address, owner: &Owner, connection: &str) -> Answer<()> {
        self.take([
            (Limit::AnswersPerConnection, self.key(connection)),
            (Limit::AnswersPerUser, self.owner(owner)),
            (Limit::AnswersPerAddress, self.address(from)),
        ])
    }

    pub fn may_resend(&self, connection: &str) -> Answer<()> {
        self.take([(Limit::ResendsPerConnection, self.key(connection))])
    }

    pub fn may_sync(&self, connection: &str) -> Answer<()> {
        self.take([(Limit::SyncsPerConnection, self.key(connection))])
    }

    /// A request that waits for news takes a place until it ends.
    pub fn may_wait(&self, from: Address, owner: &Owner) -> Answer<Place> {
        let of_user = self.cap(Limit::PollsPerUser);
        let of_address = self.cap(Limit::PollsPerAddress);
        let user = (self.owner(owner), of_user);
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

    pub(super) fn address(&self, from: Address) -> Key {
        self.key(from.counted())
    }

    /// A page without a token may say anybody's name: what it does is not that user's doing.
    fn owner(&self, owner: &Owner) -> Key {
        self.key((&owner.client, &owner.user, &owner.scope))
    }
}
