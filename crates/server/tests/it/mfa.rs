//! The test bank "MFA Bank": each kind of question, answered rightly, wrongly and late.

use crate::support::{TestServer, User, bank_says, challenge, check_problem, error_name};
use connect_core::api::{ChallengeKind, Institution, SyncStatus};
use jiff::Timestamp;
use reqwest::Method;
use reqwest::StatusCode;
use serde_json::json;

const BANK: &str = "mfa-bank";

async fn asked(user: &User<'_>, password: &str) -> Institution {
    let institution = user.connect(BANK, "user_good", password).await;
    assert_eq!(
        error_name(&institution),
        "SecurityQuestionError",
        "{password}"
    );
    institution
}

fn end(institution: &Institution) -> Timestamp {
    let end = challenge(institution).expires_at.as_deref();
    end.expect("a time").parse().expect("RFC 3339")
}

fn choices(institution: &Institution) -> Vec<(&str, &str)> {
    let choices = challenge(institution).choices.iter();
    choices
        .map(|choice| (choice.id.as_str(), choice.label.as_str()))
        .collect()
}

#[tokio::test]
async fn each_kind_is_asked_again_after_a_wrong_answer_and_connects_after_the_right_one() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (password, kind, answer) in [
        ("text", ChallengeKind::Text, "Dog "),
        ("code", ChallengeKind::Code, "1234"),
        ("choice", ChallengeKind::Choice, "blue"),
        ("image", ChallengeKind::Image, "7k4p"),
        ("image_choice", ChallengeKind::ImageChoice, "apple"),
    ] {
        let first = asked(&user, password).await;
        assert_eq!(challenge(&first).kind, kind);
        assert_eq!(bank_says(&first), None);
        let again = user.answer(&first, "0000").await;
        assert_eq!(challenge(&again).prompt, challenge(&first).prompt);
        let said = bank_says(&again);
        assert_eq!(said, Some("That was not right. Please try again."));
        let connected = user.answer(&again, answer).await;
        assert_eq!(connected.sync_status, SyncStatus::Ok, "{password}");
    }
}

#[tokio::test]
async fn anything_else_fails() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (username, password, error) in [
        ("user_good", "telepathy", "LoginFailedError"),
        ("user_bad", "code", "LoginFailedError"),
        ("user_good", "error_AnyError", "AnyError"),
    ] {
        let institution = user.connect(BANK, username, password).await;
        assert_eq!(error_name(&institution), error);
    }
}

#[tokio::test]
async fn a_code_says_where_it_was_sent_how_it_looks_and_when_it_ends() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let institution = asked(&user, "code").await;
    let told = challenge(&institution);
    assert_eq!((told.length, told.numeric), (Some(4), Some(true)));
    assert_eq!(told.destination.as_deref(), Some("•••42"));
    assert_eq!(told.resend, Some(true));
    let left = end(&institution).duration_since(Timestamp::now()).as_secs();
    assert!((290..=301).contains(&left), "{left}");
}

#[tokio::test]
async fn a_device_is_chosen_before_its_code() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (device, destination) in [("sms", "•••42"), ("app", "Banking app on Pixel")] {
        let first = asked(&user, "device").await;
        assert_eq!(challenge(&first).kind, ChallengeKind::Device);
        let expected = [
            ("sms", "Text message to •••42"),
            ("app", "Banking app on Pixel"),
        ];
        assert_eq!(choices(&first), expected);
        let wrong = user.answer(&first, "pigeon").await;
        assert_eq!(challenge(&wrong).kind, ChallengeKind::Device);
        let code = user.answer(&wrong, device).await;
        assert_eq!(challenge(&code).kind, ChallengeKind::Code);
        assert_eq!(challenge(&code).destination.as_deref(), Some(destination));
        // A new sync begins with the choice.
        let anew = user.sync_anew(&code).await;
        assert_eq!(challenge(&anew).kind, ChallengeKind::Device);
        let code = user.answer(&anew, device).await;
        assert_eq!(user.answer(&code, "1234").await.sync_status, SyncStatus::Ok);
    }
}

#[tokio::test]
async fn pictures_come_with_the_question_and_choices_have_words() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let captcha = asked(&user, "image").await;
    let image = challenge(&captcha).image.as_deref().expect("an image");
    assert!(image.starts_with("data:image/svg+xml;base64,"));
    let fruit = asked(&user, "image_choice").await;
    assert_eq!(challenge(&fruit).choices.len(), 4);
    assert!(choices(&fruit).contains(&("apple", "A red apple")));
    for choice in &challenge(&fruit).choices {
        let image = choice.image.as_deref().expect("an image");
        assert!(image.starts_with("data:image/svg+xml;base64,"));
    }
}

