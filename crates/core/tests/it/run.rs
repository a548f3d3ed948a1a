//! A story told by chance: remembers every question ever asked, so that late answers can come.

use crate::chance::{self, Step, TYPED};
use crate::story::{Asked, Story};
use crate::world::{self, ANSWER, PASSWORD, TOKEN};
use connect_core::Secret;
use connect_core::api::OAuthStatus;
use connect_core::flow::{Answer, Call, CallError, Effect, Event, Report, State, Ticket, WayOn};
use connect_core::launch::Launch;

#[derive(Clone)]
pub struct Run {
    pub story: Story,
    /// Before the last event.
    pub before: State,
    pub event: Option<Event>,
    ever: Vec<(Ticket, Asked)>,
    logins: Vec<Ticket>,
    questions: Vec<Ticket>,
    proofs: usize,
}

/// What a bank's own site answers.
const RETURNS: [OAuthStatus; 4] = [
    OAuthStatus::Complete,
    OAuthStatus::Complete,
    OAuthStatus::Denied,
    OAuthStatus::Error,
];

impl Run {
    pub fn start(launch: Launch) -> Run {
        let story = Story::start(launch);
        Run {
            before: story.machine.state.clone(),
            event: None,
            ever: story.open.clone(),
            story,
            logins: Vec::new(),
            questions: Vec::new(),
            proofs: 0,
        }
    }

    pub fn step(&mut self, step: &Step) {
        if let Some(event) = self.event_of(step) {
            self.send(event);
        }
    }

    pub fn send(&mut self, event: Event) {
        self.before = self.state().clone();
        self.event = Some(event.clone());
        self.proofs += usize::from(matches!(event, Event::ProofMade { .. }));
        self.story.send(event);
        self.ever.extend(self.story.open.iter().cloned());
        match &self.story.machine.state {
            State::Credentials(credentials) => self.logins.push(credentials.form),
            State::Question(question) => self.questions.push(question.form),
            _ => {}
        }
    }

    pub fn state(&self) -> &State {
        &self.story.machine.state
    }

    pub fn effects(&self) -> &[Effect] {
        &self.story.effects
    }

    pub fn told(&self) -> &[Report] {
        &self.story.told
    }

    pub fn calls(&self) -> Vec<(Ticket, Call)> {
        calls(&self.story.open)
    }

    pub fn timers(&self) -> Vec<(Ticket, u32)> {
        timers(&self.story.open)
    }

    /// The backend has called the session good.
    pub fn opened(&self) -> bool {
        self.told().contains(&Report::Opened)
    }

    /// The `state` of the last login at a bank's own site.
    pub fn oauth_state(&self) -> String {
        world::state_of(&format!("n{}", self.proofs))
    }

    fn asked(&self, wanted: impl Fn(&Asked) -> bool) -> Option<Ticket> {
        let mut open = self.story.open.iter();
        open.find(|(_, asked)| wanted(asked)).map(|open| open.0)
    }

