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
        _ => ("field", boxed(input(&spec, common))),
    };
    let label = attributes(&[("for", &id)]);
    let mut parts = vec![element("LABEL", label, spec.label.into_any()), inner];
    if !spec.note.is_empty() {
        let note = attributes(&[
            ("class", "note"),
            ("role", "status"),
            ("data-words", spec.note),
        ]);
        parts.push(element("SMALL", note, ().into_any()));
    }
    if let Some(hint) = spec.hint {
        let small = attributes(&[("id", &hint_id)]);
        parts.push(element("SMALL", small, hint.into_any()));
    }
    classed("DIV", class, parts.into_any())
}

fn boxed(inner: AnyView) -> AnyView {
    classed("SPAN", "box", inner)
}

fn input(spec: &FieldSpec, common: Attributes) -> AnyView {
    let reveal = (spec.kind == "password").then(|| {
        let attributes = attributes(&[
            ("type", "button"),
            ("class", "reveal"),
            ("aria-pressed", "false"),
            ("aria-label", spec.reveal),
        ]);
        let attributes = attributes.on("click", reveal);
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
    let attributes = attributes
        .on("keydown", watch_caps_lock)
        .on("keyup", watch_caps_lock)
        .on("change", watch_blanks);
    let mut parts = vec![element("INPUT", common.join(attributes), ().into_any())];
    parts.extend(reveal);
    parts.into_any()
}

fn select(spec: &FieldSpec, common: Attributes) -> AnyView {
    let option = |(value, label): &(String, String)| {
        let attributes = attributes(&[("selected", flag(*value == spec.value))]);
        // An empty value is one too.
        element(
            "OPTION",
            attributes.and("value", value),
            label.clone().into_any(),
        )
    };
    let options: Vec<AnyView> = spec.options.iter().map(option).collect();
    element("SELECT", common, options.into_any())
}

fn checkbox(spec: &FieldSpec, common: Attributes) -> AnyView {
    let attributes = attributes(&[
        ("type", "checkbox"),
        ("value", "true"),
        ("checked", flag(spec.value == "true")),
    ]);
    element("INPUT", common.join(attributes), ().into_any())
}

fn watch_caps_lock(event: Event) {
    if let Some(input) = typed_in(&event).filter(is_password) {
        let event: KeyboardEvent = event.unchecked_into();
        note(&input, event.get_modifier_state("CapsLock"));
    }
}

/// Blanks before or behind a name come with pasting, and no bank knows it like that.
fn watch_blanks(event: Event) {
    if let Some(input) = typed_in(&event).filter(|input| !is_password(input)) {
        let value = input.value();
        note(&input, value.trim() != value);
    }
}

fn typed_in(event: &Event) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}

/// Also while it is shown: the button for that is behind it.
fn is_password(input: &HtmlInputElement) -> bool {
    input.next_element_sibling().is_some()
}

/// Shows or takes away the note under a field.
fn note(input: &HtmlInputElement, shown: bool) {
    let note = input
        .parent_element()
        .and_then(|around| around.next_element_sibling());
    if let Some(note) = note {
        let words = note.get_attribute("data-words").filter(|_| shown);
        note.set_text_content(Some(&words.unwrap_or_default()));
    }
}

/// Shows the password before this button, or hides it again.
fn reveal(event: Event) {
    let button = event
        .current_target()
        .and_then(|b| b.dyn_into::<web_sys::Element>().ok());
    let Some(button) = button else {
        return;
    };
    let hidden = button.get_attribute("aria-pressed").as_deref() != Some("true");
    let (pressed, kind) = if hidden {
        ("true", "text")
    } else {
        ("false", "password")
    };
    _ = button.set_attribute("aria-pressed", pressed);
    if let Some(input) = button.previous_element_sibling() {
        _ = input.set_attribute("type", kind);
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
