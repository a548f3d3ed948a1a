//! Stories of syncs that go through an aggregator: several questions at once, calls that fail, what the server does by itself.

use crate::engine::sync::Syncs;
use crate::server::Server;
use crate::store::sql;
use crate::stub_server::{Place, User};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const QUESTIONS: [&str; 2] = ["First?", "Second?"];

fn world(login: Value, refresh: Value) -> Value {
    let bank = json!({"id": "bank", "name": "Bank"});
    json!({"banks": [bank], "login": login, "refresh": refresh})
}

struct Story {
    place: Place,
    server: Server,
    user: User,
}

impl Story {
    async fn of(world: &Value) -> Story {
        let place = Place::new();
        place.world("one", world);
        place.aggregators(&["one"], "");
        let server = place.start(false).await.expect("it starts");
        let user = User::of(&server).await;
        Story {
            place,
            server,
            user,
        }
    }

    async fn restart(self) -> Story {
        self.server.stop().await;
        let server = self.place.start(false).await.expect("it starts");
        let user = self.user.at(&server);
        Story {
            server,
            user,
            ..self
        }
    }

    fn syncs(&self) -> &Syncs {
        &self.server.app().syncs
    }

    async fn connect(&self) -> Value {
        let credentials = json!({"username": "ann", "password": "any"});
        let body = json!({"name": "Bank", "type": "bank", "credentials": credentials});
        let begun = self.user.send("POST", "/v1/institutions", &body).await;
        self.followed(begun).await
    }

    async fn answer(&self, id: &str, text: &str) -> Value {
        let path = format!("/v1/institutions/{id}");
        let body = json!({"security_answer": text});
        let told = self.user.send("PUT", &path, &body).await;
        self.followed(told).await
    }

    async fn followed(&self, mut told: Value) -> Value {
        while told["sync_status"] == "syncing" {
            let id = told["id"].as_str().expect("an id");
            let path = format!("/v1/institutions/{id}/poll?v={}", told["__v"]);
            let news = self.user.get(&path).await;
            if news.status() == 200 {
                told = news.json().await.expect("JSON");
            }
        }
        told
    }

    async fn read(&self, id: &str) -> Value {
        self.user.json(&format!("/v1/institutions/{id}")).await
    }
}

fn id(told: &Value) -> String {
    told["id"].as_str().expect("an id").to_owned()
}

fn in_minutes(minutes: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_mins(minutes)
}

#[tokio::test]
async fn several_questions_are_asked_one_after_the_other_and_answered_together() {
    let login = json!([{"asks": QUESTIONS}, {"working": "accounts"}, {"done": []}]);
    let story = Story::of(&world(login, json!([{"done": ["any"]}]))).await;
    let first = story.connect().await;
    assert_eq!(first["sync_error"]["name"], "SecurityQuestionError");
    assert_eq!(first["sync_error"]["message"], "First?");
    let second = story.answer(&id(&first), "one").await;
    assert_eq!(second["sync_error"]["message"], "Second?");
    assert!(second["__v"].as_u64() > first["__v"].as_u64());
    let connected = story.answer(&id(&first), "two").await;
    assert_eq!(connected["sync_status"], "ok", "{connected}");
    assert_eq!(connected["accounts"][0]["name"], "one and two");
    story.server.stop().await;
}

#[tokio::test]
async fn answers_that_a_restart_has_lost_are_asked_for_again() {
    let login = json!([{"asks": QUESTIONS}, {"done": []}]);
    let story = Story::of(&world(login, json!([{"done": ["any"]}]))).await;
    let first = story.connect().await;
    story.answer(&id(&first), "lost").await;
    let story = story.restart().await;
    // The second answer alone is no use: with the first question it begins again.
    let again = story.answer(&id(&first), "two").await;
    assert_eq!(again["sync_error"]["message"], "First?");
    let second = story.answer(&id(&first), "one").await;
    assert_eq!(second["sync_error"]["message"], "Second?");
    let connected = story.answer(&id(&first), "two").await;
    assert_eq!(connected["accounts"][0]["name"], "one and two");
    story.server.stop().await;
}

