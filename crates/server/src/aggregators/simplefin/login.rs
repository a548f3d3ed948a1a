//! The one row that SimpleFIN has in the list of banks: its field, and where a token is to be had.

use super::Settings;
use crate::aggregators::{Bank, LoginStyle};
use connect_core::api::{Field, FieldKind, Setup};

pub const BANK: &str = "simplefin";
pub const TOKEN: &str = "setup_token";

const NAME: &str = "SimpleFIN";
const LABEL: &str = "Get a token";
const STEPS: [&str; 3] = [
    "Log in to SimpleFIN and connect your banks there.",
    "Create a new app connection and copy its token.",
    "Paste the token here. It can be used once.",
];

pub fn bank(settings: &Settings) -> Bank {
    Bank {
        id: BANK.to_owned(),
        name: settings.name.clone().unwrap_or_else(|| NAME.to_owned()),
        url: Some(settings.token_page()),
        login: LoginStyle::Fields(vec![field()]),
        setup: Some(setup(settings)),
        ..Bank::default()
    }
}

/// What a user has to do before the token can be pasted.
pub fn setup(settings: &Settings) -> Setup {
    Setup {
        url: settings.token_page(),
        label: LABEL.to_owned(),
        steps: STEPS.map(str::to_owned).to_vec(),
    }
}

fn field() -> Field {
    Field {
        name: TOKEN.to_owned(),
        label: "SimpleFIN token".to_owned(),
        // It is as good as a password, until it has been used.
        kind: FieldKind::Password,
        required: true,
        autocomplete: Some("off".to_owned()),
        pattern: None,
        hint: Some("A long text without spaces, from SimpleFIN's page".to_owned()),
        options: Vec::new(),
    }
}
