//! The adapter against the stand-in: every way it can end, what is found, what is kept, and what is never called.

use super::*;
use crate::aggregators::testing::{Table, outcome};
use crate::aggregators::{Psu, Stage};
use connect_core::Secret;
use connect_fakes::serving::Fake;
use connect_fakes::simplefin::{self as upstream, SCENARIOS};
use std::collections::BTreeMap;
use std::time::Duration;

mod faults;
mod finds;
mod live;
mod refuses;

/// What each of the stand-in's scenarios comes to: of its claim, or of its accounts once the claim has worked.
#[tokio::test]
async fn every_way_it_can_end_is_mapped() {
    let world = World::start().await;
    let mut table = Table::new("SimpleFIN → ours");
    for (scenario, _) in SCENARIOS {
        let result = world.connect(scenario).await;
        table.row(scenario, &outcome(&result), expected(scenario));
    }
    let used = upstream::token(&world.fake.origin(), "demo", Some("only-once"));
    drop(world.begin(&used, None).await);
    let again = world.begin(&used, None).await;
    table.row(
        "claimed again",
        &outcome(&again),
        Some("Failed(LoginRefused)"),
    );
    table.finish();
}

fn expected(scenario: &str) -> Option<&'static str> {
    let known = match scenario {
        "demo" | "v1" => "Done(accounts: 2, warnings: 0)",
        "three-banks" => "Done(accounts: 15, warnings: 0)",
        "message" | "both-lists" | "v1-attention" => "Done(accounts: 1, warnings: 1)",
        "connection-trouble" | "odd-texts" => "Done(accounts: 1, warnings: 1)",
        "one-bank-broken" | "account-failed" => "Done(accounts: 2, warnings: 1)",
        "unknown-code" => "Done(accounts: 1, warnings: 2)",
        "custom-currency" => "Done(accounts: 1, warnings: 0)",
        "all-banks-broken" | "v1-reauthenticate" | "payment" => {
            "Failed(ActionNeeded at http://127.0.0.1:"
        }
        "v1-fewer-requests" => "Failed(RateLimited { after: None })",
        "limited" => "RateLimited(Some(3600s))",
        "connection-down" => "Failed(BankDown)",
        "general" => "Failed(Unknown { code: \"gen.api\" })",
        "token-revoked" | "revoked" | "claim-unknown" => "Failed(LoginRefused)",
        "down" => "Down(",
        "empty" => "Failed(NoAccounts)",
        "redirect" | "claim-redirect" => "Protocol(\"it redirects (302)",
        "claim-broken" => "Failed(TryLater)",
        "claim-other-host" | "claim-nonsense" => "Failed(Unknown { code: \"access_url\" })",
        _ => return None,
    };
    Some(known)
}

/// The stand-in, and an adapter that may call it.
struct World {
    fake: Fake,
    adapter: SimpleFin,
}

impl World {
    async fn start() -> World {
        let fake = Fake::start(upstream::router()).await;
        let settings = Settings {
            private_servers: vec![fake.origin()],
            ..Settings::default()
        };
        let bounds = Bounds {
            total: Duration::from_millis(500),
            ..Bounds::default()
        };
        let adapter = SimpleFin::within(settings, bounds).unwrap();
        World { fake, adapter }
    }

    async fn begin(&self, token: &str, renews: Option<&Held>) -> Result<Progress, Upstream> {
        let credentials = credentials(token);
        let psu = Psu::default();
        let login = Login {
            user: "user",
            bank: login::BANK,
            way: Way::Credentials(&credentials),
            renews,
            psu: &psu,
        };
        self.adapter.begin(login).await
    }

    /// From a scenario's token to its accounts, as far as it gets.
    async fn connect(&self, scenario: &str) -> Result<Progress, Upstream> {
        let token = upstream::token(&self.fake.origin(), scenario, None);
        let progress = self.begin(&token, None).await?;
        match progress.stage {
            Stage::Working(_) => self.adapter.look(&progress.held).await,
            _ => Ok(progress),
        }
    }

    /// What is held after a scenario's token was claimed.
    async fn claimed(&self, scenario: &str) -> Held {
        let token = upstream::token(&self.fake.origin(), scenario, None);
        self.begin(&token, None).await.unwrap().held
    }
}

fn credentials(token: &str) -> BTreeMap<String, Secret> {
    BTreeMap::from([(login::TOKEN.to_owned(), Secret::new(token))])
}
