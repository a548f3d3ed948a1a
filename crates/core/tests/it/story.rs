//! A story: a machine, what it still waits for, what it has told its host.

use crate::world::{self, ANSWER, PASSWORD, USERNAME};
use connect_core::Secret;
use connect_core::api::{LaunchOptions, OAuthStatus, Provider};
use connect_core::flow::{
    Answer, Call, CallError, Effect, Event, Machine, REST, Report, Screen, State, Ticket, WayOn,
};
use connect_core::launch::{Kept, Launch, Look};

/// Between one try and the next.
pub const PAUSES: [u32; 6] = [500, 1_000, 2_000, 4_000, 8_000, 8_000];
pub const DEADLINE: u32 = 180_000;
/// Between a poll without news and the next one.
pub const POLL_PAUSE: u32 = 300;

#[derive(Clone)]
pub struct Story {
    pub machine: Machine,
    /// What the last step ordered.
    pub effects: Vec<Effect>,
    /// All that the host was told.
    pub told: Vec<Report>,
    pub open: Vec<(Ticket, Asked)>,
    /// What a reload would find.
    pub kept: Option<Kept>,
    pub look: Look,
}

/// What the world was asked for and has not answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    Call(Call),
    Timer(u32),
    Proof,
    /// A window at this address.
    Popup(String),
}

impl Story {
    pub fn start(launch: Launch) -> Story {
        let mut story = Story::first(launch);
        let effects = story.effects.clone();
        story.bring();
        story.effects.splice(0..0, effects);
        story
    }

    /// Without the later half.
    pub fn first(launch: Launch) -> Story {
        let (machine, effects) = Machine::start(launch);
        let mut story = Story {
            machine,
            effects: Vec::new(),
            told: Vec::new(),
            open: Vec::new(),
            kept: None,
            look: Look::default(),
        };
        story.take(effects);
        story
    }

    /// The later half comes.
    pub fn bring(&mut self) {
        let effects = self.machine.bring(&REST);
        self.take(effects);
    }

    /// The list is shown, with these banks.
    pub fn at_search(names: &[&str]) -> Story {
        let mut story = Story::start(world::launch());
        story.answer(world::listing(names));
        story.answer(world::session());
        story.shows(Screen::Search);
        story
    }

    /// Demo's login form is shown.
    pub fn at_login() -> Story {
        let mut story = Story::at_search(&["Demo", "Acme"]);
        story.send(Event::Picked("demo".into()));
        story.answer(world::login_of("Demo"));
        story.shows(Screen::Credentials);
        story
    }

    /// A login was sent; the backend has not answered it.
    pub fn sent() -> Story {
        let mut story = Story::at_login();
        story.submit();
        story
    }

    /// A new connection is syncing; its version is 1 and it is being polled.
    pub fn polling() -> Story {
        let mut story = Story::sent();
        story.answer(world::syncing(1));
        story.polls(1);
        story
    }

    /// The bank asks "Pet?".
    pub fn at_question() -> Story {
        let mut story = Story::polling();
        story.answer(world::text_question("Pet?", 2));
        story.shows(Screen::Question);
        story
    }

    /// A connection that existed before is being reconnected, its session is open.
    pub fn reconnecting() -> Story {
        let mut story = Story::start(Launch {
            institution: Some("i1".into()),
            ..world::launch()
        });
        story.answer(world::session());
        story
    }

    /// The list is shown to a session with these options.
    pub fn with_options(options: LaunchOptions) -> Story {
        with_launch(world::launch(), options)
    }

    /// The only bank that the client allows is looked up.
    pub fn at_fixed_bank(provider: Provider) -> Story {
        let mut story = Story::start(Launch {
            provider: Some(provider.id.clone()),
            fixed_bank: true,
            ..world::launch()
        });
        story.answer(world::session());
        story.answer(world::provider(provider));
        story
    }

    /// A bank that logs in at its own site was chosen; its proof is made.
    pub fn at_oauth() -> Story {
        let mut story = Story::with_options(LaunchOptions::default());
        story.pick(world::oauth_bank());
        story.prepare_login();
        story
    }

