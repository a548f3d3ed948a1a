//! A consent is renewed by a new login; what stood before stands until that has come about.

use super::*;

fn stables(found: &Found) -> Vec<&str> {
    let accounts = found.accounts.iter();
    accounts.map(|account| account.stable.as_str()).collect()
}

#[tokio::test]
async fn a_renewal_keeps_the_accounts_and_ends_the_old_session_last() {
    let world = World::new().await;
    let (old, before) = world.connect("FI|Mock ASPSP").await;
    let back = world
        .visit("FI|Mock ASPSP", "allow", Some(&old))
        .await
        .unwrap();
    // Both stand until the new one was written down and looked at.
    let standing = |world: &World| {
        let sessions = world.fake.sessions();
        sessions
            .values()
            .filter(|status| *status == "AUTHORIZED")
            .count()
    };
    assert_eq!(standing(&world), 2);
    world.fake.take_requests();
    let (new, after) = world.done(&back.held).await;
    assert_eq!(stables(&before), stables(&after));
    assert_eq!(standing(&world), 1);
    let requests = world.fake.take_requests();
    assert_eq!(requests.last().unwrap()["method"], "DELETE");
    assert_ne!(new, old);
    let refreshed = world.banking.refresh(&new, false).await;
    assert_eq!(outcome(&refreshed), "Done(accounts: 3, warnings: 0)");
}

#[tokio::test]
async fn an_account_whose_first_number_is_another_one_now_stays_the_same_account() {
    let world = World::new().await;
    let bank = "FI|Mock Renumbered";
    let (mut held, before) = world.connect(bank).await;
    for _ in 0..3 {
        let back = world.visit(bank, "allow", Some(&held)).await.unwrap();
        let (renewed, after) = world.done(&back.held).await;
        assert_eq!(stables(&before), stables(&after));
        let again = world.banking.refresh(&renewed, false).await.unwrap();
        assert_eq!(again.stage, Stage::Done(after));
        held = renewed;
    }
}

#[tokio::test]
async fn an_expired_consent_is_renewed_too() {
    let world = World::new().await;
    let (old, before) = world.connect("FI|Mock ASPSP").await;
    world.fake.turn_sessions("EXPIRED");
    let back = world
        .visit("FI|Mock ASPSP", "allow", Some(&old))
        .await
        .unwrap();
    let (_, after) = world.done(&back.held).await;
    assert_eq!(stables(&before), stables(&after));
}

#[tokio::test]
async fn a_renewal_that_comes_to_nothing_leaves_the_old_one_as_it_was() {
    let world = World::new().await;
    let (old, before) = world.connect("FI|Mock ASPSP").await;
    let attempts = [
        ("FI|Mock ASPSP", "deny"),
        ("FI|Mock ASPSP", "fail"),
        ("FI|Mock ASPSP", "no-accounts"),
        ("FI|Mock ASPSP", "late"),
        ("FI|Mock ASPSP", "unknown-code"),
        ("DE|Mock Shut", "-"),
        ("DE|Mock Gone", "-"),
        ("FI|Mock Unlinked", "allow"),
    ];
    for (bank, choice) in attempts {
        let failed = world.visit(bank, choice, Some(&old)).await.unwrap();
        assert!(
            matches!(failed.stage, Stage::Failed(_)),
            "{bank} {choice}: {failed:?}"
        );
        assert_eq!(failed.held, old, "{bank} {choice}");
    }
    let refreshed = world.banking.refresh(&old, false).await.unwrap();
    assert_eq!(refreshed.stage, Stage::Done(before));
}

#[tokio::test]
async fn while_the_user_is_at_the_bank_the_old_one_is_still_used() {
    let world = World::new().await;
    let (old, before) = world.connect("FI|Mock ASPSP").await;
    let sent = world.begin("FI|Mock ASPSP", Some(&old)).await.unwrap();
    let refreshed = world.banking.refresh(&sent.held, false).await.unwrap();
    assert_eq!(refreshed.stage, Stage::Done(before));
    assert_eq!(refreshed.held, old);
    // A second attempt while the first is open renews the same.
    let back = world
        .visit("FI|Mock ASPSP", "allow", Some(&sent.held))
        .await
        .unwrap();
    world.done(&back.held).await;
    let sessions = world.fake.sessions();
    let closed = sessions.values().filter(|status| *status == "CLOSED");
    assert_eq!((sessions.len(), closed.count()), (2, 1));
}

#[tokio::test]
async fn an_old_session_that_cannot_be_ended_now_is_ended_later() {
    use connect_fakes::enable_banking::Answer as Reply;
    let world = World::new().await;
    let (old, _) = world.connect("FI|Mock ASPSP").await;
    let back = world
        .visit("FI|Mock ASPSP", "allow", Some(&old))
        .await
        .unwrap();
    world.fake.next("DELETE /sessions/*", Reply::json(503, ""));
    let (held, _) = world.done(&back.held).await;
    let standing = |world: &World| {
        world
            .fake
            .sessions()
            .values()
            .all(|status| status == "AUTHORIZED")
    };
    assert!(standing(&world));
    world.banking.refresh(&held, false).await.unwrap();
    assert!(!standing(&world));
    // And with the connection, if it is deleted before that.
    world.banking.forget(&back.held).await.unwrap();
    assert!(
        world
            .fake
            .sessions()
            .values()
            .all(|status| status == "CLOSED")
    );
}
