//! All that the sandbox's banks can do comes out of a second server as it went into the first.

use super::upstream::Service;
use super::{answer, credentials, follow, log_in, question, said};
use crate::aggregators::{Aggregator, Answer, Stage};
use jiff::Timestamp;

/// Stands for the wish for a new code.
const RESEND: &str = "resend";

/// Bank, user, password, the answers, and what is told in turn.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const ROWS: &[Row] = &[
    ("demo", "wealthica", "wealthica", &[], &["done 3/3"]),
    (
        "demo",
        "wealthica",
        "any",
        &["javascript", "ruby"],
        &["choice", "text", "done 3/3"],
    ),
    (
        "demo",
        "wealthica",
        "any",
        &["ruby"],
        &["choice", "done 3/3"],
    ),
    (
        "demo",
        "wealthica",
        "any",
        &["php"],
        &["choice", "LoginRefused"],
    ),
    (
        "demo",
        "wealthica",
        "any",
        &["UserActionRequiredError"],
        &["choice", "ActionNeeded { at: None }"],
    ),
    ("demo", "wealthica", "crash", &[], &["BrokenOff"]),
    (
        "demo",
        "wealthica",
        "error",
        &[],
        &["Unknown { code: \"UnknownError\" }"],
    ),
    ("demo", "wealthica", "wait-login-5", &[], &["done 3/3"]),
    ("demo", "wealthica", "wait-2fa-5", &[], &["done 3/3"]),
    (
        "demo",
        "wealthica",
        "wait-investments-5",
        &[],
        &["done 3/3"],
    ),
    ("demo", "wealthica", "wait-positions-5", &[], &["done 3/3"]),
    (
        "demo",
        "wealthica",
        "wait-transactions-5",
        &[],
        &["done 3/3"],
    ),
    ("demo", "wealthica", "wait-documents-5", &[], &["done 3/3"]),
    (
        "demo",
        "UserActionRequiredError",
        "any",
        &[],
        &["ActionNeeded { at: None }"],
    ),
    ("demo", "TemporaryFailureError", "any", &[], &["TryLater"]),
    ("demo", "somebody", "any", &[], &["LoginRefused"]),
    (
        "mfa-bank",
        "user_good",
        "text",
        &["cat", "dog"],
        &["text", "text again", "done 3/3"],
    ),
    (
        "mfa-bank",
        "user_good",
        "code",
        &["0000", "1234"],
        &["code", "code again", "done 3/3"],
    ),
    (
        "mfa-bank",
        "user_good",
        "code",
        &[RESEND, "1234"],
        &["code", "code", "done 3/3"],
    ),
    (
        "mfa-bank",
        "user_good",
        "text",
        &[RESEND, "dog"],
        &["text", "text", "done 3/3"],
    ),
    (
        "mfa-bank",
        "user_good",
        "choice",
        &["table", "blue"],
        &["choice", "choice again", "done 3/3"],
    ),
    (
        "mfa-bank",
        "user_good",
        "device",
        &["sms", "1234"],
        &["device", "code", "done 3/3"],
    ),
    (
        "mfa-bank",
        "user_good",
        "device",
        &["app", "1234"],
        &["device", "code", "done 3/3"],
    ),
    (
        "mfa-bank",
        "user_good",
        "image",
        &["7k4p"],
        &["image", "done 3/3"],
    ),
    (
        "mfa-bank",
        "user_good",
        "image_choice",
        &["boat", "apple"],
        &["image_choice", "image_choice again", "done 3/3"],
    ),
    (
        "mfa-bank",
        "user_good",
        "approve",
        &[],
        &["approves", "done 3/3"],
    ),
    (
        "mfa-bank",
        "user_good",
        "approve_denied",
        &[],
        &["approves", "LoginRefused"],
    ),
    (
        "mfa-bank",
        "user_good",
        "chain",
        &["dog", "blue", "1234", "apple"],
        &["text", "choice", "code", "image_choice", "done 3/3"],
    ),
    (
        "mfa-bank",
        "user_good",
        "strict",
        &["1", "2"],
        &["code", "code again", "LoginRefused"],
    ),
    ("mfa-bank", "nobody", "text", &[], &["LoginRefused"]),
    (
        "FlinksCapital",
        "Greatday",
        "Everyday",
        &["Montreal", "Canada", "Triangle"],
        &["text", "text", "text", "done 3/3"],
    ),
    (
        "FlinksCapital",
        "Greatday",
        "wrong",
        &[],
        &["LoginRefused removed"],
    ),
    ("slow-bank", "user_good", "any", &[], &["done 3/3"]),
    ("slow-bank", "nobody", "any", &[], &["LoginRefused"]),
    ("retry-bank", "any", "any", &[], &["BrokenOff"]),
    ("locked-bank", "any", "any", &[], &["Locked"]),
    ("maintenance-bank", "any", "any", &[], &["BankDown"]),
    (
        "maintenance-bank-direct",
        "user_good",
        "any",
        &[],
        &["done 3/3"],
    ),
    ("reconnect-bank", "user_good", "any", &[], &["done 3/3"]),
    ("accounts-bank", "user_good", "many", &[], &["done 5/6"]),
    ("accounts-bank", "user_good", "one", &[], &["done 1/1"]),
    ("accounts-bank", "user_good", "none", &[], &["NoAccounts"]),
    ("accounts-bank", "user_good", "mortgage", &[], &["done 0/1"]),
    (
        "demo",
        "user_good",
        "error_ConsentDeniedError",
        &[],
        &["Denied"],
    ),
    (
        "demo",
        "user_good",
        "error_SessionExpiredError",
        &[],
        &["TryLater"],
    ),
    (
        "demo",
        "user_good",
        "error_DuplicateConnectionError",
        &[],
        &["Duplicate"],
    ),
    (
        "demo",
        "user_good",
        "error_ConsentExpiredError",
        &[],
        &["ConsentEnded"],
    ),
    (
        "demo",
        "user_good",
        "error_Odd",
        &[],
        &["Unknown { code: \"Odd\" }"],
    ),
];

