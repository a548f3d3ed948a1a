//! The test bank "Retry Bank".

use crate::support::TestServer;
use connect_core::api::SyncStatus;

#[tokio::test]
async fn any_login_is_put_off_and_the_next_sync_goes_well() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let institution = user.connect("retry-bank", "user_good", "any").await;
    assert_eq!(institution.sync_status, SyncStatus::Retry);
    assert_eq!(institution.authorized, Some(true));
    assert_eq!(institution.sync_error, None);
    assert_eq!(user.sync(&institution).await.sync_status, SyncStatus::Ok);
}
