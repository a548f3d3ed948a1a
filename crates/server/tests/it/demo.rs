//! The test bank "Demo": each row of Wealthica's table.

use crate::support::{TestServer, error_name};
use connect_core::api::{ChallengeKind, SyncStatus, SyncStep};

#[tokio::test]
async fn the_right_password_connects_three_accounts() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let institution = user.connect("demo", "wealthica", "wealthica").await;
    assert_eq!(institution.sync_status, SyncStatus::Ok);
    assert_eq!(institution.authorized, Some(true));
    let accounts = institution.accounts.expect("accounts");
    let masks: Vec<&str> = accounts
        .iter()
        .filter_map(|account| account.mask.as_deref())
        .collect();
    assert_eq!(masks, ["1234", "5678", "9012"]);
}

#[tokio::test]
async fn any_other_password_asks_two_questions() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let asked = user.connect("demo", "wealthica", "something").await;
    assert_eq!(error_name(&asked), "SecurityQuestionError");
    let challenge = asked
        .sync_error
        .as_ref()
        .and_then(|error| error.challenge.as_ref());
    let challenge = challenge.expect("a challenge");
    assert_eq!(challenge.kind, ChallengeKind::Choice);
    let ids: Vec<&str> = challenge
        .choices
        .iter()
        .map(|choice| choice.id.as_str())
        .collect();
    assert_eq!(
        ids,
        ["javascript", "ruby", "php", "UserActionRequiredError"]
    );

    let again = user.answer(&asked, "javascript").await;
    let error = again.sync_error.as_ref().expect("a second question");
    assert_eq!(error.name, "SecurityQuestionError");
    assert!(error.challenge.is_none() && !error.message.is_empty());

    let connected = user.answer(&again, "Ruby ").await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn answers_lead_where_the_table_says() {
    for (answer, outcome) in [
        ("ruby", "none"),
        ("UserActionRequiredError", "UserActionRequiredError"),
        ("php", "LoginFailedError"),
        ("anything", "LoginFailedError"),
    ] {
        let server = TestServer::start().await;
        let user = server.user().await;
        let asked = user.connect("demo", "wealthica", "something").await;
        let institution = user.answer(&asked, answer).await;
        assert_eq!(error_name(&institution), outcome, "{answer}");
    }
}

#[tokio::test]
async fn logins_lead_where_the_table_says() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (username, password, status, error) in [
        ("wealthica", "error", SyncStatus::Error, "UnknownError"),
        ("wealthica", "crash", SyncStatus::Retry, "none"),
        (
            "UserActionRequiredError",
            "x",
            SyncStatus::Error,
            "UserActionRequiredError",
        ),
        (
            "TemporaryFailureError",
            "x",
            SyncStatus::Error,
            "TemporaryFailureError",
        ),
        ("somebody", "x", SyncStatus::Error, "LoginFailedError"),
        (
            "user_good",
            "error_NoAccountsError",
            SyncStatus::Error,
            "NoAccountsError",
        ),
    ] {
        let institution = user.connect("demo", username, password).await;
        assert_eq!(institution.sync_status, status, "{username}/{password}");
        assert_eq!(error_name(&institution), error, "{username}/{password}");
    }
}

#[tokio::test]
async fn a_wait_stays_in_its_step_and_then_goes_on() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (word, step) in [
        ("login", SyncStep::Login),
        ("2fa", SyncStep::TwoFactor),
        ("investments", SyncStep::Investments),
        ("positions", SyncStep::Positions),
        ("transactions", SyncStep::Transactions),
        ("documents", SyncStep::Documents),
    ] {
        let created = user
            .create("demo", "wealthica", &format!("wait-{word}-150"))
            .await;
        let mut institution: connect_core::api::Institution =
            created.json().await.expect("an institution");
        let mut seen = Vec::new();
        while institution.sync_status == SyncStatus::Syncing {
            seen.extend(
                institution
                    .sync_status_details
                    .as_ref()
                    .and_then(|details| details.step),
            );
            institution = user
                .poll(&institution)
                .await
                .json()
                .await
                .expect("an institution");
        }
        assert!(seen.contains(&step), "{word}: {seen:?}");
        assert_eq!(institution.sync_status, SyncStatus::Ok, "{word}");
    }
}

#[tokio::test]
async fn a_bank_of_the_catalogue_behaves_as_demo_does() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let institution = user
        .connect("de-deutsche-bank", "wealthica", "wealthica")
        .await;
    assert_eq!(institution.sync_status, SyncStatus::Ok);
}
