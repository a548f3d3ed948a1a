//! The widget in a browser: acts as a user does, against a backend that is a few lines of JavaScript.
#![cfg(target_arch = "wasm32")]

#[path = "web/page.rs"]
mod page;

use connect_core::search::Query;
use connect_widget::{app::App, ui};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::{ev::SubmitEvent, prelude::*};
use page::{
    all, button, chosen, find, fire, focused, frame, heading, input, labelled, maybe, option,
    place, press, run, text_of, until,
};
use std::sync::{Arc, Mutex};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const BACKEND: &str = include_str!("web/backend.js");

#[wasm_bindgen_test]
async fn typing_keeps_the_input_and_its_caret() {
    let _widget = open().await;
    let search = input("#search");
    search.focus().unwrap();
    for (typed, rows) in [("d", 2), ("de", 2), ("dem", 1), ("xdem", 0), ("", 3)] {
        search.set_value(typed);
        let caret = (typed.len() as u32).min(1);
        search.set_selection_range(caret, caret).unwrap();
        fire(&search, "input");
        until("rows", || all("[role=option]").len() == rows).await;
        assert!(input("#search").is_same_node(Some(&search)), "rebuilt");
        assert_eq!(search.selection_start().unwrap(), Some(caret));
        assert!(focused("#search"));
        assert_eq!(search.value(), typed);
    }
}

#[wasm_bindgen_test]
async fn picking_a_bank_moves_the_focus_to_the_title_of_its_login() {
    let _widget = open().await;
    assert!(focused("#search"), "a list begins at its field");
    option("Demo").click();
    until("the login", || heading() == "Log in to Demo").await;
    until("focus on the title", || focused("h1")).await;
}

#[wasm_bindgen_test]
async fn arrows_and_enter_pick_a_bank() {
    let _widget = open().await;
    let search = input("#search");
    press(&search, "ArrowDown");
    until("a chosen row", || chosen() == "Demo").await;
    press(&search, "ArrowDown");
    until("the next row", || chosen() == "Derby").await;
    press(&search, "ArrowUp");
    until("the first row", || chosen() == "Demo").await;
    assert!(focused("#search"), "the focus stays in the field");
    press(&search, "Enter");
    until("the login", || heading() == "Log in to Demo").await;
}

#[wasm_bindgen_test]
async fn the_login_has_labelled_fields_and_shows_a_password_on_demand() {
    let _widget = open_login().await;
    let password = labelled("Password");
    assert_eq!(labelled("Username").type_(), "text");
    assert_eq!(password.type_(), "password");
    assert_eq!(
        password.get_attribute("autocomplete").as_deref(),
        Some("current-password")
    );
    password.set_value("secret");
    let show = button("Show password");
    for (kind, pressed) in [("text", "true"), ("password", "false")] {
        show.click();
        assert_eq!(password.type_(), kind);
        assert_eq!(show.get_attribute("aria-pressed").as_deref(), Some(pressed));
        assert_eq!(password.value(), "secret");
    }
}

#[wasm_bindgen_test]
async fn an_empty_login_is_not_sent() {
    let _widget = open_login().await;
    button("Log in").click();
    frame().await;
    assert_eq!(heading(), "Log in to Demo");
    assert_eq!(sent("POST /v1/institutions"), 0);
}

#[wasm_bindgen_test]
async fn a_refused_login_keeps_the_username_and_asks_for_the_password() {
    let _widget = open_login().await;
    let first = labelled("Password");
    log_in("wrong");
    until("the form again", || {
        maybe("[role=alert]").is_some() && !labelled("Password").is_same_node(Some(&first))
    })
    .await;
    assert!(text_of("[role=alert]").starts_with("That login didn’t work."));
    assert_eq!(labelled("Username").value(), "ada");
    let password = labelled("Password");
    assert_eq!(password.value(), "");
    assert_eq!(
        password.get_attribute("aria-invalid").as_deref(),
        Some("true")
    );
    until("focus on the password", || focused("input[type=password]")).await;
    assert_eq!(sent("POST /v1/institutions"), 1);
}

#[wasm_bindgen_test]
async fn a_question_is_answered_by_a_choice() {
    let _widget = open_login().await;
    log_in("question");
    until("the question", || {
        heading() == "Demo has a question for you"
    })
    .await;
    until("focus on the title", || focused("h1")).await;
    assert_eq!(text_of("fieldset legend"), "Language?");
    find("input[type=radio][value=rb]").click();
    button("Continue").click();
    until("success", || heading() == "Demo is connected").await;
    assert_eq!(
        run("return asked.at(-1).body").as_string().unwrap(),
        r#"{"security_answer":"rb"}"#
    );
    assert_eq!(all("main li").len(), 1);
}

#[wasm_bindgen_test]
async fn every_kind_of_field_is_the_input_of_that_kind() {
    for kind in ["text", "password", "email", "tel", "number"] {
        let spec = ui::FieldSpec {
            kind,
            required: true,
            pattern: Some("[0-9]+".into()),
            hint: Some("On your card".into()),
            value: "7".into(),
            reveal: "Show",
            ..spec()
        };
        let _shown = show(ui::field(spec)).await;
        let field = labelled("Card");
        assert_eq!((field.type_(), field.value()), (kind.into(), "7".into()));
        assert_eq!(field.name(), "card");
        assert!(field.required());
        assert_eq!(field.get_attribute("pattern").as_deref(), Some("[0-9]+"));
        let described = field.get_attribute("aria-describedby").unwrap();
        assert_eq!(text_of(&format!("#{described}")), "On your card");
        assert_eq!(field.get_attribute("aria-invalid"), None);
        assert_eq!(maybe("button.reveal").is_some(), kind == "password");
    }
}

