//! The aggregator "SimpleFIN": a whole connection outside the sandbox, against a stand-in for a SimpleFIN server.

use crate::database;
use crate::support::{Directory, TestServer, User, bank_says, error_name, refused};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connect_core::api::{Institution, SyncStatus};
use connect_fakes::serving::{Answer, Fake};
use connect_fakes::simplefin::{self as upstream, SCENARIOS};
use reqwest::{Method, StatusCode};
use serde_json::json;

async fn fake() -> Fake {
    Fake::start(upstream::router()).await
}

/// A token that can be claimed once.
fn token(fake: &Fake, scenario: &str) -> String {
    upstream::token(&fake.origin(), scenario, Some(scenario))
}

async fn server(fake: &Fake) -> TestServer {
    started(Directory::new(), fake).await
}

async fn started(directory: Directory, fake: &Fake) -> TestServer {
    TestServer::outside(directory, &file(&fake.origin())).await
}

fn file(server: &str) -> String {
    format!(
        "[[aggregator]]\nkind = \"simplefin\"\nservers = []\nprivate_servers = [\"{server}\"]\n"
    )
}

async fn connected(user: &User<'_>, fake: &Fake, scenario: &str) -> Institution {
    user.follow(user.paste(&token(fake, scenario)).await).await
}

fn names(institution: &Institution) -> Vec<&str> {
    let accounts = institution.accounts.iter().flatten();
    accounts.map(|account| account.name.as_str()).collect()
}

#[tokio::test]
async fn a_token_is_pasted_and_the_connection_is_synced_chosen_from_restarted_and_deleted() {
    let fake = fake().await;
    let server = server(&fake).await;
    let user = server.user().await;
    let list = user.get_json("/v1/providers").await;
    assert_eq!(list["total"], 1, "{list}");
    let bank = user.get_json("/v1/providers/simplefin").await;
    assert_eq!(bank["fields"][0]["name"], "setup_token");
    assert_eq!(bank["fields"][0]["kind"], "password");
    assert_eq!(bank["aggregator"], "simplefin");
    // The words beside a test bank's form would call a real bank one.
    assert!(bank["hint"].is_null(), "{bank}");
    let page = format!("{}/simplefin/create", fake.origin());
    assert_eq!(bank["setup"]["url"], page);
    assert_eq!(bank["setup"]["steps"].as_array().map(Vec::len), Some(3));

    let institution = connected(&user, &fake, "demo").await;
    assert_eq!(institution.sync_status, SyncStatus::Ok);
    assert_eq!(institution.authorized, Some(true));
    assert_eq!(names(&institution), ["Demo Savings", "Demo Checking"]);
    let checking = &institution.accounts.as_ref().expect("accounts")[1];
    assert_eq!(checking.kind, "checking");
    assert_eq!(
        (checking.balance, checking.currency.as_deref()),
        (Some(-24.05), Some("USD"))
    );

    let chosen = json!({"selected_accounts": [checking.id]});
    let answer = user.put(&institution, chosen).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let again = user.sync(&institution).await;
    assert_eq!(
        (again.sync_status, names(&again)),
        (SyncStatus::Ok, vec!["Demo Checking"])
    );

    // What it was exchanged for outlives the server.
    let id = institution.id.clone();
    let token = user.token.clone();
    let TestServer {
        directory, server, ..
    } = server;
    server.stop().await;
    let server = started(directory, &fake).await;
    let user = User {
        server: &server,
        token,
    };
    let later = user.sync(&user.read(&id).await).await;
    assert_eq!(later.sync_status, SyncStatus::Ok);
    assert_eq!(later.accounts.expect("accounts")[0].id, checking.id);
    let calls = fake.requests();
    let claims = calls.iter().filter(|call| call.method == "POST");
    assert_eq!(claims.count(), 1, "{calls:?}");

    let gone = user
        .send(
            Method::DELETE,
            &format!("/v1/institutions/{id}"),
            json!(null),
        )
        .await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
}

/// What each scenario comes to for a new connection.
#[tokio::test]
async fn every_answer_of_a_simplefin_server_has_its_word_in_the_contract() {
    let fake = fake().await;
    let server = server(&fake).await;
    let user = server.user().await;
    for (scenario, _) in SCENARIOS {
        let expected = match *scenario {
            "demo" | "v1" | "three-banks" | "custom-currency" => "ok, warnings: 0",
            "message" | "both-lists" | "v1-attention" | "connection-trouble" | "odd-texts"
            | "one-bank-broken" | "account-failed" => "ok, warnings: 1",
            "unknown-code" => "ok, warnings: 2",
            "all-banks-broken" | "v1-reauthenticate" | "payment" => "UserActionRequiredError",
            "v1-fewer-requests" | "limited" => "retry",
            "connection-down" | "down" => "InstitutionUnavailableError",
            "general" => "gen.api",
            "token-revoked" | "revoked" | "claim-unknown" => "LoginFailedError",
            "empty" => "NoAccountsError",
            "redirect" | "claim-redirect" | "claim-broken" => "TemporaryFailureError",
            "claim-other-host" | "claim-nonsense" => "access_url",
            other => panic!("{other} is not in the table"),
        };
        let made = connected(&user, &fake, scenario).await;
        println!("{scenario:20} {}", told(&made));
        assert_eq!(told(&made), expected, "{scenario}");
    }
    println!("{} scenarios, 0 unmapped", SCENARIOS.len());
}

