//! Connections: whose they are, how one waits for them, what may be done when, and what is never kept.

use crate::support::{TestServer, check_problem, error_name, header};
use connect_core::api::{Institution, SyncStatus};
use connect_server::sql;
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn nobody_else_finds_a_connection() {
    let server = TestServer::start().await;
    let (ann, bob) = (
        server.user().await,
        server.user_with(json!({"user_id": "bob"})).await,
    );
    let institution = ann.connect("demo", "wealthica", "wealthica").await;
    let path = format!("/v1/institutions/{}", institution.id);
    check_problem(bob.get(&path).await, 404, "not_found").await;
    check_problem(bob.poll(&institution).await, 404, "not_found").await;
    check_problem(
        bob.send(Method::DELETE, &path, json!({})).await,
        404,
        "not_found",
    )
    .await;
    assert_eq!(ann.get(&path).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_poll_without_news_is_answered_304() {
    let server = TestServer::with(&["--poll-timeout", "1"]).await;
    let user = server.user().await;
    let institution = user.connect("demo", "wealthica", "wealthica").await;
    let answer = user.poll(&institution).await;
    assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(answer.bytes().await.expect("no body").len(), 0);
    let older = Institution {
        version: 0,
        ..institution
    };
    assert_eq!(user.poll(&older).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_poll_must_say_what_was_seen() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let institution = user.connect("demo", "wealthica", "wealthica").await;
    for query in ["", "?v=", "?v=abc", "?v=-1"] {
        let path = format!("/v1/institutions/{}/poll{query}", institution.id);
        let problem = check_problem(user.get(&path).await, 400, "invalid_request").await;
        assert!(
            problem["detail"]
                .as_str()
                .is_some_and(|detail| detail.starts_with("v "))
        );
    }
}

#[tokio::test]
async fn removing_a_connection_ends_its_polls() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let created = user.create("demo", "wealthica", "wait-login-600000").await;
    let institution: Institution = created.json().await.expect("an institution");
    let path = format!("/v1/institutions/{}", institution.id);
    let (polled, removed) = tokio::join!(
        user.poll(&institution),
        user.send(Method::DELETE, &path, json!({}))
    );
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    check_problem(polled, 404, "not_found").await;
}

#[tokio::test]
async fn what_makes_no_sense_now_is_a_conflict() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let running: Institution = user
        .create("demo", "wealthica", "wait-login-600000")
        .await
        .json()
        .await
        .expect("an institution");
    let path = format!("/v1/institutions/{}", running.id);
    for body in [
        json!({"security_answer": "ruby"}),
        json!({"selected_accounts": ["any"]}),
        json!({"resend": true}),
    ] {
        check_problem(user.send(Method::PUT, &path, body).await, 409, "conflict").await;
    }
    let sync = format!("{path}/sync");
    check_problem(
        user.send(Method::POST, &sync, json!({"interactive": true}))
            .await,
        409,
        "conflict",
    )
    .await;
    let forced = user
        .send(
            Method::POST,
            &sync,
            json!({"interactive": true, "force": true}),
        )
        .await;
    assert_eq!(forced.status(), StatusCode::ACCEPTED);

    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let path = format!("/v1/institutions/{}", connected.id);
    check_problem(
        user.send(Method::PUT, &path, json!({"security_answer": "ruby"}))
            .await,
        409,
        "conflict",
    )
    .await;
}

#[tokio::test]
async fn new_credentials_take_the_place_of_a_running_sync() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let running: Institution = user
        .create("demo", "wealthica", "wait-login-600000")
        .await
        .json()
        .await
        .expect("an institution");
    let replaced = user.log_in(&running, "wealthica", "wealthica").await;
    assert_eq!(replaced.sync_status, SyncStatus::Ok);
    assert_eq!(replaced.id, running.id);

    // Also while the running sync writes as often as it can, and ends by asking.
    for (username, password) in [("wealthica", "wealthica"), ("wealthica", "something")] {
        let running = user.create("demo", username, password).await;
        let mut running: Institution = running.json().await.expect("an institution");
        for _ in 0..10 {
            let body = json!({"credentials": {"username": username, "password": password}});
            let path = format!("/v1/institutions/{}", running.id);
            let answer = user.send(Method::PUT, &path, body).await;
            assert_eq!(answer.status(), StatusCode::ACCEPTED);
            running = answer.json().await.expect("an institution");
            assert_eq!(running.sync_status, SyncStatus::Syncing);
        }
        let ended = user.log_in(&running, "wealthica", "wealthica").await;
        assert_eq!(ended.sync_status, SyncStatus::Ok);
    }
}

