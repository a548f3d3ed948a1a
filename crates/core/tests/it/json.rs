//! Laws of reading: whatever serde makes of an answer, the widget reads too; null and another type are as good as absent.

use connect_core::Secret;
use connect_core::api::{
    Account, AccountSelection, Challenge, ChallengeKind, Choice, Client, Consent, ConsentReason,
    Duplicates, Field, FieldKind, FieldOption, Institution, KeptOAuth, LaunchOptions, Listing,
    OAuthResult, OAuthStatus, Problem, Provider, ProviderPage, ProviderStatus, RecoveryUrls,
    Session, Setup, SyncDetails, SyncError, SyncStatus, SyncStep, WaitFor, Warning,
};
use connect_core::json::Read;
use connect_core::launch::PageData;
use connect_core::theme::ThemeTokens;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::fmt::Debug;

#[test]
fn whatever_has_all_its_fields_is_read_as_serde_reads_it() {
    for sample in samples() {
        (sample.agrees)(&sample.full);
        (sample.agrees)(&sample.minimal);
    }
}

#[test]
fn nothing_is_read_without_a_field_that_it_needs() {
    for sample in samples() {
        for name in keys(&sample.minimal) {
            let value = without(&sample.full, &name);
            assert_eq!((sample.shown)(&value), None, "{name} of {value}");
        }
    }
}

#[test]
fn null_or_another_type_is_as_good_as_absent() {
    for sample in samples() {
        let needed = keys(&sample.minimal);
        let names = keys(&sample.full);
        for name in names.iter().filter(|name| !needed.contains(name)) {
            let absent = (sample.shown)(&without(&sample.full, name));
            assert!(absent.is_some(), "{name} may be absent");
            for odd in [Value::Null, of_another_type(&sample.full[name])] {
                let value = with(&sample.full, name, odd);
                assert_eq!((sample.shown)(&value), absent, "{name} of {value}");
            }
        }
    }
}

#[test]
fn what_is_no_object_is_none_of_them() {
    for sample in samples() {
        for odd in [json!(null), json!(true), json!(7), json!("text")] {
            assert_eq!((sample.shown)(&odd), None, "{odd}");
        }
    }
}

#[test]
fn every_word_and_any_other_is_read_as_serde_reads_it() {
    let words = "code choice device image image_choice approve text password email tel number select \
                 checkbox degraded down ok login 2fa accounts investments positions transactions \
                 documents syncing error retry complete denied pending single multiple none \
                 authorized warn reject allow purple Ok";
    for word in words.split_whitespace().map(Value::from) {
        agrees::<ChallengeKind>(&word);
        agrees::<FieldKind>(&word);
        agrees::<ProviderStatus>(&word);
        agrees::<SyncStep>(&word);
        agrees::<SyncStatus>(&word);
        agrees::<OAuthStatus>(&word);
        agrees::<AccountSelection>(&word);
        agrees::<WaitFor>(&word);
        agrees::<Duplicates>(&word);
    }
    for odd in ["purple", "Ok", ""].map(Value::from) {
        assert_eq!(SyncStatus::read(&odd), None, "no guess how a sync went");
    }
}

#[test]
fn a_version_is_a_whole_number_that_browsers_can_tell_from_the_next_one() {
    let largest = 1_u64 << 53;
    for whole in [0, 1, 255, 256, 65_535, 65_536, 4_294_967_295, largest] {
        agrees::<u64>(&json!(whole));
        agrees::<u32>(&json!(whole));
        agrees::<u16>(&json!(whole));
        agrees::<u8>(&json!(whole));
    }
    assert_eq!(u64::read(&json!(2.0)), Some(2), "JavaScript has one type");
    for odd in [json!(-1), json!(0.5), json!(1e300), json!(largest + 2)] {
        assert_eq!(u64::read(&odd), None, "{odd}");
    }
    assert_eq!(u8::read(&json!(256)), None);
}

#[test]
fn a_listing_is_a_page_or_all_providers() {
    let page = ProviderPage::read(&full_page());
    let listing = Listing::read(&full_page());
    assert_eq!(listing, page.map(Listing::Page));
    let all = full_page()["items"].clone();
    let providers = serde_json::from_value(all.clone()).map(Listing::Whole);
    assert_eq!(Listing::read(&all), providers.ok());
}

