//! The test bank "Slow Bank".

use crate::support::{TestServer, error_name};
use connect_core::api::{SyncStatus, SyncStep};
use std::time::{Duration, Instant};

const BANK: &str = "slow-bank";

#[tokio::test]
async fn it_says_that_it_is_slow_takes_ten_times_as_long_and_connects() {
    let server = TestServer::with(&["--sandbox-step-ms", "10"]).await;
    let user = server.user().await;
    let bank = user.get_json("/v1/providers/slow-bank").await;
    assert_eq!(bank["status"], "degraded");
    assert_eq!(bank["message"], "Answers may take a minute.");
    let started = Instant::now();
    let institution = user.connect(BANK, "user_good", "any").await;
    assert_eq!(institution.sync_status, SyncStatus::Ok);
    assert!(started.elapsed() >= Duration::from_millis(6 * 100));
    let refused = user.connect(BANK, "anybody", "any").await;
    assert_eq!(error_name(&refused), "LoginFailedError");
}

#[tokio::test]
async fn a_wait_stays_in_its_step() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let created = user.create(BANK, "user_good", "wait-positions-150").await;
    let mut institution: connect_core::api::Institution =
        created.json().await.expect("an institution");
    let mut steps = Vec::new();
    while institution.sync_status == SyncStatus::Syncing {
        let details = institution.sync_status_details.as_ref();
        steps.extend(details.and_then(|details| details.step));
        institution = user.news(&institution).await;
    }
    assert!(steps.contains(&SyncStep::Positions), "{steps:?}");
    assert_eq!(institution.sync_status, SyncStatus::Ok);
}
