//! The test bank "Locked Bank".

use crate::support::{TestServer, error_name};

#[tokio::test]
async fn any_login_finds_the_account_locked() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (username, password, error) in [
        ("user_good", "any", "AccountLockedError"),
        ("anybody", "any", "AccountLockedError"),
        ("user_good", "error_AnyError", "AnyError"),
    ] {
        let institution = user.connect("locked-bank", username, password).await;
        assert_eq!(error_name(&institution), error);
        assert_eq!(error_name(&user.sync(&institution).await), error);
    }
}
