//! Where the program is cut: what comes after the list of banks may arrive later than the list, in a file of its own.
//!
//! Nothing outside names the machine's later half but `REST`, so that a tool can cut it off there. Until it has come,
//! what leads into it waits.

use super::call::Meaning;
use super::state::{Stage, Starting};
use super::{Effect, Event, Failure, Machine, Report, Screen, State, Ticket};
use std::fmt;
use std::mem;

/// The later half of the machine.
pub struct Rest {
    apply: fn(&mut Machine, Event) -> Vec<Effect>,
    go_on: fn(&mut Machine, Later) -> State,
    settle: fn(&mut Machine),
}

pub static REST: Rest = Rest {
    apply: Machine::apply_all,
    go_on: Machine::go_on,
    settle: Machine::settle,
};

/// A way from the first screens into the rest.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Later {
    HandedBack,
    Fail(Failure),
    /// A call that this state was waiting for was refused, and asking again does not help.
    Refused(Box<State>, Meaning),
    /// The session is open; the first banks are perhaps being asked for.
    Begin(Option<Ticket>),
}

impl Machine {
    /// Moves to the next state and says what the outside world must now do.
    pub fn apply(&mut self, event: Event) -> Vec<Effect> {
        match self.rest {
            Some(rest) => (rest.apply)(self, event),
            None => self.apply_first(event),
        }
    }

    /// The later half has come: what has waited for it is done, in its order.
    pub fn bring(&mut self, rest: &'static Rest) -> Vec<Effect> {
        self.rest = Some(rest);
        let state = mem::replace(&mut self.state, State::Ended(Report::Opened));
        self.state = match state {
            State::Starting(Starting {
                stage: Stage::Later(later),
                ..
            }) => (rest.go_on)(self, *later),
            state => state,
        };
        (rest.settle)(self);
        for event in mem::take(&mut self.waiting) {
            let effects = self.apply(event);
            self.out.extend(effects);
        }
        mem::take(&mut self.out)
    }

    /// Changes whenever the screen must be built anew, and only then: `State::key`, or the start as long as something
    /// waits for the later half.
    pub fn key(&self) -> (Screen, u32) {
        let (screen, number) = self.state.key();
        let first = matches!(screen, Screen::Starting | Screen::Search);
        let waits = self.rest.is_none() && (!first || self.waiting.iter().any(Event::leaves));
        match waits {
            true => (Screen::Starting, u32::MAX),
            false => (screen, number),
        }
    }

    pub(super) fn later(&mut self, later: Later) -> State {
        match self.rest {
            Some(rest) => (rest.go_on)(self, later),
            None => Starting::at(Stage::Later(Box::new(later))),
        }
    }

    fn apply_first(&mut self, event: Event) -> Vec<Effect> {
        if !self.is_for_first(&event) {
            self.waiting.push(event);
        } else if self.expects(&event) {
            self.step(event, Machine::first);
        }
        mem::take(&mut self.out)
    }

    /// The later half is not needed for it.
    fn is_for_first(&self, event: &Event) -> bool {
        if self.waiting.iter().any(Event::leaves) {
            return false;
        }
        let anywhere = matches!(
            event,
            Event::LookChosen(_) | Event::LangChosen(_) | Event::WentOffline | Event::CameOnline
        );
        let at_first = match &self.state {
            State::Starting(starting) => !matches!(starting.stage, Stage::Later(_)),
            state => matches!(state, State::Search(_)),
        };
        anywhere
            || at_first
                && matches!(
                    event,
                    Event::TokenGiven(_)
                        | Event::TokenRenewed(_)
                        | Event::HostAskedBack
                        | Event::LinkFollowed(_)
                        | Event::Typed(_)
                        | Event::ListEndReached
                        | Event::Picked(_)
                        | Event::TryNowClicked
                        | Event::Answered { .. }
                        | Event::Woke(_)
                )
    }

    fn first(&mut self, state: State, event: Event) -> State {
        match (state, event) {
            (state, Event::HostAskedBack) => {
                self.tell_verified(Report::WentBack(false));
                state
            }
            (state, Event::LinkFollowed(link)) => {
                self.tell_verified(Report::LinkOpened { bank: None, link });
                state
            }
            (state, Event::TokenRenewed(token)) if !token.is_empty() => {
                self.take_new_token(state, token)
            }
            (State::Starting(starting), event) => self.starting(starting, event),
            (State::Search(search), event) => self.searching(search, event),
            (state, _) => state,
        }
    }

    fn go_on(&mut self, later: Later) -> State {
        match later {
            Later::HandedBack => self.end(Report::OAuthHandedBack),
            Later::Fail(failure) => self.fail(failure, None, None, Vec::new()),
            Later::Refused(was, meaning) => self.refused(*was, meaning),
            Later::Begin(providers) => self.resume().unwrap_or_else(|| self.begin_anew(providers)),
        }
    }

    /// After every step.
    fn settle(&mut self) {
        self.tell_screen();
        self.keep();
    }
}

impl Event {
    /// Whoever does it is done with the list.
    fn leaves(&self) -> bool {
        matches!(self, Event::CloseClicked | Event::NotListedClicked)
    }
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rest")
    }
}
