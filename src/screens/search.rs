//! The list of banks: a combobox whose rows are there at every keystroke.

use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{Icon, Logo, Title, icon, marked};
use connect_core::api::{Provider, ProviderStatus};
use connect_core::flow::{self, Event, State};
use connect_core::search::Query;
use leptos::{ev::KeyboardEvent, html, prelude::*};

#[component]
pub fn Search(flow: Flow, text: &'static Text) -> impl IntoView {
    let query = part(flow, |search| search.query.clone());
    let rows = part(flow, |search| search.rows.clone());
    let asking = part(flow, flow::Search::is_asking);
    // Nothing is said of the rows before they belong to what was typed.
    let found = part(flow, |search| search.answered.then_some(search.total));
    let active = RwSignal::new(None::<usize>);
    let searching = Memo::new(move |_| !Query::new(&query.read()).is_empty());
    let nothing = Memo::new(move |_| found.get() == Some(0) && rows.read().is_empty());
    let (client, one_per_line) = flow.with_untracked(|machine| {
        let client = machine.session.client.name.clone();
        (client, machine.launch.one_per_line)
    });

    let input = NodeRef::<html::Input>::new();
    input.on_load(move |input| {
        // On a touch screen the keyboard would hide the list.
        if !window()
            .match_media("(pointer: coarse)")
            .is_ok_and(|m| m.is_some_and(|m| m.matches()))
        {
            _ = input.focus();
        }
    });
    let type_in = move |typed: String| {
        active.set(None);
        flow.send(Event::Typed(typed));
    };
    let clear = move || {
        type_in(String::new());
        if let Some(input) = input.get_untracked() {
            input.set_value("");
            _ = input.focus();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let count = rows.read_untracked().len();
        let now = active.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if count > 0 => {
                move_to(&event, flow, active, now.map_or(0, |n| n + 1), count)
            }
            "ArrowUp" if count > 0 => move_to(
                &event,
                flow,
                active,
                now.map_or(count, |n| n).saturating_sub(1),
                count,
            ),
            "Enter" => {
                event.prevent_default();
                // Without a chosen row, the first one, but only if it answers what was typed.
                let first = found
                    .get_untracked()
                    .filter(|_| searching.get_untracked())
                    .map(|_| 0);
                let row = now
                    .or(first)
                    .and_then(|at| rows.read_untracked().get(at).map(|row| row.id.clone()));
                if let Some(id) = row {
                    flow.send(Event::Picked(id));
                }
            }
            "Escape" if !query.read_untracked().is_empty() => {
                event.prevent_default();
                clear();
            }
            _ => {}
        }
    };
    let begin = query.get_untracked();
    let status = move || match found.get() {
        _ if !searching.get() => String::new(),
        None => String::new(),
        Some(0) => with(text.nothing_found, &query.read()),
        Some(1) => text.one_result.into(),
        Some(total) => with(text.many_results, &total.to_string()),
    };
    view! {
        <section class="screen search">
            <Title text=text.search_title leaves_focus=true />
            {(!client.is_empty()).then(|| view! { <p class="lead">{with(text.search_lead, &client)}</p> })}
            <div class="searchbox" class:busy=move || asking.get()>
                {icon(Icon::Search)}
                <input
                    node_ref=input
                    type="text"
                    inputmode="search"
                    enterkeyhint="search"
                    role="combobox"
                    aria-label=text.search_label
                    placeholder=text.search_label
                    aria-autocomplete="list"
                    aria-expanded="true"
                    aria-controls="banks"
                    aria-activedescendant=move || active.get().map(option_id)
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="100"
                    value=begin
                    on:input:target=move |event| type_in(event.target().value())
                    on:keydown=on_key
                />
                <Show when=move || !query.read().is_empty()>
                    <button type="button" class="round" aria-label=text.search_clear on:click=move |_| clear()>{icon(Icon::Close)}</button>
                </Show>
            </div>
            <p class="visually-hidden" role="status">{status}</p>
            <Show when=move || nothing.get()>
                <div class="nothing">
                    <h2>{move || with(text.nothing_found, &query.read())}</h2>
                    <ul>{text.nothing_found_hints.map(|hint| view! { <li>{hint}</li> }).collect_view()}</ul>
                </div>
            </Show>
            <ul id="banks" class="banks" class:one=one_per_line role="listbox" aria-label=text.results>
                <For each=move || rows.get().into_iter().enumerate() key=|(at, row)| (*at, row.id.clone()) let((at, row))>
                    <Row flow text row at active query searching />
                </For>
            </ul>
        </section>
    }
}

#[component]
fn Row(
    flow: Flow,
    text: &'static Text,
    row: Provider,
    at: usize,
    active: RwSignal<Option<usize>>,
    query: Memo<String>,
    searching: Memo<bool>,
) -> impl IntoView {
    let Provider {
        id,
        name,
        logo,
        popular,
        ..
    } = row;
    let note = match row.status {
        Some(ProviderStatus::Down) => Some(text.unavailable),
        Some(ProviderStatus::Degraded) => Some(text.degraded),
        Some(ProviderStatus::Ok) | None => None,
    };
    let place = row.country.or_else(|| row.url.as_deref().and_then(host));
    let is_active = move || active.get() == Some(at);
    let shown = name.clone();
    view! {
        <li
            id=option_id(at)
            role="option"
            class:tile=move || popular && !searching.get()
            class:active=is_active
            aria-selected=move || is_active().to_string()
            on:click=move |_| flow.send(Event::Picked(id.clone()))
        >
            <Logo name=name address=logo />
            <span class="name">{move || marked(&shown, &Query::new(&query.read()).marks(&shown))}</span>
            <small>{note.map(str::to_string).or(place)}</small>
        </li>
    }
}

/// One thing of the search state; changes only when that thing does.
fn part<T: Default + PartialEq + Send + Sync + 'static>(
    flow: Flow,
    take: fn(&flow::Search) -> T,
) -> Memo<T> {
    Memo::new(move |_| {
        flow.with(|machine| match &machine.state {
            State::Search(search) => take(search),
            _ => T::default(),
        })
    })
}

fn move_to(
    event: &KeyboardEvent,
    flow: Flow,
    active: RwSignal<Option<usize>>,
    to: usize,
    count: usize,
) {
    event.prevent_default();
    let to = to.min(count - 1);
    active.set(Some(to));
    if let Some(option) = document().get_element_by_id(&option_id(to)) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        option.scroll_into_view_with_scroll_into_view_options(&options);
    }
    if to + 1 == count {
        flow.send(Event::ListEndReached);
    }
}

fn option_id(at: usize) -> String {
    format!("bank-{at}")
}

/// The host of an address, without "www.".
fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?;
    Some(host.trim_start_matches("www.").to_string())
}
