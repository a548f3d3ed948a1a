//! The published contract: whole in itself, the same as the router, and kept by what the server really answers.

use crate::support::{Directory, TestServer, User, sha256_hex};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// What other systems' servers ask for, with their secret.
const SERVERS: [&str; 6] = [
    "/link-session",
    "/link-session/exchange-token",
    "/bank-linking/connect/start",
    "/bank-linking/connect/repair",
    "/api/token",
    "/widgetUrl",
];

async fn document(server: &TestServer) -> Value {
    let answer = server.get("/openapi.json").await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    answer.json().await.expect("JSON")
}

/// Each operation with its path and its method.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            all.push((path.as_str(), method.as_str(), operation));
        }
    }
    all
}

fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(entries) => {
            found.extend(entries.get("$ref").and_then(Value::as_str));
            entries.values().for_each(|value| references(value, found));
        }
        Value::Array(entries) => entries.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document = document(&TestServer::start().await).await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in &found {
        let pointer = reference
            .strip_prefix('#')
            .expect("a reference within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for name in document["components"]["schemas"]
        .as_object()
        .expect("schemas")
        .keys()
    {
        let reference = format!("#/components/schemas/{name}");
        assert!(found.contains(reference.as_str()), "{name} is used nowhere");
    }
}

#[tokio::test]
async fn every_operation_is_fully_described() {
    let document = document(&TestServer::start().await).await;
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let what = format!("{method} {path}");
        let id = operation["operationId"].as_str().unwrap_or_default();
        assert!(!id.is_empty() && ids.insert(id), "{what}: {id:?}");
        assert!(
            !operation["summary"].as_str().unwrap_or_default().is_empty(),
            "{what}"
        );
        for part in path.split('/').filter(|part| part.starts_with('{')) {
            let name = part.trim_matches(['{', '}']);
            let mut parameters = operation["parameters"]
                .as_array()
                .expect("parameters")
                .iter();
            assert!(
                parameters.any(|parameter| parameter["in"] == "path" && parameter["name"] == name),
                "{what}"
            );
        }
        let named = operation["security"][0]
            .as_object()
            .and_then(|one| one.keys().next());
        if let Some(scheme) = named {
            assert!(
                document["components"]["securitySchemes"][scheme].is_object(),
                "{what}"
            );
        }
        let proves = path.starts_with("/v1/") || SERVERS.contains(&path);
        assert_eq!(named.is_some(), proves, "{what}");
        assert_eq!(
            operation["responses"].get("401").is_some(),
            named.is_some(),
            "{what}"
        );
    }
}

#[tokio::test]
async fn the_router_takes_what_is_published_and_nothing_else() {
    let server = TestServer::start().await;
    server.directory.write("dist/connect.js", "text");
    server.directory.write("dist/connect.mjs", "text");
    server.directory.write("dist/element.mjs", "text");
    let user = server.user().await;
    let document = document(&server).await;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in METHODS {
            let sent =
                Method::from_bytes(method.to_ascii_uppercase().as_bytes()).expect("a method");
            let real = path
                .replace("{provider}", "demo")
                .replace("{file}", "demo.svg")
                .replace("{id}", "any");
            let answer = user
                .send(sent, &real.replace("{institution}", "any"), json!({}))
                .await;
            let published = item.get(method).is_some();
            assert_eq!(
                published,
                answer.status() != StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
            let body = answer.text().await.expect("a text");
            assert!(!body.contains("no such address"), "{method} {path}: {body}");
        }
    }
    // Routes come from the published list; whoever adds one beside it is stopped here.
    let routes = include_str!("../../src/routes/mod.rs");
    assert_eq!(
        routes.matches(".route(").count(),
        3,
        "one for each half of the list, and one for /v1/"
    );
    assert_eq!(
        routes.matches("route_service(").count() + routes.matches(".merge(").count(),
        0
    );
}

#[tokio::test]
async fn without_the_sandbox_its_routes_are_not_published() {
    let server = TestServer::start().await;
    let with = document(&server).await;
    assert!(with["paths"].get("/demo/token").is_some());
    let clients = json!([{"id": "shop", "name": "Shop", "secret_sha256": "0".repeat(64)}]);
    let server = TestServer::of_clients(clients).await;
    let without = document(&server).await;
    let shop = |document: &Value| {
        document["paths"]
            .as_object()
            .expect("paths")
            .keys()
            .any(|path| path.contains("demo") || path.contains("sandbox"))
    };
    assert!(shop(&with) && !shop(&without));
}

