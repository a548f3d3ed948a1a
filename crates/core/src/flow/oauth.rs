//! The login at a bank's own site: in a window beside this one, or in this one; the answer comes back by whichever road is open.

use super::state::Goal;
use super::{
    Answer, BankWindow, CallError, Connection, Effect, Event, Failure, Machine, Notice, OAuth,
    Proof, Report, State, WayOn,
};
use super::{Call, call::Meaning};
use crate::Secret;
use crate::address::{base64, is_web, with_parameters};
use crate::api::{KeptOAuth, OAuthResult, OAuthStatus, Provider, WIDGET_SUB};
use crate::launch::{Embedding, OAuthMode};

/// The user may take so long at the bank's own site, in milliseconds.
const DEADLINE: u32 = 600_000;
/// The pause before the backend is asked again what came of a login, in milliseconds.
const NEWS_PAUSE: u32 = 2_000;

impl Machine {
    pub(super) fn ask_oauth(
        &mut self,
        provider: Provider,
        connection: Option<Connection>,
        notice: Option<Notice>,
    ) -> State {
        self.leave();
        if !provider.authorize_url.as_deref().is_some_and(is_web) {
            let failure = Failure::InstitutionUnavailable;
            return self.fail(failure, Some(provider), connection, Vec::new());
        }
        self.hold_after(notice);
        let ticket = self.ticket();
        self.out.push(Effect::MakeProof { ticket });
        let other = self.alternative(&provider).map(|_| WayOn::Alternative);
        let other = other.or(self.may_change_bank().then_some(WayOn::OtherBank));
        State::OAuth(OAuth {
            provider,
            notice,
            window: BankWindow::None,
            ways: (WayOn::GoOn, other),
            connection,
            proof: None,
            preparing: Some(ticket),
            popup: None,
            news: None,
            deadline: None,
        })
    }

    pub(super) fn oauth(&mut self, mut oauth: OAuth, event: Event) -> State {
        match event {
            Event::ProofMade { proof, .. } => self.proven(&mut oauth, proof),
            Event::BankSiteClicked => self.go_to_bank(&mut oauth),
            Event::BankLinkFollowed => {
                if oauth.window != BankWindow::Leaving {
                    oauth.window = BankWindow::Elsewhere;
                }
                self.begin_wait(&mut oauth);
            }
            Event::PopupBlocked(ticket) if oauth.popup == Some(ticket) => {
                oauth.popup = None;
                oauth.window = BankWindow::Blocked;
                for ticket in [oauth.news.take(), oauth.deadline.take()] {
                    ticket.into_iter().for_each(|ticket| self.cancel(ticket));
                }
                self.tell(Report::OAuthBlocked(oauth.provider.bank()));
            }
            Event::PopupClosed(ticket) if oauth.popup == Some(ticket) => {
                // The answer may still come: a bank may have cut the tie to its window.
                oauth.popup = None;
                oauth.window = BankWindow::Closed;
                if oauth.news.is_none() {
                    self.ask_what_came(&mut oauth);
                }
            }
            Event::HostSawReturn(nonce) if oauth.is_named(&nonce) && oauth.deadline.is_some() => {
                if let Some(old) = oauth.news.take() {
                    self.cancel(old);
                }
                self.ask_what_came(&mut oauth);
            }
            Event::OAuthReturned { state, result } if oauth.is_answered_by(&state) => {
                return self.returned(oauth, result);
            }
            Event::Answered { ticket, answer } if oauth.preparing == Some(ticket) => {
                return self.kept_for_return(oauth, answer);
            }
            Event::Answered { ticket, answer } if oauth.news == Some(ticket) => {
                oauth.news = None;
                return self.heard_of(oauth, answer);
            }
            Event::Woke(timer) if oauth.news == Some(timer) => self.ask_what_came(&mut oauth),
            Event::Woke(timer) if oauth.deadline == Some(timer) => {
                let (failure, provider) = (Failure::OAuthExpired, Some(oauth.provider));
                return self.fail(failure, provider, oauth.connection, Vec::new());
            }
            Event::WayChosen(WayOn::Alternative) if oauth.ways.1 == Some(WayOn::Alternative) => {
                return self.take_alternative(oauth.provider, oauth.connection);
            }
            Event::BackClicked | Event::WayChosen(WayOn::OtherBank) if self.may_change_bank() => {
                self.forget(oauth.connection);
                return self.show_search(None);
            }
            _ => {}
        }
        State::OAuth(oauth)
    }

