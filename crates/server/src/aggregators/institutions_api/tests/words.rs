//! Each word of the contract has its place: a table of what comes in and what goes out, in which nothing is missing.

use super::super::stage::seen;
use super::said;
use crate::aggregators::Stage;
use jiff::Timestamp;
use serde_json::{Value, json};

/// `sync_error.name` with `sync_status: error`.
pub const NAMES: &[(&str, &str)] = &[
    ("LoginFailedError", "LoginRefused"),
    ("SecurityQuestionError", "text"),
    ("UserActionRequiredError", "ActionNeeded { at: None }"),
    ("TemporaryFailureError", "TryLater"),
    ("AccountLockedError", "Locked"),
    ("NoAccountsError", "NoAccounts"),
    ("InstitutionUnavailableError", "BankDown"),
    ("ConsentDeniedError", "Denied"),
    ("ConsentExpiredError", "ConsentEnded"),
    ("SessionExpiredError", "TryLater"),
    ("DuplicateConnectionError", "Duplicate"),
    ("BrandNewError", "Unknown { code: \"BrandNewError\" }"),
    ("<b>odd</b>", "Unknown { code: \"UnknownError\" }"),
    ("", "Unknown { code: \"UnknownError\" }"),
];

const STATUSES: &[(&str, &str)] = &[
    ("syncing", "working Login"),
    ("ok", "done 0/0"),
    ("error", "Unknown { code: \"UnknownError\" }"),
    ("retry", "BrokenOff"),
];

/// `sync_status_details.step` while syncing: without `authorized`, and with it.
const STEPS: &[(&str, &str, &str)] = &[
    ("login", "working Login", "working Accounts"),
    ("2fa", "working TwoFactor", "working Accounts"),
    ("accounts", "working Accounts", "working Accounts"),
    ("investments", "working Investments", "working Investments"),
    ("positions", "working Positions", "working Positions"),
    (
        "transactions",
        "working Transactions",
        "working Transactions",
    ),
    ("documents", "working Documents", "working Documents"),
    ("brand-new", "working Login", "working Accounts"),
];

/// `challenge.kind`, with the sync stopped and with it running.
const KINDS: &[(&str, &str, &str)] = &[
    ("text", "text", "working Login"),
    ("code", "code", "working Login"),
    ("choice", "choice", "working Login"),
    ("device", "device", "working Login"),
    ("image", "image", "working Login"),
    ("image_choice", "image_choice", "working Login"),
    ("approve", "approves", "approves"),
    ("brand_new", "text", "working Login"),
];

fn stage(of: Value) -> Stage {
    let mut institution = json!({"id": "i", "__v": 1});
    let fields = institution.as_object_mut().expect("an object");
    fields.extend(of.as_object().expect("an object").clone());
    seen(&institution, 0, Timestamp::UNIX_EPOCH)
        .expect("it is read")
        .stage
}

