//! What the operator can have wrong, and is told of before anybody is sent to a bank.

use super::*;
use serde_json::json;

type Change = fn(&mut Settings);

#[tokio::test]
async fn an_application_that_can_be_used_says_what_it_is() {
    let world = World::new().await;
    let says = world.banking.check().await.unwrap().says.join("\n");
    for part in ["sandbox", "FI, DE, SE", CALLBACK] {
        assert!(says.contains(part), "{says}");
    }
    world.fake.application("environment", json!("PRODUCTION"));
    let says = world.banking.check().await.unwrap().says.join("\n");
    assert!(
        says.contains("only accounts that were linked in the control panel"),
        "{says}"
    );
}

#[tokio::test]
async fn what_is_wrong_with_an_application_is_said_with_the_exact_address_to_register() {
    let rows = [
        ("active", json!(false), "not active"),
        ("redirect_urls", json!([]), "do not hold the address"),
        (
            "redirect_urls",
            json!([format!("{CALLBACK}/")]),
            "do not hold the address",
        ),
        (
            "services",
            json!(["PIS"]),
            "no access to account information",
        ),
    ];
    for (member, value, expected) in rows {
        let world = World::new().await;
        world.fake.application(member, value);
        let Misconfigured(words) = world.banking.check().await.unwrap_err();
        assert!(words.contains(expected), "{words}");
        assert!(
            words.ends_with(&format!("is exactly {CALLBACK}")),
            "{words}"
        );
    }
}

#[tokio::test]
async fn an_address_that_is_not_registered_is_named_when_it_is_used_too() {
    let world = World::new().await;
    world
        .fake
        .application("redirect_urls", json!(["https://other.example/"]));
    let sent = world.begin("FI|Mock ASPSP", None).await;
    let Err(Upstream::Misconfigured(words)) = sent else {
        panic!("{sent:?}");
    };
    assert!(words.contains(CALLBACK), "{words}");
}

#[tokio::test]
async fn an_application_without_the_service_is_the_operator_s_fault_and_no_user_s() {
    let world = World::new().await;
    let answer = connect_fakes::enable_banking::Answer::error(403, "ACCESS_DENIED");
    world.fake.next("POST /auth", answer);
    let sent = world.begin("FI|Mock ASPSP", None).await;
    assert_eq!(outcome(&sent), "Misconfigured");
}

#[tokio::test]
async fn a_key_of_another_application_is_not_accepted() {
    let world = World::with(|settings| settings.private_key_file.set_file_name("strange.pem"));
    let Misconfigured(words) = world.await.banking.check().await.unwrap_err();
    assert!(words.contains("belong together"), "{words}");
    let world = World::with(|settings| settings.application_id = "another".into());
    let Misconfigured(words) = world.await.banking.check().await.unwrap_err();
    assert!(words.contains("application another"), "{words}");
}

#[tokio::test]
async fn clocks_may_be_five_minutes_apart() {
    let world = World::new().await;
    let mut table = Table::new("Enable Banking's clock, in seconds ahead of ours");
    for (ahead, expected) in [
        (-301, "well"),
        (-300, "well"),
        (0, "well"),
        (300, "well"),
        (301, "well"),
        (-3600, "refused"),
        (3600, "refused"),
    ] {
        world.fake.ahead(ahead);
        let checked = world.banking.check().await;
        let ours = if checked.is_ok() { "well" } else { "refused" };
        table.row(&ahead.to_string(), ours, Some(expected));
    }
    table.finish();
}

#[tokio::test]
async fn a_server_starts_although_enable_banking_is_down() {
    let world = World::new().await;
    let answer = connect_fakes::enable_banking::Answer::json(503, "");
    world.fake.next("GET /application", answer);
    let says = world.banking.check().await.unwrap().says;
    assert_eq!(says.len(), 1);
    assert!(says[0].contains("could not be asked"), "{says:?}");
}

#[tokio::test]
async fn settings_that_cannot_be_right_are_refused_before_anybody_is_called() {
    let world = World::new().await;
    let good = || world.files.settings(&world.base_url);
    let wrong = |change: Change| {
        let mut settings = good();
        change(&mut settings);
        make(settings).err().map(|Misconfigured(words)| words)
    };
    let mut table = Table::new("Settings");
    let rows: [(&str, Change, &str); 11] = [
        ("no id", |it| it.application_id.clear(), "`application_id`"),
        (
            "an id with a space",
            |it| it.application_id.push(' '),
            "`application_id`",
        ),
        (
            "no key file",
            |it| it.private_key_file.set_file_name("none.pem"),
            "`private_key_file`",
        ),
        (
            "a folder",
            |it| assert!(it.private_key_file.pop()),
            "`private_key_file`",
        ),
        (
            "http",
            |it| it.base_url = "http://api.example".into(),
            "`base_url`",
        ),
        (
            "no address",
            |it| it.base_url = "api.example".into(),
            "`base_url`",
        ),
        (
            "a password",
            |it| it.base_url = "https://me:secret@api.example".into(),
            "`base_url`",
        ),
        (
            "small letters",
            |it| it.countries = vec!["fi".into()],
            "`countries`",
        ),
        (
            "a name",
            |it| it.countries = vec!["Finland".into()],
            "`countries`",
        ),
        (
            "no days",
            |it| it.max_consent_days = 0,
            "`max_consent_days`",
        ),
        ("all well", |_| {}, "accepted"),
    ];
    for (name, change, expected) in rows {
        let words = wrong(change).unwrap_or_else(|| "accepted".into());
        assert!(!words.contains("secret"));
        table.row(name, &words, Some(expected));
    }
    table.finish();
}

#[tokio::test]
async fn a_file_without_a_usable_key_is_said_to_be_one() {
    let world = World::new().await;
    for (text, expected) in [
        ("no key", "holds no RSA private key"),
        (&test_key()[..600], "holds no RSA private key"),
        (include_str!("short.pem"), "2048"),
    ] {
        let mut settings = world.files.settings(&world.base_url);
        settings.private_key_file = world.files.write("odd.pem", text);
        let Misconfigured(words) = make(settings).err().unwrap();
        assert!(words.contains(expected), "{words}");
    }
}

#[test]
fn a_key_that_is_no_setting_is_refused_by_name() {
    let text = "application_id = \"a\"\nprivate_key_file = \"b\"\ncountry = [\"FI\"]\n";
    let error = toml::from_str::<Settings>(text).unwrap_err();
    assert!(
        error.to_string().contains("unknown field `country`"),
        "{error}"
    );
    let error = toml::from_str::<Settings>("application_id = \"a\"\n").unwrap_err();
    assert!(error.to_string().contains("private_key_file"), "{error}");
}

#[tokio::test]
async fn nothing_that_is_printed_holds_the_key_or_a_token() {
    let world = World::with(|settings| settings.application_id = "another".into()).await;
    let printed = format!("{:?}", world.banking.check().await);
    assert!(
        !printed.contains("PRIVATE KEY") && !printed.contains("eyJ"),
        "{printed}"
    );
}