    /// The bank's address for this login, once there is a proof; for a link.
    pub fn bank_address(&self) -> Option<String> {
        match &self.state {
            State::OAuth(oauth) => self.address_of(oauth),
            _ => None,
        }
    }

    /// The window that shows this screen goes to the bank, and comes back.
    pub fn goes_in_this_window(&self) -> bool {
        match &self.state {
            State::OAuth(oauth) => self.leaves(oauth.window),
            _ => false,
        }
    }

    fn leaves(&self, window: BankWindow) -> bool {
        let alone = self.launch.embedding == Embedding::Alone;
        // Another origin's cookie, by which the backend knows this browser again, is not kept.
        let comes_back = self.launch.api_origin == self.launch.own_origin;
        match self.launch.oauth {
            OAuthMode::Popup => false,
            OAuthMode::Redirect if alone => comes_back,
            OAuthMode::Redirect => self.launch.oauth_redirect_uri.is_some(),
            OAuthMode::Auto if window != BankWindow::Blocked => false,
            OAuthMode::Auto if alone => comes_back,
            OAuthMode::Auto => self.launch.oauth_redirect_uri.is_some(),
        }
    }

    fn proven(&mut self, oauth: &mut OAuth, proof: Proof) {
        oauth.preparing = None;
        oauth.proof = Some(proof);
        if oauth.window == BankWindow::Leaving || self.host_gets_return() {
            self.keep_for_return(oauth);
        } else {
            self.prepared_for_bank(oauth);
        }
    }

    /// A window that was opened before goes to the bank.
    fn prepared_for_bank(&mut self, oauth: &mut OAuth) {
        if let (Some(ticket), Some(address)) = (oauth.popup, self.address_of(oauth)) {
            self.out.push(Effect::SendPopup { ticket, address });
            self.begin_wait(oauth);
        }
    }

    /// The bank's window comes back to the host's own page, which hands over what came.
    fn host_gets_return(&self) -> bool {
        self.launch.host_gets_return && self.launch.oauth_redirect_uri.is_some()
    }

    fn go_to_bank(&mut self, oauth: &mut OAuth) {
        let leaving = oauth.window == BankWindow::Leaving;
        if leaving && oauth.preparing.is_some() {
            return;
        }
        if let Some(ticket) = oauth.popup {
            oauth.window = BankWindow::Open;
            self.out.push(Effect::FocusPopup(ticket));
            return;
        }
        self.tell(Report::OAuthOpened {
            bank: oauth.provider.bank(),
            address: self.address_of(oauth),
        });
        // Whoever is still here, or here again with the browser's back button, may go once more.
        if leaving || self.leaves(oauth.window) {
            oauth.window = BankWindow::Leaving;
            if oauth.proof.is_some() {
                self.keep_for_return(oauth);
            }
            return;
        }
        let ticket = self.ticket();
        let address = self.address_of(oauth).filter(|_| oauth.preparing.is_none());
        oauth.popup = Some(ticket);
        oauth.window = BankWindow::Open;
        let known = address.is_some();
        self.out.push(Effect::OpenPopup { ticket, address });
        if known {
            self.begin_wait(oauth);
        }
    }

    /// The backend keeps what must not be lost while this window is at the bank.
    fn keep_for_return(&mut self, oauth: &mut OAuth) {
        let Some(proof) = &oauth.proof else {
            return;
        };
        let alone = self.launch.embedding == Embedding::Alone;
        let kept = KeptOAuth {
            provider: oauth.provider.id.clone(),
            institution: oauth.connection.as_ref().map(|c| c.id.clone()),
            code_verifier: proof.verifier.clone(),
            redirect_uri: self.launch.oauth_redirect_uri.clone().filter(|_| !alone),
            popup: (oauth.window != BankWindow::Leaving).then_some(true),
            query: self.launch.raw_query.clone(),
            system: Some(self.launch.system.name().into()),
        };
        let nonce = proof.nonce.clone();
        // Two at once may come the other way round.
        if let Some(old) = oauth.preparing.take() {
            self.cancel(old);
        }
        oauth.preparing = Some(self.call(Call::KeepOAuth { nonce, kept }));
    }

