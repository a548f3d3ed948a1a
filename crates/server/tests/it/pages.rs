//! The pages: how the widget is opened, what its policy allows, where nobody is sent.

use crate::support::{INDEX, TestServer, check_problem, header, launch, launch_of, sha256_hex};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connect_server::sql;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

async fn post(server: &TestServer, path: &str, body: String) -> Response {
    let request = server
        .request(Method::POST, path)
        .header("content-type", "application/x-www-form-urlencoded");
    request.body(body).send().await.expect("an answer")
}

#[tokio::test]
async fn a_posted_token_goes_into_the_page() {
    let server = TestServer::start().await;
    let answer = post(&server, "/connect?client_id=demo", "token=a%3Cb%26".into()).await;
    assert_eq!(
        launch(answer).await,
        json!({"system": "wealthica", "token": "a<b&"})
    );
    let answer = post(&server, "/connect/demo?client_id=demo", "token=t".into()).await;
    assert_eq!(
        launch(answer).await,
        json!({"system": "wealthica", "token": "t", "provider": "demo"})
    );
    let answer = post(&server, "/reconnect/abc?client_id=demo", "token=t".into()).await;
    assert_eq!(
        launch(answer).await,
        json!({"system": "wealthica", "token": "t", "institution": "abc"})
    );
    let answer = server.get("/connect/demo?token=t").await;
    assert_eq!(launch(answer).await["token"], "t");
    let answer = post(&server, "/connect?token=ignored", String::new()).await;
    assert_eq!(launch(answer).await, json!({"system": "wealthica"}));
}

#[tokio::test]
async fn the_widget_with_its_way_back_comes_also_while_the_database_fails() {
    let server = TestServer::with(&["--demo-redirect-uri", "https://shop.example/back"]).await;
    let user = server.user().await;
    let database = server.database().await;
    let path = "/connect?client_id=demo&redirect_uri=https%3A%2F%2Fshop.example%2Fback";
    let token = format!("token={}", user.token);
    for path in [path, "/connect/demo", "/reconnect/i1"] {
        sql::query("ALTER TABLE tokens RENAME TO gone")
            .execute(&database)
            .await
            .expect("it is away");
        let answer = post(&server, path, token.clone()).await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let launch = launch_of(&answer.text().await.expect("a page"));
        assert_eq!(launch["system"], "wealthica");
        assert_eq!(launch["token"], user.token);
        assert_eq!(
            launch["redirect_uri"],
            Value::Null,
            "nobody could look it up"
        );
        sql::query("ALTER TABLE gone RENAME TO tokens")
            .execute(&database)
            .await
            .expect("it is back");
    }
}

#[tokio::test]
async fn only_a_registered_return_address_goes_into_the_page() {
    let server = TestServer::with(&["--demo-redirect-uri", "https://shop.example/back?a=1"]).await;
    let user = server.user().await;
    let token = format!("token={}", user.token);
    let uri = "https://shop.example/back?a=1";
    let encoded = "redirect_uri=https%3A%2F%2Fshop.example%2Fback%3Fa%3D1";
    let by_client = post(
        &server,
        &format!("/connect?client_id=demo&{encoded}"),
        String::new(),
    )
    .await;
    assert_eq!(launch(by_client).await["redirect_uri"], uri);
    let by_token = post(&server, &format!("/connect?{encoded}"), token).await;
    assert_eq!(launch(by_token).await["redirect_uri"], uri);
    for query in [
        encoded,
        "client_id=demo&redirect_uri=https://evil.example/",
        "client_id=demo&redirect_uri=%00",
        "client_id=demo&redirect_uri=",
    ] {
        // The widget says so, and tells the page around.
        let opened = post(&server, &format!("/connect?{query}"), String::new()).await;
        assert_eq!(
            launch(opened).await,
            json!({"system": "wealthica"}),
            "{query}"
        );
    }
}

