//! One-time codes that are guessed: at one question, with new questions, with new logins.

use super::{most, refused, server};
use crate::support::{User, bank_says, challenge, check_problem, error_name};
use connect_core::api::{ChallengeKind, Institution, SyncStatus};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Instant;

const BANK: &str = "mfa-bank";
const USERNAME: &str = "user_good";
const WORDS: &str = "The answer was wrong too often. Log in again.";

async fn asked(user: &User<'_>, password: &str) -> Institution {
    let institution = user.connect(BANK, USERNAME, password).await;
    assert_eq!(error_name(&institution), "SecurityQuestionError");
    institution
}

async fn answer(user: &User<'_>, institution: &Institution, text: &str) -> Response {
    user.put(institution, json!({"security_answer": text}))
        .await
}

/// Ended as a login that was refused, with words that say why; nothing can be answered any more.
async fn check_ended(user: &User<'_>, institution: &Institution, right: &str) {
    assert_eq!(error_name(institution), "LoginFailedError");
    let error = institution.sync_error.as_ref().expect("an error");
    assert_eq!((error.message.as_str(), &error.challenge), (WORDS, &None));
    let late = answer(user, institution, right).await;
    check_problem(late, 409, "conflict").await;
}

#[tokio::test]
async fn the_fifth_wrong_answer_ends_the_login_and_a_new_sync_does_not_ask_again() {
    let server = server("").await;
    let user = server.user().await;
    for (password, right) in [("code", "1234"), ("text", "dog"), ("choice", "blue")] {
        let mut institution = asked(&user, password).await;
        for _ in 0..4 {
            institution = user.answer(&institution, "0000").await;
            assert_eq!(error_name(&institution), "SecurityQuestionError");
            assert!(bank_says(&institution).is_some());
        }
        let ended = user.answer(&institution, "0000").await;
        check_ended(&user, &ended, right).await;
        let again = user.sync_anew(&ended).await;
        check_ended(&user, &again, right).await;
        let anew = user.log_in(&again, USERNAME, password).await;
        let connected = user.answer(&anew, right).await;
        assert_eq!(connected.sync_status, SyncStatus::Ok);
    }
}

