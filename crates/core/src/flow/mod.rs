//! The connection flow as a pure machine: an event goes in, the state changes, effects come out.

mod accounts;
mod beginning;
mod call;
mod connecting;
mod consent;
mod credentials;
mod dress;
mod effect;
mod ending;
mod event;
mod expired;
mod failure;
mod hold;
mod later;
mod news;
mod oauth;
mod preparing;
mod question;
mod report;
mod screen;
mod search;
mod starting;
mod state;
mod warning;

pub use call::{Answer, Call, CallError, Trouble};
pub use effect::{Effect, Ticket};
pub use event::Event;
pub use failure::{Failure, Ineligible, WayOn};
pub use later::{REST, Rest};
pub use report::{AccountSummary, Bank, Link, Made, Place, Reason, Report};
pub use screen::Screen;
pub use state::{
    Accounts, BankWindow, Cause, Connecting, Connection, Consent, Credentials, Expired, Failed,
    Notice, OAuth, Preparing, Proof, Purpose, Question, QuestionNotice, Resend, Retry, Search,
    Starting, State, Success, Warning, Ways,
};

use crate::api::{Provider, Session};
use crate::launch::{Embedding, Kept, Launch, Look};
use call::Meaning;
use state::{Details, Stage};
use std::mem;

/// The whole flow of one session.
#[derive(Clone, Debug)]
pub struct Machine {
    pub state: State,
    pub launch: Launch,
    /// The session as the backend knows it; empty until the token has been checked.
    pub session: Session,
    /// What the page and its messages have chosen.
    look: Look,
    /// The session has been checked, so the host may be told things.
    verified: bool,
    /// The list of banks while another screen is shown.
    list: Search,
    /// The questions to the outside world that the present state waits for.
    open: Vec<Ticket>,
    /// A connection is being made under this ticket.
    creating: Option<Ticket>,
    /// Connections that were given up before the backend had named them: removed as soon as it does.
    doomed: Vec<Ticket>,
    /// Names the connection that is to be made, for the provider of this id, until the backend has answered.
    key: Option<(String, String)>,
    keys: u32,
    /// Providers of the same bank that have been tried already.
    tried: Vec<String>,
    /// The user has agreed to what the client asks.
    agreed: bool,
    /// How often the chosen bank has refused a login.
    refusals: u32,
    /// What a reload would find.
    kept: Option<Kept>,
    offline: bool,
    /// Why something was tried again that has not been answered since.
    trouble: Option<Trouble>,
    /// Until this timer runs out the backend takes nothing of what the user sends.
    held: Option<Ticket>,
    /// The last screen that the host was told of.
    shown: Screen,
    last_ticket: u32,
    /// The later half, once it is there.
    rest: Option<&'static Rest>,
    /// What waits for it.
    waiting: Vec<Event>,
    out: Vec<Effect>,
}

impl Machine {
    pub fn start(launch: Launch) -> (Machine, Vec<Effect>) {
        let mut machine = Machine {
            state: State::Ended(Report::Opened),
            launch,
            session: Session::default(),
            look: Look::default(),
            verified: false,
            list: Search::default(),
            open: Vec::new(),
            creating: None,
            doomed: Vec::new(),
            key: None,
            keys: 0,
            tried: Vec::new(),
            agreed: false,
            refusals: 0,
            kept: None,
            offline: false,
            trouble: None,
            held: None,
            shown: Screen::Starting,
            last_ticket: 0,
            rest: None,
            waiting: Vec::new(),
            out: Vec::new(),
        };
        machine.kept = machine.launch.kept.clone();
        machine.offline = machine.launch.offline;
        machine.look = machine.launch.look.clone();
        machine.dress();
        machine.state = machine.begin();
        let effects = mem::take(&mut machine.out);
        (machine, effects)
    }

