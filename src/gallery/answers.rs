//! What a backend answers in the gallery: clients, banks, connections, questions.

use connect_core::api::{
    Account, Challenge, Choice, Client, Consent, ConsentReason, Field, FieldKind, FieldOption,
    Institution, LaunchOptions, Listing, Problem, Provider, ProviderPage, RecoveryUrls, Session,
    SyncDetails, SyncError, SyncStatus, SyncStep, error_name,
};
use connect_core::flow::{Answer, CallError};

pub const DOWN: &str = "We are working on our systems until Sunday, 6 a.m.";
const LEAF: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 40'%3E%3Crect width='40' height='40' fill='%23123c69'/%3E%3Cpath d='M11 29c0-12 7-18 18-18 0 12-6 18-18 18zm0 0l9-9' fill='none' stroke='white' stroke-width='2.4'/%3E%3C/svg%3E";
const CAPTCHA: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 240 80'%3E%3Crect width='240' height='80' fill='%23eef'/%3E%3Cg font-family='serif' font-size='42' fill='%23345'%3E%3Ctext x='24' y='54' rotate='-12'%3Ek%3C/text%3E%3Ctext x='74' y='50' rotate='9'%3E7%3C/text%3E%3Ctext x='124' y='58' rotate='-6'%3Em%3C/text%3E%3Ctext x='178' y='50' rotate='14'%3E4%3C/text%3E%3C/g%3E%3Cpath d='M8 30Q70 70 130 36T232 46' fill='none' stroke='%23567' stroke-width='2'/%3E%3C/svg%3E";

pub fn session(options: LaunchOptions) -> Answer {
    Answer::Session(Box::new(Session {
        client: Client {
            name: "The Shop".into(),
            ..Client::default()
        },
        user_id: "u1".into(),
        options,
        ..Session::default()
    }))
}

pub fn consent() -> LaunchOptions {
    let reason = |job: &str, reason: &str| ConsentReason {
        job_type: job.into(),
        reason: reason.into(),
    };
    LaunchOptions {
        job_types: Some(names(&["accounts", "accountOwner", "transactions"])),
        consent: Some(Consent {
            reasons: vec![
                reason("accounts", "To see whether a payment will go through."),
                reason("accountOwner", "To check that the account is yours."),
            ],
            terms_url: Some("https://shop.example/terms".into()),
        }),
        ..LaunchOptions::default()
    }
}

pub fn bank(name: &str) -> Provider {
    Provider {
        id: name.to_lowercase(),
        name: name.into(),
        logo: (name == "Demo").then(|| LEAF.into()),
        ..Provider::default()
    }
}

pub fn provider(provider: Provider) -> Answer {
    Answer::Provider(Box::new(provider))
}

pub fn hint() -> Option<String> {
    Some("Username: user_good\nPassword: pass_good".into())
}

pub fn at_own_site() -> Provider {
    Provider {
        oauth: true,
        authorize_url: Some("https://bank.example/authorize".into()),
        hint: Some("Any name and password will do.".into()),
        ..bank("Demo")
    }
}

pub fn all_fields() -> Provider {
    let field = |name: &str, label: &str, kind| Field {
        name: name.into(),
        label: label.into(),
        kind,
        required: true,
        ..Field::default()
    };
    let option = |value: &str, label: &str| FieldOption {
        value: value.into(),
        label: label.into(),
    };
    let page = |path: &str| Some(format!("https://bank.example/{path}"));
    Provider {
        fields: vec![
            Field {
                hint: Some("16 digits on the front of your card".into()),
                autocomplete: Some("username".into()),
                ..field("card", "Card number", FieldKind::Number)
            },
            field("email", "Email", FieldKind::Email),
            field("phone", "Phone", FieldKind::Tel),
            Field {
                hint: Some("Between 6 and 12 characters".into()),
                ..field("password", "Password", FieldKind::Password)
            },
            Field {
                options: vec![option("qc", "Québec"), option("on", "Ontario")],
                ..field("province", "Province", FieldKind::Select)
            },
            field("agree", "This is my own account", FieldKind::Checkbox),
        ],
        recovery_urls: Some(RecoveryUrls {
            password: page("password"),
            username: page("username"),
            website: page(""),
        }),
        name: "Caisse populaire de la Haute-Gaspésie".into(),
        ..bank("Demo")
    }
}