#[tokio::test]
async fn every_scenario_of_the_sandbox_comes_through_unchanged() {
    let service = Service::start().await;
    let mut wrong = Vec::new();
    for (bank, user, password, answers, expected) in ROWS {
        let told = told(&service, bank, &credentials(user, password), answers).await;
        if told != *expected {
            wrong.push(format!(
                "{bank} {user}/{password} {answers:?}: {told:?}, not {expected:?}"
            ));
        }
    }
    println!(
        "sandbox scenarios through the adapter: {}, wrong: {}",
        ROWS.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    service.server.stop().await;
}

/// All stages that are no mere work, in turn.
async fn told(
    service: &Service,
    bank: &str,
    credentials: &std::collections::BTreeMap<String, connect_core::Secret>,
    answers: &[&str],
) -> Vec<String> {
    let api = &service.api;
    let begun = log_in(api, bank, credentials, None)
        .await
        .expect("a beginning");
    let mut progress = follow(api, begun).await;
    let mut told = vec![said(&progress.stage)];
    let mut answers = answers.iter();
    loop {
        let next = match progress.stage {
            Stage::Approves(_) => api.look(&progress.held).await,
            Stage::Asks(_) => match answers.next() {
                Some(&RESEND) => api.resume(&progress.held, Answer::Resend).await,
                Some(text) => answer(api, &progress.held, text).await,
                None => return told,
            },
            _ => return told,
        };
        progress = follow(api, next.expect("an answer")).await;
        told.push(said(&progress.stage));
    }
}

#[tokio::test]
async fn a_question_that_has_expired_is_asked_anew_as_another_one() {
    let service = Service::start().await;
    let api = &service.api;
    let begun = log_in(api, "mfa-bank", &credentials("user_good", "expire"), None).await;
    let asked = follow(api, begun.expect("a beginning")).await;
    let first = question(&asked).clone();
    let over = Timestamp::now() + first.lifetime.expect("a time");
    // There is nothing to wait for but the clock: ask until the time is over.
    while Timestamp::now() < over {
        let same = api
            .resume(&asked.held, Answer::Texts(&[]))
            .await
            .expect("the same");
        assert_eq!(question(&same).key, first.key);
    }
    let late = answer(api, &asked.held, "1234").await.expect("a new sync");
    let anew = follow(api, late).await;
    assert_eq!(question(&anew).challenge, first.challenge);
    assert_ne!(question(&anew).key, first.key);
    let done = answer(api, &anew.held, "1234").await.expect("an answer");
    assert_eq!(said(&follow(api, done).await.stage), "done 3/3");
    service.server.stop().await;
}

#[tokio::test]
async fn the_same_question_has_the_same_key_and_a_wrong_answer_does_not_change_it() {
    let service = Service::start().await;
    let api = &service.api;
    let begun = log_in(api, "mfa-bank", &credentials("user_good", "chain"), None).await;
    let first = follow(api, begun.expect("a beginning")).await;
    let wrong = answer(api, &first.held, "cat").await.expect("an answer");
    let again = follow(api, wrong).await;
    assert_eq!(question(&again).key, question(&first).key);
    let right = answer(api, &again.held, "dog").await.expect("an answer");
    assert_ne!(
        question(&follow(api, right).await).key,
        question(&first).key
    );
    service.server.stop().await;
}

#[tokio::test]
async fn a_connection_is_read_again_renewed_and_deleted_and_its_accounts_stay_the_same() {
    let service = Service::start().await;
    let api = &service.api;
    let good = credentials("user_good", "many");
    let begun = log_in(api, "accounts-bank", &good, None).await;
    let first = follow(api, begun.expect("a beginning")).await;
    let refreshed = api.refresh(&first.held, false).await.expect("a sync");
    let refreshed = follow(api, refreshed).await;
    assert_eq!(refreshed.stage, first.stage);
    let renewed = log_in(api, "accounts-bank", &good, Some(&refreshed.held)).await;
    let renewed = follow(api, renewed.expect("a login")).await;
    assert_eq!(renewed.stage, first.stage);
    let Stage::Done(found) = &renewed.stage else {
        panic!("it does not stand");
    };
    let house = found.accounts.last().expect("six accounts");
    assert_eq!(
        house.ineligible.as_deref(),
        Some("Mortgages can't be connected here.")
    );
    assert_eq!(house.balance, Some(-284_500.0));
    api.forget(&renewed.held).await.expect("it is deleted");
    api.forget(&renewed.held)
        .await
        .expect("it is deleted already");
    let gone = api.look(&renewed.held).await.expect("an answer");
    assert_eq!(said(&gone.stage), "ConsentEnded");
    let anew = log_in(api, "accounts-bank", &good, Some(&gone.held)).await;
    let anew = follow(api, anew.expect("a new one")).await;
    assert_eq!(said(&anew.stage), "done 5/6");
    service.server.stop().await;
}

#[tokio::test]
async fn a_poll_without_news_says_the_same_again() {
    let service = Service::with(&["--poll-timeout", "1"]).await;
    let api = &service.api;
    let slow = credentials("wealthica", "wait-documents-1500");
    let mut progress = log_in(api, "demo", &slow, None).await.expect("a beginning");
    let mut same = 0;
    while let Stage::Working(_) = progress.stage {
        let next = api.look(&progress.held).await.expect("an answer");
        same += u32::from(next.held == progress.held && next.stage == progress.stage);
        progress = next;
    }
    assert_eq!(said(&progress.stage), "done 3/3");
    assert_eq!(same, 1);
    service.server.stop().await;
}

#[tokio::test]
async fn a_step_past_the_login_says_that_the_user_is_in() {
    let service = Service::start().await;
    let api = &service.api;
    let slow = credentials("user_good", "wait-documents-60000");
    let mut progress = log_in(api, "slow-bank", &slow, None)
        .await
        .expect("a beginning");
    assert_eq!(said(&progress.stage), "working Login");
    while said(&progress.stage) != "working Documents" {
        progress = api.look(&progress.held).await.expect("an answer");
    }
    let refused = api
        .refresh(&progress.held, false)
        .await
        .expect("it runs already");
    assert_eq!(said(&refused.stage), "working Documents");
    service.server.stop().await;
}
