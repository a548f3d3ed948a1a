//! A run in which everything happens once, and whatever can be typed has a mark in it.

use super::{basic, own_method};
use crate::running::Running;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, Url};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const MARK: &str = "m4rk3r";

pub struct Teller {
    address: String,
    http: Client,
    token: String,
    /// As Meld calls the user.
    pub user: String,
    /// Tokens, codes and cookies that were given out.
    pub secrets: Vec<String>,
}

impl Teller {
    pub fn new(running: &Running) -> Teller {
        let http = Client::builder().redirect(Policy::none()).user_agent(MARK);
        Teller {
            address: running.address.clone(),
            http: http.build().expect("a client"),
            token: String::new(),
            user: String::new(),
            secrets: Vec::new(),
        }
    }

    pub async fn tell_everything(&mut self) {
        self.mint().await;
        self.log_in_by_form().await;
        self.answer_questions().await;
        self.log_in_at_the_bank().await;
        self.exchange().await;
        self.open_pages().await;
        self.be_refused().await;
        self.say_secrets_where_none_belong().await;
        self.take_back().await;
    }

    async fn mint(&mut self) {
        let told = self
            .ask(
                "/v1/tokens",
                json!({"user_id": name("ann"), "state": name("state")}),
            )
            .await;
        self.token = self.secret(&told["token"]);
        let told = self
            .ask(
                "/bank-linking/connect/start",
                json!({"externalCustomerId": name("ann")}),
            )
            .await;
        self.secret(&told["connectToken"]);
        self.user = text(&told["customerId"]);
    }

    async fn log_in_by_form(&mut self) {
        let wrong = json!({"username": name("user"), "password": name("password")});
        self.connect("demo", wrong.clone()).await;
        let id = self
            .connect(
                "demo",
                json!({"username": "wealthica", "password": "wealthica"}),
            )
            .await;
        let connected = self.get(&format!("/v1/institutions/{id}")).await;
        let account = text(&connected["accounts"][0]["id"]);
        let path = format!("/v1/institutions/{id}");
        self.user(Method::PUT, &path, json!({"selected_accounts": [account]}))
            .await;
        let answer = self
            .user(Method::PUT, &path, json!({"credentials": wrong}))
            .await;
        self.follow(answer).await;
        let login = self.get(&path).await["login_id"].clone();
        for id in [login.as_str().unwrap_or("none"), &name("login")] {
            self.client(Method::GET, &format!("/v1/logins/{id}"), json!({}))
                .await;
        }
        let fields = json!({
            "username": name("user"), "password": name("password"), "email": name("ann@example.com"),
            "card_number": name("card"), "branch": name("branch"), "terms": name("terms"), MARK: MARK,
        });
        self.connect("fields-bank", fields).await;
        self.user(Method::DELETE, &path, json!({})).await;
    }

    async fn answer_questions(&mut self) {
        self.connect(
            "mfa-bank",
            json!({"username": "user_good", "password": name("error_")}),
        )
        .await;
        let strange = format!("error_{MARK}");
        self.connect(
            "mfa-bank",
            json!({"username": "user_good", "password": strange}),
        )
        .await;
        for (kind, answer) in [
            ("text", "dog"),
            ("code", "1234"),
            ("choice", "blue"),
            ("image", "7k4p"),
            ("image_choice", "apple"),
        ] {
            let id = self
                .connect(
                    "mfa-bank",
                    json!({"username": "user_good", "password": kind}),
                )
                .await;
            let path = format!("/v1/institutions/{id}");
            self.user(Method::PUT, &path, json!({"resend": true})).await;
            for answer in [&name("answer"), answer] {
                let answer = self
                    .user(Method::PUT, &path, json!({"security_answer": answer}))
                    .await;
                self.follow(answer).await;
            }
        }
    }

