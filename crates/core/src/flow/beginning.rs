//! What the session begins with, where that is not the list: a connection or a login of before, or consent.

use super::call::Meaning;
use super::state::{Goal, LookUp, Stage};
use super::{
    Answer, Call, CallError, Connection, Event, Failure, Machine, Purpose, Starting, State, Ticket,
};
use crate::api::{Institution, SyncStatus, error_name};

impl Machine {
    pub(super) fn looking_up(&mut self, mut starting: Starting, event: Event) -> State {
        if starting.tries_again(&event) {
            return self.look_up_again(starting);
        }
        match (&mut starting.stage, event) {
            (Stage::LookUp(look_up), Event::Answered { answer, .. }) => {
                look_up.is_answered();
                self.looked_up(starting, answer)
            }
            _ => State::Starting(starting),
        }
    }

    /// What the session begins with is there, or not.
    fn looked_up(&mut self, starting: Starting, answer: Result<Answer, CallError>) -> State {
        let Stage::LookUp(look_up) = &starting.stage else {
            return State::Starting(starting);
        };
        match (look_up, answer) {
            (LookUp::Reconnect { .. }, Ok(Answer::Institution(institution))) => {
                self.reconnect(*institution)
            }
            // What a connection of before says of its last sync is no answer to anything in this session.
            (LookUp::Resume { fresh: false, .. }, Ok(Answer::Institution(institution)))
                if institution.sync_status == SyncStatus::Error =>
            {
                self.reconnect(*institution)
            }
            (
                look_up @ (LookUp::Resume { .. } | LookUp::Follow { .. }),
                Ok(Answer::Institution(institution)),
            ) => {
                let fresh = match look_up {
                    LookUp::Resume { fresh, .. } => *fresh,
                    // What has accounts has stood before.
                    _ => institution.accounts.is_none(),
                };
                let connection = Connection {
                    id: institution.id.clone(),
                    fresh,
                };
                let (id, name) = (institution.provider.clone(), institution.name.clone());
                self.prepare(id, name, Some(connection), Goal::Follow(institution))
            }
            (LookUp::Return { nonce, .. }, Ok(Answer::OAuth(result))) => {
                let nonce = nonce.clone();
                let back = self.come_back(nonce, *result).or_else(|| self.resume());
                back.unwrap_or_else(|| self.begin_anew(None))
            }
            // The connection is gone, or nobody knows of that login: it begins as ever.
            (
                LookUp::Resume { .. } | LookUp::Follow { .. } | LookUp::Return { .. },
                Err(CallError::Refused {
                    status: 400 | 402..=407 | 409..=428 | 430..=499,
                    ..
                }),
            ) => self.resume().unwrap_or_else(|| self.begin_anew(None)),
            (_, answer) => self.start_again(starting, CallError::of(answer)),
        }
    }

    /// A call was refused while the session or the list began, and asking again does not help.
    pub(super) fn refused(&mut self, was: State, meaning: Meaning) -> State {
        let not_found = match &was {
            State::Starting(Starting {
                stage: Stage::LookUp(LookUp::Reconnect { .. }),
                ..
            }) => Failure::UnknownInstitution,
            _ => Failure::not_found(),
        };
        match meaning.failure(not_found) {
            Err(Failure::SessionExpired | Failure::InvalidToken) if self.verified => {
                self.expire(was)
            }
            Err(failure) => self.fail(failure, None, None, Vec::new()),
            Ok(_) => was,
        }
    }

    pub(super) fn look_up_again(&mut self, mut starting: Starting) -> State {
        self.ask_again(&mut starting);
        match &mut starting.stage {
            Stage::LookUp(LookUp::Reconnect { ticket }) => *ticket = self.call_reconnect(),
            Stage::LookUp(LookUp::Resume { ticket, id, .. } | LookUp::Follow { ticket, id }) => {
                *ticket = Some(self.call(Call::Institution { id: id.clone() }));
            }
            Stage::LookUp(LookUp::Return { ticket, nonce }) => {
                let nonce = nonce.clone();
                let wait = false;
                *ticket = Some(self.call(Call::OAuthResult { nonce, wait }));
            }
            Stage::Token { .. } | Stage::Session { .. } | Stage::Later(_) => {}
        }
        State::Starting(starting)
    }

    fn call_reconnect(&mut self) -> Option<Ticket> {
        let id = self.launch.institution.clone()?;
        Some(self.call(Call::Institution { id }))
    }