    pub fn pick(&mut self, provider: Provider) {
        self.send(Event::Picked(provider.id.clone()));
        self.answer(world::provider(provider));
    }

    pub fn prove(&mut self) {
        self.prove_as("n1");
    }

    pub fn prove_as(&mut self, nonce: &str) {
        let ticket = self.asked(|asked| *asked == Asked::Proof);
        let proof = world::proof(nonce);
        self.send(Event::ProofMade { ticket, proof });
    }

    /// The proof is made, and the backend keeps it.
    pub fn prepare_login(&mut self) {
        self.prove();
        self.answer(Answer::Done);
    }

    /// The return page of a bank's own site speaks.
    pub fn comes_back(&mut self, nonce: &str, status: OAuthStatus) {
        let state = world::state_of(nonce);
        let result = world::oauth_result(status);
        self.send(Event::OAuthReturned { state, result });
    }

    /// The ticket of the open window.
    pub fn popup(&self) -> Ticket {
        self.asked(|asked| matches!(asked, Asked::Popup(_)))
    }

    #[track_caller]
    pub fn asked(&self, wanted: impl Fn(&Asked) -> bool) -> Ticket {
        let found = self.open.iter().find(|(_, asked)| wanted(asked));
        found.unwrap_or_else(|| panic!("not in {:?}", self.open)).0
    }

    pub fn send(&mut self, event: Event) {
        if let Event::Answered { ticket, .. }
        | Event::Woke(ticket)
        | Event::ProofMade { ticket, .. }
        | Event::PopupBlocked(ticket)
        | Event::PopupTookThis(ticket)
        | Event::PopupClosed(ticket) = &event
        {
            let ticket = *ticket;
            self.open.retain(|(open, _)| *open != ticket);
        }
        let effects = self.machine.apply(event);
        self.take(effects);
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in &effects {
            match effect {
                // Nobody waits for the answer to a removal.
                Effect::Call {
                    call: Call::Delete { .. },
                    ..
                } => {}
                Effect::Call { ticket, call } => {
                    self.open.push((*ticket, Asked::Call(call.clone())))
                }
                Effect::WakeAfter { ticket, millis } => {
                    self.open.push((*ticket, Asked::Timer(*millis)));
                }
                Effect::Cancel(ticket) => self.open.retain(|(open, _)| open != ticket),
                Effect::Dress(look) => self.look = look.clone(),
                Effect::Tell(report) => self.told.push(report.clone()),
                Effect::MakeProof { ticket } => self.open.push((*ticket, Asked::Proof)),
                Effect::OpenPopup { ticket, address } => {
                    self.open.push((*ticket, Asked::Popup(address.clone())));
                }
                Effect::SendPopup { ticket, address } => {
                    for (open, asked) in &mut self.open {
                        if open == ticket {
                            *asked = Asked::Popup(address.clone());
                        }
                    }
                }
                Effect::Keep(kept) => self.kept.clone_from(kept),
                Effect::AskForToken | Effect::UseToken(_) | Effect::Leave(_) => {}
            }
        }
        // How it looks is told on the side.
        self.effects = effects;
        self.effects
            .retain(|effect| !matches!(effect, Effect::Dress(_)));
    }

    /// The newest call that is waited for.
    pub fn pending(&self) -> (Ticket, Call) {
        let call = |(ticket, asked): &(Ticket, Asked)| match asked {
            Asked::Call(call) => Some((*ticket, call.clone())),
            Asked::Timer(_) | Asked::Proof | Asked::Popup(_) => None,
        };
        let newest = self.open.iter().rev().find_map(call);
        newest.unwrap_or_else(|| panic!("no call is waited for in {:?}", self.machine.state))
    }

    pub fn calls(&self) -> usize {
        let is_call = |(_, asked): &&(Ticket, Asked)| matches!(asked, Asked::Call(_));
        self.open.iter().filter(is_call).count()
    }

