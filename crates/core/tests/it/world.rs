//! The world that stories happen in: launches, banks, answers of a backend.

use connect_core::Secret;
use connect_core::api::{
    Account, Challenge, ChallengeKind, Choice, Client, Institution, LaunchOptions, Listing,
    OAuthResult, OAuthStatus, Problem, Provider, ProviderPage, ProviderStatus, Session, Setup,
    SyncDetails, SyncError, SyncStatus, SyncStep, Warning,
};
use connect_core::flow::{Answer, CallError, Proof};
use connect_core::host::System;
use connect_core::launch::{Embedding, Launch, Page, PageData};
use connect_core::theme::ThemeTokens;

pub const TOKEN: &str = "tok-SENTINEL-1";
pub const USERNAME: &str = "ada";
pub const PASSWORD: &str = "pass-SENTINEL-2";
pub const ANSWER: &str = "answer-SENTINEL-3";
pub const CODE: &str = "code-SENTINEL-6";
pub const VERIFIER: &str = "verifier-SENTINEL-7";
pub const HOST: &str = "https://shop.example";
pub const OWN: &str = "https://connect.example";

/// A frame in a shop's page that was handed its token in the fragment.
pub fn page() -> Page {
    Page {
        query: pairs(&[("origin", HOST), ("state", "s7")]),
        fragment: pairs(&[("token", TOKEN)]),
        data: None,
        embedding: Embedding::Framed,
        path: "/".into(),
        framing_origin: Some(HOST.into()),
        theme_tokens: ThemeTokens::default(),
        own_origin: OWN.into(),
        api_url: OWN.into(),
        seed: "seed".into(),
        raw_query: format!("origin={HOST}"),
        kept: None,
        offline: false,
    }
}

pub fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
    pairs.iter().map(owned).collect()
}

pub fn launch() -> Launch {
    Launch::new(page())
}

/// The same frame, waiting for its host to hand over the token.
pub fn launch_without_token() -> Launch {
    Launch::new(Page {
        fragment: Vec::new(),
        ..page()
    })
}

/// The page that a host of this system opens.
pub fn launch_as(system: System) -> Launch {
    let plain = page();
    let (path, parameters): (&str, &[(&str, &str)]) = match system {
        System::Native => return launch(),
        System::Wealthica => return launch_by("wealthica", PageData::default()),
        System::MoneyKit => (
            "/start",
            &[
                ("linkSessionToken", TOKEN),
                ("origin", HOST),
                ("stepTimers", "true"),
            ],
        ),
        System::Flinks => (
            "/v2/",
            &[
                ("authorizeToken", TOKEN),
                ("redirectUrl", "https://shop.example/back"),
                ("termsUrl", "https://shop.example/terms"),
            ],
        ),
        System::Meld => ("/", &[("connectToken", TOKEN)]),
        System::Ucw => (
            "/widget",
            &[
                ("jobTypes", "transactions"),
                ("userId", "u1"),
                ("token", TOKEN),
                ("targetOrigin", HOST),
            ],
        ),
        System::UcwV2 => ("/widget", &[("token", TOKEN)]),
    };
    Launch::new(Page {
        query: pairs(parameters),
        fragment: Vec::new(),
        path: path.into(),
        ..plain
    })
}

/// The page that a Wealthica host posts its token to.
pub fn launch_by(system: &str, data: PageData) -> Launch {
    Launch::new(Page {
        fragment: Vec::new(),
        data: Some(PageData {
            system: Some(system.into()),
            token: data.token.or_else(|| Some(Secret::new(TOKEN))),
            ..data
        }),
        ..page()
    })
}

pub fn session() -> Answer {
    Answer::Session(Box::new(plain_session()))
}

pub fn plain_session() -> Session {
    Session {
        client: Client {
            name: "The Shop".into(),
            ..Client::default()
        },
        user_id: "u1".into(),
        ..Session::default()
    }
}

/// A bank with the usual login; its id is its name in lower case.
pub fn bank(name: &str) -> Provider {
    Provider {
        id: name.to_lowercase(),
        name: name.into(),
        ..Provider::default()
    }
}

/// A bank that logs in at its own site.
pub fn oauth_bank() -> Provider {
    Provider {
        oauth: true,
        client_id: Some("widget".into()),
        authorize_url: Some("https://bank.example/authorize?lang=en".into()),
        scopes: vec!["accounts".into(), "owner".into()],
        ..bank("Oauth")
    }
}

/// A bank that is down, with two other ways to it.
/// Demo, by a token that is to be had elsewhere.
pub fn bank_with_setup() -> Provider {
    Provider {
        setup: Some(Setup {
            url: "https://demo.example/token".into(),
            label: "Get a token".into(),
            steps: vec!["Copy it.".into()],
        }),
        ..bank("Demo")
    }
}

pub fn bank_that_is(status: ProviderStatus) -> Provider {
    Provider {
        status: Some(status),
        message: Some("Until tomorrow.".into()),
        alternatives: vec!["demo".into(), "oauth".into()],
        ..bank("Down")
    }
}

pub fn provider(provider: Provider) -> Answer {
    Answer::Provider(Box::new(provider))
}

pub fn session_with(options: LaunchOptions) -> Answer {
    Answer::Session(Box::new(Session {
        options,
        ..plain_session()
    }))
}

pub fn account(id: &str, eligible: bool) -> Account {
    Account {
        id: id.into(),
        name: format!("Account {id}"),
        kind: "checking".into(),
        eligible: Some(eligible),
        reason: (!eligible).then(|| "Mortgages can't be connected.".into()),
        ..Account::default()
    }
}

