//! From the page's load to the first usable screen: the token, the session, the first banks.

use super::state::Stage;
use super::{
    Answer, Call, CallError, Connection, Event, Failure, Machine, Report, Starting, State,
};
use crate::Secret;
use crate::api::{Institution, Session, SyncStatus, code, error_name};

/// How long the host may take to hand over the token, in milliseconds.
const TOKEN_DEADLINE: u32 = 60_000;

impl Machine {
    pub(super) fn begin(&mut self) -> State {
        if let Some(token) = self.launch.token.take() {
            return self.open_session(token);
        }
        if !self.launch.has_host() {
            return self.fail(Failure::InvalidToken, None, None, Vec::new());
        }
        self.out.push(super::Effect::AskForToken);
        let deadline = self.wake_after(TOKEN_DEADLINE);
        State::Starting(Starting {
            stage: Stage::Token { deadline },
            retry: None,
            attempt: 0,
        })
    }

    fn open_session(&mut self, token: Secret) -> State {
        self.leave();
        self.out.push(super::Effect::UseToken(token));
        let session = Some(self.call_session());
        let straight = self.launch.provider.is_some() || self.launch.institution.is_some();
        let providers = (!straight).then(|| {
            self.list.query = self.launch.search.clone();
            self.call_providers()
        });
        State::Starting(Starting {
            stage: Stage::Session { session, providers },
            retry: None,
            attempt: 0,
        })
    }

    pub(super) fn call_session(&mut self) -> super::Ticket {
        let origin = self.launch.origin.as_ref().map(|origin| origin.to_string());
        let redirect_uri = self.launch.redirect_uri.clone();
        self.call(Call::Session {
            origin,
            redirect_uri,
        })
    }

    fn call_providers(&mut self) -> super::Ticket {
        let search = self.list.query.clone();
        let cursor = None;
        self.call(Call::Providers { search, cursor })
    }

    pub(super) fn starting(&mut self, mut starting: Starting, event: Event) -> State {
        match (&mut starting.stage, event) {
            (Stage::Token { .. }, Event::TokenGiven(token)) if !token.is_empty() => {
                self.open_session(token)
            }
            (Stage::Token { deadline }, Event::Woke(timer)) if *deadline == timer => {
                self.fail(Failure::InvalidToken, None, None, Vec::new())
            }
            (Stage::Session { session, providers }, Event::Answered { ticket, answer }) => {
                match answer {
                    Ok(Answer::Session(answered)) if *session == Some(ticket) => {
                        let providers = *providers;
                        self.opened(*answered, providers)
                    }
                    Ok(Answer::Providers(listing)) if *providers == Some(ticket) => {
                        *providers = None;
                        self.list.fill(listing, false);
                        State::Starting(starting)
                    }
                    answer if *session == Some(ticket) => {
                        *session = None;
                        self.start_again(starting, CallError::of(answer))
                    }
                    // The search screen asks for the banks again.
                    _ => {
                        *providers = None;
                        State::Starting(starting)
                    }
                }
            }
            (
                Stage::Reconnect { .. },
                Event::Answered {
                    answer: Ok(Answer::Institution(institution)),
                    ..
                },
            ) => self.reconnect(*institution),
            (Stage::Reconnect { ticket }, Event::Answered { answer, .. }) => {
                *ticket = None;
                self.start_again(starting, CallError::of(answer))
            }
            (_, Event::Woke(timer)) if starting.retry.is_some_and(|r| r.timer == timer) => {
                self.ask_again(starting)
            }
            (_, Event::TryNowClicked) if starting.retry.is_some() => self.ask_again(starting),
            _ => State::Starting(starting),
        }
    }

    fn start_again(&mut self, mut starting: Starting, error: CallError) -> State {
        let not_found = match starting.stage {
            Stage::Reconnect { .. } => Failure::UnknownInstitution,
            Stage::Token { .. } | Stage::Session { .. } => Failure::Server {
                code: code::NOT_FOUND.into(),
                reference: None,
            },
        };
        match error.meaning().failure(not_found) {
            Ok(trouble) => {
                starting.retry = self.retry_after(trouble, starting.attempt);
                starting.attempt += 1;
                State::Starting(starting)
            }
            Err(failure) => self.fail(failure, None, None, Vec::new()),
        }
    }

    fn ask_again(&mut self, mut starting: Starting) -> State {
        if let Some(retry) = starting.retry.take() {
            self.cancel(retry.timer);
        }
        match &mut starting.stage {
            Stage::Token { .. } => {}
            Stage::Session { session, .. } => *session = Some(self.call_session()),
            Stage::Reconnect { ticket } => *ticket = self.call_reconnect(),
        }
        State::Starting(starting)
    }

    fn call_reconnect(&mut self) -> Option<super::Ticket> {
        let id = self.launch.institution.clone()?;
        Some(self.call(Call::Institution { id }))
    }

    fn opened(&mut self, session: Session, providers: Option<super::Ticket>) -> State {
        if !self
            .launch
            .is_embedded_by(session.options.origin.as_deref())
        {
            return self.fail(Failure::OriginNotAllowed, None, None, Vec::new());
        }
        self.verified = true;
        // What the token fixes wins over what the page says.
        let (fixed, launch) = (session.options.clone(), &mut self.launch);
        launch.provider = fixed.provider.or(launch.provider.take());
        launch.redirect_uri = fixed.redirect_uri.or(launch.redirect_uri.take());
        launch.state = fixed.state.or(launch.state.take());
        self.session = session;
        // The backend refuses a session whose redirect address is not registered.
        self.launch.redirect_checked = true;
        self.tell(Report::Opened);
        if self.launch.institution.is_some() {
            let ticket = self.call_reconnect();
            return State::Starting(Starting {
                stage: Stage::Reconnect { ticket },
                retry: None,
                attempt: 0,
            });
        }
        match self.launch.provider.clone() {
            Some(id) => self.prepare(id, String::new(), None, None),
            None => self.show_search(providers),
        }
    }

    /// An existing connection, by what its last sync said.
    fn reconnect(&mut self, institution: Institution) -> State {
        let connection = Connection {
            id: institution.id,
            fresh: false,
        };
        let asks = institution
            .sync_error
            .is_some_and(|error| error.name == error_name::SECURITY_QUESTION);
        if institution.sync_status == SyncStatus::Error && !asks {
            return self.prepare(
                institution.provider,
                institution.name,
                Some(connection.id),
                None,
            );
        }
        // A question found on an old connection has expired: only a new sync asks one that counts.
        let provider = crate::api::Provider {
            id: institution.provider,
            name: institution.name,
            ..Default::default()
        };
        self.sync(provider, connection, Vec::new())
    }
}