    pub fn timer(&self, millis: u32) -> Ticket {
        let found = self
            .open
            .iter()
            .find(|(_, asked)| *asked == Asked::Timer(millis));
        found.map_or_else(
            || panic!("no timer of {millis} ms in {:?}", self.open),
            |found| found.0,
        )
    }

    /// Answers the newest call.
    pub fn answer(&mut self, answer: Answer) {
        let (ticket, _) = self.pending();
        self.send(Event::Answered {
            ticket,
            answer: Ok(answer),
        });
    }

    /// The newest call fails.
    pub fn fail(&mut self, error: CallError) {
        let (ticket, _) = self.pending();
        self.send(Event::Answered {
            ticket,
            answer: Err(error),
        });
    }

    /// So many milliseconds pass for the timer that was set to them.
    pub fn run_out(&mut self, millis: u32) {
        let timer = self.timer(millis);
        self.send(Event::Woke(timer));
    }

    pub fn type_in(&mut self, text: &str) {
        self.send(Event::Typed(text.into()));
    }

    pub fn choose(&mut self, way: WayOn) {
        self.send(Event::WayChosen(way));
    }

    pub fn form(&self) -> Ticket {
        match &self.machine.state {
            State::Credentials(credentials) => credentials.form,
            State::Question(question) => question.form,
            State::Accounts(accounts) => accounts.form,
            other => panic!("no form in {other:?}"),
        }
    }

    pub fn submit(&mut self) {
        let form = self.form();
        self.send(Event::Submitted {
            form,
            fields: fields(),
        });
    }

    pub fn choose_accounts(&mut self, ids: &[&str]) {
        let form = self.form();
        let accounts = ids.iter().map(|id| id.to_string()).collect();
        self.send(Event::AccountsChosen { form, accounts });
    }

    pub fn answer_question(&mut self) {
        let form = self.form();
        self.send(Event::AnswerGiven {
            form,
            answer: Secret::new(ANSWER),
        });
    }

    #[track_caller]
    pub fn shows(&self, screen: Screen) {
        assert_eq!(
            self.machine.state.screen(),
            screen,
            "{:?}",
            self.machine.state
        );
    }

    /// The connection `i1` is being polled with this version, and that is all that is asked.
    #[track_caller]
    pub fn polls(&self, version: u64) {
        self.shows(Screen::Connecting);
        let id = "i1".to_string();
        assert_eq!(self.pending().1, Call::Poll { id, version });
        assert_eq!(self.calls(), 1);
    }

    /// A failure with this code and these ways on is shown.
    #[track_caller]
    pub fn fails_with(&self, code: &str, first: WayOn, second: Option<WayOn>) {
        match &self.machine.state {
            State::Failed(failed) => {
                assert_eq!(
                    (failed.failure.code(), failed.ways),
                    (code, (first, second))
                );
            }
            other => panic!("{code} is not shown but {other:?}"),
        }
    }

    /// Names of the banks on the screen.
    #[track_caller]
    pub fn rows(&self) -> Vec<&str> {
        match &self.machine.state {
            State::Search(search) => search.rows.iter().map(|row| row.name.as_str()).collect(),
            other => panic!("no list in {other:?}"),
        }
    }

    /// The connections whose removal the last step ordered.
    pub fn removed(&self) -> Vec<&str> {
        let removed = |effect| match effect {
            &Effect::Call {
                call: Call::Delete { ref id },
                ..
            } => Some(id.as_str()),
            _ => None,
        };
        self.effects.iter().filter_map(removed).collect()
    }

    pub fn terminal(&self) -> Vec<&Report> {
        self.told.iter().filter(|r| r.is_terminal()).collect()
    }
}

/// The widget was opened this way; banks and session, with these options, are there.
pub fn with_launch(launch: Launch, options: LaunchOptions) -> Story {
    let mut story = Story::start(launch);
    story.answer(world::listing(&["Demo", "Oauth", "Down"]));
    story.answer(world::session_with(options));
    story
}

pub fn fields() -> Vec<(String, Secret)> {
    vec![
        ("username".into(), Secret::new(USERNAME)),
        ("password".into(), Secret::new(PASSWORD)),
    ]
}