#[test]
fn each_status_step_name_and_kind_is_mapped() {
    let mut rows = Vec::new();
    for (status, expected) in STATUSES {
        rows.push((
            format!("sync_status {status}"),
            stage(json!({"sync_status": status})),
            *expected,
        ));
    }
    for (name, expected) in NAMES {
        let error = json!({"name": name, "message": "Why?"});
        let stage = stage(json!({"sync_status": "error", "sync_error": error}));
        rows.push((format!("sync_error.name {name}"), stage, *expected));
    }
    for (step, without, with) in STEPS {
        for (authorized, expected) in [(false, without), (true, with)] {
            let details = json!({"date": "2026-01-01T00:00:00Z", "step": step});
            let stage = stage(
                json!({"sync_status": "syncing", "authorized": authorized, "sync_status_details": details}),
            );
            rows.push((
                format!("step {step}, authorized {authorized}"),
                stage,
                *expected,
            ));
        }
    }
    for (kind, stopped, running) in KINDS {
        for (status, expected) in [("error", stopped), ("syncing", running)] {
            let challenge = json!({"kind": kind, "prompt": "Why?"});
            let error =
                json!({"name": "SecurityQuestionError", "message": "", "challenge": challenge});
            let stage = stage(json!({"sync_status": status, "sync_error": error}));
            rows.push((format!("challenge.kind {kind}, {status}"), stage, *expected));
        }
    }
    let mut wrong = Vec::new();
    for (word, stage, expected) in &rows {
        let told = said(stage);
        println!("{word:44} {told}");
        if told != *expected {
            wrong.push(format!("{word}: {told}, not {expected}"));
        }
    }
    println!("words: {}, unmapped or wrong: {}", rows.len(), wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What the contract publishes, so that a new word of it cannot be missed here.
#[test]
fn the_tables_have_every_word_of_the_contract() {
    use connect_core::api::{ChallengeKind, SyncError, SyncStatus, SyncStep};
    let words = |schema: schemars::Schema| -> Vec<String> {
        let schema = serde_json::to_value(schema).expect("JSON");
        let mut found = Vec::new();
        collect(&schema, &mut found);
        found
    };
    let covered = |words: Vec<String>, table: Vec<&str>| {
        assert!(words.len() >= 4, "{words:?}");
        let missing: Vec<&String> = words
            .iter()
            .filter(|word| !table.contains(&word.as_str()))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    };
    covered(
        words(schemars::schema_for!(SyncStatus)),
        STATUSES.iter().map(|row| row.0).collect(),
    );
    covered(
        words(schemars::schema_for!(SyncStep)),
        STEPS.iter().map(|row| row.0).collect(),
    );
    covered(
        words(schemars::schema_for!(ChallengeKind)),
        KINDS.iter().map(|row| row.0).collect(),
    );
    let schema = serde_json::to_value(schemars::schema_for!(SyncError)).expect("JSON");
    let told = schema["properties"]["name"]["description"]
        .as_str()
        .expect("a text");
    let names = told
        .split([' ', ',', ';'])
        .filter(|word| word.ends_with("Error"));
    covered(
        names.map(String::from).collect(),
        NAMES.iter().map(|row| row.0).collect(),
    );
}

/// The values of `enum` and `const`, wherever they stand.
fn collect(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("const", Value::String(text)) => found.push(text.clone()),
                    ("enum", Value::Array(all)) => {
                        found.extend(all.iter().filter_map(|one| one.as_str().map(String::from)));
                    }
                    _ => collect(value, found),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|one| collect(one, found)),
        _ => {}
    }
}

#[test]
fn an_address_to_go_to_is_passed_on_where_it_is_https() {
    let with = |url: &str| {
        let error = json!({"name": "UserActionRequiredError", "message": "Go", "url": url});
        match stage(json!({"sync_status": "error", "sync_error": error})) {
            Stage::Failed(failed) => failed,
            other => panic!("{other:?}"),
        }
    };
    let good = format!("{:?}", with("https://bank.example/terms").cause);
    assert!(good.contains("bank.example"), "{good}");
    for bad in ["http://bank.example/", "javascript:alert(1)", "no address"] {
        let failed = with(bad);
        assert_eq!(
            said(&Stage::Failed(failed.clone())),
            "ActionNeeded { at: None }"
        );
        assert_eq!(failed.message.as_deref(), Some("Go"));
    }
}

#[test]
fn the_bank_s_own_words_and_the_time_of_a_question_are_passed_on() {
    let challenge = json!({"kind": "code", "prompt": "The code?", "length": 6, "numeric": true, "resend": true, "destination": "•••42", "expires_at": "1970-01-01T00:01:30Z"});
    let error = json!({"name": "SecurityQuestionError", "message": "m", "provider_message": "Again.", "challenge": challenge});
    let Stage::Asks(questions) = stage(json!({"sync_status": "error", "sync_error": error})) else {
        panic!("it asks");
    };
    let question = &questions[0];
    assert_eq!(question.lifetime.map(|time| time.as_secs()), Some(90));
    assert_eq!(question.words.as_deref(), Some("Again."));
    let challenge = question.challenge.as_ref().expect("a challenge");
    assert_eq!(challenge.length, Some(6));
    assert_eq!(challenge.resend, Some(true));
    assert_eq!(challenge.destination.as_deref(), Some("•••42"));
}
