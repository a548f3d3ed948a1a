//! Who may embed a page: the one origin that it is opened from, and nobody hears who else could.

use crate::hosts::two_shops;
use crate::support::{TestServer, header, sha256_hex};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

const SHOP: &str = "https://shop.example";
const OPEN: &str = "https://open.example";
const EVIL: &str = "https://evil.example";

async fn load(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = server.request(Method::GET, path);
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    request.send().await.expect("an answer")
}

/// Everything that the policy says of who may embed the page.
fn ancestors(answer: &Response) -> &str {
    let policy = header(answer, "content-security-policy");
    let (_, ancestors) = policy.split_once("frame-ancestors ").expect("a rule");
    ancestors
}

fn only(origin: &str) -> String {
    format!("'self' {origin}")
}

#[tokio::test]
async fn a_page_is_for_the_one_origin_that_it_is_opened_from() {
    let server = two_shops().await;
    let own = server.url("/");
    for path in [
        "/",
        "/index.html",
        "/?connectToken=t",
        "/connect?token=t",
        "/connect/simplefin?token=t",
        "/reconnect/any?token=t",
        "/start?linkSessionToken=t",
        "/relink",
        "/continue",
        "/v2/?authorizeToken=t",
    ] {
        let with = |parameter: &str| match path.contains('?') {
            true => format!("{path}&{parameter}"),
            false => format!("{path}?{parameter}"),
        };
        let by_address = with(&format!("origin={SHOP}"));
        for (path, referer, allowed) in [
            // What the address names counts more than what the browser says.
            (by_address.as_str(), "", only(SHOP)),
            (&by_address, "https://open.example/a", only(SHOP)),
            (&by_address, "https://evil.example/", only(SHOP)),
            (&with("origin=https://SHOP.example:443/"), "", only(SHOP)),
            (path, "https://shop.example/cart?a=b", only(SHOP)),
            (
                &with(&format!("origin={EVIL}")),
                "https://shop.example/",
                only(SHOP),
            ),
            // Nobody is as good as known.
            (path, "", "'self'".into()),
            (path, "https://evil.example/", "'self'".into()),
            (path, "https://shop.example.evil.example/", "'self'".into()),
            (path, "null", "'self'".into()),
            (path, &own, "'self'".into()),
            (&with(&format!("origin={EVIL}")), "", "'self'".into()),
            (&with("origin=https://*"), "", "'self'".into()),
            (&with("origin="), "", "'self'".into()),
        ] {
            let headers = [("referer", referer)];
            let headers = if referer.is_empty() {
                &[][..]
            } else {
                &headers
            };
            let answer = load(&server, path, headers).await;
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert_eq!(ancestors(&answer), allowed, "{path} from {referer:?}");
        }
    }
    let ucw = format!("/widget?jobTypes=transactions&userId=ann&targetOrigin={SHOP}");
    for referer in ["https://shop.example/", "https://evil.example/"] {
        let answer = load(&server, &ucw, &[("referer", referer)]).await;
        assert_eq!(ancestors(&answer), only(SHOP));
    }
}

#[tokio::test]
async fn what_the_session_is_fixed_to_counts_more_than_what_the_address_says() {
    let server = two_shops().await;
    let path = format!("/v2/?origin={SHOP}");
    let answer = load(&server, &path, &[("referer", "https://open.example/")]).await;
    assert_eq!(ancestors(&answer), only(OPEN));

    let asked = json!({"jobTypes": ["transactions"], "userId": "ann", "targetOrigin": SHOP});
    let request = server.request(Method::POST, "/widgetUrl");
    let request = request.bearer_auth("shop-secret").json(&asked);
    let answer = request.send().await.expect("an answer");
    let answer: serde_json::Value = answer.json().await.expect("JSON");
    let url = answer["widgetUrl"].as_str().expect("an address");
    let path = &url[url.find("/widget?").expect("its path")..];
    let path = format!("{path}&origin={OPEN}");
    let answer = load(&server, &path, &[("referer", "https://open.example/")]).await;
    assert_eq!(ancestors(&answer), only(SHOP));
}

#[tokio::test]
async fn a_small_page_may_stand_anywhere_and_says_nothing_of_anybody() {
    let server = two_shops().await;
    for path in [
        "/connected",
        "/exit",
        "/nothing",
        "/widget",
        "/widget?token=t",
        "/oauth/redirect",
        "/oauth/resume",
    ] {
        let answer = load(&server, path, &[]).await;
        let policy = header(&answer, "content-security-policy").to_owned();
        assert_eq!(
            policy,
            "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors *",
            "{path}"
        );
        let page = answer.text().await.expect("a page");
        for active in ["<script", "<a ", "<form", "<button", "<input"] {
            assert!(!page.contains(active), "{path}: {active}");
        }
    }
}

