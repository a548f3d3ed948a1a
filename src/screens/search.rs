//! The list of banks: a combobox whose rows are there at every keystroke.

use crate::driver::Flow;
use crate::text::{FirstText, with};
use crate::ui::{
    Countries, Icon, after_frames, attributes, classed, element, empty_input, follow, group, icon,
    is_composing, logo, marked, paragraph, quiet, round, said, screen, scroll_to, title, words,
};
use connect_core::api::{Provider, ProviderStatus};
use connect_core::flow::{self, Event, State};
use connect_core::search::Query;
use leptos::{ev, ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast;

/// So many rows at most fit under the field of a phone or a dialog.
const FIRST_ROWS: usize = 16;

/// What the list is drawn from; it is drawn anew when this changes.
#[derive(Clone, Default, PartialEq)]
struct List {
    query: String,
    rows: Vec<Provider>,
    /// How many banks match, once that is known.
    found: Option<u32>,
}

/// What every row shares.
#[derive(Clone, Copy)]
struct Rows {
    flow: Flow,
    text: FirstText,
    active: RwSignal<Option<usize>>,
    /// The bank that the pointer went down on.
    pressed: StoredValue<Option<String>>,
}

pub fn search(flow: Flow, text: FirstText) -> AnyView {
    let list = Memo::new(move |_| flow.with(|machine| list_of(&machine.state)));
    let active = RwSignal::new(None::<usize>);
    let rows_of = Rows {
        flow,
        text,
        active,
        pressed: StoredValue::new(None),
    };
    let (client, one_per_line) = flow.with_untracked(|machine| {
        let client = machine.session.client.name.clone();
        (client, machine.launch.one_per_line)
    });
    let type_in = move |typed: String| {
        active.set(None);
        flow.send(Event::Typed(typed));
    };
    let asking = Signal::derive(move || flow.with(|machine| is_asking(&machine.state)));
    let status = words(move || list.with(|list| status(flow, text, list)));
    let chosen = words(move || active.get().map(option_id).unwrap_or_default());
    let begin = list.with_untracked(|list| list.query.clone());
    let clear = follow(move || {
        if list.with(|list| list.query.is_empty()) {
            return ().into_any();
        }
        let click = move || clear_field(type_in);
        round(text.search_clear(), Icon::Close, Box::new(click))
    });
    let nothing = follow(move || list.with(|list| nothing_found(flow, text, list)));
    let class = if one_per_line { "banks one" } else { "banks" };
    let countries = StoredValue::new_local(Countries::new(text.locale()));
    // What fits under the field comes with it, and keeps it from nobody; the rest follows a frame later.
    let most = RwSignal::new(Some(FIRST_ROWS));
    after_frames(2, Box::new(move || _ = most.try_set(None)));
    let rows = follow(move || {
        let rows = list.with(|list| {
            let query = Query::new(&list.query);
            let most = most.get();
            let rows = list
                .rows
                .iter()
                .take(most.unwrap_or(usize::MAX))
                .enumerate();
            countries.with_value(|countries| {
                let countries = Some(countries).filter(|_| most.is_none());
                let rows = rows.map(|(at, provider)| row(rows_of, at, provider, &query, countries));
                rows.collect::<Vec<AnyView>>()
            })
        });
        let attributes = attributes(&[
            ("id", "banks"),
            ("class", class),
            ("role", "listbox"),
            ("aria-label", text.results()),
        ]);
        element("UL", attributes, rows)
    });
    let lead = (!client.is_empty()).then(|| paragraph("lead", with(text.search_lead(), &client)));
    let field = attributes(&[
        ("id", "search"),
        ("type", "text"),
        ("inputmode", "search"),
        ("enterkeyhint", "search"),
        ("role", "combobox"),
        ("aria-label", text.search_label()),
        ("placeholder", text.search_label()),
        ("aria-autocomplete", "list"),
        ("aria-expanded", "true"),
        ("aria-controls", "banks"),
        ("autocomplete", "off"),
        ("autocapitalize", "none"),
        ("spellcheck", "false"),
        ("maxlength", "100"),
        ("value", &begin),
        ("data-focus", "typing"),
    ]);
    let field = field
        .on("input", move |event| type_in(event_target_value(&event)))
        .on("keydown", move |event| {
            on_key(event.unchecked_ref(), flow, list, active);
        });
    let field = element(
        "INPUT",
        field.following("aria-activedescendant", chosen),
        (),
    );
    let box_class = words(move || {
        if asking.get() {
            "searchbox busy"
        } else {
            "searchbox"
        }
        .into()
    });
    let searchbox = attributes(&[]).following("class", box_class);
    let mut parts = vec![title(text.search_title())];
    parts.extend(lead);
    parts.extend([
        element("DIV", searchbox, vec![icon(Icon::Search), field, clear]),
        said("visually-hidden", "status", status),
        nothing,
        rows,
    ]);
    screen("screen search", parts)
}

fn row(
    list: Rows,
    at: usize,
    provider: &Provider,
    query: &Query,
    countries: Option<&Countries>,
) -> AnyView {
    let Rows {
        flow,
        text,
        active,
        pressed,
    } = list;
    let note = match provider.status {
        Some(ProviderStatus::Down) => Some(text.unavailable().to_string()),
        Some(ProviderStatus::Degraded) => Some(text.degraded().to_string()),
        Some(ProviderStatus::Ok) | None => None,
    };
    let site = provider.url.as_deref().and_then(host);
    let country = || Some(countries?.name(provider.country.as_deref()?));
    let note = note.or(site).or_else(country);
    let class = if provider.popular && query.is_empty() {
        "tile"
    } else {
        "row"
    };
    let selected = words(move || (active.get() == Some(at)).to_string());
    let (id, pressed_id) = (provider.id.clone(), provider.id.clone());
    // Rows may change between the press and its release; what was pressed counts.
    let press = move |_| pressed.set_value(Some(pressed_id.clone()));
    let pick = move |_| {
        let other = pressed
            .try_update_value(Option::take)
            .flatten()
            .is_some_and(|p| p != id);
        if !other {
            flow.send(Event::Picked(id.clone()));
        }
    };
    let name = marked(&provider.name, &query.marks(&provider.name));
    let parts = vec![
        logo(&provider.name, provider.logo.clone()),
        classed("SPAN", "name", name),
        classed("SMALL", "", note.unwrap_or_default()),
    ];
    let attributes = attributes(&[("id", &option_id(at)), ("role", "option"), ("class", class)])
        .on("pointerdown", press)
        .on("click", pick);
    element("LI", attributes.following("aria-selected", selected), parts)
}

fn on_key(event: &KeyboardEvent, flow: Flow, list: Memo<List>, active: RwSignal<Option<usize>>) {
    if is_composing(event) {
        // Enter and Escape belong to the input method.
        return;
    }
    let (count, first, empty) = list.with_untracked(|list| {
        // Without a chosen row Enter takes the first one, but only if it answers what was typed.
        let first = (list.found.is_some() && !list.query.is_empty()).then_some(0);
        (list.rows.len(), first, list.query.is_empty())
    });
    let now = active.get_untracked();
    match event.key().as_str() {
        "ArrowDown" if count > 0 => {
            let next = now.map_or(0, |now| (now + 1).min(count - 1));
            move_to(event, flow, active, next, count);
        }
        "ArrowUp" if count > 0 => {
            let previous = now.unwrap_or(count).saturating_sub(1);
            move_to(event, flow, active, previous, count);
        }
        "Enter" => {
            event.prevent_default();
            let id = |at: usize| list.with_untracked(|list| Some(list.rows.get(at)?.id.clone()));
            if let Some(id) = now.or(first).and_then(id) {
                flow.send(Event::Picked(id));
            }
        }
        "Escape" if !empty => {
            event.prevent_default();
            clear_field(move |typed| {
                active.set(None);
                flow.send(Event::Typed(typed));
            });
        }
        _ => {}
    }
}

fn move_to(
    event: &ev::Event,
    flow: Flow,
    active: RwSignal<Option<usize>>,
    to: usize,
    count: usize,
) {
    event.prevent_default();
    active.set(Some(to));
    scroll_to(&option_id(to));
    if to + 1 == count {
        flow.send(Event::ListEndReached);
    }
}

fn clear_field(type_in: impl Fn(String)) {
    type_in(String::new());
    empty_input("search");
}

fn list_of(state: &State) -> List {
    match state {
        State::Search(search) => List {
            query: search.query.clone(),
            rows: search.rows.clone(),
            found: search.answered.then_some(search.total),
        },
        _ => List::default(),
    }
}

fn is_asking(state: &State) -> bool {
    match state {
        State::Search(search) => flow::Search::is_asking(search),
        _ => false,
    }
}

/// What a screen reader says once the rows belong to what was typed.
fn status(flow: Flow, text: FirstText, list: &List) -> String {
    match list.found {
        None => String::new(),
        Some(_) if list.query.is_empty() => String::new(),
        Some(0) => with(text.nothing_found(), &list.query),
        Some(found) => flow.rest().map_or_else(String::new, |rest| {
            (rest.counted)(text.locale(), text.results_found(), found)
        }),
    }
}

fn nothing_found(flow: Flow, text: FirstText, list: &List) -> AnyView {
    if list.found != Some(0) {
        return ().into_any();
    }
    if list.query.is_empty() {
        return paragraph("nothing", text.no_banks());
    }
    let hint = |hint: &str| classed("LI", "", hint);
    let hints = text.nothing_found_hints().map(hint);
    let title = with(text.nothing_found(), &list.query);
    // Where the host closes the widget there is nothing that would hear it.
    let leaves = flow.with_untracked(|machine| machine.launch.frame.close);
    let leave = Box::new(move || flow.send(Event::NotListedClicked));
    let leave = leaves.then(|| quiet(text.not_listed(), leave));
    let mut parts = vec![
        classed("H2", "", title),
        classed("UL", "", Vec::from(hints)),
    ];
    parts.extend(leave);
    group("nothing", parts)
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