#[tokio::test]
async fn a_chain_asks_four_questions_in_turn() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let mut institution = asked(&user, "chain").await;
    let first = challenge(&institution).prompt.clone();
    assert!(first.starts_with("Question 1 of 4: "), "{first}");
    for (kind, answer) in [
        (ChallengeKind::Text, "dog"),
        (ChallengeKind::Choice, "blue"),
        (ChallengeKind::Code, "1234"),
        (ChallengeKind::ImageChoice, "apple"),
    ] {
        assert_eq!(challenge(&institution).kind, kind);
        let wrong = user.answer(&institution, "0000").await;
        assert_eq!(challenge(&wrong).kind, kind);
        institution = user.answer(&wrong, answer).await;
    }
    assert_eq!(institution.sync_status, SyncStatus::Ok);
    // Whoever begins anew in the middle begins with the first question.
    let begun = asked(&user, "chain").await;
    let second = user.answer(&begun, "dog").await;
    assert_eq!(challenge(&second).kind, ChallengeKind::Choice);
    let anew = user.sync_anew(&second).await;
    assert_eq!(challenge(&anew).prompt, first);
}

#[tokio::test]
async fn an_approval_takes_no_answer_and_goes_on_by_itself() {
    let server = TestServer::with(&["--sandbox-step-ms", "40"]).await;
    let user = server.user().await;
    let asked = asked(&user, "approve").await;
    assert_eq!(asked.sync_status, SyncStatus::Error);
    assert_eq!(challenge(&asked).kind, ChallengeKind::Approve);
    for body in [json!({"security_answer": "yes"}), json!({"resend": true})] {
        let refused = user.put(&asked, body).await;
        let problem = check_problem(refused, 409, "conflict").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("own app"), "{detail}");
    }
    let mut news = user.news(&asked).await;
    assert_eq!(
        (news.sync_status, news.sync_error.as_ref()),
        (SyncStatus::Syncing, None)
    );
    while news.sync_status == SyncStatus::Syncing {
        news = user.news(&news).await;
    }
    assert_eq!(news.sync_status, SyncStatus::Ok);
    assert!(news.accounts.is_some());
}

#[tokio::test]
async fn a_sync_that_waits_for_an_approval_is_running() {
    let server = TestServer::with(&["--sandbox-step-ms", "250"]).await;
    let user = server.user().await;
    let asked = asked(&user, "approve").await;
    let path = format!("/v1/institutions/{}/sync", asked.id);
    let again = user.send(Method::POST, &path, json!({"interactive": true}));
    check_problem(again.await, 409, "conflict").await;
    let accounts = user.put(&asked, json!({"selected_accounts": ["any"]}));
    check_problem(accounts.await, 409, "conflict").await;
}

#[tokio::test]
async fn a_declined_approval_is_a_failed_login() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let asked = asked(&user, "approve_denied").await;
    let denied = user.news(&asked).await;
    assert_eq!(error_name(&denied), "LoginFailedError");
    assert_eq!(bank_says(&denied), Some("You declined in the app."));
}

#[tokio::test]
async fn new_credentials_and_a_new_sync_take_the_place_of_an_approval() {
    let server = TestServer::with(&["--sandbox-step-ms", "40"]).await;
    let user = server.user().await;
    let first = asked(&user, "approve").await;
    let anew = user.sync_anew(&first).await;
    assert_eq!(challenge(&anew).kind, ChallengeKind::Approve);
    assert!(anew.version > first.version);
    let code = user.log_in(&anew, "user_good", "code").await;
    assert_eq!(challenge(&code).kind, ChallengeKind::Code);
    assert_eq!(user.answer(&code, "1234").await.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_code_ends_and_a_new_sync_sends_another_one() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let first = asked(&user, "expire").await;
    assert_eq!(challenge(&first).kind, ChallengeKind::Code);
    let over = end(&first);
    assert!(over <= Timestamp::now() + jiff::SignedDuration::from_secs(2));
    // There is nothing to wait for but the clock: ask until the time is over.
    while Timestamp::now() < over {
        assert_eq!(user.read(&first.id).await, first);
    }
    for body in [json!({"security_answer": "1234"}), json!({"resend": true})] {
        let late = user.put(&first, body).await;
        let problem = check_problem(late, 409, "conflict").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("start a new sync"), "{detail}");
    }
    let anew = user.sync_anew(&first).await;
    assert!(end(&anew) > over);
    assert_eq!(user.answer(&anew, "1234").await.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_code_is_sent_anew_and_the_old_one_still_works() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let resend = json!({"security_answer": null, "resend": true});
    let first = asked(&user, "code").await;
    let wrong = user.answer(&first, "0000").await;
    assert!(bank_says(&wrong).is_some());
    // There is nothing to wait for but the clock: a later second makes a later end.
    let mut before = wrong;
    loop {
        let sent = user.put(&before, resend.clone()).await;
        assert_eq!(sent.status(), StatusCode::ACCEPTED);
        let after: Institution = sent.json().await.expect("an institution");
        assert_eq!(after.sync_status, SyncStatus::Error);
        assert_eq!(after.version, before.version + 1);
        assert_eq!(bank_says(&after), None);
        assert_eq!(challenge(&after).prompt, challenge(&before).prompt);
        assert_eq!(user.read(&after.id).await, after);
        let renewed = end(&after) > end(&before);
        before = after;
        if renewed {
            break;
        }
    }
    let connected = user.answer(&before, "1234").await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
    for password in ["text", "choice", "image"] {
        let other = asked(&user, password).await;
        let refused = user.put(&other, resend.clone()).await;
        let problem = check_problem(refused, 409, "conflict").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("sends nothing"), "{detail}");
    }
}
