//! From the page's load to the first usable screen: the token, the session, the first banks.

use super::state::{Goal, Stage};
use super::{
    Answer, Call, CallError, Connection, Effect, Event, Failure, Machine, Purpose, Report,
    Starting, State, Ticket,
};
use crate::Secret;
use crate::address::with_parameters;
use crate::api::{Institution, Session, SyncStatus, error_name};

/// How long the host may take to hand over the token, in milliseconds.
const TOKEN_DEADLINE: u32 = 30_000;
/// A page that does not listen yet is asked again after so long, in milliseconds.
const ASK_AGAIN: u32 = 1_000;

impl Machine {
    pub(super) fn begin(&mut self) -> State {
        let token = self.launch.token.take();
        if self.launch.is_misplaced() {
            return self.fail(Failure::OriginNotAllowed, None, None, Vec::new());
        }
        if self.launch.handed_back && self.launch.has_host() {
            return self.end(Report::OAuthHandedBack);
        }
        if let Some(token) = token {
            return self.open_session(token);
        }
        let asks = self.launch.has_host() && self.launch.asks_for_token;
        let again = match self.back_to_login().filter(|_| !asks) {
            Some(address) => {
                self.out.push(Effect::Leave(address));
                None
            }
            None if asks => Some(self.ask_for_token()),
            None => return self.fail(Failure::InvalidToken, None, None, Vec::new()),
        };
        let deadline = self.wake_after(TOKEN_DEADLINE);
        State::Starting(Starting {
            stage: Stage::Token { deadline, again },
            retry: None,
            attempt: 0,
        })
    }

    fn ask_for_token(&mut self) -> Ticket {
        self.out.push(Effect::AskForToken);
        self.wake_after(ASK_AGAIN)
    }

    /// Whoever comes back from the bank by the browser's button, in the only window that there is, has no token any
    /// more; the backend knows this browser again.
    fn back_to_login(&self) -> Option<String> {
        let kept = self.launch.kept.as_ref()?;
        let nonce = kept.login.as_ref().filter(|_| self.keeps_its_session())?;
        let address = format!("{}/oauth/resume", self.launch.api_origin);
        Some(with_parameters(&address, &[("resume", nonce.clone())]))
    }