    pub(super) fn begin_anew(&mut self, providers: Option<Ticket>) -> State {
        // Whoever mends a connection has agreed before.
        if self.session.options.consent.is_some() && self.launch.institution.is_none() {
            return self.ask_consent(providers);
        }
        self.enter(providers)
    }

    /// Where an earlier load of the page was, if this is the same user on the same errand.
    pub(super) fn resume(&mut self) -> Option<State> {
        if let Some(nonce) = self.launch.resume.take() {
            return Some(self.return_to(nonce));
        }
        if let Some(id) = self.launch.follow.take() {
            self.leave();
            let ticket = Some(self.call(Call::Institution { id: id.clone() }));
            return Some(self.look_up(LookUp::Follow { ticket, id }));
        }
        let mut kept = self.launch.kept.take()?;
        if kept.user != self.session.user_id {
            return None;
        }
        let fresh = kept.fresh;
        if kept.errand != self.errand() {
            // Nobody comes back to what was begun for another one.
            self.forget(kept.institution.map(|id| Connection { id, fresh }));
            return None;
        }
        if let Some(nonce) = kept.login.take() {
            self.launch.kept = Some(kept);
            return Some(self.return_to(nonce));
        }
        let id = kept.institution?;
        self.leave();
        let ticket = Some(self.call(Call::Institution { id: id.clone() }));
        Some(self.look_up(LookUp::Resume { ticket, id, fresh }))
    }

    /// To a login at the bank's own site that was begun before.
    fn return_to(&mut self, nonce: String) -> State {
        self.leave();
        let ticket = Some(self.call(Call::OAuthResult {
            nonce: nonce.clone(),
            wait: false,
        }));
        self.look_up(LookUp::Return { ticket, nonce })
    }

    fn look_up(&self, look_up: LookUp) -> State {
        Starting::at(Stage::LookUp(look_up))
    }

    /// The first screen that has something to do; `providers` is a request for the first banks that is under way.
    pub(super) fn enter(&mut self, providers: Option<Ticket>) -> State {
        if self.launch.institution.is_some() {
            // The first banks may still be on their way.
            self.leave();
            let ticket = self.call_reconnect();
            return self.look_up(LookUp::Reconnect { ticket });
        }
        match self.launch.provider.clone() {
            Some(id) => self.prepare(id, String::new(), None, Goal::Login),
            None => self.show_search(providers),
        }
    }

    /// An existing connection, by what its last sync said.
    fn reconnect(&mut self, institution: Institution) -> State {
        let connection = Connection {
            id: institution.id,
            fresh: false,
        };
        let name = institution.sync_error.map(|error| error.name);
        let goal = match (institution.sync_status, name.as_deref()) {
            // Before its end a consent is renewed by the same login as after it.
            (SyncStatus::Ok, _) if institution.consent_expires_at.is_some() => Goal::Login,
            (SyncStatus::Ok, _) => Goal::Sync(Purpose::Refresh),
            // A question found on an old connection has expired: only a new sync asks one that counts.
            (SyncStatus::Error, Some(error_name::SECURITY_QUESTION)) => {
                Goal::Sync(Purpose::Connect)
            }
            (SyncStatus::Error, _) => Goal::Login,
            (SyncStatus::Syncing | SyncStatus::Retry, _) => Goal::Sync(Purpose::Connect),
        };
        let (id, name) = (institution.provider, institution.name);
        self.prepare(id, name, Some(connection), goal)
    }
}

impl Starting {
    pub(super) fn connection(&self) -> Option<Connection> {
        match &self.stage {
            Stage::LookUp(look_up) => look_up.connection(),
            Stage::Token { .. } | Stage::Session { .. } | Stage::Later(_) => None,
        }
    }
}

impl LookUp {
    fn connection(&self) -> Option<Connection> {
        match self {
            LookUp::Resume { id, fresh, .. } => Some(Connection {
                id: id.clone(),
                fresh: *fresh,
            }),
            LookUp::Reconnect { .. } | LookUp::Follow { .. } | LookUp::Return { .. } => None,
        }
    }

    /// What was asked is no longer waited for.
    fn is_answered(&mut self) {
        match self {
            LookUp::Reconnect { ticket }
            | LookUp::Resume { ticket, .. }
            | LookUp::Follow { ticket, .. }
            | LookUp::Return { ticket, .. } => *ticket = None,
        }
    }
}