#[tokio::test]
async fn what_the_server_answers_is_what_it_publishes() {
    let server = TestServer::with(&["--poll-timeout", "1"]).await;
    let user = server.user().await;
    let mut check = Check {
        document: document(&server).await,
        user: &user,
        seen: BTreeSet::new(),
    };
    let wrong = json!({"user_id": 5});
    check
        .as_client(
            "/v1/tokens",
            json!({
                "user_id": "ann", "lang": "fr", "countries": ["FR"], "provider": "demo",
                "account_selection": "single", "wait_for": "ok", "duplicates": "reject", "allow_change_institution": true,
                "job_types": ["transactions"], "consent": {"terms_url": "https://shop.example/terms"},
            }),
            200,
        )
        .await;
    for (body, status) in [
        (wrong.clone(), 422),
        (
            json!({"user_id": "ann", "origin": "https://evil.example"}),
            403,
        ),
        (
            json!({"user_id": "ann", "redirect_uri": "https://evil.example/"}),
            400,
        ),
        (json!({"user_id": "x".repeat(70_000)}), 413),
    ] {
        check.as_client("/v1/tokens", body, status).await;
    }
    for (path, good) in [
        (
            "/link-session",
            json!({"customer_user": {"id": "ann"}, "settings": {"products": {"identity": {"required": true}}}}),
        ),
        (
            "/bank-linking/connect/start",
            json!({"externalCustomerId": "ann", "products": ["OWNERS"]}),
        ),
        (
            "/widgetUrl",
            json!({"jobTypes": ["transactions"], "userId": "ann", "targetOrigin": "http://localhost:1"}),
        ),
    ] {
        let status = if path == "/link-session" { 201 } else { 200 };
        check.as_client(path, good, status).await;
        check.as_client(path, wrong.clone(), 400).await;
    }
    let unknown = json!({"exchangeable_token": "x"});
    check
        .as_client("/link-session/exchange-token", unknown, 400)
        .await;
    for (body, status) in [
        (json!({"user_id": "nobody"}), 200),
        (json!({"token": "unknown"}), 200),
        (json!({"all": false}), 422),
    ] {
        check.as_client("/v1/tokens/revoke", body, status).await;
    }
    check.get("/v1/session", "", 200).await;
    check.get("/v1/session", "?origin=null", 403).await;
    check.get("/v1/session", "?redirect_uri=back", 400).await;
    check
        .get("/v1/providers", "?limit=3&countries=fr,ca", 200)
        .await;
    check.get("/v1/providers", "?limit=0", 400).await;
    for (id, status) in [
        ("demo", 200),
        ("FlinksCapital", 200),
        ("gb-monzo", 200),
        ("nowhere", 404),
    ] {
        check
            .at("get", "/v1/providers/{id}", id, "", None, status)
            .await;
    }

    let credentials = |password: &str| json!({"username": "wealthica", "password": password});
    let login = |password: &str| json!({"name": "Demo", "type": "demo", "credentials": credentials(password)});
    let create = "/v1/institutions";
    check
        .at("post", create, "", "", Some(wrong.clone()), 422)
        .await;
    let unknown = json!({"name": "Nowhere", "type": "nowhere", "credentials": {}});
    check.at("post", create, "", "", Some(unknown), 422).await;
    for password in ["wealthica", "something", "error", "crash"] {
        let mut institution = check
            .at("post", create, "", "", Some(login(password)), 202)
            .await;
        let id = institution["id"].as_str().expect("an id").to_owned();
        while institution["sync_status"] == "syncing" {
            let seen = format!("?v={}", institution["__v"]);
            institution = check
                .at("get", "/v1/institutions/{id}/poll", &id, &seen, None, 200)
                .await;
        }
        check
            .at("get", "/v1/institutions/{id}", &id, "", None, 200)
            .await;
        let seen = format!("?v={}", institution["__v"]);
        let (one, sync) = ("/v1/institutions/{id}", "/v1/institutions/{id}/sync");
        check
            .at("get", "/v1/institutions/{id}/poll", &id, &seen, None, 304)
            .await;
        check
            .at("get", "/v1/institutions/{id}/poll", &id, "", None, 400)
            .await;
        if let Some(login) = institution["login_id"].as_str() {
            check.login(login, "demo-secret", 200).await;
            check.login("nothing", "demo-secret", 404).await;
            check.login(login, "wrong", 401).await;
        }
        if let Some(accounts) = institution["accounts"].as_array() {
            let chosen = json!({"selected_accounts": [accounts[0]["id"]]});
            check.at("put", one, &id, "", Some(chosen), 200).await;
        }
        let answered = if password == "something" { 202 } else { 409 };
        check
            .at(
                "put",
                one,
                &id,
                "",
                Some(json!({"security_answer": "javascript"})),
                answered,
            )
            .await;
        check
            .at(
                "put",
                one,
                &id,
                "",
                Some(json!({"credentials": credentials("wait-login-600000")})),
                202,
            )
            .await;
        check
            .at(
                "post",
                sync,
                &id,
                "",
                Some(json!({"interactive": true})),
                409,
            )
            .await;
        check
            .at(
                "post",
                sync,
                &id,
                "",
                Some(json!({"interactive": true, "force": true})),
                202,
            )
            .await;
        check
            .at(
                "put",
                one,
                &id,
                "",
                Some(json!({"resend": true, "security_answer": null})),
                409,
            )
            .await;
        check.at("delete", one, &id, "", None, 204).await;
        for method in ["get", "put", "delete"] {
            let body = (method == "put").then(|| json!({"security_answer": "a"}));
            check.at(method, one, &id, "", body, 404).await;
        }
        check
            .at("get", "/v1/institutions/{id}/poll", &id, "?v=0", None, 404)
            .await;
        check
            .at(
                "post",
                sync,
                &id,
                "",
                Some(json!({"interactive": true})),
                404,
            )
            .await;
    }
    let made = user.connect("demo", "wealthica", "wealthica").await;
    let made = made.login_id.expect("a login id");
    for (secret, status) in [("wrong", 401), ("demo-secret", 204), ("demo-secret", 404)] {
        check.delete_login(&made, secret, status).await;
    }
    check.lists_and_feed().await;
    check.replayed().await;
    let (logins, nonce) = ("/v1/oauth/{nonce}", "nonce-0123456789-0123456789");
    let kept = json!({"provider": "oauth-bank", "code_verifier": "x".repeat(43)});
    let with = |name: &str, value: &str| {
        let mut kept = kept.clone();
        kept[name] = json!(value);
        Some(kept)
    };
    for (nonce, body, status) in [
        ("short", with("query", ""), 400),
        (nonce, with("provider", "nowhere"), 422),
        (nonce, with("query", "a=b"), 204),
    ] {
        check.at("put", logins, nonce, "", body, status).await;
    }
    check.at("get", logins, "short", "", None, 400).await;
    check.at("get", logins, nonce, "", None, 200).await;
    let state = crate::bank::widget_state(nonce);
    crate::bank::come_back(&server, &state, ("code", "the-code")).await;
    check.at("get", logins, nonce, "", None, 200).await;
    let late = Some(kept.clone());
    check.at("put", logins, nonce, "", late, 409).await;

    for (key, provider, status) in [
        ("two words", "demo", 400),
        ("key", "demo", 202),
        ("key", "gb-monzo", 409),
    ] {
        let body =
            json!({"name": "Any", "type": provider, "credentials": credentials("wealthica")});
        let request = server.request(Method::POST, create);
        let request = request
            .bearer_auth(&user.token)
            .header("Idempotency-Key", key);
        let answer = request.json(&body).send().await.expect("an answer");
        let answered = answer.status().as_u16();
        let text = answer.text().await.expect("a text");
        assert_eq!(answered, status, "{text}");
        check.compare("post", create, answered, &text, Some(&body));
    }
    let asked = user.connect("demo", "wealthica", "something").await;
    for _ in 0..10 {
        let running = login("wait-login-600000");
        check.at("post", create, "", "", Some(running), 202).await;
    }
    for (method, path, body) in [
        ("post", create, login("wealthica")),
        (
            "put",
            "/v1/institutions/{id}",
            json!({"security_answer": "ruby"}),
        ),
        (
            "post",
            "/v1/institutions/{id}/sync",
            json!({"interactive": true}),
        ),
    ] {
        check.at(method, path, &asked.id, "", Some(body), 429).await;
    }
    check.erase("demo-secret", 200).await;
    check.erase("wrong", 401).await;
    check.too_often().await;
    // What comes of a body that does not come stands in `serving`.
    check.everything_but(&["408", "500", "503"]);
}

