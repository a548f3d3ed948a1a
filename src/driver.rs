//! Runs the flow: feeds it events, carries out its effects.

use crate::browser::popup::{self, Opened, Popup, Sight};
use crate::browser::{
    backend, clock, host, json, launch, look, network, random, storage, timer::Timer,
};
use connect_core::flow::{Effect, Event, Machine, Report, Ticket};
use connect_core::host::{Incoming, Outgoing, Speaker};
use leptos::prelude::*;

/// How long a message takes to another process, with some to spare, in milliseconds.
const HEARING_TIME: u32 = 100;

/// A handle to the running flow; `Copy`, so screens take it by value.
#[derive(Clone, Copy)]
pub struct Flow {
    machine: ReadSignal<Machine>,
    write: WriteSignal<Machine>,
    world: StoredValue<World, LocalStorage>,
}

/// Everything outside, and what is under way there.
struct World {
    backend: backend::Backend,
    host: Option<host::Host>,
    speaker: Speaker,
    pending: Vec<(Ticket, Pending)>,
    /// An answer of the backend is being dealt with.
    answering: bool,
}

/// Something under way that ends when it is dropped.
enum Pending {
    Call { _call: backend::Pending },
    Timer { _timer: Timer },
    Popup(Popup),
}

impl Flow {
    pub fn start() -> Flow {
        let launch = launch::read();
        let backend = backend::Backend::new(launch.filters.clone());
        let host = host::Host::of(&launch);
        host::complain(&launch);
        if let Some(origin) = &launch.origin {
            host::leave_last_words(origin.as_str(), &connect_core::host::last_words(&launch));
        }
        look::frame(&launch.frame);
        let greeting = connect_core::host::greet(&launch);
        let hears_text = connect_core::host::hears_text(&launch);
        let (machine, effects) = Machine::start(launch);
        let (machine, write) = signal(machine);
        let world = World {
            backend,
            host,
            speaker: Speaker::default(),
            pending: Vec::new(),
            answering: false,
        };
        let flow = Flow {
            machine,
            write,
            world: StoredValue::new_local(world),
        };
        greeting.into_iter().for_each(|said| flow.send_out(said));
        network::listen(move |online| {
            flow.send(if online {
                Event::CameOnline
            } else {
                Event::WentOffline
            });
        });
        popup::listen(move |state, result| flow.send(Event::OAuthReturned { state, result }));
        flow.carry_out(effects);
        if let Some(host) = flow.world.with_value(|world| world.host.clone()) {
            host.listen(hears_text, move |json| flow.hear(json));
        }
        flow
    }

    /// A flow that nothing comes of: its effects are dropped.
    #[cfg(feature = "gallery")]
    pub fn still(machine: Machine) -> Flow {
        let (machine, write) = signal(machine);
        let world = World {
            backend: backend::Backend::new(Vec::new()),
            host: None,
            speaker: Speaker::default(),
            pending: Vec::new(),
            answering: false,
        };
        Flow {
            machine,
            write,
            world: StoredValue::new_local(world),
        }
    }

    /// Reads the machine; what calls this runs again when the machine changes.
    pub fn with<T>(self, read: impl FnOnce(&Machine) -> T) -> T {
        self.machine.with(read)
    }

    /// Reads the machine once.
    pub fn with_untracked<T>(self, read: impl FnOnce(&Machine) -> T) -> T {
        self.machine.with_untracked(read)
    }

    /// Synchronous: what must run inside a click does.
    pub fn send(self, event: Event) {
        let effects = self.write.try_update(|machine| machine.apply(event));
        self.carry_out(effects.unwrap_or_default());
    }

    /// Milliseconds since 1970 by the server's clock; no number where it does not say it.
    pub fn server_time() -> f64 {
        if cfg!(feature = "gallery") {
            return js_sys::Date::now();
        }
        clock::server()
    }

