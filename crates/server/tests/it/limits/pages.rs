//! Pages without a token, which anybody can open: each makes a session.

use super::{from, refused, server, until_refused};
use crate::support::{TestServer, User, header, launch};
use connect_core::api::SyncStatus;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

const FLINKS: &str = "/v2/";
const UCW: &str = "/widget?userId=ann&jobTypes=transactions&targetOrigin=http://localhost:1";

async fn open(server: &TestServer, address: &str, page: &str) -> Response {
    let request = from(address, server.request(Method::GET, page));
    let request = request.header("referer", "http://localhost:1/page");
    request.send().await.expect("an answer")
}

/// In words, for a person.
async fn check_refused(answer: Response) {
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(header(&answer, "content-type").starts_with("text/html"));
    assert_eq!(header(&answer, "cache-control"), "no-store");
    let seconds: u64 = header(&answer, "retry-after").parse().expect("seconds");
    assert!(seconds >= 1);
    let text = answer.text().await.expect("a page");
    assert!(text.contains("Please wait a little and try again."));
}

#[tokio::test]
async fn an_address_opens_sixty_pages_in_ten_minutes_and_others_go_on() {
    let server = server("").await;
    for _ in 0..60 {
        let launch = launch(open(&server, "192.0.2.1", FLINKS).await).await;
        assert!(launch["token"].is_string());
    }
    // Another one may have come back meanwhile.
    let again = async || open(&server, "192.0.2.1", FLINKS).await;
    check_refused(until_refused(again).await.1).await;
    for page in [FLINKS, UCW] {
        let launch = launch(open(&server, "192.0.2.2", page).await).await;
        assert!(launch["token"].is_string());
    }
}

#[tokio::test]
async fn both_systems_pages_of_a_client_are_counted_together_from_many_addresses() {
    let server = server("pages-per-client=4/1h").await;
    for (host, page) in [FLINKS, UCW, FLINKS, UCW].into_iter().enumerate() {
        let answer = open(&server, &format!("192.0.2.{host}"), page).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    for page in [FLINKS, UCW] {
        check_refused(open(&server, "192.0.2.100", page).await).await;
    }
    // With a token it is opened all the same.
    let request = server.request(Method::GET, "/v2/?authorizeToken=any");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_stranger_in_the_name_of_a_user_takes_nothing_of_what_the_user_may() {
    let limits = "logins-per-user=1/1h,answers-per-user=1/1h,connections-per-user=4";
    let server = server(limits).await;
    let launch = launch(open(&server, "192.0.2.1", UCW).await).await;
    let stranger = User {
        server: &server,
        token: launch["token"].as_str().expect("a token").to_owned(),
    };
    let user = server.user().await;
    for one in [stranger, user] {
        // Origins count in a browser alone.
        let asked = one.connect("mfa-bank", "user_good", "code").await;
        let connected = one.answer(&asked, "1234").await;
        assert_eq!(connected.sync_status, SyncStatus::Ok);
        let again = one.create("mfa-bank", "user_good", "code").await;
        let (detail, _) = refused(again).await;
        assert!(detail.contains("logins of this user"), "{detail}");
    }
}

#[tokio::test]
async fn whoever_opens_pages_in_the_name_of_a_user_does_not_keep_their_server_from_it() {
    let server = server("tokens-per-user=2/1h").await;
    for _ in 0..2 {
        let answer = open(&server, "192.0.2.1", UCW).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    check_refused(open(&server, "192.0.2.1", UCW).await).await;
    let minted = server.mint(json!({"user_id": "ann"})).await;
    assert_eq!(minted.status(), StatusCode::OK);
}
