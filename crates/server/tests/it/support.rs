//! A server of one's own on a free port, with a user who talks to it.

use crate::database;
use clap::Parser;
use connect_core::api::{Challenge, Institution, SyncStatus};
use connect_server::sql;
use connect_server::{CommandLine, Options, Server};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

pub const INDEX: &str = "<!doctype html><html><head><style>p{}</style><script type=\"module\">import 1</script></head><body></body></html>";

const CATALOGUE: &str =
    "country,name\nDE,Deutsche Bank\nFR,Banque Demo\nFR,Caisse d'Épargne\nGB,Monzo\n";

/// One bank, whose server is down: nothing of this machine listens on the port.
const NOBODY_THERE: &str = "[[aggregator]]\nkind = \"simplefin\"\nservers = []\nprivate_servers = [\"http://127.0.0.1:9\"]\n";

/// What leads there: the Base64 of http://127.0.0.1:9/claim/any.
pub const TOKEN_TO_NOWHERE: &str = "aHR0cDovLzEyNy4wLjAuMTo5L2NsYWltL2FueQ==";

/// A directory that goes when the test ends.
pub struct Directory(pub PathBuf);

impl Directory {
    pub fn new() -> Directory {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("connect-server-{}-{number}", std::process::id()));
        std::fs::create_dir_all(path.join("dist")).expect("a directory for the test");
        let directory = Directory(path);
        database::prepare(&directory.0);
        directory.write("dist/index.html", INDEX);
        directory.write("catalogue.csv", CATALOGUE);
        directory
    }

    pub fn write(&self, file: &str, text: &str) -> PathBuf {
        let path = self.path(file);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("a directory for the test");
        }
        std::fs::write(&path, text).expect("a file for the test");
        path
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.0.join(file)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub struct TestServer {
    pub directory: Directory,
    pub http: Client,
    pub server: Server,
}

impl TestServer {
    pub async fn start() -> TestServer {
        TestServer::with(&[]).await
    }

    pub async fn with(more: &[&str]) -> TestServer {
        let directory = Directory::new();
        let catalogue = directory.path("catalogue.csv");
        let catalogue = catalogue.to_str().expect("a plain path");
        let all = [&["--sandbox", "--catalogue", catalogue], more].concat();
        TestServer::in_directory(directory, &all).await
    }

    /// Outside the sandbox, with these clients.
    pub async fn of_clients(clients: Value) -> TestServer {
        TestServer::of_clients_in(Directory::new(), clients).await
    }

    async fn of_clients_in(directory: Directory, clients: Value) -> TestServer {
        let file = directory.write("clients.json", &clients.to_string());
        let aggregators = directory.write("aggregators.toml", NOBODY_THERE);
        let plain = |path: &Path| path.to_str().expect("a plain path").to_owned();
        // As behind a proxy that has the certificate.
        let more = [
            "--public-url",
            "https://connect.example",
            "--clients",
            &plain(&file),
            "--aggregators",
            &plain(&aggregators),
        ];
        TestServer::in_directory(directory, &more).await
    }

    /// Outside the sandbox, with the client `demo` and this aggregators.toml.
    pub async fn outside(directory: Directory, aggregators: &str) -> TestServer {
        TestServer::outside_with(directory, aggregators, &[]).await
    }

    pub async fn outside_with(
        directory: Directory,
        aggregators: &str,
        options: &[&str],
    ) -> TestServer {
        let clients = json!([{
            "id": "demo", "name": "Shop", "secret_sha256": sha256_hex("demo-secret"), "links": true,
            "origins": ["https://shop.example"],
        }]);
        let clients = directory.write("clients.json", &clients.to_string());
        let aggregators = directory.write("aggregators.toml", aggregators);
        let plain = |path: &Path| path.to_str().expect("a plain path").to_owned();
        let more = [
            "--public-url",
            "https://connect.example",
            "--clients",
            &plain(&clients),
            "--aggregators",
            &plain(&aggregators),
            "--aggregator-pause-ms",
            "1",
        ];
        TestServer::in_directory(directory, &[&more, options].concat()).await
    }

    pub async fn in_directory(directory: Directory, more: &[&str]) -> TestServer {
        let server = Server::start(options(&directory.0, more))
            .await
            .expect("the server starts");
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build();
        TestServer {
            directory,
            http: http.expect("a client"),
            server,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path)
            .send()
            .await
            .expect("an answer")
    }