#[tokio::test]
async fn a_kept_page_is_shown_to_nobody_but_who_it_was_kept_for() {
    let server = two_shops().await;
    let first = load(&server, "/", &[("referer", "https://shop.example/")]).await;
    assert_eq!(header(&first, "vary"), "accept-encoding, referer");
    assert_eq!(header(&first, "cache-control"), "no-cache");
    assert_eq!(header(&first, "last-modified"), "");
    let tag = header(&first, "etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");

    let known = ("if-none-match", tag.as_str());
    let same = load(
        &server,
        "/",
        &[("referer", "https://shop.example/b"), known],
    )
    .await;
    assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(ancestors(&same), only(SHOP));
    assert_eq!(header(&same, "etag"), tag);
    assert_eq!(header(&same, "vary"), "accept-encoding, referer");
    let listed = format!("\"a\", {tag}");
    let listed = [
        ("referer", "https://shop.example/"),
        ("if-none-match", &listed),
    ];
    let listed = load(&server, "/", &listed).await;
    assert_eq!(listed.status(), StatusCode::NOT_MODIFIED);
    for (referer, allowed) in [
        ("https://open.example/", only(OPEN)),
        ("https://evil.example/", "'self'".into()),
    ] {
        let other = load(&server, "/", &[("referer", referer), known]).await;
        assert_eq!(other.status(), StatusCode::OK, "{referer}");
        assert_eq!(ancestors(&other), allowed);
    }
    // A time says nothing of the policy.
    let later = ("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT");
    let other = load(&server, "/", &[("referer", "https://open.example/"), later]).await;
    assert_eq!(other.status(), StatusCode::OK);

    // Where the address says it, the referrer does not matter.
    let named = load(&server, "/?origin=https://shop.example", &[]).await;
    assert_eq!(header(&named, "vary"), "accept-encoding");
    assert_eq!(header(&named, "etag"), tag);
    let pages = load(&server, "/connect", &[]).await;
    assert_eq!(header(&pages, "vary"), "referer");
}

#[tokio::test]
async fn a_sandbox_lets_pages_of_this_machine_in_where_nobody_says_which() {
    let server = TestServer::start().await;
    let local =
        "'self' http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*";
    for path in ["/", "/connect", "/v2/?authorizeToken=t"] {
        let answer = load(&server, path, &[]).await;
        assert_eq!(ancestors(&answer), local, "{path}");
        let answer = load(&server, path, &[("referer", "http://localhost:3000/")]).await;
        assert_eq!(ancestors(&answer), only("http://localhost:3000"), "{path}");
    }
}

#[tokio::test]
async fn a_frame_that_no_browser_would_draw_says_so_in_words() {
    let server = two_shops().await;
    let framed = ("sec-fetch-dest", "iframe");
    for path in ["/", "/v2/?authorizeToken=", "/?connectToken=", "/start"] {
        // Loaded again by itself, or by a page that sends no referrer.
        let answer = load(&server, path, &[framed]).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
        assert_eq!(ancestors(&answer), "*");
        let words = answer.text().await.expect("a page");
        assert!(words.contains("open this page again"), "{path}: {words}");
        for told in [
            ("referer", "https://shop.example/"),
            ("sec-fetch-mode", "navigate"),
        ] {
            let headers = match told.0 {
                "referer" => vec![framed, told],
                _ => vec![told, ("sec-fetch-dest", "document")],
            };
            let answer = load(&server, path, &headers).await;
            assert_eq!(answer.status(), StatusCode::OK, "{path} {told:?}");
        }
    }
    let named = format!("/?origin={SHOP}");
    let answer = load(&server, &named, &[framed]).await;
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_may_stand_around_a_client_s_pages_is_in_their_policy_and_hears_nothing() {
    let server = TestServer::of_clients(json!([
        {
            "id": "shop", "name": "Shop", "secret_sha256": sha256_hex("shop-secret"),
            "origins": [SHOP], "ancestors": ["https://portal.example", "https://mail.example"],
        },
        {
            "id": "open", "name": "Open", "secret_sha256": sha256_hex("open-secret"),
            "origins": [OPEN], "ancestors": ["https://other.example"],
        },
    ]))
    .await;
    let asked = json!({"jobTypes": ["transactions"], "userId": "ann", "targetOrigin": SHOP});
    let request = server.request(Method::POST, "/widgetUrl");
    let request = request.bearer_auth("shop-secret").json(&asked);
    let answer = request.send().await.expect("an answer");
    let answer: serde_json::Value = answer.json().await.expect("JSON");
    let url = answer["widgetUrl"].as_str().expect("an address");
    let ucw = &url[url.find("/widget?").expect("its path")..];
    for path in [
        &format!("/?origin={SHOP}"),
        &format!("/v2/?origin={SHOP}"),
        ucw,
    ] {
        let answer = load(&server, path, &[]).await;
        let allowed = format!("'self' {SHOP} https://portal.example https://mail.example");
        assert_eq!(ancestors(&answer), allowed, "{path}");
    }
    let page = load(&server, "/?origin=https://portal.example", &[]).await;
    assert_eq!(
        ancestors(&page),
        "'self'",
        "the portal has no widget of its own"
    );
}
