//! Success, failure and the ways out; the host is told the end here and nowhere else.

use super::state::Stage;
use super::{
    AccountSummary, Connection, Event, Failed, Failure, Machine, Made, Purpose, Reason, Report,
    Starting, State, Success, WayOn, Ways,
};
use crate::Secret;
use crate::api::Provider;

impl Machine {
    pub(super) fn fail(
        &mut self,
        failure: Failure,
        provider: Option<Provider>,
        connection: Option<Connection>,
        kept: Vec<(String, Secret)>,
    ) -> State {
        self.leave();
        let ways = self.ways(&failure, provider.as_ref());
        let state = State::Failed(Failed {
            failure: failure.clone(),
            provider,
            ways,
            connection,
            kept,
        });
        if self.verified {
            let place = state.place();
            self.tell(Report::Failed { failure, place });
        } else if matches!(failure, Failure::InvalidToken | Failure::SessionExpired) {
            self.tell(Report::TokenRefused);
        }
        state
    }

    fn ways(&self, failure: &Failure, provider: Option<&Provider>) -> Ways {
        let other = provider.and_then(|provider| self.alternative(provider));
        let (first, second) = match (failure, provider) {
            // Without a session there is no list of banks to go back to.
            (Failure::Server { .. }, None) => (WayOn::TryAgain, Some(WayOn::Leave)),
            _ => failure.ways(other.is_some()),
        };
        if self.may_change_bank() || !self.verified {
            return (first, second);
        }
        let elsewhere = |way: WayOn| match way {
            WayOn::OtherBank => WayOn::Leave,
            way => way,
        };
        let (first, second) = (elsewhere(first), second.map(elsewhere));
        match second {
            Some(second) if second == first => (first, None),
            // Trying comes before leaving.
            Some(second) if first == WayOn::Leave => (second, Some(WayOn::Leave)),
            second => (first, second),
        }
    }

    pub(super) fn failed(&mut self, failed: Failed, event: Event) -> State {
        let way = match event {
            Event::WayChosen(way) => way,
            Event::BackClicked if failed.provider.is_some() && self.may_change_bank() => {
                self.forget(failed.connection);
                return self.show_search(None);
            }
            _ => return State::Failed(failed),
        };
        let (primary, secondary) = failed.ways;
        if way != primary && Some(way) != secondary {
            return State::Failed(failed);
        }
        if way == WayOn::Leave {
            return self.closed(State::Failed(failed));
        }
        if !self.verified {
            // Whoever has no session sees no list of banks.
            return self.reopen();
        }
        let Failed {
            failure,
            provider,
            connection,
            kept,
            ..
        } = failed;
        match (way, provider, connection) {
            (WayOn::Alternative, Some(provider), connection) => {
                self.take_alternative(provider, connection)
            }
            (WayOn::TryAgain, Some(provider), Some(connection)) if !failure.is_oauth() => {
                self.sync(provider, connection, kept, Purpose::Connect)
            }
            (
                WayOn::TryAgain | WayOn::EditLogin | WayOn::RenewAccess,
                Some(provider),
                connection,
            ) => self.ask_login_anew(provider, connection, kept),
            // Without a list yet, it was the errand itself that failed.
            (WayOn::TryAgain, None, _) if !self.may_change_bank() || !self.list.answered => {
                self.enter(None)
            }
            (_, _, connection) => {
                self.forget(connection);
                self.show_search(None)
            }
        }
    }

    /// Checks the session once more.
    fn reopen(&mut self) -> State {
        self.leave();
        let session = Some(self.call_session());
        Starting::at(Stage::Session {
            session,
            providers: None,
        })
    }

    pub(super) fn success(&mut self, success: Success, event: Event) -> State {
        match event {
            Event::DoneClicked => self.closed(State::Success(success)),
            _ => State::Success(success),
        }
    }

    /// Ends the session and tells the host how.
    pub(super) fn closed(&mut self, state: State) -> State {
        self.leave();
        let place = state.place();
        let report = match state {
            State::Success(success) => Report::Succeeded(success.made()),
            State::Failed(failed) if failed.failure == Failure::OAuthDenied => {
                self.left(State::Failed(failed), Reason::DeniedOAuth)
            }
            State::Failed(failed) => Report::Errored {
                place,
                failure: failed.failure,
            },
            State::Expired(_) => Report::Errored {
                place,
                failure: Failure::SessionExpired,
            },
            State::Ended(report) => return State::Ended(report),
            state => self.left(state, Reason::UserClosed),
        };
        self.end(report)
    }

    /// The host hears the last report.
    pub(super) fn end(&mut self, report: Report) -> State {
        self.tell(report.clone());
        State::Ended(report)
    }

    /// Nobody asked for a connection that is left before it stood: it is removed.
    pub(super) fn left(&mut self, state: State, reason: Reason) -> Report {
        let mut place = state.place();
        if self.forget(state.connection()).is_none() {
            place.institution = None;
        }
        Report::Left { place, reason }
    }
}

impl Success {
    pub(super) fn made(&self) -> Made {
        Made {
            bank: self.provider.bank(),
            institution: self.institution.clone(),
            login_id: self.details.login_id.clone(),
            exchange_code: self.details.exchange_code.clone(),
            accounts: self.accounts.iter().map(AccountSummary::from).collect(),
            warnings: self.details.warnings.clone(),
        }
    }
}

impl Failure {
    /// The user's way led over the bank's own site.
    pub(crate) fn is_oauth(&self) -> bool {
        matches!(
            self,
            Failure::OAuthDenied
                | Failure::OAuthFailed
                | Failure::OAuthUnavailable
                | Failure::OAuthExpired
        )
    }
}
