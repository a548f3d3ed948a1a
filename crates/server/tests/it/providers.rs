//! The catalogue and its search.

use crate::support::{Directory, TestServer, User, check_problem};
use connect_core::api::{Provider, ProviderPage};
use connect_core::search::Query;
use reqwest::StatusCode;
use serde_json::json;

async fn page(user: &User<'_>, query: &str) -> ProviderPage {
    let answer = user.get(&format!("/v1/providers?{query}")).await;
    assert_eq!(answer.status(), StatusCode::OK, "{query}");
    answer.json().await.expect("a page")
}

async fn all(user: &User<'_>, query: &str) -> Vec<Provider> {
    let mut found = page(user, &format!("{query}&limit=100")).await;
    let mut providers = std::mem::take(&mut found.items);
    while let Some(next) = &found.next {
        found = page(user, &format!("{query}&limit=100&cursor={next}")).await;
        providers.append(&mut found.items);
    }
    assert_eq!(found.total as usize, providers.len());
    providers
}

#[tokio::test]
async fn the_index_finds_the_rows_of_the_shared_search_in_its_order() {
    let server = TestServer::in_directory(Directory::new(), &["--sandbox"]).await;
    let user = server.user().await;
    let catalogue = all(&user, "").await;
    assert!(catalogue.len() > 14_000);
    assert_eq!(catalogue[0].id, "demo");
    assert_eq!(catalogue[1].id, "FlinksCapital");
    for typed in [
        "demo",
        "caisse depargne",
        "caisse d'épargne",
        "deutsche b",
        "muench",
        "münchener",
        "j.p. morgan",
        "jpmorgan",
        "banco santander",
        "сбер",
        "ощад",
        "ubs ag aarau",
        "bnp",
        "s.a.",
        "ß",
        "a b c",
        "no such bank at all",
        "\"quoted\" OR *",
    ] {
        let query = Query::new(typed);
        let mut expected: Vec<&Provider> = catalogue
            .iter()
            .filter(|row| query.matches(&row.name))
            .collect();
        expected.sort_by_cached_key(|row| (query.rank(&row.name, row.popular), row.id.clone()));
        let expected: Vec<&str> = expected.into_iter().map(|row| row.id.as_str()).collect();
        let encoded: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let found = all(&user, &format!("search={encoded}")).await;
        let mut found: Vec<&str> = found.iter().map(|row| row.id.as_str()).collect();
        if ["s.a.", "a b c"].contains(&typed) {
            // By their register's name, with `S.A.` at its end, more are found than by the name that is shown.
            assert!(typed != "s.a." || found.contains(&"es-caixabank-sa"));
            found.retain(|id| expected.contains(id));
        }
        assert_eq!(found, expected, "{typed}");
    }
    assert_eq!(page(&user, "search=demo").await.items[0].id, "demo");
    let caisse = page(&user, "search=caisse+depargne").await;
    assert!(
        caisse.total >= 20
            && caisse
                .items
                .iter()
                .all(|row| row.name.to_lowercase().contains("caisse d"))
    );
}

#[tokio::test]
async fn pages_follow_one_another() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let countries = "countries=DE,FR,GB&limit=3";
    let first = page(&user, countries).await;
    assert_eq!((first.items.len(), first.total), (3, 4));
    let second = page(
        &user,
        &format!("{countries}&cursor={}", first.next.expect("more")),
    )
    .await;
    assert_eq!((second.items.len(), second.next), (1, None));
    for query in ["limit=101", "limit=99999999999999999999999"] {
        assert!(page(&user, query).await.items.len() <= 100, "{query}");
    }
    for query in [
        "cursor=nonsense",
        "cursor=",
        "limit=0",
        "limit=many",
        "limit=-1",
    ] {
        check_problem(
            user.get(&format!("/v1/providers?{query}")).await,
            400,
            "invalid_request",
        )
        .await;
    }
}

