//! The aggregator "Institutions API": whole connections outside the sandbox, with another server's sandbox behind them.

use crate::support::{Directory, TestServer, User, challenge, error_name};
use connect_core::api::{ChallengeKind, Institution, SyncStatus};
use connect_server::sql;
use reqwest::{Method, StatusCode};
use serde_json::json;

/// Somebody's service, and the server that has it behind it.
async fn start() -> (TestServer, TestServer) {
    let service = TestServer::with(&["--sandbox-step-ms", "5"]).await;
    let server = server(Directory::new(), &service).await;
    (service, server)
}

async fn server(directory: Directory, service: &TestServer) -> TestServer {
    let secret = directory.write("secret", "demo-secret\n");
    let text = format!(
        "[[aggregator]]\nkind = \"institutions-api\"\nid = \"own\"\nbase_url = {:?}\nprivate = true\n[aggregator.token]\nkind = \"tokens\"\nclient_id = \"demo\"\nsecret_file = {secret:?}\n",
        service.url("/v1")
    );
    TestServer::outside(directory, &text).await
}

async fn bank(user: &User<'_>, name: &str) -> String {
    let path = format!("/v1/providers?search={}", name.replace(' ', "%20"));
    let list = user.get_json(&path).await;
    let items = list["items"].as_array().expect("banks");
    let found = items.iter().find(|item| item["name"] == name);
    let found = found.unwrap_or_else(|| panic!("{name} is not among {list}"));
    found["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn every_kind_of_question_of_the_service_reaches_the_user_and_is_answered() {
    let (_service, server) = start().await;
    let user = server.user().await;
    let mfa = bank(&user, "MFA Bank").await;
    for (password, kind, answer) in [
        ("text", ChallengeKind::Text, "dog"),
        ("choice", ChallengeKind::Choice, "blue"),
        ("code", ChallengeKind::Code, "1234"),
        ("image", ChallengeKind::Image, "7K4P"),
        ("image_choice", ChallengeKind::ImageChoice, "apple"),
    ] {
        let asked = user.connect(&mfa, "user_good", password).await;
        assert_eq!(challenge(&asked).kind, kind);
        let wrong = user.answer(&asked, "wrong").await;
        assert_eq!(error_name(&wrong), "SecurityQuestionError", "{password}");
        let connected = user.answer(&wrong, answer).await;
        assert_eq!(connected.sync_status, SyncStatus::Ok, "{password}");
    }
    let approved = user.connect(&mfa, "user_good", "approve").await;
    assert_eq!(approved.sync_status, SyncStatus::Ok);
    let demo = bank(&user, "Demo").await;
    // A question without a kind stays one.
    let first = user.connect(&demo, "wealthica", "anything").await;
    let second = user.answer(&first, "javascript").await;
    assert!(
        second
            .sync_error
            .as_ref()
            .is_some_and(|error| error.challenge.is_none())
    );
    let connected = user.answer(&second, "ruby").await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
    assert_eq!(connected.accounts.map(|accounts| accounts.len()), Some(3));
}

#[tokio::test]
async fn a_form_of_the_service_s_own_is_shown_and_sent() {
    let (_service, server) = start().await;
    let user = server.user().await;
    let fields = bank(&user, "Fields Bank").await;
    let provider = user.get_json(&format!("/v1/providers/{fields}")).await;
    let names: Vec<&str> = provider["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(|field| field["name"].as_str())
        .collect();
    assert!(
        names.contains(&"card_number") && names.contains(&"branch"),
        "{names:?}"
    );
    let credentials = json!({
        "username": "anybody", "password": "any", "email": "a@example.com", "card_number": "123456",
        "branch": "north", "terms": "true",
    });
    let body = json!({"name": "Fields", "type": fields, "credentials": credentials});
    let made = user.send(Method::POST, "/v1/institutions", body).await;
    assert_eq!(user.follow(made).await.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_question_of_the_service_outlives_a_restart_and_what_is_deleted_here_is_deleted_there() {
    let (service, server) = start().await;
    let user = server.user().await;
    let token = user.token.clone();
    let mfa = bank(&user, "MFA Bank").await;
    let asked = user.connect(&mfa, "user_good", "code").await;
    let TestServer {
        directory, server, ..
    } = server;
    server.stop().await;
    let server = self::server(directory, &service).await;
    let user = User {
        server: &server,
        token,
    };
    let sent = user.put(&asked, json!({"resend": true})).await;
    assert_eq!(sent.status(), StatusCode::ACCEPTED);
    let anew: Institution = sent.json().await.expect("an institution");
    let connected = user.answer(&anew, "1234").await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);

    let count = async || -> i64 {
        let made = "SELECT count(*) FROM institutions WHERE id NOT LIKE 'reconnect-%'";
        let database = service.database().await;
        let count = sql::query_scalar(made).fetch_one(&database).await;
        count.expect("it works")
    };
    assert_eq!(count().await, 1);
    let path = format!("/v1/institutions/{}", connected.id);
    user.send(Method::DELETE, &path, json!(null)).await;
    while count().await > 0 {}
}

#[tokio::test]
async fn what_the_service_says_of_a_login_is_told_in_the_same_words() {
    let (_service, server) = start().await;
    let user = server.user().await;
    let names = [
        "LoginFailedError",
        "UserActionRequiredError",
        "TemporaryFailureError",
        "AccountLockedError",
        "NoAccountsError",
        "InstitutionUnavailableError",
        "ConsentDeniedError",
        "ConsentExpiredError",
        "UnknownError",
        "TheirOwnError",
    ];
    let mfa = bank(&user, "MFA Bank").await;
    for name in names {
        let told = user
            .connect(&mfa, "user_good", &format!("error_{name}"))
            .await;
        assert_eq!(error_name(&told), name);
    }
    let retry = bank(&user, "Retry Bank").await;
    let put_off = user.connect(&retry, "user_good", "any").await;
    assert_eq!(put_off.sync_status, SyncStatus::Retry);
}

#[tokio::test]
async fn a_login_that_begins_anew_leaves_nothing_at_the_service() {
    let (service, server) = start().await;
    let user = server.user().await;
    let mfa = bank(&user, "MFA Bank").await;
    let asked = user.connect(&mfa, "user_good", "text").await;
    let asked = user.log_in(&asked, "user_good", "code").await;
    let connected = user.answer(&asked, "1234").await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
    let path = format!("/v1/institutions/{}", connected.id);
    user.send(Method::DELETE, &path, json!(null)).await;
    let database = service.database().await;
    let made = "SELECT count(*) FROM institutions WHERE id NOT LIKE 'reconnect-%'";
    let count = async || -> i64 {
        let count = sql::query_scalar(made).fetch_one(&database).await;
        count.expect("it works")
    };
    while count().await > 0 {}
}

#[tokio::test]
async fn a_service_that_is_down_keeps_no_server_from_starting() {
    let (service, server) = start().await;
    let TestServer {
        directory,
        server: running,
        ..
    } = server;
    running.stop().await;
    let address = service.url("/v1");
    service.server.stop().await;
    let secret = directory.path("secret");
    let text = format!(
        "[[aggregator]]\nkind = \"institutions-api\"\nid = \"own\"\nbase_url = {address:?}\nprivate = true\n[aggregator.token]\nkind = \"tokens\"\nclient_id = \"demo\"\nsecret_file = {secret:?}\n"
    );
    let server = TestServer::outside(directory, &text).await;
    // With the banks that it had.
    let user = server.user().await;
    bank(&user, "MFA Bank").await;
}
