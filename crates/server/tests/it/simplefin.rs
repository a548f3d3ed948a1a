//! The aggregator "SimpleFIN": a whole connection outside the sandbox, against a stand-in for a SimpleFIN server.

use crate::support::{Directory, TestServer, User, bank_says, error_name, refused, sha256_hex};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connect_core::api::{Institution, SyncStatus};
use connect_fakes::simplefin::{Fake, SCENARIOS};
use reqwest::{Method, StatusCode};
use serde_json::json;

async fn server(fake: &Fake) -> TestServer {
    started(Directory::new(), fake).await
}

async fn started(directory: Directory, fake: &Fake) -> TestServer {
    let clients = json!([{
        "id": "demo", "name": "Shop", "secret_sha256": sha256_hex("demo-secret"), "links": true,
        "origins": ["https://shop.example"],
    }]);
    let clients = directory.write("clients.json", &clients.to_string());
    let aggregators = directory.write("aggregators.toml", &file(&fake.base()));
    let more = [
        "--public-url",
        "https://connect.example",
        "--clients",
        clients.to_str().expect("a plain path"),
        "--aggregators",
        aggregators.to_str().expect("a plain path"),
    ];
    TestServer::in_directory(directory, &more).await
}

fn file(server: &str) -> String {
    format!(
        "[[aggregator]]\nkind = \"simplefin\"\nservers = []\nprivate_servers = [\"{server}\"]\n"
    )
}

async fn connected(user: &User<'_>, fake: &Fake, scenario: &str) -> Institution {
    user.follow(user.paste(&fake.token(scenario)).await).await
}

fn names(institution: &Institution) -> Vec<&str> {
    let accounts = institution.accounts.iter().flatten();
    accounts.map(|account| account.name.as_str()).collect()
}