#[tokio::test]
async fn an_aggregator_that_cannot_be_reached_for_a_moment_is_asked_once_more() {
    let login = json!([{"working": "login"}, {"down": 3}, {"done": ["a"]}]);
    let story = Story::of(&world(login, json!([{"done": ["a"]}]))).await;
    let connected = story.connect().await;
    assert_eq!(connected["sync_status"], "ok", "{connected}");
    // Not for ever.
    let login = json!([{"working": "login"}, {"down": 99}]);
    story.place.world("one", &world(login, json!([])));
    let failed = story.connect().await;
    assert_eq!(failed["sync_error"]["name"], "InstitutionUnavailableError");
    // A login itself is sent once: nobody knows what has become of it. Six calls have failed so far.
    story.place.world(
        "one",
        &world(json!([{"down": 8}, {"done": ["a"]}]), json!([])),
    );
    let failed = story.connect().await;
    assert_eq!(failed["sync_error"]["name"], "InstitutionUnavailableError");
    story.server.stop().await;
}

#[tokio::test]
async fn a_sync_that_is_put_off_is_done_again_by_itself_also_after_a_restart() {
    let login = json!([{"working": "accounts"}, {"limited": null}]);
    let refresh = json!([{"limited": null}]);
    let story = Story::of(&world(login.clone(), refresh)).await;
    let put_off = story.connect().await;
    assert_eq!(put_off["sync_status"], "retry");
    let id = id(&put_off);
    // Not before its time.
    story.syncs().sweep(in_minutes(4)).await.expect("it works");
    assert_eq!(story.read(&id).await, put_off);
    story.syncs().sweep(in_minutes(6)).await.expect("it works");
    let again = story.followed(story.read(&id).await).await;
    assert_eq!(again["sync_status"], "retry");
    assert!(again["__v"].as_u64() > put_off["__v"].as_u64());
    // The next time after ten minutes.
    story.syncs().sweep(in_minutes(9)).await.expect("it works");
    assert_eq!(story.read(&id).await, again);
    let story = story.restart().await;
    story
        .place
        .world("one", &world(login, json!([{"done": ["a"]}])));
    story.syncs().sweep(in_minutes(11)).await.expect("it works");
    let connected = story.followed(story.read(&id).await).await;
    assert_eq!(connected["sync_status"], "ok");
    assert_eq!(connected["accounts"][0]["name"], "a");
    story.server.stop().await;
}

#[tokio::test]
async fn a_refused_new_login_leaves_a_connection_that_stands_as_it_was() {
    let good = json!([{"working": "accounts"}, {"done": ["a", "b"]}]);
    let story = Story::of(&world(good, json!([{"done": ["a", "b"]}]))).await;
    let connected = story.connect().await;
    let id = id(&connected);
    let refused = json!([{"working": "login"}, {"refused": null}]);
    story
        .place
        .world("one", &world(refused, json!([{"done": ["a", "b"]}])));
    let path = format!("/v1/institutions/{id}");
    let credentials = json!({"credentials": {"username": "ann", "password": "new"}});
    let told = story.user.send("PUT", &path, &credentials).await;
    let told = story.followed(told).await;
    assert_eq!(told["sync_error"]["name"], "LoginFailedError");
    assert_eq!(told["sync_error"]["provider_message"], "No.");
    let sync = json!({"interactive": true});
    let path = format!("{path}/sync");
    let again = story.user.send("POST", &path, &sync).await;
    let again = story.followed(again).await;
    assert_eq!(again["sync_status"], "ok", "{again}");
    assert_eq!(again["accounts"], connected["accounts"]);
    assert_eq!(again["login_id"], connected["login_id"]);
    story.server.stop().await;
}

#[tokio::test]
async fn what_was_deleted_is_ended_on_the_other_side_however_often_that_fails_at_first() {
    let good = json!([{"working": "accounts"}, {"done": ["a"]}]);
    let mut world = world(good, json!([]));
    world["forgets_badly"] = json!(2);
    let story = Story::of(&world).await;
    let id = id(&story.connect().await);
    let path = format!("/v1/institutions/{id}");
    story.user.send("DELETE", &path, &json!({})).await;
    let db = &story.server.app().db;
    let waiting = async || -> Option<i64> {
        let tries = sql::query_scalar("SELECT tries FROM forgotten").fetch_optional(db.reader());
        tries.await.expect("it works")
    };
    while waiting().await != Some(1) {}
    story
        .syncs()
        .end_elsewhere(in_minutes(2))
        .await
        .expect("it works");
    assert_eq!(waiting().await, Some(2));
    // A pause that is twice as long.
    story
        .syncs()
        .end_elsewhere(in_minutes(2))
        .await
        .expect("it works");
    assert_eq!(waiting().await, Some(2));
    story
        .syncs()
        .end_elsewhere(in_minutes(5))
        .await
        .expect("it works");
    assert_eq!(waiting().await, None);
    story.server.stop().await;
}

