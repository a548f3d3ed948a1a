//! The aggregator "Enable Banking": whole connections outside the sandbox, by way of the bank's own page, against a stand-in.

use crate::support::{Directory, TestServer, User, check_problem, error_name};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connect_core::api::{Institution, SyncStatus};
use connect_fakes::enable_banking::{APPLICATION, Fake, ROOT, router, test_key};
use connect_fakes::serving::Fake as Served;
use connect_server::sql;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

const CALLBACK: &str = "https://connect.example/oauth/return/enable-banking";
const REDIRECT: &str = "https://connect.example/oauth/redirect";
const VERIFIER: &str = "a-verifier-of-the-widget-that-is-long-enough-1";
/// As the widget's is: with a nonce of its own.
const NONCE: &str = "nonce-0123456789-0123456789";

struct World {
    fake: Fake,
    served: Served,
    server: TestServer,
    browser: Client,
}

impl World {
    async fn start() -> World {
        World::with(&[]).await
    }

    async fn with(options: &[&str]) -> World {
        let fake = Fake::new(&[CALLBACK]);
        let served = Served::start(router(fake.clone())).await;
        let server = limited(Directory::new(), &served, options).await;
        let browser = Client::builder().redirect(reqwest::redirect::Policy::none());
        World {
            fake,
            served,
            server,
            browser: browser.build().expect("a client"),
        }
    }

    async fn restart(self) -> World {
        let World {
            fake,
            served,
            server,
            browser,
        } = self;
        server.server.stop().await;
        let server = self::server(server.directory, &served).await;
        World {
            fake,
            served,
            server,
            browser,
        }
    }

    async fn get(&self, address: &str) -> Response {
        let answer = self.browser.get(address).send().await;
        answer.expect("an answer")
    }

    /// This server's part of what a browser does: the public name is not one of this machine.
    async fn here(&self, address: &str) -> Response {
        let address = address.replace("https://connect.example", "");
        self.get(&self.server.url(&address)).await
    }

    /// Where the widget sends the user for this bank.
    async fn authorize_url(&self, user: &User<'_>, bank: &str) -> String {
        let provider = user.get_json(&format!("/v1/providers/{bank}")).await;
        assert_eq!(provider["oauth"], true, "{provider}");
        provider["authorize_url"]
            .as_str()
            .expect("an address")
            .to_owned()
    }

    async fn to_bank(&self, user: &User<'_>, bank: &str) -> Url {
        let address = self.authorize_url(user, bank).await;
        let start = self.here(&with_wish(&address)).await;
        let page = location(&start);
        assert!(page.as_str().starts_with(&self.served.origin()), "{page}");
        page
    }

    /// What the user does at the bank's page, up to the address that they come back with.
    async fn decide(&self, page: &Url, choice: &str) -> Url {
        let session = parameter(page, "sessionid").expect("a session");
        let form = [("sessionid", session.as_str()), ("choice", choice)];
        let address = format!("{}{ROOT}/bank", self.served.origin());
        let answer = self.browser.post(address).form(&form).send().await;
        location(&answer.expect("an answer"))
    }

    /// From the bank's name to what the widget hears.
    async fn go(&self, user: &User<'_>, bank: &str, choice: &str) -> Url {
        let page = self.to_bank(user, bank).await;
        let back = self.decide(&page, choice).await;
        assert!(back.as_str().starts_with(CALLBACK), "{back}");
        let end = location(&self.here(back.as_str()).await);
        assert!(end.as_str().starts_with(REDIRECT), "{end}");
        assert_eq!(parameter(&end, "state").as_deref(), Some(&*state()));
        end
    }

    async fn connect(&self, user: &User<'_>, bank: &str) -> Institution {
        let end = self.go(user, bank, "allow").await;
        user.follow(send(user, bank, &code(&end)).await).await
    }
}

async fn server(directory: Directory, served: &Served) -> TestServer {
    limited(directory, served, &[]).await
}

async fn limited(directory: Directory, served: &Served, options: &[&str]) -> TestServer {
    let key = directory.write("key.pem", test_key());
    let text = format!(
        "[[aggregator]]\nkind = \"enable-banking\"\napplication_id = {APPLICATION:?}\nprivate_key_file = {key:?}\nbase_url = \"{}{ROOT}\"\n",
        served.origin()
    );
    TestServer::outside_with(directory, &text, options).await
}

