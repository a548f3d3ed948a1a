//! The Universal Connect Widget: its page in both versions, one-time tokens, and what is wrong with an address.

use super::{get_from, two_shops, user_of};
use crate::support::{TestServer, header, launch};
use reqwest::StatusCode;
use serde_json::json;

const SHOP: &str = "http://localhost:3000/";

#[tokio::test]
async fn its_page_opens_a_session_for_the_user_of_its_address() {
    let server = TestServer::start().await;
    let query =
        "jobTypes=accountOwner,transactions&userId=ann&institutionId=demo&singleAccountSelect=true";
    let opened = launch(get_from(&server, SHOP, &format!("/widget?{query}")).await).await;
    assert_eq!(opened["system"], "ucw");
    assert_eq!(opened["origin"], "http://localhost:3000");
    let user = user_of(&server, &opened);
    let session = user
        .get_json("/v1/session?origin=http://localhost:3000")
        .await;
    assert_eq!(session["user_id"], "ann");
    assert_eq!(
        session["options"],
        json!({
            "origin": "http://localhost:3000",
            "job_types": ["accountOwner", "transactions"],
            "provider": "demo", "allow_change_institution": false,
            "account_selection": "single",
        })
    );
}

#[tokio::test]
async fn an_address_that_is_wrong_gets_a_page_that_names_the_parameter() {
    let server = TestServer::start().await;
    let long = format!("jobTypes=accountOwner&userId={}", "x".repeat(257));
    for (query, named) in [
        ("userId=ann", "jobTypes"),
        ("jobTypes=&userId=ann", "jobTypes"),
        ("jobTypes=,&userId=ann", "jobTypes"),
        ("jobTypes=accountOwner,evil&userId=ann", "jobTypes"),
        ("jobTypes=accountOwner", "userId"),
        ("jobTypes=accountOwner&userId=", "userId"),
        (&long, "userId"),
        (
            "jobTypes=accountOwner&userId=ann&connectionId=evil",
            "aggregator",
        ),
        (
            "jobTypes=accountOwner&userId=ann&connectionId=evil&aggregator=mx",
            "institutionId",
        ),
        (
            "jobTypes=accountOwner&userId=ann&targetOrigin=evil",
            "targetOrigin",
        ),
        (
            "jobTypes=accountOwner&userId=ann&targetOrigin=javascript:evil",
            "targetOrigin",
        ),
        (
            "jobTypes=accountOwner&userId=ann&targetOrigin=https://a.example%0d%0aevil:1",
            "targetOrigin",
        ),
    ] {
        let page = get_from(&server, SHOP, &format!("/widget?{query}")).await;
        assert_eq!(page.status(), StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(header(&page, "evil"), "");
        let text = page.text().await.expect("a page");
        assert!(text.contains(&format!("<p>{named} ")), "{query}: {text}");
        assert!(!text.contains("evil"), "{query}");
    }
}

#[tokio::test]
async fn without_a_token_a_page_opens_only_for_an_origin_that_a_client_allows_it_for() {
    let server = two_shops().await;
    let query = "/widget?jobTypes=accountOwner&userId=ann";
    let target = format!("{query}&targetOrigin=https://open.example");
    for path in [query, target.as_str()] {
        let opened = launch(get_from(&server, "https://open.example/a", path).await).await;
        assert_eq!(opened["origin"], "https://open.example", "{path}");
        assert!(opened["token"].is_string(), "{path}");
    }
    let closed = json!({"system": "ucw"});
    for (referer, path) in [
        ("https://shop.example/", query.to_owned()),
        ("https://evil.example/", query.to_owned()),
        ("", query.to_owned()),
        (
            "https://open.example/",
            format!("{query}&targetOrigin=https://evil.example"),
        ),
        (
            "https://open.example/",
            format!("{query}&targetOrigin=https://shop.example"),
        ),
    ] {
        let page = get_from(&server, referer, &path).await;
        assert_eq!(launch(page).await, closed, "{referer} {path}");
    }
}
