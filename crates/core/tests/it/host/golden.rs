//! Tells a story to a host and compares all that it receives with a file.

use crate::story::Story;
use crate::world::launch_as;
use connect_core::flow::{Effect, Machine, Report};
use connect_core::host::{self, Now, Outgoing, Speaker, System};
use connect_core::launch::Launch;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Tells the story to a host of each system and compares all that it receives.
#[track_caller]
pub fn check(scenario: &str, tell: impl Fn(&mut Story)) {
    for system in System::ALL {
        check_launch(scenario, launch_as(*system), &tell);
    }
}

#[track_caller]
pub fn check_launch(scenario: &str, launch: Launch, tell: impl Fn(&mut Story)) {
    let system = launch.system.name();
    let greeting = host::greet(&launch);
    let mut story = Story::start(launch);
    let asked = story.effects.contains(&Effect::AskForToken);
    let ready = host::ask_for_token(&story.machine.launch).filter(|_| asked);
    let refused = Report::TokenRefused;
    let before = story
        .told
        .iter()
        .filter(|report| **report != refused)
        .count();
    tell(&mut story);
    assert_eq!(before, 0, "the start itself tells nothing");
    let told = speak(&story.machine, &story.told);
    let sent = greeting.into_iter().chain(ready).chain(told);
    let received: Vec<Value> = sent.map(in_json).collect();
    compare(system, scenario, &received);
}

pub fn words(machine: &Machine, effects: &[Effect]) -> Vec<Outgoing> {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(report) => Some(report.clone()),
        _ => None,
    });
    speak(machine, &told.collect::<Vec<Report>>())
}

/// Each report comes a second after the one before.
fn speak(machine: &Machine, reports: &[Report]) -> Vec<Outgoing> {
    let mut speaker = Speaker::default();
    let mut now = Now {
        millis: 0,
        date: "2026-01-01T00:00:00.000Z".into(),
    };
    let mut said = Vec::new();
    for report in reports {
        now.millis += 1_000;
        said.extend(speaker.word(&machine.launch, &machine.session, report, &now));
    }
    said
}

/// A message as it is, one that is posted as text as its text; an address that a window goes to as `{"go": …}`.
pub fn in_json(outgoing: Outgoing) -> Value {
    match outgoing {
        Outgoing::Post(json) => serde_json::from_str(&json).unwrap(),
        Outgoing::PostText(text) => Value::String(text),
        Outgoing::Go(address) => json!({ "go": address }),
        Outgoing::GoTop(address) => json!({ "go_top": address }),
    }
}

#[track_caller]
pub fn compare(system: &str, scenario: &str, received: &[Value]) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/host");
    let path = root.join(system).join(format!("{scenario}.json"));
    if std::env::var_os("BLESS").is_some() {
        let text = serde_json::to_string_pretty(received).unwrap();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text + "\n").unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_else(|_| "[]".into());
    let golden: Vec<Value> = serde_json::from_str(&golden).unwrap();
    assert_eq!(
        received, golden,
        "{system}/{scenario}: BLESS=1 cargo test -p connect-core accepts a change"
    );
}
