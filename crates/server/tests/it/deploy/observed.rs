//! Dashboard and alert rules ask for numbers that the server tells.

use super::files::{text, yaml};
use crate::metrics;
use crate::support::TestServer;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Names of series in a query: what begins as ours do, without what PromQL has itself.
fn named(query: &str) -> BTreeSet<String> {
    let words = query.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let ours = words.filter(|word| word.starts_with("connect_") || word.starts_with("process_"));
    ours.map(str::to_owned).collect()
}

/// All series of a server where everything that is counted has happened at least once.
async fn told() -> String {
    let options = [
        "--metrics-listen",
        "127.0.0.1:0",
        "--limit",
        "tokens-per-user=1/1h",
    ];
    let server = TestServer::with(&options).await;
    let ann = server.user().await;
    ann.connect("demo", "wealthica", "wealthica").await;
    ann.connect("demo", "somebody", "x").await;
    server.mint(json!({"user_id": "ann"})).await;
    metrics::text(&server).await
}

fn series(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let names = lines.filter_map(|line| line.split(['{', ' ']).next());
    names.map(str::to_owned).collect()
}

fn queries(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(all) => {
            for (key, value) in all {
                match (key.as_str(), value) {
                    ("expr" | "query", Value::String(text)) => found.push(text.clone()),
                    _ => queries(value, found),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|value| queries(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn each_number_that_is_asked_for_is_told() {
    let text_of_all = told().await;
    let told = series(&text_of_all);
    let dashboard: Value = serde_json::from_str(&text("grafana/connect.json")).expect("JSON");
    let mut asked = Vec::new();
    queries(&dashboard, &mut asked);
    let panels = asked.len();
    let alerts = yaml("prometheus/alerts.yml");
    queries(&alerts[0], &mut asked);
    assert!(
        panels > 20 && asked.len() - panels >= 9,
        "{panels}, {}",
        asked.len()
    );
    for query in &asked {
        for name in named(query) {
            assert!(told.contains(&name), "{name} of {query} in\n{text_of_all}");
        }
        assert_eq!(
            query.matches('(').count(),
            query.matches(')').count(),
            "{query}"
        );
    }
    // What is told and nobody looks at would be told for nothing.
    let shown: BTreeSet<String> = asked.iter().flat_map(|query| named(query)).collect();
    let kind = |name: &&String| name.starts_with("connect_");
    let base = |name: &String| {
        let ends = ["_bucket", "_sum", "_count"];
        let base = ends.iter().find_map(|end| name.strip_suffix(end));
        base.map_or_else(|| name.clone(), |base| format!("{base}_bucket"))
    };
    let unseen: Vec<String> = told
        .iter()
        .filter(kind)
        .map(base)
        .filter(|name| !shown.contains(name))
        .collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

#[test]
fn each_alert_says_how_bad_it_is_and_what_to_do() {
    let alerts = yaml("prometheus/alerts.yml");
    let rules = alerts[0]["groups"][0]["rules"].as_array().expect("rules");
    for rule in rules {
        let name = rule["alert"].as_str().expect("a name");
        let severity = rule["labels"]["severity"].as_str();
        assert!(matches!(severity, Some("page" | "ticket")), "{name}");
        for words in ["summary", "description"] {
            assert!(rule["annotations"][words].is_string(), "{name}: {words}");
        }
    }
}