    fn kept_for_return(&mut self, mut oauth: OAuth, answer: Result<Answer, CallError>) -> State {
        oauth.preparing = None;
        let leaving = oauth.window == BankWindow::Leaving;
        if let (Ok(Answer::Done), Some(address)) = (&answer, self.address_of(&oauth)) {
            if leaving {
                self.out.push(Effect::Leave(address));
                self.begin_wait(&mut oauth);
            } else {
                self.prepared_for_bank(&mut oauth);
            }
            return State::OAuth(oauth);
        }
        match CallError::of(answer).meaning() {
            Meaning::TokenExpired | Meaning::TokenInvalid => self.expire(State::OAuth(oauth)),
            // The widget's own return page is as good.
            _ if !leaving => {
                self.launch.host_gets_return = false;
                self.prepared_for_bank(&mut oauth);
                State::OAuth(oauth)
            }
            Meaning::Passing(trouble) => {
                oauth.window = BankWindow::None;
                oauth.notice = Some(Notice::NotSent(trouble));
                self.hold(trouble);
                State::OAuth(oauth)
            }
            // A backend that keeps nothing: a window of its own is the way.
            Meaning::NotFound => {
                self.launch.oauth = OAuthMode::Popup;
                oauth.window = BankWindow::None;
                State::OAuth(oauth)
            }
            Meaning::No(problem) => {
                let (failure, provider) = (Failure::of_problem(problem), Some(oauth.provider));
                self.fail(failure, provider, oauth.connection, Vec::new())
            }
        }
    }

    /// From now on the answer may come, and not too late.
    fn begin_wait(&mut self, oauth: &mut OAuth) {
        if let Some(old) = oauth.deadline.take() {
            self.cancel(old);
        }
        oauth.deadline = Some(self.wake_after(DEADLINE));
        if oauth.news.is_some() {
            return;
        }
        if self.host_gets_return() && oauth.window != BankWindow::Leaving {
            // The host's page says when; asking is for the case that it does not.
            oauth.news = Some(self.wake_after(NEWS_PAUSE));
        } else {
            // The first question makes the login known to the backend as this user's.
            self.ask_what_came(oauth);
        }
    }

    fn ask_what_came(&mut self, oauth: &mut OAuth) {
        // Whoever heard of it before the host's page is there would close that window too early.
        let wait = !self.host_gets_return();
        oauth.news = oauth.proof.as_ref().map(|proof| {
            let nonce = proof.nonce.clone();
            self.call(Call::OAuthResult { nonce, wait })
        });
    }

    fn heard_of(&mut self, mut oauth: OAuth, answer: Result<Answer, CallError>) -> State {
        match answer {
            Ok(Answer::OAuth(result)) if result.status != OAuthStatus::Pending => {
                return self.returned(oauth, *result);
            }
            Ok(Answer::OAuth(_)) => oauth.news = Some(self.wake_after(NEWS_PAUSE)),
            answer => match CallError::of(answer).meaning() {
                Meaning::Passing(trouble) => {
                    oauth.news = Some(self.wake_after(trouble.pause(2)));
                }
                // Nobody takes the bank's window from a user who types in it: the other roads are open still.
                Meaning::TokenExpired | Meaning::TokenInvalid
                    if oauth.window != BankWindow::Open =>
                {
                    return self.expire(State::OAuth(oauth));
                }
                // A backend without this road is asked no more.
                _ => {}
            },
        }
        State::OAuth(oauth)
    }

    fn returned(&mut self, oauth: OAuth, result: OAuthResult) -> State {
        let verifier = oauth.proof.map(|proof| proof.verifier).unwrap_or_default();
        self.conclude(oauth.provider, oauth.connection, verifier, result)
    }