    fn apply_all(&mut self, event: Event) -> Vec<Effect> {
        if let Event::Answered { ticket, answer } = &event
            && let Some(at) = self.doomed.iter().position(|doomed| doomed == ticket)
        {
            self.doomed.swap_remove(at);
            if let Ok(Answer::Institution(institution)) = answer {
                self.forget(Some(Connection {
                    id: institution.id.clone(),
                    fresh: true,
                }));
            }
            return mem::take(&mut self.out);
        }
        let held = self.held.is_some() && event.sends();
        if held || !self.expects(&event) {
            return Vec::new();
        }
        self.step(event, Machine::next);
        self.keep();
        mem::take(&mut self.out)
    }

    /// `next` is the way on in the half of the program that there is.
    fn step(&mut self, event: Event, next: fn(&mut Machine, State, Event) -> State) {
        // Whoever answers is there, whatever the browser believes.
        let reached = matches!(
            &event,
            Event::Answered {
                answer: Ok(_) | Err(CallError::Refused { .. }),
                ..
            }
        );
        if let Event::Answered { answer: Ok(_), .. } = &event {
            self.trouble = None;
        }
        let state = mem::replace(&mut self.state, State::Ended(Report::Opened));
        let (state, event) = self.look_around(state, event);
        self.state = match event {
            Some(event) => next(self, state, event),
            None => state,
        };
        // A pause that ran out while offline is over.
        let slept = |retry: Retry| !self.open.contains(&retry.timer);
        if reached && mem::take(&mut self.offline) && self.state.retry().is_some_and(slept) {
            let state = mem::replace(&mut self.state, State::Ended(Report::Opened));
            self.state = next(self, state, Event::TryNowClicked);
        }
        self.tell_screen();
    }

    /// Takes what is the same on every screen; what is not is handed back.
    fn look_around(&mut self, state: State, event: Event) -> (State, Option<Event>) {
        let rest = match event {
            _ if matches!(state, State::Ended(_)) => None,
            Event::LookChosen(look) => {
                self.look.take(look);
                self.dress();
                None
            }
            Event::LangChosen(lang) => {
                self.launch.lang = Some(lang);
                None
            }
            Event::WentOffline => {
                if !mem::replace(&mut self.offline, true) {
                    self.tell_verified(Report::WentOffline);
                }
                None
            }
            Event::CameOnline => {
                if mem::take(&mut self.offline) {
                    self.tell_verified(Report::CameOnline);
                }
                self.trouble = None;
                // What was tried in vain is tried at once.
                state.retry().map(|_| Event::TryNowClicked)
            }
            // Offline nothing is tried in vain; `CameOnline` goes on.
            Event::Woke(timer)
                if self.offline && state.retry().is_some_and(|r| r.timer == timer) =>
            {
                None
            }
            event => Some(event),
        };
        (state, rest)
    }

    /// False of a late answer, a stale timer, a second click: nobody waits for it any more.
    fn expects(&mut self, event: &Event) -> bool {
        let Some(ticket) = event.ticket() else {
            return true;
        };
        let at = self.open.iter().position(|open| *open == ticket);
        at.map(|at| self.open.swap_remove(at)).is_some()
    }

    fn tell_screen(&mut self) {
        let screen = self.state.screen();
        let undecided = match &self.state {
            // Which screen a bank is looked up for is not known yet.
            State::Preparing(_) | State::Ended(_) => true,
            State::Starting(starting) => matches!(starting.stage, Stage::Later(_)),
            _ => false,
        };
        if screen != self.shown && !undecided && self.verified {
            self.shown = screen;
            self.tell(Report::ScreenShown(screen));
        }
    }

    /// What the user should know beside the screen.
    pub fn banner(&self) -> Option<Banner> {
        if self.offline && !matches!(self.state, State::Ended(_)) {
            return Some(Banner::Offline);
        }
        match self.state.retry() {
            Some(retry) => Some(Banner::TryingAgain(retry.trouble)),
            None => self.trouble.map(Banner::Trying),
        }
    }

    /// Something waits to be tried again, and may be tried before.
    pub fn can_try_now(&self) -> bool {
        let too_many = |retry: &Retry| matches!(retry.trouble, Trouble::TooMany { .. });
        self.state.retry().is_some_and(|retry| !too_many(&retry))
    }

