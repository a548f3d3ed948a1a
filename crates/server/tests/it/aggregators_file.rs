//! `aggregators.toml` as the server reads it when it starts.

use crate::support::{Directory, refused};

async fn check(text: &str, line: u32, said: &str) {
    let directory = Directory::new();
    let file = directory.write("aggregators.toml", text);
    let file = file.to_str().expect("a plain path");
    let words = refused(&directory, &["--sandbox", "--aggregators", file]).await;
    assert!(words.contains("aggregators.toml"), "{text}: {words}");
    assert!(words.contains(&format!("line {line}: ")), "{text}: {words}");
    assert!(words.contains(said), "{text}: {words}");
}

#[tokio::test]
async fn a_file_that_is_wrong_is_told_by_its_line_and_the_server_does_not_start() {
    check("[[aggregator]]\nkind =", 2, "").await;
    check(
        "[[aggregator]]\n\nkind = \"plaids\"",
        3,
        "there is no `plaids`",
    )
    .await;
    check("[[aggregator]]", 1, "no `kind`").await;
    check("kind = \"a\"", 1, "`kind` is not known").await;
    check(
        "[[aggregator]]\nkind = \"a\"\n[[aggregator]]\nkind = \"a\"",
        4,
        "two aggregators with the id `a`",
    )
    .await;
    check(
        "[[bank]]\nid = \"x\"\nprefer = [\"a\"]",
        3,
        "no aggregator `a`",
    )
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let directory = Directory::new();
    let more = ["--sandbox", "--aggregators", "/nowhere/aggregators.toml"];
    let words = refused(&directory, &more).await;
    assert!(
        words.contains("/nowhere/aggregators.toml cannot be read"),
        "{words}"
    );
}
