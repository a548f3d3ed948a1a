//! A token for one connection: it reaches that one, and none of its user's others.

use crate::support::{TestServer, User, check_problem};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn a_token_for_one_connection_finds_no_other() {
    let server = TestServer::start().await;
    let ann = server.user().await;
    let broken = ann.connect("gb-monzo", "wealthica", "wealthica").await;
    let other = ann
        .connect("de-deutsche-bank", "wealthica", "wealthica")
        .await;
    let asked = json!({"connectionId": broken.id});
    let answer = server.ask("/bank-linking/connect/repair", asked).await;
    let answer: Value = answer.json().await.expect("JSON");
    let meld = answer["connectToken"].as_str().expect("a token").to_owned();
    let meld = User {
        server: &server,
        token: meld,
    };
    let own =
        json!({"user_id": "ann", "institution": broken.id, "allow_change_institution": false});
    for repairer in [meld, server.user_with(own).await] {
        let path = format!("/v1/institutions/{}", other.id);
        for (method, more, body) in [
            (Method::GET, "", json!({})),
            (Method::GET, "/poll?v=0", json!({})),
            (
                Method::PUT,
                "",
                json!({"credentials": {"username": "a", "password": "b"}}),
            ),
            (Method::PUT, "", json!({"security_answer": "a"})),
            (Method::POST, "/sync", json!({"force": true})),
            (Method::DELETE, "", json!({})),
        ] {
            let answer = repairer.send(method, &format!("{path}{more}"), body).await;
            check_problem(answer, 404, "not_found").await;
        }
        assert_eq!(repairer.sync(&broken).await.id, broken.id);
    }
    assert_eq!(ann.read(&other.id).await.id, other.id);
    // Where another bank may be chosen, a connection to it may be logged in to again.
    let freer = json!({"user_id": "ann", "institution": broken.id});
    let freer = server.user_with(freer).await;
    let path = format!("/v1/institutions/{}", other.id);
    assert_eq!(freer.get(&path).await.status(), StatusCode::OK);
}
