//! Stories of webhooks whose receivers are down, want nothing more, or are where nobody may be called.

use super::*;
use crate::config::clients::Clients;
use crate::store::events;
use crate::store::institutions::{self, New, Owner};
use crate::store::scratch::Scratch;
use connect_core::api::{Account, Institution, SyncError, SyncStatus};
use connect_fakes::serving::{Answer, Fake, Recorded};
use serde_json::{Value, json};

const THEN: i64 = 1_900_000_000;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a second of this century")
}

/// A client with one webhook, and a receiver that takes everything.
struct Story {
    scratch: Scratch,
    db: Db,
    hooks: Arc<Webhooks>,
    fake: Fake,
    clients: Clients,
}

impl Story {
    async fn begin() -> Story {
        let taken = axum::Router::new().fallback(|| async { "taken" });
        let fake = Fake::start(taken).await;
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let clients = clients(&scratch, &format!("{}/hook?key=k", fake.origin()));
        Story {
            hooks: Webhooks::new(db.clone(), true).expect("ways out"),
            scratch,
            db,
            fake,
            clients: clients.expect("clients"),
        }
    }

    /// A connection that comes about.
    async fn connect(&self, id: &str) -> Institution {
        let mut institution = Institution {
            id: id.into(),
            name: "Bank of Secrets".into(),
            provider: "demo".into(),
            sync_status: SyncStatus::Syncing,
            ..Institution::default()
        };
        let owner = Owner {
            client: "shop".into(),
            user: "ann".into(),
            scope: None,
        };
        let made = institutions::insert(&self.db, &owner, &institution, New::default()).await;
        made.expect("it is written");
        institution.sync_status = SyncStatus::Ok;
        institution.accounts = Some(vec![Account {
            id: "account-one".into(),
            name: "Salary 12345678".into(),
            ..Account::default()
        }]);
        self.write(&mut institution).await;
        institution
    }

    async fn write(&self, institution: &mut Institution) {
        let written = institutions::update(&self.db, institution).await;
        assert!(written.expect("it works"));
    }

    async fn round(&self, second: i64) -> Vec<Recorded> {
        round(&self.hooks, &self.clients, second).await;
        self.fake.take_requests()
    }

    async fn undelivered(&self) -> Vec<deliveries::Undelivered> {
        let all = deliveries::undelivered(&self.db, "shop", (0, ""), 100).await;
        all.expect("they are read")
    }
}

fn clients(scratch: &Scratch, url: &str) -> Result<Clients, crate::config::clients::ClientsError> {
    clients_of(scratch, json!({"url": url}))
}

fn clients_of(
    scratch: &Scratch,
    mut hook: Value,
) -> Result<Clients, crate::config::clients::ClientsError> {
    hook["secret_file"] = json!("hook.secret");
    std::fs::write(scratch.0.join("hook.secret"), SECRET).expect("it is written");
    let clients = json!([{
        "id": "shop", "name": "Shop", "secret_sha256": "ab".repeat(32),
        "webhooks": [hook],
    }]);
    let file = scratch.0.join("clients.json");
    std::fs::write(&file, clients.to_string()).expect("it is written");
    Clients::read(&file)
}

async fn round(hooks: &Arc<Webhooks>, clients: &Clients, second: i64) {
    let mut running = JoinSet::new();
    let done = hooks.round(clients, at(second), &mut running).await;
    done.expect("it works");
    while running.join_next().await.is_some() {}
}

fn kinds(requests: &[Recorded]) -> Vec<String> {
    let bodies = requests.iter().map(|request| {
        let body: Value = serde_json::from_str(&request.body).expect("JSON");
        body["type"].as_str().expect("a type").to_owned()
    });
    bodies.collect()
}

#[tokio::test]
async fn what_happens_is_told_in_order_once_and_without_a_secret() {
    let story = Story::begin().await;
    let mut institution = story.connect("one").await;
    // The user chooses, the bank refuses, and then takes the login again.
    institution.accounts = Some(Vec::new());
    story.write(&mut institution).await;
    institution.sync_status = SyncStatus::Error;
    institution.sync_error = Some(SyncError {
        name: "LoginFailedError".into(),
        message: "The password of ann was wrong.".into(),
        ..SyncError::default()
    });
    story.write(&mut institution).await;
    story.write(&mut institution).await;
    institution.sync_status = SyncStatus::Ok;
    institution.sync_error = None;
    story.write(&mut institution).await;
    let gone = institutions::delete(&story.db, "one", events::By::User).await;
    assert!(gone.expect("it works"));
    let requests = story.round(THEN).await;
    assert_eq!(
        kinds(&requests),
        [
            "connection.connected",
            "connection.accounts_changed",
            "connection.needs_user",
            "connection.repaired",
            "connection.removed"
        ]
    );
    for (place, request) in requests.iter().enumerate() {
        let body: Value = serde_json::from_str(&request.body).expect("JSON");
        assert_eq!(body["sequence"], place + 1);
        assert_eq!(body["data"]["institution_id"], "one");
        assert_eq!(
            request.headers["webhook-id"],
            body["id"].as_str().expect("an id")
        );
        for secret in ["12345678", "password", "Secrets", "account-one"] {
            assert!(!request.body.contains(secret), "{}", request.body);
        }
    }
    assert!(story.round(THEN + 100_000).await.is_empty());
    story.db.close().await;
}

