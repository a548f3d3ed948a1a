//! Runs the flow: feeds it events, carries out its effects.

mod late;

use crate::browser::popup::Popup;
use crate::browser::{backend, clock, host, json, launch, look, network, timer::Timer};
use crate::rest::{self, Rest};
use crate::text::{FirstText, Language};
use connect_core::flow::{Call, Effect, Event, Machine, Report, Ticket};
use connect_core::host::{Incoming, Now, Outgoing, Speaker};
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
    language: &'static Language,
    host: Option<host::Host>,
    speaker: Speaker,
    pending: Vec<(Ticket, Pending)>,
    /// An answer of the backend is being dealt with.
    answering: bool,
    /// The later part of the program, once it is there.
    rest: Option<&'static Rest>,
    /// What the host is to hear from it, and when it happened.
    untold: Vec<(Report, Now)>,
}

/// Something under way that ends when it is dropped.
enum Pending {
    Call { _call: backend::Pending },
    Timer { _timer: Timer },
    Popup(Popup),
}

impl Flow {
    pub fn start(language: &'static Language) -> Flow {
        let launch = launch::read();
        let backend = backend::Backend::new(launch.filters.clone());
        backend.use_language(language.locale);
        let host = host::Host::of(&launch);
        host::complain(&launch);
        look::frame(&launch.frame);
        let greeting = connect_core::host::greet(&launch);
        let hears_text = connect_core::host::hears_text(&launch);
        let (machine, effects) = Machine::start(launch);
        let flow = Flow::over(machine, backend, language, host);
        greeting.into_iter().for_each(|said| flow.send_out(said));
        network::listen(move |online| {
            flow.send(if online {
                Event::CameOnline
            } else {
                Event::WentOffline
            });
        });
        flow.carry_out(effects);
        if let Some(host) = flow.world.with_value(|world| world.host.clone()) {
            host.listen(hears_text, move |json| flow.hear(json));
        }
        rest::load(Box::new(move |rest| flow.bring(rest)));
        flow
    }

    fn over(
        machine: Machine,
        backend: backend::Backend,
        language: &'static Language,
        host: Option<host::Host>,
    ) -> Flow {
        let (machine, write) = signal(machine);
        let world = World {
            backend,
            language,
            host,
            speaker: Speaker::default(),
            pending: Vec::new(),
            answering: false,
            rest: None,
            untold: Vec::new(),
        };
        Flow {
            machine,
            write,
            world: StoredValue::new_local(world),
        }
    }

    /// The texts of the first screens. When the language changes, so does the machine's signal.
    pub fn first_text(self) -> FirstText {
        FirstText::of(self.language())
    }

    pub fn language(self) -> &'static Language {
        self.world.with_value(|world| world.language)
    }

    /// The later part of the program has come.
    fn bring(self, rest: &'static Rest) {
        let untold = self.world.try_update_value(|world| {
            world.rest = Some(rest);
            std::mem::take(&mut world.untold)
        });
        (rest.begin)(self);
        for (report, now) in untold.unwrap_or_default() {
            (rest.tell)(self, &report, &now);
        }
        let effects = self.write.try_update(|machine| machine.bring(rest.flow));
        self.carry_out(effects.unwrap_or_default());
    }

    pub fn rest(self) -> Option<&'static Rest> {
        self.world.with_value(|world| world.rest)
    }

    /// A flow that nothing comes of: its effects are dropped.
    #[cfg(feature = "gallery")]
    pub fn still(machine: Machine, language: &'static Language) -> Flow {
        let flow = Flow::over(machine, backend::Backend::new(Vec::new()), language, None);
        let world = flow.world;
        rest::load(Box::new(move |rest| {
            world.update_value(|world| world.rest = Some(rest));
        }));
        flow
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
            let speaks = matches!(incoming, Incoming::Lang(_));
            self.send(match incoming {
                Incoming::Token(token) => Event::TokenGiven(token),
                Incoming::NewToken(token) => Event::TokenRenewed(token),
                Incoming::Look(look) => Event::LookChosen(look),
                Incoming::Lang(lang) => Event::LangChosen(lang),
                Incoming::Back => Event::HostAskedBack,
                Incoming::Returned(nonce) => Event::HostSawReturn(nonce),
            });
            if let Some(rest) = self.rest().filter(|_| speaks) {
                (rest.speak)(self);
            }
        }
    }

    fn carry_out(self, effects: Vec<Effect>) {
        if cfg!(feature = "gallery") {
            return;
        }
        for effect in effects {
            match effect {
                Effect::Dress(chosen) => {
                    look::dress(&chosen);
                    self.leave_to_rest(Effect::Dress(chosen));
                }
                Effect::AskForToken => self.ask_for_token(),
                Effect::UseToken(token) => self
                    .world
                    .with_value(|world| world.backend.use_token(token)),
                Effect::Call { ticket, call } => self.call(ticket, call),
                Effect::WakeAfter { ticket, millis } => {
                    let timer = Timer::after(millis, move || {
                        self.done(ticket);
                        self.send(Event::Woke(ticket));
                    });
                    self.remember(ticket, Pending::Timer { _timer: timer });
                }
                Effect::Leave(address) => host::go_top(&address),
                Effect::Cancel(ticket) => {
                    self.done(ticket);
                }
                Effect::Tell(report) => self.tell(report),
                effect => self.leave_to_rest(effect),
            }
        }
    }

    fn call(self, ticket: Ticket, call: Call) {
        let request = self
            .world
            .with_value(|world| world.backend.first_request(&call));
        match request {
            Some(request) => self.ask(ticket, call, request, backend::read_first),
            None => self.leave_to_rest(Effect::Call { ticket, call }),
        }
    }

    fn leave_to_rest(self, effect: Effect) {
        if let Some(rest) = self.rest() {
            (rest.carry_out)(self, effect);
        }
    }

    fn ask(self, ticket: Ticket, call: Call, request: backend::Request, reading: backend::Reading) {
        let backend = self.world.with_value(|world| world.backend.clone());
        let done = move |answer| {
            if self.done(ticket) {
                self.answering(true);
                self.send(Event::Answered { ticket, answer });
                self.answering(false);
            }
        };
        let pending = backend.send(call, request, reading, Box::new(done));
        self.remember(ticket, Pending::Call { _call: pending });
    }

    fn answering(self, answering: bool) {
        self.world.update_value(|world| world.answering = answering);
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

    fn tell(self, report: Report) {
        let now = clock::now();
        match self.rest() {
            Some(rest) => (rest.tell)(self, &report, &now),
            None => self
                .world
                .update_value(|world| world.untold.push((report, now))),
        }
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
