//! From the page's load to the list of banks: the token, the session, the first banks.

use super::call::Meaning;
use super::later::Later;
use super::state::Stage;
use super::{
    Answer, Call, CallError, Effect, Event, Failure, Machine, Report, Starting, State, Ticket,
};
use crate::Secret;
use crate::address::with_parameters;
use crate::api::Session;

/// How long the host may take to hand over the token, in milliseconds.
const TOKEN_DEADLINE: u32 = 30_000;
/// A page that does not listen yet is asked again after so long, in milliseconds.
const ASK_AGAIN: u32 = 1_000;

impl Machine {
    pub(super) fn begin(&mut self) -> State {
        let token = self.launch.token.take();
        if self.launch.is_misplaced() {
            return self.later(Later::Fail(Failure::OriginNotAllowed));
        }
        if self.launch.handed_back && self.launch.has_host() {
            return self.later(Later::HandedBack);
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
            None => return self.later(Later::Fail(Failure::InvalidToken)),
        };
        let deadline = self.wake_after(TOKEN_DEADLINE);
        Starting::at(Stage::Token { deadline, again })
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
        let address = self.launch.below("/oauth/resume");
        Some(with_parameters(&address, &[("resume", nonce.clone())]))
    }

    pub(super) fn open_session(&mut self, token: Secret) -> State {
        if self.launch.is_misplaced() {
            return self.later(Later::Fail(Failure::OriginNotAllowed));
        }
        self.leave();
        self.out.push(Effect::UseToken(token));
        let session = Some(self.call_session());
        let providers = (!self.launch.has_errand()).then(|| {
            self.list.query = self.launch.search.clone();
            self.call_providers()
        });
        Starting::at(Stage::Session { session, providers })
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
            (Stage::Token { .. }, Event::TokenGiven(token)) if !token.is_empty() => {
                self.open_session(token)
            }
            (Stage::Token { deadline, .. }, Event::Woke(timer)) if *deadline == timer => {
                self.later(Later::Fail(Failure::InvalidToken))
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
            (_, event) => {
                if starting.tries_again(&event) {
                    self.ask_again(&mut starting);
                }
                State::Starting(starting)
            }
        }
    }

    pub(super) fn start_again(&mut self, mut starting: Starting, error: CallError) -> State {
        match error.meaning() {
            Meaning::Passing(trouble) => {
                starting.retry = self.retry_after(trouble, starting.attempt);
                starting.attempt += 1;
                State::Starting(starting)
            }
            refused => self.later(Later::Refused(Box::new(State::Starting(starting)), refused)),
        }
    }

    /// What the list needs.
    pub(super) fn ask_again(&mut self, starting: &mut Starting) {
        if let Some(retry) = starting.retry.take() {
            self.cancel(retry.timer);
        }
        if let Stage::Session { session, .. } = &mut starting.stage {
            *session = Some(self.call_session());
        }
    }

    /// In a state that goes on.
    pub(super) fn take_new_token(&mut self, state: State, token: Secret) -> State {
        match state {
            // One that was no good, or is not known to be, is replaced.
            State::Starting(_) if !self.verified => self.open_session(token),
            state => {
                self.out.push(Effect::UseToken(token));
                state
            }
        }
    }

    fn opened(&mut self, session: Session, mut providers: Option<Ticket>) -> State {
        if !self
            .launch
            .is_embedded_by(session.options.origin.as_deref())
        {
            return self.later(Later::Fail(Failure::OriginNotAllowed));
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
        if self.goes_straight_to_list() {
            return self.show_list(providers);
        }
        self.later(Later::Begin(providers))
    }

    /// Nothing else is to be done first, as far as page and session say.
    fn goes_straight_to_list(&self) -> bool {
        let launch = &self.launch;
        let straight = launch.kept.is_none() && self.session.options.consent.is_none();
        straight && !launch.has_errand()
    }
}

impl Starting {
    pub(super) fn at(stage: Stage) -> State {
        State::Starting(Starting {
            stage,
            retry: None,
            attempt: 0,
        })
    }

    /// What failed is to be tried again now.
    pub(super) fn tries_again(&self, event: &Event) -> bool {
        match (self.retry, event) {
            (Some(retry), Event::Woke(timer)) => retry.timer == *timer,
            (retry, Event::TryNowClicked) => retry.is_some(),
            _ => false,
        }
    }
}