/// All is well with `i1`, and these are its accounts.
pub fn connected_with(accounts: Vec<Account>, version: u64) -> Answer {
    news(Institution {
        accounts: Some(accounts),
        ..connection(SyncStatus::Ok, version)
    })
}

/// A `SecurityQuestionError` with this challenge.
pub fn challenge(challenge: Challenge, version: u64) -> Answer {
    error_with(
        SyncError {
            name: "SecurityQuestionError".into(),
            message: challenge.prompt.clone(),
            challenge: Some(challenge),
            ..SyncError::default()
        },
        version,
    )
}

pub fn code_challenge() -> Challenge {
    Challenge {
        kind: ChallengeKind::Code,
        prompt: "Enter the code".into(),
        numeric: Some(true),
        resend: Some(true),
        destination: Some("•••42".into()),
        ..Challenge::default()
    }
}

pub fn approval() -> Challenge {
    Challenge {
        kind: ChallengeKind::Approve,
        prompt: "Confirm in the app".into(),
        ..Challenge::default()
    }
}

pub fn oauth_result(status: OAuthStatus) -> OAuthResult {
    OAuthResult {
        status,
        code: (status == OAuthStatus::Complete).then(|| Secret::new(CODE)),
        error: (status == OAuthStatus::Error).then(|| "server_error".into()),
        kept: None,
    }
}

pub fn proof(nonce: &str) -> Proof {
    Proof {
        nonce: nonce.into(),
        verifier: Secret::new(VERIFIER),
        challenge: "challenge".into(),
    }
}

/// The `state` of the login with this nonce.
pub fn state_of(nonce: &str) -> String {
    connect_core::base64(format!(r#"{{"sub":"widget","nonce":"{nonce}"}}"#).as_bytes())
}

pub fn login_of(name: &str) -> Answer {
    Answer::Provider(Box::new(bank(name)))
}

pub fn listing(names: &[&str]) -> Answer {
    page_of(names, None, names.len() as u32)
}

pub fn page_of(names: &[&str], next: Option<&str>, total: u32) -> Answer {
    Answer::Providers(Listing::Page(ProviderPage {
        items: names.iter().map(|name| bank(name)).collect(),
        next: next.map(String::from),
        total,
    }))
}

pub fn catalogue(names: &[&str]) -> Answer {
    Answer::Providers(Listing::Whole(names.iter().map(|n| bank(n)).collect()))
}

/// The connection `i1` to Demo.
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

fn news(institution: Institution) -> Answer {
    Answer::Institution(Box::new(institution))
}

pub fn syncing(version: u64) -> Answer {
    news(connection(SyncStatus::Syncing, version))
}

pub fn syncing_at(step: SyncStep, version: u64) -> Answer {
    let details = SyncDetails {
        date: "2026-01-01T00:00:00Z".into(),
        step: Some(step),
    };
    news(Institution {
        sync_status_details: Some(details),
        ..connection(SyncStatus::Syncing, version)
    })
}

pub fn connected(version: u64) -> Answer {
    let account = Account {
        id: "a1".into(),
        name: "Everyday".into(),
        kind: "checking".into(),
        mask: Some("1234".into()),
        currency: Some("CAD".into()),
        balance: Some(12.5),
        ..Account::default()
    };
    news(Institution {
        accounts: Some(vec![account]),
        ..connection(SyncStatus::Ok, version)
    })
}

/// The same with a consent that ends, and with something that could not be read.
pub fn connected_for_a_while(version: u64) -> Answer {
    let warning = Warning {
        account_ids: vec!["a1".into()],
        message: "Acme could not be read.".into(),
    };
    match connected(version) {
        Answer::Institution(institution) => news(Institution {
            consent_expires_at: Some("2026-04-01T00:00:00Z".into()),
            warnings: vec![warning],
            ..*institution
        }),
        other => other,
    }
}

pub fn delayed(version: u64) -> Answer {
    news(connection(SyncStatus::Retry, version))
}

pub fn error(name: &str, version: u64) -> Answer {
    error_with(
        SyncError {
            name: name.into(),
            message: "No.".into(),
            ..SyncError::default()
        },
        version,
    )
}

pub fn error_with(error: SyncError, version: u64) -> Answer {
    news(Institution {
        sync_error: Some(error),
        ..connection(SyncStatus::Error, version)
    })
}

/// A `SecurityQuestionError` with choices.
pub fn choice_question(prompt: &str, version: u64) -> Answer {
    let choice = |id: &str| Choice {
        id: id.into(),
        label: id.to_uppercase(),
        image: None,
    };
    let challenge = Challenge {
        kind: ChallengeKind::Choice,
        prompt: prompt.into(),
        choices: vec![choice("javascript"), choice("ruby")],
        ..Challenge::default()
    };
    error_with(
        SyncError {
            name: "SecurityQuestionError".into(),
            message: prompt.into(),
            challenge: Some(challenge),
            ..SyncError::default()
        },
        version,
    )
}

/// A `SecurityQuestionError` as Wealthica's backend words it: only a message.
pub fn text_question(prompt: &str, version: u64) -> Answer {
    error_with(
        SyncError {
            name: "SecurityQuestionError".into(),
            message: prompt.into(),
            ..SyncError::default()
        },
        version,
    )
}

pub fn refused(status: u16, code: &str) -> CallError {
    CallError::Refused {
        status,
        problem: Problem {
            code: code.into(),
            request_id: Some("r42".into()),
            ..Problem::default()
        },
        retry_after: None,
    }
}

pub fn busy(status: u16, seconds: u32) -> CallError {
    CallError::Refused {
        status,
        problem: Problem::default(),
        retry_after: Some(seconds),
    }
}
