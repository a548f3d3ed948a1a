//! What is refused before anybody is called: tokens that are none, servers that are not listed, settings that
//! cannot be right.

use super::*;
use crate::aggregators::Cause;
use crate::aggregators::simplefin::token::Token;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};

#[tokio::test]
async fn a_token_that_cannot_be_tried_is_refused_and_nobody_is_called() {
    let world = World::start().await;
    let of = |address: &str| STANDARD.encode(address);
    let table = [
        (String::new(), "A token is needed."),
        ("   ".into(), "A token is needed."),
        ("this is no Base64!".into(), "not a SimpleFIN token"),
        (of("no address"), "not a SimpleFIN token"),
        (of("data:text/plain,hello"), "not a SimpleFIN token"),
        (STANDARD.encode([0xff, 0xfe]), "not a SimpleFIN token"),
        (of(&"x".repeat(9000)), "not a SimpleFIN token"),
        (
            of("https://me:word@bridge.simplefin.org/claim/x"),
            "not a SimpleFIN token",
        ),
        (
            of("http://bridge.simplefin.org/claim/x"),
            "http://bridge.simplefin.org",
        ),
        (of("https://evil.example/claim/x"), "https://evil.example"),
        (
            of("https://bridge.simplefin.org.evil.example/x"),
            "evil.example, whose",
        ),
        (
            of("https://169.254.169.254/latest"),
            "https://169.254.169.254",
        ),
        (of("http://localhost:80/"), "http://localhost, whose"),
        (of("https://[::1]/"), "https://[::1]"),
        (of("file://localhost/etc/passwd"), "not a SimpleFIN token"),
    ];
    for (token, words) in table {
        let begun = world.begin(&token, None).await.unwrap();
        let Stage::Failed(failed) = begun.stage else {
            panic!("{token} was tried");
        };
        assert_eq!(failed.cause, Cause::LoginRefused);
        let why = failed.words.expect("the user is told why");
        assert!(why.contains(words), "{why}");
    }
    assert!(world.fake.requests().is_empty());
}

#[tokio::test]
async fn a_token_is_taken_however_it_was_copied() {
    let world = World::start().await;
    let address = format!("{}/simplefin/claim/demo?~~~", world.fake.origin());
    let token = STANDARD.encode(&address);
    let (first, second) = token.split_at(20);
    let copies = [
        token.clone(),
        format!("  {token}\n"),
        format!("{first}\r\n {second}"),
        STANDARD_NO_PAD.encode(&address),
        URL_SAFE.encode(&address),
        STANDARD.encode(format!("{address}\n")),
    ];
    for copy in copies {
        let parsed = Token::among(&credentials(&copy), &world.adapter.http);
        assert_eq!(parsed.err().map(|why| why.to_string()), None, "{copy}");
    }
}

#[tokio::test]
async fn the_public_demo_token_may_be_tried() {
    let adapter = SimpleFin::new(Settings::default()).unwrap();
    let parsed = Token::among(&credentials(live::DEMO_TOKEN), &adapter.http);
    assert!(parsed.is_ok());
}

#[tokio::test]
async fn an_address_that_is_held_is_looked_at_anew_before_each_use() {
    let world = World::start().await;
    let held = world.claimed("demo").await;
    world.fake.take_requests();
    // The operator has taken the server from the list since.
    let adapter = SimpleFin::new(Settings::default()).unwrap();
    let Err(Upstream::Misconfigured(words)) = adapter.look(&held).await else {
        panic!("it was called");
    };
    assert!(!words.contains("sesame"), "{words}");
    assert!(world.fake.requests().is_empty());
}

#[tokio::test]
async fn where_no_token_was_claimed_the_user_is_asked_for_one_again() {
    let world = World::start().await;
    let nothing = world.adapter.look(&access::nothing()).await;
    assert_eq!(outcome(&nothing), "Failed(LoginRefused)");
    assert!(world.fake.requests().is_empty());
}

#[tokio::test]
async fn an_operator_hears_what_is_wrong_with_the_settings() {
    let table = [
        ("servers = ['bridge.simplefin.org']", "bridge.simplefin.org"),
        ("servers = ['http://bridge.simplefin.org']", "https://"),
        ("private_servers = ['http://bank.lan']", "on this machine"),
        ("servers = []", "both empty"),
        ("token_page = 'javascript:alert(1)'", "token_page"),
    ];
    for (text, words) in table {
        let settings: Settings = toml::from_str(text).unwrap();
        let error = SimpleFin::new(settings).map(drop).unwrap_err();
        assert!(error.to_string().contains(words), "{text}: {error}");
    }
    let unknown = toml::from_str::<Settings>("server = 'x'").unwrap_err();
    assert!(unknown.to_string().contains("unknown field `server`"));
}

#[tokio::test]
async fn users_are_sent_to_the_server_that_the_operator_names() {
    let page = |text: &str| {
        let settings: Settings = toml::from_str(text).unwrap();
        login::setup(&settings).url
    };
    assert_eq!(page(""), "https://bridge.simplefin.org/simplefin/create");
    let own = "private_servers = ['http://127.0.0.1:9999']";
    assert_eq!(page(own), "http://127.0.0.1:9999/simplefin/create");
    let other = "token_page = 'https://bank.example/tokens'";
    assert_eq!(page(other), "https://bank.example/tokens");
    let adapter = SimpleFin::new(toml::from_str(own).unwrap()).unwrap();
    let says = adapter.check().await.unwrap().says;
    assert!(says[0].contains("http://127.0.0.1:9999"), "{says:?}");
    let Banks::Whole(banks) = adapter.banks().await.unwrap();
    assert_eq!(banks[0].id, "simplefin");
    assert_eq!(banks[0].setup.as_ref().unwrap().steps.len(), 3);
}