    /// The page stands alone: whoever opened it by a link may have come from anywhere.
    pub fn is_linked(&self) -> bool {
        let over = matches!(self.state, State::Success(_) | State::Ended(_));
        self.verified && self.launch.embedding == Embedding::Alone && !over
    }

    /// The button for one step back is there.
    pub fn can_go_back(&self) -> bool {
        self.launch.frame.back && self.goes_back(&self.state)
    }

    /// One step back is possible.
    fn goes_back(&self, state: &State) -> bool {
        match state {
            State::Preparing(_) | State::Warning(_) | State::Credentials(_) | State::OAuth(_) => {
                self.may_change_bank()
            }
            State::Failed(failed) => {
                self.verified && failed.provider.is_some() && self.may_change_bank()
            }
            State::Connecting(_) | State::Question(_) => true,
            State::Starting(_)
            | State::Consent(_)
            | State::Search(_)
            | State::Accounts(_)
            | State::Success(_)
            | State::Expired(_)
            | State::Ended(_) => false,
        }
    }

    /// There is a list of banks to go to.
    pub(super) fn may_change_bank(&self) -> bool {
        let options = &self.session.options;
        // A token that names a connection is good for no other.
        let fixed =
            options.allow_change_institution == Some(false) || options.institution.is_some();
        !(fixed || self.launch.fixed_bank)
    }

    fn next(&mut self, state: State, event: Event) -> State {
        match (state, event) {
            (state, Event::CloseClicked) => self.closed(state),
            (State::Search(mut search), Event::NotListedClicked) => {
                self.tell_search(&mut search);
                let report = self.left(State::Search(search), Reason::InstitutionNotFound);
                self.leave();
                self.end(report)
            }
            (state, Event::HostAskedBack) => {
                let goes = self.goes_back(&state);
                let state = if goes {
                    self.next(state, Event::BackClicked)
                } else {
                    state
                };
                self.tell_verified(Report::WentBack(goes));
                state
            }
            (state, Event::LinkFollowed(link)) => {
                let bank = state.place().bank;
                self.tell_verified(Report::LinkOpened { bank, link });
                state
            }
            (state, Event::Woke(timer)) if self.held == Some(timer) => {
                self.held = None;
                state
            }
            (state, Event::TokenRenewed(token)) if !token.is_empty() => self.renewed(state, token),
            (State::Starting(starting), event) => match starting.stage {
                Stage::LookUp(_) => self.looking_up(starting, event),
                _ => self.starting(starting, event),
            },
            (State::Consent(consent), event) => self.consent(consent, event),
            (State::Search(search), event) => self.searching(search, event),
            (State::Preparing(preparing), event) => self.preparing(preparing, event),
            (State::Warning(warning), event) => self.warning(warning, event),
            (State::Credentials(credentials), event) => self.credentials(credentials, event),
            (State::OAuth(oauth), event) => self.oauth(oauth, event),
            (State::Connecting(connecting), event) => self.connecting(connecting, event),
            (State::Question(question), event) => self.question(question, event),
            (State::Accounts(accounts), event) => self.accounts(accounts, event),
            (State::Success(success), event) => self.success(success, event),
            (State::Failed(failed), event) => self.failed(failed, event),
            (State::Expired(expired), event) => self.expired(expired, event),
            (state @ State::Ended(_), _) => state,
        }
    }

    /// Keeps what a reload must find, or forgets it.
    fn keep(&mut self) {
        let login = match &self.state {
            State::OAuth(oauth) => oauth.begun(),
            _ => None,
        };
        let connection = match &self.state {
            State::Starting(_) | State::Expired(_) => return,
            State::Preparing(preparing) if preparing.concludes() => return,
            // Nobody knows yet whether it is this user's.
            State::Failed(_) if !self.verified => return,
            state => state.connection(),
        };
        let known = connection.is_some() || login.is_some();
        let kept = known.then(|| Kept {
            user: self.session.user_id.clone(),
            fresh: connection.as_ref().is_some_and(|known| known.fresh),
            institution: connection.map(|known| known.id),
            login,
            errand: self.errand(),
        });
        if kept != self.kept {
            self.kept.clone_from(&kept);
            self.out.push(Effect::Keep(kept));
        }
    }

