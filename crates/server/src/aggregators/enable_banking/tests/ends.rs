//! What becomes of a connection after it stood: looked at again, ended by the user or the bank, deleted.

use super::*;
use connect_fakes::enable_banking::Answer as Reply;

#[tokio::test]
async fn a_connection_is_looked_at_again_without_a_login() {
    let world = World::new().await;
    let (held, found) = world.connect("FI|Mock ASPSP").await;
    let again = world.banking.refresh(&held, false).await.unwrap();
    assert_eq!(again.stage, Stage::Done(found));
    assert_eq!(again.held, held);
}

#[tokio::test]
async fn a_consent_that_has_ended_is_said_to_have() {
    let world = World::new().await;
    let (held, _) = world.connect("FI|Mock ASPSP").await;
    for status in ["EXPIRED", "REVOKED", "CLOSED"] {
        world.fake.turn_sessions(status);
        let refreshed = world.banking.refresh(&held, false).await.unwrap();
        assert_eq!(refreshed.held, held);
        assert_eq!(outcome(&Ok(refreshed)), "Failed(ConsentEnded)", "{status}");
        // Also if it ends between one call and the next.
        let looked = world.banking.look(&held).await;
        assert_eq!(outcome(&looked), "Failed(ConsentEnded)", "{status}");
    }
    world.fake.turn_sessions("AUTHORIZED");
    let refreshed = world.banking.refresh(&held, false).await;
    assert_eq!(outcome(&refreshed), "Done(accounts: 3, warnings: 0)");
}

#[tokio::test]
async fn one_account_that_fails_is_a_warning_for_that_one() {
    let world = World::new().await;
    let (held, found) = world.connect("FI|Mock ASPSP").await;
    let answer = Reply::error(422, "ASPSP_ACCOUNT_NOT_ACCESSIBLE");
    world.fake.next("/balances", answer);
    let (_, looked) = world.done(&held).await;
    assert_eq!(looked.accounts.len(), 3);
    assert_eq!(looked.accounts[0].balance, None);
    assert_eq!(looked.accounts[1].balance, Some(1234.56));
    assert_eq!(
        looked.warnings[0].accounts,
        [found.accounts[0].stable.clone()]
    );
}

#[tokio::test]
async fn a_bank_that_counts_calls_is_not_asked_for_the_rest() {
    let world = World::new().await;
    let (held, _) = world.connect("FI|Mock ASPSP").await;
    world.fake.take_requests();
    let answer = Reply::error(429, "ASPSP_RATE_LIMIT_EXCEEDED").and("retry-after", "77");
    world.fake.next("/balances", answer);
    let refreshed = world.banking.refresh(&held, false).await;
    assert_eq!(
        outcome(&refreshed),
        "Failed(RateLimited { after: Some(77s) })"
    );
    // The session, and one balance.
    assert_eq!(world.fake.take_requests().len(), 2);
}

#[tokio::test]
async fn a_deleted_connection_is_closed_at_the_bank_and_nobody_minds_if_it_was_before() {
    let world = World::new().await;
    let (held, _) = world.connect("FI|Mock ASPSP").await;
    world.banking.forget(&held).await.unwrap();
    assert!(
        world
            .fake
            .sessions()
            .values()
            .all(|status| status == "CLOSED")
    );
    world.banking.forget(&held).await.unwrap();

    let mut table = Table::new("Deleting");
    let gone = "Ok(())";
    let rows = [
        ("404", Reply::json(404, ""), gone),
        (
            "SESSION_DOES_NOT_EXIST",
            Reply::error(404, "SESSION_DOES_NOT_EXIST"),
            gone,
        ),
        (
            "EXPIRED_SESSION",
            Reply::error(422, "EXPIRED_SESSION"),
            gone,
        ),
        (
            "REVOKED_SESSION",
            Reply::error(403, "REVOKED_SESSION"),
            gone,
        ),
        (
            "WRONG_SESSION_STATUS",
            Reply::error(422, "WRONG_SESSION_STATUS"),
            gone,
        ),
        ("ASPSP_ERROR", Reply::error(400, "ASPSP_ERROR"), "Err(Down("),
        ("429", Reply::json(429, ""), "Err(RateLimited(None))"),
        ("500", Reply::json(500, ""), "Err(Down("),
        ("401", Reply::json(401, ""), "Err(Misconfigured("),
    ];
    for (name, answer, expected) in rows {
        world.fake.next("DELETE /sessions/*", answer);
        let forgot = format!("{:?}", world.banking.forget(&held).await);
        table.row(name, &forgot, Some(expected));
    }
    table.finish();
}

#[tokio::test]
async fn what_is_held_by_somebody_else_is_not_read() {
    let world = World::new().await;
    let strange = Held::from_text("{\"token\":\"abc\"}");
    let looked = world.banking.look(&strange).await;
    assert!(matches!(looked, Err(Upstream::Protocol(_))), "{looked:?}");
    assert!(world.banking.forget(&strange).await.is_err());
}
