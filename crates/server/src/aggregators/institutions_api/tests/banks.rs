//! A service's providers, however it lists them.

use super::fake::Fake;
use super::upstream::Service;
use crate::aggregators::{Aggregator, Bank, Banks, LoginStyle, Upstream};

async fn all(fake: &Fake) -> Vec<Bank> {
    let Banks::Whole(banks) = fake.api().banks().await.expect("banks");
    banks
}

#[tokio::test]
async fn our_own_server_lists_all_banks_but_those_with_pages() {
    let service = Service::start().await;
    let Banks::Whole(banks) = service.api.banks().await.expect("banks");
    let ids: Vec<&str> = banks.iter().map(|bank| bank.id.as_str()).collect();
    assert!(
        ids.contains(&"demo") && ids.contains(&"mfa-bank"),
        "{ids:?}"
    );
    assert!(
        !ids.iter().any(|id| id.starts_with("oauth-bank")),
        "{ids:?}"
    );
    let demo = banks.iter().find(|bank| bank.id == "demo").expect("demo");
    let logo = demo.logo.as_deref().expect("a logo");
    assert_eq!(
        logo,
        format!("http://{}/logos/demo.svg", service.server.address())
    );
    let opened = service.api.bank("fields-bank").await.expect("an answer");
    let LoginStyle::Fields(fields) = opened.expect("a bank").login else {
        panic!("it has fields");
    };
    assert!(
        fields.iter().any(|field| field.name == "card_number"),
        "{fields:?}"
    );
    assert_eq!(service.api.bank("nowhere").await, Ok(None));
    assert_eq!(service.api.bank("oauth-bank").await, Ok(None));
    let health = service.api.check().await.expect("it can be used");
    assert!(
        health.says[0].contains("a token for each user"),
        "{health:?}"
    );
    service.server.stop().await;
}

#[tokio::test]
async fn pages_are_read_to_their_end() {
    let fake = Fake::start().await;
    fake.says(
        200,
        r#"{"items":[{"id":"a","name":"A"}],"next":"c 1","total":2}"#,
    );
    fake.says(
        200,
        r#"{"items":[{"id":"b","name":"B","country":"ca"},{"id":"a","name":"A"}],"next":null}"#,
    );
    let banks = all(&fake).await;
    assert_eq!(banks.len(), 2);
    assert_eq!(banks[1].country.as_deref(), Some("CA"));
    let asked = fake.asked();
    assert!(
        asked[0].starts_with("GET /api/providers?limit=100&format=array "),
        "{}",
        asked[0]
    );
    assert!(
        asked[1].starts_with("GET /api/providers?limit=100&format=array&cursor=c+1 "),
        "{}",
        asked[1]
    );
}

#[tokio::test]
async fn a_plain_list_is_taken_and_what_cannot_be_read_takes_no_other_with_it() {
    let fake = Fake::start().await;
    fake.says(
        200,
        r#"[{"id":"a","name":"A","fields":null,"logo":"data:image/png;base64,AA","status":"brand-new"},{"id":"b","name":"B","logo":"/b.png","logo_dark":"https://pictures.example/b-dark.png"},{"id":"q","name":"Q","oauth":true,"client_id":"c"},{"id":7},null,{"name":"no id"}]"#,
    );
    let banks = all(&fake).await;
    assert_eq!(banks.len(), 2);
    assert_eq!(banks[0].login, LoginStyle::default());
    assert_eq!(banks[0].logo, None);
    let logo = banks[1].logo.as_deref().expect("a logo");
    assert!(
        logo.starts_with("http://") && logo.ends_with("/b.png"),
        "{logo}"
    );
    let dark = Some("https://pictures.example/b-dark.png");
    assert_eq!(banks[1].logo_dark.as_deref(), dark);
}

#[tokio::test]
async fn a_list_without_an_end_is_not_read_on() {
    let fake = Fake::start().await;
    fake.says(200, r#"{"items":[],"next":"same"}"#);
    fake.says(200, r#"{"items":[],"next":"same"}"#);
    let end = fake.api().banks().await;
    assert!(matches!(end, Err(Upstream::Protocol(_))), "{end:?}");
    assert_eq!(fake.asked().len(), 2);
}
