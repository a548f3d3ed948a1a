//! MoneyKit: the pages of Connect, and what its server endpoints answer.

use super::two_shops;
use crate::support::{TOKEN_TO_NOWHERE, TestServer, User, check_problem, header, launch};
use crate::vault::{kept, rewrite};
use connect_core::api::{Institution, SyncStatus};
use connect_server::sql;
use jiff::Timestamp;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn its_pages_name_the_system_and_do_not_repeat_the_token() {
    let server = TestServer::start().await;
    for path in ["/start", "/relink", "/continue"] {
        let query = "linkSessionToken=t&origin=http%3A%2F%2Flocalhost%3A3000&device";
        let page = server.get(&format!("{path}?{query}")).await;
        assert_eq!(launch(page).await, json!({"system": "moneykit"}), "{path}");
    }
}

async fn link_session(server: &TestServer, body: Value) -> Response {
    server.ask("/link-session", body).await
}

/// The user of a link session that is asked for with these fields.
async fn linking<'a>(server: &'a TestServer, more: Value) -> User<'a> {
    let mut body = json!({"customer_user": {"id": "ann"}});
    for (name, value) in more.as_object().expect("fields") {
        body[name] = value.clone();
    }
    let answer = link_session(server, body).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(header(&answer, "cache-control"), "no-store");
    let answer: Value = answer.json().await.expect("JSON");
    let fields: Vec<&String> = answer.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["link_session_token"]);
    let token = answer["link_session_token"].as_str().expect("a token");
    User {
        server,
        token: token.to_owned(),
    }
}

async fn exchange(server: &TestServer, code: &str) -> Response {
    let body = json!({"exchangeable_token": code});
    server.ask("/link-session/exchange-token", body).await
}

fn code(institution: &Institution) -> &str {
    let code = institution.exchange_code.as_ref().expect("a code");
    code.expose()
}

