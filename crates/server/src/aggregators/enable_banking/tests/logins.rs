//! To the bank's page, and what the user comes back with.

use super::*;
use crate::aggregators::Cause;

#[tokio::test]
async fn a_person_logs_in_at_the_bank_and_has_their_accounts() {
    let world = World::new().await;
    let sent = world.begin("FI|Mock ASPSP", None).await.unwrap();
    let asked = world.fake.take_requests().pop().unwrap()["body"].clone();
    assert_eq!(asked["state"], ATTEMPT);
    assert_eq!(asked["redirect_url"], CALLBACK);
    assert_eq!(asked["psu_id"], USER);
    assert_eq!(asked["language"], "fi");
    assert_eq!(asked["psu_type"], "personal");
    assert_eq!(asked["auth_method"], serde_json::Value::Null);
    let Stage::GoTo(page) = &sent.stage else {
        panic!("{sent:?}");
    };
    let query = world.press(page, "allow").await;
    let back = world
        .banking
        .resume(
            &sent.held,
            Answer::Returned {
                query: &query,
                renews: None,
            },
        )
        .await
        .unwrap();
    assert_eq!(
        back.stage,
        Stage::Working(connect_core::api::SyncStep::Accounts)
    );

    world.fake.take_requests();
    let (held, found) = world.done(&back.held).await;
    let accounts = found.accounts.iter().map(|account| {
        (
            account.name.as_str(),
            account.kind.as_str(),
            account.mask.as_deref(),
            account.balance,
        )
    });
    let accounts: Vec<_> = accounts.collect();
    let expected = [
        ("Current account", "checking", Some("3472"), Some(1234.56)),
        ("Savings", "savings", Some("3547"), Some(1234.56)),
        ("Credit card", "credit", Some("1234"), Some(-120.50)),
    ];
    assert_eq!(accounts, expected);
    assert!(
        found
            .accounts
            .iter()
            .all(|account| account.currency.as_deref() == Some("EUR"))
    );
    assert_eq!(found.warnings, []);

    // Half a year less the margin.
    let left = found.consent_ends.unwrap().as_second() - jiff::Timestamp::now().as_second();
    let half_a_year = 180 * 24 * 3600;
    assert!(
        (half_a_year - 400..=half_a_year - 290).contains(&left),
        "{left}"
    );

    // The bank wants two headers and gets them while the user is there, and later none.
    let with = |request: &serde_json::Value| request["headers"]["psu-ip-address"] == "203.0.113.7";
    assert!(world.fake.take_requests().iter().all(with));
    assert!(!held.expose().contains("203.0.113.7"));
    world.banking.refresh(&held, true).await.unwrap();
    assert!(!world.fake.take_requests().iter().any(with));
}

#[tokio::test]
async fn headers_that_are_not_all_there_are_left_out() {
    let world = World::new().await;
    let (_, found) = world.connect("FI|Mock Location").await;
    assert_eq!((found.accounts.len(), found.warnings.len()), (3, 0));
}

#[tokio::test]
async fn each_thing_that_can_happen_at_the_bank_s_page_has_its_end() {
    let world = World::new().await;
    let mut table = Table::new("At the bank's page");
    let rows = [
        ("allow", "Working(Accounts)"),
        ("deny", "Failed(Denied)"),
        ("fail", "Failed(BankDown)"),
        ("no-accounts", "Failed(NoAccounts)"),
        ("late", "Failed(TryLater)"),
        ("unknown-code", "Failed(TryLater)"),
    ];
    for (choice, expected) in rows {
        let came = world.visit("FI|Mock ASPSP", choice, None).await;
        table.row(choice, &outcome(&came), Some(expected));
    }
    table.finish();
}

#[tokio::test]
async fn what_the_bank_says_is_told_in_its_own_words() {
    let world = World::new().await;
    let failed = world.visit("FI|Mock ASPSP", "fail", None).await.unwrap();
    let Stage::Failed(failed) = failed.stage else {
        panic!("{failed:?}");
    };
    assert_eq!(failed.words.as_deref(), Some("Our night shift is counting"));
}

#[tokio::test]
async fn each_bank_that_does_not_work_has_its_end() {
    let world = World::new().await;
    let mut table = Table::new("Banks");
    let rows = [
        ("FI|Mock No Accounts", "Failed(NoAccounts)"),
        ("FI|Mock Unlinked", "Failed(NoAccounts)"),
        ("DE|Mock Shut", "Failed(BankDown)"),
        ("DE|Mock Late", "Failed(BankDown)"),
        ("DE|Mock Gone", "Failed(BankDown)"),
        ("nonsense", "Failed(BankDown)"),
        ("FI|Mock Company", "Failed(BankDown)"),
    ];
    for (bank, expected) in rows {
        let came = world.visit(bank, "allow", None).await;
        table.row(bank, &outcome(&came), Some(expected));
    }
    table.finish();
}

#[tokio::test]
async fn who_has_linked_no_account_is_told_where_to_link_it() {
    let world = World::new().await;
    for (bank, choice) in [
        ("FI|Mock Unlinked", "allow"),
        ("FI|Mock ASPSP", "no-accounts"),
    ] {
        let came = world.visit(bank, choice, None).await.unwrap();
        let Stage::Failed(failed) = came.stage else {
            panic!("{came:?}");
        };
        assert_eq!(failed.cause, Cause::NoAccounts);
        assert!(
            failed
                .words
                .unwrap()
                .contains("linked first in the control panel")
        );
    }
    // A session without accounts is of no use to anybody.
    assert!(
        world
            .fake
            .sessions()
            .values()
            .all(|status| status == "CLOSED")
    );
}

