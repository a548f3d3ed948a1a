//! A story told by chance: remembers every question ever asked, so that late answers can come.

use crate::chance::{self, Step, TYPED};
use crate::story::{Asked, Story};
use crate::world::{self, ANSWER, PASSWORD, TOKEN};
use connect_core::Secret;
use connect_core::api::OAuthStatus;
use connect_core::flow::{
    Answer, BankWindow, Call, CallError, Effect, Event, Link, Machine, Report, Screen, State,
    Ticket, WayOn,
};
use connect_core::launch::{Launch, Look, Theme};

#[derive(Clone)]
pub struct Run {
    pub story: Story,
    pub before: Before,
    pub event: Option<Event>,
    /// How many events there were.
    pub events: u64,
    called: Vec<Ticket>,
    timed: Vec<Ticket>,
    logins: Vec<Ticket>,
    questions: Vec<Ticket>,
    proofs: usize,
    /// A connection that never stood may be under way: made by this load of the page, by an earlier one, or by its host.
    pub makes: bool,
}

/// What was there before the last event.
#[derive(Clone, Copy)]
pub struct Before {
    pub screen: Screen,
    /// The login or the question that could be sent.
    pub form: Option<Ticket>,
    /// The backend had asked for a pause first.
    pub held: bool,
    /// The user has asked to go to the bank's own site.
    pub goes_to_bank: bool,
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
        Run::of(Story::start(launch))
    }

    /// Without the later half.
    pub fn first(launch: Launch) -> Run {
        Run::of(Story::first(launch))
    }

    pub fn bring(&mut self) {
        self.story.bring();
        self.remember();
    }

    fn of(story: Story) -> Run {
        let mut run = Run {
            before: Before::of(&story.machine),
            event: None,
            events: 0,
            called: Vec::new(),
            timed: Vec::new(),
            makes: may_be_new(&story.machine.launch),
            story,
            logins: Vec::new(),
            questions: Vec::new(),
            proofs: 0,
        };
        run.remember();
        run
    }

    pub fn step(&mut self, step: &Step) {
        if let Some(event) = self.event_of(step) {
            self.send(event);
        }
    }

    pub fn send(&mut self, event: Event) {
        self.before = Before::of(&self.story.machine);
        self.event = Some(event.clone());
        self.events += 1;
        self.proofs += usize::from(matches!(event, Event::ProofMade { .. }));
        self.story.send(event);
        self.remember();
    }

    /// What the user sends is taken, however long that takes.
    pub fn released(&self) -> Run {
        match self.story.machine.held() {
            Some(timer) => self.after(Event::Woke(timer)),
            None => self.clone(),
        }
    }

    /// The same run, one event later.
    pub fn after(&self, event: Event) -> Run {
        let mut next = self.clone();
        next.send(event);
        next
    }

    fn remember(&mut self) {
        for effect in &self.story.effects {
            match effect {
                Effect::Call {
                    ticket,
                    call: Call::Create { .. },
                } => {
                    self.makes = true;
                    self.called.push(*ticket);
                }
                Effect::Call { ticket, .. } => self.called.push(*ticket),
                Effect::WakeAfter { ticket, .. } => self.timed.push(*ticket),
                _ => {}
            }
        }
        let forms = match self.state() {
            State::Credentials(_) => &mut self.logins,
            State::Question(_) => &mut self.questions,
            _ => return,
        };
        let form = Before::of(&self.story.machine).form;
        forms.extend(form.filter(|form| forms.last() != Some(form)));
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

    /// What the host was told of the last event.
    pub fn news(&self) -> impl Iterator<Item = &Report> {
        self.effects().iter().filter_map(|effect| match effect {
            Effect::Tell(report) => Some(report),
            _ => None,
        })
    }

    pub fn calls(&self) -> impl Iterator<Item = (Ticket, &Call)> {
        self.story.open.iter().filter_map(|(ticket, asked)| {
            let call = match asked {
                Asked::Call(call) => call,
                Asked::Timer(_) | Asked::Proof | Asked::Popup(_) => return None,
            };
            Some((*ticket, call))
        })
    }

    pub fn timers(&self) -> impl Iterator<Item = (Ticket, u32)> {
        self.story.open.iter().filter_map(|(ticket, asked)| {
            let millis = match asked {
                Asked::Timer(millis) => *millis,
                Asked::Call(_) | Asked::Proof | Asked::Popup(_) => return None,
            };
            Some((*ticket, millis))
        })
    }

    pub fn asked(&self, wanted: impl Fn(&Asked) -> bool) -> Option<Ticket> {
        let mut open = self.story.open.iter();
        open.find(|(_, asked)| wanted(asked)).map(|open| open.0)
    }

    /// The backend has called the session good.
    pub fn opened(&self) -> bool {
        self.told().contains(&Report::Opened)
    }

    /// The nonce of the last login at a bank's own site.
    pub fn nonce(&self) -> String {
        format!("n{}", self.proofs)
    }

    pub fn proof_made(&self, ticket: Ticket) -> Event {
        let proof = world::proof(&format!("n{}", self.proofs + 1));
        Event::ProofMade { ticket, proof }
    }

    fn event_of(&self, step: &Step) -> Option<Event> {
        Some(match step {
            Step::Token => Event::TokenGiven(Secret::new(TOKEN)),
            Step::NewToken => Event::TokenRenewed(Secret::new(TOKEN)),
            Step::EmptyToken => Event::TokenRenewed(Secret::new("")),
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
            Step::Proof => self.proof_made(self.asked(|asked| *asked == Asked::Proof)?),
            Step::Popup(what) => {
                let ticket = self.asked(|asked| matches!(asked, Asked::Popup(_)))?;
                match what % 5 {
                    0 => Event::PopupBlocked(ticket),
                    1 => Event::PopupSilent(ticket),
                    2 => Event::PopupTookThis(ticket),
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
            Step::NotListed => Event::NotListedClicked,
            Step::HostBack => Event::HostAskedBack,
            Step::HostSaw(what) => {
                let foreign = usize::from(what % 4 == 3);
                Event::HostSawReturn(format!("n{}", self.proofs + foreign))
            }
            Step::Link(which) => {
                use Link::{ForgottenPassword, ForgottenUsername, Terms, Website};
                let links = [Website, ForgottenPassword, ForgottenUsername, Terms];
                Event::LinkFollowed(*pick(&links, *which)?)
            }
            Step::Look(which) if which % 2 == 0 => Event::LangChosen("fr".into()),
            Step::Look(_) => Event::LookChosen(Look {
                theme: Some(Theme::Dark),
                ..Look::default()
            }),
            Step::Done => Event::DoneClicked,
            Step::Close => Event::CloseClicked,
            Step::Fits(which, what) => {
                let (ticket, call) = self.calls().nth(which % self.calls().count().max(1))?;
                came_back(ticket, Ok(chance::fitting(call, *what)))
            }
            Step::Odd(which, what) => came_back(self.waiting(*which)?, Ok(chance::any(*what))),
            Step::Fails(which, what) => {
                came_back(self.waiting(*which)?, Err(chance::failing(*what)))
            }
            Step::Late(which, what) => {
                came_back(*pick(&self.called, *which)?, Ok(chance::any(*what)))
            }
            Step::Wake(which) => {
                let (timer, _) = self.timers().nth(which % self.timers().count().max(1))?;
                Event::Woke(timer)
            }
            Step::WakeLate(which) => Event::Woke(*pick(&self.timed, *which)?),
            Step::Never(ticket, what) if what % 2 == 0 => Event::Woke(Ticket(*ticket)),
            Step::Mixed(ticket, what) if what % 4 == 0 => Event::Woke(Ticket(*ticket)),
            Step::Mixed(ticket, what) if what % 4 == 1 => submitted(Ticket(*ticket)),
            Step::Mixed(ticket, what) if what % 4 == 2 => answered(Ticket(*ticket)),
            Step::Never(ticket, what) | Step::Mixed(ticket, what) => {
                came_back(Ticket(*ticket), Ok(chance::any(*what)))
            }
        })
    }

    /// One of the calls that are waited for.
    fn waiting(&self, which: usize) -> Option<Ticket> {
        let mut calls = self.calls();
        calls.nth(which % self.calls().count().max(1)).map(|c| c.0)
    }
}

impl Before {
    fn of(machine: &Machine) -> Before {
        let form = match &machine.state {
            State::Credentials(credentials) => Some(credentials.form),
            State::Question(question) => Some(question.form),
            _ => None,
        };
        let going = [BankWindow::Opening, BankWindow::Leaving];
        let state = &machine.state;
        Before {
            screen: machine.state.screen(),
            goes_to_bank: matches!(state, State::OAuth(oauth) if going.contains(&oauth.window)),
            form,
            held: machine.held().is_some(),
        }
    }
}

fn pick<T>(from: &[T], which: usize) -> Option<&T> {
    from.get(which % from.len().max(1))
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

pub fn came_back(ticket: Ticket, answer: Result<Answer, CallError>) -> Event {
    Event::Answered { ticket, answer }
}

fn may_be_new(launch: &Launch) -> bool {
    launch.follow.is_some() || launch.kept.as_ref().is_some_and(|kept| kept.fresh)
}