#[wasm_bindgen_test]
async fn a_select_offers_its_options_and_a_checkbox_is_on_or_off() {
    let pair = |value: &str, label: &str| (value.to_string(), label.to_string());
    let select = ui::FieldSpec {
        kind: "select",
        options: vec![pair("qc", "Québec"), pair("on", "Ontario")],
        value: "on".into(),
        ..spec()
    };
    let shown = show(ui::field(select)).await;
    assert_eq!(text_of("select#field-card option:checked"), "Ontario");
    assert_eq!(all("option").len(), 2);
    drop(shown);
    for (value, checked) in [("true", true), ("", false)] {
        let checkbox = ui::FieldSpec {
            kind: "checkbox",
            value: value.into(),
            ..spec()
        };
        let _shown = show(ui::field(checkbox)).await;
        assert_eq!(labelled("Card").type_(), "checkbox");
        assert_eq!(labelled("Card").checked(), checked);
    }
}

#[wasm_bindgen_test]
async fn a_logo_that_does_not_load_leaves_its_letter() {
    const PIXEL: &str = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==";
    let logo = |address: Option<&str>| ui::logo("Épargne", address.map(String::from));
    let hidden = || find(".logo img").hidden();
    let shown = show(logo(Some("data:image/png;base64,AAAA"))).await;
    until("the broken picture to hide", hidden).await;
    assert_eq!(text_of(".logo"), "e");
    find(".logo img").set_attribute("src", PIXEL).unwrap();
    until("the good picture to show", || !hidden()).await;
    let tint = find(".logo").get_attribute("data-tint");
    drop(shown);
    let _shown = show(logo(None)).await;
    assert!(maybe(".logo img").is_none());
    assert_eq!(find(".logo").get_attribute("data-tint"), tint);
}

#[wasm_bindgen_test]
async fn what_was_typed_is_marked_in_the_name() {
    let name = "Caisse d'Épargne";
    for (typed, marks) in [
        ("epar", vec!["Épar"]),
        ("cai d'e", vec!["Cai", "d'É"]),
        ("x", vec![]),
    ] {
        let _shown = show(ui::marked(name, &Query::new(typed).marks(name))).await;
        let marked = all("#here mark")
            .into_iter()
            .map(|mark| mark.text_content().unwrap());
        assert_eq!(marked.collect::<Vec<_>>(), marks);
        assert_eq!(text_of("#here"), name);
    }
}

#[wasm_bindgen_test]
async fn a_form_is_read_when_it_is_sent_and_only_its_named_fields() {
    let read = Arc::new(Mutex::new(Vec::new()));
    let names = ["card", "absent", "agree"].map(String::from);
    let on_submit = {
        let read = read.clone();
        move |event: SubmitEvent| read.lock().unwrap().push(ui::form_values(&event, &names))
    };
    let _shown = show(
        view! {
            <form on:submit=on_submit>
                {ui::field(ui::FieldSpec { kind: "text", ..spec() })}
                <input name="other" value="not asked for" />
                <input name="agree" type="checkbox" value="true" />
                {ui::submit("Send", Memo::new(|_| false))}
            </form>
        }
        .into_any(),
    )
    .await;
    let value = |name: &str, value: &str| (name.to_string(), value.to_string());
    labelled("Card").set_value("4711");
    button("Send").click();
    labelled("Card").set_value("0815");
    assert_eq!(*read.lock().unwrap(), [[value("card", "4711")].to_vec()]);
    find("input[name=agree]").click();
    button("Send").click();
    let second = [value("card", "0815"), value("agree", "true")];
    assert_eq!(read.lock().unwrap()[1], second);
}

/// The widget with its list of banks. What it holds takes the widget off the page.
async fn open() -> UnmountHandle<impl Mountable> {
    run(BACKEND);
    let widget = mount_to(place(), App);
    until("the list", || all("[role=option]").len() == 3).await;
    until("focus", || focused("#search")).await;
    widget
}

async fn open_login() -> UnmountHandle<impl Mountable> {
    let widget = open().await;
    option("Demo").click();
    until("the login", || maybe("#field-password").is_some()).await;
    until("focus on the title", || focused("h1")).await;
    widget
}

fn log_in(password: &str) {
    labelled("Username").set_value("ada");
    labelled("Password").set_value(password);
    button("Log in").click();
}

async fn show(part: AnyView) -> UnmountHandle<impl Mountable> {
    let shown = mount_to(place(), move || part);
    frame().await;
    shown
}

fn spec() -> ui::FieldSpec {
    ui::FieldSpec {
        name: "card".into(),
        label: "Card".into(),
        ..ui::FieldSpec::default()
    }
}

/// How often the backend was asked this.
fn sent(call: &str) -> u32 {
    let count = format!("return asked.filter(({{ call }}) => call === '{call}').length");
    run(&count).as_f64().unwrap() as u32
}
