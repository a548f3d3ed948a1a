//! What an origin looks like, and in which form it is kept and told.

use crate::support::{TestServer, check_problem, launch};
use crate::vault::kept;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// What a page might take for its origin, and is none.
const NONE: [&str; 14] = [
    "null",
    "*",
    "https://*",
    "https://*.shop.example",
    "https://shop.example;sandbox",
    "https://shop.example,b",
    "https://shop.example/cart",
    "https://shop.example/cart/..",
    "https://shop.example?",
    "https://shop_1.example",
    "https://ann@shop.example",
    "https:shop.example",
    "shop.example",
    "",
];

#[tokio::test]
async fn an_origin_is_kept_in_the_form_in_which_browsers_say_it() {
    let server = TestServer::start().await;
    for given in ["http://LOCALHOST:3000/", "http://localhost:3000"] {
        let user = json!({"user_id": "ann", "origin": given});
        let user = server.user_with(user).await;
        for asked in ["http://localhost:3000", "http://Localhost:3000/"] {
            let session = user.get_json(&format!("/v1/session?origin={asked}")).await;
            assert_eq!(session["options"]["origin"], "http://localhost:3000");
        }
        let kept = kept(&server, "tokens", "token_sha256", "options").await;
        let kept: Value = serde_json::from_str(&kept[0]).expect("JSON");
        assert_eq!(kept["origin"], "http://localhost:3000");

        let asked = json!({"jobTypes": ["transactions"], "userId": "ann", "targetOrigin": given});
        let answer: Value = server
            .ask("/widgetUrl", asked)
            .await
            .json()
            .await
            .expect("JSON");
        let url = answer["widgetUrl"].as_str().expect("an address");
        let path = &url[url.find("/widget?").expect("its path")..];
        let opened = launch(server.get(path).await).await;
        assert_eq!(opened["origin"], "http://localhost:3000");
        let path = format!("/widget?jobTypes=transactions&userId=ann&targetOrigin={given}");
        let opened = launch(server.get(&path).await).await;
        assert_eq!(opened["origin"], "http://localhost:3000");
    }
}

#[tokio::test]
async fn what_is_no_origin_is_refused_with_a_sentence_that_says_what_one_is() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let told = "such as https://shop.example";
    for none in NONE {
        let asked = json!({"user_id": "ann", "origin": none});
        let problem = check_problem(server.mint(asked).await, 422, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(
            detail.contains("origin must be") && detail.contains(told),
            "{detail}"
        );

        let encoded: String = url::form_urlencoded::byte_serialize(none.as_bytes()).collect();
        let answer = user.get(&format!("/v1/session?origin={encoded}")).await;
        let problem = check_problem(answer, 403, "origin_not_allowed").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(
            detail.contains("origin must be") && detail.contains(told),
            "{detail}"
        );

        let asked = json!({"jobTypes": ["transactions"], "userId": "ann", "targetOrigin": none});
        let answer = server.ask("/widgetUrl", asked).await;
        let problem = check_problem(answer, 400, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(
            detail.contains("targetOrigin must be") && detail.contains(told),
            "{detail}"
        );
        if none.is_empty() {
            continue;
        }
        let path = format!("/widget?jobTypes=transactions&userId=ann&targetOrigin={encoded}");
        let page = server.get(&path).await;
        assert_eq!(page.status(), StatusCode::BAD_REQUEST, "{none}");
        assert!(page.text().await.expect("a page").contains(told), "{none}");
    }
}