    /// The bank may have answered meanwhile; if it has not, the user can go there again.
    pub(super) fn revive_oauth(&mut self, oauth: OAuth) -> State {
        if oauth.proof.is_none() || oauth.deadline.is_none() {
            return self.ask_oauth(oauth.provider, oauth.connection, oauth.notice);
        }
        self.leave();
        let mut oauth = OAuth {
            window: BankWindow::Closed,
            preparing: None,
            popup: None,
            news: None,
            deadline: None,
            ..oauth
        };
        self.begin_wait(&mut oauth);
        State::OAuth(oauth)
    }

    /// What the bank's own site has answered leads on.
    pub(super) fn conclude(
        &mut self,
        provider: Provider,
        connection: Option<Connection>,
        verifier: Secret,
        result: OAuthResult,
    ) -> State {
        if result.status == OAuthStatus::Pending {
            return self.ask_oauth(provider, connection, None);
        }
        self.tell(Report::OAuthReturned(provider.bank()));
        let failure = match (result.status, result.code) {
            (OAuthStatus::Complete, Some(code)) => {
                let credentials = vec![
                    ("code".into(), code),
                    ("code_verifier".into(), verifier),
                    ("redirect_uri".into(), Secret::new(self.redirect_uri())),
                ];
                return self.log_in(provider, connection, credentials, Vec::new());
            }
            (OAuthStatus::Denied, _) => Failure::OAuthDenied,
            _ if result.error.as_deref() == Some("temporarily_unavailable") => {
                Failure::OAuthUnavailable
            }
            _ => Failure::OAuthFailed,
        };
        self.fail(failure, Some(provider), connection, Vec::new())
    }

    /// The user is back in this window: what came of it?
    pub(super) fn come_back(&mut self, result: OAuthResult) -> Option<State> {
        let kept = result.kept.clone()?;
        let own = self.launch.kept.take();
        let own = own.filter(|own| own.user == self.session.user_id && own.fresh);
        let fresh = |id: &String| own.as_ref().is_some_and(|own| own.institution == *id);
        let connection = kept.institution.map(|id| Connection {
            fresh: fresh(&id),
            id,
        });
        let goal = Goal::Conclude {
            verifier: kept.code_verifier,
            result: Box::new(result),
        };
        Some(self.prepare(kept.provider, String::new(), connection, goal))
    }

    fn redirect_uri(&self) -> String {
        format!("{}/oauth/redirect", self.launch.api_origin)
    }

    fn address_of(&self, oauth: &OAuth) -> Option<String> {
        let proof = oauth.proof.as_ref()?;
        let provider = &oauth.provider;
        let mut parameters = Vec::new();
        if let Some(client) = &provider.client_id {
            parameters.push(("client_id", client.clone()));
        }
        parameters.push(("response_type", "code".into()));
        parameters.push(("redirect_uri", self.redirect_uri()));
        if !provider.scopes.is_empty() {
            parameters.push(("scope", provider.scopes.join(" ")));
        }
        parameters.push(("state", state_of(&proof.nonce)));
        parameters.push(("code_challenge", proof.challenge.clone()));
        parameters.push(("code_challenge_method", "S256".into()));
        Some(with_parameters(
            provider.authorize_url.as_deref()?,
            &parameters,
        ))
    }
}

impl OAuth {
    /// Only the answer to this very login counts: not a replayed one, not a foreign one.
    fn is_answered_by(&self, state: &str) -> bool {
        let proof = self.proof.as_ref();
        proof.is_some_and(|proof| state_of(&proof.nonce) == state)
    }

    fn is_named(&self, nonce: &str) -> bool {
        let proof = self.proof.as_ref();
        proof.is_some_and(|proof| proof.nonce == nonce)
    }
}

/// Source: `state` in "Connecting with oAuth providers" of Wealthica's "Connect a user".
fn state_of(nonce: &str) -> String {
    base64(format!(r#"{{"sub":"{WIDGET_SUB}","nonce":"{nonce}"}}"#).as_bytes())
}
