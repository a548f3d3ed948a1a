//! Stories of Enable Banking, played by a stand-in that shares nothing with what is tried.

mod banks;
mod checks;
mod ends;
mod faults;
mod holes;
mod logins;
mod renewals;
mod words;

use super::{EnableBanking, Settings};
use crate::aggregators::{
    Aggregator, Answer, Found, Held, Login, Misconfigured, Progress, Psu, Stage, Upstream, Way,
};
use connect_core::Secret;
use connect_fakes::enable_banking::{APPLICATION, Fake, ROOT, router, strange_key, test_key};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use url::Url;

const CALLBACK: &str = "https://connect.example/oauth/return/enable-banking";
const ATTEMPT: &str = "attempt-5fe2";
const USER: &str = "user-hash-77";
const OTHER: &str = "FI|Mock Every Kind";

/// The stand-in, and an aggregator that calls it.
struct World {
    fake: Fake,
    banking: EnableBanking,
    files: KeyFiles,
    base_url: String,
}

impl World {
    async fn new() -> World {
        World::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Settings)) -> World {
        let fake = Fake::new(&[CALLBACK]);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}{ROOT}", listener.local_addr().unwrap());
        let serving = axum::serve(listener, router(fake.clone()));
        tokio::spawn(async move { serving.await });
        let files = KeyFiles::new();
        let mut settings = files.settings(&base_url);
        change(&mut settings);
        let banking = make(settings).unwrap();
        World {
            fake,
            banking,
            files,
            base_url,
        }
    }

    async fn begin(&self, bank: &str, renews: Option<&Held>) -> Result<Progress, Upstream> {
        let psu = Psu {
            ip: Some("203.0.113.7".into()),
            user_agent: Some("Firefox".into()),
            language: Some("fi-FI".into()),
        };
        let return_to = Url::parse(CALLBACK).unwrap();
        let way = Way::Page {
            return_to: &return_to,
            attempt: ATTEMPT,
        };
        let login = Login {
            user: USER,
            bank,
            way,
            renews,
            psu: &psu,
        };
        self.banking.begin(login).await
    }

    /// The user presses a button of the bank's page. What they come back with.
    async fn press(&self, page: &Url, choice: &str) -> BTreeMap<String, Secret> {
        let (_, session) = page.query_pairs().next().unwrap();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let html = client.get(page.clone()).send().await.unwrap();
        assert!(
            html.text()
                .await
                .unwrap()
                .contains(&format!("value=\"{choice}\""))
        );
        let form = [("sessionid", session.as_ref()), ("choice", choice)];
        let mut action = page.clone();
        action.set_query(None);
        let response = client.post(action).form(&form).send().await.unwrap();
        let back = response.headers()["location"].to_str().unwrap();
        assert!(back.starts_with(CALLBACK), "{back}");
        let back = Url::parse(back).unwrap();
        let pairs = back.query_pairs();
        pairs
            .map(|(name, value)| (name.into_owned(), Secret::new(value)))
            .collect()
    }

    /// To the bank and back, with this button pressed there.
    async fn visit(
        &self,
        bank: &str,
        choice: &str,
        renews: Option<&Held>,
    ) -> Result<Progress, Upstream> {
        let sent = self.begin(bank, renews).await?;
        let Stage::GoTo(page) = &sent.stage else {
            return Ok(sent);
        };
        let query = self.press(page, choice).await;
        assert_eq!(query["state"].expose(), ATTEMPT);
        self.banking
            .resume(
                &sent.held,
                Answer::Returned {
                    query: &query,
                    renews: None,
                },
            )
            .await
    }

    /// A connection that stands.
    async fn connect(&self, bank: &str) -> (Held, Found) {
        let back = self.visit(bank, "allow", None).await.unwrap();
        assert!(matches!(back.stage, Stage::Working(_)), "{back:?}");
        self.done(&back.held).await
    }

    async fn done(&self, held: &Held) -> (Held, Found) {
        let looked = self.banking.look(held).await.unwrap();
        match looked.stage {
            Stage::Done(found) => (looked.held, found),
            other => panic!("{other:?}"),
        }
    }
}

fn make(settings: Settings) -> Result<EnableBanking, Misconfigured> {
    let callback = Url::parse(CALLBACK).unwrap();
    EnableBanking::patient(settings, callback, Duration::from_secs(5))
}

/// What a step has come to, in one line.
fn outcome(result: &Result<Progress, Upstream>) -> String {
    let progress = match result {
        Ok(progress) => progress,
        Err(Upstream::Misconfigured(_)) => return "Misconfigured".into(),
        Err(upstream) => return format!("{upstream:?}"),
    };
    match &progress.stage {
        Stage::GoTo(_) => "GoTo".into(),
        Stage::Working(step) => format!("Working({step:?})"),
        Stage::Done(found) => {
            let (accounts, warnings) = (found.accounts.len(), found.warnings.len());
            format!("Done(accounts: {accounts}, warnings: {warnings})")
        }
        Stage::Failed(failed) => format!("Failed({:?})", failed.cause),
        other => format!("{other:?}"),
    }
}

/// Rows of upstream → ours, printed whole before anything is said to be wrong.
struct Table {
    title: &'static str,
    rows: Vec<[String; 3]>,
}

impl Table {
    fn new(title: &'static str) -> Table {
        let rows = Vec::new();
        Table { title, rows }
    }

    /// `None`: nobody has said what it maps to.
    fn row(&mut self, upstream: &str, ours: &str, expected: Option<&str>) {
        let verdict = match expected {
            Some(expected) if ours.starts_with(expected) => "as expected".to_owned(),
            Some(expected) => format!("WRONG, expected {expected}"),
            None => "UNMAPPED".to_owned(),
        };
        let row = [upstream.to_owned(), ours.to_owned(), verdict];
        self.rows.push(row);
    }

    /// To be seen with `--nocapture`.
    fn finish(self) {
        let count = |start: &str| {
            let rows = self.rows.iter();
            rows.filter(|[_, _, verdict]| verdict.starts_with(start))
                .count()
        };
        let (wrong, unmapped) = (count("WRONG"), count("UNMAPPED"));
        let rows = self.rows.iter();
        let rows: String = rows
            .map(|[upstream, ours, verdict]| format!("  {upstream:<44} → {ours:<64} {verdict}\n"))
            .collect();
        let all = self.rows.len();
        println!(
            "\n{}\n{rows}  {all} rows, {unmapped} unmapped, {wrong} wrong\n",
            self.title
        );
        assert_eq!((wrong, unmapped), (0, 0), "see the table above");
    }
}

/// The keys, as an operator has them; gone with the test.
struct KeyFiles(PathBuf);

impl KeyFiles {
    fn new() -> KeyFiles {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("enable-banking-{}-{count}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let files = KeyFiles(folder);
        files.write("key.pem", test_key());
        files.write("strange.pem", strange_key());
        files
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn settings(&self, base_url: &str) -> Settings {
        let settings = serde_json::json!({
            "application_id": APPLICATION,
            "private_key_file": self.0.join("key.pem"),
            "base_url": base_url,
        });
        serde_json::from_value(settings).unwrap()
    }
}

impl Drop for KeyFiles {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
