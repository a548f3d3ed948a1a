//! Everything that can go wrong with an answer, for each call: one table, in which no cell is empty.

use super::super::InstitutionsApi;
use super::fake::{Fake, Reply, literal};
use super::{answer, credentials, log_in, said, settings};
use crate::aggregators::{Aggregator, Answer, Held, Progress, Upstream};
use serde_json::json;
use std::time::Duration;

const CALLS: [&str; 8] = [
    "banks", "begin", "renew", "answer", "resend", "look", "refresh", "forget",
];

/// A fault, and what each of the calls above makes of it. `=`: the same as the first.
const FAULTS: &[(&str, [&str; 8])] = &[
    (
        "400",
        [
            "protocol",
            "LoginRefused",
            "LoginRefused",
            "LoginRefused",
            "text",
            "protocol",
            "protocol",
            "protocol",
        ],
    ),
    ("401", ["misconfigured", "=", "=", "=", "=", "=", "=", "="]),
    ("403", ["misconfigured", "=", "=", "=", "=", "=", "=", "="]),
    (
        "404",
        [
            "protocol",
            "protocol",
            "working Login",
            "LoginRefused removed",
            "LoginRefused removed",
            "LoginRefused removed",
            "LoginRefused removed",
            "done",
        ],
    ),
    (
        "409",
        [
            "protocol",
            "TryLater",
            "TryLater",
            "working Login",
            "text",
            "protocol",
            "text",
            "protocol",
        ],
    ),
    (
        "409 duplicate",
        [
            "protocol",
            "Duplicate",
            "Duplicate",
            "working Login",
            "text",
            "protocol",
            "text",
            "protocol",
        ],
    ),
    (
        "422",
        [
            "protocol",
            "LoginRefused",
            "LoginRefused",
            "LoginRefused",
            "text",
            "protocol",
            "protocol",
            "protocol",
        ],
    ),
    (
        "422 unknown provider",
        [
            "protocol",
            "BankDown",
            "BankDown",
            "LoginRefused",
            "text",
            "protocol",
            "protocol",
            "protocol",
        ],
    ),
    ("429", ["limited None", "=", "=", "=", "=", "=", "=", "="]),
    (
        "429 with Retry-After",
        ["limited Some(7s)", "=", "=", "=", "=", "=", "=", "="],
    ),
    ("500", ["down", "=", "=", "=", "=", "=", "=", "="]),
    ("503", ["down", "=", "=", "=", "=", "=", "=", "="]),
    ("silence", ["timeout", "=", "=", "=", "=", "=", "=", "="]),
    ("cut off", ["down", "=", "=", "=", "=", "=", "=", "="]),
    ("nothing", ["down", "=", "=", "=", "=", "=", "=", "="]),
    (
        "HTML",
        [
            "protocol", "protocol", "protocol", "protocol", "protocol", "protocol", "protocol",
            "done",
        ],
    ),
    ("10 MB", ["protocol", "=", "=", "=", "=", "=", "=", "="]),
    ("redirect", ["protocol", "=", "=", "=", "=", "=", "=", "="]),
    (
        "unknown status",
        [
            "protocol", "protocol", "protocol", "protocol", "protocol", "protocol", "protocol",
            "done",
        ],
    ),
    (
        "no id",
        [
            "protocol", "protocol", "protocol", "protocol", "protocol", "protocol", "protocol",
            "done",
        ],
    ),
    (
        "no version",
        [
            "protocol", "protocol", "protocol", "protocol", "protocol", "protocol", "protocol",
            "done",
        ],
    ),
    (
        "an id that climbs",
        [
            "protocol", "protocol", "protocol", "protocol", "protocol", "protocol", "protocol",
            "done",
        ],
    ),
    (
        "all optional missing",
        [
            "protocol", "done 0/0", "done 0/0", "done 0/0", "done 0/0", "done 0/0", "done 0/0",
            "done",
        ],
    ),
    (
        "all optional null",
        [
            "protocol", "done 0/0", "done 0/0", "done 0/0", "done 0/0", "done 0/0", "done 0/0",
            "done",
        ],
    ),
    (
        "optional of other types",
        [
            "protocol", "done 2/2", "done 2/2", "done 2/2", "done 2/2", "done 2/2", "done 2/2",
            "done",
        ],
    ),
    (
        "an error without a name",
        [
            "protocol",
            "Unknown { code: \"UnknownError\" }",
            "Unknown { code: \"UnknownError\" }",
            "Unknown { code: \"UnknownError\" }",
            "Unknown { code: \"UnknownError\" }",
            "Unknown { code: \"UnknownError\" }",
            "Unknown { code: \"UnknownError\" }",
            "done",
        ],
    ),
    (
        "null",
        [
            "protocol", "protocol", "protocol", "protocol", "protocol", "protocol", "protocol",
            "done",
        ],
    ),
];

