//! What a client's server exchanges says whose it is, so that nobody hands in a connection of theirs for somebody else.

use crate::support::{TestServer, User};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

async fn body(answer: Response) -> Value {
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn every_answer_about_a_connection_names_its_user() {
    let server = TestServer::start().await;
    let asked = json!({"customer_user": {"id": "mallory"}});
    let session = body(server.ask("/link-session", asked).await).await;
    let token = session["link_session_token"].as_str().expect("a token");
    let mallory = User {
        server: &server,
        token: token.into(),
    };
    let made = mallory.connect("gb-monzo", "wealthica", "wealthica").await;

    let code = made.exchange_code.as_ref().expect("a code").expose();
    let asked = json!({"exchangeable_token": code});
    let answer = server.ask("/link-session/exchange-token", asked).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let exchanged = body(answer).await;
    let user = json!({"id": "mallory"});
    assert_eq!(exchanged["customer_user"], user);
    assert_eq!(exchanged["link"]["customer_user"], user);

    let asked = json!({"connectionId": made.id});
    let repair = server.ask("/bank-linking/connect/repair", asked).await;
    assert_eq!(body(repair).await["externalCustomerId"], "mallory");

    let login = made.login_id.as_deref().expect("a login's id");
    let login = body(server.login(login, "demo-secret").await).await;
    assert_eq!(login["institutions"][0]["user_id"], "mallory");
}