#[tokio::test]
async fn a_link_session_is_what_its_body_asks_for() {
    let server = TestServer::with(&["--demo-redirect-uri", "https://shop.example/back"]).await;
    let user = linking(
        &server,
        json!({
            "settings": {
                "providers": ["plaid", "demo", "mfa-bank"],
                "products": {
                    "transactions": {"required": true, "require_permission": true, "reason": "To show them."},
                    "identity": {"prefetch": true},
                    "unknown": {},
                },
                "link_permissions": {"requested": [
                    {"scope": "account_numbers", "reason": "To pay.", "required": true},
                    {"scope": "transactions", "reason": "Said before.", "required": false},
                ]},
                "countries": ["CA"],
            },
            "customer_user": {"id": "ann", "email": {"address": "ann@shop.example"}},
            "institution_id": "demo",
            "redirect_uri": "https://shop.example/back",
            "webhook": "https://shop.example/hook",
            "link_tags": ["a"],
            "connect_features": {
                "duplicate_institution_warning": true, "permit_only_depository_accounts": true,
                "enable_money_id": true,
            },
            "moneylink_features": {},
        }),
    )
    .await;
    let session = user.get_json("/v1/session").await;
    assert_eq!(session["user_id"], "ann");
    assert!(session["id"].is_string());
    assert_eq!(
        session["options"],
        json!({
            "providers": ["demo", "mfa-bank"],
            "countries": ["CA"],
            "job_types": ["identity", "transactions", "account_numbers"],
            "consent": {"reasons": [
                {"job_type": "transactions", "reason": "To show them."},
                {"job_type": "account_numbers", "reason": "To pay."},
            ]},
            "provider": "demo",
            "oauth_redirect_uri": "https://shop.example/back",
            "account_selection": "multiple",
            "account_kinds": ["checking", "savings", "cash", "cd", "prepaid"],
            "duplicates": "warn",
            "exchange": true,
        })
    );
    let kept = [
        kept(&server, "tokens", "token_sha256", "options").await,
        kept(&server, "tokens", "token_sha256", "notes").await,
    ]
    .concat();
    assert!(!kept.is_empty() && !kept.concat().contains("ann@shop.example"));
    let features = json!({"connect_features": {
        "duplicate_institution_rejected": true, "permit_only_one_account": true,
    }});
    let strict = linking(&server, features).await;
    let options = strict.get_json("/v1/session").await["options"].take();
    assert_eq!(
        options,
        json!({"account_selection": "single", "duplicates": "reject", "exchange": true})
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_link_session_is_named() {
    let server = TestServer::with(&["--demo-redirect-uri", "https://shop.example/back"]).await;
    let user = |more: Value| {
        let mut body = json!({"customer_user": {"id": "ann"}});
        for (name, value) in more.as_object().expect("fields") {
            body[name] = value.clone();
        }
        body
    };
    for (body, named) in [
        (json!({}), "customer_user"),
        (json!({"customer_user": {"id": ""}}), "customer_user.id"),
        (json!({"customer_user": {"id": 5}}), "customer_user.id"),
        (
            user(json!({"settings": {"products": {"identity": {"required": "evil"}}}})),
            "settings.products.identity.required",
        ),
        (
            user(json!({"settings": {"countries": "evil"}})),
            "settings.countries",
        ),
        (
            user(json!({"settings": {"link_permissions": {"requested": [{"scope": "evil"}]}}})),
            "settings.link_permissions.requested[0].scope",
        ),
        (
            user(json!({"settings": {"products": {"identity": {
                "require_permission": true, "reason": "x".repeat(501),
            }}}})),
            "settings.products.identity.reason",
        ),
        (user(json!({"webhook": "http://evil.example"})), "webhook"),
        (user(json!({"webhook": "evil"})), "webhook"),
        (user(json!({"link_tags": ["x".repeat(257)]})), "link_tags"),
        (user(json!({"link_tags": vec!["x"; 33]})), "link_tags"),
        (
            user(json!({"settings": {"providers": vec!["evil"; 101]}})),
            "settings.providers",
        ),
        (
            user(json!({"redirect_uri": "https://shop.example/back?evil"})),
            "redirect_uri",
        ),
        (user(json!({"redirect_uri": "evil"})), "redirect_uri"),
        (
            user(json!({"existing_link_id": "evil"})),
            "existing_link_id",
        ),
    ] {
        let answer = link_session(&server, body).await;
        let problem = check_problem(answer, 400, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(
            detail.contains(named) && !detail.contains("evil"),
            "{detail}"
        );
    }
    let elsewhere = user(json!({"redirect_uri": "https://evil.example/back"}));
    let answer = link_session(&server, elsewhere).await;
    check_problem(answer, 400, "redirect_uri_not_registered").await;
    let large = user(json!({"webhook": "x".repeat(70_000)}));
    check_problem(link_session(&server, large).await, 413, "body_too_large").await;
    let request = server
        .request(Method::POST, "/link-session")
        .basic_auth("demo", Some("wrong"));
    let answer = request.json(&user(json!({}))).send().await;
    check_problem(answer.expect("an answer"), 401, "invalid_client").await;
}

#[tokio::test]
async fn only_the_users_own_connection_is_linked_again() {
    let server = TestServer::start().await;
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    let theirs = bob.connect("demo", "wealthica", "wealthica").await;
    let body = json!({"customer_user": {"id": "ann"}, "existing_link_id": theirs.id});
    check_problem(link_session(&server, body).await, 400, "invalid_request").await;
    let body = json!({
        "customer_user": {"id": "bob"}, "existing_link_id": theirs.id, "institution_id": "mfa-bank",
    });
    let user = linking(&server, body).await;
    let options = user.get_json("/v1/session").await["options"].take();
    assert_eq!(options["institution"], theirs.id.as_str());
    assert_eq!(options.get("provider"), None);
}

#[tokio::test]
async fn a_connection_is_exchanged_once_by_its_client_alone() {
    let server = TestServer::start().await;
    let more = json!({
        "webhook": "https://shop.example/hook", "link_tags": ["a", "b"],
        "settings": {"products": {"transactions": {"required": true}}},
    });
    let user = linking(&server, more).await;
    let begun = user.create("demo", "wealthica", "wealthica").await;
    assert!(begun.status() == StatusCode::ACCEPTED);
    let connected = user.follow(begun).await;
    let old = code(&connected).to_owned();
    let path = format!("/v1/institutions/{}", connected.id);
    let first = &connected.accounts.as_ref().expect("accounts")[0];
    let chosen = json!({"selected_accounts": [first.id]});
    let answer = user.send(Method::PUT, &path, chosen).await;
    let chosen: Institution = answer.json().await.expect("an institution");
    let code = code(&chosen);

    let answer = exchange(&server, code).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(header(&answer, "cache-control"), "no-store");
    let mut answer: Value = answer.json().await.expect("JSON");
    assert_eq!(answer["link_id"], connected.id.as_str());
    let link = answer["link"].as_object_mut().expect("a link");
    assert!(
        link.remove("last_synced_at")
            .is_some_and(|at| at.is_string())
    );
    let accounts = link.remove("accounts").expect("accounts");
    assert_eq!(accounts.as_array().map(Vec::len), Some(1));
    assert_eq!(
        answer["link"],
        json!({
            "link_id": connected.id, "institution_id": "demo", "institution_name": "demo",
            "state": "connected", "tags": ["a", "b"], "webhook": "https://shop.example/hook",
            "products": {"transactions": {"settings": {"required": true, "prefetch": false}}},
            "customer_user": {"id": "ann"}, "options": {},
        })
    );
    for wrong in [
        code,
        old.as_str(),
        "",
        "x",
        user.token.as_str(),
        connected.id.as_str(),
    ] {
        check_problem(
            exchange(&server, wrong).await,
            400,
            "invalid_exchange_token",
        )
        .await;
    }
    let kept = kept(&server, "institutions", "id", "document")
        .await
        .concat();
    assert!(kept.contains("Chequing") && !kept.contains(code) && !kept.contains(&old));
}

#[tokio::test]
async fn another_clients_attempt_uses_no_code_up() {
    let server = two_shops().await;
    let ask = async |secret: &str, path: &str, body: Value| {
        let request = server.request(Method::POST, path).bearer_auth(secret);
        request.json(&body).send().await.expect("an answer")
    };
    let user = json!({"customer_user": {"id": "ann"}});
    let answer = ask("shop-secret", "/link-session", user).await;
    let answer: Value = answer.json().await.expect("JSON");
    let token = answer["link_session_token"].as_str().expect("a token");
    let user = User {
        server: &server,
        token: token.into(),
    };
    // The bank cannot be reached: the connection is put down as it would be.
    let begun = user.paste(TOKEN_TO_NOWHERE).await;
    let failed = user.follow(begun).await;
    assert_eq!(failed.exchange_code, None);
    rewrite(&server, &failed.id, |document| {
        document["sync_status"] = json!("ok");
    })
    .await;
    let connected = user.read(&failed.id).await;
    let body = json!({"exchangeable_token": code(&connected)});
    let path = "/link-session/exchange-token";
    let theirs = ask("open-secret", path, body.clone()).await;
    check_problem(theirs, 400, "invalid_exchange_token").await;
    let own = ask("shop-secret", path, body).await;
    assert_eq!(own.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_code_ends_ten_minutes_after_its_session_and_with_its_connection() {
    let server = TestServer::start().await;
    let user = linking(&server, json!({})).await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let session = user.get_json("/v1/session").await;
    let end: Timestamp = session["expires_at"]
        .as_str()
        .and_then(|at| at.parse().ok())
        .expect("its end");
    let lifetime: i64 = sql::query_scalar("SELECT max(ends_at) FROM exchange_codes")
        .fetch_one(&server.database().await)
        .await
        .expect("its end");
    assert_eq!(lifetime, end.as_second() + 600);
    sql::query("UPDATE exchange_codes SET ends_at = unixepoch()")
        .execute(&server.database().await)
        .await
        .expect("it is written");
    let late = exchange(&server, code(&connected)).await;
    check_problem(late, 400, "invalid_exchange_token").await;
    let again = user.read(&connected.id).await;
    let path = format!("/v1/institutions/{}", connected.id);
    user.send(Method::DELETE, &path, json!({})).await;
    let gone = exchange(&server, code(&again)).await;
    check_problem(gone, 400, "invalid_exchange_token").await;
}

#[tokio::test]
async fn a_session_that_waits_for_the_login_alone_gets_its_code_with_it() {
    let server = TestServer::with(&["--sandbox-step-ms", "200"]).await;
    for (wait_for, early) in [("authorized", true), ("ok", false)] {
        let options = json!({"user_id": "ann", "exchange": true, "wait_for": wait_for});
        let user = server.user_with(options).await;
        let begun = user.create("demo", "wealthica", "wealthica").await;
        let mut institution: Institution = begun.json().await.expect("an institution");
        while institution.authorized != Some(true) {
            assert_eq!(institution.exchange_code, None);
            assert_eq!(institution.login_id, None);
            institution = user.news(&institution).await;
        }
        assert_eq!(institution.sync_status, SyncStatus::Syncing);
        assert_eq!(institution.exchange_code.is_some(), early, "{wait_for}");
        assert_eq!(institution.login_id.is_some(), early, "{wait_for}");
    }
}

#[tokio::test]
async fn without_exchange_no_session_gets_a_code() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    assert_eq!(connected.exchange_code, None);
}

#[tokio::test]
async fn accounts_of_other_kinds_are_shown_and_cannot_be_chosen() {
    let server = TestServer::start().await;
    let features = json!({"connect_features": {"permit_only_depository_accounts": true}});
    let user = linking(&server, features).await;
    let connected = user.connect("accounts-bank", "user_good", "many").await;
    let accounts = connected.accounts.as_ref().expect("accounts");
    let eligible = |kind: &str| {
        let mut all = accounts.iter().filter(|account| account.kind == kind);
        all.all(|account| account.eligible == Some(true))
    };
    assert!(eligible("checking") && eligible("savings"));
    assert!(!eligible("credit") && !eligible("investment"));
    let card = accounts.iter().find(|account| account.kind == "credit");
    let chosen = json!({"selected_accounts": [card.expect("a card").id]});
    check_problem(user.put(&connected, chosen).await, 422, "invalid_request").await;
    let other = server.user().await.read(&connected.id).await;
    let accounts = other.accounts.expect("accounts");
    let card = accounts.iter().find(|account| account.kind == "credit");
    assert_eq!(card.and_then(|card| card.eligible), Some(true));
}

#[tokio::test]
async fn of_a_sessions_codes_for_a_connection_the_newest_five_are_good_until_one_is_exchanged() {
    let server = TestServer::start().await;
    let user = linking(&server, json!({})).await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let mut codes = Vec::new();
    for _ in 0..6 {
        codes.push(code(&user.read(&connected.id).await).to_owned());
    }
    let other = linking(&server, json!({})).await;
    let theirs = other.read(&connected.id).await;
    check_problem(
        exchange(&server, &codes[0]).await,
        400,
        "invalid_exchange_token",
    )
    .await;
    let answer = exchange(&server, &codes[1]).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    for used in &codes {
        check_problem(exchange(&server, used).await, 400, "invalid_exchange_token").await;
    }
    let answer = exchange(&server, code(&theirs)).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
}
