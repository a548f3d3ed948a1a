//! Runs the flow: feeds it events, carries out its effects.

use crate::browser::{backend, host, json, launch, network, popup, random, storage, timer::Timer};
use connect_core::flow::{Effect, Event, Machine, Report, Ticket};
use connect_core::host::{Incoming, Outgoing};
use leptos::prelude::*;

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
    pending: Vec<(Ticket, Pending)>,
}

/// Something under way that ends when it is dropped.
enum Pending {
    Call {
        _call: backend::Pending,
    },
    Timer {
        _timer: Timer,
    },
    Popup(popup::Popup),
    /// Something that cannot be stopped, and whose answer then counts for nothing.
    Proof,
}

impl Flow {
    pub fn start() -> Flow {
        let launch = launch::read();
        let backend = backend::Backend::new(launch.filters.clone());
        let host = host::Host::of(&launch);
        host::leave_last_words(&connect_core::host::last_words(&launch));
        let (machine, effects) = Machine::start(launch);
        let (machine, write) = signal(machine);
        let world = World {
            backend,
            host,
            pending: Vec::new(),
        };
        let flow = Flow {
            machine,
            write,
            world: StoredValue::new_local(world),
        };
        flow.world.with_value(|world| {
            if let Some(host) = &world.host {
                host.listen(move |json| flow.hear(json));
            }
        });
        network::listen(move |online| {
            flow.send(if online {
                Event::CameOnline
            } else {
                Event::WentOffline
            });
        });
        popup::listen(move |state, result| flow.send(Event::OAuthReturned { state, result }));
        flow.carry_out(effects);
        flow
    }

    /// A flow that nothing comes of: its effects are dropped.
    #[cfg(feature = "gallery")]
    pub fn still(machine: Machine) -> Flow {
        let (machine, write) = signal(machine);
        let world = World {
            backend: backend::Backend::new(Vec::new()),
            host: None,
            pending: Vec::new(),
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

    fn hear(self, json: &json::Parsed) {
        let heard = self.with_untracked(|machine| connect_core::host::hear(&machine.launch, json));
        match heard {
            Some(Incoming::Token(token)) => self.send(Event::TokenGiven(token)),
            Some(Incoming::NewToken(token)) => self.send(Event::TokenRenewed(token)),
            None => {}
        }
    }

    fn carry_out(self, effects: Vec<Effect>) {
        if cfg!(feature = "gallery") {
            return;
        }
        for effect in effects {
            match effect {
                Effect::AskForToken => self.ask_for_token(),
                Effect::UseToken(token) => self
                    .world
                    .with_value(|world| world.backend.use_token(token)),
                Effect::Call { ticket, call } => {
                    let backend = self.world.with_value(|world| world.backend.clone());
                    let pending = backend.send(call, move |answer| {
                        if self.done(ticket) {
                            self.send(Event::Answered { ticket, answer });
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
                    self.remember(ticket, Pending::Proof);
                    random::proof(move |proof| {
                        if self.done(ticket) {
                            self.send(Event::ProofMade { ticket, proof });
                        }
                    });
                }
                Effect::OpenPopup { ticket, address } => {
                    self.open_popup(ticket, address.as_deref())
                }
                Effect::SendPopup { ticket, address } => {
                    self.with_popup(ticket, |popup| popup.send_to(&address));
                }
                Effect::FocusPopup(ticket) => self.with_popup(ticket, popup::Popup::focus),
                Effect::Leave(address) => popup::leave(&address),
                Effect::Keep(kept) => storage::write(kept.as_ref()),
                Effect::Cancel(ticket) => {
                    self.done(ticket);
                }
                Effect::Tell(report) => self.tell(&report),
            }
        }
    }

    fn open_popup(self, ticket: Ticket, address: Option<&str>) {
        let popup = popup::Popup::open(address, move || {
            if self.done(ticket) {
                self.send(Event::PopupClosed(ticket));
            }
        });
        match popup {
            Some(popup) => self.remember(ticket, Pending::Popup(popup)),
            None => self.send(Event::PopupBlocked(ticket)),
        }
    }

    fn with_popup(self, ticket: Ticket, act: impl FnOnce(&popup::Popup)) {
        self.world.with_value(|world| {
            let found = world.pending.iter().find(|(other, _)| *other == ticket);
            if let Some((_, Pending::Popup(popup))) = found {
                act(popup);
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
        if let Some(message) = message {
            self.world.with_value(|world| world.post(&message));
        }
    }

    fn tell(self, report: &Report) {
        if report.is_terminal() {
            host::leave_last_words(&[]);
        }
        let outgoing =
            self.with_untracked(|machine| connect_core::host::word(&machine.launch, report));
        for outgoing in outgoing {
            match outgoing {
                Outgoing::Post(json) => self.world.with_value(|world| world.post(&json)),
                Outgoing::Go(address) => host::go(&address),
            }
        }
    }
}

impl World {
    fn post(&self, json: &str) {
        if let Some(host) = &self.host {
            host.post(json);
        }
    }
}
