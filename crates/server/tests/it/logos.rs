//! A bank's picture and its dark variant, from somebody's service by way of the server.

use crate::support::{Directory, TestServer, User, header};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use reqwest::Method;
use serde_json::{Value, json};

const LIGHT: &[u8] = b"\x89PNG\r\n\x1a\nlight";
const DARK: &[u8] = b"\x89PNG\r\n\x1a\ndark.";

/// A service with three banks; tells its address.
async fn service() -> String {
    let bank = |id: &str, light: &str, dark: &str| json!({"id": id, "name": id, "logo": light, "logo_dark": dark});
    let banks = json!([
        bank("both", "/light.png", "/dark.png"),
        bank("light", "/light.png", "/nothing.png"),
        bank("dark", "/nothing.png", "/dark.png"),
    ]);
    let token = json!({"token": "any", "expires_at": "2100-01-01T00:00:00Z"});
    let router = Router::new()
        .route("/v1/tokens", post(|| async { Json(token) }))
        .route("/v1/providers", get(|| async { Json(banks) }))
        .route("/light.png", get(|| async { LIGHT }))
        .route("/dark.png", get(|| async { DARK }))
        .fallback(|| async { StatusCode::NOT_FOUND });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn server() -> TestServer {
    let directory = Directory::new();
    let secret = directory.write("secret", "demo-secret\n");
    let service = service().await;
    let text = format!(
        "[[aggregator]]\nkind = \"institutions-api\"\nid = \"own\"\nbase_url = \"{service}/v1\"\nprivate = true\n[aggregator.token]\nkind = \"tokens\"\nclient_id = \"demo\"\nsecret_file = {secret:?}\n"
    );
    TestServer::outside(directory, &text).await
}

/// Where the picture of the bank with this name is.
async fn address(user: &User<'_>, name: &str) -> String {
    let list: Value = user.get_json(&format!("/v1/providers?search={name}")).await;
    let items = list["items"].as_array().expect("banks");
    let found = items.iter().find(|item| item["name"] == name);
    let found = found.unwrap_or_else(|| panic!("{name} is not among {list}"));
    found["logo"].as_str().expect("a logo").to_owned()
}

#[tokio::test]
async fn one_address_has_both_and_what_is_missing_is_made_up_for() {
    let server = server().await;
    let user = server.user().await;
    let as_browser = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
    let as_server = "*/*";
    for (name, accepted, kind, parts) in [
        ("both", as_browser, "image/svg+xml", 2),
        ("both", as_server, "image/png", 0),
        ("light", as_browser, "image/png", 0),
        ("dark", as_browser, "image/svg+xml", 1),
    ] {
        let path = address(&user, name).await;
        let request = server
            .request(Method::GET, &path)
            .header("accept", accepted);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{name}");
        assert_eq!(header(&answer, "content-type"), kind, "{name}");
        assert!(header(&answer, "vary").contains("Accept"), "{name}");
        let policy = header(&answer, "content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("img-src data:"));
        let kept = header(&answer, "cache-control");
        assert_eq!(kept.contains("604800"), name == "both", "{kept}");
        let bytes = answer.bytes().await.expect("bytes");
        match kind {
            "image/png" => assert_eq!(&*bytes, LIGHT),
            _ => {
                let text = String::from_utf8_lossy(&bytes);
                assert_eq!(text.matches("data:image/png;base64,").count(), parts);
            }
        }
    }
}
