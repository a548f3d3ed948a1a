//! What a server refuses to start with, and what it does without being told: nobody ends up in the open by an oversight.

use crate::support::{Directory, TestServer, header, options, refused, sha256_hex};
use connect_server::Server;
use reqwest::Method;
use serde_json::{Value, json};

const PUBLIC: [&str; 2] = ["--public-url", "https://connect.example"];

fn shop(more: Value) -> Value {
    let mut client = json!({"id": "shop", "name": "Shop", "secret_sha256": sha256_hex("secret")});
    let more = more.as_object().expect("fields").clone();
    client.as_object_mut().expect("a client").extend(more);
    client
}

/// Why a server with this one client does not start.
async fn refused_with(client: Value, more: &[&str]) -> String {
    let directory = Directory::new();
    let file = directory.write("clients.json", &json!([client]).to_string());
    let file = ["--clients", file.to_str().expect("a plain path")];
    refused(&directory, &[&file, more].concat()).await
}

#[tokio::test]
async fn without_the_sandbox_a_server_must_know_how_it_is_reached() {
    let said = refused_with(shop(json!({})), &[]).await;
    for words in ["--public-url", "https://connect.example", "cookies"] {
        assert!(said.contains(words), "{said}");
    }
    let said = refused_with(shop(json!({})), &PUBLIC).await;
    assert_eq!(said, "it has started");
}

#[tokio::test]
async fn without_the_sandbox_no_address_is_unencrypted_but_on_the_own_machine() {
    let plain = ["--public-url", "http://connect.example"];
    let said = refused_with(shop(json!({})), &plain).await;
    assert!(
        said.contains("--public-url") && said.contains("https"),
        "{said}"
    );
    let elsewhere = ["--widget-origin", "http://widget.example"];
    let said = refused_with(shop(json!({})), &[PUBLIC, elsewhere].concat()).await;
    assert!(
        said.contains("--widget-origin") && said.contains("https"),
        "{said}"
    );
    for (field, value) in [
        ("origins", json!(["http://shop.example"])),
        (
            "origins",
            json!(["https://shop.example", "http://10.0.0.1:80"]),
        ),
        ("origins", json!(["http://localhost.shop.example"])),
        ("redirect_uris", json!(["http://shop.example/back"])),
        (
            "oauth_redirects",
            json!([{"sub": "a", "uri": "http://shop.example"}]),
        ),
    ] {
        let said = refused_with(shop(json!({field: value})), &PUBLIC).await;
        let told = said.contains("shop") && said.contains(field) && said.contains("https");
        assert!(told, "{field}: {said}");
    }
    let fine = json!({
        "origins": ["https://shop.example", "http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"],
        "redirect_uris": ["https://shop.example/back", "http://localhost:3000/back", "myapp://back", "myapp:back"],
        "oauth_redirects": [{"sub": "a", "uri": "http://127.0.0.1:1/"}, {"sub": "b", "uri": "myapp:in"}],
    });
    for url in [
        "https://connect.example",
        "http://localhost:80",
        "http://127.0.0.1:8080",
        "http://[::1]:1",
    ] {
        let said = refused_with(shop(fine.clone()), &["--public-url", url]).await;
        assert_eq!(said, "it has started", "{url}");
    }
    let unencrypted = shop(json!({"origins": ["http://shop.example"]}));
    let said = refused_with(unencrypted, &["--sandbox"]).await;
    assert_eq!(said, "it has started");
}

#[tokio::test]
async fn a_sandbox_is_for_this_machine_unless_it_is_said_twice() {
    let directory = Directory::new();
    for option in ["--listen", "--demo-listen"] {
        for address in ["0.0.0.0:0", "[::]:0"] {
            let said = refused(&directory, &["--sandbox", option, address]).await;
            let told = said.contains(option) && said.contains("--sandbox-anywhere");
            assert!(told, "{option} {address}: {said}");
        }
    }
    let anywhere = ["--sandbox", "--sandbox-anywhere", "--listen", "0.0.0.0:0"];
    let started = Server::start(options(&directory.0, &anywhere)).await;
    started.expect("it starts").stop().await;
    let real = shop(json!({}));
    let said = refused_with(real, &[&PUBLIC[..], &["--listen", "0.0.0.0:0"]].concat()).await;
    assert_eq!(said, "it has started");
}

#[tokio::test]
async fn a_secret_that_is_nothing_is_refused() {
    let nothing = json!({"secret_sha256": sha256_hex("")});
    let said = refused_with(shop(nothing), &PUBLIC).await;
    assert!(said.contains("empty"), "{said}");
}

