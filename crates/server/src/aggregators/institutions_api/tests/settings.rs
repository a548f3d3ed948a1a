//! Settings that cannot be used are told by the key that is wrong, without what is secret in them.

use super::super::InstitutionsApi;
use super::super::Settings;
use super::{Directory, settings};

fn refused(text: &str) -> String {
    match InstitutionsApi::new(settings(text)) {
        Ok(_) => panic!("it is taken: {text}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_address_is_https_or_in_the_operator_s_own_network() {
    let directory = Directory::new();
    let token = directory.write("token", "t");
    let with = |url: &str, private: bool| {
        format!("base_url = {url:?}\nprivate = {private}\ntoken_file = {token:?}\n")
    };
    for url in [
        "http://localhost:1/v1",
        "http://10.0.0.7/",
        "http://[::1]/v1",
        "http://bank-service:8080",
        "http://bank.internal",
    ] {
        assert!(
            InstitutionsApi::new(settings(&with(url, true))).is_ok(),
            "{url}"
        );
        assert!(
            refused(&with(url, false)).contains("private = true"),
            "{url}"
        );
    }
    assert!(InstitutionsApi::new(settings(&with("https://api.wealthica.com/v1", false))).is_ok());
    for url in [
        "http://bank.example/v1",
        "http://8.8.8.8/",
        "ftp://localhost/",
    ] {
        assert!(refused(&with(url, true)).contains("must be https"), "{url}");
    }
    for url in [
        "",
        "bank",
        "https://ann:pass-word@bank.example/",
        "https://bank.example/?key=pass-word",
    ] {
        let told = refused(&with(url, true));
        assert!(told.starts_with("base_url must be"), "{told}");
        assert!(!told.contains("pass-word"), "{told}");
    }
}

#[test]
fn one_way_to_prove_oneself_is_named() {
    let directory = Directory::new();
    let file = directory.write("secret", "s");
    let empty = directory.write("empty", " \n");
    let base = "base_url = \"https://bank.example\"\n";
    assert!(refused(base).starts_with("token_file or [aggregator.token]"));
    let token = format!("[token]\nclient_id = \"c\"\nsecret_file = {file:?}\n");
    let both = format!("{base}token_file = {file:?}\n{token}");
    assert!(refused(&both).starts_with("token_file or [aggregator.token]"));
    assert!(refused(&format!("{base}token_file = {empty:?}\n")).contains("is empty"));
    assert!(
        refused(&format!("{base}token_file = \"/nowhere/at/all\"\n"))
            .contains("/nowhere/at/all cannot be read")
    );
    assert!(refused(&format!("{base}user_header = \"x\"\n{token}")).starts_with("user_header"));
    assert!(InstitutionsApi::new(settings(&format!("{base}{token}"))).is_ok());
    let elsewhere = format!("{base}{token}url = \"http://bank.example/token\"\n");
    assert!(refused(&elsewhere).starts_with("token.url must be https"));
}

#[test]
fn headers_and_certificates_are_looked_at_when_it_starts() {
    let directory = Directory::new();
    let file = directory.write("secret", "s");
    let base = format!("base_url = \"https://bank.example\"\ntoken_file = {file:?}\n");
    for name in ["authorization", "Host", "two words"] {
        let told = refused(&format!("{base}[headers]\n{name:?} = {file:?}\n"));
        assert!(told.starts_with("headers"), "{told}");
    }
    assert!(refused(&format!("{base}ca_file = {file:?}\n")).contains("ca_file"));
    assert!(refused(&format!("{base}identity_file = {file:?}\n")).contains("identity_file"));
}

#[test]
fn an_unknown_key_is_named() {
    let wrong = toml::from_str::<Settings>("base_url = \"https://a.example\"\nbase = 1\n");
    let told = wrong.expect_err("it is unknown").to_string();
    assert!(told.contains("`base`"), "{told}");
}

const DOCUMENT: &str = include_str!("../../../../../../docs/aggregators/institutions-api.md");

#[test]
fn the_files_of_the_document_are_settings() {
    let blocks = DOCUMENT.split("```toml\n").skip(1);
    let blocks: Vec<&str> = blocks.filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        let file: toml::Table = toml::from_str(block).expect("TOML");
        let mut table = file["aggregator"][0].as_table().cloned().expect("a table");
        assert_eq!(table["kind"].as_str(), Some("institutions-api"));
        for common in ["kind", "id"] {
            table.remove(common);
        }
        let read = table.try_into::<Settings>();
        assert!(read.is_ok(), "{block}: {read:?}");
    }
}

#[test]
fn the_document_names_each_error_and_each_key() {
    let names = super::words::NAMES.iter().map(|row| row.0);
    let ours = names.filter(|name| name.ends_with("Error") && !name.starts_with("BrandNew"));
    let unknown = toml::from_str::<Settings>("base_url = \"\"\nunknown = 1\n");
    let told = unknown.expect_err("it is unknown").to_string();
    let (_, keys) = told.split_once("expected one of").expect("the keys");
    let keys = keys.split('`').skip(1).step_by(2);
    let words: Vec<&str> = ours.chain(keys).collect();
    assert!(words.len() > 18, "{words:?}");
    for word in words {
        let key = format!("`{word}`");
        let table = format!("`[aggregator.{word}]`");
        assert!(
            DOCUMENT.contains(&key) || DOCUMENT.contains(&table),
            "{word}"
        );
    }
}