/// A connection that stands is told otherwise of what passes by itself.
#[tokio::test]
async fn a_connection_that_stands_is_put_off_while_its_server_is_down_and_is_then_what_it_was() {
    let fake = fake().await;
    let server = server(&fake).await;
    let user = server.user().await;
    let standing = connected(&user, &fake, "demo").await;
    for (answer, expected) in [
        (Answer::status(500), "retry"),
        (Answer::status(429), "retry"),
        (Answer::status(402), "UserActionRequiredError"),
        (Answer::status(403), "LoginFailedError"),
        (Answer::json(200, "[]"), "TemporaryFailureError"),
    ] {
        fake.next("/accounts", answer);
        assert_eq!(told(&user.sync(&standing).await), expected);
    }
    let again = user.sync(&standing).await;
    assert_eq!(
        (again.sync_status, again.accounts),
        (SyncStatus::Ok, standing.accounts)
    );
}

fn told(institution: &Institution) -> String {
    match institution.sync_status {
        SyncStatus::Error => error_name(institution).to_owned(),
        SyncStatus::Ok => format!("ok, warnings: {}", institution.warnings.len()),
        other => format!("{other:?}").to_lowercase(),
    }
}

#[tokio::test]
async fn a_token_that_is_none_or_leads_elsewhere_is_told_as_wrong_and_nobody_is_called() {
    let fake = fake().await;
    let server = server(&fake).await;
    let user = server.user().await;
    for (claim, why) in [
        ("no address", "not a SimpleFIN token"),
        ("http://127.0.0.1:1/claim/demo", "not taken here"),
        ("https://169.254.169.254/latest/meta-data", "not taken here"),
        (
            "https://bridge.simplefin.org/simplefin/claim/demo",
            "not taken here",
        ),
        ("file:///etc/passwd", "not a SimpleFIN token"),
    ] {
        let told = user.follow(user.paste(&STANDARD.encode(claim)).await).await;
        assert_eq!(error_name(&told), "LoginFailedError", "{claim}");
        assert!(
            bank_says(&told).is_some_and(|words| words.contains(why)),
            "{claim}"
        );
    }
    assert!(fake.requests().is_empty());
    let institution = connected(&user, &fake, "demo").await;
    let wrong = json!({"credentials": {"setup_token": "none"}});
    let told = user.follow(user.put(&institution, wrong).await).await;
    assert_eq!(error_name(&told), "LoginFailedError");
    let synced = user.sync(&told).await;
    assert_eq!(
        (synced.sync_status, synced.accounts),
        (SyncStatus::Ok, institution.accounts)
    );
}

#[tokio::test]
async fn a_new_token_that_was_used_before_leaves_the_connection_its_old_one() {
    let fake = fake().await;
    let server = server(&fake).await;
    let user = server.user().await;
    let institution = connected(&user, &fake, "demo").await;
    let used = json!({"credentials": {"setup_token": token(&fake, "demo")}});
    let refused = user.follow(user.put(&institution, used).await).await;
    assert_eq!(error_name(&refused), "LoginFailedError");
    assert!(bank_says(&refused).is_some_and(|words| words.contains("disable it")));
    let synced = user.sync(&refused).await;
    assert_eq!(
        (synced.sync_status, synced.accounts),
        (SyncStatus::Ok, institution.accounts)
    );
}