#[tokio::test]
async fn a_user_has_ten_running_syncs_and_replacing_one_is_no_eleventh() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let wait = || user.create("demo", "wealthica", "wait-login-600000");
    let asked = user.connect("demo", "wealthica", "something").await;
    let mut running: Vec<Institution> = Vec::new();
    for _ in 0..10 {
        running.push(wait().await.json().await.expect("an institution"));
    }
    let answer = json!({"security_answer": "ruby"});
    let of_asked = format!("/v1/institutions/{}", asked.id);
    for refused in [
        wait().await,
        server.user().await.create("demo", "a", "b").await,
        user.send(Method::PUT, &of_asked, answer.clone()).await,
    ] {
        assert_eq!(header(&refused, "retry-after"), "5");
        check_problem(refused, 429, "rate_limited").await;
    }
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    bob.connect("demo", "wealthica", "wealthica").await;

    let path = format!("/v1/institutions/{}", running[0].id);
    let login = json!({"username": "wealthica", "password": "wait-login-600000"});
    for (method, path, body) in [
        (Method::PUT, path.clone(), json!({"credentials": login})),
        (
            Method::POST,
            format!("{path}/sync"),
            json!({"interactive": true, "force": true}),
        ),
    ] {
        let replaced = user.send(method, &path, body).await;
        assert_eq!(replaced.status(), StatusCode::ACCEPTED);
    }
    check_problem(wait().await, 429, "rate_limited").await;

    // The question has waited; with one sync less its answer is taken.
    user.send(Method::DELETE, &path, json!({})).await;
    assert_eq!(
        user.answer(&asked, "ruby").await.sync_status,
        SyncStatus::Ok
    );
}

#[tokio::test]
async fn of_many_logins_at_once_ten_are_taken() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let mut logins = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let request = server.request(Method::POST, "/v1/institutions");
        let login = json!({"username": "wealthica", "password": "wait-login-600000"});
        let request = request
            .bearer_auth(&user.token)
            .json(&json!({"name": "Demo", "type": "demo", "credentials": login}));
        logins.spawn(request.send());
    }
    let mut taken = 0;
    for answer in logins.join_all().await {
        match answer.expect("an answer").status() {
            StatusCode::ACCEPTED => taken += 1,
            status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
        }
    }
    assert_eq!(taken, 10);
}

#[tokio::test]
async fn a_start_removes_connections_that_never_came_about_and_were_left_for_a_day() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let refused = user.connect("demo", "nobody", "wrong").await;
    let kept = user.connect("demo", "wealthica", "wealthica").await;
    let pool = server.database().await;
    let age = "UPDATE institutions SET changed_at = unixepoch('2026-01-01')";
    sql::query(age)
        .execute(&pool)
        .await
        .expect("they are older");
    pool.close().await;
    let server = server.restart().await;
    let user = server.user().await;
    let path = |institution: &Institution| format!("/v1/institutions/{}", institution.id);
    check_problem(user.get(&path(&refused)).await, 404, "not_found").await;
    assert_eq!(user.get(&path(&kept)).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_put_changes_exactly_one_thing() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let path = format!("/v1/institutions/{}", connected.id);
    for body in [
        json!({}),
        json!({"security_answer": "a", "selected_accounts": ["b"]}),
        json!({"selected_accounts": []}),
        json!({"selected_accounts": ["none of mine"]}),
        json!({"credentials": {"username": "a"}}),
    ] {
        check_problem(
            user.send(Method::PUT, &path, body).await,
            422,
            "invalid_request",
        )
        .await;
    }
    let chosen = format!("{}-savings", connected.id);
    let answer = user
        .send(Method::PUT, &path, json!({"selected_accounts": [chosen]}))
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
    let institution: Institution = answer.json().await.expect("an institution");
    assert_eq!(institution.accounts.map(|accounts| accounts.len()), Some(1));
}

#[tokio::test]
async fn a_new_sync_asks_the_question_anew_and_an_ok_connection_stays_ok() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let asked = user.connect("demo", "wealthica", "something").await;
    let anew = user.sync(&asked).await;
    assert_eq!(error_name(&anew), "SecurityQuestionError");
    let connected = user.answer(&anew, "ruby").await;
    assert_eq!(user.sync(&connected).await.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_restart_keeps_connections_and_goes_on_with_what_it_cut_off() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let asked = user.connect("demo", "wealthica", "something").await;
    let until_let_in = async |password: &str| {
        let begun = user.create("demo", "wealthica", password).await;
        let mut last: Institution = begun.json().await.expect("an institution");
        while last.authorized != Some(true) {
            last = user.news(&last).await;
        }
        last
    };
    let long = until_let_in("wait-documents-600000").await;
    let short = until_let_in("wait-transactions-400").await;
    let server = server.restart().await;
    let user = server.user().await;
    assert_eq!(user.read(&connected.id).await, connected);
    assert_eq!(user.read(&asked.id).await, asked);
    // Its question is still open, and its answer leads on.
    let next = user.answer(&asked, "javascript").await;
    assert_eq!(error_name(&next), "SecurityQuestionError");
    let server = server.restart().await;
    let user = server.user().await;
    assert_eq!(user.answer(&next, "ruby").await.sync_status, SyncStatus::Ok);
    assert_eq!(user.read(&long.id).await.sync_status, SyncStatus::Syncing);
    let mut short = user.read(&short.id).await;
    while short.sync_status == SyncStatus::Syncing {
        short = user.news(&short).await;
    }
    assert_eq!(short.sync_status, SyncStatus::Ok);
    assert!(short.accounts.is_some_and(|accounts| accounts.len() == 3));
}

