//! A server for stories within the crate: its folder, its aggregators that are stubs, and one of its users.

use crate::aggregators::registry::Aggregators;
use crate::catalogue::Catalogue;
use crate::commands::CommandLine;
use crate::config::public_url::PublicUrl;
use crate::crypto::digest::sha256_hex;
use crate::server::Server;
use crate::store::Db;
use crate::store::scratch::Scratch;
use clap::Parser;
use reqwest::Client;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

const CATALOGUE: &str = "country,name,bic\nDE,Deutsche Bank,DEUTDEFF\nFR,Banque Demo,\nGB,Monzo,\n";

/// A folder with everything that a server needs.
pub struct Place(pub Scratch);

impl Place {
    pub fn new() -> Place {
        let place = Place(Scratch::new());
        std::fs::create_dir_all(place.path("dist")).expect("a folder");
        place.write(
            "dist/index.html",
            "<!doctype html><html><head></head><body></body></html>",
        );
        place.write("catalogue.csv", CATALOGUE);
        let clients = json!([{"id": "shop", "name": "Shop", "secret_sha256": sha256_hex(b"s")}]);
        place.write("clients.json", &clients.to_string());
        place
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.0.0.join(file)
    }

    pub fn write(&self, file: &str, text: &str) {
        std::fs::write(self.path(file), text).expect("it is written");
    }

    /// What this aggregator brings from now on.
    pub fn world(&self, id: &str, world: &Value) {
        self.write(&format!("{id}.json"), &world.to_string());
    }

    pub fn gone(&self, id: &str) {
        std::fs::remove_file(self.path(&format!("{id}.json"))).expect("it was there");
    }

    /// The file with these aggregators, and more text behind it.
    pub fn aggregators(&self, ids: &[&str], more: &str) {
        let one = |id: &&str| {
            let world = self.path(&format!("{id}.json"));
            format!("[[aggregator]]\nkind = \"stub\"\nid = \"{id}\"\nworld = {world:?}\n")
        };
        let all: String = ids.iter().map(one).collect();
        self.write("aggregators.toml", &(all + more));
    }

    pub fn words(&self, sandbox: bool) -> Vec<String> {
        let file = |name: &str| self.path(name).display().to_string();
        let mut words: Vec<String> = ["connect-server", "--listen", "127.0.0.1:0"]
            .map(String::from)
            .into();
        for (option, name) in [
            ("--dist", "dist"),
            ("--database", "connect.db"),
            ("--catalogue", "catalogue.csv"),
            ("--aggregators", "aggregators.toml"),
            ("--clients", "clients.json"),
        ] {
            words.extend([option.into(), file(name)]);
        }
        match sandbox {
            true => words.push("--sandbox".into()),
            false => words.extend(["--public-url".into(), "https://connect.example".into()]),
        }
        words.extend(["--aggregator-pause-ms", "1", "--poll-timeout", "20"].map(String::from));
        words
    }

    pub async fn start(&self, sandbox: bool) -> Result<Server, String> {
        let options = CommandLine::parse_from(self.words(sandbox)).options;
        Server::start(options)
            .await
            .map_err(|error| error.to_string())
    }

    /// Without a server around it.
    pub async fn catalogue(&self) -> (Catalogue, Db) {
        let options = CommandLine::parse_from(self.words(false)).options;
        let plan = options.aggregators.read().expect("a plan");
        let public = PublicUrl::parse("https://connect.example").expect("an address");
        let aggregators = Aggregators::build(&plan.aggregators, &public).expect("stubs");
        let catalogue = Catalogue::read(&options, Arc::new(aggregators), plan.banks);
        (catalogue.expect("a catalogue"), self.0.open().await)
    }
}

/// One user of the shop.
pub struct User {
    http: Client,
    server: String,
    pub token: String,
}

impl User {
    pub async fn of(server: &Server) -> User {
        let (http, server) = (Client::new(), format!("http://{}", server.address()));
        let minted = http
            .post(format!("{server}/v1/tokens"))
            .basic_auth("shop", Some("s"));
        let minted = minted.json(&json!({"user_id": "ann"})).send().await;
        let minted: Value = minted.expect("an answer").json().await.expect("JSON");
        let token = minted["token"].as_str().expect("a token").to_owned();
        User {
            http,
            server,
            token,
        }
    }

    /// A token that says this of its session.
    pub async fn mint(&self, wish: &Value) -> String {
        let minted = self.http.post(format!("{}/v1/tokens", self.server));
        let minted = minted.basic_auth("shop", Some("s")).json(wish).send().await;
        let minted: Value = minted.expect("an answer").json().await.expect("JSON");
        minted["token"].as_str().expect("a token").to_owned()
    }

    /// The same user at a server that was started anew.
    pub fn at(&self, server: &Server) -> User {
        User {
            http: Client::new(),
            server: format!("http://{}", server.address()),
            token: self.token.clone(),
        }
    }

    /// What is answered; nothing to a deletion.
    pub async fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let method = method.parse().expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.server));
        let answer = request.bearer_auth(&self.token).json(body).send().await;
        let text = answer.expect("an answer").text().await.expect("a text");
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        let request = self.http.get(format!("{}{path}", self.server));
        request
            .bearer_auth(&self.token)
            .send()
            .await
            .expect("an answer")
    }

    pub async fn json(&self, path: &str) -> Value {
        self.get(path).await.json().await.expect("JSON")
    }

    pub async fn ids(&self, query: &str) -> Vec<String> {
        let page = self.json(&format!("/v1/providers?{query}")).await;
        let items = page["items"].as_array().expect("items").iter();
        items
            .map(|item| item["id"].as_str().expect("an id").to_owned())
            .collect()
    }
}
