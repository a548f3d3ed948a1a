//! The test bank "Fields Bank": a form with every kind of field.

use crate::support::{TestServer, User, check_problem, error_name};
use connect_core::api::{FieldKind, Institution, Provider, SyncStatus};
use reqwest::{Method, Response};
use serde_json::{Value, json};

const BANK: &str = "fields-bank";

fn login(username: &str) -> Value {
    json!({
        "username": username, "password": "any", "email": "ann@example.com", "card_number": "450600",
        "branch": "south", "terms": "true",
    })
}

async fn create(user: &User<'_>, credentials: Value) -> Response {
    let body = json!({"name": "Fields Bank", "type": BANK, "credentials": credentials});
    user.send(Method::POST, "/v1/institutions", body).await
}

#[tokio::test]
async fn the_form_has_every_kind_of_field() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let provider = user.get_json("/v1/providers/fields-bank").await;
    let provider: Provider = serde_json::from_value(provider).expect("a provider");
    for kind in [
        FieldKind::Text,
        FieldKind::Password,
        FieldKind::Email,
        FieldKind::Tel,
        FieldKind::Number,
        FieldKind::Select,
        FieldKind::Checkbox,
    ] {
        let field = provider.fields.iter().find(|field| field.kind == kind);
        let field = field.expect("a field of this kind");
        assert_eq!(kind == FieldKind::Select, !field.options.is_empty());
    }
    let fields = provider.fields.iter();
    assert!(fields.clone().any(|field| field.pattern.is_some()));
    assert!(fields.clone().any(|field| field.hint.is_some()));
    assert!(fields.clone().any(|field| !field.required));
    let recovery = provider.recovery_urls.expect("addresses");
    assert!(recovery.password.is_some() && recovery.username.is_some());
    assert!(recovery.website.is_some());
}

#[tokio::test]
async fn a_complete_login_connects_and_one_user_is_refused() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (username, error) in [("anybody", "none"), ("wrong", "LoginFailedError")] {
        let created = create(&user, login(username)).await;
        let mut institution: Institution = created.json().await.expect("an institution");
        while institution.sync_status == SyncStatus::Syncing {
            institution = user.news(&institution).await;
        }
        assert_eq!(error_name(&institution), error);
        // New credentials are the whole form as well.
        let short = json!({"credentials": {"username": username, "password": "any"}});
        let refused = user.put(&institution, short).await;
        check_problem(refused, 422, "invalid_request").await;
    }
}

#[tokio::test]
async fn a_missing_field_is_named() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for field in ["email", "card_number", "branch", "terms"] {
        let mut credentials = login("anybody");
        credentials[field] = json!("");
        let refused = create(&user, credentials).await;
        let problem = check_problem(refused, 422, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert_eq!(detail, format!("credentials.{field} is missing"));
    }
}
