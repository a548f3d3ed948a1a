//! A server below a path of another site: every family of addresses, for proxies that take the path away and that leave it.

use crate::support::{Directory, TestServer, header, refused};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// As the build writes it.
const BUILT: &str = "<!doctype html><html><head><meta name=connect-api content><script>fetch(\"/connect-widget-0123456789abcdef_bg.wasm\");words={\"de\":\"/connect-words-de-01234567.txt\"}</script><link rel=modulepreload href=/connect-widget-0123456789abcdef.js></head><body></body></html>";

const PUBLIC: [&str; 2] = ["--public-url", "https://shop.example/bank"];

fn built() -> Directory {
    let directory = Directory::new();
    directory.write("dist/index.html", BUILT);
    directory.write("dist/connect.js", "connect");
    directory.write("dist/connect-widget-0123456789abcdef.js", "script");
    directory.write("dist/connect-widget-0123456789abcdef_bg.wasm", "program");
    directory
}

async fn below() -> TestServer {
    let directory = built();
    let catalogue = directory.path("catalogue.csv");
    let catalogue = catalogue.to_str().expect("a plain path").to_owned();
    let more = ["--sandbox", "--catalogue", &catalogue, PUBLIC[0], PUBLIC[1]];
    TestServer::in_directory(directory, &more).await
}