#[tokio::test]
async fn browsers_keep_to_https_where_the_server_is_reached_by_it() {
    let secure = TestServer::of_clients(json!([shop(json!({}))])).await;
    let local = TestServer::start().await;
    for path in [
        "/",
        "/nothing",
        "/connect",
        "/v1/session",
        "/v1/nothing",
        "/healthz",
        "/openapi.json",
        "/oauth/redirect",
    ] {
        for method in [Method::GET, Method::POST] {
            let answer = secure
                .request(method.clone(), path)
                .send()
                .await
                .expect("an answer");
            let told = header(&answer, "strict-transport-security");
            assert_eq!(told, "max-age=31536000", "{method} {path}");
            let answer = local.request(method, path).send().await.expect("an answer");
            assert_eq!(header(&answer, "strict-transport-security"), "", "{path}");
        }
    }
}

#[tokio::test]
async fn a_window_keeps_its_opener_where_somebody_watches_it_and_nowhere_else() {
    let server = TestServer::start().await;
    for (path, opener, resource) in [
        ("/v1/session", "same-origin", "same-origin"),
        ("/v1/nothing", "same-origin", "same-origin"),
        ("/v1/", "same-origin", "same-origin"),
        ("/v1", "same-origin", "same-origin"),
        ("/nothing", "same-origin", "cross-origin"),
        ("/.hidden", "same-origin", "cross-origin"),
        ("/openapi.json", "same-origin", "cross-origin"),
        // The page that has opened one of these waits for what it says or for its end.
        ("/", "", "cross-origin"),
        ("/index.html", "", "cross-origin"),
        ("/connect", "", "cross-origin"),
        ("/connect/nowhere", "", "cross-origin"),
        (
            "/connect?redirect_uri=https://evil.example/",
            "",
            "cross-origin",
        ),
        ("/reconnect/any", "", "cross-origin"),
        ("/start", "", "cross-origin"),
        ("/v2/", "", "cross-origin"),
        ("/widget", "", "cross-origin"),
        ("/?connectToken=t", "", "cross-origin"),
        ("/connected", "", "cross-origin"),
        ("/exit", "", "cross-origin"),
        ("/oauth/return", "", "cross-origin"),
        ("/oauth/redirect", "", "cross-origin"),
        (
            "/oauth/redirect?code=any&state=eyJzdWIiOiJ3aWRnZXQifQ",
            "",
            "cross-origin",
        ),
        ("/oauth/resume", "", "cross-origin"),
        ("/sandbox/oauth-bank/authorize", "", "cross-origin"),
        ("/demo/", "", "cross-origin"),
    ] {
        let answer = server.get(path).await;
        let told = |name| header(&answer, name).to_owned();
        assert_eq!(told("cross-origin-opener-policy"), opener, "{path}");
        assert_eq!(told("cross-origin-resource-policy"), resource, "{path}");
    }
}

#[tokio::test]
async fn addresses_and_cookies_follow_the_public_url() {
    let client = shop(json!({"origins": ["https://shop.example"]}));
    let server = TestServer::of_clients(json!([client])).await;
    let ask = async |path: &str, body: Value| -> Value {
        let request = server.request(Method::POST, path);
        let request = request.basic_auth("shop", Some("secret")).json(&body);
        let answer = request.send().await.expect("an answer");
        answer.json().await.expect("JSON")
    };
    let asked = json!({"jobTypes": ["transactions"], "userId": "ann", "targetOrigin": "https://shop.example"});
    for (path, body) in [
        ("/widgetUrl", asked),
        (
            "/bank-linking/connect/start",
            json!({"externalCustomerId": "ann"}),
        ),
    ] {
        let told = ask(path, body).await;
        let url = told["widgetUrl"].as_str().unwrap_or_default();
        assert!(url.starts_with("https://connect.example/"), "{told}");
    }
    let token = ask("/v1/tokens", json!({"user_id": "ann"})).await;
    let token = token["token"].as_str().expect("a token").to_owned();
    let kept = json!({"provider": "simplefin", "code_verifier": "v".repeat(43), "query": ""});
    let request = server.request(Method::PUT, "/v1/oauth/nonce-0123456789-0123456789");
    let answer = request
        .bearer_auth(&token)
        .json(&kept)
        .send()
        .await
        .expect("an answer");
    let cookie = header(&answer, "set-cookie");
    assert!(cookie.contains("; Secure"), "{} {cookie}", answer.status());
}
