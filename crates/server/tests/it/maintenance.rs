//! The test bank "Maintenance Bank", and the other way to it.

use crate::support::{TestServer, bank_says, error_name};
use connect_core::api::SyncStatus;

#[tokio::test]
async fn a_bank_that_is_down_says_so_and_names_another_way() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let bank = user.get_json("/v1/providers/maintenance-bank").await;
    assert_eq!(bank["status"], "down");
    assert_eq!(bank["message"], "Maintenance until tomorrow morning.");
    assert_eq!(bank["alternatives"][0], "maintenance-bank-direct");
    let direct = user.get_json("/v1/providers/maintenance-bank-direct").await;
    assert_eq!(direct["status"], "ok");
    assert_eq!(direct["name"], "Maintenance Bank (direct)");
}

#[tokio::test]
async fn a_login_fails_at_the_bank_and_works_the_other_way() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let down = user.connect("maintenance-bank", "user_good", "any").await;
    assert_eq!(error_name(&down), "InstitutionUnavailableError");
    let said = bank_says(&down);
    assert_eq!(said, Some("Maintenance until tomorrow morning."));
    for (username, error) in [("user_good", "none"), ("anybody", "LoginFailedError")] {
        let direct = user
            .connect("maintenance-bank-direct", username, "any")
            .await;
        assert_eq!(error_name(&direct), error);
        assert_eq!(direct.sync_status == SyncStatus::Ok, error == "none");
    }
}