#[tokio::test]
async fn the_fifth_answer_may_be_the_right_one() {
    let server = server("").await;
    let user = server.user().await;
    let mut institution = asked(&user, "code").await;
    for _ in 0..4 {
        institution = user.answer(&institution, "0000").await;
    }
    let connected = user.answer(&institution, "1234").await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_bank_may_take_fewer_answers() {
    let server = server("").await;
    let user = server.user().await;
    let first = asked(&user, "strict").await;
    let second = user.answer(&first, "0000").await;
    assert_eq!(error_name(&second), "SecurityQuestionError");
    let ended = user.answer(&second, "0000").await;
    check_ended(&user, &ended, "1234").await;
}

#[tokio::test]
async fn a_bank_that_keeps_no_refused_login_ends_like_the_others() {
    let server = server("").await;
    let user = server.user().await;
    let mut institution = user.connect("FlinksCapital", "Greatday", "Everyday").await;
    for _ in 0..5 {
        assert_eq!(error_name(&institution), "SecurityQuestionError");
        institution = user.answer(&institution, "Toronto").await;
    }
    check_ended(&user, &institution, "Montreal").await;
}

#[tokio::test]
async fn a_code_is_not_found_by_trying_with_new_logins_and_new_syncs() {
    let server = server("").await;
    let user = server.user().await;
    let mut institution = asked(&user, "code").await;
    let (mut sent, began) = (0, Instant::now());
    let mut refusals = Vec::new();
    for round in 0..200 {
        assert_ne!(institution.sync_status, SyncStatus::Ok, "after {sent}");
        let path = format!("/v1/institutions/{}", institution.id);
        let next = if error_name(&institution) == "SecurityQuestionError" && round % 4 != 3 {
            // The right one is 1234.
            let guess = (1200 + sent).to_string();
            let answer = answer(&user, &institution, &guess).await;
            sent += u64::from(answer.status() == StatusCode::ACCEPTED);
            answer
        } else if error_name(&institution) == "SecurityQuestionError" {
            let body = json!({"interactive": true, "force": true});
            user.send(Method::POST, &format!("{path}/sync"), body).await
        } else {
            let credentials = json!({"username": USERNAME, "password": "code"});
            user.put(&institution, json!({"credentials": credentials}))
                .await
        };
        match next.status() {
            StatusCode::ACCEPTED => institution = user.follow(next).await,
            _ => refusals.push(refused(next).await.0),
        }
    }
    let most = most(30, 120, began);
    assert!((30..=most).contains(&sent), "{sent} of {most}");
    let all = refusals.join(" ");
    assert!(all.contains("answers for this connection"), "{all}");
}

#[tokio::test]
async fn a_user_who_guesses_at_many_connections_is_stopped_as_well() {
    let server = server("answers-per-user=12/1h").await;
    let user = server.user().await;
    let mut sent = 0;
    for _ in 0..4 {
        let mut institution = asked(&user, "code").await;
        for _ in 0..4 {
            let answer = answer(&user, &institution, "0000").await;
            match answer.status() {
                StatusCode::ACCEPTED => {
                    sent += 1;
                    institution = user.follow(answer).await;
                }
                _ => assert!(refused(answer).await.0.contains("answers of this user")),
            }
        }
    }
    assert_eq!(sent, 12);
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    let institution = asked(&bob, "code").await;
    let connected = bob.answer(&institution, "1234").await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_forced_sync_asks_the_same_question_with_the_tries_that_are_left() {
    let server = server("").await;
    let user = server.user().await;
    let mut institution = asked(&user, "code").await;
    for _ in 0..4 {
        institution = user.answer(&institution, "0000").await;
        institution = user.sync_anew(&institution).await;
        assert_eq!(error_name(&institution), "SecurityQuestionError");
    }
    let ended = user.answer(&institution, "0000").await;
    check_ended(&user, &ended, "1234").await;
}

#[tokio::test]
async fn a_forced_sync_that_overtakes_an_answer_does_not_hide_it() {
    let limits = "requests-per-address=off";
    let more = ["--limit", limits, "--sandbox-step-ms", "30"];
    let server = crate::support::TestServer::with(&more).await;
    let user = server.user().await;
    let mut institution = asked(&user, "code").await;
    for _ in 0..5 {
        assert_eq!(error_name(&institution), "SecurityQuestionError");
        let begun = answer(&user, &institution, "0000").await;
        assert_eq!(begun.status(), StatusCode::ACCEPTED);
        institution = user.sync_anew(&institution).await;
    }
    check_ended(&user, &institution, "1234").await;
}

#[tokio::test]
async fn each_question_of_a_chain_has_its_own_tries_and_right_answers_cost_none() {
    let server = server("").await;
    let user = server.user().await;
    let mut institution = asked(&user, "chain").await;
    // Six times from the first question on: its answer is right each time.
    for _ in 0..6 {
        let second = user.answer(&institution, "dog").await;
        assert_eq!(challenge(&second).kind, ChallengeKind::Choice);
        institution = user.sync_anew(&second).await;
    }
    for right in ["dog", "blue", "1234", "apple"] {
        for _ in 0..4 {
            institution = user.answer(&institution, "0000").await;
            assert_eq!(error_name(&institution), "SecurityQuestionError");
        }
        institution = user.answer(&institution, right).await;
    }
    assert_eq!(institution.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_code_is_sent_anew_ten_times_an_hour_and_brings_no_new_tries() {
    let server = server("").await;
    let user = server.user().await;
    let mut institution = asked(&user, "code").await;
    for _ in 0..4 {
        institution = user.answer(&institution, "0000").await;
    }
    for _ in 0..10 {
        let sent = user.put(&institution, json!({"resend": true})).await;
        assert_eq!(sent.status(), StatusCode::ACCEPTED);
    }
    let refusal = user.put(&institution, json!({"resend": true})).await;
    let (detail, wait) = refused(refusal).await;
    assert!(detail.contains("codes sent anew") && wait.as_secs() <= 360);
    let ended = user.answer(&institution, "0000").await;
    check_ended(&user, &ended, "1234").await;
}

#[tokio::test]
async fn a_connection_is_synced_thirty_times_an_hour() {
    let server = server("").await;
    let user = server.user().await;
    let institution = user.connect("demo", "wealthica", "wealthica").await;
    for _ in 0..30 {
        assert_eq!(user.sync(&institution).await.sync_status, SyncStatus::Ok);
    }
    let path = format!("/v1/institutions/{}/sync", institution.id);
    let body: Value = json!({"interactive": true});
    let refusal = user.send(Method::POST, &path, body).await;
    assert!(
        refused(refusal)
            .await
            .0
            .contains("syncs of this connection")
    );
}