#[tokio::test]
async fn the_page_and_the_token_limit_what_is_on_offer() {
    let server = TestServer::start().await;
    let user = server.user().await;
    assert_eq!(page(&user, "countries=fr").await.total, 2);
    let core = all(&user, "groups=core,thirdparty").await;
    assert!(!core.is_empty() && core.iter().all(|bank| bank.group.is_none()));
    let banks = all(&user, "groups=test").await;
    let of_tests = |bank: &Provider| bank.group.as_deref() == Some("test");
    assert!(banks.len() > 2 && banks.iter().all(of_tests));
    assert_eq!(page(&user, "providers=demo,gb-monzo").await.total, 2);
    let limited = server
        .user_with(json!({"user_id": "ann", "providers": ["demo"]}))
        .await;
    assert_eq!(page(&limited, "").await.total, 1);
    assert_eq!(page(&limited, "providers=gb-monzo").await.total, 0);
    check_problem(
        limited.get("/v1/providers/gb-monzo").await,
        404,
        "unknown_provider",
    )
    .await;
    check_problem(
        limited.create("gb-monzo", "a", "b").await,
        422,
        "unknown_provider",
    )
    .await;
}

#[tokio::test]
async fn a_provider_tells_its_login_form_and_a_test_bank_its_credentials() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (id, hint) in [
        ("demo", "wealthica / wealthica"),
        ("FlinksCapital", "Username: Greatday. Password: Everyday"),
    ] {
        let provider: Provider = user
            .get(&format!("/v1/providers/{id}"))
            .await
            .json()
            .await
            .expect("a provider");
        assert!(provider.hint.is_some_and(|text| text.contains(hint)));
        let names: Vec<&str> = provider
            .fields
            .iter()
            .map(|field| field.name.as_str())
            .collect();
        assert_eq!(names, ["username", "password"]);
        let logo = server.get(&provider.logo.expect("a logo")).await;
        assert_eq!(logo.headers()["content-type"], "image/svg+xml");
        assert_eq!(
            logo.headers()["content-security-policy"],
            "default-src 'none'"
        );
    }
    let plain: Provider = user
        .get("/v1/providers/fr-caisse-depargne")
        .await
        .json()
        .await
        .expect("a provider");
    assert_eq!(
        (plain.name.as_str(), plain.hint),
        ("Caisse d'Épargne", None)
    );
    check_problem(
        user.get("/v1/providers/nowhere").await,
        404,
        "unknown_provider",
    )
    .await;
}

#[tokio::test]
async fn only_two_test_banks_are_tiles_and_all_have_a_picture_and_tell_their_credentials() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let banks = all(&user, "groups=test").await;
    let popular: Vec<&str> = banks
        .iter()
        .filter(|bank| bank.popular)
        .map(|bank| bank.id.as_str())
        .collect();
    assert_eq!(popular, ["demo", "FlinksCapital"]);
    for bank in &banks {
        assert!(bank.hint.is_some() && bank.color.is_some(), "{}", bank.id);
        let address = bank.logo.as_ref().expect("a logo");
        let logo = server.get(address).await;
        assert_eq!(logo.headers()["content-type"], "image/svg+xml");
        let words = bank.name.replace(' ', "+").to_lowercase();
        let found = page(&user, &format!("search={words}")).await;
        assert_eq!(found.items[0].id, bank.id);
    }
}

#[tokio::test]
async fn whatever_is_typed_is_searched_for_and_never_fails() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let long = "x".repeat(300);
    for typed in [
        "\"",
        "'",
        "a\"b",
        "-",
        "*",
        "AND",
        "NEAR(",
        "%",
        "_",
        "\\",
        "TD",
        "N26",
        "cre\u{301}dit",
        "işbank",
        "ß",
        "\u{1f3e6}",
        "\u{200b}",
        &long,
        "https://www.tangerine.ca/en/login",
        "בנק",
        "\u{ff34}\u{ff24}",
    ] {
        let encoded: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let answer = user.get(&format!("/v1/providers?search={encoded}")).await;
        assert_eq!(answer.status(), 200, "{typed:?}");
    }
}
