//! Plays a machine up to a state: answers what it asks, lets its timers run out.

use connect_core::flow::{
    Answer, Call, CallError, Effect, Event, Machine, Proof, REST, State, Ticket,
};
use connect_core::launch::Launch;

pub struct Story {
    pub machine: Machine,
    calls: Vec<Ticket>,
    timers: Vec<(Ticket, u32)>,
    popup: Option<Ticket>,
    proof: Option<Ticket>,
}

impl Story {
    pub fn start(launch: Launch) -> Story {
        let (mut machine, mut effects) = Machine::start(launch);
        effects.extend(machine.bring(&REST));
        let mut story = Story {
            machine,
            calls: Vec::new(),
            timers: Vec::new(),
            popup: None,
            proof: None,
        };
        story.take(effects);
        story
    }

    pub fn send(mut self, event: Event) -> Story {
        let effects = self.machine.apply(event);
        self.take(effects);
        self
    }

    /// Answers the newest call.
    pub fn answer(self, answer: Answer) -> Story {
        self.back(Ok(answer))
    }

    /// The newest call fails.
    pub fn fail(self, error: CallError) -> Story {
        self.back(Err(error))
    }

    /// A timer of so many milliseconds runs out.
    pub fn run_out(mut self, millis: u32) -> Story {
        let at = self.timers.iter().position(|(_, after)| *after == millis);
        let at = at.expect("the state has such a timer");
        let (timer, _) = self.timers.swap_remove(at);
        self.send(Event::Woke(timer))
    }

    pub fn proven(self) -> Story {
        let ticket = self.proof.expect("the state asks for a proof");
        let proof = Proof {
            nonce: "nonce".into(),
            verifier: Default::default(),
            challenge: "challenge".into(),
        };
        let kept = self.send(Event::ProofMade { ticket, proof });
        kept.back(Ok(Answer::Done))
    }

    pub fn popup(self, event: fn(Ticket) -> Event) -> Story {
        let ticket = self.popup.expect("a window was asked for");
        self.send(event(ticket))
    }

    /// The form that the screen shows.
    pub fn form(&self) -> Ticket {
        match &self.machine.state {
            State::Credentials(credentials) => credentials.form,
            State::Question(question) => question.form,
            State::Accounts(accounts) => accounts.form,
            _ => Ticket(0),
        }
    }

    fn back(mut self, answer: Result<Answer, CallError>) -> Story {
        let ticket = self.calls.pop().expect("the state waits for an answer");
        self.send(Event::Answered { ticket, answer })
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                // Nobody waits for the answer to a removal.
                Effect::Call {
                    call: Call::Delete { .. },
                    ..
                } => {}
                Effect::Call { ticket, .. } => self.calls.push(ticket),
                Effect::WakeAfter { ticket, millis } => self.timers.push((ticket, millis)),
                Effect::OpenPopup { ticket, .. } => self.popup = Some(ticket),
                Effect::MakeProof { ticket } => self.proof = Some(ticket),
                Effect::Cancel(gone) => {
                    self.calls.retain(|ticket| *ticket != gone);
                    self.timers.retain(|(ticket, _)| *ticket != gone);
                }
                _ => {}
            }
        }
    }
}
