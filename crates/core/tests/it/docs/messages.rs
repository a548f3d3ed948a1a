//! Every message that a system's page can get stands in its page, with what it carries, and nothing else does.

use super::page::{Page, Row, names, root, same, set, source};
use super::said::{everything, kinds, made, outgoing, place, screens, told};
use crate::world::{launch, launch_as};
use connect_core::flow::{Failure, Reason, Report, Screen};
use connect_core::host::{Outgoing, System};
use connect_core::launch::{Embedding, Launch};
use serde_json::Value;
use std::collections::BTreeSet;

/// A message as a table has it: under which heading, by which name, with which fields.
struct Said {
    heading: &'static str,
    name: String,
    /// `None`: the table does not list them.
    fields: Option<BTreeSet<String>>,
}

/// The page of a system, the column with the fields, and how to read a message.
struct Guide {
    page: &'static str,
    column: usize,
    read: fn(&Value) -> Vec<Said>,
}

fn guide(system: System) -> Guide {
    let (page, column, read): (_, _, fn(&Value) -> Vec<Said>) = match system {
        System::Wealthica => ("move-from-wealthica.md", 1, wealthica),
        System::MoneyKit => ("move-from-moneykit.md", 1, moneykit),
        System::Flinks => ("move-from-flinks.md", 1, flinks),
        System::Meld => ("move-from-meld.md", 1, meld),
        System::Ucw => ("move-from-ucw.md", 1, ucw),
        System::UcwV2 => ("move-from-ucw.md", 2, ucw),
        System::Native => ("events.md", 1, native),
    };
    Guide { page, column, read }
}

fn wealthica(message: &Value) -> Vec<Said> {
    let carried = message.get("data").or(message.get("error"));
    vec![Said::new(
        "Messages",
        &message["event"],
        carried.unwrap_or(message),
    )]
}

fn moneykit(message: &Value) -> Vec<Said> {
    let data = &message["data"];
    let mut said = vec![Said::new("Messages", &message["type"], data)];
    if message["type"] == "link.event" {
        said.push(Said::new("Events", &data["name"], &data["properties"]));
    }
    said
}

fn flinks(message: &Value) -> Vec<Said> {
    match message.get("step") {
        Some(step) => vec![Said::new("Messages", step, message)],
        None => vec![Said {
            fields: None,
            ..Said::new("API events", &message["flinksCode"], message)
        }],
    }
}

fn meld(message: &Value) -> Vec<Said> {
    vec![Said::new("Messages", &message["eventName"], message)]
}

fn ucw(message: &Value) -> Vec<Said> {
    vec![Said::new(
        "Messages",
        &message["type"],
        &message["metadata"],
    )]
}

fn native(message: &Value) -> Vec<Said> {
    let event = message["type"] == "event";
    let said = event.then(|| Said::new("Events", &message["name"], &message["data"]));
    said.into_iter().collect()
}

impl Said {
    fn new(heading: &'static str, name: &Value, carries: &Value) -> Said {
        let name = name.as_str().expect("a name").to_string();
        // What makes a message one of its system.
        let frame = ["wealthica", "event", "step", "domain", "eventName"];
        let fields = carries.as_object().into_iter().flat_map(|it| it.keys());
        let fields = fields.filter(|field| !frame.contains(&field.as_str()));
        Said {
            heading,
            name,
            fields: Some(fields.cloned().collect()),
        }
    }

    #[track_caller]
    fn is_told_by(&self, page: &Page, column: usize, rows: &[Row]) {
        let (page, name) = (page.name, &self.name);
        let row = rows.iter().find(|row| names(&row[0]).contains(name));
        let row = row.unwrap_or_else(|| panic!("docs/{page} says nothing of {name}"));
        let Some(fields) = &self.fields else {
            return;
        };
        let cell = match row[column].as_str() {
            "the same" => &row[1],
            cell => cell,
        };
        let documented = names(cell);
        for field in fields {
            let known = documented
                .iter()
                .any(|name| name.trim_end_matches('?') == field);
            assert!(
                known,
                "docs/{page}: {name} carries {field}, which its row lacks"
            );
        }
        for field in documented {
            let is_there = field.ends_with('?') || fields.contains(&field);
            assert!(
                is_there,
                "docs/{page}: {name} comes without {field}; write `{field}?` if it may"
            );
        }
    }
}

#[test]
fn every_message_stands_in_its_page_with_what_it_carries_and_no_other_does() {
    for system in System::ALL {
        let guide = guide(*system);
        let page = Page::read(guide.page);
        let all = everything(*system);
        let said: Vec<Said> = all.iter().flat_map(guide.read).collect();
        let headings: BTreeSet<&str> = said.iter().map(|said| said.heading).collect();
        for heading in headings {
            let rows = page.table(heading);
            let these = said.iter().filter(|said| said.heading == heading);
            these.clone().for_each(|said| {
                said.is_told_by(&page, guide.column, &rows);
            });
            let code = these.map(|said| said.name.clone()).collect();
            same(page.name, "messages", &page.named(heading), &code);
        }
    }
}

#[test]
fn every_message_of_the_goldens_stands_in_its_page() {
    for system in System::ALL {
        let guide = guide(*system);
        let page = Page::read(guide.page);
        let folder = root().join("tests/golden/host").join(system.name());
        for file in std::fs::read_dir(folder).expect("the goldens").flatten() {
            let text = std::fs::read_to_string(file.path()).expect("a golden");
            let messages: Vec<Value> = serde_json::from_str(&text).expect("a list");
            let sent = messages
                .into_iter()
                .filter(|message| message.get("go").is_none() && message.get("go_top").is_none());
            // Some are posted as text.
            let sent = sent.map(|message| match message.as_str() {
                Some(text) => serde_json::from_str(text).expect("a message as text"),
                None => message,
            });
            for said in sent.flat_map(|message| (guide.read)(&message)) {
                said.is_told_by(&page, guide.column, &page.table(said.heading));
            }
        }
    }
}