/// What comes when the first answer has led to a second call.
const SYNCING: &str = r#"{"id":"i1","name":"B","type":"b","sync_status":"syncing","__v":9}"#;
const ASKING: &str = r#"{"id":"i1","name":"B","type":"b","sync_status":"error","sync_error":{"name":"SecurityQuestionError","message":"Why?"},"__v":9}"#;

const MISSING: &str = r#"{"id":"i1","sync_status":"ok","__v":9}"#;
const NULLS: &str = r#"{"id":"i1","name":null,"type":null,"provider":null,"authorized":null,"sync_status":"ok","sync_error":null,"sync_status_details":null,"accounts":null,"warnings":null,"consent_expires_at":null,"__v":9}"#;
const ODD: &str = r#"{"id":"i1","name":5,"type":{},"provider":{"name":"b","display_name":"B"},"authorized":"yes","sync_status":"ok","sync_error":[],"sync_status_details":"now","accounts":[7,null,{"id":"a"},{"id":"b","name":"B","kind":null,"mask":12,"currency":{},"balance":"1","eligible":"no","reason":5},{"id":"b","name":"again"}],"warnings":{"message":1},"consent_expires_at":"soon","__v":9}"#;

fn fault(name: &str) -> Reply {
    let json = |status, body: &str| literal(status, "content-type: application/json\r\n", body);
    let problem = |status, code: &str| {
        let body = json!({"code": code, "title": "No", "status": status}).to_string();
        literal(status, "content-type: application/problem+json\r\n", &body)
    };
    match name {
        "409 duplicate" => problem(409, "duplicate_connection"),
        "422 unknown provider" => problem(422, "unknown_provider"),
        "429 with Retry-After" => literal(429, "retry-after: 7\r\n", ""),
        "silence" => Reply::Silence,
        "cut off" => {
            Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"id\":".to_vec())
        }
        "nothing" => Reply::Bytes(Vec::new()),
        "HTML" => literal(200, "content-type: text/html\r\n", "<h1>Welcome</h1>"),
        "10 MB" => json(200, &format!("\"{}\"", "x".repeat(10_000_000))),
        "redirect" => literal(302, "location: http://127.0.0.1:1/elsewhere\r\n", ""),
        "unknown status" => json(200, r#"{"id":"i1","sync_status":"resting","__v":9}"#),
        "no id" => json(200, r#"{"sync_status":"ok","__v":9}"#),
        "no version" => json(200, r#"{"id":"i1","sync_status":"ok"}"#),
        "an id that climbs" => json(200, r#"{"id":"..","sync_status":"ok","__v":9}"#),
        "all optional missing" => json(200, MISSING),
        "all optional null" => json(200, NULLS),
        "optional of other types" => json(200, ODD),
        "an error without a name" => json(
            200,
            r#"{"id":"i1","sync_status":"error","sync_error":{"name":null},"__v":9}"#,
        ),
        "null" => json(200, "null"),
        status => json(status.parse().expect("a status"), "{}"),
    }
}

#[tokio::test]
async fn each_fault_in_each_call_has_its_end() {
    let mut cells = 0;
    let mut wrong = Vec::new();
    for (name, expected) in FAULTS {
        for (at, call) in CALLS.into_iter().enumerate() {
            let expected = match expected[at] {
                "=" => expected[0],
                other => other,
            };
            cells += 1;
            let (told, secrets) = play(name, call).await;
            if told != expected {
                wrong.push(format!("{name} in {call}: {told}, not {expected}"));
            }
            assert!(!secrets, "{name} in {call} tells a secret");
        }
    }
    println!(
        "faults: {} in {} calls = {cells} cells, wrong: {}",
        FAULTS.len(),
        CALLS.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What the call makes of it, and whether that tells a secret.
async fn play(name: &str, call: &str) -> (String, bool) {
    let fake = Fake::start().await;
    let held =
        Held::of(&json!({"id": "i1", "version": 3, "user": "u1", "stands": false, "round": 0}));
    let patience = if name == "silence" { 100 } else { 30_000 };
    let settings = settings(&fake.settings(""));
    let api = InstitutionsApi::hasty(settings, Duration::from_millis(patience)).expect("usable");
    fake.will(fault(name));
    // What the call may ask after the first answer.
    match (name, call) {
        ("404", "renew") => fake.says(202, SYNCING),
        (_, "answer") => fake.says(202, SYNCING),
        (_, "resend" | "refresh") => fake.says(200, ASKING),
        _ => {}
    }
    let typed = credentials("typed-user", "typed-password");
    let end = match call {
        "banks" => api.banks().await.map(|_| None),
        "begin" => log_in(&api, "b", &typed, None).await.map(Some),
        "renew" => log_in(&api, "b", &typed, Some(&held)).await.map(Some),
        "answer" => answer(&api, &held, "typed-answer").await.map(Some),
        "resend" => api.resume(&held, Answer::Resend).await.map(Some),
        "look" => api.look(&held).await.map(Some),
        "refresh" => api.refresh(&held, true).await.map(Some),
        _ => api.forget(&held).await.map(|()| None),
    };
    let shown = format!("{end:?}");
    let shown = match &end {
        Ok(_) => shown,
        Err(error) => format!("{shown} {error}"),
    };
    let secrets = ["typed-", "fixed-token"]
        .iter()
        .any(|secret| shown.contains(secret));
    (word(&end), secrets)
}

fn word(end: &Result<Option<Progress>, Upstream>) -> String {
    match end {
        Ok(Some(progress)) => said(&progress.stage),
        Ok(None) => "done".into(),
        Err(Upstream::Misconfigured(_)) => "misconfigured".into(),
        Err(Upstream::RateLimited(after)) => format!("limited {after:?}"),
        Err(Upstream::Down(_)) => "down".into(),
        Err(Upstream::Timeout) => "timeout".into(),
        Err(Upstream::Protocol(_)) => "protocol".into(),
    }
}

#[tokio::test]
async fn what_is_gone_is_told_by_what_it_was() {
    let fake = Fake::start().await;
    let stood =
        Held::of(&json!({"id": "i1", "version": 3, "user": "u1", "stands": true, "round": 0}));
    fake.says(404, "{}");
    let gone = fake.api().look(&stood).await.expect("an answer");
    assert_eq!(said(&gone.stage), "ConsentEnded");
}

#[tokio::test]
async fn a_poll_that_does_not_wait_is_asked_again_after_a_pause() {
    let fake = Fake::start().await;
    let held =
        Held::of(&json!({"id": "i1", "version": 9, "user": "u1", "stands": false, "round": 0}));
    fake.will(literal(304, "", ""));
    fake.says(200, SYNCING);
    let first = fake.api().look(&held).await.expect("an answer");
    fake.says(200, SYNCING);
    let second = fake.api().look(&held).await.expect("an answer");
    assert_eq!(
        (first.after, second.after),
        (super::super::PAUSE, super::super::PAUSE)
    );
    assert_eq!(first.held, second.held);
    assert_eq!(said(&first.stage), "working Login");
}
