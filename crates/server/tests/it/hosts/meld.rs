//! Meld: the widget at the root, and the endpoint that prepares it.

use crate::support::{INDEX, TestServer, User, check_problem, error_name, header, launch};
use connect_core::api::SyncStatus;
use connect_server::sql;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn the_root_speaks_meld_only_where_its_address_has_the_token_or_had_it() {
    let server = TestServer::start().await;
    for path in ["/?connectToken=t", "/?connectToken="] {
        let page = server.get(path).await;
        assert_eq!(launch(page).await, json!({"system": "meld"}), "{path}");
    }
    for path in ["/", "/?lang=fr"] {
        let page = server.get(path).await;
        assert_eq!(header(&page, "cache-control"), "no-cache", "{path}");
        assert_eq!(page.text().await.expect("a page"), INDEX, "{path}");
    }
}

const START: &str = "/bank-linking/connect/start";
const REPAIR: &str = "/bank-linking/connect/repair";

async fn started(server: &TestServer, body: Value) -> Value {
    let answer = server.ask(START, body).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(header(&answer, "cache-control"), "no-store");
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn a_connect_token_is_what_its_body_asks_for_and_lives_three_hours() {
    let server = TestServer::start().await;
    let asked = json!({
        "externalCustomerId": "ann", "regions": ["CA", "US"],
        "products": ["TRANSACTIONS", "IDENTIFIERS", "SOMETHING_NEW"],
        "optionalProducts": ["INVESTMENT_HOLDINGS", "INVESTMENT_TRANSACTIONS", "TRANSACTIONS"],
        "institutionId": "demo", "institutionSearchString": "monz", "allowRedirect": true,
        "accountPreferenceOverride": {"a": 5},
    });
    let mut answer = started(&server, asked).await;
    let token = answer["connectToken"].take();
    let token = token.as_str().expect("a token");
    let url = server.url(&format!("/?connectToken={token}"));
    assert_eq!(answer["widgetUrl"], url);
    assert_eq!(answer["externalCustomerId"], "ann");
    let page = server.http.get(url).send().await.expect("an answer");
    assert_eq!(launch(page).await, json!({"system": "meld"}));
    let user = User {
        server: &server,
        token: token.into(),
    };
    let session = user.get_json("/v1/session").await;
    assert_eq!(session["id"], answer["id"]);
    assert_eq!(session["user_id"], "ann");
    assert_eq!(session["expires_at"], answer["expiresAt"]);
    assert_eq!(
        session["options"],
        json!({
            "countries": ["CA", "US"],
            "job_types": ["transactions", "account_numbers", "investments"],
            "provider": "demo", "search": "monz", "single_connection": true,
        })
    );
    let left: i64 = sql::query_scalar("SELECT expires_at - unixepoch() FROM tokens")
        .fetch_one(&server.database().await)
        .await
        .expect("its end");
    assert!((3 * 3600 - 5..=3 * 3600).contains(&left), "{left}");
    let again = started(&server, json!({"externalCustomerId": "ann"})).await;
    assert_eq!(again["customerId"], answer["customerId"]);
    let other = started(&server, json!({"externalCustomerId": "bob"})).await;
    assert_ne!(other["customerId"], answer["customerId"]);
}

#[tokio::test]
async fn what_is_wrong_with_a_start_is_named() {
    let server = TestServer::start().await;
    for (body, named) in [
        (json!({}), "externalCustomerId"),
        (json!({"externalCustomerId": ""}), "externalCustomerId"),
        (
            json!({"externalCustomerId": "x".repeat(257)}),
            "externalCustomerId",
        ),
        (
            json!({"externalCustomerId": "ann", "products": "evil"}),
            "products",
        ),
        (
            json!({"externalCustomerId": "ann", "institutionSearchString": "x".repeat(257)}),
            "institutionSearchString",
        ),
    ] {
        let answer = server.ask(START, body).await;
        let problem = check_problem(answer, 400, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(
            detail.contains(named) && !detail.contains("evil"),
            "{detail}"
        );
    }
    let request = server.request(Method::POST, START).bearer_auth("wrong");
    let request = request.json(&json!({"externalCustomerId": "ann"}));
    let answer = request.send().await.expect("an answer");
    check_problem(answer, 401, "invalid_client").await;
}

#[tokio::test]
async fn a_connect_token_makes_one_connection_and_as_many_attempts_as_it_takes() {
    let server = TestServer::start().await;
    let token = async || {
        let answer = started(&server, json!({"externalCustomerId": "ann"})).await;
        User {
            server: &server,
            token: answer["connectToken"].as_str().expect("a token").into(),
        }
    };
    let user = token().await;
    let refused = user.connect("accounts-bank", "user_good", "wrong").await;
    assert_eq!(error_name(&refused), "LoginFailedError");
    let asked = user.connect("demo", "wealthica", "something").await;
    // The attempt that was given up is gone, and one that waits for an answer gives way as well.
    assert_eq!(gone(&user, &refused.id).await, StatusCode::NOT_FOUND);
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
    assert_eq!(gone(&user, &asked.id).await, StatusCode::NOT_FOUND);

    let second = user.create("accounts-bank", "user_good", "one").await;
    check_problem(second, 409, "token_used").await;
    let again = user.log_in(&connected, "wealthica", "wealthica").await;
    assert_eq!(again.sync_status, SyncStatus::Ok);
    let path = format!("/v1/institutions/{}", connected.id);
    let removed = user.send(Method::DELETE, &path, json!({})).await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    let second = user.create("accounts-bank", "user_good", "one").await;
    check_problem(second, 409, "token_used").await;
    let other = token().await;
    let second = other.connect("accounts-bank", "user_good", "one").await;
    assert_eq!(second.sync_status, SyncStatus::Ok);
}

async fn gone(user: &User<'_>, id: &str) -> StatusCode {
    user.get(&format!("/v1/institutions/{id}")).await.status()
}

#[tokio::test]
async fn of_many_attempts_at_once_one_connects() {
    let server = TestServer::start().await;
    let answer = started(&server, json!({"externalCustomerId": "ann"})).await;
    let user = User {
        server: &server,
        token: answer["connectToken"].as_str().expect("a token").into(),
    };
    let attempt = || user.create("demo", "wealthica", "wealthica");
    let _ = tokio::join!(attempt(), attempt(), attempt(), attempt());
    let kept: i64 =
        sql::query_scalar("SELECT count(*) FROM institutions WHERE only_in IS NOT NULL")
            .fetch_one(&server.database().await)
            .await
            .expect("a number");
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn a_repair_is_of_one_of_the_client_s_connections_and_leads_to_no_other_bank() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let connection = user.connect("demo", "wealthica", "wealthica").await;
    let id = connection.id.as_str();
    let answer = server.ask(REPAIR, json!({"connectionId": id})).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let mut answer: Value = answer.json().await.expect("JSON");
    let token = answer["connectToken"].take();
    let token = token.as_str().expect("a token");
    let url = server.url(&format!("/?connectToken={token}"));
    assert_eq!(
        answer,
        json!({
            "id": id, "connectToken": null, "externalCustomerId": "ann", "institutionId": "demo", "widgetUrl": url,
        })
    );
    let user = User {
        server: &server,
        token: token.into(),
    };
    let session = user.get_json("/v1/session").await;
    assert_eq!(session["user_id"], "ann");
    assert_eq!(
        session["options"],
        json!({"institution": id, "allow_change_institution": false, "single_connection": true})
    );
    for body in [json!({}), json!({"connectionId": "another's"})] {
        let answer = server.ask(REPAIR, body).await;
        let problem = check_problem(answer, 400, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("connectionId"), "{detail}");
    }
}