#[tokio::test]
async fn a_token_that_was_on_its_way_when_the_server_stopped_is_asked_for_again() {
    let fake = fake().await;
    let server = server(&fake).await;
    fake.next("/claim/demo/demo", Answer::Never);
    let user = server.user().await;
    let sent = user.paste(&token(&fake, "demo")).await;
    let sent: Institution = sent.json().await.expect("an institution");
    while fake.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let token = user.token.clone();
    let TestServer {
        directory, server, ..
    } = server;
    server.stop().await;
    let server = started(directory, &fake).await;
    let user = User {
        server: &server,
        token,
    };
    let lost = user.read(&sent.id).await;
    assert_eq!(error_name(&lost), "LoginFailedError");
    let again = json!({"credentials": {"setup_token": self::token(&fake, "demo")}});
    let connected = user.follow(user.put(&lost, again).await).await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_claim_that_failed_and_is_tried_again_asks_for_the_token() {
    let fake = fake().await;
    let server = server(&fake).await;
    fake.next("/claim/demo/demo", Answer::status(500));
    let user = server.user().await;
    let failed = connected(&user, &fake, "demo").await;
    assert_eq!(error_name(&failed), "TemporaryFailureError");
    let asked = user.sync(&failed).await;
    assert_eq!(error_name(&asked), "LoginFailedError");
    assert!(bank_says(&asked).is_some_and(|words| words.contains("once more")));
}

#[tokio::test]
async fn accounts_of_several_banks_say_whose_they_are_and_no_currency_is_fetched() {
    let fake = fake().await;
    let server = server(&fake).await;
    let user = server.user().await;
    let many = connected(&user, &fake, "three-banks").await;
    assert_eq!(names(&many).len(), 15);
    assert_eq!(names(&many)[0], "First Bank Checking");
    let mut ids: Vec<String> = many.accounts.into_iter().flatten().map(|a| a.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 15);
    let own = connected(&user, &fake, "custom-currency").await;
    assert_eq!(own.accounts.expect("accounts")[0].currency, None);
}

#[tokio::test]
async fn no_token_and_no_access_is_in_the_database() {
    if !database::is_file() {
        return;
    }
    let fake = fake().await;
    let server = server(&fake).await;
    let user = server.user().await;
    connected(&user, &fake, "demo").await;
    let secrets = [token(&fake, "demo"), upstream::PASSWORD.into()];
    for file in ["connect.db", "connect.db-wal"] {
        let bytes = std::fs::read(server.directory.path(file)).expect("it is there");
        for secret in &secrets {
            let found = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "{file} has {secret}");
        }
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_used_starts_no_server_and_says_what_to_do() {
    for (text, why) in [
        ("[[aggregator]]\nkind = simplefin\n", "line 2"),
        (
            "[[aggregator]]\nkind = \"bank\"\n",
            "there is no `bank`; there are `simplefin`",
        ),
        (
            "[[aggregator]]\nkind = \"simplefin\"\nserver = []\n",
            "unknown field `server`",
        ),
        (
            "[[aggregator]]\nkind = \"simplefin\"\nservers = [\"http://a.example\"]\n",
            "http://a.example",
        ),
        (
            "[[aggregator]]\nkind = \"simplefin\"\nservers = [\"https://10.0.0.1\"]\n",
            "https://10.0.0.1",
        ),
        (
            "[[aggregator]]\nkind = \"simplefin\"\nprivate_servers = [\"http://10.0.0.1\"]\n",
            "http://10.0.0.1",
        ),
    ] {
        let directory = Directory::new();
        let file = directory.write("aggregators.toml", text);
        let file = file.to_str().expect("a plain path");
        let said = refused(&directory, &["--sandbox", "--aggregators", file]).await;
        assert!(
            said.contains(why) && said.contains("aggregators.toml"),
            "{said}"
        );
    }
}

const KEY: &str = "11111111-2222-3333-4444-555555555555";

/// A token that can be used once, in a request that may be sent again.
async fn post(user: &User<'_>, token: &str) -> reqwest::Response {
    let credentials = json!({"setup_token": token});
    let body = json!({"name": "SimpleFIN", "type": "simplefin", "credentials": credentials});
    let request = user.server.request(Method::POST, "/v1/institutions");
    let request = request
        .bearer_auth(&user.token)
        .header("idempotency-key", KEY);
    request.json(&body).send().await.expect("an answer")
}

#[tokio::test]
async fn a_request_that_is_sent_again_sends_its_token_once() {
    let fake = fake().await;
    let server = server(&fake).await;
    let user = server.user().await;
    let token = token(&fake, "demo");
    let status = Answer::status(500);
    fake.next("/accounts", status);
    let first = post(&user, &token).await;
    assert_eq!(first.status(), StatusCode::ACCEPTED);
    // While it is under way, and when it stands.
    let connected = user.follow(post(&user, &token).await).await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
    let again = post(&user, &token).await;
    assert_eq!(again.status(), StatusCode::ACCEPTED);
    let again: Institution = again.json().await.expect("an institution");
    assert_eq!(
        (&again.id, again.version),
        (&connected.id, connected.version)
    );
    let calls = fake.requests();
    let claims = calls.iter().filter(|call| call.method == "POST");
    assert_eq!(claims.count(), 1, "{calls:?}");
}

#[tokio::test]
async fn a_renewal_that_is_put_off_and_then_refused_leaves_what_stood() {
    let fake = fake().await;
    let server = server(&fake).await;
    let user = server.user().await;
    let institution = connected(&user, &fake, "demo").await;
    for _ in 0..6 {
        fake.next("/accounts", Answer::status(500));
    }
    let put = json!({"credentials": {"setup_token": token(&fake, "revoked")}});
    let renewed = user.follow(user.put(&institution, put).await).await;
    assert_eq!(told(&renewed), "retry");
    let refused = user.sync(&renewed).await;
    assert_eq!(told(&refused), "LoginFailedError");
    let synced = user.sync(&refused).await;
    assert_eq!(synced.sync_status, SyncStatus::Ok);
    assert_eq!(synced.accounts, institution.accounts);
}
