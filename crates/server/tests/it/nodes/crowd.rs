//! Many users who connect at the same time, each as the widget does: what was not answered is asked again, at whichever
//! server is there.

use crate::database;
use crate::running::Running;
use crate::support::Directory;
use connect_core::api::{Institution, SyncStatus, error_name};
use connect_server::sql;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// One user, at one server for now.
pub struct Guest {
    pub at: String,
    pub token: String,
    password: String,
    http: Client,
}

/// What one request has come to: an answer that counts, or something after which it is asked again.
type Heard = Result<Institution, String>;

impl Guest {
    pub fn new(at: String, token: String, password: &str) -> Guest {
        Guest {
            at,
            token,
            password: password.into(),
            http: Client::new(),
        }
    }

    fn login(&self) -> Value {
        json!({"username": "wealthica", "password": self.password})
    }

    /// The widget names each login, so that one that is sent again makes no second connection.
    pub async fn create(&self) -> Heard {
        let body = json!({"name": "Demo", "type": "demo", "credentials": self.login()});
        let request = self.http.post(format!("{}/v1/institutions", self.at));
        let request = request
            .header("Idempotency-Key", "the-only-one")
            .json(&body);
        self.heard(request).await
    }

    pub async fn answer(&self, asked: &Institution, answer: &str) -> Heard {
        self.put(asked, json!({"security_answer": answer})).await
    }

    async fn put(&self, institution: &Institution, mut body: Value) -> Heard {
        body["__v"] = institution.version.into();
        let address = format!("{}/v1/institutions/{}", self.at, institution.id);
        self.heard(self.http.put(address).json(&body)).await
    }

    async fn read(&self, id: &str) -> Heard {
        let address = format!("{}/v1/institutions/{id}", self.at);
        self.heard(self.http.get(address)).await
    }

    async fn poll(&self, known: &Institution) -> Result<Option<Institution>, String> {
        let (id, version) = (&known.id, known.version);
        let address = format!("{}/v1/institutions/{id}/poll?v={version}", self.at);
        let request = self.http.get(address).bearer_auth(&self.token);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        match answer.status() {
            StatusCode::NOT_MODIFIED => Ok(None),
            _ => institution(answer).await.map(Some),
        }
    }

    /// Until its sync does not run any more.
    pub async fn follow(&self, mut told: Institution) -> Heard {
        while told.sync_status == SyncStatus::Syncing {
            if let Some(newer) = self.poll(&told).await? {
                told = newer;
            }
        }
        Ok(told)
    }

    async fn heard(&self, request: reqwest::RequestBuilder) -> Heard {
        let request = request.bearer_auth(&self.token);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        institution(answer).await
    }
}

async fn institution(answer: Response) -> Heard {
    let status = answer.status();
    let text = answer.text().await.map_err(|error| error.to_string())?;
    match status.is_success() {
        true => serde_json::from_str(&text).map_err(|error| format!("{error}: {text}")),
        false => Err(format!("{status} {text}")),
    }
}

pub struct Crowd {
    tasks: JoinSet<()>,
    shared: Arc<Shared>,
    size: usize,
}

#[derive(Default)]
struct Shared {
    let_in: AtomicUsize,
    changed: Notify,
    failed: AtomicUsize,
    /// Why the last of them did.
    last: Mutex<String>,
    /// A login that a killed server had taken, and not yet handed on, was asked for again.
    again: AtomicUsize,
}

impl Crowd {
    /// `mints` has their tokens; they go to these addresses in turns.
    pub async fn start(addresses: &[&str], mints: &Running, size: usize) -> Crowd {
        let shared: Arc<Shared> = Arc::default();
        let mut tasks = JoinSet::new();
        for number in 0..size {
            let user = format!("user {number}");
            let token = token(mints, &user).await;
            let addresses: Vec<String> = addresses.iter().map(|at| (*at).to_owned()).collect();
            tasks.spawn(connect(token, addresses, number, shared.clone()));
        }
        Crowd {
            tasks,
            shared,
            size,
        }
    }

    pub async fn until_half_are_let_in(&self) {
        let half = async {
            while self.shared.let_in.load(Ordering::SeqCst) < self.size / 2 {
                self.shared.changed.notified().await;
            }
        };
        let half = tokio::time::timeout(PATIENCE, half).await;
        assert!(
            half.is_ok(),
            "{:?}",
            self.shared.last.lock().expect("nobody panics with it")
        );
    }