    fn event_of(&self, step: &Step) -> Option<Event> {
        let woke = |timers: Vec<(Ticket, u32)>, which| Some(Event::Woke(pick(&timers, which)?.0));
        Some(match step {
            Step::Token => Event::TokenGiven(Secret::new(TOKEN)),
            Step::EmptyToken => Event::TokenGiven(Secret::new("")),
            Step::Type(which) => {
                Event::Typed(pick(&["", "d", "de", "a", TYPED, "é ' x"], *which)?.to_string())
            }
            Step::ListEnd => Event::ListEndReached,
            Step::Pick(which) => {
                let banks = ["demo", "oauth", "down", "acme", "evil"];
                Event::Picked(pick(&banks, *which)?.to_string())
            }
            Step::Submit => match self.state() {
                State::Credentials(login) => submitted(login.form),
                _ => return None,
            },
            Step::SubmitOldForm(which) => submitted(*pick(&self.logins, *which)?),
            Step::Answer => match self.state() {
                State::Question(question) => answered(question.form),
                _ => return None,
            },
            Step::AnswerOldForm(which) => answered(*pick(&self.questions, *which)?),
            Step::TryNow => Event::TryNowClicked,
            Step::Back => Event::BackClicked,
            Step::Way(which) => {
                use WayOn::{Alternative, EditLogin, GoOn, Leave, OtherBank, TryAgain};
                // Leaving ends the run, so it comes seldom.
                let few = [EditLogin, OtherBank, TryAgain, GoOn, Alternative];
                let ways = if which % 16 == 0 { &[Leave][..] } else { &few };
                Event::WayChosen(*pick(ways, *which)?)
            }
            Step::ConsentGiven => Event::ConsentGiven,
            Step::ConsentDeclined => Event::ConsentDeclined,
            Step::BankSite => Event::BankSiteClicked,
            Step::BankLink => Event::BankLinkFollowed,
            Step::Proof => {
                let ticket = self.asked(|asked| *asked == Asked::Proof)?;
                let proof = world::proof(&format!("n{}", self.proofs + 1));
                Event::ProofMade { ticket, proof }
            }
            Step::Popup(what) => {
                let ticket = self.asked(|asked| matches!(asked, Asked::Popup(_)))?;
                match what % 3 {
                    0 => Event::PopupBlocked(ticket),
                    _ => Event::PopupClosed(ticket),
                }
            }
            Step::Returned(what) => {
                let foreign = what % 4 == 3;
                let nonce = format!("n{}", self.proofs + usize::from(foreign));
                let state = world::state_of(&nonce);
                let status = *pick(&RETURNS, *what)?;
                let result = world::oauth_result(status);
                Event::OAuthReturned { state, result }
            }
            Step::Resend => Event::ResendClicked,
            Step::Expire => match self.state() {
                State::Question(question) => Event::QuestionExpired {
                    form: question.form,
                },
                _ => return None,
            },
            Step::Choose(which) => match self.state() {
                State::Accounts(accounts) => {
                    let some = *which % (accounts.accounts.len() + 1);
                    let ids = accounts.accounts.iter().take(some);
                    chosen(accounts.form, ids.map(|a| a.id.clone()).collect())
                }
                _ => return None,
            },
            Step::Offline => Event::WentOffline,
            Step::Online => Event::CameOnline,
            Step::Done => Event::DoneClicked,
            Step::Close => Event::CloseClicked,
            Step::Fits(which, what) => {
                let (ticket, call) = pick(&self.calls(), *which)?.clone();
                came_back(ticket, Ok(chance::fitting(&call, *what)))
            }
            Step::Odd(which, what) => {
                came_back(pick(&self.calls(), *which)?.0, Ok(chance::any(*what)))
            }
            Step::Fails(which, what) => {
                came_back(pick(&self.calls(), *which)?.0, Err(chance::failing(*what)))
            }
            Step::Late(which, what) => {
                came_back(pick(&calls(&self.ever), *which)?.0, Ok(chance::any(*what)))
            }
            Step::Wake(which) => woke(self.timers(), *which)?,
            Step::WakeLate(which) => woke(timers(&self.ever), *which)?,
            Step::Never(ticket, what) if what % 2 == 0 => Event::Woke(Ticket(*ticket)),
            Step::Mixed(ticket, what) if what % 4 == 0 => Event::Woke(Ticket(*ticket)),
            Step::Mixed(ticket, what) if what % 4 == 1 => submitted(Ticket(*ticket)),
            Step::Mixed(ticket, what) if what % 4 == 2 => answered(Ticket(*ticket)),
            Step::Never(ticket, what) | Step::Mixed(ticket, what) => {
                came_back(Ticket(*ticket), Ok(chance::any(*what)))
            }
        })
    }
}

fn pick<T>(from: &[T], which: usize) -> Option<&T> {
    from.get(which % from.len().max(1))
}

fn calls(asked: &[(Ticket, Asked)]) -> Vec<(Ticket, Call)> {
    let call = |(ticket, asked): &(Ticket, Asked)| match asked {
        Asked::Call(call) => Some((*ticket, call.clone())),
        Asked::Timer(_) | Asked::Proof | Asked::Popup(_) => None,
    };
    asked.iter().filter_map(call).collect()
}

fn timers(asked: &[(Ticket, Asked)]) -> Vec<(Ticket, u32)> {
    let timer = |(ticket, asked): &(Ticket, Asked)| match asked {
        Asked::Timer(millis) => Some((*ticket, *millis)),
        Asked::Call(_) | Asked::Proof | Asked::Popup(_) => None,
    };
    asked.iter().filter_map(timer).collect()
}

pub fn submitted(form: Ticket) -> Event {
    let secret = |name: &str, value: &str| (name.to_string(), Secret::new(value));
    let fields = vec![
        secret("username", "user-SENTINEL-4"),
        secret("password", PASSWORD),
    ];
    Event::Submitted { form, fields }
}

pub fn answered(form: Ticket) -> Event {
    let answer = Secret::new(ANSWER);
    Event::AnswerGiven { form, answer }
}

pub fn chosen(form: Ticket, accounts: Vec<String>) -> Event {
    Event::AccountsChosen { form, accounts }
}

fn came_back(ticket: Ticket, answer: Result<Answer, CallError>) -> Event {
    Event::Answered { ticket, answer }
}
