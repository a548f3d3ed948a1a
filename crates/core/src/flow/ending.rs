//! Success, failure and the ways out; the host is told the end here and nowhere else.

use super::state::Stage;
use super::{
    Connection, Event, Failed, Failure, Machine, Place, Report, Starting, State, Success, WayOn,
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
        let failed = Failed {
            failure,
            provider,
            connection,
            kept,
        };
        if self.verified {
            self.tell(Report::Failed {
                failure: failed.failure.clone(),
                place: failed.place(),
            });
        }
        State::Failed(failed)
    }

    pub(super) fn failed(&mut self, failed: Failed, event: Event) -> State {
        let Event::WayChosen(way) = event else {
            return State::Failed(failed);
        };
        let (primary, secondary) = failed.ways();
        if way != primary && Some(way) != secondary {
            return State::Failed(failed);
        }
        let Failed {
            provider,
            connection,
            kept,
            ..
        } = &failed;
        match (way, provider.clone(), connection.clone()) {
            (WayOn::Leave, ..) => self.closed(State::Failed(failed)),
            // Whoever has no session sees no list of banks.
            _ if !self.verified => self.reopen(),
            (WayOn::OtherBank, _, connection) => {
                self.forget(connection);
                self.show_search(None)
            }
            (WayOn::TryAgain, Some(provider), Some(connection)) => {
                self.sync(provider, connection, kept.clone())
            }
            (WayOn::TryAgain | WayOn::EditLogin, Some(provider), connection) if provider.oauth => {
                let institution = connection.map(|connection| connection.id);
                self.prepare(provider.id, provider.name, institution, None)
            }
            (WayOn::TryAgain | WayOn::EditLogin, Some(provider), connection) => {
                self.ask_credentials(provider, connection, None, kept.clone())
            }
            (WayOn::TryAgain | WayOn::EditLogin, None, _) => self.show_search(None),
        }
    }

    /// Checks the session once more.
    fn reopen(&mut self) -> State {
        self.leave();
        let session = Some(self.call_session());
        State::Starting(Starting {
            stage: Stage::Session {
                session,
                providers: None,
            },
            retry: None,
            attempt: 0,
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
        let report = match state {
            State::Success(success) => Report::Succeeded {
                bank: success.provider.bank(),
                accounts: success.account_summaries(),
                institution: success.institution,
            },
            State::Failed(failed) => Report::Errored {
                place: failed.place(),
                failure: failed.failure,
            },
            State::Credentials(credentials) => {
                self.left(Some(credentials.provider), credentials.institution)
            }
            State::Connecting(connecting) => {
                let connection = connecting.connection();
                self.left(Some(connecting.provider), connection)
            }
            State::Question(question) => {
                self.left(Some(question.provider), Some(question.connection))
            }
            State::Starting(_) | State::Search(_) | State::Preparing(_) => self.left(None, None),
            State::Ended(report) => return State::Ended(report),
        };
        self.tell(report.clone());
        State::Ended(report)
    }

    /// Nobody asked for a connection that is left before it stood: it is removed.
    fn left(&mut self, provider: Option<Provider>, connection: Option<Connection>) -> Report {
        let stays = self.forget(connection);
        let place = Place::of(provider.as_ref(), stays.as_ref());
        Report::Left { place }
    }
}

impl Failed {
    /// The primary way on, and a second one where there is one.
    pub fn ways(&self) -> (WayOn, Option<WayOn>) {
        match (&self.failure, &self.provider) {
            // Without a session there is no list of banks to go back to.
            (Failure::Server { .. }, None) => (WayOn::TryAgain, Some(WayOn::Leave)),
            (failure, _) => failure.ways(),
        }
    }

    fn place(&self) -> Place {
        Place::of(self.provider.as_ref(), self.connection.as_ref())
    }
}