pub fn listing(items: Vec<Provider>) -> Answer {
    Answer::Providers(Listing::Page(ProviderPage {
        total: items.len() as u32,
        items,
        next: None,
    }))
}

pub fn news(institution: Institution) -> Answer {
    Answer::Institution(Box::new(institution))
}

pub fn connection(sync_status: SyncStatus, version: u64) -> Institution {
    Institution {
        id: "i1".into(),
        name: "Demo".into(),
        provider: "demo".into(),
        sync_status,
        version,
        ..Institution::default()
    }
}

pub fn syncing(step: SyncStep) -> Answer {
    news(Institution {
        sync_status_details: Some(SyncDetails {
            date: String::new(),
            step: Some(step),
        }),
        ..connection(SyncStatus::Syncing, 2)
    })
}

pub fn connected(accounts: Vec<Account>) -> Answer {
    news(Institution {
        accounts: Some(accounts),
        ..connection(SyncStatus::Ok, 3)
    })
}

pub fn accounts() -> Vec<Account> {
    let account = |name: &str, mask: &str, balance, currency: &str| Account {
        id: mask.into(),
        name: name.into(),
        kind: "checking".into(),
        mask: Some(mask.into()),
        balance,
        currency: Some(currency.into()),
        ..Account::default()
    };
    vec![
        account("Everyday", "1234", Some(2_450.7), "CAD"),
        account("Holiday savings", "9876", Some(18_000.0), "CAD"),
        account("US dollars", "5551", Some(-12.25), "USD"),
        Account {
            eligible: Some(false),
            reason: Some("Mortgages can’t be used here.".into()),
            ..account("Mortgage", "4242", None, "CAD")
        },
    ]
}

pub fn ineligible() -> Vec<Account> {
    let refused = |account| Account {
        eligible: Some(false),
        reason: Some("Only checking accounts can be used here.".into()),
        ..account
    };
    accounts()
        .into_iter()
        .skip(1)
        .take(2)
        .map(refused)
        .collect()
}

pub fn error(name: &str) -> Answer {
    error_with(SyncError {
        name: name.into(),
        ..SyncError::default()
    })
}

pub fn question(challenge: Challenge) -> Answer {
    error_with(SyncError {
        name: error_name::SECURITY_QUESTION.into(),
        challenge: Some(challenge),
        ..SyncError::default()
    })
}

pub fn refused_answer(challenge: Challenge) -> Answer {
    error_with(SyncError {
        name: error_name::SECURITY_QUESTION.into(),
        challenge: Some(challenge),
        provider_message: Some("That’s not the right city.".into()),
        ..SyncError::default()
    })
}

pub fn error_with(error: SyncError) -> Answer {
    news(Institution {
        sync_error: Some(error),
        ..connection(SyncStatus::Error, 5)
    })
}

pub fn choices(labels: &[&str]) -> Vec<Choice> {
    let choice = |label: &&str| Choice {
        id: label.to_string(),
        label: label.to_string(),
        image: None,
    };
    labels.iter().map(choice).collect()
}

pub fn pictures() -> Vec<Choice> {
    let picture = |choice| Choice {
        image: Some(LEAF.into()),
        ..choice
    };
    let choices = choices(&["Leaf", "Sail", "Mountain", "River"]);
    choices.into_iter().map(picture).collect()
}

pub fn captcha() -> Option<String> {
    Some(CAPTCHA.into())
}

pub fn refused(status: u16, code: &str) -> CallError {
    CallError::Refused {
        status,
        problem: Problem {
            code: code.into(),
            request_id: Some("req_7f3a91".into()),
            ..Problem::default()
        },
        retry_after: None,
    }
}

pub fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}
