//! The bank "Fields Bank": a login form with every kind of field.

use super::{Profile, Script, login_failed};
use crate::words::{Word, english};
use connect_core::api::{Field, FieldKind, FieldOption, Provider, RecoveryUrls, SyncStep};

pub const PROFILE: Profile = Profile {
    id: "fields-bank",
    name: "Fields Bank",
    color: "#0f6674",
    hint: Word::SandboxFields,
    logo: include_str!("fields.svg"),
};

const SITE: &str = "https://fields-bank.example";

pub fn login(username: &str) -> Script {
    if username == "wrong" {
        return Script::refusing(SyncStep::Login, login_failed());
    }
    Script::connecting(&[SyncStep::Login])
}

pub fn describe(provider: &mut Provider) {
    provider.url = Some(SITE.into());
    provider.recovery_urls = Some(RecoveryUrls {
        password: Some(format!("{SITE}/password")),
        username: Some(format!("{SITE}/username")),
        website: Some(SITE.into()),
    });
    provider.fields = fields();
}

fn fields() -> Vec<Field> {
    vec![
        Field {
            autocomplete: Some("username".into()),
            hint: Some(english(Word::SandboxFieldsUsernameHint)),
            ..required("username", "Username", FieldKind::Text)
        },
        Field {
            autocomplete: Some("current-password".into()),
            ..required("password", "Password", FieldKind::Password)
        },
        Field {
            autocomplete: Some("email".into()),
            ..required("email", "Email address", FieldKind::Email)
        },
        Field {
            autocomplete: Some("tel".into()),
            hint: Some(english(Word::SandboxFieldsPhoneHint)),
            required: false,
            ..required("phone", "Phone number", FieldKind::Tel)
        },
        Field {
            autocomplete: Some("off".into()),
            pattern: Some("[0-9]{6}".into()),
            hint: Some(english(Word::SandboxFieldsCardNumberHint)),
            ..required("card_number", "Card number", FieldKind::Number)
        },
        Field {
            options: vec![
                option("north", "North branch"),
                option("south", "South branch"),
                option("online", "Online only"),
            ],
            ..required("branch", "Branch", FieldKind::Select)
        },
        Field {
            hint: Some(english(Word::SandboxFieldsTermsHint)),
            ..required(
                "terms",
                "I accept the bank's terms of use",
                FieldKind::Checkbox,
            )
        },
    ]
}

fn required(name: &str, label: &str, kind: FieldKind) -> Field {
    Field {
        name: name.into(),
        label: label.into(),
        kind,
        required: true,
        ..Field::default()
    }
}

fn option(value: &str, label: &str) -> FieldOption {
    FieldOption {
        value: value.into(),
        label: label.into(),
    }
}