#[tokio::test]
async fn an_address_for_news_is_not_taken_from_a_browser() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let form = format!("token={}", user.token);
    let path = |uri: &str| format!("/connect?client_id=demo&webhook_uri={uri}");
    for uri in [
        "https://shop.example/hook",
        "http://shop.example/",
        "shop",
        "",
        "javascript:evil",
    ] {
        let opened = launch(post(&server, &path(uri), form.clone()).await).await;
        assert_eq!(
            opened,
            json!({"system": "wealthica", "token": user.token}),
            "{uri}"
        );
    }
    let kept: Option<String> = sql::query_scalar("SELECT notes FROM tokens")
        .fetch_one(&server.database().await)
        .await
        .expect("what is kept");
    assert_eq!(kept, None);
}

#[tokio::test]
async fn wrong_launches_get_a_page_that_says_so() {
    let server = TestServer::start().await;
    // The widget has words for a bank that there is not, and tells the page around.
    let nowhere = post(&server, "/connect/nowhere", "token=t".into()).await;
    assert_eq!(launch(nowhere).await["provider"], "nowhere");
    // So it has for a form that is no good: a page without a way back would stand over the app's own.
    let large = format!("token={}", "x".repeat(70_000));
    let large = post(&server, "/connect", large).await;
    let unnamed = server.request(Method::POST, "/connect").body("token=t");
    let unnamed = unnamed.send().await.expect("an answer");
    let request = server
        .request(Method::POST, "/connect")
        .json(&json!({"token": "t"}));
    let wrong = request.send().await.expect("an answer");
    for (answer, status) in [
        (large, StatusCode::PAYLOAD_TOO_LARGE),
        (wrong, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (unnamed, StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        assert_eq!(answer.status(), status);
        let page = answer.text().await.expect("a page");
        assert_eq!(launch_of(&page), json!({"system": "wealthica"}));
    }
    let empty = server.request(Method::POST, "/connect").send().await;
    let opened = launch(empty.expect("an answer")).await;
    assert_eq!(opened, json!({"system": "wealthica"}));
}

#[tokio::test]
async fn the_policy_allows_the_pages_own_scripts_and_no_others() {
    let server = TestServer::start().await;
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    for path in [
        "/",
        "/index.html",
        "/connect",
        "/connect/demo",
        "/start",
        "/v2/",
        "/?connectToken=t",
        "/widget?jobTypes=transactions&userId=ann",
    ] {
        let answer = server.get(path).await;
        let policy = header(&answer, "content-security-policy");
        assert!(
            policy.contains(&format!(
                "script-src 'self' 'wasm-unsafe-eval' {};",
                hash("import 1")
            )),
            "{policy}"
        );
        assert!(
            policy.contains(&format!("style-src 'self' {};", hash("p{}"))),
            "{policy}"
        );
        assert!(
            policy.contains("frame-ancestors 'self' http://localhost:*"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe-inline"));
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
    }
    let index = server.get("/?lang=fr").await;
    assert_eq!(header(&index, "cache-control"), "no-cache");
    assert_eq!(index.text().await.expect("a page"), INDEX);
}

#[tokio::test]
async fn a_widget_that_was_built_anew_is_served_with_its_own_policy() {
    let server = TestServer::start().await;
    let before = server.get("/").await;
    let index = server
        .directory
        .write("dist/index.html", "<head><script>import 2</script></head>");
    let file = std::fs::File::options()
        .append(true)
        .open(index)
        .expect("the page");
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    file.set_modified(later).expect("a later time");
    let after = server.get("/").await;
    let policy = "content-security-policy";
    assert_ne!(header(&before, policy), header(&after, policy));
    let page = server.get("/connect").await.text().await.expect("a page");
    assert!(page.contains("import 2"));
}

#[tokio::test]
async fn files_are_kept_as_long_as_their_names_allow() {
    let server = TestServer::start().await;
    for file in [
        "widget-0123456789abcdef_bg.wasm",
        "connect.js",
        "connect.mjs",
        "element.mjs",
        "hints.mjs",
        "later.mjs",
        "v0.1.0/connect.js",
        "plain.js",
    ] {
        server.directory.write(&format!("dist/{file}"), "text");
        server
            .directory
            .write(&format!("dist/{file}.br"), "compressed");
    }
    let wasm = server.get("/widget-0123456789abcdef_bg.wasm").await;
    assert_eq!(header(&wasm, "content-type"), "application/wasm");
    assert!(header(&wasm, "cache-control").contains("immutable"));
    let versioned = ("/v0.1.0/connect.js", "public, max-age=31536000, immutable");
    let newest = [
        "/connect.js",
        "/connect.mjs",
        "/element.mjs",
        "/hints.mjs",
        "/later.mjs",
    ]
    .map(|path| (path, "public, max-age=3600"));
    for (sdk, kept) in newest.into_iter().chain([versioned]) {
        let answer = server.get(sdk).await;
        assert_eq!(header(&answer, "cache-control"), kept, "{sdk}");
        assert_eq!(header(&answer, "access-control-allow-origin"), "*");
        assert_eq!(
            header(&answer, "content-type"),
            "text/javascript; charset=utf-8"
        );
    }
    let request = server
        .request(Method::GET, "/plain.js")
        .header("accept-encoding", "br");
    let compressed = request.send().await.expect("an answer");
    assert_eq!(
        (
            header(&compressed, "content-encoding"),
            header(&compressed, "vary")
        ),
        ("br", "accept-encoding")
    );
    for path in [
        "/nothing",
        "/..%2fconnect.db",
        "/%2e%2e/connect.db",
        "/.hidden",
        "/dist",
    ] {
        assert_eq!(
            server.get(path).await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_is_not_the_whole_file_is_kept_by_nobody_in_its_place() {
    let server = TestServer::start().await;
    let files = [
        "v0.1.0/connect.js",
        "connect.js",
        "widget-0123456789abcdef.js",
    ];
    for file in files {
        server.directory.write(&format!("dist/{file}"), "text");
        for (name, value, status) in [
            ("range", "bytes=99-", StatusCode::RANGE_NOT_SATISFIABLE),
            (
                "if-unmodified-since",
                "Wed, 21 Oct 2015 07:28:00 GMT",
                StatusCode::PRECONDITION_FAILED,
            ),
        ] {
            let request = server.request(Method::GET, &format!("/{file}"));
            let answer = request.header(name, value).send().await;
            let answer = answer.expect("an answer");
            assert_eq!(answer.status(), status, "{file}");
            assert_eq!(header(&answer, "cache-control"), "no-store", "{file}");
        }
    }
}

#[tokio::test]
async fn an_address_that_browsers_read_as_another_host_leads_nowhere() {
    let server = TestServer::start().await;
    server.directory.write("dist/evil.example/a.js", "text");
    for path in [
        "//evil.example",
        "//evil.example/",
        "///evil.example",
        "/evil.example",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(header(&answer, "location"), "", "{path}");
    }
    let file = server.get("/evil.example/a.js").await;
    assert_eq!(file.status(), StatusCode::OK);
}

#[tokio::test]
async fn result_pages_repeat_nothing_of_their_address() {
    let server = TestServer::start().await;
    for path in [
        "/connected?institution=%3Cb%3Eevil&code=evil",
        "/exit?error_type=400&message=%3Cscript%3Eevil",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let page = answer.text().await.expect("a page");
        assert!(page.contains("go back to the app") && !page.contains("evil"));
    }
}

#[tokio::test]
async fn the_demo_shop_embeds_the_widget_from_the_other_address() {
    let server = TestServer::with(&["--demo-listen", "127.0.0.1:0"]).await;
    let other = format!(
        "http://{}",
        server.server.demo_address().expect("a second address")
    );
    let shop = server.get("/demo/").await;
    assert!(
        header(&shop, "content-security-policy").contains(&format!("script-src 'self' {other};"))
    );
    assert!(shop.text().await.expect("a page").contains(&other));
    let reversed = server
        .http
        .get(format!("{other}/demo/"))
        .send()
        .await
        .expect("an answer");
    assert!(
        reversed
            .text()
            .await
            .expect("a page")
            .contains(&server.url(""))
    );
    for file in ["demo.css", "demo.js", "return", "return.html"] {
        assert_eq!(
            server.get(&format!("/demo/{file}")).await.status(),
            StatusCode::OK,
            "{file}"
        );
    }
}

#[tokio::test]
async fn the_shops_server_gives_tokens_to_its_own_page_only() {
    let server = TestServer::start().await;
    let ask = async |origin: &str| {
        let request = server
            .request(Method::POST, "/demo/token")
            .header("origin", origin);
        request.send().await.expect("an answer")
    };
    let answer: Value = ask(&server.url("")).await.json().await.expect("a token");
    let request = server
        .request(
            Method::GET,
            &format!("/v1/session?origin={}", server.url("")),
        )
        .bearer_auth(answer["token"].as_str().unwrap_or_default());
    let session: Value = request
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("a session");
    assert!(
        session["user_id"]
            .as_str()
            .is_some_and(|user| user.starts_with("demo-shopper-"))
    );
    for origin in ["http://localhost:1", "https://evil.example", "null"] {
        check_problem(ask(origin).await, 403, "origin_not_allowed").await;
    }
}

#[tokio::test]
async fn health_is_told() {
    let server = TestServer::start().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(server.get(path).await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_clients_mark_comes_through_the_server() {
    let clients = json!([{
        "id": "demo", "name": "Shop", "secret_sha256": sha256_hex("demo-secret"), "links": true,
        "logo": "https://shop.example/mark.png", "origins": ["https://shop.example"],
    }]);
    let server = TestServer::of_clients(clients).await;
    let user = server.user().await;
    let session: Value = user.get("/v1/session").await.json().await.expect("JSON");
    let logo = session["client"]["logo"].as_str().expect("a logo");
    assert!(logo.starts_with("/client-logos/"), "{logo}");
    // Nobody has another address fetched.
    for path in [
        "/client-logos/0",
        "/pictures/0",
        "/pictures/aHR0cHM6Ly9hLmV4YW1wbGUv",
    ] {
        assert_eq!(
            server.get(path).await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_widget_that_is_served_elsewhere_finds_pictures_at_its_api() {
    let server = TestServer::with(&["--widget-origin", "https://widget.example"]).await;
    let user = server.user().await;
    let bank: Value = user
        .get("/v1/providers/demo")
        .await
        .json()
        .await
        .expect("JSON");
    let list: Value = user
        .get("/v1/providers?search=demo")
        .await
        .json()
        .await
        .expect("JSON");
    for logo in [&bank["logo"], &list["items"][0]["logo"]] {
        let logo = logo.as_str().expect("a logo");
        assert!(logo.starts_with("http://127.0.0.1:"), "{logo}");
        assert_eq!(logo.matches("http").count(), 1, "{logo}");
    }
}

#[tokio::test]
async fn small_pages_speak_the_language_of_whoever_reads_them() {
    let server = TestServer::start().await;
    for (path, accepted, language, words) in [
        (
            "/connected",
            "fr-CA, en;q=0.5",
            "fr",
            "Votre banque est connectée",
        ),
        ("/connected?lang=de", "fr", "de", "<h1>"),
        ("/exit", "ja, pt-BR;q=0.2", "pt", "<h1>"),
        ("/oauth/return", "it", "it", "<h1>"),
        ("/no-such-page", "nl", "nl", "<h1>"),
        ("/connected", "ja", "en", "Your bank is connected"),
    ] {
        let page = server
            .http
            .get(server.url(path))
            .header("accept-language", accepted);
        let page = page
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("a page");
        assert!(
            page.contains(&format!("<html lang=\"{language}\" dir=\"ltr\">")),
            "{path}: {page}"
        );
        assert!(page.contains(words), "{path}: {page}");
        assert_eq!(
            page.contains("Your bank") || page.contains("Go back"),
            language == "en",
            "{page}"
        );
    }
}

#[tokio::test]
async fn the_hints_of_test_banks_are_in_the_language_that_is_asked_for() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let asked = |language: &'static str| {
        server
            .request(reqwest::Method::GET, "/v1/providers/demo")
            .bearer_auth(&user.token)
            .header("accept-language", language)
    };
    let english: serde_json::Value = asked("en")
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("a provider");
    let german: serde_json::Value = asked("de-AT")
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("a provider");
    assert!(
        english["hint"]
            .as_str()
            .is_some_and(|hint| hint.starts_with("Try wealthica"))
    );
    assert!(
        german["hint"]
            .as_str()
            .is_some_and(|hint| hint.contains("wealthica") && !hint.starts_with("Try"))
    );
    // They have no words of their own: the widget has them.
    assert_eq!(german["fields"][0]["label"], "");
}
