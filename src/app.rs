//! The frame around every screen: header, banner, and the first screens; the later ones are drawn by `rest`.

use crate::driver::Flow;
use crate::screens::{
    hold::{before, why},
    search::search,
    starting::waiting,
};
use crate::text::{ENGLISH, with};
use crate::ui::{
    Icon, attributes, classed, element, focus_at_key, focus_first, follow, is_composing, named,
    quiet, remaining, round, said, spoken, words,
};
use connect_core::flow::{Banner, Event, Machine, Screen};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

#[component]
pub fn App() -> impl IntoView {
    frame(Flow::start(&ENGLISH))
}

/// The card around the screens of a flow.
pub fn frame(flow: Flow) -> AnyView {
    hear_keys(flow);
    // A screen is built anew when its kind changes, or its question; never because somebody types.
    let key = Memo::new(move |_| (flow.with(Machine::key), flow.language().number()));
    let depth_before = StoredValue::new(0);
    let language_before = StoredValue::new(0);
    let content = move || {
        let ((screen, _), language) = key.get();
        let text = flow.first_text();
        let translated = ![0, language].contains(&language_before.get_value());
        language_before.set_value(language);
        let depth = depth(screen);
        // Screens move in the direction of travel.
        let class = if depth < depth_before.get_value() {
            "content backwards"
        } else {
            "content"
        };
        depth_before.set_value(depth);
        // Somebody is where they are in the screen; only its words are others.
        if !translated {
            focus_first();
        }
        // Firefox makes a stop of whatever scrolls, also where what is in it can be reached.
        let stop = match screen {
            Screen::Starting | Screen::Ended => "",
            _ => "-1",
        };
        let screen = match screen {
            Screen::Starting => waiting(flow, text),
            Screen::Search => search(flow, text),
            late => match flow.rest() {
                Some(rest) => (rest.draw)(flow, late),
                None => waiting(flow, text),
            },
        };
        let attributes = attributes(&[("class", class), ("tabindex", stop)]);
        let attributes = attributes.on("scroll", move |event| on_scroll(flow, &event));
        element("DIV", attributes, screen)
    };
    let card = vec![
        follow(move || header(flow, key.get().0.0)),
        linked(flow),
        banner(flow),
        spoken(),
        follow(content),
    ];
    classed("DIV", "page", classed("MAIN", "card", card))
}

fn header(flow: Flow, screen: Screen) -> AnyView {
    let text = flow.first_text();
    let (back, client, closes) = flow.with_untracked(|machine| {
        let client = machine.session.client.clone();
        (machine.can_go_back(), client, machine.launch.frame.close)
    });
    let mark = match client.logo {
        Some(logo) => {
            let attributes = attributes(&[("class", "mark"), ("src", &logo)]);
            element("IMG", attributes.and("alt", &client.name), ())
        }
        None => classed("SPAN", "mark", named(client.name)),
    };
    let send = |event: Event| Box::new(move || flow.send(event.clone()));
    let back = back.then(|| round(text.back(), Icon::Back, send(Event::BackClicked)));
    let mut parts = vec![classed("SPAN", "", back), mark];
    let close = (screen != Screen::Ended && closes)
        .then(|| round(text.close(), Icon::Close, send(Event::CloseClicked)));
    parts.extend(close);
    classed("HEADER", "", parts)
}

/// Whose app it is, where only a link says so. It is read out once, when it comes.
fn linked(flow: Flow) -> AnyView {
    let shown = words(move || {
        let text = flow.first_text();
        flow.with(|machine| match machine.session.client.name.as_str() {
            _ if !machine.is_linked() => String::new(),
            "" => text.linked_by_nobody().into(),
            client => with(text.linked(), client),
        })
    });
    said("linked", "status", shown)
}

/// The browser is offline, or something failed and is being tried again by itself.
fn banner(flow: Flow) -> AnyView {
    let banner = Memo::new(move |_| {
        let (banner, pauses) = flow.with(|m| (m.banner(), m.can_try_now()));
        (banner, pauses, flow.language().number())
    });
    follow(move || {
        let text = flow.first_text();
        let (banner, pauses, _) = banner.get();
        let (words, seconds) = match banner {
            None => return ().into_any(),
            Some(Banner::Offline) => (text.offline(), None),
            Some(Banner::TryingAgain(trouble) | Banner::Trying(trouble)) => {
                (why(text, trouble), trouble.seconds())
            }
        };
        let until = seconds.map(|seconds| match banner {
            Some(Banner::TryingAgain(_)) => {
                let (language, words) = (text.locale(), text.trying_in());
                remaining(language, seconds, words, Box::new(|| {}))
            }
            _ => classed("SPAN", "", text.trying()),
        });
        let again = pauses.then(|| {
            let again = move || flow.send(Event::TryNowClicked);
            quiet(text.try_now(), Box::new(again))
        });
        let attributes = attributes(&[("class", "banner"), ("role", "alert")]);
        let mut said = vec![classed("SPAN", "", before(words))];
        said.extend(until);
        let mut parts = vec![classed("SPAN", "", said)];
        parts.extend(again);
        element("DIV", attributes, parts)
    })
}

/// Draws the header's line once something is under it, and asks for more rows near the end of a list.
fn on_scroll(flow: Flow, event: &ev::Event) {
    let content = event
        .target()
        .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let Some(content) = content else {
        return;
    };
    let scrolled = if content.scroll_top() > 0 {
        "true"
    } else {
        "false"
    };
    _ = content.set_attribute("data-scrolled", scrolled);
    let rest = content.scroll_height() - content.scroll_top() - content.client_height();
    let list = flow.with_untracked(|machine| machine.state.screen() == Screen::Search);
    if list && rest < 400 {
        flow.send(Event::ListEndReached);
    }
}

/// How far along the way a screen is.
fn depth(screen: Screen) -> u8 {
    match screen {
        Screen::Starting | Screen::Consent => 0,
        Screen::Search => 1,
        Screen::Warning => 2,
        Screen::Credentials | Screen::OAuth => 3,
        Screen::Connecting => 4,
        Screen::Question => 5,
        Screen::Accounts => 6,
        Screen::Success | Screen::Failure | Screen::SessionExpired => 7,
        Screen::Ended => 8,
    }
}

/// Keys that belong to no field.
fn hear_keys(flow: Flow) {
    // The widget listens as long as its page lives.
    let handle = window_event_listener(ev::keydown, move |event| {
        focus_at_key(&event);
        let closes = flow.with_untracked(|machine| machine.launch.frame.close);
        let asked = event.key() == "Escape" && !event.default_prevented() && !is_composing(&event);
        if asked && closes {
            flow.send(Event::CloseClicked);
        }
    });
    std::mem::forget(handle);
}
