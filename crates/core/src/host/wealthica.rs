//! Wealthica's messages. Source: the client package `wealthica-sdk-js` 0.0.11 and "Connect a user".

use crate::flow::Report;
use serde::Serialize;

/// The number that Wealthica's SDK gives for every failure of a connection.
pub(super) const ERROR_TYPE: u16 = 400;

#[derive(Serialize)]
struct Message<'a> {
    wealthica: bool,
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    institution: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Error<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Data<'a>>,
}

#[derive(Serialize)]
struct Error<'a> {
    error_type: u16,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    institution: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
}

/// Never null: the SDK passes on only events with data.
#[derive(Default, Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    screen: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    institution: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
}

pub(super) fn word(report: &Report) -> Option<String> {
    let message = match report {
        Report::Opened => event("opened", Data::default()),
        Report::ScreenShown(screen) => event(
            "screen_shown",
            Data {
                screen: Some(screen.name()),
                ..Data::default()
            },
        ),
        Report::InstitutionSelected(bank) => event("institution_selected", provider(&bank.id)),
        Report::ConsentGiven => event("consent_given", Data::default()),
        Report::CredentialsSubmitted(bank) => event("credentials_submitted", provider(&bank.id)),
        Report::OAuthOpened(bank) => event("oauth_opened", provider(&bank.id)),
        Report::OAuthBlocked(bank) => event("oauth_blocked", provider(&bank.id)),
        Report::OAuthReturned(bank) => event("oauth_returned", provider(&bank.id)),
        Report::QuestionAsked { bank, .. } => event("question_asked", provider(&bank.id)),
        Report::AnswerSubmitted(bank) => event("answer_submitted", provider(&bank.id)),
        Report::AccountsSelected { bank, .. } => event("accounts_selected", provider(&bank.id)),
        Report::Connected {
            bank, institution, ..
        } => event(
            "connected",
            Data {
                institution: Some(institution),
                ..provider(&bank.id)
            },
        ),
        Report::Failed { failure, place } => event(
            "failed",
            Data {
                code: Some(failure.code()),
                institution: place.institution.as_deref(),
                provider: place.bank.as_ref().map(|bank| bank.id.as_str()),
                ..Data::default()
            },
        ),
        Report::Succeeded {
            bank, institution, ..
        } => Message {
            institution: Some(institution),
            provider: Some(&bank.id),
            ..message("success")
        },
        Report::Errored { failure, place } => Message {
            error: Some(Error {
                error_type: ERROR_TYPE,
                message: failure.message(),
                institution: place.institution.as_deref(),
                provider: place.bank.as_ref().map(|bank| bank.id.as_str()),
            }),
            ..message("error")
        },
        Report::Left { .. } => message("close"),
    };
    Some(serde_json::to_string(&message).expect("plain data is always JSON"))
}

fn message(event: &str) -> Message<'_> {
    Message {
        wealthica: true,
        event,
        institution: None,
        provider: None,
        error: None,
        data: None,
    }
}

fn event<'a>(name: &'a str, data: Data<'a>) -> Message<'a> {
    Message {
        data: Some(data),
        ..message(name)
    }
}

fn provider(id: &str) -> Data<'_> {
    Data {
        provider: Some(id),
        ..Data::default()
    }
}
