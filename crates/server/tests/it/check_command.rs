//! `connect-server check`, as an operator types it.

use crate::support::Directory;
use tokio::process::Command;

async fn check(more: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connect-server"));
    let ended = command
        .arg("check")
        .args(more)
        .output()
        .await
        .expect("it ends");
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status.code(), String::from_utf8(said).expect("text"))
}

#[tokio::test]
async fn what_is_wrong_with_the_file_is_said_and_ends_with_2() {
    let directory = Directory::new();
    let file = directory.write("aggregators.toml", "[[aggregator]]\nkind = \"plaids\"\n");
    let file = file.to_str().expect("a plain path");
    let (code, said) = check(&["--aggregators", file]).await;
    assert_eq!(code, Some(2));
    assert!(
        said.contains("line 2: `kind`: there is no `plaids`"),
        "{said}"
    );

    directory.write("aggregators.toml", "");
    let (code, said) = check(&["--aggregators", file]).await;
    assert_eq!(code, Some(2));
    assert!(said.contains("there is no aggregator"), "{said}");

    let (code, said) = check(&["--aggregators", file, "--public-url", "connect.example"]).await;
    assert_eq!(code, Some(2));
    assert!(said.contains("must be an origin"), "{said}");
}
