//! A bank is looked up: its login, its state, its name and picture.

use super::state::{Goal, Wait};
use super::{
    Answer, Call, CallError, Connecting, Connection, Event, Failure, Machine, Preparing, Purpose,
    State,
};
use crate::api::{Institution, Provider, SyncStatus};

impl Machine {
    pub(super) fn prepare(
        &mut self,
        id: String,
        name: String,
        connection: Option<Connection>,
        goal: Goal,
    ) -> State {
        self.leave();
        self.call(Call::Provider { id: id.clone() });
        State::Preparing(Preparing {
            name,
            retry: None,
            id,
            connection,
            goal,
            attempt: 0,
        })
    }

    pub(super) fn preparing(&mut self, mut preparing: Preparing, event: Event) -> State {
        match event {
            Event::Answered {
                answer: Ok(Answer::Provider(provider)),
                ..
            } => self.prepared(*provider, preparing.connection, preparing.goal),
            Event::Answered { answer, .. } => self.look_up_failed(preparing, CallError::of(answer)),
            Event::Woke(_) | Event::TryNowClicked => {
                if let Some(retry) = preparing.retry.take() {
                    self.cancel(retry.timer);
                    let id = preparing.id.clone();
                    self.call(Call::Provider { id });
                }
                State::Preparing(preparing)
            }
            Event::BackClicked if self.may_change_bank() => {
                self.forget(preparing.connection);
                self.show_search(None)
            }
            _ => State::Preparing(preparing),
        }
    }

    fn look_up_failed(&mut self, mut preparing: Preparing, error: CallError) -> State {
        match error.meaning().failure(Failure::UnknownProvider) {
            Ok(trouble) => {
                preparing.retry = self.retry_after(trouble, preparing.attempt);
                preparing.attempt += 1;
                State::Preparing(preparing)
            }
            Err(Failure::SessionExpired | Failure::InvalidToken) => {
                self.expire(State::Preparing(preparing))
            }
            Err(failure) => match preparing.goal {
                // A connection outlives the catalogue's entry of its bank.
                goal @ (Goal::Sync(_) | Goal::Follow(_)) => {
                    let provider = Provider {
                        id: preparing.id,
                        name: preparing.name,
                        ..Provider::default()
                    };
                    self.prepared(provider, preparing.connection, goal)
                }
                Goal::Login | Goal::LoginAnew | Goal::Conclude { .. } => {
                    self.fail(failure, None, preparing.connection, Vec::new())
                }
            },
        }
    }

    fn prepared(
        &mut self,
        provider: Provider,
        connection: Option<Connection>,
        goal: Goal,
    ) -> State {
        match (goal, connection) {
            (Goal::Sync(purpose), Some(connection)) => {
                self.sync(provider, connection, Vec::new(), purpose)
            }
            (Goal::Follow(institution), Some(connection)) => {
                self.follow(provider, connection, *institution)
            }
            (Goal::Conclude { proof, result }, connection) => {
                self.conclude(provider, connection, proof, *result)
            }
            (Goal::LoginAnew, connection) => self.ask_login(provider, connection, None, Vec::new()),
            (Goal::Login | Goal::Sync(_) | Goal::Follow(_), connection) => {
                match self.warn(&provider, connection.as_ref()) {
                    Some(warning) => warning,
                    None => self.ask_login(provider, connection, None, Vec::new()),
                }
            }
        }
    }

    /// Goes on with a connection as the backend has it.
    fn follow(
        &mut self,
        provider: Provider,
        connection: Connection,
        institution: Institution,
    ) -> State {
        if institution.sync_status == SyncStatus::Ok {
            return self.settled(provider, connection, institution, Purpose::Connect);
        }
        let version = institution.version;
        let wait = Wait::Poll {
            connection,
            version,
        };
        match self.wait(provider, Vec::new(), wait, Purpose::Connect) {
            State::Connecting(connecting) => self.look(connecting, institution),
            other => other,
        }
    }
}

impl Preparing {
    /// A login that was begun by an earlier load of the page.
    pub(super) fn concludes(&self) -> bool {
        matches!(self.goal, Goal::Conclude { .. })
    }
}

impl Connecting {
    pub(super) fn connection(&self) -> Option<Connection> {
        match &self.wait {
            Wait::Login(connection) => connection.clone(),
            Wait::Answer { connection, .. }
            | Wait::Sync(connection)
            | Wait::Poll { connection, .. } => Some(connection.clone()),
        }
    }
}
