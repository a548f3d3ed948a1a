//! The banks that it brings.

use super::*;
use crate::aggregators::{Bank, Banks, LoginStyle};
use connect_core::api::ProviderStatus;

async fn of(world: &World) -> Vec<Bank> {
    let Banks::Whole(banks) = world.banking.banks().await.unwrap();
    banks
}

#[tokio::test]
async fn banks_of_all_the_application_s_countries_are_there() {
    let world = World::new().await;
    let banks = of(&world).await;
    let named: Vec<&str> = banks
        .iter()
        .filter(|bank| bank.name == "Mock ASPSP")
        .map(|bank| bank.id.as_str())
        .collect();
    assert_eq!(named, ["FI|Mock ASPSP", "DE|Mock ASPSP", "SE|Mock ASPSP"]);
    assert!(banks.iter().all(|bank| bank.login == LoginStyle::Redirect));
    // The login of one needs no list any more.
    world.fake.take_requests();
    world.begin("FI|Mock ASPSP", None).await.unwrap();
    assert_eq!(world.fake.take_requests().len(), 1);
}

#[tokio::test]
async fn a_bank_has_its_country_its_bic_a_small_logo_and_what_the_sandbox_tells() {
    let banks = of(&World::new().await).await;
    let bank = banks
        .iter()
        .find(|bank| bank.id == "FI|Mock ASPSP")
        .unwrap();
    assert_eq!(bank.country.as_deref(), Some("FI"));
    assert_eq!(bank.bic.as_deref(), Some("MOCKFIHH"));
    let logo = "https://enablebanking.com/brands/FI/Mock%20ASPSP/-/resize/256x/";
    assert_eq!(bank.logo.as_deref(), Some(logo));
    let hint = "Made-up bank: user name customera, password 12345678, code 123456";
    assert_eq!(bank.hint.as_deref(), Some(hint));
    assert_eq!(bank.group.as_deref(), Some("Mock Group"));
    assert_eq!(bank.status, None);
}

#[tokio::test]
async fn a_bank_that_is_new_to_enable_banking_is_said_to_be() {
    let banks = of(&World::new().await).await;
    let beta = banks.iter().find(|bank| bank.name == "Mock Beta").unwrap();
    assert_eq!(beta.status, Some(ProviderStatus::Degraded));
    assert!(beta.message.is_some());
}

#[tokio::test]
async fn the_operator_chooses_countries_and_for_whom() {
    let world = World::with(|settings| settings.countries = vec!["SE".into()]).await;
    assert!(
        of(&world)
            .await
            .iter()
            .all(|bank| bank.country.as_deref() == Some("SE"))
    );
    let business = World::with(|settings| {
        settings.psu_type = super::super::PsuType::Business;
    });
    let business = of(&business.await).await;
    let names: Vec<&str> = business.iter().map(|bank| bank.name.as_str()).collect();
    assert_eq!(names, ["Mock Company", "Mock Choice"]);
}

#[tokio::test]
async fn one_odd_bank_does_not_take_the_others_away() {
    let world = World::with(|settings| settings.countries = vec!["FI".into()]).await;
    let list = r#"{"aspsps": [7, {"name": null}, {"name": "Good", "country": "FI", "logo": "javascript:alert(1)"}]}"#;
    world.fake.next(
        "GET /aspsps",
        connect_fakes::enable_banking::Answer::json(200, list),
    );
    let banks = of(&world).await;
    assert_eq!(banks.len(), 1);
    assert_eq!((banks[0].name.as_str(), &banks[0].logo), ("Good", &None));
}