    /// Each user has one connection, which is well, whatever has happened meanwhile. Tells how many requests had to be asked
    /// again.
    pub async fn all_are_connected_once(mut self, place: &Directory) -> usize {
        while let Some(connected) = self.tasks.join_next().await {
            connected.expect("it is connected");
        }
        let pool = database::open(&place.0).await;
        let count = async |which: &str| -> i64 {
            let count = "SELECT count(*) FROM institutions WHERE id NOT LIKE 'reconnect-%'";
            let count = sql::query_scalar(format!("{count} {which}")).fetch_one(&pool);
            count.await.expect("their number")
        };
        let size = i64::try_from(self.size).expect("a few");
        assert_eq!(
            (count("").await, count("AND sync_status = 'ok'").await),
            (size, size)
        );
        let again = self.shared.again.load(Ordering::SeqCst);
        let failed = self.shared.failed.load(Ordering::SeqCst);
        let last = self
            .shared
            .last
            .lock()
            .expect("nobody panics with it")
            .clone();
        eprintln!("the last request that was asked again: {last:?}");
        eprintln!(
            "{size} connected, {failed} requests asked again, {again} logins asked for again"
        );
        failed
    }
}

async fn token(server: &Running, user: &str) -> String {
    let request = server.http.post(format!("{}/v1/tokens", server.address));
    let request = request.basic_auth("demo", Some("demo-secret"));
    let answer = request.json(&json!({"user_id": user})).send().await;
    let answer: Value = answer.expect("an answer").json().await.expect("a token");
    answer["token"].as_str().expect("a token").into()
}

/// Where nobody answers the next server is asked, a little later, as the widget does it.
async fn connect(token: String, addresses: Vec<String>, number: usize, shared: Arc<Shared>) {
    // A step that takes a while, so that some are in each when something happens.
    let guest_of = |tries: usize| {
        let at = addresses[(number + tries) % addresses.len()].clone();
        Guest::new(at, token.clone(), "wealthica")
    };
    let mut tries = 0;
    let mut guest = guest_of(tries);
    let mut told: Option<Institution> = None;
    let mut is_counted = false;
    loop {
        let heard = match &told {
            None => guest.create().await,
            Some(known) if known.sync_status == SyncStatus::Syncing => {
                match guest.poll(known).await {
                    Ok(Some(newer)) => Ok(newer),
                    Ok(None) => continue,
                    Err(error) => Err(error),
                }
            }
            Some(known) => match known.sync_status {
                SyncStatus::Ok => return,
                SyncStatus::Retry => guest.read(&known.id).await,
                _ => {
                    let error = known.sync_error.as_ref().map(|error| &*error.name);
                    assert_eq!(error, Some(error_name::LOGIN_FAILED), "{known:?}");
                    shared.again.fetch_add(1, Ordering::SeqCst);
                    guest
                        .put(known, json!({"credentials": guest.login()}))
                        .await
                }
            },
        };
        match heard {
            Ok(newer) => {
                if newer.authorized == Some(true) && !is_counted {
                    is_counted = true;
                    shared.let_in.fetch_add(1, Ordering::SeqCst);
                    shared.changed.notify_one();
                }
                let waits = newer.sync_status == SyncStatus::Retry;
                told = Some(newer);
                if waits {
                    tokio::time::sleep(PAUSE).await;
                }
            }
            Err(error) => {
                // What was asked is known only by reading: somebody may have written.
                shared.failed.fetch_add(1, Ordering::SeqCst);
                shared
                    .last
                    .lock()
                    .expect("nobody panics with it")
                    .clone_from(&error);
                tries += 1;
                assert!(tries < 200, "{error}");
                tokio::time::sleep(PAUSE).await;
                guest = guest_of(tries);
                if let Some(known) = &told
                    && let Ok(now) = guest.read(&known.id).await
                {
                    told = Some(now);
                }
            }
        }
    }
}

/// A slow machine takes a while for so many.
const PATIENCE: Duration = Duration::from_secs(120);

/// Between two tries of the widget.
const PAUSE: Duration = Duration::from_millis(250);