fn state() -> String {
    URL_SAFE_NO_PAD.encode(format!(r#"{{"sub":"widget","nonce":"{NONCE}"}}"#))
}

/// With what the widget adds.
fn with_wish(address: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut url = Url::parse(address).expect("an address");
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", REDIRECT)
        .append_pair("state", &state())
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    url.into()
}

fn location(answer: &Response) -> Url {
    let header = answer.headers().get("location");
    let text = header.and_then(|value| value.to_str().ok());
    let text = text.unwrap_or_else(|| panic!("it leads nowhere: {answer:?}"));
    Url::parse(text).expect("an address")
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn code(end: &Url) -> String {
    parameter(end, "code").unwrap_or_else(|| panic!("no code: {end}"))
}

fn credentials(code: &str) -> Value {
    json!({"code": code, "code_verifier": VERIFIER, "redirect_uri": REDIRECT})
}

async fn send(user: &User<'_>, bank: &str, code: &str) -> Response {
    let body = json!({"name": "A bank", "type": bank, "credentials": credentials(code)});
    user.send(Method::POST, "/v1/institutions", body).await
}

async fn bank(user: &User<'_>, name: &str) -> String {
    let list = user
        .get_json(&format!(
            "/v1/providers?search={}",
            name.replace(' ', "%20")
        ))
        .await;
    let items = list["items"].as_array().expect("banks");
    let found = items.iter().find(|item| item["name"] == name);
    let found = found.unwrap_or_else(|| panic!("{name} is not among {list}"));
    found["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_bank_is_connected_at_its_own_page_renewed_and_deleted() {
    let world = World::start().await;
    let user = world.server.user().await;
    let id = bank(&user, "Mock Renumbered").await;
    let first = world.connect(&user, &id).await;
    assert_eq!(first.sync_status, SyncStatus::Ok);
    assert_eq!(first.authorized, Some(true));
    let accounts = first.accounts.clone().expect("accounts");
    assert!(!accounts.is_empty());
    let ends = first.consent_expires_at.clone().expect("an end");
    let ends: jiff::Timestamp = ends.parse().expect("RFC 3339");
    let days = ends.duration_since(jiff::Timestamp::now()).as_secs() / 86_400;
    assert!((170..=180).contains(&days), "{days}");

    // The permission ends: the connection says so, and is renewed at the bank with the same accounts.
    world.fake.turn_sessions("EXPIRED");
    let ended = user.sync(&first).await;
    assert_eq!(error_name(&ended), "ConsentExpiredError");
    let end = world.go(&user, &id, "allow").await;
    let renewed = json!({"credentials": credentials(&code(&end))});
    let renewed = user.follow(user.put(&ended, renewed).await).await;
    assert_eq!(renewed.sync_status, SyncStatus::Ok);
    let ids = |institution: &Institution| -> Vec<String> {
        let accounts = institution.accounts.iter().flatten();
        accounts.map(|account| account.id.clone()).collect()
    };
    assert_eq!(ids(&renewed), ids(&first));

    let path = format!("/v1/institutions/{}", renewed.id);
    let gone = user.send(Method::DELETE, &path, json!(null)).await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    until(|| {
        let all = world.fake.sessions();
        all.values().all(|status| status != "AUTHORIZED")
    })
    .await;
}

/// Waits for what happens by itself.
async fn until(mut holds: impl FnMut() -> bool) {
    while !holds() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_denies_at_the_bank_is_told_so_and_who_backs_out_of_a_renewal_keeps_what_was() {
    let world = World::start().await;
    let user = world.server.user().await;
    let id = bank(&user, "Mock Every Kind").await;
    let standing = world.connect(&user, &id).await;
    for (choice, error) in [
        ("deny", "access_denied"),
        ("fail", "temporarily_unavailable"),
    ] {
        let end = world.go(&user, &id, choice).await;
        assert_eq!(parameter(&end, "error").as_deref(), Some(error));
        assert_eq!(parameter(&end, "code"), None);
    }
    assert_eq!(user.read(&standing.id).await, standing);
    // Whoever comes back with a code that is none has not renewed either.
    for choice in ["late", "unknown-code", "no-accounts"] {
        let end = world.go(&user, &id, choice).await;
        let body = json!({"credentials": credentials(&code(&end))});
        let failed = user.follow(user.put(&standing, body).await).await;
        assert_eq!(failed.sync_status, SyncStatus::Error, "{choice}");
        let again = user.sync(&failed).await;
        assert_eq!(again.sync_status, SyncStatus::Ok, "{choice}");
        assert_eq!(again.accounts, standing.accounts, "{choice}");
    }
}

#[tokio::test]
async fn a_code_counts_once_for_who_has_begun_it_and_for_its_bank() {
    let world = World::start().await;
    let user = world.server.user().await;
    let stranger = world.server.user_with(json!({"user_id": "bob"})).await;
    let id = bank(&user, "Mock Every Kind").await;
    let other = bank(&user, "Mock Beta").await;
    let code = code(&world.go(&user, &id, "allow").await);
    let told = |institution: Institution| match institution.sync_status {
        SyncStatus::Error => error_name(&institution).to_owned(),
        status => format!("{status:?}"),
    };
    // Of somebody else, for another bank, without what only the widget knows.
    let stolen = stranger.follow(send(&stranger, &id, &code).await).await;
    assert_eq!(told(stolen), "LoginFailedError");
    let elsewhere = user.follow(send(&user, &other, &code).await).await;
    assert_eq!(told(elsewhere), "LoginFailedError");
    let unproven = json!({"name": "A bank", "type": id, "credentials": {"code": code, "code_verifier": "guessed"}});
    let unproven = user.send(Method::POST, "/v1/institutions", unproven).await;
    assert_eq!(told(user.follow(unproven).await), "LoginFailedError");
    // None of that has used it up.
    let connected = user.follow(send(&user, &id, &code).await).await;
    assert_eq!(told(connected.clone()), "Ok");
    // Its answer was lost: the same request changes nothing. Anew it is no login.
    let again = json!({"credentials": credentials(&code)});
    let again = user.put(&connected, again).await;
    assert_eq!(again.status(), StatusCode::ACCEPTED);
    assert_eq!(user.read(&connected.id).await, connected);
    let twice = user.follow(send(&user, &id, &code).await).await;
    assert_eq!(told(twice), "LoginFailedError");
}

#[tokio::test]
async fn who_comes_back_twice_goes_on_as_before_and_who_brings_something_else_does_not() {
    let world = World::start().await;
    let user = world.server.user().await;
    let id = bank(&user, "Mock Every Kind").await;
    let page = world.to_bank(&user, &id).await;
    let back = world.decide(&page, "allow").await;
    let first = location(&world.here(back.as_str()).await);
    let second = location(&world.here(back.as_str()).await);
    assert_eq!(first, second);
    let forged = back
        .as_str()
        .replace(&parameter(&back, "code").expect("a code"), "forged");
    let answer = world.here(&forged).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let connected = user.follow(send(&user, &id, &code(&first)).await).await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
    // Who has been away for too long begins anew.
    let page = world.to_bank(&user, &id).await;
    let late = world.decide(&page, "allow").await;
    let old = "UPDATE attempts SET ends_at = unixepoch() - 1 WHERE answer_sha256 IS NULL";
    let done = sql::query(old)
        .execute(&world.server.database().await)
        .await;
    assert_eq!(done.expect("it is written").rows_affected(), 1);
    let answer = world.here(late.as_str()).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    for nobodys in [
        format!("{CALLBACK}?code=c&state=none"),
        format!("{CALLBACK}?code=c"),
        back.as_str().replace("enable-banking", "simplefin"),
        back.as_str().replace("enable-banking", "sandbox"),
    ] {
        let answer = world.here(&nobodys).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{nobodys}");
    }
}

#[tokio::test]
async fn the_way_to_a_bank_is_open_only_as_the_widget_asks_for_it() {
    let world = World::start().await;
    let user = world.server.user().await;
    let id = bank(&user, "Mock Every Kind").await;
    let address = world.authorize_url(&user, &id).await;
    let good = with_wish(&address);
    assert_eq!(world.here(&good).await.status(), StatusCode::SEE_OTHER);
    let ticket = parameter(&Url::parse(&address).expect("an address"), "ticket");
    let ticket = ticket.expect("a ticket");
    let without = |name: &str| {
        let url = Url::parse(&good).expect("an address");
        let pairs: Vec<(String, String)> = url
            .query_pairs()
            .into_owned()
            .filter(|(key, _)| key != name)
            .collect();
        let mut left = url.clone();
        left.query_pairs_mut().clear().extend_pairs(pairs);
        String::from(left)
    };
    for bad in [
        without("ticket"),
        without("state"),
        without("code_challenge"),
        without("code_challenge_method"),
        without("redirect_uri"),
        good.replace("S256", "plain"),
        good.replace("connect.example%2Foauth", "evil.example%2Foauth"),
        good.replace("oauth%2Fredirect", "oauth%2Fredirect%2F..%2F..%2Fx"),
        good.replace(&ticket, &format!("{ticket}A")),
        good.replace(&ticket, &ticket.replace(|c: char| c.is_ascii_digit(), "0")),
    ] {
        let answer = world.here(&bad).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{bad}");
    }
    // With the session ends the way.
    let revoke = json!({"user_id": "ann"});
    let revoked = world.server.ask("/v1/tokens/revoke", revoke).await;
    assert_eq!(revoked.status(), StatusCode::OK);
    assert_eq!(world.here(&good).await.status(), StatusCode::BAD_REQUEST);
    check_problem(user.get("/v1/providers").await, 401, "invalid_token").await;
}

#[tokio::test]
async fn a_login_that_is_at_the_bank_outlives_a_restart() {
    let world = World::start().await;
    let user = world.server.user().await;
    let token = user.token.clone();
    let id = bank(&user, "Mock Every Kind").await;
    let page = world.to_bank(&user, &id).await;
    let world = world.restart().await;
    let back = world.decide(&page, "allow").await;
    let end = location(&world.here(back.as_str()).await);
    let world = world.restart().await;
    let user = User {
        server: &world.server,
        token,
    };
    let connected = user.follow(send(&user, &id, &code(&end)).await).await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_deletion_that_fails_on_the_other_side_is_tried_again_also_after_a_restart() {
    let world = World::start().await;
    let user = world.server.user().await;
    let id = bank(&user, "Mock Every Kind").await;
    let connected = world.connect(&user, &id).await;
    let fails = connect_fakes::enable_banking::Answer::error(503, "INTERNAL_SERVER_ERROR");
    let session = world.fake.sessions().keys().next().expect("one").clone();
    world
        .fake
        .next(&format!("DELETE /sessions/{session}"), fails);
    let path = format!("/v1/institutions/{}", connected.id);
    let gone = user.send(Method::DELETE, &path, json!(null)).await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    let waiting = async || -> Option<i64> {
        let database = world.server.database().await;
        let tries = sql::query_scalar("SELECT tries FROM forgotten").fetch_optional(&database);
        tries.await.expect("it works")
    };
    while waiting().await != Some(1) {}
    // Its time has come.
    let due = "UPDATE forgotten SET due_at = 0";
    let done = sql::query(due)
        .execute(&world.server.database().await)
        .await;
    done.expect("it is written");
    let world = world.restart().await;
    let user = world.server.user().await;
    // Whatever is removed next looks after what is left.
    let other = world.connect(&user, &id).await;
    let path = format!("/v1/institutions/{}", other.id);
    user.send(Method::DELETE, &path, json!(null)).await;
    until(|| {
        let all = world.fake.sessions();
        all.values().all(|status| status != "AUTHORIZED")
    })
    .await;
}

#[tokio::test]
async fn who_goes_to_a_bank_too_often_is_stopped_and_nobody_else_with_them() {
    let world = World::with(&["--limit", "logins-per-connection=2/1h"]).await;
    let start = async |user: &User<'_>| {
        let id = bank(user, "Mock Every Kind").await;
        let address = world.authorize_url(user, &id).await;
        world.here(&with_wish(&address)).await.status()
    };
    for name in ["ann", "bob", "cleo"] {
        let user = world.server.user_with(json!({"user_id": name})).await;
        assert_eq!(start(&user).await, StatusCode::SEE_OTHER, "{name}");
        assert_eq!(start(&user).await, StatusCode::SEE_OTHER, "{name}");
        assert_eq!(start(&user).await, StatusCode::TOO_MANY_REQUESTS, "{name}");
    }
}