#[tokio::test]
async fn a_code_is_good_once() {
    let world = World::new().await;
    let sent = world.begin("FI|Mock ASPSP", None).await.unwrap();
    let Stage::GoTo(page) = &sent.stage else {
        panic!("{sent:?}");
    };
    let query = world.press(page, "allow").await;
    let first = world
        .banking
        .resume(
            &sent.held,
            Answer::Returned {
                query: &query,
                renews: None,
            },
        )
        .await;
    assert_eq!(outcome(&first), "Working(Accounts)");
    let again = world
        .banking
        .resume(
            &sent.held,
            Answer::Returned {
                query: &query,
                renews: None,
            },
        )
        .await;
    assert_eq!(outcome(&again), "Failed(TryLater)");
    let nothing = BTreeMap::new();
    let empty = world
        .banking
        .resume(
            &sent.held,
            Answer::Returned {
                query: &nothing,
                renews: None,
            },
        )
        .await;
    assert_eq!(outcome(&empty), "Failed(TryLater)");
    // Nobody waits at the bank any more.
    let held = first.unwrap().held;
    let late = world
        .banking
        .resume(
            &held,
            Answer::Returned {
                query: &query,
                renews: None,
            },
        )
        .await;
    assert!(matches!(late, Err(Upstream::Protocol(_))));
}

#[tokio::test]
async fn the_method_that_is_asked_for_fits_the_user() {
    let mut table = Table::new("Methods of logging in");
    let personal = World::new().await;
    let business = World::with(|settings| {
        settings.psu_type = super::super::PsuType::Business;
    })
    .await;
    let rows = [
        (&personal, "FI|Mock ASPSP", "-"),
        (&personal, "DE|Mock Decoupled", "-"),
        (&personal, "DE|Mock Silent", "-"),
        (&personal, "SE|Mock Choice", "web"),
        (&personal, "SE|Mock Hidden", "quiet"),
        (&business, "SE|Mock Choice", "-"),
        (&business, "FI|Mock Company", "-"),
    ];
    for (world, bank, expected) in rows {
        let sent = world.begin(bank, None).await;
        assert_eq!(outcome(&sent), "GoTo", "{bank}");
        let asked = world.fake.take_requests().pop().unwrap()["body"].clone();
        let method = asked["auth_method"].as_str().unwrap_or("-");
        let kind = asked["psu_type"].as_str().unwrap();
        table.row(&format!("{bank} ({kind})"), method, Some(expected));
    }
    table.finish();
}

#[tokio::test]
async fn a_consent_is_asked_for_as_long_as_bank_and_operator_allow() {
    let day = 24 * 3600;
    let short = World::with(|settings| settings.max_consent_days = 10).await;
    let long = World::with(|settings| settings.max_consent_days = 1000).await;
    let rows = [
        (&short, "FI|Mock ASPSP", 10),
        (&long, "FI|Mock ASPSP", 180),
        (&long, "DE|Mock Short Consent", 90),
    ];
    for (world, bank, days) in rows {
        let (_, found) = world.connect(bank).await;
        let left = found.consent_ends.unwrap().as_second() - jiff::Timestamp::now().as_second();
        assert!(
            (days * day - 400..days * day).contains(&left),
            "{bank}: {left}"
        );
    }
}

#[tokio::test]
async fn an_account_that_the_bank_has_blocked_cannot_be_connected() {
    let world = World::new().await;
    let (held, found) = world.connect("FI|Mock Blocked Account").await;
    let blocked: Vec<bool> = found
        .accounts
        .iter()
        .map(|each| each.ineligible.is_some())
        .collect();
    assert_eq!(blocked, [false, true]);
    assert_eq!(found.warnings, []);
    let refreshed = world.banking.refresh(&held, false).await;
    assert_eq!(outcome(&refreshed), "Done(accounts: 2, warnings: 0)");
}

#[tokio::test]
async fn one_number_in_two_currencies_is_two_accounts() {
    let world = World::new().await;
    let (held, found) = world.connect("FI|Mock Two Currencies").await;
    let [euros, dollars] = &found.accounts[..] else {
        panic!("{found:?}");
    };
    assert_eq!(dollars.stable, format!("{}|USD", euros.stable));
    assert_eq!(
        (euros.balance, dollars.balance),
        (Some(1234.56), Some(1234.56))
    );
    let again = world.banking.refresh(&held, false).await.unwrap();
    assert_eq!(again.stage, Stage::Done(found));
}

#[tokio::test]
async fn a_balance_that_cannot_be_had_is_a_warning_at_first_and_a_failure_later() {
    let world = World::new().await;
    for (bank, later) in [
        ("DE|Mock Busy", "Failed(RateLimited { after: None })"),
        ("DE|Mock Action", "Failed(ActionNeeded { at: None })"),
    ] {
        let (held, found) = world.connect(bank).await;
        assert_eq!(found.accounts.len(), 3);
        let [warning] = &found.warnings[..] else {
            panic!("{found:?}");
        };
        assert_eq!(warning.accounts.len(), 3);
        let refreshed = world.banking.refresh(&held, false).await;
        assert_eq!(outcome(&refreshed), later);
    }
}

#[tokio::test]
async fn who_is_still_at_the_bank_is_waited_for() {
    let world = World::new().await;
    let sent = world.begin("FI|Mock ASPSP", None).await.unwrap();
    let looked = world.banking.look(&sent.held).await;
    assert_eq!(outcome(&looked), "Working(Login)");
    // Who syncs meanwhile has to go there again.
    let refreshed = world.banking.refresh(&sent.held, true).await;
    assert_eq!(outcome(&refreshed), "Failed(LoginRefused)");
    world.banking.forget(&sent.held).await.unwrap();
}
