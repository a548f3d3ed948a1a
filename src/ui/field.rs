//! Form fields. Uncontrolled: no signal ever holds what is typed; a form is read once, when it is sent.

use super::attributes::Attributes;
use super::{Icon, attributes, classed, element, flag, icon};
use leptos::{ev::Event, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

/// A field as HTML knows it.
#[derive(Clone, Default)]
pub struct FieldSpec {
    pub name: String,
    pub label: String,
    /// The input's `type`, or `select`.
    pub kind: &'static str,
    pub required: bool,
    pub autocomplete: Option<String>,
    pub pattern: Option<String>,
    /// The keyboard that a touch screen shows.
    pub inputmode: &'static str,
    pub hint: Option<String>,
    /// Values and labels of a select.
    pub options: Vec<(String, String)>,
    pub value: String,
    /// Marked as the one to correct, and focused.
    pub wrong: bool,
    /// Words of the button that shows a password.
    pub reveal: &'static str,
    /// What stands under a password while caps lock is on, under anything else while there are blanks around it.
    pub note: &'static str,
}

pub fn field(spec: FieldSpec) -> AnyView {
    let id = format!("field-{}", spec.name);
    let hint_id = format!("{id}-hint");
    let described = if spec.hint.is_some() { &hint_id } else { "" };
    let common = attributes(&[
        ("id", &id),
        ("name", &spec.name),
        ("required", flag(spec.required)),
        ("aria-describedby", described),
    ]);
    let (class, inner) = match spec.kind {
        "checkbox" => ("field check", checkbox(&spec, common)),
        "select" => ("field", boxed(select(&spec, common))),
        _ => ("field", boxed(input(&id, &spec, common))),
    };
    let label = attributes(&[("for", &id)]);
    let mut parts = vec![element("LABEL", label, spec.label), inner];
    if !spec.note.is_empty() {
        let note = attributes(&[("id", &note_id(&id)), ("class", "note"), ("role", "status")]);
        parts.push(element("SMALL", note, ()));
    }
    if let Some(hint) = spec.hint {
        let small = attributes(&[("id", &hint_id)]);
        parts.push(element("SMALL", small, hint));
    }
    classed("DIV", class, parts)
}

fn boxed(inner: AnyView) -> AnyView {
    classed("SPAN", "box", inner)
}

/// Nothing is found by where it stands: password managers put elements of their own between ours.
fn input(id: &str, spec: &FieldSpec, common: Attributes) -> AnyView {
    let is_password = spec.kind == "password";
    let reveal = is_password.then(|| {
        let attributes = attributes(&[
            ("type", "button"),
            ("class", "reveal"),
            ("aria-pressed", "false"),
            ("aria-label", spec.reveal),
        ]);
        let attributes = attributes.on("click", reveal(id.into()));
        element("BUTTON", attributes, icon(Icon::Eye))
    });
    let attributes = attributes(&[
        ("type", spec.kind),
        (
            "autocomplete",
            spec.autocomplete.as_deref().unwrap_or_default(),
        ),
        ("pattern", spec.pattern.as_deref().unwrap_or_default()),
        ("inputmode", spec.inputmode),
        ("value", &spec.value),
        ("aria-invalid", flag(spec.wrong)),
        ("data-focus", if spec.wrong { "always" } else { "" }),
        ("autocapitalize", "none"),
        ("spellcheck", "false"),
    ]);
    let attributes = if is_password {
        let watch = watch_caps_lock(id.into(), spec.note);
        attributes.on("keydown", watch.clone()).on("keyup", watch)
    } else {
        attributes.on("change", watch_blanks(id.into(), spec.note))
    };
    let mut parts = vec![element("INPUT", common.join(attributes), ())];
    parts.extend(reveal);
    parts.into_any()
}

fn select(spec: &FieldSpec, common: Attributes) -> AnyView {
    let option = |(value, label): &(String, String)| {
        let attributes = attributes(&[("selected", flag(*value == spec.value))]);
        // An empty value is one too.
        element("OPTION", attributes.and("value", value), label.clone())
    };
    let options: Vec<AnyView> = spec.options.iter().map(option).collect();
    element("SELECT", common, options)
}

fn checkbox(spec: &FieldSpec, common: Attributes) -> AnyView {
    let attributes = attributes(&[
        ("type", "checkbox"),
        ("value", "true"),
        ("checked", flag(spec.value == "true")),
    ]);
    element("INPUT", common.join(attributes), ())
}

/// Shows the note while caps lock is on.
fn watch_caps_lock(id: String, words: &'static str) -> impl Fn(Event) + Clone {
    move |event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        // What a password manager sends in the name of a key may be none.
        let is_on = event.is_instance_of::<KeyboardEvent>() && event.get_modifier_state("CapsLock");
        note(&id, if is_on { words } else { "" });
    }
}

/// Blanks before or behind a name come with pasting, and no bank knows it like that.
fn watch_blanks(id: String, words: &'static str) -> impl Fn(Event) {
    move |_| {
        let value = input_of(&id).map_or_else(String::new, |input| input.value());
        note(&id, if value.trim() != value { words } else { "" });
    }
}

fn input_of(id: &str) -> Option<HtmlInputElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn note_id(id: &str) -> String {
    format!("{id}-note")
}

fn note(id: &str, words: &str) {
    if let Some(note) = document().get_element_by_id(&note_id(id)) {
        note.set_text_content(Some(words));
    }
}

/// Shows the password, or hides it again, as the button is pressed.
fn reveal(id: String) -> impl Fn(Event) {
    move |event| {
        let button = event
            .current_target()
            .and_then(|b| b.dyn_into::<web_sys::Element>().ok());
        let (Some(button), Some(input)) = (button, input_of(&id)) else {
            return;
        };
        let hidden = button.get_attribute("aria-pressed").as_deref() != Some("true");
        let (pressed, kind) = if hidden {
            ("true", "text")
        } else {
            ("false", "password")
        };
        _ = button.set_attribute("aria-pressed", pressed);
        input.set_type(kind);
    }
}

/// What stands in the named fields of a sent form, straight from the DOM; a name may stand there more than once.
pub fn form_values(event: &Event, names: &[String]) -> Vec<(String, String)> {
    event.prevent_default();
    let form = event.target().and_then(|form| form.dyn_into().ok());
    let data = form.and_then(|form| web_sys::FormData::new_with_form(&form).ok());
    let mut values = Vec::new();
    for name in names {
        for value in data.iter().flat_map(|data| data.get_all(name)) {
            values.extend(value.as_string().map(|value| (name.clone(), value)));
        }
    }
    values
}