#[tokio::test]
async fn a_login_that_a_stop_has_cut_off_on_its_way_is_told_as_one_that_is_done_again() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let begun = user.connect("demo", "wealthica", "wealthica").await;
    // As if the server had ended before the bank could answer.
    let database = server.database().await;
    let cut_off = "UPDATE institutions SET sync_status = 'syncing', held = NULL WHERE id = ?";
    let done = sql::query(cut_off).bind(&begun.id).execute(&database);
    done.await.expect("it is written");
    let server = server.restart().await;
    let user = server.user().await;
    let told = user.read(&begun.id).await;
    assert_eq!(told.sync_status, SyncStatus::Retry);
    let path = format!("/v1/institutions/{}", begun.id);
    let late = json!({"security_answer": "ruby"});
    let late = user.send(Method::PUT, &path, late).await;
    let problem = check_problem(late, 409, "conflict").await;
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("start a new sync"), "{detail}");
    let again = user.sync_anew(&told).await;
    assert_eq!(error_name(&again), "LoginFailedError");
}

#[tokio::test]
async fn credentials_answers_and_tokens_are_not_in_the_database() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let asked = user
        .connect("demo", "wealthica", "unforgettable-password")
        .await;
    user.answer(&asked, "unforgettable-answer").await;
    user.connect("demo", "unforgettable-username", "x").await;
    let token = user.token.clone();
    let directory = server.directory;
    server.server.stop().await;
    for file in ["connect.db", "connect.db-wal"] {
        let bytes = std::fs::read(directory.path(file)).unwrap_or_default();
        for secret in ["unforgettable", token.as_str(), "demo-secret"] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {file}");
        }
    }
}

#[tokio::test]
async fn what_is_missing_in_a_login_is_named() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (body, field) in [
        (
            json!({"name": "Demo", "type": "demo", "credentials": {"username": "a"}}),
            "credentials.password",
        ),
        (
            json!({"name": "Demo", "type": "demo", "credentials": {"username": "a", "password": ""}}),
            "credentials.password",
        ),
        (
            json!({"name": "Demo", "type": "demo", "credentials": {"username": 5, "password": "s3cret"}}),
            "credentials.username",
        ),
        (
            json!({"name": "Demo", "type": "demo", "credentials": "s3cret"}),
            "credentials",
        ),
        (
            json!({"name": " ", "type": "demo", "credentials": {}}),
            "name",
        ),
        (json!({"name": "Demo", "credentials": {}}), "type"),
    ] {
        let answer = user.send(Method::POST, "/v1/institutions", body).await;
        assert_eq!(header(&answer, "cache-control"), "no-store");
        let problem = check_problem(answer, 422, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(
            detail.contains(field) && !detail.contains("s3cret"),
            "{field}: {detail}"
        );
    }
    check_problem(
        user.create("nowhere", "a", "b").await,
        422,
        "unknown_provider",
    )
    .await;
}

#[tokio::test]
async fn a_session_for_one_connection_or_one_bank_makes_no_other() {
    let server = TestServer::start().await;
    let own = server
        .user()
        .await
        .connect("demo", "wealthica", "wealthica")
        .await;
    for options in [
        json!({"user_id": "ann", "institution": own.id}),
        json!({"user_id": "ann", "institution": own.id, "provider": "demo", "allow_change_institution": false}),
    ] {
        let user = server.user_with(options).await;
        for provider in ["demo", "accounts-bank"] {
            let refused = user.create(provider, "wealthica", "wealthica").await;
            check_problem(refused, 409, "conflict").await;
        }
        let again = user.log_in(&own, "wealthica", "wealthica").await;
        assert_eq!(again.sync_status, SyncStatus::Ok);
    }
    for (changes, status) in [(false, 422), (true, 202)] {
        let options =
            json!({"user_id": "ann", "provider": "demo", "allow_change_institution": changes});
        let user = server.user_with(options).await;
        let other = user.create("accounts-bank", "user_good", "one").await;
        assert_eq!(other.status().as_u16(), status);
        let named = user.create("demo", "wealthica", "wealthica").await;
        assert_eq!(named.status().as_u16(), 202);
    }
}
