//! Who may ask: secrets that change without a gap, clients that are switched off, and what the operator is told of the file.

use crate::support::{Directory, TestServer, User, check_problem, sha256_hex};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::process::{Command, Output};

/// A client's server asks for a token.
async fn mint(server: &TestServer, id: &str, secret: &str) -> Response {
    let request = server.request(Method::POST, "/v1/tokens");
    let request = request.basic_auth(id, Some(secret));
    let request = request.json(&json!({"user_id": "ann"}));
    request.send().await.expect("an answer")
}

async fn user<'a>(server: &'a TestServer, id: &str, secret: &str) -> User<'a> {
    let answer: Value = mint(server, id, secret)
        .await
        .json()
        .await
        .expect("a token");
    let token = answer["token"].as_str().expect("a token").to_owned();
    User { server, token }
}

#[tokio::test]
async fn while_a_client_changes_its_secret_the_old_and_the_new_one_count() {
    let both = json!([sha256_hex("old"), sha256_hex("new")]);
    let server = TestServer::of_clients(json!([
        {"id": "shop", "name": "Shop", "secret_sha256": both},
        {"id": "list", "name": "List", "secret_sha256": [sha256_hex("only")]},
    ]))
    .await;
    for (id, secret) in [("shop", "old"), ("shop", "new"), ("list", "only")] {
        assert_eq!(mint(&server, id, secret).await.status(), 200, "{secret}");
        let request = server.request(Method::POST, "/v1/tokens");
        let request = request.bearer_auth(secret).json(&json!({"user_id": "ann"}));
        let alone = request.send().await.expect("an answer");
        assert_eq!(alone.status(), 200, "{secret}");
    }
    for (id, secret) in [("shop", "only"), ("list", "old"), ("shop", "older")] {
        check_problem(mint(&server, id, secret).await, 401, "invalid_client").await;
    }
}

#[tokio::test]
async fn a_client_that_is_switched_off_is_refused_everywhere_and_comes_back_as_it_was() {
    let clients = |disabled: bool| {
        json!([
            {
                "id": "shop", "name": "Shop", "secret_sha256": sha256_hex("secret"), "disabled": disabled,
                "origins": ["https://shop.example"], "open_systems": ["flinks", "ucw"],
                "redirect_uris": ["https://shop.example/back"],
                "oauth_redirects": [{"sub": "shop", "uri": "https://shop.example/bank"}],
            },
            {"id": "other", "name": "Other", "secret_sha256": sha256_hex("other")},
        ])
    };
    let server = TestServer::of_clients(clients(false)).await;
    let token = user(&server, "shop", "secret").await.token;
    let asked = "jobTypes=transactions&userId=ann&targetOrigin=https://shop.example";
    let request = server.request(Method::GET, "/api/token?userId=ann");
    let entry = request.basic_auth("shop", Some("secret")).send().await;
    let entry: Value = entry.expect("an answer").json().await.expect("a token");
    let entry = entry["token"].as_str().expect("a token").to_owned();
    // {"sub":"shop"}
    let from_bank = "/oauth/redirect?code=c&state=eyJzdWIiOiJzaG9wIn0";

    let server = server.restart_of(clients(true)).await;
    check_problem(mint(&server, "shop", "secret").await, 401, "invalid_client").await;
    let request = server.request(Method::GET, "/v1/logins/any");
    let alone = request.bearer_auth("secret").send().await;
    check_problem(alone.expect("an answer"), 401, "invalid_client").await;
    let shopper = User {
        server: &server,
        token: token.clone(),
    };
    for path in [
        "/v1/session",
        "/v1/providers",
        "/v1/institutions/any/poll?v=0",
    ] {
        check_problem(shopper.get(path).await, 401, "invalid_token").await;
    }
    let page = async |path: &str| {
        let request = server.request(Method::GET, path);
        let request = request.header("referer", "https://shop.example/");
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("a page"))
    };
    for path in [format!("/widget?{asked}"), "/v2/".into()] {
        let (status, page) = page(&path).await;
        assert!(
            status == 200 && !page.contains("\"token\""),
            "{path}: {page}"
        );
    }
    let back = format!("/connect?token={token}&redirect_uri=https://shop.example/back");
    assert!(!page(&back).await.1.contains("shop.example/back"));
    assert_eq!(page(&format!("/widget?{asked}&token={entry}")).await.0, 403);
    assert_eq!(page(from_bank).await.0, 400);
    let policy = server.get("/").await;
    let policy = crate::support::header(&policy, "content-security-policy").to_owned();
    assert!(!policy.contains("shop.example"), "{policy}");
    assert_eq!(mint(&server, "other", "other").await.status(), 200);

    let server = server.restart_of(clients(false)).await;
    let shopper = User {
        server: &server,
        token,
    };
    let session = "/v1/session?origin=https://shop.example";
    assert_eq!(shopper.get(session).await.status(), 200);
    assert_eq!(server.get(from_bank).await.status(), 303);
}

