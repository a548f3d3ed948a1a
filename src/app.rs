//! The frame around every screen: header, banner, and the one `match` on the screen.

use crate::driver::Flow;
use crate::screens::{
    connecting::Connecting, credentials::Credentials, ended::Ended, failure::Failure,
    question::Question, search::Search, starting::Starting, success::Success,
};
use crate::text::{self, Text};
use crate::ui::{Icon, icon};
use connect_core::flow::{Event, Screen, Trouble};
use connect_core::launch::Theme;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

#[component]
pub fn App() -> impl IntoView {
    let flow = Flow::start();
    let text = flow.with_untracked(|machine| text::of(machine.launch.lang.as_deref()));
    dress(flow);
    close_on_escape(flow);
    // A screen is built anew when its kind changes, or its question; never because somebody types.
    let key = Memo::new(move |_| flow.with(|machine| machine.state.key()));
    let backwards = Memo::new(move |before: Option<&(bool, u8)>| {
        let depth = depth(key.get().0);
        let before = before.map_or(0, |(_, depth)| *depth);
        (depth < before, depth)
    });
    let scrolled = RwSignal::new(false);
    let on_scroll = move |event: ev::Event| {
        let Some(content) = event
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok())
        else {
            return;
        };
        scrolled.set(content.scroll_top() > 0);
        let rest = content.scroll_height() - content.scroll_top() - content.client_height();
        if rest < 400 && key.get_untracked().0 == Screen::Search {
            flow.send(Event::ListEndReached);
        }
    };
    view! {
        <div class="page">
            <main class="card" class:backwards=move || backwards.get().0>
                <Header flow text scrolled />
                <Banner flow text />
                <div class="content" on:scroll=on_scroll>
                    {move || {
                        scrolled.set(false);
                        match key.get().0 {
                            Screen::Starting => view! { <Starting text /> }.into_any(),
                            Screen::Search => view! { <Search flow text /> }.into_any(),
                            Screen::Credentials => view! { <Credentials flow text /> }.into_any(),
                            Screen::Connecting => view! { <Connecting flow text /> }.into_any(),
                            Screen::Question => view! { <Question flow text /> }.into_any(),
                            Screen::Success => view! { <Success flow text /> }.into_any(),
                            Screen::Failure => view! { <Failure flow text /> }.into_any(),
                            Screen::Ended => view! { <Ended text /> }.into_any(),
                        }
                    }}
                </div>
            </main>
        </div>
    }
}

#[component]
fn Header(flow: Flow, text: &'static Text, scrolled: RwSignal<bool>) -> impl IntoView {
    let back = Memo::new(move |_| flow.with(|machine| machine.state.can_go_back()));
    let client = Memo::new(move |_| flow.with(|machine| machine.session.client.clone()));
    let ended = Memo::new(move |_| flow.with(|machine| machine.state.screen() == Screen::Ended));
    view! {
        <header class:scrolled=move || scrolled.get()>
            <Show when=move || back.get() fallback=|| view! { <span></span> }>
                <button type="button" class="round" aria-label=text.back on:click=move |_| flow.send(Event::BackClicked)>
                    {icon(Icon::Back)}
                </button>
            </Show>
            {move || {
                let client = client.get();
                match client.logo {
                    Some(logo) => view! { <img class="mark" src=logo alt=client.name /> }.into_any(),
                    None => view! { <span class="mark">{client.name}</span> }.into_any(),
                }
            }}
            <Show when=move || !ended.get()>
                <button type="button" class="round" aria-label=text.close on:click=move |_| flow.send(Event::CloseClicked)>
                    {icon(Icon::Close)}
                </button>
            </Show>
        </header>
    }
}

/// Something failed and is being tried again by itself.
#[component]
fn Banner(flow: Flow, text: &'static Text) -> impl IntoView {
    let trouble = Memo::new(move |_| flow.with(|machine| machine.state.trouble()));
    move || {
        trouble.get().map(|trouble| {
            let words = match trouble {
                Trouble::Unreachable => text.unreachable,
                Trouble::ServerError => text.server_error,
                Trouble::Busy { .. } => text.busy,
            };
            view! {
                <div class="banner" role="alert">
                    <span>{words}</span>
                    <button type="button" class="quiet" on:click=move |_| flow.send(Event::TryNowClicked)>{text.try_now}</button>
                </div>
            }
        })
    }
}

/// How far along the way a screen is; movement between screens goes in the direction of travel.
fn depth(screen: Screen) -> u8 {
    match screen {
        Screen::Starting | Screen::Search => 0,
        Screen::Credentials => 1,
        Screen::Connecting => 2,
        Screen::Question => 3,
        Screen::Success | Screen::Failure => 4,
        Screen::Ended => 5,
    }
}

fn dress(flow: Flow) {
    let theme = match flow.with_untracked(|machine| machine.launch.theme) {
        Theme::Auto => return,
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    if let Some(root) = document().document_element() {
        _ = root.set_attribute("data-theme", theme);
    }
}

fn close_on_escape(flow: Flow) {
    // The widget listens as long as its page lives.
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && !event.default_prevented() {
            flow.send(Event::CloseClicked);
        }
    });
    std::mem::forget(handle);
}