#[tokio::test]
async fn a_first_login_that_is_refused_is_nobody_s_news() {
    let story = Story::begin().await;
    let institution = Institution {
        id: "one".into(),
        sync_status: SyncStatus::Syncing,
        ..Institution::default()
    };
    let owner = Owner {
        client: "shop".into(),
        user: "ann".into(),
        scope: None,
    };
    let made = institutions::insert(&story.db, &owner, &institution, New::default()).await;
    made.expect("it is written");
    let mut refused = Institution {
        sync_status: SyncStatus::Error,
        sync_error: Some(SyncError::default()),
        ..institution
    };
    story.write(&mut refused).await;
    let gone = institutions::delete(&story.db, "one", events::By::User).await;
    assert!(gone.expect("it works"));
    assert!(story.round(THEN).await.is_empty());
    story.db.close().await;
}

#[tokio::test]
async fn a_receiver_that_is_down_hears_it_when_it_is_up_again_under_the_same_id() {
    let story = Story::begin().await;
    story.connect("one").await;
    story.fake.next("/hook", Answer::status(500));
    let wait = Answer::status(503).and("retry-after", "1000");
    story.fake.next("/hook", wait);
    let first = story.round(THEN).await;
    assert_eq!(first.len(), 1);
    assert!(story.round(THEN + 4).await.is_empty());
    let second = story.round(THEN + 5).await;
    assert_eq!(second.len(), 1);
    let waiting = story.undelivered().await;
    assert_eq!(
        (waiting.len(), waiting[0].tries, waiting[0].failed),
        (1, 2, false)
    );
    assert_eq!(waiting[0].outcome.as_deref(), Some("answered 503"));
    // Five minutes are usual; it has asked for more.
    assert!(story.round(THEN + 5 + 999).await.is_empty());
    let third = story.round(THEN + 5 + 1000).await;
    assert_eq!(third.len(), 1);
    let id = |requests: &[Recorded]| requests[0].headers["webhook-id"].clone();
    assert_eq!((id(&first), id(&first)), (id(&second), id(&third)));
    assert!(story.undelivered().await.is_empty());
    assert!(story.round(THEN + 1_000_000).await.is_empty());
    story.db.close().await;
}

