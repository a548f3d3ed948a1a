//! States beside the usual: a consent that ends, a place to go to first, what could not be read, a window that stays.

use super::answers::{accounts, bank, connected, connection, error, error_with, names, news};
use super::states::{Add, at_bank, polling, submit};
use connect_core::api::{
    Field, FieldKind, Institution, Provider, Setup, SyncError, SyncStatus, Warning, error_name,
};
use connect_core::flow::Event;

pub(super) fn asides(add: Add) {
    add("login-setup", || at_bank(by_token()));
    add("login-setup-refused", || {
        submit(at_bank(by_token())).answer(error(error_name::LOGIN_FAILED))
    });
    add("failure-consent_expired", || {
        polling().answer(error(error_name::CONSENT_EXPIRED))
    });
    add("failure-user_action_required-link", || {
        polling().answer(error_with(SyncError {
            name: error_name::USER_ACTION_REQUIRED.into(),
            url: Some("https://demo.example/terms".into()),
            ..SyncError::default()
        }))
    });
    add("success-warnings", || {
        let warning = |message: &str| Warning {
            message: message.into(),
            ..Warning::default()
        };
        polling().answer(news(Institution {
            accounts: Some(accounts()),
            warnings: vec![
                warning("Harbour Bank asks you to log in there once more. Its accounts are not here yet."),
                warning("The balance of “Holiday savings” is of yesterday."),
            ],
            ..connection(SyncStatus::Ok, 3)
        }))
    });
    add("ended", || {
        polling()
            .answer(connected(accounts()))
            .send(Event::DoneClicked)
    });
    add("ended-app", || {
        let mut story = polling();
        let launch = &mut story.machine.launch;
        launch.redirect_uri = Some("com.example.shop://oauth".into());
        launch.redirect_checked = true;
        story.answer(connected(accounts())).send(Event::DoneClicked)
    });
}

fn by_token() -> Provider {
    Provider {
        fields: vec![Field {
            name: "setup_token".into(),
            label: "Token".into(),
            kind: FieldKind::Password,
            required: true,
            autocomplete: Some("off".into()),
            ..Field::default()
        }],
        setup: Some(Setup {
            url: "https://token.example/create".into(),
            label: "Get a token".into(),
            steps: names(&[
                "Connect your banks there.",
                "Make a token for this app and copy it.",
                "Come back here and paste it below.",
            ]),
        }),
        ..bank("Demo")
    }
}