fn good() -> Value {
    world(
        json!([{"working": "accounts"}, {"done": ["a"]}]),
        json!([{"done": ["a"]}]),
    )
}

impl Story {
    /// Over two aggregators, which both reach the bank.
    async fn of_two() -> Story {
        let place = Place::new();
        place.world("one", &good());
        place.world("two", &good());
        place.aggregators(&["one", "two"], "");
        let server = place.start(false).await.expect("it starts");
        let user = User::of(&server).await;
        Story {
            place,
            server,
            user,
        }
    }

    async fn sync(&self, id: &str) -> Value {
        let path = format!("/v1/institutions/{id}/sync");
        let told = self.user.send("POST", &path, &json!({})).await;
        self.followed(told).await
    }

    async fn log_in(&self, id: &str) -> Value {
        let path = format!("/v1/institutions/{id}");
        let body = json!({"credentials": {"username": "ann", "password": "new"}});
        let told = self.user.send("PUT", &path, &body).await;
        self.followed(told).await
    }

    async fn number(&self, statement: &'static str) -> i64 {
        let db = &self.server.app().db;
        let number = sql::query_scalar(statement).fetch_one(db.reader()).await;
        number.expect("it works")
    }

    async fn write(&self, statement: &'static str) {
        let db = &self.server.app().db;
        let done = sql::query(statement).execute(db.writer()).await;
        done.expect("it is written");
    }
}

#[tokio::test]
async fn many_deletions_at_once_cost_each_one_try() {
    let mut world = good();
    world["forgets_badly"] = json!(1_000_000);
    let story = Story::of(&world).await;
    for _ in 0..10 {
        assert_eq!(story.connect().await["sync_status"], "ok");
    }
    let owner = crate::engine::sync::tests::owner();
    let db = &story.server.app().db;
    let erased = crate::store::users::erase(db, &owner, crate::store::events::By::Client).await;
    for id in erased.expect("it works").connections {
        story.syncs().forget(&id);
    }
    while story.number("SELECT min(tries) FROM forgotten").await < 1 {}
    // Whoever looks as well finds nothing to do.
    let now = Timestamp::now();
    story.syncs().end_elsewhere(now).await.expect("it works");
    assert_eq!(story.number("SELECT max(tries) FROM forgotten").await, 1);
    assert_eq!(story.number("SELECT count(*) FROM forgotten").await, 10);
    story.server.stop().await;
}

#[tokio::test]
async fn an_aggregator_that_is_out_of_the_file_for_a_while_is_waited_for() {
    let story = Story::of_two().await;
    let id = id(&story.connect().await);
    story.place.aggregators(&["two"], "");
    let story = story.restart().await;
    assert_eq!(story.sync(&id).await["sync_status"], "retry");
    story.place.aggregators(&["one", "two"], "");
    let story = story.restart().await;
    assert_eq!(story.sync(&id).await["sync_status"], "ok");
    let over_one = "SELECT count(*) FROM institutions WHERE aggregator = 'one'";
    assert_eq!(story.number(over_one).await, 1);
    story.server.stop().await;
}

