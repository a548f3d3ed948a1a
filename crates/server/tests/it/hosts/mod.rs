//! What pages and servers written for other systems ask of this one.

mod flinks;
mod meld;
mod moneykit;
mod ucw;

use crate::support::{TestServer, User};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A page of the shop asks for this page of the widget.
async fn get_from(server: &TestServer, referer: &str, path: &str) -> Response {
    let request = server.request(Method::GET, path).header("referer", referer);
    request.send().await.expect("an answer")
}

/// The user behind the token in a page's launch data.
fn user_of<'a>(server: &'a TestServer, launch: &Value) -> User<'a> {
    let token = launch["token"].as_str().expect("a token").to_owned();
    User { server, token }
}

/// Two shops without a sandbox; the second lets pages open without a token.
async fn two_shops() -> TestServer {
    let secret = |text: &str| {
        let hash = Sha256::digest(text);
        hash.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    TestServer::of_clients(json!([
        {
            "id": "shop", "name": "Shop", "secret_sha256": secret("shop-secret"),
            "origins": ["https://shop.example"], "redirect_uris": ["https://shop.example/back"],
        },
        {
            "id": "open", "name": "Open", "secret_sha256": secret("open-secret"),
            "origins": ["https://open.example"], "open_systems": ["flinks", "ucw"],
            "theme": {"accent": "#0a0", "radius": "4px"},
        },
    ]))
    .await
}
