//! Stories of a server whose aggregators are stubs: what is offered, and what happens when they change or are gone.

use crate::store::providers::{self, Wanted};
use crate::stub_server::{Place, User};
use serde_json::{Value, json};

fn deutsche(id: &str, more: Value) -> Value {
    let mut bank = json!({"id": id, "name": "Deutsche Bank", "country": "DE"});
    let more = more.as_object().expect("an object").clone();
    bank.as_object_mut().expect("an object").extend(more);
    bank
}

#[tokio::test]
async fn outside_the_sandbox_banks_that_can_be_reached_are_offered_and_no_others() {
    let place = Place::new();
    let logo = "data:image/png;base64,iVBORw0KGgoAAAAAAAAA";
    let fields = json!({"fields": [{"name": "token", "label": "Token", "kind": "password", "required": true}]});
    place.world(
        "one",
        &json!({"banks": [
            deutsche("d1", json!({"login": "redirect", "logo": logo, "color": "#00ff00", "bic": "DEUTDEFF"})),
            {"id": "all", "name": "Every bank", "login": fields, "popular": true, "hint": "A token"},
        ]}),
    );
    place.world("two", &json!({"banks": [deutsche("d2", json!({}))]}));
    place.aggregators(&["one", "two"], "");
    let server = place.start(false).await.expect("it starts");
    let user = User::of(&server).await;
    assert_eq!(user.ids("").await, ["every-bank", "de-deutsche-bank"]);
    assert_eq!(
        user.ids("countries=DE").await,
        ["every-bank", "de-deutsche-bank"]
    );
    assert_eq!(user.ids("search=monzo").await, Vec::<String>::new());

    let bank = user.json("/v1/providers/de-deutsche-bank").await;
    assert_eq!(bank["alternatives"], json!(["de-deutsche-bank~two"]));
    assert_eq!(
        (&bank["aggregator"], &bank["oauth"], &bank["color"]),
        (&json!("one"), &json!(true), &json!("#00ff00"))
    );
    let picture = user.get(bank["logo"].as_str().expect("a logo")).await;
    let headers = picture.headers();
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["cache-control"], "public, max-age=604800");
    for path in ["/logos/two/0", "/logos/one/0", "/logos/nobody/0"] {
        assert_eq!(user.get(path).await.status(), 404, "{path}");
    }

    let other = user.json("/v1/providers/de-deutsche-bank~two").await;
    assert_eq!(other["alternatives"], json!(["de-deutsche-bank"]));
    assert_eq!(
        (&other["aggregator"], &other["oauth"]),
        (&json!("two"), &json!(false))
    );
    assert_eq!(other["fields"][0]["name"], "username");
    assert_eq!(
        user.get("/v1/providers/de-deutsche-bank~three")
            .await
            .status(),
        404
    );
    let pasted = user.json("/v1/providers/every-bank").await;
    assert_eq!(
        (&pasted["fields"][0]["name"], &pasted["hint"]),
        (&json!("token"), &json!("A token"))
    );
    server.stop().await;
}

#[tokio::test]
async fn in_the_sandbox_they_stand_among_the_test_banks() {
    let place = Place::new();
    place.world(
        "one",
        &json!({"banks": [deutsche("d1", json!({"popular": true}))]}),
    );
    place.aggregators(&["one"], "");
    let server = place.start(true).await.expect("it starts");
    let user = User::of(&server).await;
    assert_eq!(
        user.ids("limit=3").await,
        ["demo", "FlinksCapital", "de-deutsche-bank"]
    );
    assert!(
        user.ids("groups=test")
            .await
            .contains(&"de-deutsche-bank".to_owned())
    );
    assert_eq!(user.ids("search=monzo").await, ["gb-monzo"]);
    server.stop().await;
}

#[tokio::test]
async fn a_bank_in_capitals_is_called_as_people_know_it_and_found_by_both_names() {
    let place = Place::new();
    let bank = |id: &str, name: &str| json!({"id": id, "name": name, "country": "GB"});
    let banks = [
        bank("1", "ALFA BANK PLC"),
        bank("2", "NATIONAL WESTMINSTER BANK PUBLIC LIMITED COMPANY"),
        bank("3", "easyBank PLC"),
    ];
    place.world("one", &json!({"banks": banks}));
    place.aggregators(&["one"], "");
    let server = place.start(false).await.expect("it starts");
    let user = User::of(&server).await;
    for (search, name) in [
        ("alfa", "Alfa Bank"),
        ("alfa bank plc", "Alfa Bank"),
        ("natwest", "NatWest"),
        ("national westminster", "NatWest"),
        ("easybank", "easyBank PLC"),
    ] {
        let found = user
            .json(&format!(
                "/v1/providers?search={}",
                search.replace(' ', "+")
            ))
            .await;
        assert_eq!(found["items"][0]["name"], name, "{search}: {found}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_misconfigured_aggregator_stops_the_start_and_one_that_is_not_there_has_its_banks_of_before()
 {
    let place = Place::new();
    place.aggregators(&["one"], "");
    place.world(
        "one",
        &json!({"misconfigured": "the key is refused; make a new one"}),
    );
    let error = place.start(false).await.err().expect("it does not start");
    assert_eq!(
        error,
        "the aggregator `one` cannot be used: the key is refused; make a new one"
    );

    place.world("one", &json!({"banks": [deutsche("d1", json!({}))]}));
    place.start(false).await.expect("it starts").stop().await;
    place.gone("one");
    let server = place.start(false).await.expect("it starts all the same");
    assert_eq!(User::of(&server).await.ids("").await, ["de-deutsche-bank"]);
    server.stop().await;

    place.aggregators(&[], "");
    let server = place.start(false).await.expect("it starts without any");
    assert_eq!(User::of(&server).await.ids("").await, Vec::<String>::new());
    server.stop().await;
}

#[tokio::test]
async fn a_list_that_changes_replaces_the_one_before_and_a_failure_leaves_it() {
    let place = Place::new();
    place.aggregators(
        &["one", "two"],
        "[[bank]]\nid = \"de-deutsche-bank\"\nprefer = [\"two\"]\n",
    );
    place.world("one", &json!({"banks": [deutsche("d1", json!({}))]}));
    let (catalogue, db) = place.catalogue().await;
    catalogue.start(&db).await.expect("it is imported");
    let routes = async || {
        let found = providers::search(&db, &Wanted::default(), 0, 10);
        let routes = found
            .providers
            .into_iter()
            .flat_map(|offered| offered.routes);
        routes
            .map(|route| route.aggregator + " " + &route.bank.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(routes().await, ["one d1"]);
    place.world("two", &json!({"banks": [deutsche("d2", json!({}))]}));
    catalogue.refresh(&db).await;
    assert_eq!(routes().await, ["two d2", "one d1"]);
    place.gone("one");
    catalogue.refresh(&db).await;
    assert_eq!(routes().await, ["two d2", "one d1"]);
    place.world("two", &json!({"banks": "no list"}));
    place.world("one", &json!({"banks": []}));
    catalogue.refresh(&db).await;
    assert_eq!(routes().await, ["two d2"]);
    db.close().await;
}
