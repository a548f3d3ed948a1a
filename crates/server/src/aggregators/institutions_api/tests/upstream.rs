//! This very server with its sandbox, as a service of somebody's.

use super::super::InstitutionsApi;
use super::{Directory, settings};
use crate::{CommandLine, Server};
use clap::Parser;

pub struct Service {
    /// Is there as long as the server is.
    pub _directory: Directory,
    pub server: Server,
    pub api: InstitutionsApi,
}

impl Service {
    pub async fn start() -> Service {
        Service::with(&[]).await
    }

    pub async fn with(more: &[&str]) -> Service {
        let directory = Directory::new();
        directory.write("dist/index.html", "<!doctype html><html><head><script type=\"module\">import 1</script></head><body></body></html>");
        let catalogue = directory.write("catalogue.csv", "country,name\nDE,Deutsche Bank\n");
        let dist = directory.0.join("dist");
        let database = directory.0.join("connect.db");
        let mut words = vec![
            "connect-server",
            "--listen",
            "127.0.0.1:0",
            "--sandbox",
            // An approval takes two dozen steps, and is to be seen on a busy machine, too.
            "--sandbox-step-ms",
            "8",
            "--limit",
            "all=off",
            "--catalogue",
            &catalogue,
            "--dist",
            dist.to_str().expect("a plain path"),
            "--database",
            database.to_str().expect("a plain path"),
        ];
        words.extend(more);
        let options = CommandLine::parse_from(words).options;
        let server = Server::start(options).await.expect("the server starts");
        let secret = directory.write("secret", "demo-secret\n");
        let text = format!(
            "base_url = \"http://{}/v1\"\nprivate = true\n[token]\nkind = \"tokens\"\nclient_id = \"demo\"\nsecret_file = {secret:?}\n",
            server.address()
        );
        let api = InstitutionsApi::new(settings(&text)).expect("it can be used");
        Service {
            _directory: directory,
            server,
            api,
        }
    }
}
