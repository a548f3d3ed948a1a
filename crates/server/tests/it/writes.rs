//! A database that takes no writes for a while, as when a backup tool holds it: nothing is lost, nothing hangs, nobody is
//! told what could still be lost.

use crate::database;
use crate::running::Running;
use crate::support::{TestServer, check_problem, error_name, header};
use connect_core::api::{Institution, SyncStatus};
use connect_server::sql;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, PgConnection, SqliteConnection};

/// Another process that lets nobody write.
struct Holder(Held);

enum Held {
    File(SqliteConnection),
    Tables(PgConnection),
}

impl Holder {
    async fn of(server: &TestServer) -> Holder {
        if !database::is_file() {
            let address = database::address(&server.directory.0);
            let mut connection = PgConnection::connect(&address).await.expect("the database");
            let held = "BEGIN; LOCK TABLE institutions, tokens, attempts, entries, oauth_logins, exchange_codes, meta
                 IN EXCLUSIVE MODE";
            let held = sqlx::raw_sql(held).execute(&mut connection);
            held.await.expect("nobody else holds them");
            return Holder(Held::Tables(connection));
        }
        let file = server.directory.path("connect.db");
        let address = format!("sqlite://{}", file.display());
        let mut connection = SqliteConnection::connect(&address).await.expect("the file");
        let begun = sqlx::query("BEGIN IMMEDIATE").execute(&mut connection);
        begun.await.expect("nobody else holds it");
        Holder(Held::File(connection))
    }

    async fn lets_go(self) {
        let closed = match self.0 {
            Held::File(connection) => connection.close().await,
            Held::Tables(connection) => connection.close().await,
        };
        closed.expect("it held it until now");
    }
}

async fn impatient(step: &str) -> TestServer {
    let more = ["--database-patience", "1500", "--sandbox-step-ms", step];
    TestServer::with(&more).await
}

#[tokio::test]
async fn what_the_bank_has_refused_is_told_while_it_cannot_be_written() {
    let server = impatient("50").await;
    let user = server.user().await;
    let begun = user.create("demo", "nobody", "wrong").await;
    assert_eq!(begun.status(), StatusCode::ACCEPTED);
    let begun: Institution = begun.json().await.expect("an institution");
    let holder = Holder::of(&server).await;
    let told = user.news(&begun).await;
    assert_eq!(error_name(&told), "LoginFailedError");
    assert_eq!(user.read(&begun.id).await, told);

    // To go on with it, it must be written first: nobody hears of a login that could still be lost.
    let again = json!({"credentials": {"username": "wealthica", "password": "wealthica"}});
    let refused = user.put(&told, again.clone()).await;
    assert_eq!(header(&refused, "retry-after"), "5");
    check_problem(refused, 503, "unavailable").await;

    holder.lets_go().await;
    let done = user.follow(user.put(&told, again).await).await;
    assert_eq!(done.sync_status, SyncStatus::Ok);
    assert!(done.version > told.version);
}

#[tokio::test]
async fn a_connection_is_a_success_once_it_is_written() {
    let server = impatient("20").await;
    let user = server.user().await;
    let begun = user.create("demo", "wealthica", "wealthica").await;
    let begun: Institution = begun.json().await.expect("an institution");
    let holder = Holder::of(&server).await;
    let refused = loop {
        let told = user.poll(&begun).await;
        if told.status() != StatusCode::OK {
            break told;
        }
    };
    check_problem(refused, 503, "unavailable").await;
    holder.lets_go().await;
    let mut last = begun;
    while last.sync_status == SyncStatus::Syncing {
        let news = user.poll(&last).await;
        if news.status() == StatusCode::OK {
            last = news.json().await.expect("an institution");
        }
    }
    assert_eq!(last.sync_status, SyncStatus::Ok);
    assert!(last.accounts.is_some_and(|accounts| !accounts.is_empty()));
}

