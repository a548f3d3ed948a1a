//! The id of a login: the same for the same person at the same bank, told once the bank has let them in.

use crate::bank::{BANK, NONCE, VERIFIER, go_through, parameter, widget_state};
use crate::support::{TestServer, User, check_problem};
use crate::vault::{Vault, rewrite};
use connect_core::api::{Institution, SyncStatus};
use connect_server::sql;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

async fn read(server: &TestServer, login: &str) -> Response {
    server.login(login, "demo-secret").await
}

fn login(institution: &Institution) -> String {
    institution.login_id.clone().expect("a login id")
}

async fn ann_and_bob(server: &TestServer) -> (User<'_>, User<'_>) {
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    (server.user().await, bob)
}

#[tokio::test]
async fn the_same_login_has_the_same_id_whoever_makes_the_connection() {
    let server = TestServer::start().await;
    let (ann, bob) = ann_and_bob(&server).await;
    let first = ann.connect("demo", "wealthica", "wealthica").await;
    let id = login(&first);
    assert_eq!(id.len(), 36);
    let second = bob.connect("demo", "wealthica", "wealthica").await;
    assert_eq!(login(&second), id);
    assert_ne!(first.id, second.id);
    let other_bank = ann.connect("accounts-bank", "user_good", "one").await;
    assert_ne!(login(&other_bank), id);

    let told: Value = read(&server, &id).await.json().await.expect("JSON");
    assert_eq!(told["login_id"], id.as_str());
    let mut users = told["institutions"].as_array().expect("a list").clone();
    users.sort_by_key(|one| one["user_id"].to_string());
    let users: Vec<(&Value, &Value)> = users
        .iter()
        .map(|one| (&one["user_id"], &one["institution"]["id"]))
        .collect();
    assert_eq!(
        users,
        [
            (&json!("ann"), &json!(first.id)),
            (&json!("bob"), &json!(second.id))
        ]
    );
    let server = server.restart().await;
    let user = server.user().await;
    let again = user.connect("demo", "wealthica", "wealthica").await;
    assert_eq!(login(&again), id);
}

#[tokio::test]
async fn nobody_learns_the_id_of_a_login_that_the_bank_has_not_let_in() {
    let server = TestServer::start().await;
    let (ann, bob) = ann_and_bob(&server).await;
    let theirs = ann.connect("accounts-bank", "user_good", "one").await;
    let begun = bob.create("accounts-bank", "user_good", "wrong").await;
    let refused = bob.follow(begun).await;
    assert_eq!(refused.login_id, None);
    let told: Value = read(&server, &login(&theirs))
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(told["institutions"].as_array().map(Vec::len), Some(1));

    // One that has connected as somebody else does not become theirs by a name alone.
    let own = bob.connect("accounts-bank", "user_good", "many").await;
    let tried = bob.log_in(&own, "user_bad", "many").await;
    assert_eq!(tried.login_id, None);
    let told: Value = read(&server, &login(&own))
        .await
        .json()
        .await
        .expect("JSON");
    let kept = told["institutions"].as_array().expect("a list");
    assert!(
        kept.iter()
            .any(|one| one["institution"]["id"] == own.id.as_str())
    );
}

#[tokio::test]
async fn a_login_belongs_to_its_client() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let path = format!("/v1/logins/{}", login(&connected));
    for authorization in [
        "",
        "Basic ZGVtbzp3cm9uZw==",
        &format!("Bearer {}", user.token),
    ] {
        let request = server
            .request(Method::GET, &path)
            .header("authorization", authorization);
        let answer = request.send().await.expect("an answer");
        check_problem(answer, 401, "invalid_client").await;
    }
    sql::query("UPDATE institutions SET client = 'other'")
        .execute(&server.database().await)
        .await
        .expect("it is written");
    check_problem(read(&server, &login(&connected)).await, 404, "not_found").await;
    check_problem(read(&server, "nothing").await, 404, "not_found").await;
}