    pub async fn mint(&self, body: Value) -> Response {
        self.ask("/v1/tokens", body).await
    }

    /// The client's own server asks.
    pub async fn ask(&self, path: &str, body: Value) -> Response {
        let request = self
            .request(Method::POST, path)
            .basic_auth("demo", Some("demo-secret"));
        request.json(&body).send().await.expect("an answer")
    }

    /// What the client's own server is told of a login.
    pub async fn login(&self, id: &str, secret: &str) -> Response {
        let request = self.request(Method::GET, &format!("/v1/logins/{id}"));
        let request = request.basic_auth("demo", Some(secret));
        request.send().await.expect("an answer")
    }

    pub async fn user(&self) -> User<'_> {
        self.user_with(json!({"user_id": "ann"})).await
    }

    pub async fn user_with(&self, body: Value) -> User<'_> {
        let answer: Value = self.mint(body).await.json().await.expect("a token");
        let token = answer["token"].as_str().expect("a token").to_owned();
        User {
            server: self,
            token,
        }
    }

    /// What the server has written down.
    pub async fn database(&self) -> sql::Pool {
        database::open(&self.directory.0).await
    }

    /// Stops it and starts it again on the same database, outside the sandbox, with these clients.
    pub async fn restart_of(self, clients: Value) -> TestServer {
        self.server.stop().await;
        TestServer::of_clients_in(self.directory, clients).await
    }

    /// Stops it and starts it again on the same database.
    pub async fn restart(self) -> TestServer {
        self.server.stop().await;
        let catalogue = self.directory.path("catalogue.csv");
        let catalogue = catalogue.to_str().expect("a plain path").to_owned();
        TestServer::in_directory(self.directory, &["--sandbox", "--catalogue", &catalogue]).await
    }
}

pub fn options(directory: &Path, more: &[&str]) -> Options {
    let (dist, database) = (directory.join("dist"), database::address(directory));
    let keys = database::keys(directory);
    let fixed = [
        "connect-server",
        "--listen",
        "127.0.0.1:0",
        "--sandbox-step-ms",
        "1",
        "--poll-timeout",
        "20",
        // Stories tell more than one user does; those about limits set their own.
        "--limit",
        "all=off,answers-per-question=5,syncs-per-user=10",
    ];
    let mut words: Vec<&str> = fixed.to_vec();
    words.extend(["--dist", dist.to_str().expect("a plain path")]);
    words.extend(["--database", &database]);
    words.extend(["--keys", &keys]);
    let given: Vec<&str> = more
        .iter()
        .copied()
        .filter(|word| word.starts_with("--"))
        .collect();
    while let Some(at) = words.iter().position(|word| given.contains(word)) {
        words.drain(at..at + 2);
    }
    words.extend(more);
    CommandLine::parse_from(words).options
}

/// Why a server does not start with these options.
pub async fn refused(directory: &Directory, more: &[&str]) -> String {
    match Server::start(options(&directory.0, more)).await {
        Ok(server) => {
            server.stop().await;
            String::from("it has started")
        }
        Err(error) => error.to_string(),
    }
}

/// As clients.json has a secret.
pub fn sha256_hex(text: &str) -> String {
    let hash = Sha256::digest(text);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub struct User<'a> {
    pub server: &'a TestServer,
    pub token: String,
}

