//! The wire: what backends send, in every form that the contract allows.

use connect_core::Secret;
use connect_core::api::{
    ChallengeKind, CreateInstitution, FieldKind, Institution, LaunchOptions, Listing, Problem,
    Provider, ProviderPage, ProviderStatus, Session, SyncInstitution, SyncStatus, SyncStep,
    TokenRequest, UpdateInstitution,
};
use connect_core::json::Read;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Debug;

#[test]
fn a_page_and_a_bare_array_are_both_lists() {
    let page = json!({"items": [{"id": "demo", "name": "Demo"}], "next": "c1", "total": 9});
    match Listing::read(&page) {
        Some(Listing::Page(page)) => {
            assert_eq!(page.items[0].id, "demo");
            assert_eq!((page.next.as_deref(), page.total), (Some("c1"), 9));
        }
        other => panic!("{other:?}"),
    }
    let array = json!([{"id": "demo", "name": "Demo", "oauth": false}]);
    match Listing::read(&array) {
        Some(Listing::Whole(all)) => assert_eq!(all[0].name, "Demo"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_page_may_leave_out_what_is_an_addition() {
    match Listing::read(&json!({"items": []})) {
        Some(Listing::Page(page)) => assert_eq!(page, ProviderPage::default()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_no_list_is_not_taken_for_an_empty_one() {
    for odd in [
        json!(null),
        json!({}),
        json!(7),
        json!("[]"),
        json!([1]),
        json!({"items": {}}),
        json!({"items": [{"id": "demo", "name": "Demo"}, {"id": "acme"}]}),
    ] {
        assert_eq!(Listing::read(&odd), None, "{odd}");
    }
}

#[test]
fn unknown_fields_do_not_matter() {
    let institution = read(json!({
        "id": "i1", "name": "Demo", "type": "demo", "sync_status": "syncing", "__v": 3,
        "user": "u1", "investments": [{"deep": {"er": [null]}}], "_id": 7, "createdAt": null
    }));
    assert_eq!(institution.provider, "demo");
    assert_eq!(institution.version, 3);
    assert_eq!(institution.sync_error, None);
    assert_eq!(institution.accounts, None);
}

#[test]
fn null_is_as_good_as_absent() {
    let institution = read(json!({
        "id": "i1", "name": "Demo", "type": "demo", "sync_status": "ok", "__v": 0,
        "authorized": null, "sync_error": null, "sync_status_details": null, "accounts": null
    }));
    assert_eq!(institution.authorized, None);
    assert_eq!(institution.sync_status, SyncStatus::Ok);
}

#[test]
fn an_error_with_an_unknown_name_is_kept_as_it_is() {
    let institution = read(json!({
        "id": "i1", "name": "Demo", "type": "demo", "sync_status": "error", "__v": 1,
        "sync_error": {"name": "PurpleError"}
    }));
    let error = institution.sync_error.unwrap();
    assert_eq!(
        (error.name.as_str(), error.message.as_str()),
        ("PurpleError", "")
    );
}

#[test]
fn a_balance_is_any_number() {
    let balances = json!([12.5, 1e3, 7, -0.01, null]);
    let account = |balance: &Value| json!({"id": "a", "name": "A", "balance": balance});
    let accounts: Vec<Value> = balances.as_array().unwrap().iter().map(account).collect();
    let institution = read(json!({
        "id": "i1", "name": "Demo", "type": "demo", "sync_status": "ok", "__v": 1,
        "accounts": accounts
    }));
    let read: Vec<Option<f64>> = institution
        .accounts
        .unwrap()
        .iter()
        .map(|account| account.balance)
        .collect();
    let expected = [Some(12.5), Some(1000.0), Some(7.0), Some(-0.01), None];
    assert_eq!(read, expected);
}

#[test]
fn steps_and_challenges_have_their_names_on_the_wire() {
    let names = [
        ("login", SyncStep::Login),
        ("2fa", SyncStep::TwoFactor),
        ("accounts", SyncStep::Accounts),
        ("investments", SyncStep::Investments),
        ("positions", SyncStep::Positions),
        ("transactions", SyncStep::Transactions),
        ("documents", SyncStep::Documents),
    ];
    for (name, step) in names {
        assert_eq!(serde_json::to_value(step).unwrap(), name);
    }
    for (name, kind) in [
        ("text", ChallengeKind::Text),
        ("code", ChallengeKind::Code),
        ("choice", ChallengeKind::Choice),
        ("device", ChallengeKind::Device),
        ("image", ChallengeKind::Image),
        ("image_choice", ChallengeKind::ImageChoice),
        ("approve", ChallengeKind::Approve),
    ] {
        assert_eq!(serde_json::to_value(kind).unwrap(), name);
    }
}

#[test]
fn a_provider_may_say_much_or_little() {
    let little: Provider = from(json!({"id": "demo", "name": "Demo"}));
    assert_eq!(little.login_fields().len(), 2);
    assert!(!little.popular && !little.oauth);
    let much: Provider = from(json!({
        "id": "demo", "name": "Demo", "status": "down", "popular": true, "hint": "wealthica",
        "fields": [{"name": "pin", "label": "PIN", "kind": "password", "required": true}],
        "recovery_urls": {"password": "https://demo.example/lost"}
    }));
    assert_eq!(much.status, Some(ProviderStatus::Down));
    assert_eq!(much.login_fields()[0].kind, FieldKind::Password);
    let recovery = much.recovery_urls.unwrap();
    assert_eq!(
        recovery.password.as_deref(),
        Some("https://demo.example/lost")
    );
    assert_eq!(recovery.website, None);
}

#[test]
fn a_session_needs_no_options_and_a_problem_needs_nothing() {
    let session: Session = from(json!({"client": {"name": "The Shop"}, "user_id": "u1"}));
    assert_eq!(session.options, LaunchOptions::default());
    let problem: Problem = from(json!({}));
    assert_eq!(problem, Problem::default());
    let problem: Problem = from(json!({"type": "about:blank", "code": "x", "status": 400}));
    assert_eq!(problem.code, "x");
}

#[test]
fn a_token_request_is_one_flat_object() {
    let sent = json!({"user_id": "u1", "provider": "demo", "lang": "fr"});
    let request: TokenRequest = serde_json::from_value(sent).unwrap();
    assert_eq!(request.options.provider.as_deref(), Some("demo"));
    let back = serde_json::to_value(&request).unwrap();
    assert_eq!(
        back,
        json!({"user_id": "u1", "provider": "demo", "lang": "fr"})
    );
}

#[test]
fn requests_say_exactly_what_the_contract_names() {
    let credentials = [("username".to_string(), Secret::new("ada"))];
    let create = CreateInstitution {
        name: "Demo".into(),
        provider: "demo".into(),
        credentials: credentials.clone().into(),
        job_types: Vec::new(),
        options: Default::default(),
    };
    let body = json!({"name": "Demo", "type": "demo", "credentials": {"username": "ada"}});
    assert_eq!(serde_json::to_value(create).unwrap(), body);
    let login = UpdateInstitution {
        credentials: Some(credentials.into()),
        ..UpdateInstitution::default()
    };
    let body = json!({"credentials": {"username": "ada"}});
    assert_eq!(serde_json::to_value(login).unwrap(), body);
    let answer = UpdateInstitution {
        security_answer: Some(Secret::new("ruby")),
        ..UpdateInstitution::default()
    };
    let body = json!({"security_answer": "ruby"});
    assert_eq!(serde_json::to_value(answer).unwrap(), body);
    let sync = SyncInstitution {
        interactive: true,
        force: true,
    };
    let body = json!({"interactive": true, "force": true});
    assert_eq!(serde_json::to_value(sync).unwrap(), body);
}

#[test]
fn a_secret_prints_as_nothing() {
    assert_eq!(format!("{:?}", Secret::new("ruby")), "Secret(..)");
}

#[track_caller]
fn read(value: Value) -> Institution {
    from(value)
}

/// As the widget reads it, which is as serde does.
#[track_caller]
fn from<T: Read + DeserializeOwned + PartialEq + Debug>(value: Value) -> T {
    let read = T::read(&value).unwrap();
    assert_eq!(serde_json::from_value::<T>(value).unwrap(), read);
    read
}
