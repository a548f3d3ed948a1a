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
        let mut oauth = self.at_bank(provider, connection, notice);
        self.begin_login(&mut oauth);
        State::OAuth(oauth)
    }

    fn at_bank(
        &self,
        provider: Provider,
        connection: Option<Connection>,
        notice: Option<Notice>,
    ) -> OAuth {
        let other = self.alternative(&provider).map(|_| WayOn::Alternative);
        let other = other.or(self.may_change_bank().then_some(WayOn::OtherBank));
        OAuth {
            provider,
            notice,
            window: BankWindow::None,
            ways: (WayOn::GoOn, other),
            connection,
            proof: None,
            preparing: None,
            popup: None,
            news: None,
            deadline: None,
        }
    }

    pub(super) fn oauth(&mut self, mut oauth: OAuth, event: Event) -> State {
        match event {
            Event::ProofMade { proof, .. } => self.proven(&mut oauth, proof),
            Event::BankSiteClicked => self.go_to_bank(&mut oauth),
            // What the link leads to is waited for since it is shown.
            Event::PopupBlocked(ticket) if oauth.popup == Some(ticket) => {
                oauth.popup = None;
                oauth.window = BankWindow::Unseen;
                self.tell(Report::OAuthBlocked(oauth.provider.bank()));
            }
            Event::PopupSilent(ticket) if oauth.popup == Some(ticket) => {
                oauth.window = BankWindow::Unseen;
            }
            Event::PopupTookThis(ticket) if oauth.popup == Some(ticket) => {
                oauth.popup = None;
                oauth.window = BankWindow::Leaving;
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
        let wanted = match self.launch.oauth {
            OAuthMode::Popup => false,
            OAuthMode::Redirect => true,
            OAuthMode::Auto => window == BankWindow::Unseen,
        };
        wanted
            && match self.launch.embedding {
                Embedding::Alone => self.keeps_its_session(),
                Embedding::Framed | Embedding::Popup => self.launch.oauth_redirect_uri.is_some(),
            }
    }

    fn proven(&mut self, oauth: &mut OAuth, proof: Proof) {
        oauth.preparing = None;
        oauth.proof = Some(proof);
        self.keep_for_return(oauth);
        self.set_off(oauth);
    }

    /// To the bank, once the user has asked for it and its address is there: a window that is opened empty could not
    /// be sent on by a page that is refused its handle.
    fn set_off(&mut self, oauth: &mut OAuth) {
        let waits = oauth.preparing.is_some() && self.keeps_first(oauth.window);
        let Some(address) = self.address_of(oauth).filter(|_| !waits) else {
            return;
        };
        if !matches!(oauth.window, BankWindow::Opening | BankWindow::Leaving) {
            return;
        }
        self.tell(Report::OAuthOpened {
            bank: oauth.provider.bank(),
            address: address.clone(),
        });
        if oauth.window == BankWindow::Leaving {
            self.out.push(Effect::Leave(address));
        } else {
            oauth.window = BankWindow::Open;
            let again = oauth.popup;
            let ticket = again.unwrap_or_else(|| self.ticket());
            oauth.popup = Some(ticket);
            self.out.push(match again {
                Some(_) => Effect::SendPopup { ticket, address },
                None => Effect::OpenPopup { ticket, address },
            });
        }
        self.begin_wait(oauth);
    }

    /// Alone in its window, the backend knows this browser again by a cookie, which another origin's would not be kept.
    pub(super) fn keeps_its_session(&self) -> bool {
        let alone = self.launch.embedding == Embedding::Alone;
        alone && self.launch.is_at_home()
    }

    /// Without what the backend keeps the way back would lead nowhere. A window beside this one comes back by itself,
    /// and is opened while the browser still knows of the click.
    fn keeps_first(&self, window: BankWindow) -> bool {
        window == BankWindow::Leaving || self.keeps_its_session() || self.host_gets_return()
    }

    /// The bank's window comes back to the host's own page, which hands over what came.
    fn host_gets_return(&self) -> bool {
        self.launch.host_gets_return && self.launch.oauth_redirect_uri.is_some()
    }

    fn go_to_bank(&mut self, oauth: &mut OAuth) {
        let asked = matches!(oauth.window, BankWindow::Opening | BankWindow::Leaving);
        if asked && oauth.preparing.is_some() {
            return;
        }
        let leaves = oauth.window == BankWindow::Leaving || self.leaves(oauth.window);
        // A user who goes once more has lost the way at the bank, and begins there anew.
        let again = oauth.popup.is_some() || oauth.deadline.is_some() && !leaves;
        if again {
            self.begin_login(oauth);
        }
        if leaves {
            oauth.window = BankWindow::Leaving;
            if oauth.proof.is_some() {
                self.keep_for_return(oauth);
            }
            return;
        }
        oauth.window = BankWindow::Opening;
        self.set_off(oauth);
    }

    /// Another login: what the bank still says to the last one changes nothing.
    fn begin_login(&mut self, oauth: &mut OAuth) {
        let over = [
            oauth.preparing.take(),
            oauth.news.take(),
            oauth.deadline.take(),
        ];
        over.into_iter()
            .flatten()
            .for_each(|ticket| self.cancel(ticket));
        oauth.proof = None;
        let ticket = self.ticket();
        oauth.preparing = Some(ticket);
        self.out.push(Effect::MakeProof { ticket });
    }

    /// The backend keeps what must not be lost while the user is at the bank: the browser may take this very page for
    /// it, as an app's WebView does, and the user may load it again.
    fn keep_for_return(&mut self, oauth: &mut OAuth) {
        let Some(proof) = &oauth.proof else {
            return;
        };
        let leaving = oauth.window == BankWindow::Leaving;
        let to_host = match self.launch.embedding {
            Embedding::Alone => false,
            _ => leaving || self.host_gets_return(),
        };
        let kept = KeptOAuth {
            provider: oauth.provider.id.clone(),
            institution: oauth.connection.as_ref().map(|c| c.id.clone()),
            code_verifier: proof.verifier.clone(),
            redirect_uri: self.launch.oauth_redirect_uri.clone().filter(|_| to_host),
            popup: (!leaving).then_some(true),
            alone: self.keeps_its_session().then_some(true),
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
        if matches!(answer, Ok(Answer::Done)) {
            self.set_off(&mut oauth);
            return State::OAuth(oauth);
        }
        match CallError::of(answer).meaning() {
            Meaning::TokenExpired | Meaning::TokenInvalid => self.expire(State::OAuth(oauth)),
            // The widget's own return page is as good.
            _ if oauth.window != BankWindow::Leaving => {
                self.launch.host_gets_return = false;
                self.set_off(&mut oauth);
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
        match oauth.proof {
            Some(proof) => self.conclude(oauth.provider, oauth.connection, proof, result),
            None => self.ask_oauth(oauth.provider, oauth.connection, oauth.notice),
        }
    }

    /// The bank may have answered meanwhile; if it has not, the user can go there again.
    pub(super) fn revive_oauth(&mut self, oauth: OAuth) -> State {
        if oauth.deadline.is_none() {
            return self.ask_oauth(oauth.provider, oauth.connection, oauth.notice);
        }
        self.wait_on(oauth)
    }

    fn wait_on(&mut self, oauth: OAuth) -> State {
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
        proof: Proof,
        result: OAuthResult,
    ) -> State {
        if result.status == OAuthStatus::Pending {
            // A window beside an earlier load of this page may be there still.
            if result.kept.is_some_and(|kept| kept.popup == Some(true)) {
                let mut oauth = self.at_bank(provider, connection, None);
                oauth.proof = Some(proof);
                return self.wait_on(oauth);
            }
            return self.ask_oauth(provider, connection, None);
        }
        self.tell(Report::OAuthReturned(provider.bank()));
        let failure = match (result.status, result.code) {
            (OAuthStatus::Complete, Some(code)) => {
                let credentials = vec![
                    ("code".into(), code),
                    ("code_verifier".into(), proof.verifier),
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
    pub(super) fn come_back(&mut self, nonce: String, result: OAuthResult) -> Option<State> {
        let kept = result.kept.clone()?;
        let own = self.launch.kept.take();
        let own = own.filter(|own| own.user == self.session.user_id && own.fresh);
        let fresh = |id: &String| {
            let known = own.as_ref().and_then(|own| own.institution.as_ref());
            known == Some(id)
        };
        let connection = kept.institution.map(|id| Connection {
            fresh: fresh(&id),
            id,
        });
        let goal = Goal::Conclude {
            proof: Proof {
                nonce,
                verifier: kept.code_verifier,
                // Whoever goes there again has a new one.
                challenge: String::new(),
            },
            result: Box::new(result),
        };
        Some(self.prepare(kept.provider, String::new(), connection, goal))
    }

    fn redirect_uri(&self) -> String {
        self.launch.below("/oauth/redirect")
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

    /// The login that the user has gone to the bank for.
    pub(super) fn begun(&self) -> Option<String> {
        let proof = self.proof.as_ref().filter(|_| self.deadline.is_some());
        proof.map(|proof| proof.nonce.clone())
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