#[tokio::test]
async fn what_the_host_asks_of_the_backend_is_kept_word_for_word() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let create = async |options: Value| {
        let credentials = json!({"username": "wealthica", "password": "wealthica"});
        let body =
            json!({"name": "Demo", "type": "demo", "credentials": credentials, "options": options});
        user.send(Method::POST, "/v1/institutions", body).await
    };
    let asked = json!({"tag": "a=b", "daysOfTransactions": "Days90"});
    let connected = user.follow(create(asked.clone()).await).await;
    let told: Value = read(&server, &login(&connected))
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(told["institutions"][0]["options"], asked);
    let many: serde_json::Map<String, Value> =
        (0..33).map(|at| (at.to_string(), json!(""))).collect();
    for wrong in [
        json!(many),
        json!({"x".repeat(65): "a"}),
        json!({"": "a"}),
        json!({"a": "x".repeat(257)}),
        json!({"a": 5}),
    ] {
        check_problem(create(wrong).await, 422, "invalid_request").await;
    }
}

#[tokio::test]
async fn a_question_does_not_change_whose_login_it_is() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let known = user.connect("demo", "wealthica", "wealthica").await;
    let asked = user.connect("demo", "wealthica", "something").await;
    assert_eq!(asked.login_id, None);
    let asked = user.answer(&asked, "javascript").await;
    let connected = user.answer(&asked, "ruby").await;
    assert_eq!(login(&connected), login(&known));
}

#[tokio::test]
async fn a_login_at_the_banks_own_site_has_an_id_for_each_connection() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let connect = async || {
        let back = go_through(&server, &widget_state(NONCE), "any", "allow").await;
        let code = parameter(&back, "code").expect("a code");
        let credentials = json!({"code": code, "code_verifier": VERIFIER});
        let body = json!({"name": BANK, "type": BANK, "credentials": credentials});
        let begun = user.send(Method::POST, "/v1/institutions", body).await;
        user.follow(begun).await
    };
    let (one, other) = (connect().await, connect().await);
    assert_ne!(login(&one), login(&other));
    let found = read(&server, &login(&one)).await;
    assert_eq!(found.status(), StatusCode::OK);
}

/// As if a login had just been written down whose sync has not yet begun to run.
async fn try_as_somebody_else(server: &TestServer, set: &str) {
    let statement = format!("UPDATE institutions SET login_tried = 'theirs'{set}");
    sql::query(statement)
        .execute(&server.database().await)
        .await
        .expect("it is written");
}

#[tokio::test]
async fn a_sync_that_goes_on_takes_the_login_that_it_began_with() {
    let server = TestServer::with(&["--sandbox-step-ms", "200"]).await;
    let user = server.user().await;
    let known = user.connect("demo", "wealthica", "wealthica").await;
    let running = user.create("demo", "wealthica", "wealthica").await;
    let running: Institution = running.json().await.expect("an institution");
    try_as_somebody_else(&server, "").await;
    let connected = user.sync_anew(&running).await;
    assert_eq!(login(&connected), login(&known));

    let asked = user.connect("demo", "wealthica", "something").await;
    try_as_somebody_else(&server, "").await;
    let asked = user.answer(&asked, "javascript").await;
    let connected = user.answer(&asked, "ruby").await;
    assert_eq!(login(&connected), login(&known));
}

#[tokio::test]
async fn a_sync_cannot_slip_in_between_a_login_and_the_banks_answer() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let own = user.connect("demo", "wealthica", "wealthica").await;
    try_as_somebody_else(&server, ", sync_status = 'syncing'").await;
    rewrite(&server, &own.id, |document| {
        document["sync_status"] = json!("syncing");
    })
    .await;
    let path = format!("/v1/institutions/{}/sync", own.id);
    let body = json!({"interactive": true, "force": true});
    let answer = user.send(Method::POST, &path, body).await;
    check_problem(answer, 409, "conflict").await;
}