#[tokio::test]
async fn a_token_is_pasted_and_the_connection_is_synced_chosen_from_restarted_and_deleted() {
    let fake = Fake::start().await.expect("a fake");
    let server = server(&fake).await;
    let user = server.user().await;
    let list = user.get_json("/v1/providers").await;
    assert_eq!(list["total"], 1, "{list}");
    let bank = user.get_json("/v1/providers/simplefin").await;
    assert_eq!(bank["fields"][0]["name"], "setup_token");
    assert_eq!(bank["fields"][0]["kind"], "password");
    assert_eq!(bank["aggregator"], "simplefin");
    // The words beside a test bank's form would call a real bank one.
    let hint = bank["fields"][0]["hint"].as_str().unwrap_or_default();
    assert!(
        hint.contains("/simplefin/create") && bank["hint"].is_null(),
        "{bank}"
    );

    let institution = connected(&user, &fake, "one-bank").await;
    assert_eq!(institution.sync_status, SyncStatus::Ok);
    assert_eq!(institution.authorized, Some(true));
    assert_eq!(names(&institution), ["Checking", "Savings"]);
    let checking = &institution.accounts.as_ref().expect("accounts")[0];
    assert_eq!(checking.kind, "checking");
    assert_eq!(
        (checking.balance, checking.currency.as_deref()),
        (Some(23.07), Some("USD"))
    );

    let chosen = json!({"selected_accounts": [checking.id]});
    let answer = user.put(&institution, chosen).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let again = user.sync(&institution).await;
    assert_eq!(
        (again.sync_status, names(&again)),
        (SyncStatus::Ok, vec!["Checking"])
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
    let calls = fake.calls();
    let claims = calls.iter().filter(|call| call.starts_with("POST"));
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

/// What each scenario comes to: for a new connection, and for one that stood before.
#[tokio::test]
async fn every_answer_of_a_simplefin_server_has_its_word_in_the_contract() {
    let fake = Fake::start().await.expect("a fake");
    let server = server(&fake).await;
    let user = server.user().await;
    let standing = connected(&user, &fake, "one-bank").await;
    let told = |institution: &Institution| match institution.sync_status {
        SyncStatus::Error => error_name(institution).to_owned(),
        other => format!("{other:?}").to_lowercase(),
    };
    let table = [
        ("one-bank", "LoginFailedError", "ok"),
        ("version-1", "ok", "ok"),
        ("three-banks", "ok", "ok"),
        ("one-bank-refused", "ok", "ok"),
        (
            "all-banks-refused",
            "UserActionRequiredError",
            "UserActionRequiredError",
        ),
        ("access-refused", "LoginFailedError", "LoginFailedError"),
        (
            "payment",
            "UserActionRequiredError",
            "UserActionRequiredError",
        ),
        ("revoked", "LoginFailedError", "LoginFailedError"),
        ("too-often", "retry", "retry"),
        ("too-often-in-words", "retry", "retry"),
        ("no-accounts", "NoAccountsError", "NoAccountsError"),
        ("own-currency", "ok", "ok"),
        ("failing", "InstitutionUnavailableError", "retry"),
        ("page", "TemporaryFailureError", "TemporaryFailureError"),
        ("other-host", "LoginFailedError", "ok"),
        (
            "elsewhere",
            "TemporaryFailureError",
            "TemporaryFailureError",
        ),
        ("broken-claim", "InstitutionUnavailableError", "ok"),
    ];
    assert_eq!(table.map(|(scenario, _, _)| scenario), SCENARIOS);
    for (scenario, new, later) in table {
        let made = connected(&user, &fake, scenario).await;
        fake.play(Some(scenario));
        let synced = user.sync(&standing).await;
        fake.play(None);
        println!(
            "{scenario:20} new: {:28} later: {}",
            told(&made),
            told(&synced)
        );
        assert_eq!(
            (told(&made), told(&synced)),
            (new.into(), later.into()),
            "{scenario}"
        );
    }
    println!("{} scenarios, 0 unmapped", table.len());
    // Whatever it went through, the connection is what it was.
    assert_eq!(user.sync(&standing).await.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_token_that_is_none_or_leads_elsewhere_is_told_as_wrong_and_nobody_is_called() {
    let fake = Fake::start().await.expect("a fake");
    let server = server(&fake).await;
    let user = server.user().await;
    for (claim, why) in [
        ("no address", "no SimpleFIN token"),
        ("http://127.0.0.1:1/claim/one-bank", "not allowed"),
        ("https://169.254.169.254/latest/meta-data", "not allowed"),
        (
            "https://bridge.simplefin.org/simplefin/claim/demo",
            "not allowed",
        ),
        ("file:///etc/passwd", "no SimpleFIN token"),
    ] {
        let told = user.follow(user.paste(&STANDARD.encode(claim)).await).await;
        assert_eq!(error_name(&told), "LoginFailedError", "{claim}");
        assert!(
            bank_says(&told).is_some_and(|words| words.contains(why)),
            "{claim}"
        );
    }
    assert!(fake.calls().is_empty());
    let institution = connected(&user, &fake, "one-bank").await;
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
    let fake = Fake::start().await.expect("a fake");
    let server = server(&fake).await;
    let user = server.user().await;
    let institution = connected(&user, &fake, "one-bank").await;
    let used = json!({"credentials": {"setup_token": fake.token("one-bank")}});
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
async fn accounts_of_several_banks_say_whose_they_are_and_no_currency_is_fetched() {
    let fake = Fake::start().await.expect("a fake");
    let server = server(&fake).await;
    let user = server.user().await;
    let many = connected(&user, &fake, "three-banks").await;
    assert_eq!(names(&many).len(), 15);
    assert_eq!(names(&many)[0], "First Bank · Checking 1");
    let mut ids: Vec<String> = many.accounts.into_iter().flatten().map(|a| a.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 15);
    let own = connected(&user, &fake, "own-currency").await;
    assert_eq!(own.accounts.expect("accounts")[0].currency, None);
}

#[tokio::test]
async fn no_token_and_no_access_is_in_the_database() {
    let fake = Fake::start().await.expect("a fake");
    let server = server(&fake).await;
    let user = server.user().await;
    connected(&user, &fake, "one-bank").await;
    let secrets = [
        fake.token("one-bank"),
        "secret-of-one-bank".into(),
        fake.base(),
    ];
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
        ("[[aggregator]]\nkind = \"bank\"\n", "it can be simplefin"),
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
        ("", "no [[aggregator]]"),
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