#[tokio::test]
async fn a_new_login_over_another_aggregator_ends_the_one_before_once_it_has_come_about() {
    let story = Story::of_two().await;
    let id = id(&story.connect().await);
    story.place.aggregators(&["two"], "");
    let refused = json!([{"working": "login"}, {"refused": null}]);
    story
        .place
        .world("two", &world(refused, json!([{"done": ["a"]}])));
    let story = story.restart().await;
    assert_eq!(story.log_in(&id).await["sync_status"], "error");
    let over = |name| match name {
        "one" => "SELECT count(*) FROM institutions WHERE aggregator = 'one'",
        _ => "SELECT count(*) FROM institutions WHERE aggregator = 'two'",
    };
    assert_eq!(story.number(over("one")).await, 1);
    assert_eq!(story.number("SELECT count(*) FROM forgotten").await, 0);
    story.place.world("two", &good());
    assert_eq!(story.log_in(&id).await["sync_status"], "ok");
    assert_eq!(story.number(over("two")).await, 1);
    // It waits until the other one is in the file again.
    let waits = "SELECT count(*) FROM forgotten WHERE aggregator = 'one'";
    // The user hears of the new login first.
    while story.number(waits).await < 1 {}
    story.server.stop().await;
}

#[tokio::test]
async fn one_damaged_row_keeps_nobody_else_from_their_turn() {
    let story = Story::of(&good()).await;
    story.connect().await;
    let other = id(&story.connect().await);
    story
        .write("UPDATE institutions SET sync_status = 'retry', due_at = 1")
        .await;
    let db = &story.server.app().db;
    let damage = "UPDATE institutions SET held = x'00' WHERE id <> ?";
    let done = sql::query(damage).bind(&other).execute(db.writer()).await;
    done.expect("it is written");
    let before = story.read(&other).await;
    story.syncs().sweep(in_minutes(1)).await.expect("it works");
    let after = story.followed(story.read(&other).await).await;
    assert!(after["__v"].as_u64() > before["__v"].as_u64());
    story
        .write("UPDATE institutions SET sync_status = 'syncing', due_at = 1")
        .await;
    let story = story.restart().await;
    story.server.stop().await;
}

#[tokio::test]
async fn what_a_login_makes_that_was_deleted_meanwhile_is_ended() {
    let mut world = good();
    let place = Place::new();
    world["waits_for"] = json!(place.path("go"));
    world["forgets_badly"] = json!(1_000_000);
    place.world("one", &world);
    place.aggregators(&["one"], "");
    let server = place.start(false).await.expect("it starts");
    let user = User::of(&server).await;
    let story = Story {
        place,
        server,
        user,
    };
    let credentials = json!({"username": "ann", "password": "any"});
    let body = json!({"name": "Bank", "type": "bank", "credentials": credentials});
    let begun = story.user.send("POST", "/v1/institutions", &body).await;
    let path = format!("/v1/institutions/{}", id(&begun));
    story.user.send("DELETE", &path, &json!({})).await;
    story.place.write("go", "");
    let waits = "SELECT count(*) FROM forgotten WHERE held IS NOT NULL AND tries > 0";
    while story.number(waits).await < 1 {}
    story.server.stop().await;
}

#[tokio::test]
async fn wrong_answers_to_a_renewal_cost_the_connection_nothing() {
    let story = Story::of(&good()).await;
    let id = id(&story.connect().await);
    let asks: Vec<Value> = (0..50).map(|_| json!({"asks": ["Q"]})).collect();
    story
        .place
        .world("one", &world(json!(asks), json!([{"done": ["a"]}])));
    let mut told = story.log_in(&id).await;
    while told["sync_error"]["name"] == "SecurityQuestionError" {
        told = story.answer(&id, "wrong").await;
    }
    assert_eq!(told["sync_error"]["name"], "LoginFailedError");
    assert_eq!(story.sync(&id).await["sync_status"], "ok");
    story.server.stop().await;
}

#[tokio::test]
async fn a_bank_is_connected_once_whichever_way_leads_to_it() {
    let mut story = Story::of_two().await;
    let only = json!({"user_id": "ann", "duplicates": "reject"});
    story.user.token = story.user.mint(&only).await;
    for (kind, ends) in [("bank", "ok"), ("bank~two", ""), ("bank~one", "")] {
        let credentials = json!({"username": "ann", "password": "any"});
        let body = json!({"name": "Bank", "type": kind, "credentials": credentials});
        let told = story.user.send("POST", "/v1/institutions", &body).await;
        let told = story.followed(told).await;
        match ends {
            "" => assert_eq!(told["code"], "duplicate_connection", "{told}"),
            ends => assert_eq!(told["sync_status"], ends),
        }
    }
    story.server.stop().await;
}
