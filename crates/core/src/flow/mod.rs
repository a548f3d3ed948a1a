//! The connection flow as a pure machine: an event goes in, the state changes, effects come out.

mod call;
mod connecting;
mod credentials;
mod effect;
mod ending;
mod event;
mod failure;
mod question;
mod report;
mod search;
mod starting;
mod state;

pub use call::{Answer, Call, CallError, Trouble};
pub use effect::{Effect, Ticket};
pub use event::Event;
pub use failure::{Failure, WayOn};
pub use report::{AccountSummary, Bank, Place, Report};
pub use state::{
    Connecting, Connection, Credentials, Failed, Notice, Patience, Preparing, Question,
    QuestionNotice, Retry, Screen, Search, Starting, State, Success,
};

use crate::api::{Provider, Session};
use crate::launch::Launch;
use call::Meaning;
use std::mem;

/// The whole flow of one session.
#[derive(Clone, Debug)]
pub struct Machine {
    pub state: State,
    pub launch: Launch,
    /// The session as the backend knows it; empty until the token has been checked.
    pub session: Session,
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
    last_ticket: u32,
    out: Vec<Effect>,
}

impl Machine {
    pub fn start(launch: Launch) -> (Machine, Vec<Effect>) {
        let mut machine = Machine {
            state: State::Ended(Report::Opened),
            launch,
            session: Session::default(),
            verified: false,
            list: Search::default(),
            open: Vec::new(),
            creating: None,
            doomed: Vec::new(),
            last_ticket: 0,
            out: Vec::new(),
        };
        machine.state = machine.begin();
        let effects = mem::take(&mut machine.out);
        (machine, effects)
    }

    /// Moves to the next state and says what the outside world must now do.
    pub fn apply(&mut self, event: Event) -> Vec<Effect> {
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
        if let Some(ticket) = event.ticket() {
            // A late answer, a stale timer, a second click: nobody waits for it any more.
            let Some(at) = self.open.iter().position(|open| *open == ticket) else {
                return Vec::new();
            };
            self.open.swap_remove(at);
        }
        let before = self.state.screen();
        let state = mem::replace(&mut self.state, State::Ended(Report::Opened));
        self.state = self.next(state, event);
        let screen = self.state.screen();
        if screen != before && self.verified && screen != Screen::Ended {
            self.tell(Report::ScreenShown(screen));
        }
        mem::take(&mut self.out)
    }

    fn next(&mut self, state: State, event: Event) -> State {
        match (state, event) {
            (state @ State::Ended(_), _) => state,
            (state, Event::CloseClicked) => self.closed(state),
            (State::Starting(starting), event) => self.starting(starting, event),
            (State::Search(search), event) => self.searching(search, event),
            (State::Preparing(preparing), event) => self.preparing(preparing, event),
            (State::Credentials(credentials), event) => self.credentials(credentials, event),
            (State::Connecting(connecting), event) => self.connecting(connecting, event),
            (State::Question(question), event) => self.question(question, event),
            (State::Success(success), event) => self.success(success, event),
            (State::Failed(failed), event) => self.failed(failed, event),
        }
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
        let creating = self.creating.take();
        for ticket in mem::take(&mut self.open) {
            if Some(ticket) == creating {
                self.doomed.push(ticket);
            } else {
                self.out.push(Effect::Cancel(ticket));
            }
        }
    }

    fn retry_after(&mut self, trouble: Trouble, attempt: u32) -> Option<Retry> {
        let timer = self.wake_after(trouble.pause(attempt));
        Some(Retry { trouble, timer })
    }

    fn tell(&mut self, report: Report) {
        self.out.push(Effect::Tell(report));
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

impl Provider {
    fn bank(&self) -> Bank {
        Bank {
            id: self.id.clone(),
            name: self.name.clone(),
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
