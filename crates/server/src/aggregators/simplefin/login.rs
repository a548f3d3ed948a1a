//! The one row that SimpleFIN has in the list of banks: its field, and where a token is to be had.

use super::Settings;
use crate::aggregators::{Bank, LoginStyle};
use crate::words::{Word, english};
use connect_core::api::{Field, FieldKind, Setup};

pub const BANK: &str = "simplefin";
pub const TOKEN: &str = "setup_token";

const NAME: &str = "SimpleFIN";
const STEPS: [Word; 3] = [
    Word::SimplefinSteps0,
    Word::SimplefinSteps1,
    Word::SimplefinSteps2,
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
        label: english(Word::SimplefinLink),
        steps: STEPS.map(english).to_vec(),
    }
}

fn field() -> Field {
    Field {
        name: TOKEN.to_owned(),
        label: english(Word::SimplefinToken),
        // It is as good as a password, until it has been used.
        kind: FieldKind::Password,
        required: true,
        autocomplete: Some("off".to_owned()),
        pattern: None,
        hint: Some(english(Word::SimplefinTokenHint)),
        options: Vec::new(),
    }
}
