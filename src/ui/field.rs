//! Form fields. Uncontrolled: no signal ever holds what is typed; a form is read once, when it is sent.

use super::{Icon, icon};
use leptos::{ev::SubmitEvent, html, prelude::*};
use wasm_bindgen::JsCast;

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
    pub hint: Option<String>,
    /// Values and labels of a select.
    pub options: Vec<(String, String)>,
    pub value: String,
    /// Marked as the one to correct, and focused.
    pub wrong: bool,
    /// Words of the button that shows and hides a password.
    pub show: &'static str,
    pub hide: &'static str,
}

#[component]
pub fn Field(spec: FieldSpec) -> impl IntoView {
    let id = format!("field-{}", spec.name);
    match spec.kind {
        "select" => select(id, spec).into_any(),
        "checkbox" => checkbox(id, spec).into_any(),
        _ => input(id, spec).into_any(),
    }
}

fn input(id: String, spec: FieldSpec) -> impl IntoView {
    let shown = RwSignal::new(false);
    let secret = spec.kind == "password";
    let kind = move || match (secret, shown.get()) {
        (true, true) => "text",
        _ => spec.kind,
    };
    let node = NodeRef::<html::Input>::new();
    node.on_load(move |input| {
        if spec.wrong {
            _ = input.focus();
        }
    });
    let toggle = secret.then(|| {
        let label = move || if shown.get() { spec.hide } else { spec.show };
        let picture = move || icon(if shown.get() { Icon::EyeOff } else { Icon::Eye });
        view! {
            <button type="button" class="reveal" aria-label=label on:click=move |_| shown.update(|shown| *shown = !*shown)>
                {picture}
            </button>
        }
    });
    let hint_id = format!("{id}-hint");
    let described = spec.hint.is_some().then(|| hint_id.clone());
    view! {
        <div class="field">
            <label for=id.clone()>{spec.label}</label>
            <span class="box">
                <input
                    node_ref=node
                    id=id
                    name=spec.name
                    type=kind
                    required=spec.required
                    autocomplete=spec.autocomplete
                    pattern=spec.pattern
                    value=spec.value
                    aria-describedby=described
                    aria-invalid=spec.wrong.then_some("true")
                    autocapitalize="none"
                    spellcheck="false"
                />
                {toggle}
            </span>
            {spec.hint.map(|hint| view! { <small id=hint_id>{hint}</small> })}
        </div>
    }
}

fn select(id: String, spec: FieldSpec) -> impl IntoView {
    let chosen = spec.value;
    let options = spec.options.into_iter().map(move |(value, label)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{label}</option> }
    });
    view! {
        <div class="field">
            <label for=id.clone()>{spec.label}</label>
            <span class="box"><select id=id name=spec.name required=spec.required>{options.collect_view()}</select></span>
            {spec.hint.map(|hint| view! { <small>{hint}</small> })}
        </div>
    }
}

fn checkbox(id: String, spec: FieldSpec) -> impl IntoView {
    view! {
        <div class="field check">
            <input id=id.clone() name=spec.name type="checkbox" value="true" required=spec.required checked={spec.value == "true"} />
            <label for=id>{spec.label}</label>
        </div>
    }
}

/// What stands in the named fields of a sent form, straight from the DOM.
pub fn form_values(event: &SubmitEvent, names: &[String]) -> Vec<(String, String)> {
    event.prevent_default();
    let form = event.target().and_then(|form| form.dyn_into().ok());
    let data = form.and_then(|form| web_sys::FormData::new_with_form(&form).ok());
    let value = |name: &String| Some((name.clone(), data.as_ref()?.get(name).as_string()?));
    names.iter().filter_map(value).collect()
}