    fn hear(self, json: &json::Parsed) {
        let heard = self.with_untracked(|machine| connect_core::host::hear(&machine.launch, json));
        for incoming in heard {
            self.send(match incoming {
                Incoming::Token(token) => Event::TokenGiven(token),
                Incoming::NewToken(token) => Event::TokenRenewed(token),
                Incoming::Look(look) => Event::LookChosen(look),
                Incoming::Lang(lang) => Event::LangChosen(lang),
                Incoming::Back => Event::HostAskedBack,
                Incoming::Returned(nonce) => Event::HostSawReturn(nonce),
            });
        }
    }

    fn carry_out(self, effects: Vec<Effect>) {
        if cfg!(feature = "gallery") {
            return;
        }
        for effect in effects {
            match effect {
                Effect::Dress(chosen) => look::dress(&chosen),
                Effect::AskForToken => self.ask_for_token(),
                Effect::UseToken(token) => self
                    .world
                    .with_value(|world| world.backend.use_token(token)),
                Effect::Call { ticket, call } => {
                    let backend = self.world.with_value(|world| world.backend.clone());
                    let pending = backend.send(call, move |answer| {
                        if self.done(ticket) {
                            self.answering(true);
                            self.send(Event::Answered { ticket, answer });
                            self.answering(false);
                        }
                    });
                    if let Some(pending) = pending {
                        self.remember(ticket, Pending::Call { _call: pending });
                    }
                }
                Effect::WakeAfter { ticket, millis } => {
                    let timer = Timer::after(millis, move || {
                        self.done(ticket);
                        self.send(Event::Woke(ticket));
                    });
                    self.remember(ticket, Pending::Timer { _timer: timer });
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
                Effect::Leave(address) => host::go_top(&address),
                Effect::Keep(kept) => storage::write(kept.as_ref()),
                Effect::Cancel(ticket) => {
                    self.done(ticket);
                }
                Effect::Tell(report) => self.tell(&report),
            }
        }
    }

    fn answering(self, answering: bool) {
        self.world.update_value(|world| world.answering = answering);
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

    fn remember(self, ticket: Ticket, pending: Pending) {
        self.world
            .update_value(|world| world.pending.push((ticket, pending)));
    }

    /// Ends what is under way under a ticket; false if nothing was.
    fn done(self, ticket: Ticket) -> bool {
        let ended = self.world.try_update_value(|world| {
            let at = world
                .pending
                .iter()
                .position(|(other, _)| *other == ticket)?;
            Some(world.pending.swap_remove(at))
        });
        ended.flatten().is_some()
    }

    fn ask_for_token(self) {
        let message =
            self.with_untracked(|machine| connect_core::host::ask_for_token(&machine.launch));
        message
            .into_iter()
            .for_each(|message| self.send_out(message));
    }

    fn tell(self, report: &Report) {
        if report.is_terminal() {
            host::leave_last_words("", &[]);
        }
        let now = clock::now();
        let outgoing = self.with_untracked(|machine| {
            let said = self.world.try_update_value(|world| {
                let speaker = &mut world.speaker;
                speaker.word(&machine.launch, &machine.session, report, &now)
            });
            said.unwrap_or_default()
        });
        if let Report::Connected(made) = report {
            self.with_untracked(|machine| {
                let (launch, session) = (&machine.launch, &machine.session);
                let origin = launch.origin.as_ref().map_or("", |origin| origin.as_str());
                self.world.update_value(|world| {
                    let words = world.speaker.last_words(launch, session, made, &now);
                    host::leave_last_words(origin, &words);
                });
            });
        }
        outgoing.into_iter().for_each(|said| self.send_out(said));
    }

    /// The host hears what was said before its page goes.
    fn go_top(self, address: String) {
        let timer = Timer::after(HEARING_TIME, move || host::go_top(&address));
        // Nothing stops it any more.
        std::mem::forget(timer);
    }

    fn send_out(self, outgoing: Outgoing) {
        self.world
            .with_value(|world| match (outgoing, &world.host) {
                (Outgoing::Post(json), Some(host)) => host.post(&json),
                (Outgoing::PostText(text), Some(host)) => host.post_text(&text),
                (Outgoing::Post(_) | Outgoing::PostText(_), None) => {}
                (Outgoing::Go(address), _) => host::go(&address),
                (Outgoing::GoTop(address), _) => self.go_top(address),
            });
    }
}