#[test]
fn what_is_never_sent_is_never_sent() {
    for (system, page) in [
        (System::Flinks, "move-from-flinks.md"),
        (System::Ucw, "move-from-ucw.md"),
        (System::UcwV2, "move-from-ucw.md"),
    ] {
        let mut sent = BTreeSet::new();
        let all = everything(system);
        all.iter().for_each(|message| words(message, &mut sent));
        let never = Page::read(page).named("Never sent");
        let both: Vec<&String> = never.intersection(&sent).collect();
        assert!(both.is_empty(), "docs/{page}: these are sent: {both:?}");
    }
}

#[test]
fn our_own_protocol_s_page_names_every_type() {
    let page = Page::read("native-protocol.md");
    let types = |heading| -> BTreeSet<String> {
        let rows = page.table(heading);
        let kind = |row: &Row| Some(row[0].split("type:\"").nth(1)?.split('"').next()?.into());
        rows.iter().filter_map(kind).collect()
    };
    let said = everything(System::Native);
    let mut said: BTreeSet<String> = said.iter().filter_map(|it| text(&it["type"])).collect();
    // The page itself says it, before its program runs.
    let first_script = source("index.html");
    let by_page = first_script.split("say(\"").skip(1);
    said.extend(by_page.filter_map(|rest| Some(rest.split('"').next()?.into())));
    same(page.name, "messages", &types("Widget to host"), &said);
    let heard = source("crates/core/src/host/native.rs");
    let kinds = heard.split("Some(VERSION), Some(\"").skip(1);
    let heard = set(kinds.filter_map(|rest| rest.split('"').next()));
    same(page.name, "messages", &types("Host to widget"), &heard);
}

#[test]
fn the_screens_and_the_kinds_of_questions_have_their_names() {
    let events = Page::read("events.md");
    let screens = set(screens().into_iter().map(Screen::name));
    same(events.name, "screens", &events.named("Screens"), &screens);
    for page in [events, Page::read("move-from-flinks.md")] {
        for kind in kinds() {
            let name = kind.name();
            let told = page.says(&format!("`{name}`"));
            assert!(
                told,
                "docs/{} says nothing of the question {name}",
                page.name
            );
        }
    }
}

#[test]
fn the_steps_and_statuses_of_the_universal_connect_widget_are_told() {
    let page = Page::read("move-from-ucw.md");
    let launch = launch_as(System::Ucw);
    let step =
        |reports: &[Report]| text(&told(&launch, reports).pop()?["metadata"]["initial_step"]);
    let mut documented = BTreeSet::new();
    let mut code = BTreeSet::new();
    for row in page.table("Steps") {
        let step = row[0].trim_matches('`').to_string();
        let after = row[1].contains("after the bank's own site");
        let screens = names(&row[1]).into_iter();
        documented.extend(screens.map(|screen| format!("{screen} {after}: {step}")));
    }
    let denied = Report::Failed {
        failure: Failure::OAuthDenied,
        place: place(),
    };
    for screen in screens() {
        let shown = Report::ScreenShown(screen);
        let mut pairs = vec![(false, step(std::slice::from_ref(&shown)))];
        if screen == Screen::Failure {
            pairs.push((true, step(&[denied.clone(), shown])));
        }
        for (after, step) in pairs {
            let step = step.expect("a step");
            code.insert(format!("{} {after}: {step}", screen.name()));
        }
    }
    same(page.name, "steps", &documented, &code);

    let all = everything(System::Ucw);
    let statuses = all
        .iter()
        .filter_map(|it| it["metadata"]["connection_status"].as_u64());
    let sent: BTreeSet<String> = statuses.map(|status| status.to_string()).collect();
    let mut told = page.named("Connection statuses");
    let rows = Page::read("errors.md").table("In each system");
    told.extend(rows.iter().flat_map(|row| names(&row[5])));
    told.retain(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    same(page.name, "statuses", &told, &sent);
}

#[test]
fn the_parameters_of_a_result_are_told() {
    let page = Page::read("redirect-flow.md");
    let alone = Launch {
        embedding: Embedding::Alone,
        ..launch()
    };
    let place = place();
    let failed = Report::Errored {
        failure: Failure::Internal,
        place: place.clone(),
    };
    let reason = Reason::UserClosed;
    let left = Report::Left { place, reason };
    for (kind, report) in [
        ("success", Report::Succeeded(made())),
        ("failure", failed),
        ("exit", left),
    ] {
        let Some(Outgoing::Go(address)) = outgoing(&alone, &[report]).pop() else {
            panic!("a window without a page around goes somewhere");
        };
        let (_, query) = address.split_once('?').expect("a result");
        let sent = set(query.split('&').filter_map(|pair| pair.split('=').next()));
        let mut rows = page.table("Where it ends");
        rows.retain(|row| row[1] == "all" || row[1].contains(kind));
        let named = rows.iter().flat_map(|row| names(&row[0])).collect();
        same(page.name, "parameters", &named, &sent);
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(String::from)
}

/// Every text and every number in a message.
fn words(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => _ = found.insert(text.clone()),
        Value::Number(number) => _ = found.insert(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| words(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| words(field, found)),
        Value::Null | Value::Bool(_) => {}
    }
}