#[test]
fn the_server_s_page_data_is_read_whole() {
    let full = json!({
        "system": "wealthica", "token": "t", "provider": "demo", "institution": "i1",
        "redirect_uri": "https://shop.example/back", "resume": "n1",
        "origin": "https://shop.example", "page": "p1",
    });
    let data = PageData {
        system: Some("wealthica".into()),
        token: Some(Secret::new("t")),
        provider: Some("demo".into()),
        institution: Some("i1".into()),
        redirect_uri: Some("https://shop.example/back".into()),
        resume: Some("n1".into()),
        origin: Some("https://shop.example".into()),
        page: Some("p1".into()),
    };
    assert_eq!(PageData::read(&full), Some(data));
    let nulls = json!({"system": null, "token": null, "provider": 7, "resume": []});
    assert_eq!(PageData::read(&nulls), Some(PageData::default()));
    assert_eq!(PageData::read(&json!("text")), None);
}

proptest! {
    #[test]
    fn whatever_serde_accepts_is_read_alike(
        sample in select(samples()),
        changes in prop::collection::vec((any::<Index>(), change()), 1..5),
    ) {
        let mut value = sample.full;
        for (place, change) in changes {
            apply(&mut value, place, change);
            (sample.agrees)(&value);
        }
    }
}

/// A type with every field set, and with those alone that it needs.
#[derive(Clone, Debug)]
struct Sample {
    full: Value,
    minimal: Value,
    agrees: fn(&Value),
    /// What is read, in words.
    shown: fn(&Value) -> Option<String>,
}

fn sample<T>(full: T, minimal: Value) -> Sample
where
    T: Read + Serialize + for<'de> Deserialize<'de> + PartialEq + Debug,
{
    let words = format!("{full:?}");
    for gap in ["None", "[]", "\"\""] {
        assert!(!words.contains(gap), "not every field is set: {words}");
    }
    Sample {
        full: serde_json::to_value(full).unwrap(),
        minimal,
        agrees: agrees::<T>,
        shown: |value| T::read(value).map(|read| format!("{read:?}")),
    }
}

#[track_caller]
fn agrees<T>(value: &Value)
where
    T: Read + for<'de> Deserialize<'de> + PartialEq + Debug,
{
    let read = T::read(value);
    if let Ok(by_serde) = T::deserialize(value) {
        assert_eq!(read, Some(by_serde), "{value}");
    }
}

#[derive(Clone, Debug)]
enum Change {
    Drop,
    Set(Value),
}

fn change() -> impl Strategy<Value = Change> {
    let odd = [
        json!(null),
        json!(true),
        json!(7),
        json!(-1.5),
        json!(70_000),
        json!(""),
        json!("purple"),
        json!([]),
        json!([7]),
        json!({}),
        json!({"name": 7}),
    ];
    prop_oneof![
        Just(Change::Drop),
        select(odd.to_vec()).prop_map(Change::Set)
    ]
}

/// Changes one of all the fields and elements in it, however deep.
fn apply(value: &mut Value, place: Index, change: Change) {
    let places = places(value);
    if places.is_empty() {
        return;
    }
    let place = place.get(&places);
    match change {
        Change::Set(odd) => {
            if let Some(found) = value.pointer_mut(place) {
                *found = odd;
            }
        }
        Change::Drop => {
            let (around, name) = place.rsplit_once('/').unwrap();
            match value.pointer_mut(around) {
                Some(Value::Object(fields)) => _ = fields.remove(name),
                Some(Value::Array(items)) => _ = items.remove(name.parse().unwrap()),
                _ => {}
            }
        }
    }
}

/// JSON pointers (RFC 6901); no name in the contract needs escaping.
fn places(value: &Value) -> Vec<String> {
    let parts: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v)).collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(i, v)| (i.to_string(), v))
            .collect(),
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (name, part) in parts {
        all.push(format!("/{name}"));
        all.extend(places(part).iter().map(|inner| format!("/{name}{inner}")));
    }
    all
}

fn keys(object: &Value) -> Vec<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

fn without(object: &Value, name: &str) -> Value {
    let mut fields: Map<String, Value> = object.as_object().unwrap().clone();
    fields.remove(name);
    fields.into()
}

fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    object[name] = value;
    object
}

