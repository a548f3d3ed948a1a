//! The one test that leaves this machine, for who asks for it: SimpleFIN's public demo token, at the real server.

use super::*;
use crate::aggregators::Stage;

/// From the protocol's own page. It can be claimed again and again.
pub const DEMO_TOKEN: &str = "aHR0cHM6Ly9icmlkZ2Uuc2ltcGxlZmluLm9yZy9zaW1wbGVmaW4vY2xhaW0vZGVtbw==";

const VARIABLE: &str = "CONNECT_LIVE_SIMPLEFIN";

#[tokio::test]
async fn the_public_demo_token_brings_accounts_from_the_real_server() {
    if std::env::var_os(VARIABLE).is_none() {
        println!("not asked: this needs the internet. {VARIABLE}=1 asks bridge.simplefin.org");
        return;
    }
    let adapter = SimpleFin::new(Settings::default()).unwrap();
    let credentials = credentials(DEMO_TOKEN);
    let psu = Psu::default();
    let login = Login {
        user: "user",
        bank: login::BANK,
        way: Way::Credentials(&credentials),
        renews: None,
        psu: &psu,
    };
    let claimed = adapter.begin(login).await.expect("the claim is answered");
    assert!(matches!(claimed.stage, Stage::Working(_)), "{claimed:?}");
    let looked = adapter
        .look(&claimed.held)
        .await
        .expect("the accounts are answered");
    let Stage::Done(found) = looked.stage else {
        panic!("{looked:?}");
    };
    for account in &found.accounts {
        println!(
            "{} ({}) {:?} {:?}",
            account.name, account.kind, account.balance, account.currency
        );
    }
    assert!(!found.accounts.is_empty());
}
