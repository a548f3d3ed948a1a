//! The widget's own protocol, spoken by `connect()`. Source: docs/native-protocol.md.

use super::Incoming;
use crate::flow::{AccountSummary, Bank, Place, Report};
use crate::json::Json;
use crate::launch::Launch;
use serde::Serialize;

const VERSION: u8 = 1;

#[derive(Serialize)]
struct Message<'a> {
    connect_widget: u8,
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Data<'a>>,
}

/// All that a message can say; each message fills in what it has.
#[derive(Default, Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    screen: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<crate::api::ChallengeKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    institution_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_name: Option<&'a str>,
    /// How many accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accounts: Option<Vec<Account<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
}

#[derive(Serialize)]
struct Account<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mask: Option<&'a str>,
}

pub(super) fn ready() -> String {
    json("ready", None, None)
}

pub(super) fn hear(json: &impl Json) -> Option<Incoming> {
    let version: u8 = json.part("connect_widget")?;
    let kind: String = json.part("type")?;
    let token = json.part("token")?;
    match (version, kind.as_str()) {
        (VERSION, "init") => Some(Incoming::Token(token)),
        (VERSION, "update") => Some(Incoming::NewToken(token)),
        _ => None,
    }
}

pub(super) fn word(launch: &Launch, report: &Report) -> Option<String> {
    let state = launch.state.as_deref();
    let event = |name, data| Some(json("event", Some(name), Some(data)));
    let result = |kind, data| Some(json(kind, None, Some(Data { state, ..data })));
    match report {
        Report::Opened => event("opened", Data::default()),
        Report::ScreenShown(screen) => event(
            "screen_shown",
            Data {
                screen: Some(screen.name()),
                ..Data::default()
            },
        ),
        Report::InstitutionSelected(bank) => event(
            "institution_selected",
            Data {
                provider: Some(&bank.id),
                provider_name: Some(&bank.name),
                ..Data::default()
            },
        ),
        Report::ConsentGiven => event("consent_given", Data::default()),
        Report::CredentialsSubmitted(bank) => event("credentials_submitted", provider(&bank.id)),
        Report::OAuthOpened(bank) => event("oauth_opened", provider(&bank.id)),
        Report::OAuthBlocked(bank) => event("oauth_blocked", provider(&bank.id)),
        Report::OAuthReturned(bank) => event("oauth_returned", provider(&bank.id)),
        Report::QuestionAsked { bank, kind } => event(
            "question_asked",
            Data {
                kind: Some(*kind),
                ..provider(&bank.id)
            },
        ),
        Report::AnswerSubmitted(bank) => event("answer_submitted", provider(&bank.id)),
        Report::AccountsSelected { bank, count } => event(
            "accounts_selected",
            Data {
                count: Some(*count),
                ..provider(&bank.id)
            },
        ),
        Report::Connected {
            bank,
            institution,
            accounts,
        } => event("connected", connection(bank, institution, accounts)),
        Report::Failed { failure, place } => event(
            "failed",
            Data {
                code: Some(failure.code()),
                message: Some(failure.message()),
                reference: failure.reference(),
                ..at(place)
            },
        ),
        Report::Succeeded {
            bank,
            institution,
            accounts,
        } => result("success", connection(bank, institution, accounts)),
        Report::Errored { failure, place } => result(
            "error",
            Data {
                code: Some(failure.code()),
                message: Some(failure.message()),
                reference: failure.reference(),
                ..at(place)
            },
        ),
        Report::Left { place, reason } => result(
            "exit",
            Data {
                reason: Some(reason.name()),
                ..at(place)
            },
        ),
    }
}

fn provider(id: &str) -> Data<'_> {
    Data {
        provider: Some(id),
        ..Data::default()
    }
}

fn connection<'a>(
    bank: &'a Bank,
    institution: &'a str,
    accounts: &'a [AccountSummary],
) -> Data<'a> {
    Data {
        institution_id: Some(institution),
        provider_name: Some(&bank.name),
        accounts: Some(accounts.iter().map(account).collect()),
        ..provider(&bank.id)
    }
}

fn at(place: &Place) -> Data<'_> {
    Data {
        institution_id: place.institution.as_deref(),
        provider: place.bank.as_ref().map(|bank| bank.id.as_str()),
        ..Data::default()
    }
}

fn account(account: &AccountSummary) -> Account<'_> {
    Account {
        id: &account.id,
        name: &account.name,
        kind: &account.kind,
        mask: account.mask.as_deref(),
    }
}

fn json(kind: &str, name: Option<&str>, data: Option<Data>) -> String {
    let message = Message {
        connect_widget: VERSION,
        r#type: kind,
        name,
        data,
    };
    serde_json::to_string(&message).expect("plain data is always JSON")
}
