//! No secret of a whole run is in the database, in its log of writes, or in a trace log: what users type, what banks give,
//! what the operator has, and what leads from one to the other.

use crate::running::Running;
use crate::support::{Directory, TestServer};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use connect_fakes::enable_banking::{self, APPLICATION};
use connect_fakes::serving::Fake;
use connect_fakes::simplefin;
use connect_server::sql;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

const PUBLIC: &str = "https://connect.example";
const VERIFIER: &str = "verifier-of-the-widget-that-nobody-else-knows-1";
const PASSWORD: &str = "unforgettable-password";
const ANSWER: &str = "unforgettable-answer";

/// The whole run, and every secret that it has met.
struct Run {
    running: Running,
    token: String,
    browser: Client,
    secrets: Vec<(&'static str, String)>,
}

impl Run {
    fn met(&mut self, name: &'static str, secret: impl Into<String>) {
        let secret = secret.into();
        assert!(secret.len() >= 8, "{name} is too short to be looked for");
        self.secrets.push((name, secret));
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Value {
        let answer = self
            .running
            .send(method, path, &self.token, &body.to_string())
            .await;
        let text = answer.text().await.expect("a text");
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn follow(&self, mut told: Value) -> Value {
        while told["sync_status"] == "syncing" {
            let id = told["id"].as_str().expect("an id");
            let path = format!("/v1/institutions/{id}/poll?v={}", told["__v"]);
            let news = self.send(Method::GET, &path, json!(null)).await;
            if !news.is_null() {
                told = news;
            }
        }
        told
    }

    async fn connect(&self, bank: &str, credentials: Value) -> Value {
        let body = json!({"name": "Bank", "type": bank, "credentials": credentials});
        let told = self.send(Method::POST, "/v1/institutions", body).await;
        self.follow(told).await
    }

    async fn bank(&self, name: &str) -> String {
        let path = format!("/v1/providers?search={}", name.replace(' ', "%20"));
        let list = self.send(Method::GET, &path, json!(null)).await;
        let items = list["items"].as_array().expect("banks");
        let mut ours = items.iter().filter(|item| item["aggregator"].is_string());
        let found = ours.find(|item| item["name"] == name);
        let found = found.unwrap_or_else(|| panic!("{name} is not among {list}"));
        found["id"].as_str().expect("an id").to_owned()
    }

    /// Where this address leads. Our own is not one of this machine.
    async fn leads_to(&self, address: &str) -> Url {
        location(&self.open(address).await)
    }

    async fn open(&self, address: &str) -> reqwest::Response {
        let address = address.replace(PUBLIC, &self.running.address);
        self.browser.get(address).send().await.expect("an answer")
    }
}

fn location(answer: &reqwest::Response) -> Url {
    let header = answer.headers().get("location");
    let text = header.and_then(|value| value.to_str().ok());
    let text = text.unwrap_or_else(|| panic!("it leads nowhere: {answer:?}"));
    Url::parse(text).expect("an address")
}

fn parameter(url: &Url, name: &str) -> String {
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(key, _)| key == name);
    let (_, value) = found.unwrap_or_else(|| panic!("no {name} in {url}"));
    value.into_owned()
}

async fn start(simple: &Fake, banks: &Fake, service: &TestServer) -> Running {
    let directory = Directory::new();
    let key = directory.write("key.pem", enable_banking::test_key());
    let secret = directory.write("secret", "demo-secret\n");
    let text = format!(
        "[[aggregator]]\nkind = \"simplefin\"\nservers = []\nprivate_servers = [{:?}]\n\
         [[aggregator]]\nkind = \"enable-banking\"\napplication_id = {APPLICATION:?}\nprivate_key_file = {key:?}\nbase_url = \"{}{}\"\n\
         [[aggregator]]\nkind = \"institutions-api\"\nid = \"own\"\nbase_url = {:?}\nprivate = true\n\
         [aggregator.token]\nkind = \"tokens\"\nclient_id = \"demo\"\nsecret_file = {secret:?}\n",
        simple.origin(),
        banks.origin(),
        enable_banking::ROOT,
        service.url("/v1"),
    );
    let file = directory.write("aggregators.toml", &text);
    let file = file.to_str().expect("a plain path").to_owned();
    let more = ["--log", "trace", "--public-url", PUBLIC, "--aggregators"];
    let more: Vec<&str> = more.into_iter().chain([file.as_str()]).collect();
    Running::start_in(directory, &more).await
}

#[tokio::test]
async fn no_secret_of_a_whole_run_is_in_the_database_or_in_a_trace_log() {
    let simple = Fake::start(simplefin::router()).await;
    let callback = format!("{PUBLIC}/oauth/return/enable-banking");
    let bank = enable_banking::Fake::new(&[&callback]);
    let banks = Fake::start(enable_banking::router(bank.clone())).await;
    let service = TestServer::with(&["--sandbox-step-ms", "1"]).await;
    let running = start(&simple, &banks, &service).await;
    let browser = Client::builder().redirect(reqwest::redirect::Policy::none());
    let mut run = Run {
        token: running.token().await,
        running,
        browser: browser.build().expect("a client"),
        secrets: Vec::new(),
    };
    run.met("the session's token", run.token.clone());
    let pem = enable_banking::test_key();
    run.met("the operator's key", pem.lines().nth(3).expect("its body"));

    by_token(&mut run, &simple).await;
    at_its_own_page(&mut run, &banks, &bank).await;
    by_password(&mut run, &service).await;
    // Test banks' passwords and answers are no others.
    let asked = run
        .connect(
            "demo",
            json!({"username": "wealthica", "password": PASSWORD}),
        )
        .await;
    let path = format!("/v1/institutions/{}", asked["id"].as_str().expect("an id"));
    run.send(Method::PUT, &path, json!({"security_answer": ANSWER}))
        .await;
    run.met("a password", PASSWORD);
    run.met("an answer", ANSWER);

    let directory = run.running.directory.0.clone();
    // While it runs, so that the log of writes is there; and once more when it has ended.
    let mut places = kept(&directory);
    let (log, _directory) = run.running.stop_in().await;
    assert!(log.contains("TRACE") && log.contains("/oauth/start"));
    places.extend(kept(&directory));
    places.push(("the trace log", log.into_bytes()));
    let mut found = 0;
    for (name, secret) in &run.secrets {
        for (place, bytes) in &places {
            let has = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            if has {
                println!("{name} is in {place}: {secret}");
                found += 1;
            }
        }
    }
    println!(
        "{} secrets looked for in {} places, {found} found",
        run.secrets.len(),
        places.len()
    );
    assert_eq!(found, 0);
    // Who looks finds what is there.
    assert!(places[0].1.windows(4).any(|part| part == b"demo"));
}

fn kept(directory: &std::path::Path) -> Vec<(&'static str, Vec<u8>)> {
    let all = ["connect.db", "connect.db-wal"];
    let read = |name: &'static str| Some((name, std::fs::read(directory.join(name)).ok()?));
    all.into_iter().filter_map(read).collect()
}

async fn by_token(run: &mut Run, simple: &Fake) {
    let token = simplefin::token(&simple.origin(), "demo", Some("once-and-for-all"));
    let connected = run
        .connect("simplefin", json!({"setup_token": token}))
        .await;
    assert_eq!(connected["sync_status"], "ok", "{connected}");
    run.met("a setup token", token);
    run.met("where it leads", "claim/demo/once-and-for-all");
    run.met("an access URL's password", simplefin::PASSWORD);
    let basic = STANDARD.encode(format!("demo:{}", simplefin::PASSWORD));
    run.met("the same as a header", basic);
    let refused = run
        .connect("simplefin", json!({"setup_token": "a-token-that-is-none"}))
        .await;
    assert_eq!(refused["sync_error"]["name"], "LoginFailedError");
    run.met("a wrong token", "a-token-that-is-none");
}

async fn at_its_own_page(run: &mut Run, banks: &Fake, bank: &enable_banking::Fake) {
    let id = run.bank("Mock Every Kind").await;
    for choice in ["allow", "deny", "allow"] {
        let path = format!("/v1/providers/{id}");
        let provider = run.send(Method::GET, &path, json!(null)).await;
        let address = provider["authorize_url"].as_str().expect("an address");
        let mut start = Url::parse(address).expect("an address");
        run.met("a ticket", parameter(&start, "ticket"));
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let nonce = format!("a-nonce-of-the-widget-{choice}-0123");
        let state = json!({"sub": "widget", "nonce": nonce}).to_string();
        start
            .query_pairs_mut()
            .append_pair("redirect_uri", &format!("{PUBLIC}/oauth/redirect"))
            .append_pair("state", &URL_SAFE_NO_PAD.encode(state))
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        let page = run.leads_to(start.as_str()).await;
        let session = parameter(&page, "sessionid");
        let form = [("sessionid", session.as_str()), ("choice", choice)];
        let address = format!("{}{}/bank", banks.origin(), enable_banking::ROOT);
        let decided = run.browser.post(address).form(&form).send().await;
        let back = location(&decided.expect("an answer"));
        run.met("an attempt", parameter(&back, "state"));
        run.met("a nonce", nonce);
        let end = run.leads_to(back.as_str()).await;
        // What the bank's answer leads to, to the end.
        run.open(end.as_str()).await;
        if choice == "deny" {
            continue;
        }
        run.met("the bank's code", parameter(&back, "code"));
        let code = parameter(&end, "code");
        let credentials = json!({"code": code, "code_verifier": VERIFIER});
        run.met("our code", code);
        let connected = run.connect(&id, credentials).await;
        assert_eq!(connected["sync_status"], "ok", "{connected}");
        if bank.sessions().len() == 2 {
            let path = format!(
                "/v1/institutions/{}",
                connected["id"].as_str().expect("an id")
            );
            run.send(Method::DELETE, &path, json!(null)).await;
        }
    }
    run.met("a verifier", VERIFIER);
    for session in bank.sessions().into_keys() {
        run.met("a session at the aggregator", session);
    }
    let requests = bank.take_requests();
    let token = requests.iter().find_map(|request| {
        let header = request["request"]["headers"]["authorization"].as_str();
        let header = header.or_else(|| request["headers"]["authorization"].as_str());
        header.and_then(|text| text.strip_prefix("Bearer "))
    });
    if let Some(token) = token {
        run.met("a signed token", token);
    }
}

async fn by_password(run: &mut Run, service: &TestServer) {
    let mfa = run.bank("MFA Bank").await;
    let credentials = json!({"username": "user_good", "password": "code"});
    let asked = run.connect(&mfa, credentials).await;
    assert_eq!(asked["sync_error"]["name"], "SecurityQuestionError");
    let path = format!("/v1/institutions/{}", asked["id"].as_str().expect("an id"));
    let told = run
        .send(Method::PUT, &path, json!({"security_answer": ANSWER}))
        .await;
    run.follow(told).await;
    let wrong = json!({"username": "unforgettable-user", "password": PASSWORD});
    let refused = run.connect(&mfa, wrong).await;
    assert_eq!(refused["sync_error"]["name"], "LoginFailedError");
    run.met("a user name", "unforgettable-user");
    let ids = "SELECT id FROM institutions WHERE id NOT LIKE 'reconnect-%' ORDER BY id LIMIT 1";
    let id: String = sql::query_scalar(ids)
        .fetch_one(&service.database().await)
        .await
        .expect("it is there");
    run.met("an id at the service", id);
}