fn of_another_type(value: &Value) -> Value {
    match value {
        Value::String(_) => json!(-1.5),
        _ => json!("no"),
    }
}

fn full_page() -> Value {
    json!({"items": [full_provider(), full_provider()], "next": "c1", "total": 9})
}

fn samples() -> Vec<Sample> {
    vec![
        sample(
            full_session(),
            json!({"client": {"name": "The Shop"}, "user_id": "u1"}),
        ),
        sample(full_session().client, json!({"name": "The Shop"})),
        sample(full_session().options, json!({})),
        sample(full_consent(), json!({})),
        sample(
            full_consent().reasons.remove(0),
            json!({"job_type": "accounts", "reason": "So."}),
        ),
        sample(
            ProviderPage {
                items: vec![full_provider()],
                next: Some("c1".into()),
                total: 9,
            },
            json!({"items": []}),
        ),
        sample(full_provider(), json!({"id": "demo", "name": "Demo"})),
        sample(
            full_provider().fields.remove(0),
            json!({"name": "pin", "label": "PIN", "kind": "select"}),
        ),
        sample(full_option(), json!({"value": "1", "label": "One"})),
        sample(full_recovery(), json!({})),
        sample(
            full_setup(),
            json!({"url": "https://demo.example/token", "label": "Get a token"}),
        ),
        sample(
            full_institution(),
            json!({"id": "i1", "name": "Demo", "type": "demo", "sync_status": "retry", "__v": 3}),
        ),
        sample(full_warning(), json!({"message": "Acme is missing."})),
        sample(full_error(), json!({"name": "SecurityQuestionError"})),
        sample(full_details(), json!({})),
        sample(
            full_challenge(),
            json!({"kind": "device", "prompt": "Where?"}),
        ),
        sample(full_choice(), json!({"id": "a", "label": "A"})),
        sample(full_account(), json!({"id": "a1"})),
        sample(full_problem(), json!({})),
        sample(full_oauth(), json!({"status": "error"})),
        sample(
            full_kept(),
            json!({"provider": "demo", "code_verifier": "v"}),
        ),
    ]
}

fn full_theme() -> ThemeTokens {
    let mut theme = ThemeTokens::default();
    theme.set("accent", "#0a0");
    theme.set_pair("surface", "white", "rgb(10, 20, 30)");
    theme
}

fn full_session() -> Session {
    Session {
        id: Some("s-7".into()),
        client: Client {
            name: "The Shop".into(),
            logo: Some("https://shop.example/logo.svg".into()),
            theme: full_theme(),
        },
        user_id: "u1".into(),
        options: LaunchOptions {
            origin: Some("https://shop.example".into()),
            lang: Some("fr".into()),
            providers: Some(vec!["demo".into()]),
            provider_groups: Some(vec!["test".into()]),
            countries: Some(vec!["CA".into()]),
            job_types: Some(vec!["accounts".into()]),
            provider: Some("demo".into()),
            redirect_uri: Some("https://shop.example/back".into()),
            state: Some("s7".into()),
            account_selection: Some(AccountSelection::Multiple),
            consent: Some(full_consent()),
            wait_for: Some(WaitFor::Authorized),
            duplicates: Some(Duplicates::Reject),
            allow_change_institution: Some(false),
            search: Some("caisse".into()),
            institution: Some("i-7".into()),
            oauth_redirect_uri: Some("https://shop.example/bank".into()),
            exchange: Some(true),
            single_connection: Some(true),
            account_kinds: Some(vec!["checking".into()]),
        },
        expires_at: "2026-01-01T00:00:00Z".into(),
    }
}

fn full_consent() -> Consent {
    Consent {
        reasons: vec![ConsentReason {
            job_type: "accounts".into(),
            reason: "So.".into(),
        }],
        terms_url: Some("https://shop.example/terms".into()),
    }
}

