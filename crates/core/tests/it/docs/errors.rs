//! What stands for each error code and each exit reason in each system: tables that are made of what the widget says.

use super::page::{Page, Row, same, source};
use super::said::{failures, place, reasons, told};
use crate::world::launch_as;
use connect_core::flow::{Failure, Reason, Report};
use connect_core::host::System;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn every_code_has_a_meaning() {
    let page = Page::read("errors.md");
    let mut rows = page.table("Codes");
    rows.retain(|row| !row[1].starts_with("`connect()` only"));
    let named = rows.iter().map(|row| row[0].trim_matches('`').into());
    let codes: BTreeSet<String> = failures().iter().map(|it| it.code().into()).collect();
    same(page.name, "codes", &named.collect(), &codes);
}

#[test]
fn every_code_has_its_counterpart_in_each_system() {
    let rows: Vec<Row> = failures().iter().map(row_of_failure).collect();
    Page::read("errors.md").is_made_of("In each system", &rows);
}

#[test]
fn every_exit_has_its_counterpart_in_each_system() {
    let rows: Vec<Row> = reasons().into_iter().map(row_of_exit).collect();
    Page::read("events.md").is_made_of("An exit in each system", &rows);
}

fn row_of_failure(failure: &Failure) -> Row {
    let failed = Report::Failed {
        failure: failure.clone(),
        place: place(),
    };
    let errored = Report::Errored {
        failure: failure.clone(),
        place: place(),
    };
    // As the flow tells it.
    let refused = matches!(failure, Failure::SessionExpired | Failure::InvalidToken);
    let shown = match refused {
        true => vec![Report::TokenRefused, failed],
        false => vec![failed],
    };
    let said = |system, reports: &[Report]| told(&launch_as(system), reports);
    let errored = |system| said(system, std::slice::from_ref(&errored));
    let failed = |system| said(system, &shown);

    let error = &errored(System::Wealthica)[0]["error"];
    let wealthica = match failure {
        // Whoever leaves from there has closed the widget.
        Failure::InvalidCredentials | Failure::OAuthDenied => "`failed` alone".into(),
        _ => format!("{}: {}", error["error_type"], plain(&error["message"])),
    };

    let event = &failed(System::MoneyKit)[0]["data"]["properties"]["error_id"];
    let exit = &errored(System::MoneyKit)[1]["data"]["error"]["error_id"];
    assert_eq!(event, exit, "{failure:?}");

    let flinks = failed(System::Flinks);
    let word = |it: &Value| match it.get("flinksCode") {
        Some(name) => code(name),
        None => format!("step {}", code(&it["step"])),
    };
    let flinks: Vec<String> = flinks.iter().map(word).collect();

    let debug = &failed(System::Meld)[0]["details"];
    assert_eq!(debug, &errored(System::Meld)[0]["reason"], "{failure:?}");

    vec![
        format!("`{}`", failure.code()),
        wealthica,
        code(event),
        flinks.join(", then "),
        code(debug),
        status(&failed(System::Ucw)),
    ]
}

/// What UCW's page is told of a failed connection.
fn status(messages: &[Value]) -> String {
    let metadata = |message: &Value| message["metadata"].clone();
    let all: Vec<Value> = messages.iter().map(metadata).collect();
    let reason = all.iter().find_map(|it| it.get("error_reason"));
    if let Some(reason) = reason {
        return format!("`error_reason` {}", code(reason));
    }
    let status = all.iter().find_map(|it| it["connection_status"].as_u64());
    let status = status.expect("a failed connection has a status");
    format!("`{status}` {}", name_of(status))
}

/// The status's name in the code.
fn name_of(status: u64) -> String {
    let ucw = source("crates/core/src/host/ucw.rs");
    let own = |line: &str| {
        let (name, number) = line.strip_prefix("const ")?.split_once(": u64 = ")?;
        (number == format!("{status};")).then(|| name.to_string())
    };
    ucw.lines().find_map(own).expect("every status has a name")
}

fn row_of_exit(reason: Reason) -> Row {
    let place = place();
    let left = [Report::Left { place, reason }];
    let last = |system| told(&launch_as(system), &left).pop();
    let wealthica = last(System::Wealthica).expect("close");
    let exit = last(System::MoneyKit).expect("link.exit");
    let error = match &exit["data"]["error"] {
        Value::Null => "null".into(),
        error => code(&error["error_id"]),
    };
    let flinks = told(&launch_as(System::Flinks), &left);
    let flinks: Vec<String> = flinks.iter().map(|it| code(&it["step"])).collect();
    let meld = last(System::Meld).expect("error");
    let ucw = last(System::Ucw).map(|it| code(&it["type"]));
    vec![
        format!("`{}`", reason.name()),
        code(&wealthica["event"]),
        format!("{} with {error}", code(&exit["type"])),
        flinks.join(", "),
        format!(
            "{} with {}",
            code(&meld["eventName"]),
            code(&meld["reason"])
        ),
        ucw.unwrap_or_else(|| "nothing".into()),
    ]
}

fn plain(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn code(value: &Value) -> String {
    format!("`{}`", plain(value))
}
