//! A browser at the pages of the test bank "OAuth Bank", and what it has to know of a login.

use crate::support::{TestServer, User, header};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use connect_server::sql;
use reqwest::{Method, Response, StatusCode, Url};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;

pub const BANK: &str = "oauth-bank";
pub const NONCE: &str = "unforgettable-nonce-0123456789";
pub const VERIFIER: &str = "unforgettable-verifier-0123456789-0123456789";

/// The state of a login that the widget has begun.
pub fn widget_state(nonce: &str) -> String {
    encode(&json!({"sub": "widget", "nonce": nonce}))
}

pub fn encode(state: &Value) -> String {
    STANDARD.encode(state.to_string())
}

/// The bank's address with what an app asks for; later pairs take the place of earlier ones, empty ones go.
pub fn authorize(server: &TestServer, bank: &str, more: &[(&str, &str)]) -> String {
    let redirect_uri = server.url("/oauth/redirect");
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let state = widget_state(NONCE);
    let mut pairs = vec![
        ("client_id", "sandbox-widget"),
        ("response_type", "code"),
        ("redirect_uri", &redirect_uri),
        ("scope", "accounts"),
        ("state", &state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in more {
        pairs.retain(|(other, _)| other != name);
        pairs.push((name, value));
    }
    pairs.retain(|(_, value)| !value.is_empty());
    let path = format!("/sandbox/{bank}/authorize");
    let address = Url::parse_with_params(&server.url(&path), pairs).expect("an address");
    format!("{path}?{}", address.query().unwrap_or_default())
}

/// Somebody at the bank's pages.
pub struct Visit<'a> {
    server: &'a TestServer,
    bank: &'a str,
    name: String,
}

impl<'a> Visit<'a> {
    pub async fn open(server: &'a TestServer, bank: &'a str, state: &str) -> Visit<'a> {
        Visit::open_with(server, bank, &[("state", state)]).await
    }

    pub async fn open_with(
        server: &'a TestServer,
        bank: &'a str,
        more: &[(&str, &str)],
    ) -> Visit<'a> {
        let path = authorize(server, bank, more);
        let answer = server.get(&path).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let page = answer.text().await.expect("a page");
        assert!(page.contains("<title>OAuth Bank</title>"));
        let (_, rest) = page.split_once("name=\"visit\" value=\"").expect("a form");
        let (name, _) = rest.split_once('"').expect("its end");
        Visit {
            server,
            bank,
            name: name.into(),
        }
    }

    pub async fn log_in(&self, username: &str, password: &str) -> Response {
        let fields = [("username", username), ("password", password)];
        self.post("login", &fields).await
    }

    /// Presses a button of the consent page.
    pub async fn press(&self, answer: &str) -> Response {
        self.post("consent", &[("answer", answer)]).await
    }

    async fn post(&self, page: &str, fields: &[(&str, &str)]) -> Response {
        let path = format!("/sandbox/{}/{page}", self.bank);
        let all = [&[("visit", self.name.as_str())], fields].concat();
        let form = Url::parse_with_params("http://form", all).expect("a form");
        let request = self.server.request(Method::POST, &path);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let body = form.query().unwrap_or_default().to_owned();
        request.body(body).send().await.expect("an answer")
    }
}

/// Goes through the bank's pages; tells where it sends its user in the end.
pub async fn go_through(server: &TestServer, state: &str, password: &str, button: &str) -> Url {
    let visit = Visit::open(server, BANK, state).await;
    let consent = visit.log_in("user_good", password).await;
    assert!(consent.text().await.expect("a page").contains("Allow"));
    led(server, &visit.press(button).await)
}

/// Where a browser goes from here.
pub fn led(server: &TestServer, answer: &Response) -> Url {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(header(answer, "cache-control"), "no-store");
    let base = Url::parse(&server.url("/oauth/redirect")).expect("an address");
    base.join(header(answer, "location")).expect("an address")
}

/// The widget begins a login: it asks what came of it, and waits. Tells what it hears in the end.
pub async fn begin(user: &User<'_>, nonce: &str) -> JoinHandle<Value> {
    let path = format!("/v1/oauth/{nonce}");
    let request = user.server.request(Method::GET, &path);
    let request = request.bearer_auth(&user.token);
    let waiting = tokio::spawn(async {
        let answer = request.send().await.expect("an answer");
        answer.json().await.expect("JSON")
    });
    let pool = user.server.database().await;
    let digest = Sha256::digest(nonce);
    let name: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    loop {
        let known: i64 =
            sql::query_scalar("SELECT count(*) FROM oauth_logins WHERE nonce_sha256 = ?")
                .bind(&name)
                .fetch_one(&pool)
                .await
                .expect("the table");
        if known == 1 {
            return waiting;
        }
    }
}

/// The bank sends its user back to the server: where does that lead?
pub async fn come_back(server: &TestServer, state: &str, said: (&str, &str)) -> Response {
    let pairs = [said, ("state", state)];
    let url = Url::parse_with_params(&server.url("/oauth/redirect"), pairs).expect("an address");
    server.http.get(url).send().await.expect("an answer")
}

pub fn parameter(url: &Url, name: &str) -> Option<String> {
    let found = url.query_pairs().find(|(other, _)| other == name);
    found.map(|(_, value)| value.into_owned())
}

/// Somebody is told on a page that they are not sent on.
pub async fn check_page(answer: Response, status: u16, words: &str) {
    assert_eq!(answer.status().as_u16(), status);
    assert_eq!(header(&answer, "location"), "");
    assert!(header(&answer, "content-type").starts_with("text/html"));
    let page = answer.text().await.expect("a page");
    assert!(page.contains(words), "{page}");
}