fn command(words: &[&str], file: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connect-server"));
    command.arg("clients").args(words);
    command.args(file.map(|file| ["--clients", file]).iter().flatten());
    command.output().expect("it ends")
}

#[test]
fn the_operator_is_told_of_each_client_what_could_surprise() {
    let directory = Directory::new();
    let clients = json!([
        {
            "id": "shop", "name": "Shop", "secret_sha256": [sha256_hex("old"), sha256_hex("new")],
            "origins": ["https://shop.example", "http://shop.example", "http://localhost:3000"],
            "redirect_uris": ["http://shop.example/back"], "open_systems": ["ucw"], "links": true,
        },
        {"id": "bare", "name": "Bare", "secret_sha256": sha256_hex("bare"), "disabled": true},
        {"id": "plain", "name": "Plain", "secret_sha256": sha256_hex("plain"), "origins": ["https://plain.example"]},
    ]);
    let file = directory.write("clients.json", &clients.to_string());
    let file = file.to_str().expect("a plain path");
    let refused = command(&["check"], Some(file));
    let words = String::from_utf8(refused.stderr).expect("text");
    assert_eq!(refused.status.code(), Some(2));
    assert!(words.contains("must begin with https://"), "{words}");
    let done = command(&["check", "--sandbox"], Some(file));
    let told = String::from_utf8(done.stdout).expect("text");
    assert_eq!(done.status.code(), Some(0), "{told}");
    let expected = format!(
        "{file}: 3 clients; a server takes it
shop: 3 origins, 2 secrets
  warning: two secrets: take the old one out when nobody uses it any more
  warning: origins: http://shop.example is not https; only a sandbox starts with it
  warning: redirect_uris: http://shop.example/back is not https; only a sandbox starts with it
  warning: origins: http://localhost:3000 is each user's own machine; it is for trying things out
  warning: links: whoever has a link with one of its tokens connects their bank to the token's user
  warning: open_systems: whoever reaches its ucw pages is let in without a token
bare: no origins, 1 secret, disabled
  warning: no origins: no other site can embed its widget, and nothing binds its tokens to a page
plain: 1 origin, 1 secret
"
    );
    assert_eq!(told, expected);
    for (text, said) in [
        ("[", "not a list"),
        ("[{}]", "missing field"),
        ("[]", "the list is empty"),
    ] {
        directory.write("clients.json", text);
        let done = command(&["check"], Some(file));
        let told = String::from_utf8(done.stderr).expect("text");
        assert!(
            done.status.code() == Some(2) && told.contains(said),
            "{told}"
        );
    }
}

#[tokio::test]
async fn a_new_secret_is_made_with_the_line_that_lets_it_in() {
    let made = || String::from_utf8(command(&["secret"], None).stdout).expect("text");
    let told = made();
    assert_ne!(told, made());
    let mut lines = told.lines().map(str::trim);
    let mut after = |words: &str| {
        assert!(
            lines.next().is_some_and(|line| line.contains(words)),
            "{told}"
        );
        lines.next().expect("a line").to_owned()
    };
    let secret = after("its own server");
    let line = after("clients.json");
    assert_eq!(secret.len(), 43);
    let client = format!("[{{\"id\": \"shop\", \"name\": \"Shop\", {line}}}]");
    let clients = serde_json::from_str(&client).expect("JSON");
    let server = TestServer::of_clients(clients).await;
    assert_eq!(mint(&server, "shop", &secret).await.status(), 200);
}