    pub(super) fn open_session(&mut self, token: Secret) -> State {
        if self.launch.is_misplaced() {
            return self.fail(Failure::OriginNotAllowed, None, None, Vec::new());
        }
        self.leave();
        self.out.push(Effect::UseToken(token));
        let session = Some(self.call_session());
        let launch = &self.launch;
        let straight = [
            &launch.provider,
            &launch.institution,
            &launch.resume,
            &launch.follow,
        ];
        let straight = straight.into_iter().any(Option::is_some);
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

    pub(super) fn call_session(&mut self) -> Ticket {
        let origin = self.launch.asking().map(String::from);
        let redirect_uri = self.launch.redirect_uri.clone();
        self.call(Call::Session {
            origin,
            redirect_uri,
        })
    }

    fn call_providers(&mut self) -> Ticket {
        let search = self.list.query.clone();
        let cursor = None;
        self.call(Call::Providers { search, cursor })
    }

    pub(super) fn starting(&mut self, mut starting: Starting, event: Event) -> State {
        match (&mut starting.stage, event) {
            (Stage::Token { deadline, .. }, Event::Woke(timer)) if *deadline == timer => {
                self.fail(Failure::InvalidToken, None, None, Vec::new())
            }
            (Stage::Token { again, .. }, Event::Woke(timer)) if *again == Some(timer) => {
                *again = Some(self.ask_for_token());
                State::Starting(starting)
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
            (stage, Event::Answered { answer, .. }) => {
                stage.is_answered();
                self.looked_up(starting, answer)
            }
            (_, Event::Woke(timer)) if starting.retry.is_some_and(|r| r.timer == timer) => {
                self.ask_again(starting)
            }
            (_, Event::TryNowClicked) if starting.retry.is_some() => self.ask_again(starting),
            _ => State::Starting(starting),
        }
    }

    /// What the session begins with is there, or not.
    fn looked_up(&mut self, starting: Starting, answer: Result<Answer, CallError>) -> State {
        match (&starting.stage, answer) {
            (Stage::Reconnect { .. }, Ok(Answer::Institution(institution))) => {
                self.reconnect(*institution)
            }
            // What a connection of before says of its last sync is no answer to anything in this session.
            (Stage::Resume { fresh: false, .. }, Ok(Answer::Institution(institution)))
                if institution.sync_status == SyncStatus::Error =>
            {
                self.reconnect(*institution)
            }
            (
                stage @ (Stage::Resume { .. } | Stage::Follow { .. }),
                Ok(Answer::Institution(institution)),
            ) => {
                let fresh = match stage {
                    Stage::Resume { fresh, .. } => *fresh,
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
            (Stage::Return { nonce, .. }, Ok(Answer::OAuth(result))) => {
                let nonce = nonce.clone();
                let back = self.come_back(nonce, *result).or_else(|| self.resume());
                back.unwrap_or_else(|| self.begin_anew(None))
            }
            // The connection is gone, or nobody knows of that login: it begins as ever.
            (
                Stage::Resume { .. } | Stage::Follow { .. } | Stage::Return { .. },
                Err(CallError::Refused {
                    status: 400 | 402..=407 | 409..=428 | 430..=499,
                    ..
                }),
            ) => self.resume().unwrap_or_else(|| self.begin_anew(None)),
            (_, answer) => self.start_again(starting, CallError::of(answer)),
        }
    }

    fn start_again(&mut self, mut starting: Starting, error: CallError) -> State {
        let not_found = match starting.stage {
            Stage::Reconnect { .. } => Failure::UnknownInstitution,
            Stage::Token { .. }
            | Stage::Session { .. }
            | Stage::Resume { .. }
            | Stage::Follow { .. }
            | Stage::Return { .. } => Failure::not_found(),
        };
        match error.meaning().failure(not_found) {
            Ok(trouble) => {
                starting.retry = self.retry_after(trouble, starting.attempt);
                starting.attempt += 1;
                State::Starting(starting)
            }
            Err(Failure::SessionExpired | Failure::InvalidToken) if self.verified => {
                self.expire(State::Starting(starting))
            }
            Err(failure) => self.fail(failure, None, None, Vec::new()),
        }
    }

    pub(super) fn ask_again(&mut self, mut starting: Starting) -> State {
        if let Some(retry) = starting.retry.take() {
            self.cancel(retry.timer);
        }
        match &mut starting.stage {
            Stage::Token { .. } => {}
            Stage::Session { session, .. } => *session = Some(self.call_session()),
            Stage::Reconnect { ticket } => *ticket = self.call_reconnect(),
            Stage::Resume { ticket, id, .. } | Stage::Follow { ticket, id } => {
                *ticket = Some(self.call(Call::Institution { id: id.clone() }));
            }
            Stage::Return { ticket, nonce } => {
                let nonce = nonce.clone();
                let wait = false;
                *ticket = Some(self.call(Call::OAuthResult { nonce, wait }));
            }
        }
        State::Starting(starting)
    }

    fn call_reconnect(&mut self) -> Option<Ticket> {
        let id = self.launch.institution.clone()?;
        Some(self.call(Call::Institution { id }))
    }

    fn opened(&mut self, session: Session, mut providers: Option<Ticket>) -> State {
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
        launch.institution = fixed.institution.or(launch.institution.take());
        launch.oauth_redirect_uri = fixed
            .oauth_redirect_uri
            .or(launch.oauth_redirect_uri.take());
        let search = fixed.search.filter(|_| launch.search.is_empty());
        self.session = session;
        let (session, launch) = (&mut self.session, &mut self.launch);
        let (name, mut consent) = (launch.client_name.take(), launch.consent.take());
        if launch.is_in_its_hosts_frame() {
            session.client.name = name.unwrap_or_else(|| std::mem::take(&mut session.client.name));
        } else if let Some(consent) = &mut consent {
            consent.terms_url = None;
        }
        session.options.consent = session.options.consent.take().or(consent);
        if let Some(search) = search {
            // The first banks were asked for without it.
            self.leave();
            providers = None;
            self.list.begin_with(search);
        }
        self.dress();
        // The backend refuses a session whose redirect address is not registered.
        self.launch.redirect_checked = true;
        self.tell(Report::Opened);
        self.resume().unwrap_or_else(|| self.begin_anew(providers))
    }

    fn begin_anew(&mut self, providers: Option<Ticket>) -> State {
        // Whoever mends a connection has agreed before.
        if self.session.options.consent.is_some() && self.launch.institution.is_none() {
            return self.ask_consent(providers);
        }
        self.enter(providers)
    }

    /// Where an earlier load of the page was, if this is the same user on the same errand.
    fn resume(&mut self) -> Option<State> {
        if let Some(nonce) = self.launch.resume.take() {
            return Some(self.return_to(nonce));
        }
        if let Some(id) = self.launch.follow.take() {
            self.leave();
            let ticket = Some(self.call(Call::Institution { id: id.clone() }));
            return Some(self.look_up(Stage::Follow { ticket, id }));
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
        Some(self.look_up(Stage::Resume { ticket, id, fresh }))
    }

    /// To a login at the bank's own site that was begun before.
    fn return_to(&mut self, nonce: String) -> State {
        self.leave();
        let ticket = Some(self.call(Call::OAuthResult {
            nonce: nonce.clone(),
            wait: false,
        }));
        self.look_up(Stage::Return { ticket, nonce })
    }

    fn look_up(&self, stage: Stage) -> State {
        State::Starting(Starting {
            stage,
            retry: None,
            attempt: 0,
        })
    }

    /// The first screen that has something to do; `providers` is a request for the first banks that is under way.
    pub(super) fn enter(&mut self, providers: Option<Ticket>) -> State {
        if self.launch.institution.is_some() {
            // The first banks may still be on their way.
            self.leave();
            let ticket = self.call_reconnect();
            return State::Starting(Starting {
                stage: Stage::Reconnect { ticket },
                retry: None,
                attempt: 0,
            });
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

impl Stage {
    pub(super) fn connection(&self) -> Option<Connection> {
        match self {
            Stage::Resume { id, fresh, .. } => Some(Connection {
                id: id.clone(),
                fresh: *fresh,
            }),
            Stage::Token { .. }
            | Stage::Session { .. }
            | Stage::Reconnect { .. }
            | Stage::Follow { .. }
            | Stage::Return { .. } => None,
        }
    }

    /// What was asked is no longer waited for.
    fn is_answered(&mut self) {
        match self {
            Stage::Reconnect { ticket }
            | Stage::Resume { ticket, .. }
            | Stage::Follow { ticket, .. }
            | Stage::Return { ticket, .. } => *ticket = None,
            Stage::Token { .. } | Stage::Session { .. } => {}
        }
    }
}

impl Starting {
    pub(super) fn waits_for_token(&self) -> bool {
        matches!(self.stage, Stage::Token { .. })
    }
}