async fn read(request: RequestBuilder) -> Value {
    let answer = request.send().await.expect("an answer");
    answer.json().await.expect("JSON")
}

/// Sends requests as one user and holds every answer against the document.
struct Check<'a> {
    document: Value,
    user: &'a User<'a>,
    seen: BTreeSet<String>,
}

impl Check<'_> {
    async fn get(&mut self, path: &str, query: &str, status: u16) -> Value {
        self.at("get", path, "", query, None, status).await
    }

    async fn as_client(&mut self, path: &str, body: Value, status: u16) {
        let answer = self.user.server.ask(path, body.clone()).await;
        let answered = answer.status().as_u16();
        let text = answer.text().await.expect("a text");
        assert_eq!(answered, status, "{text}");
        self.compare("post", path, answered, &text, Some(&body));
    }

    async fn login(&mut self, id: &str, secret: &str, status: u16) {
        let answer = self.user.server.login(id, secret).await;
        assert_eq!(answer.status().as_u16(), status);
        let text = answer.text().await.expect("a text");
        self.compare("get", "/v1/logins/{id}", status, &text, None);
    }

    async fn delete_login(&mut self, id: &str, secret: &str, status: u16) {
        let path = format!("/v1/logins/{id}");
        let request = self.user.server.request(Method::DELETE, &path);
        let request = request.basic_auth("demo", Some(secret));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status);
        let text = answer.text().await.expect("a text");
        self.compare("delete", "/v1/logins/{id}", status, &text, None);
    }

    async fn erase(&mut self, secret: &str, status: u16) {
        let path = "/v1/users/{id}";
        let request = self.user.server.request(Method::DELETE, "/v1/users/ann");
        let request = request.basic_auth("demo", Some(secret));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status);
        let text = answer.text().await.expect("a text");
        self.compare("delete", path, status, &text, None);
    }

    async fn by_client(
        &mut self,
        method: &str,
        path: &str,
        (id, query): (&str, &str),
        status: u16,
    ) {
        for (secret, status) in [("wrong", 401), ("demo-secret", status)] {
            let sent = Method::from_bytes(method.to_ascii_uppercase().as_bytes());
            let address = path.replace("{id}", id) + query;
            let request = self.user.server.request(sent.expect("a method"), &address);
            let request = request.basic_auth("demo", Some(secret));
            let answer = request.send().await.expect("an answer");
            let answered = answer.status().as_u16();
            let text = answer.text().await.expect("a text");
            assert_eq!(answered, status, "{method} {address}: {text}");
            self.compare(method, path, status, &text, None);
        }
    }

    /// What the client's own server reads.
    async fn lists_and_feed(&mut self) {
        let (list, events) = ("/v1/institutions", "/v1/events");
        self.get(list, "?limit=1", 200).await;
        self.get(list, "?user_id=bob", 404).await;
        self.by_client(
            "get",
            list,
            ("", "?updated_after=2026-01-01T00:00:00Z"),
            200,
        )
        .await;
        self.by_client("get", list, ("", "?limit=0"), 400).await;
        for (query, status) in [("?limit=5", 200), ("?after=x", 400), ("?after=99999", 410)] {
            self.by_client("get", events, ("", query), status).await;
        }
        let replay = "/v1/events/{id}/replay";
        self.by_client("post", replay, ("nothing", ""), 404).await;
        let first = self.user.server.request(Method::GET, "/v1/events?limit=1");
        let first = first.basic_auth("demo", Some("demo-secret")).send().await;
        let first: Value = first.expect("an answer").json().await.expect("JSON");
        let id = first["items"][0]["id"].as_str().expect("an event's id");
        self.by_client("post", replay, (id, ""), 409).await;
        for (query, status) in [("", 200), ("?after=x", 400)] {
            self.by_client("get", "/v1/deliveries", ("", query), status)
                .await;
        }
    }

    /// Where the client has a webhook.
    async fn replayed(&mut self) {
        let directory = Directory::new();
        directory.write("hook.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let hook = json!({"url": "https://10.0.0.1/", "secret_file": "hook.secret"});
        let clients = json!([{
            "id": "shop", "name": "Shop", "secret_sha256": sha256_hex("shop-secret"), "webhooks": [hook],
        }]);
        let clients = directory.write("clients.json", &clients.to_string());
        let clients = clients.to_str().expect("a plain path");
        let more = ["--sandbox", "--clients", clients];
        let server = TestServer::in_directory(directory, &more).await;
        let by_shop = |method: Method, path: &str| {
            let request = server.request(method, path);
            request.basic_auth("shop", Some("shop-secret"))
        };
        let token = by_shop(Method::POST, "/v1/tokens").json(&json!({"user_id": "ann"}));
        let token: Value = read(token).await;
        let token = token["token"].as_str().expect("a token").to_owned();
        let user = User {
            server: &server,
            token,
        };
        user.connect("demo", "wealthica", "wealthica").await;
        let feed = read(by_shop(Method::GET, "/v1/events?wait=20")).await;
        let id = feed["items"][0]["id"].as_str().expect("an event's id");
        let answer = by_shop(Method::POST, &format!("/v1/events/{id}/replay"));
        let answer = answer.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a text");
        assert_eq!(status, 202, "{text}");
        self.compare("post", "/v1/events/{id}/replay", status, &text, None);
    }

    async fn at(
        &mut self,
        method: &str,
        path: &str,
        id: &str,
        query: &str,
        body: Option<Value>,
        status: u16,
    ) -> Value {
        let sent = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).expect("a method");
        let address = path.replace("{id}", id).replace("{nonce}", id) + query;
        let request = || self.user.server.request(sent.clone(), &address);
        // The refusals that every operation has.
        let mut answers = vec![request()];
        if body.is_some() {
            let typed = |kind: &str| {
                request()
                    .bearer_auth(&self.user.token)
                    .header("content-type", kind)
            };
            let json = || typed("application/json");
            answers.extend([
                json().body("{"),
                json().body("x".repeat(70_000)),
                typed("text/plain").body("{}"),
            ]);
            answers.push(request().bearer_auth(&self.user.token).json(&json!([])));
        }
        let own = request().bearer_auth(&self.user.token);
        answers.push(body.iter().fold(own, |own, body| own.json(body)));
        let last = answers.len() - 1;
        let mut value = Value::Null;
        for (number, request) in answers.into_iter().enumerate() {
            let answer = request.send().await.expect("an answer");
            let answered = answer.status().as_u16();
            let text = answer.text().await.expect("a text");
            let own = (number == last).then_some(body.as_ref()).flatten();
            assert!(
                number < last || answered == status,
                "{method} {address}: {answered} {text}"
            );
            value = self.compare(method, path, answered, &text, own);
        }
        value
    }

    /// An address that has sent too many requests is refused by every operation of the contract.
    async fn too_often(&mut self) {
        let server = TestServer::with(&["--limit", "requests-per-address=1/1h"]).await;
        let document = document(&server).await;
        for (path, method, _) in operations(&document) {
            if path.starts_with("/v1/") {
                let sent = Method::from_bytes(method.to_ascii_uppercase().as_bytes());
                let request = server.request(sent.expect("a method"), path);
                let answer = request.send().await.expect("an answer");
                assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
                assert!(answer.headers().contains_key("retry-after"));
                let text = answer.text().await.expect("a text");
                self.compare(method, path, 429, &text, None);
            }
        }
    }

    fn compare(
        &mut self,
        method: &str,
        path: &str,
        status: u16,
        text: &str,
        sent: Option<&Value>,
    ) -> Value {
        let what = format!("{method} {path} {status}");
        let operation = &self.document["paths"][path][method];
        let reply = &operation["responses"][status.to_string()];
        assert!(reply.is_object(), "{what} is not published: {text}");
        self.seen.insert(what.clone());
        if let Some(sent) = sent.filter(|_| status < 300) {
            self.validate(
                &operation["requestBody"]["content"]["application/json"]["schema"],
                sent,
                &what,
            );
        }
        let Some(content) = reply["content"].as_object() else {
            assert!(text.is_empty(), "{what}: {text}");
            return Value::Null;
        };
        let value = serde_json::from_str(text).expect("JSON");
        let kind = if status < 400 {
            "application/json"
        } else {
            "application/problem+json"
        };
        self.validate(&content[kind]["schema"], &value, &what);
        value
    }

    fn validate(&self, schema: &Value, value: &Value, what: &str) {
        let whole = json!({"allOf": [schema], "components": self.document["components"]});
        let validator = jsonschema::draft202012::new(&whole).expect("a schema");
        let errors: Vec<String> = validator
            .iter_errors(value)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{what}: {errors:?} in {value}");
    }

    /// Every published answer of the contract was seen, but for these.
    fn everything_but(&self, unseen: &[&str]) {
        for (path, method, operation) in operations(&self.document) {
            for status in operation["responses"]
                .as_object()
                .expect("responses")
                .keys()
            {
                let what = format!("{method} {path} {status}");
                let skip = !path.starts_with("/v1/")
                    || unseen.contains(&status.as_str())
                    || path.starts_with("/v1/tokens");
                assert!(
                    skip || self.seen.contains(&what),
                    "{what} is published and was never answered"
                );
            }
        }
    }
}