    /// What the page was opened for.
    fn errand(&self) -> String {
        let part = |id: &Option<String>| id.clone().unwrap_or_default().replace('\n', " ");
        let (provider, institution) = (&self.launch.provider, &self.launch.institution);
        format!("{} {}", part(provider), part(institution))
    }

    fn ticket(&mut self) -> Ticket {
        self.last_ticket += 1;
        let ticket = Ticket(self.last_ticket);
        self.open.push(ticket);
        ticket
    }

    fn call(&mut self, call: Call) -> Ticket {
        let ticket = self.ticket();
        self.out.push(Effect::Call { ticket, call });
        ticket
    }

    fn wake_after(&mut self, millis: u32) -> Ticket {
        let ticket = self.ticket();
        self.out.push(Effect::WakeAfter { ticket, millis });
        ticket
    }

    fn cancel(&mut self, ticket: Ticket) {
        if let Some(at) = self.open.iter().position(|open| *open == ticket) {
            self.open.swap_remove(at);
            self.out.push(Effect::Cancel(ticket));
        }
    }

    /// Ends every open question: the state that asked them is being left.
    fn leave(&mut self) {
        self.trouble = None;
        self.held = None;
        let creating = self.creating.take();
        for ticket in mem::take(&mut self.open) {
            if Some(ticket) == creating {
                self.doomed.push(ticket);
                self.key = None;
            } else {
                self.out.push(Effect::Cancel(ticket));
            }
        }
    }

    fn retry_after(&mut self, trouble: Trouble, attempt: u32) -> Option<Retry> {
        let timer = self.wake_after(trouble.pause(attempt));
        self.trouble = Some(trouble);
        Some(Retry { trouble, timer })
    }

    fn tell(&mut self, report: Report) {
        self.out.push(Effect::Tell(report));
    }

    /// Nobody else than a page that the backend has vouched for hears of it.
    fn tell_verified(&mut self, report: Report) {
        if self.verified {
            self.tell(report);
        }
    }

    /// Gives a connection up: one that was made in this session is removed, one that existed before stays and comes back.
    fn forget(&mut self, connection: Option<Connection>) -> Option<Connection> {
        let connection = connection?;
        if !connection.fresh {
            return Some(connection);
        }
        self.last_ticket += 1;
        // Not an open question: whatever the answer is, nothing follows from it.
        let ticket = Ticket(self.last_ticket);
        let call = Call::Delete { id: connection.id };
        self.out.push(Effect::Call { ticket, call });
        None
    }
}

/// What is shown above every screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Banner {
    /// It goes on by itself once the browser is online again.
    Offline,
    /// After a pause, or at once if the user likes.
    TryingAgain(Trouble),
    /// It is being tried again.
    Trying(Trouble),
}

impl Provider {
    fn bank(&self) -> Bank {
        Bank {
            id: self.id.clone(),
            name: self.name.clone(),
            url: self.url.clone(),
            logo: self.logo.clone(),
            color: self.color.clone(),
            country: self.country.clone(),
            aggregator: self.aggregator.clone(),
            popular: self.popular,
        }
    }
}

impl Meaning {
    /// The failure that a call ends in when it cannot be tried again.
    fn failure(self, not_found: Failure) -> Result<Trouble, Failure> {
        match self {
            Meaning::Passing(trouble) => Ok(trouble),
            Meaning::TokenExpired => Err(Failure::SessionExpired),
            Meaning::TokenInvalid => Err(Failure::InvalidToken),
            Meaning::NotFound => Err(not_found),
            Meaning::No(problem) => Err(Failure::of_problem(problem)),
        }
    }
}