#[tokio::test]
async fn every_address_answers_with_the_path_and_without_it() {
    let server = below().await;
    for path in [
        "/",
        "/connect.js",
        "/connect-widget-0123456789abcdef.js",
        "/pages.css",
        "/logos/demo.svg",
        "/healthz",
        "/readyz",
        "/openapi.json",
        "/connected",
        "/exit",
        "/connect/demo",
        "/start",
        "/v2/",
        "/widget?jobTypes=transactions&userId=ann",
        "/?connectToken=a",
        "/demo/",
        "/demo/theme",
        "/oauth/return",
        "/oauth/return.js",
    ] {
        for before in ["", "/bank"] {
            let answer = server.get(&format!("{before}{path}")).await;
            assert_eq!(answer.status(), StatusCode::OK, "{before}{path}");
        }
    }
    for path in [
        "/banks/",
        "/bank/bank/",
        "/bank//",
        "/BANK/",
        "/bank/nothing",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let refused = server.get("/bank/v1/session").await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(header(&refused, "cache-control"), "no-store");
    assert_eq!(
        header(&refused, "cross-origin-resource-policy"),
        "same-origin"
    );
}

#[tokio::test]
async fn who_leaves_out_the_last_slash_is_led_to_the_folder_on_the_same_host() {
    let server = below().await;
    for (asked, told) in [
        ("/bank", "/bank/"),
        (
            "/bank?origin=https://shop.example",
            "/bank/?origin=https://shop.example",
        ),
        ("/bank/demo", "/bank/demo/"),
        ("/demo", "/bank/demo/"),
    ] {
        let answer = server.get(asked).await;
        assert_eq!(answer.status(), StatusCode::PERMANENT_REDIRECT, "{asked}");
        assert_eq!(header(&answer, "location"), told, "{asked}");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert_eq!(header(&answer, "referrer-policy"), "no-referrer");
    }
}

#[tokio::test]
async fn the_page_asks_for_everything_below_the_path() {
    let server = below().await;
    for path in ["/bank/", "/", "/bank/connect/demo", "/bank/v2/", "/start"] {
        let answer = server.get(path).await;
        let policy = header(&answer, "content-security-policy").to_owned();
        let page = answer.text().await.expect("a page");
        for part in [
            "content=\"/bank\"",
            "fetch(\"/bank/connect-widget-0123456789abcdef_bg.wasm\")",
            "\"/bank/connect-words-de-01234567.txt\"",
            "href=/bank/connect-widget-0123456789abcdef.js",
        ] {
            assert!(page.contains(part), "{path}: {part} is not in {page}");
        }
        assert!(!page.contains("\"/connect-"), "{path}: {page}");
        // The script that is in the page is the one that the policy allows.
        assert_eq!(policy.matches("'sha256-").count(), 1, "{policy}");
    }
    let small = server.get("/bank/exit").await.text().await.expect("a page");
    assert!(small.contains("href=\"/bank/pages.css\""), "{small}");
}

#[tokio::test]
async fn the_page_comes_compressed_and_only_once() {
    let server = below().await;
    for (accepts, encoding) in [("br, gzip", "br"), ("gzip", "gzip"), ("identity", "")] {
        let request = server.request(Method::GET, "/bank/");
        let request = request.header("accept-encoding", accepts);
        let answer = request.send().await.expect("an answer");
        assert_eq!(header(&answer, "content-encoding"), encoding, "{accepts}");
        let tag = header(&answer, "etag").to_owned();
        let request = server.request(Method::GET, "/bank/");
        let request = request.header("if-none-match", tag);
        let again = request.send().await.expect("an answer");
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }
}

#[tokio::test]
async fn addresses_that_are_handed_out_have_the_path() {
    let server = below().await;
    let user = server.user().await;
    let json = async |path: &str| user.get_json(path).await;
    let bank = json("/bank/v1/providers/oauth-bank").await;
    assert_eq!(bank["logo"], "/bank/logos/oauth-bank.svg");
    let authorize = "https://shop.example/bank/sandbox/oauth-bank/authorize";
    assert_eq!(bank["authorize_url"], authorize);
    let listed = json("/v1/providers?search=demo").await.to_string();
    assert!(listed.contains("\"/bank/logos/demo.svg\""), "{listed}");
    assert!(!listed.contains("\"/logos/"), "{listed}");
    let contract: Value = server
        .get("/bank/openapi.json")
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(contract["servers"], json!([{"url": "/bank"}]));
    let asked = json!({"jobTypes": ["transactions"], "userId": "ann", "targetOrigin": "http://localhost:1"});
    for (path, body) in [
        ("/bank/widgetUrl", asked),
        (
            "/bank-linking/connect/start",
            json!({"externalCustomerId": "ann"}),
        ),
    ] {
        let told: Value = server.ask(path, body).await.json().await.expect("JSON");
        let url = told["widgetUrl"].as_str().unwrap_or_default();
        assert!(
            url.starts_with("https://shop.example/bank/"),
            "{path}: {told}"
        );
    }
}

#[tokio::test]
async fn a_bank_leads_back_below_the_path_and_its_cookies_stay_there() {
    let server = below().await;
    let user = server.user().await;
    let nonce = "nonce-0123456789-0123456789";
    let kept = json!({"provider": "oauth-bank", "code_verifier": "v".repeat(43), "query": ""});
    let path = format!("/bank/v1/oauth/{nonce}");
    let answer = user.send(Method::PUT, &path, kept).await;
    let cookie = header(&answer, "set-cookie").to_owned();
    assert!(cookie.contains("; Path=/bank/oauth;"), "{cookie}");
    let state = format!(r#"{{"sub":"widget","nonce":"{nonce}"}}"#);
    let state = STANDARD.encode(state);
    let request = server.request(Method::GET, "/bank/oauth/redirect");
    let request = request.query(&[("code", "c"), ("state", &state)]);
    let answer = request.send().await.expect("an answer");
    let to = header(&answer, "location").to_owned();
    assert!(to.starts_with("/bank/oauth/re"), "{} {to}", answer.status());
    let request = server.request(Method::POST, "/bank/connect/demo");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request.body(format!("token={}", user.token)).send().await;
    let cookie = header(&answer.expect("an answer"), "set-cookie").to_owned();
    assert!(cookie.contains("; Path=/bank/connect;"), "{cookie}");
}

#[tokio::test]
async fn a_test_bank_knows_the_callback_below_the_path() {
    let server = below().await;
    let address = |callback: &str| {
        format!(
            "/bank/sandbox/oauth-bank/authorize?client_id=sandbox-widget&response_type=code&state=s&redirect_uri={callback}"
        )
    };
    let known = server
        .get(&address("https://shop.example/bank/oauth/redirect"))
        .await;
    let page = known.text().await.expect("a page");
    assert!(page.contains("action=\"login\""), "{page}");
    let other = server
        .get(&address("https://shop.example/oauth/redirect"))
        .await;
    assert_eq!(other.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_path_that_begins_like_an_address_of_the_servers_own_is_refused() {
    for path in ["connect", "v1/bank", "oauth", "demo"] {
        let url = format!("https://shop.example/{path}");
        let told = refused(&built(), &["--sandbox", "--public-url", &url]).await;
        assert!(told.contains("addresses of its own"), "{path}: {told}");
    }
}

#[tokio::test]
async fn files_may_come_from_elsewhere_and_are_checked() {
    let directory = built();
    let more = ["--sandbox", "--static-url", "https://cdn.example/c/"];
    let server = TestServer::in_directory(directory, &more).await;
    let answer = server.get("/").await;
    let policy = header(&answer, "content-security-policy").to_owned();
    let page = answer.text().await.expect("a page");
    let program = "fetch(\"https://cdn.example/c/connect-widget-0123456789abcdef_bg.wasm\",{integrity:\"sha384-";
    assert!(page.contains(program), "{page}");
    assert!(
        page.contains("\"https://cdn.example/c/connect-words-de-01234567.txt\""),
        "{page}"
    );
    for part in [
        "script-src 'self' https://cdn.example/c/ 'wasm-unsafe-eval'",
        "connect-src 'self' https://cdn.example/c/;",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    // A CDN that asks here for what it has not.
    let file = server.get("/connect-widget-0123456789abcdef.js").await;
    assert_eq!(header(&file, "access-control-allow-origin"), "*");
}
