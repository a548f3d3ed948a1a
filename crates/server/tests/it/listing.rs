//! A client's server lists, reads, syncs and removes connections, of whichever of its users.

use crate::support::{TestServer, check_problem, sha256_hex};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

fn by_client(server: &TestServer, method: Method, path: &str) -> RequestBuilder {
    let request = server.request(method, path);
    request.basic_auth("demo", Some("demo-secret"))
}

async fn list(server: &TestServer, query: &str) -> Value {
    let request = by_client(server, Method::GET, &format!("/v1/institutions{query}"));
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.expect("JSON")
}

/// Those that were made here, and not what each user of a sandbox has from the start.
fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items").iter();
    let ids = items.map(|item| item["id"].as_str().expect("an id").to_owned());
    ids.filter(|id| !id.starts_with("reconnect-")).collect()
}

/// One well at the bank, one refused after it stood.
async fn two_users(server: &TestServer) -> (String, String) {
    let ann = server.user().await;
    let ann = ann.connect("demo", "wealthica", "wealthica").await.id;
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    let connected = bob.connect("demo", "wealthica", "wealthica").await;
    let broken = bob.log_in(&connected, "no", "no").await;
    (ann, broken.id)
}

#[tokio::test]
async fn a_client_lists_all_of_its_users_and_a_user_their_own() {
    let server = TestServer::start().await;
    let (ann, bob) = two_users(&server).await;
    let mut both = vec![ann.clone(), bob.clone()];
    both.sort();
    let page = list(&server, "").await;
    assert_eq!(ids(&page), both);
    assert_eq!(page["next"], Value::Null);
    let page = list(&server, "?user_id=bob").await;
    assert_eq!(ids(&page), std::slice::from_ref(&bob));
    let item = &page["items"][0];
    assert_eq!(item["user_id"], "bob");
    assert_eq!(item["type"], "demo");
    assert_eq!(item["sync_status"], "error");
    assert_eq!(item["sync_error"]["name"], "LoginFailedError");
    assert!(item["accounts"].as_u64().is_some_and(|number| number > 0));
    assert!(item["last_synced_at"].is_string() && item["updated_at"].is_string());
    assert!(ids(&list(&server, "?user_id=nobody").await).is_empty());

    let user = server.user().await;
    let page = user.get_json("/v1/institutions").await;
    assert_eq!(ids(&page), std::slice::from_ref(&ann));
    assert!(page["items"][0].get("user_id").is_none());
    assert_eq!(page["items"][0]["sync_error"], Value::Null);
    let same = user.get_json("/v1/institutions?user_id=ann").await;
    assert_eq!(ids(&same), [ann]);
    let other = user.get("/v1/institutions?user_id=bob").await;
    check_problem(other, 404, "not_found").await;
}

#[tokio::test]
async fn pages_leave_nothing_out_and_tell_nothing_twice() {
    let server = TestServer::start().await;
    let mut all = Vec::new();
    for user in ["a", "b", "c", "d", "e"] {
        let user = server.user_with(json!({"user_id": user})).await;
        all.push(user.connect("demo", "wealthica", "wealthica").await.id);
    }
    all.sort();
    let (mut read, mut query) = (Vec::new(), String::from("?limit=2"));
    loop {
        let page = list(&server, &query).await;
        read.extend(ids(&page));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        query = format!("?limit=2&after={next}");
    }
    assert_eq!(read, all);
    let updated = list(&server, "?updated_after=2020-01-01T00:00:00Z").await;
    assert_eq!(ids(&updated).len(), 5);
    let updated = list(&server, "?updated_after=2999-01-01T00:00:00Z").await;
    assert!(ids(&updated).is_empty());
    for wrong in ["limit=0", "limit=x", "updated_after=yesterday"] {
        let request = by_client(&server, Method::GET, &format!("/v1/institutions?{wrong}"));
        let answer = request.send().await.expect("an answer");
        check_problem(answer, 400, "invalid_request").await;
    }
}

#[tokio::test]
async fn a_client_s_server_reads_syncs_and_removes_without_a_token() {
    let server = TestServer::start().await;
    let (ann, _) = two_users(&server).await;
    let path = format!("/v1/institutions/{ann}");
    for request in [
        by_client(&server, Method::GET, &path),
        server
            .request(Method::GET, &path)
            .bearer_auth("demo-secret"),
    ] {
        let answer = request.send().await.expect("an answer");
        let institution: Value = answer.json().await.expect("JSON");
        assert_eq!(institution["id"], ann.as_str());
        assert_eq!(institution["sync_status"], "ok");
        assert!(institution["login_id"].is_string());
    }
    let sync = by_client(&server, Method::POST, &format!("{path}/sync"));
    let begun = sync.json(&json!({"interactive": false})).send().await;
    assert_eq!(begun.expect("an answer").status(), StatusCode::ACCEPTED);
    let removed = by_client(&server, Method::DELETE, &path).send().await;
    assert_eq!(removed.expect("an answer").status(), StatusCode::NO_CONTENT);
    let gone = by_client(&server, Method::GET, &path).send().await;
    check_problem(gone.expect("an answer"), 404, "not_found").await;
}

#[tokio::test]
async fn what_is_another_client_s_is_not_there_and_a_wrong_secret_reaches_nothing() {
    let directory = crate::support::Directory::new();
    let clients =
        json!([{"id": "other", "name": "Other", "secret_sha256": sha256_hex("other-secret")}]);
    let file = directory.write("clients.json", &clients.to_string());
    let file = file.to_str().expect("a plain path").to_owned();
    let server = TestServer::in_directory(directory, &["--sandbox", "--clients", &file]).await;
    let (ann, _) = two_users(&server).await;
    let path = format!("/v1/institutions/{ann}");
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::POST, format!("{path}/sync")),
    ] {
        for (secret, status, code) in [
            ("other-secret", 404, "not_found"),
            ("wrong", 401, "invalid_client"),
        ] {
            let request = server.request(method.clone(), &path);
            let request = request.basic_auth("other", Some(secret));
            let request = request.json(&json!({"interactive": false}));
            let answer = request.send().await.expect("an answer");
            check_problem(answer, status, code).await;
        }
        let nobody = server.request(method, &path).bearer_auth("nobody-s");
        let nobody = nobody.json(&json!({"interactive": false})).send().await;
        check_problem(nobody.expect("an answer"), 401, "invalid_token").await;
    }
    let request = server.request(Method::GET, "/v1/institutions");
    let answer = request
        .basic_auth("other", Some("other-secret"))
        .send()
        .await;
    let page: Value = answer.expect("an answer").json().await.expect("JSON");
    assert!(ids(&page).is_empty());
}
