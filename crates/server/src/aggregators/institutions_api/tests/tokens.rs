//! Users' tokens: where they come from, how long they are kept, and what happens when one ends in the middle.

use super::super::InstitutionsApi;
use super::fake::Fake;
use super::upstream::Service;
use super::{credentials, log_in, said, settings};
use crate::aggregators::{Aggregator, Held, Upstream};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::json;

const DONE: &str = r#"{"id":"i1","sync_status":"ok","__v":9}"#;

fn jwt(seconds: i64) -> String {
    let exp = Timestamp::now().as_second() + seconds;
    let payload = URL_SAFE_NO_PAD.encode(json!({"exp": exp}).to_string());
    format!("e30.{payload}.c2ln")
}

fn wealthica(fake: &Fake) -> InstitutionsApi {
    let secret = fake.directory.write("secret", "client-secret\n");
    let text = format!(
        "base_url = \"http://{}/v1\"\nprivate = true\n[token]\nclient_id = \"c1\"\nsecret_file = {secret:?}\n",
        fake.address
    );
    InstitutionsApi::new(settings(&text)).expect("it can be used")
}

fn held() -> Held {
    Held::of(&json!({"id": "i1", "version": 3, "user": "u1", "stands": true, "round": 0}))
}

fn has(request: &str, line: &str) -> bool {
    request.lines().any(|one| one.eq_ignore_ascii_case(line))
}

#[tokio::test]
async fn a_token_is_asked_for_as_wealthica_wants_it_and_kept_while_it_is_good() {
    let fake = Fake::start().await;
    let api = wealthica(&fake);
    let token = jwt(3600);
    fake.says(200, &json!({"token": token}).to_string());
    fake.says(200, DONE);
    fake.says(200, DONE);
    api.look(&held()).await.expect("an answer");
    api.look(&held()).await.expect("an answer");
    let asked = fake.asked();
    assert_eq!(asked.len(), 3);
    assert!(asked[0].starts_with("POST /v1/auth/token "));
    assert!(has(&asked[0], "loginName: u1"));
    assert!(asked[0].ends_with(r#"{"clientId":"c1","secret":"client-secret"}"#));
    for poll in &asked[1..] {
        assert!(poll.starts_with("GET /v1/institutions/i1/poll?v=3 "));
        assert!(has(poll, &format!("authorization: Bearer {token}")));
    }
}

#[tokio::test]
async fn a_token_that_ends_soon_is_not_used_again() {
    let fake = Fake::start().await;
    let api = wealthica(&fake);
    for _ in 0..2 {
        fake.says(200, &json!({"token": jwt(30)}).to_string());
        fake.says(200, DONE);
        api.look(&held()).await.expect("an answer");
    }
    assert_eq!(fake.asked().len(), 4);
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_of_a_poll_is_replaced_once() {
    let fake = Fake::start().await;
    let api = wealthica(&fake);
    fake.says(200, r#"{"token":"opaque-1"}"#);
    fake.says(401, "{}");
    fake.says(200, r#"{"token":"opaque-2"}"#);
    fake.says(200, DONE);
    let progress = api.look(&held()).await.expect("an answer");
    assert_eq!(said(&progress.stage), "done 0/0");
    let asked = fake.asked();
    assert!(has(&asked[1], "authorization: Bearer opaque-1"));
    assert!(has(&asked[3], "authorization: Bearer opaque-2"));
    fake.says(401, "{}");
    fake.says(200, r#"{"token":"opaque-3"}"#);
    fake.says(401, "{}");
    let end = api.look(&held()).await;
    assert!(matches!(end, Err(Upstream::Misconfigured(_))), "{end:?}");
    assert_eq!(fake.asked().len(), 3);
}

#[tokio::test]
async fn a_connection_is_made_once_although_its_token_was_replaced() {
    let fake = Fake::start().await;
    let api = wealthica(&fake);
    fake.says(200, r#"{"token":"opaque-1"}"#);
    fake.says(401, "{}");
    fake.says(200, r#"{"token":"opaque-2"}"#);
    fake.says(202, DONE);
    let begun = log_in(&api, "b", &credentials("ann", "any"), None).await;
    assert_eq!(said(&begun.expect("a beginning").stage), "done 0/0");
    let asked = fake.asked();
    let key = |request: &str| {
        let mut lines = request.lines();
        lines
            .find(|line| line.starts_with("idempotency-key: "))
            .map(String::from)
    };
    assert!(key(&asked[1]).is_some());
    assert_eq!(key(&asked[1]), key(&asked[3]));
    assert!(
        asked[3].ends_with(
            r#"{"name":"b","type":"b","credentials":{"password":"any","username":"ann"}}"#
        ),
        "{}",
        asked[3]
    );
}

#[tokio::test]
async fn whoever_gets_no_token_is_told_what_to_look_at() {
    let fake = Fake::start().await;
    let api = wealthica(&fake);
    fake.says(401, r#"{"secret":"client-secret"}"#);
    let end = api.look(&held()).await.expect_err("no token");
    let text = end.to_string();
    assert!(
        text.contains("token.client_id") && !text.contains("client-secret"),
        "{text}"
    );
    for body in ["{}", r#"{"token":null}"#, r#"{"token":"two words"}"#] {
        fake.says(200, body);
        let end = api.look(&held()).await;
        assert!(matches!(end, Err(Upstream::Protocol(_))), "{body}: {end:?}");
    }
}

#[tokio::test]
async fn one_token_for_all_goes_with_the_user_s_name_in_a_header() {
    let fake = Fake::start().await;
    let key = fake.directory.write("key", "gateway-key\n");
    let more = format!("user_header = \"x-user\"\n[headers]\nx-api-key = {key:?}\n");
    let api = InstitutionsApi::new(settings(&fake.settings(&more))).expect("it can be used");
    fake.says(200, DONE);
    api.look(&held()).await.expect("an answer");
    let asked = fake.asked();
    for line in [
        "authorization: Bearer fixed-token",
        "x-user: u1",
        "x-api-key: gateway-key",
    ] {
        assert!(has(&asked[0], line), "{line}: {}", asked[0]);
    }
    fake.says(401, "{}");
    let end = api.look(&held()).await;
    assert!(matches!(end, Err(Upstream::Misconfigured(_))), "{end:?}");
    assert_eq!(fake.asked().len(), 1);
}

#[tokio::test]
async fn a_token_that_is_taken_back_while_a_poll_waits_is_replaced() {
    let service = Service::with(&["--poll-timeout", "1"]).await;
    let api = &service.api;
    let slow = credentials("user_good", "wait-documents-60000");
    let mut progress = log_in(api, "slow-bank", &slow, None)
        .await
        .expect("a beginning");
    while said(&progress.stage) != "working Documents" {
        progress = api.look(&progress.held).await.expect("an answer");
    }
    let take_back = async {
        let address = format!("http://{}/v1/tokens/revoke", service.server.address());
        let request = reqwest::Client::new().post(address);
        let request = request.basic_auth("demo", Some("demo-secret"));
        let request = request.json(&json!({"user_id": "u1"}));
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.text().await.expect("a text")
    };
    let (looked, revoked) = tokio::join!(api.look(&progress.held), take_back);
    assert_eq!(revoked, r#"{"revoked":1}"#);
    assert_eq!(looked.expect("a new token").held, progress.held);
    service.server.stop().await;
}