fn full_provider() -> Provider {
    Provider {
        id: "demo".into(),
        name: "Demo".into(),
        url: Some("https://demo.example".into()),
        logo: Some("https://demo.example/logo.svg".into()),
        color: Some("#112233".into()),
        country: Some("CA".into()),
        group: Some("test".into()),
        popular: true,
        oauth: true,
        client_id: Some("widget".into()),
        authorize_url: Some("https://demo.example/authorize".into()),
        scopes: vec!["accounts".into(), "owner".into()],
        fields: vec![Field {
            name: "pin".into(),
            label: "PIN".into(),
            kind: FieldKind::Select,
            required: true,
            autocomplete: Some("off".into()),
            pattern: Some("[0-9]+".into()),
            hint: Some("On your card".into()),
            options: vec![full_option()],
        }],
        hint: Some("demo / demo".into()),
        status: Some(ProviderStatus::Degraded),
        message: Some("Until tomorrow.".into()),
        alternatives: vec!["acme".into()],
        aggregator: Some("other".into()),
        recovery_urls: Some(full_recovery()),
        connected: Some("i1".into()),
        setup: Some(full_setup()),
    }
}

fn full_option() -> FieldOption {
    FieldOption {
        value: "1".into(),
        label: "One".into(),
    }
}

fn full_recovery() -> RecoveryUrls {
    RecoveryUrls {
        password: Some("https://demo.example/password".into()),
        username: Some("https://demo.example/username".into()),
        website: Some("https://demo.example".into()),
    }
}

fn full_setup() -> Setup {
    Setup {
        url: "https://demo.example/token".into(),
        label: "Get a token".into(),
        steps: vec!["Choose Token.".into()],
    }
}

fn full_institution() -> Institution {
    Institution {
        id: "i1".into(),
        name: "Demo".into(),
        provider: "demo".into(),
        authorized: Some(true),
        sync_status: SyncStatus::Retry,
        sync_error: Some(full_error()),
        sync_status_details: Some(full_details()),
        accounts: Some(vec![full_account()]),
        login_id: Some("8b35f6c8-e7b6-41d3-98f8-08d68b7f8d31".into()),
        exchange_code: Some(Secret::new("code-7")),
        consent_expires_at: Some("2026-04-01T00:00:00Z".into()),
        warnings: vec![full_warning()],
        version: 3,
    }
}

fn full_error() -> SyncError {
    SyncError {
        name: "SecurityQuestionError".into(),
        message: "Where?".into(),
        challenge: Some(full_challenge()),
        provider_message: Some("Where do you live?".into()),
        url: Some("https://demo.example/terms".into()),
    }
}

fn full_warning() -> Warning {
    Warning {
        account_ids: vec!["a1".into()],
        message: "Acme is missing.".into(),
    }
}

fn full_details() -> SyncDetails {
    SyncDetails {
        date: "2026-01-01T00:00:00Z".into(),
        step: Some(SyncStep::TwoFactor),
    }
}

fn full_challenge() -> Challenge {
    Challenge {
        kind: ChallengeKind::Device,
        prompt: "Where?".into(),
        choices: vec![full_choice()],
        image: Some("https://demo.example/cat.png".into()),
        length: Some(6),
        numeric: Some(true),
        destination: Some("•••42".into()),
        expires_at: Some("2026-01-01T00:05:00Z".into()),
        resend: Some(true),
    }
}

fn full_choice() -> Choice {
    Choice {
        id: "a".into(),
        label: "A".into(),
        image: Some("https://demo.example/a.png".into()),
    }
}

fn full_account() -> Account {
    Account {
        id: "a1".into(),
        name: "Everyday".into(),
        kind: "checking".into(),
        mask: Some("1234".into()),
        currency: Some("CAD".into()),
        balance: Some(-12.5),
        eligible: Some(false),
        reason: Some("Closed.".into()),
    }
}

fn full_problem() -> Problem {
    Problem {
        code: "conflict".into(),
        title: "No.".into(),
        status: 409,
        detail: Some("id".into()),
        request_id: Some("r42".into()),
    }
}

fn full_oauth() -> OAuthResult {
    OAuthResult {
        status: OAuthStatus::Error,
        code: Some(Secret::new("c")),
        error: Some("server_error".into()),
        kept: Some(full_kept()),
    }
}

fn full_kept() -> KeptOAuth {
    KeptOAuth {
        provider: "demo".into(),
        institution: Some("i1".into()),
        code_verifier: Secret::new("v"),
        redirect_uri: Some("https://shop.example/bank".into()),
        popup: Some(true),
        alone: Some(true),
        query: "lang=fr".into(),
        system: Some("wealthica".into()),
    }
}