    /// In the only window, and back into it.
    async fn log_in_at_the_bank(&mut self) {
        let nonce = name("nonce-0123456789-0123456789");
        let verifier = name("verifier-0123456789-0123456789-0123456789");
        let kept = json!({
            "provider": "oauth-bank", "code_verifier": verifier, "query": format!("?state={MARK}"),
            "institution": name("institution"),
        });
        let path = format!("/v1/oauth/{nonce}");
        let kept = self.user(Method::PUT, &path, kept).await;
        let cookie = self.cookie(&kept);
        let state =
            STANDARD.encode(json!({"sub": "widget", "nonce": nonce, MARK: MARK}).to_string());
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let pairs = [
            ("client_id", "sandbox-widget"),
            ("response_type", "code"),
            ("redirect_uri", &format!("{}/oauth/redirect", self.address)),
            ("scope", "accounts"),
            ("state", &state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let bank = format!("{}/sandbox/oauth-bank", self.address);
        let authorize =
            Url::parse_with_params(&format!("{bank}/authorize"), pairs).expect("an address");
        let page = self.http.get(authorize).send().await.expect("a page");
        let page = page.text().await.expect("a page");
        let (_, rest) = page.split_once("name=\"visit\" value=\"").expect("a form");
        let (visit, _) = rest.split_once('"').expect("its end");
        self.secrets.push(visit.into());
        let post = async |page: &str, fields: &[(&str, &str)]| {
            let all = [&[("visit", visit)], fields].concat();
            let form = Url::parse_with_params("http://form", all).expect("a form");
            let request = self.http.post(format!("{bank}/{page}"));
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            let body = form.query().unwrap_or_default().to_owned();
            request.body(body).send().await.expect("an answer")
        };
        post(
            "login",
            &[("username", "user_good"), ("password", &name("password"))],
        )
        .await;
        let allowed = post("consent", &[("answer", "allow")]).await;
        let back = crate::support::header(&allowed, "location").to_owned();
        let back = Url::parse(&back).expect("an address");
        let code = back
            .query_pairs()
            .find(|(name, _)| name == "code")
            .expect("a code")
            .1
            .into_owned();
        self.secrets.push(code.clone());
        let returned = self.http.get(back).send().await.expect("an answer");
        let resume = crate::support::header(&returned, "location").to_owned();
        assert!(resume.starts_with("/oauth/resume?"), "{resume}");
        self.page(&resume, &[("cookie", &cookie)]).await;
        self.page(&resume, &[("cookie", &cookie)]).await;
        self.get(&path).await;
        self.connect(
            "oauth-bank",
            json!({"code": code, "code_verifier": verifier}),
        )
        .await;
        let app = STANDARD.encode(json!({"sub": "shop", "nonce": MARK}).to_string());
        for (kind, state) in [("code", &state), ("error", &app), ("code", &name("state"))] {
            let pairs = [(kind, &name("said")), ("state", state)];
            let url = format!("{}/oauth/redirect", self.address);
            let url = Url::parse_with_params(&url, pairs).expect("an address");
            self.http.get(url).send().await.expect("an answer");
        }
    }

    async fn exchange(&mut self) {
        let session = json!({"customer_user": {"id": name("ann")}, "link_tags": [MARK]});
        let told = self.ask("/link-session", session).await;
        let before = self.secret(&told["link_session_token"]);
        let before = std::mem::replace(&mut self.token, before);
        let id = self
            .connect(
                "demo",
                json!({"username": "wealthica", "password": "wealthica"}),
            )
            .await;
        let connected = self.get(&format!("/v1/institutions/{id}")).await;
        let code = self.secret(&connected["exchange_code"]);
        for code in [code, name("code")] {
            self.ask(
                "/link-session/exchange-token",
                json!({"exchangeable_token": code}),
            )
            .await;
        }
        self.token = before;
    }

    async fn open_pages(&mut self) {
        let asked = "jobTypes=transactions&userId=m4rk3r-ann";
        let told = self
            .client(Method::GET, "/api/token?userId=m4rk3r-ann", json!({}))
            .await;
        let told: Value = told.json().await.expect("JSON");
        let entry = self.secret(&told["token"]);
        let path = format!("/widget?{asked}&token={entry}");
        self.page(&path, &[]).await;
        // It runs, and nobody else can open it any more.
        let token = self.secrets.last().expect("the page's token");
        let session = self.http.get(format!("{}/v1/session", self.address));
        let session = session.bearer_auth(token).send().await.expect("an answer");
        assert_eq!(session.status(), 200);
        self.page(&path, &[("cookie", &format!("connect_page_{MARK}={MARK}"))])
            .await;
        let origin = "http://localhost:3000";
        let told = self.ask("/widgetUrl", json!({"jobTypes": ["transactions"], "userId": name("ann"), "targetOrigin": origin})).await;
        let url = text(&told["widgetUrl"]);
        let (_, entry) = url.split_once("token=").expect("a token");
        self.secrets.push(entry.into());
        let referer = ("referer", "http://localhost:3000/m4rk3r?m4rk3r");
        self.page(&format!("/widget?{asked}"), &[referer]).await;
        self.page("/v2/?m4rk3r=m4rk3r", &[referer]).await;
    }

    async fn be_refused(&mut self) {
        let body = json!({"user_id": name("ann"), "origin": format!("https://{MARK}.example")});
        self.ask("/v1/tokens", body).await;
        self.get(&format!(
            "/v1/session?origin=https://{MARK}.example&redirect_uri={MARK}:x"
        ))
        .await;
        let id = self
            .connect(
                "demo",
                json!({"username": "wealthica", "password": "wealthica"}),
            )
            .await;
        let path = format!("/v1/institutions/{id}");
        self.user(
            Method::PUT,
            &path,
            json!({"security_answer": name("answer")}),
        )
        .await;
        for _ in 0..11 {
            let waits = json!({"username": "wealthica", "password": "wait-login-600000"});
            self.create("demo", waits).await;
        }
        for authorization in [
            basic("demo", &name("secret")),
            basic(&name("client"), &name("secret")),
            format!("Bearer {MARK}"),
            format!("BASIC {MARK}"),
            format!("{MARK} {MARK}"),
        ] {
            for path in ["/v1/tokens", "/v1/institutions"] {
                let url = format!("{}{path}", self.address);
                let request = self.http.post(url).header("authorization", &authorization);
                let request = request.json(&json!({"user_id": name("ann")}));
                request.send().await.expect("an answer");
            }
        }
    }

    async fn say_secrets_where_none_belong(&mut self) {
        for body in [
            r#"{"m4rk3r":1,"m4rk3r":2}"#,
            r#"{"credentials":"m4rk3r"}"#,
            r#"{"security_answer":"m4rk3r"#,
            r#"m4rk3r"#,
            "{\"m4rk3r\":\"\u{1b}[31m\u{202e}\"}",
        ] {
            for (method, path) in [
                (Method::POST, "/v1/institutions"),
                (Method::PUT, "/v1/institutions/any"),
            ] {
                let request = self.http.request(method, format!("{}{path}", self.address));
                let request = request
                    .bearer_auth(&self.token)
                    .header("idempotency-key", MARK);
                let request = request.header("content-type", "application/json");
                request.body(body).send().await.expect("an answer");
            }
        }
        for path in [
            "/m4rk3r",
            "/m4rk3r%0a%1b%5b31m",
            "/.m4rk3r",
            "/connect/m4rk3r",
            "/reconnect/m4rk3r",
            "/logos/m4rk3r",
            "/demo/m4rk3r",
            "/v1/m4rk3r",
            "/v1/providers/m4rk3r",
            "/v1/institutions/m4rk3r",
            "/v1/institutions/m4rk3r/poll?v=0",
            "/v1/logins/m4rk3r",
            "/v1/oauth/m4rk3r",
            "/v1/tokens/m4rk3r",
            "/sandbox/m4rk3r/authorize",
            "/healthz?m4rk3r",
            "/v1/session/m4rk3r",
            "//m4rk3r",
            "/oauth/m4rk3r",
        ] {
            for method in [Method::GET, Method::POST, Method::DELETE, own_method()] {
                self.user(method, path, json!({MARK: MARK})).await;
            }
        }
    }

    async fn take_back(&mut self) {
        let told = self
            .ask("/v1/tokens", json!({"user_id": name("ann")}))
            .await;
        let token = self.secret(&told["token"]);
        for body in [
            json!({"token": token}),
            json!({"token": MARK}),
            json!({"user_id": name("ann")}),
            json!({"all": true}),
            json!({MARK: MARK}),
        ] {
            self.ask("/v1/tokens/revoke", body).await;
        }
    }

    async fn ask(&self, path: &str, body: Value) -> Value {
        let answer = self.client(Method::POST, path, body).await;
        answer.json().await.expect("JSON")
    }

    async fn client(&self, method: Method, path: &str, body: Value) -> Response {
        let request = self.http.request(method, format!("{}{path}", self.address));
        let request = request.basic_auth("demo", Some("demo-secret")).json(&body);
        request.send().await.expect("an answer")
    }

    async fn user(&self, method: Method, path: &str, body: Value) -> Response {
        let request = self.http.request(method, format!("{}{path}", self.address));
        let request = request
            .bearer_auth(&self.token)
            .header("cookie", format!("{MARK}={MARK}"));
        request.json(&body).send().await.expect("an answer")
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.user(Method::GET, path, json!({})).await;
        answer.json().await.expect("JSON")
    }

    async fn create(&self, provider: &str, credentials: Value) -> Response {
        let body = json!({"name": name("bank"), "type": provider, "credentials": credentials, "options": {MARK: MARK}});
        self.user(Method::POST, "/v1/institutions", body).await
    }

    /// Logs in and polls until the sync has ended; tells the connection's id.
    async fn connect(&self, provider: &str, credentials: Value) -> String {
        let answer = self.create(provider, credentials).await;
        self.follow(answer).await
    }

    async fn follow(&self, answer: Response) -> String {
        let mut institution: Value = answer.json().await.expect("JSON");
        let id = text(&institution["id"]);
        while institution["sync_status"] == "syncing" {
            let path = format!("/v1/institutions/{id}/poll?v={}", institution["__v"]);
            institution = self.get(&path).await;
        }
        id
    }

    async fn page(&mut self, path: &str, headers: &[(&str, &str)]) {
        let mut request = self.http.get(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("a page");
        if answer.headers().contains_key("set-cookie") {
            self.cookie(&answer);
        }
        let page = answer.text().await.expect("a page");
        if let Some((_, rest)) = page.split_once("\"token\":\"") {
            let (token, _) = rest.split_once('"').expect("its end");
            self.secrets.push(token.into());
        }
    }

    fn cookie(&mut self, answer: &Response) -> String {
        let (cookie, _) = crate::support::header(answer, "set-cookie")
            .split_once(';')
            .expect("a cookie");
        let (_, value) = cookie.split_once('=').expect("a value");
        if !value.is_empty() {
            self.secrets.push(value.into());
        }
        cookie.into()
    }

    fn secret(&mut self, told: &Value) -> String {
        let secret = text(told);
        self.secrets.push(secret.clone());
        secret
    }
}

fn name(what: &str) -> String {
    format!("{MARK}-{what}")
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}