#[tokio::test]
async fn a_question_is_open_although_it_is_not_written() {
    let server = impatient("50").await;
    let user = server.user().await;
    let begun = user.create("demo", "wealthica", "anything").await;
    let begun: Institution = begun.json().await.expect("an institution");
    let holder = Holder::of(&server).await;
    let asked = user.news(&begun).await;
    assert_eq!(error_name(&asked), "SecurityQuestionError");
    holder.lets_go().await;
    let next = user.answer(&asked, "javascript").await;
    assert_eq!(error_name(&next), "SecurityQuestionError");
    assert_eq!(user.answer(&next, "ruby").await.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn reads_go_on_and_writes_are_to_be_sent_again() {
    let server = impatient("1").await;
    let user = server.user().await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let path = format!("/v1/institutions/{}", connected.id);
    let ready = server.get("/readyz").await;
    assert_eq!(ready.status(), StatusCode::OK);
    let holder = Holder::of(&server).await;

    assert_eq!(user.read(&connected.id).await.sync_status, SyncStatus::Ok);
    let list = user.get("/v1/providers?search=demo").await;
    assert_eq!(list.status(), StatusCode::OK);
    assert_eq!(server.get("/healthz").await.status(), StatusCode::OK);
    for refused in [
        server.mint(json!({"user_id": "bob"})).await,
        user.create("demo", "wealthica", "wealthica").await,
        user.send(Method::DELETE, &path, json!({})).await,
    ] {
        assert_eq!(header(&refused, "retry-after"), "5");
        check_problem(refused, 503, "unavailable").await;
    }
    // What was found a moment before is told for a second.
    let unready = loop {
        let ready = server.get("/readyz").await;
        if ready.status() != StatusCode::OK {
            break ready;
        }
    };
    assert_eq!(unready.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(header(&unready, "retry-after"), "5");

    holder.lets_go().await;
    while server.get("/readyz").await.status() != StatusCode::OK {}
    let removed = user.send(Method::DELETE, &path, json!({})).await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_stop_writes_down_what_waits() {
    let server = impatient("50").await;
    let user = server.user().await;
    let token = user.token.clone();
    let begun = user.create("demo", "nobody", "wrong").await;
    let begun: Institution = begun.json().await.expect("an institution");
    let holder = Holder::of(&server).await;
    let told = user.news(&begun).await;
    holder.lets_go().await;
    let server = server.restart().await;
    let user = crate::support::User {
        server: &server,
        token,
    };
    let kept = user.read(&begun.id).await;
    assert_eq!(
        (error_name(&kept), kept.version),
        ("LoginFailedError", told.version)
    );
}

#[tokio::test]
async fn a_sync_that_breaks_off_is_told_as_one_that_is_done_again() {
    let server = impatient("50").await;
    let user = server.user().await;
    let database = server.database().await;
    let begun = user.create("demo", "wealthica", "wealthica").await;
    let (broken, mended) = match database::is_file() {
        true => (
            &[
                "CREATE TRIGGER broken BEFORE UPDATE ON institutions BEGIN SELECT RAISE(ABORT, 'broken'); END",
            ][..],
            "DROP TRIGGER broken",
        ),
        false => (
            &[
                "CREATE FUNCTION broken() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$",
                "CREATE TRIGGER broken BEFORE UPDATE ON institutions FOR EACH ROW EXECUTE FUNCTION broken()",
            ][..],
            "DROP TRIGGER broken ON institutions",
        ),
    };
    for statement in broken {
        let made = sql::query(*statement).execute(&database).await;
        made.expect("it is made");
    }
    // A step may have been told before.
    let told = user.follow(begun).await;
    assert_eq!(told.sync_status, SyncStatus::Retry);
    let mended = sql::query(mended).execute(&database).await;
    mended.expect("it is gone");
    assert_eq!(user.sync_anew(&told).await.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn many_syncs_at_once_do_not_keep_each_other_from_writing() {
    let server = TestServer::start().await;
    let users: Vec<_> = (0..8)
        .map(|at| server.user_with(json!({"user_id": format!("user {at}")})))
        .collect();
    let stories = users.into_iter().map(async |user| {
        let user = user.await;
        for _ in 0..5 {
            let connected = user.connect("demo", "wealthica", "wealthica").await;
            assert_eq!(connected.sync_status, SyncStatus::Ok);
        }
    });
    futures_of(stories).await;
}

/// The commit of more than one statement is where a full disk is noticed.
#[cfg(unix)]
#[tokio::test]
async fn after_a_full_disk_what_is_acknowledged_is_written() {
    if !database::is_file() {
        return;
    }
    let running = Running::start_with_little_room(1_600, &[]).await;
    let http = &running.http;
    let mint = async || {
        let request = http.post(format!("{}/v1/tokens", running.address));
        let request = request.basic_auth("demo", Some("demo-secret"));
        let state = "x".repeat(2_000);
        let answer = request.json(&json!({"user_id": "ann", "state": state}));
        answer.send().await.expect("an answer")
    };
    let session = async |token: &str| {
        let request = http.get(format!("{}/v1/session", running.address));
        let answer = request.bearer_auth(token).send().await;
        answer.expect("an answer").status()
    };
    let token = async |answer: Response| {
        let body: serde_json::Value = answer.json().await.expect("JSON");
        body["token"].as_str().expect("a token").to_owned()
    };
    let mut refused = 0;
    for _ in 0..2_000 {
        let answer = mint().await;
        match answer.status() {
            StatusCode::OK => assert_eq!(session(&token(answer).await).await, StatusCode::OK),
            status => {
                assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
                refused += 1;
            }
        }
        if refused == 5 {
            break;
        }
    }
    assert_eq!(refused, 5, "the disk is never full");

    // Somebody makes room.
    let file = SqliteConnectOptions::new().filename(running.directory.path("connect.db"));
    let mut other = SqliteConnection::connect_with(&file)
        .await
        .expect("the database");
    let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut other)
        .await;
    emptied.expect("the log is emptied");
    let ready = http.get(format!("{}/readyz", running.address));
    let ready = async || {
        ready
            .try_clone()
            .expect("a request")
            .send()
            .await
            .expect("an answer")
    };
    while ready().await.status() != StatusCode::OK {}
    for _ in 0..3 {
        let answer = mint().await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(session(&token(answer).await).await, StatusCode::OK);
    }
    other.close().await.expect("it is closed");
    running.stop().await;
}

async fn futures_of(stories: impl IntoIterator<Item = impl Future<Output = ()>>) {
    let mut all: Vec<_> = stories.into_iter().map(Box::pin).collect();
    std::future::poll_fn(|context| {
        all.retain_mut(|story| story.as_mut().poll(context).is_pending());
        match all.is_empty() {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
}