#[tokio::test]
async fn syncs_that_outrun_a_refused_login_do_not_let_it_in() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let own = user.connect("accounts-bank", "user_good", "one").await;
    let path = format!("/v1/institutions/{}/sync", own.id);
    let credentials = json!({"username": "user_bad", "password": "one"});
    for _ in 0..20 {
        let sync = async || {
            let body = json!({"interactive": true, "force": true});
            user.send(Method::POST, &path, body).await
        };
        let body = json!({"credentials": credentials});
        let _ = tokio::join!(sync(), user.put(&own, body), sync(), sync());
        let mut now = user.read(&own.id).await;
        while now.sync_status == SyncStatus::Syncing {
            now = user.news(&now).await;
        }
        assert!(now.login_id.is_none_or(|id| Some(id) == own.login_id));
    }
}

/// What the server would have sealed of one that has last changed so many seconds after the first million.
async fn seal(server: &TestServer, like: &Institution, number: u32) {
    let (vault, id) = (Vault::of(server), format!("0{number}"));
    let date = jiff::Timestamp::from_second(1_000_000 + i64::from(number)).expect("a time");
    let mut document = serde_json::to_value(like).expect("JSON");
    document["id"] = json!(id);
    document["sync_status_details"]["date"] = json!(date.to_string());
    let sealed =
        |column: &str, text: &str| vault.seal(&format!("institutions.{column} {id}"), text);
    sql::query("UPDATE institutions SET document = ?, user_sealed = ? WHERE id = ?")
        .bind(sealed("document", &document.to_string()))
        .bind(sealed("user_sealed", "aaa"))
        .bind(&id)
        .execute(&server.database().await)
        .await
        .expect("it is sealed");
}

#[tokio::test]
async fn of_many_connections_of_a_login_the_newest_are_told() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let newest = user.connect("demo", "wealthica", "wealthica").await;
    let id = login(&newest);
    let more = async |count: u32| {
        sql::query(
            "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?)
             INSERT INTO institutions (client, user_hash, id, version, sync_status, document, changed_at, login_id)
             SELECT client, 'aaa', '0' || number, 1, 'ok', '', 1000000 + number, login_id
             FROM institutions, numbers WHERE id = ?
             ON CONFLICT DO NOTHING",
        )
        .bind(count)
        .bind(&newest.id)
        .execute(&server.database().await)
        .await
        .expect("they are written");
        for number in 1..=count {
            seal(&server, &newest, number).await;
        }
        let told: Value = read(&server, &id).await.json().await.expect("JSON");
        let all = told["institutions"].as_array().expect("a list");
        assert_eq!(all[0]["institution"]["id"], newest.id.as_str());
        let dates = all
            .iter()
            .map(|one| &one["institution"]["sync_status_details"]["date"]);
        assert!(
            dates
                .map(Value::to_string)
                .is_sorted_by(|one, next| one >= next)
        );
        (all.len(), told["truncated"] == true)
    };
    assert_eq!(more(99).await, (100, false));
    assert_eq!(more(100).await, (100, true));
}

#[tokio::test]
async fn a_login_is_deleted_with_all_that_came_of_it_and_nothing_else() {
    let server = TestServer::start().await;
    let (ann, bob) = ann_and_bob(&server).await;
    let first = ann.connect("demo", "wealthica", "wealthica").await;
    let second = bob.connect("demo", "wealthica", "wealthica").await;
    let other = ann.connect("accounts-bank", "user_good", "one").await;
    let delete = async |login: &str, secret: &str| {
        let path = format!("/v1/logins/{login}");
        let request = server.request(Method::DELETE, &path);
        let request = request.basic_auth("demo", Some(secret));
        request.send().await.expect("an answer")
    };
    let id = login(&first);
    check_problem(delete(&id, "another").await, 401, "invalid_client").await;
    assert_eq!(
        delete(&id, "demo-secret").await.status(),
        StatusCode::NO_CONTENT
    );
    check_problem(delete(&id, "demo-secret").await, 404, "not_found").await;
    check_problem(read(&server, &id).await, 404, "not_found").await;
    for (user, gone) in [(&ann, &first), (&bob, &second)] {
        let path = format!("/v1/institutions/{}", gone.id);
        check_problem(user.get(&path).await, 404, "not_found").await;
    }
    assert_eq!(read(&server, &login(&other)).await.status(), StatusCode::OK);
}