#[tokio::test]
async fn after_three_days_it_has_failed_and_can_be_sent_again_by_hand() {
    let story = Story::begin().await;
    story.connect("one").await;
    let mut now = THEN;
    for pause in PAUSES {
        story.fake.next("/hook", Answer::status(500));
        assert_eq!(story.round(now).await.len(), 1);
        now += pause.as_secs();
        assert!(story.round(now - 1).await.is_empty());
    }
    assert!((72..80).contains(&((now - THEN) / 3600)));
    story.fake.next("/hook", Answer::status(500));
    assert_eq!(story.round(now).await.len(), 1);
    let failed = story.undelivered().await;
    assert_eq!((failed[0].failed, failed[0].tries), (true, 10));
    assert!(story.round(now + 1_000_000).await.is_empty());
    let again = deliveries::failed_again(&story.db, "shop", at(now)).await;
    assert_eq!(again.expect("it works"), 1);
    assert_eq!(kinds(&story.round(now).await), ["connection.connected"]);
    // Also one that has arrived.
    let all = events::after(&story.db, "shop", 0, 10)
        .await
        .expect("they are read");
    let hooks = story.clients.find("shop").expect("the client");
    let endpoints = endpoints(hooks.webhooks(), &all[0].kind);
    let again = deliveries::again(&story.db, &all[0], &endpoints, at(now)).await;
    again.expect("it works");
    assert_eq!(story.round(now).await.len(), 1);
    story.db.close().await;
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_told_nothing_more_until_it_takes_one_again() {
    let story = Story::begin().await;
    story.connect("one").await;
    story.fake.next("/hook", Answer::status(410));
    assert_eq!(story.round(THEN).await.len(), 1);
    story.connect("two").await;
    assert!(story.round(THEN + 1_000_000).await.is_empty());
    assert_eq!(story.undelivered().await.len(), 1);
    let again = deliveries::failed_again(&story.db, "shop", at(THEN)).await;
    assert_eq!(again.expect("it works"), 1);
    assert_eq!(story.round(THEN).await.len(), 1);
    story.connect("three").await;
    assert_eq!(story.round(THEN).await.len(), 1);
    story.db.close().await;
}

#[tokio::test]
async fn of_two_servers_one_sends_and_what_one_has_dropped_the_other_sends_later() {
    let story = Story::begin().await;
    let other = Webhooks::new(story.db.clone(), true).expect("ways out");
    for id in ["one", "two", "three"] {
        story.connect(id).await;
    }
    let mut running = JoinSet::new();
    for hooks in [&story.hooks, &other, &story.hooks, &other] {
        let done = hooks.round(&story.clients, at(THEN), &mut running).await;
        done.expect("it works");
    }
    while running.join_next().await.is_some() {}
    assert_eq!(story.fake.take_requests().len(), 3);

    story.connect("four").await;
    let nobody = |_: &Event| {
        vec![
            story.clients.find("shop").expect("it").webhooks()[0]
                .endpoint
                .clone(),
        ]
    };
    let given = deliveries::give_out(&story.db, "shop", at(THEN), nobody).await;
    assert!(given.expect("it works"));
    let (_, endpoint) = deliveries::due_endpoints(&story.db, at(THEN))
        .await
        .expect("read")
        .remove(0);
    let due = deliveries::due(&story.db, "shop", &endpoint, at(THEN), 9).await;
    let due = due.expect("they are read");
    // It is taken by one that stops before it has sent it.
    let claim = async || {
        let claimed = deliveries::claim(&story.db, &due[0], at(THEN), at(THEN) + LEASE).await;
        claimed.expect("it works")
    };
    assert!(claim().await && !claim().await);
    assert!(story.round(THEN + 59).await.is_empty());
    assert_eq!(story.round(THEN + 60).await.len(), 1);
    story.db.close().await;
}

#[tokio::test]
async fn nothing_is_sent_into_an_inner_network_or_after_a_redirect() {
    let story = Story::begin().await;
    let outside = Ways::new(false).expect("ways out");
    let sandbox = Ways::new(true).expect("ways out");
    let inner = [
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd12::1]/",
        "https://[fe80::1]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://localhost/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
    ];
    let event = story.connect("one").await;
    let all = events::after(&story.db, "shop", 0, 1).await.expect("read");
    assert_eq!(all[0].institution, event.id);
    let payload = told(&story.db, &all[0]).await.expect("it is told");
    for url in inner {
        let all = clients(&story.scratch, url).expect("clients");
        let hook = all.find("shop").expect("the client").webhooks()[0].clone();
        let sent = outside.send(&hook, &payload, at(THEN)).await;
        assert_eq!(
            sent,
            Sent::Nowhere("its address is not in the internet"),
            "{url}"
        );
        if !hook.is_local() {
            let sent = sandbox.send(&hook, &payload, at(THEN)).await;
            assert_eq!(
                sent,
                Sent::Nowhere("its address is not in the internet"),
                "{url}"
            );
        }
    }
    let redirect = Answer::status(302).and("location", "/elsewhere");
    story.fake.next("/hook", redirect);
    let requests = story.round(THEN).await;
    assert_eq!(requests.len(), 1);
    let waiting = story.undelivered().await;
    assert_eq!(
        waiting[0].outcome.as_deref(),
        Some("it redirects, or answers at length")
    );
    story.db.close().await;
}

#[tokio::test]
async fn a_private_webhook_is_called_in_the_operators_network_alone_and_never_where_metadata_is() {
    let story = Story::begin().await;
    story.connect("one").await;
    let all = events::after(&story.db, "shop", 0, 1).await.expect("read");
    let payload = told(&story.db, &all[0]).await.expect("it is told");
    // Outside a sandbox.
    let ways = Ways::new(false).expect("ways out");
    let send = async |url: &str| {
        let hook = json!({"url": url, "private": true});
        let all = clients_of(&story.scratch, hook).expect("clients");
        all.check_encryption().expect("private ones may be http");
        let hook = all.find("shop").expect("the client").webhooks()[0].clone();
        ways.send(&hook, &payload, at(THEN)).await
    };
    let receiver = story.fake.origin();
    assert_eq!(send(&format!("{receiver}/hook")).await, Sent::Arrived(200));
    let named = receiver.to_string().replace("127.0.0.1", "localhost");
    assert_eq!(send(&format!("{named}/hook")).await, Sent::Arrived(200));
    assert_eq!(story.fake.take_requests().len(), 2);
    for url in [
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/latest/meta-data/",
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://[fd20:ce::254]/",
        "http://[fe80::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://0.0.0.0/",
        "http://192.0.0.192/",
        "http://1.1.1.1/",
        "https://[2606:4700::1]/",
        "http://224.0.0.1/",
    ] {
        let refused = Sent::Nowhere("its address is not in a private network");
        assert_eq!(send(url).await, refused, "{url}");
    }
    story.db.close().await;
}

#[test]
fn a_webhook_that_is_no_good_is_named_at_the_start() {
    let scratch = Scratch::new();
    for (url, words) in [
        ("http://shop.example/hook", "https://"),
        ("http://192.168.1.1/hook", "https://"),
        ("https://me:hidden@shop.example/", "user name"),
        ("shop.example", "url:"),
    ] {
        let error = clients(&scratch, url)
            .err()
            .expect("it is refused")
            .to_string();
        assert!(
            error.contains(words) && !error.contains("hidden"),
            "{error}"
        );
    }
    let error = clients(&scratch, "http://127.0.0.1/")
        .expect("clients")
        .check_encryption();
    let error = error.expect_err("it could be listened to").to_string();
    assert!(
        error.contains("webhooks: ") && error.contains(r#""private": true"#),
        "{error}"
    );
}