impl User<'_> {
    pub async fn get(&self, path: &str) -> Response {
        let request = self
            .server
            .request(Method::GET, path)
            .bearer_auth(&self.token);
        request.send().await.expect("an answer")
    }

    pub async fn get_json(&self, path: &str) -> Value {
        self.get(path).await.json().await.expect("JSON")
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        let request = self.server.request(method, path).bearer_auth(&self.token);
        request.json(&body).send().await.expect("an answer")
    }

    pub async fn create(&self, provider: &str, username: &str, password: &str) -> Response {
        let credentials = json!({"username": username, "password": password});
        let body = json!({"name": provider, "type": provider, "credentials": credentials});
        self.send(Method::POST, "/v1/institutions", body).await
    }

    /// Logs in at a bank that wants a token.
    pub async fn paste(&self, token: &str) -> Response {
        let credentials = json!({"setup_token": token});
        let body = json!({"name": "SimpleFIN", "type": "simplefin", "credentials": credentials});
        self.send(Method::POST, "/v1/institutions", body).await
    }

    /// Logs in and polls until the sync has ended.
    pub async fn connect(&self, provider: &str, username: &str, password: &str) -> Institution {
        let answer = self.create(provider, username, password).await;
        self.follow(answer).await
    }

    pub async fn answer(&self, institution: &Institution, answer: &str) -> Institution {
        let path = format!("/v1/institutions/{}", institution.id);
        let answer = self
            .send(Method::PUT, &path, json!({"security_answer": answer}))
            .await;
        self.follow(answer).await
    }

    /// Sends new credentials and polls until the sync has ended.
    pub async fn log_in(
        &self,
        institution: &Institution,
        username: &str,
        password: &str,
    ) -> Institution {
        let path = format!("/v1/institutions/{}", institution.id);
        let credentials = json!({"username": username, "password": password});
        let body = json!({"credentials": credentials});
        let answer = self.send(Method::PUT, &path, body).await;
        self.follow(answer).await
    }

    pub async fn sync(&self, institution: &Institution) -> Institution {
        let path = format!("/v1/institutions/{}/sync", institution.id);
        let answer = self
            .send(Method::POST, &path, json!({"interactive": true}))
            .await;
        self.follow(answer).await
    }

    /// Starts a sync although one may be running.
    pub async fn sync_anew(&self, institution: &Institution) -> Institution {
        let path = format!("/v1/institutions/{}/sync", institution.id);
        let body = json!({"interactive": true, "force": true});
        self.follow(self.send(Method::POST, &path, body).await)
            .await
    }

    pub async fn put(&self, institution: &Institution, body: Value) -> Response {
        let path = format!("/v1/institutions/{}", institution.id);
        self.send(Method::PUT, &path, body).await
    }

    pub async fn read(&self, id: &str) -> Institution {
        let answer = self.get(&format!("/v1/institutions/{id}")).await;
        answer.json().await.expect("an institution")
    }

    /// What the next poll tells.
    pub async fn news(&self, institution: &Institution) -> Institution {
        let answer = self.poll(institution).await;
        answer.json().await.expect("an institution")
    }

    /// Polls until the sync has ended.
    pub async fn follow(&self, answer: Response) -> Institution {
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        let mut institution: Institution = answer.json().await.expect("an institution");
        while institution.sync_status == SyncStatus::Syncing {
            institution = self
                .poll(&institution)
                .await
                .json()
                .await
                .expect("an institution");
        }
        institution
    }

    pub async fn poll(&self, institution: &Institution) -> Response {
        self.get(&format!(
            "/v1/institutions/{}/poll?v={}",
            institution.id, institution.version
        ))
        .await
    }
}

pub fn challenge(institution: &Institution) -> &Challenge {
    let error = institution.sync_error.as_ref().expect("an error");
    error.challenge.as_ref().expect("a challenge")
}

/// What the bank itself has said.
pub fn bank_says(institution: &Institution) -> Option<&str> {
    let error = institution.sync_error.as_ref()?;
    error.provider_message.as_deref()
}

pub fn error_name(institution: &Institution) -> &str {
    institution
        .sync_error
        .as_ref()
        .map_or("none", |error| &error.name)
}

/// The answer is this problem, said in the contract's form.
pub async fn check_problem(answer: Response, status: u16, code: &str) -> Value {
    assert_eq!(answer.status().as_u16(), status);
    assert_eq!(header(&answer, "content-type"), "application/problem+json");
    let problem: Value = answer.json().await.expect("a problem");
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status);
    assert!(
        problem["title"]
            .as_str()
            .is_some_and(|title| !title.is_empty())
    );
    assert!(
        problem["request_id"]
            .as_str()
            .is_some_and(|id| id.len() == 16)
    );
    problem
}

pub fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The launch data that stands in a page.
pub async fn launch(answer: Response) -> Value {
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(header(&answer, "cache-control"), "no-store");
    assert_eq!(header(&answer, "referrer-policy"), "no-referrer");
    let mut data = launch_of(&answer.text().await.expect("a page"));
    // Another one each time.
    let name = data.as_object_mut().and_then(|data| data.remove("page"));
    assert!(name.is_none_or(|name| name.as_str().is_some_and(|name| name.len() == 16)));
    data
}

pub fn launch_of(page: &str) -> Value {
    let (_, rest) = page.split_once(" id=\"launch\">").expect("launch data");
    let (data, _) = rest.split_once("</script>").expect("its end");
    serde_json::from_str(data).expect("JSON")
}
