//! What the flow orders beyond the list of banks.

use super::{Flow, Pending};
use crate::browser::popup::{self, Opened, Popup, Sight};
use crate::browser::{
    calls, contrast, history, host, keyboard, language, random, storage, timer::Timer,
};
use crate::text::Language;
use connect_core::flow::{Call, Effect, Event, Machine, Report, Ticket};
use connect_core::host::Now;
use connect_core::launch::{Embedding, Launch};
use leptos::prelude::*;

impl Flow {
    /// From now on the host is told what happens, and hears of it should the program fail.
    pub fn begin_late(self) {
        self.with_untracked(|machine| {
            contrast::keep(&machine.chosen_look().tokens);
            let launch = &machine.launch;
            host::leave_last_words(host_of(launch), &connect_core::host::last_words(launch));
        });
        // What the host has wished for before this was here.
        self.speak();
        popup::listen(move |state, result| self.send(Event::OAuthReturned { state, result }));
        keyboard::make_room();
        if self.with_untracked(|machine| machine.launch.embedding != Embedding::Framed) {
            self.hear_back();
        }
    }

    /// Back in the browser is Back in the widget.
    fn hear_back(self) {
        let step = history::Step::default();
        step.hear(move || {
            let goes = self.with_untracked(Machine::can_go_back);
            if goes {
                self.send(Event::BackClicked);
            }
            goes
        });
        // As long as the page lives.
        let follow = RenderEffect::new(move |_| {
            if self.with(Machine::can_go_back) {
                step.stand();
            }
        });
        std::mem::forget(follow);
    }

    /// Changes over to the language that is wanted, once its words are there.
    pub fn speak(self) {
        let wanted = self.with_untracked(|machine| machine.launch.lang.clone());
        let asked = wanted.clone();
        let came = move |told: &'static [&'static str]| {
            let language = Language::read(told);
            let is_wanted = self.with_untracked(|machine| machine.launch.lang == asked);
            if !is_wanted || language.locale == self.language().locale {
                return;
            }
            self.world.update_value(|world| {
                world.language = language;
                world.backend.use_language(language.locale);
            });
            // What is drawn is drawn anew.
            self.write.update(|_| ());
        };
        language::wanted(wanted.as_deref(), Box::new(came));
    }

    pub fn carry_out_late(self, effect: Effect) {
        match effect {
            Effect::Call { ticket, call } => {
                let request = calls::request(&call);
                if let Call::Delete { .. } = call {
                    // It has no outcome, and is never aborted.
                    let backend = self.world.with_value(|world| world.backend.clone());
                    calls::send_and_forget(&backend, &request);
                } else {
                    self.ask(ticket, call, request, calls::read);
                }
            }
            Effect::MakeProof { ticket } => {
                let proof = random::proof();
                self.send(Event::ProofMade { ticket, proof });
            }
            Effect::OpenPopup { ticket, address } => {
                if self.world.with_value(|world| world.answering) {
                    self.open_popup_next(ticket, address);
                } else {
                    self.open_popup(ticket, &address);
                }
            }
            Effect::SendPopup { ticket, address } => self.send_popup(ticket, &address),
            Effect::Dress(chosen) => contrast::keep(&chosen.tokens),
            Effect::Keep(kept) => storage::write(kept.as_ref()),
            Effect::AskForToken
            | Effect::UseToken(_)
            | Effect::WakeAfter { .. }
            | Effect::Leave(_)
            | Effect::Cancel(_)
            | Effect::Tell(_) => {}
        }
    }

    pub fn say(self, report: &Report, now: &Now) {
        if report.is_terminal() {
            host::leave_last_words("", &[]);
        }
        let outgoing = self.with_untracked(|machine| {
            let said = self.world.try_update_value(|world| {
                let speaker = &mut world.speaker;
                speaker.word(&machine.launch, &machine.session, report, now)
            });
            said.unwrap_or_default()
        });
        if let Report::Connected(made) = report {
            self.with_untracked(|machine| {
                let (launch, session) = (&machine.launch, &machine.session);
                self.world.update_value(|world| {
                    let words = world.speaker.last_words(launch, session, made, now);
                    host::leave_last_words(host_of(launch), &words);
                });
            });
        }
        outgoing.into_iter().for_each(|said| self.send_out(said));
    }

    /// Firefox runs what else waits while it opens a window: the task that an answer has woken must not be on the stack,
    /// for it cannot be entered twice.
    fn open_popup_next(self, ticket: Ticket, address: String) {
        let timer = Timer::after(0, move || {
            if self.done(ticket) {
                self.open_popup(ticket, &address);
            }
        });
        self.remember(ticket, Pending::Timer { _timer: timer });
    }

    fn open_popup(self, ticket: Ticket, address: &str) {
        let seen = move |sight| match sight {
            Sight::Silent => self.send(Event::PopupSilent(ticket)),
            Sight::Closed if self.done(ticket) => self.send(Event::PopupClosed(ticket)),
            Sight::Closed => {}
        };
        match Popup::open(address, seen) {
            Opened::Window(popup) => self.remember(ticket, Pending::Popup(popup)),
            Opened::This => self.send(Event::PopupTookThis(ticket)),
            Opened::Nothing => self.send(Event::PopupBlocked(ticket)),
        }
    }

    /// What a link is to name, so that it takes the same window.
    pub fn bank_window(self) -> String {
        popup::name()
    }

    fn send_popup(self, ticket: Ticket, address: &str) {
        self.world.with_value(|world| {
            let found = world.pending.iter().find(|(other, _)| *other == ticket);
            if let Some((_, Pending::Popup(popup))) = found {
                popup.send_to(address);
            }
        });
    }
}

/// The origin that hears of it; empty where nobody does.
fn host_of(launch: &Launch) -> &str {
    launch.origin.as_ref().map_or("", |origin| origin.as_str())
}
