//! What happened, whose move it is, and the ways on.

use super::way_out::way_out;
use super::ways::{About, ways};
use crate::driver::Flow;
use crate::text::{Text, Words, with};
use crate::ui::{Icon, badge, paragraph, row, rows, said, screen, title};
use connect_core::flow::{self, Ineligible, Link, State, WayOn};
use leptos::prelude::*;

pub fn failure(flow: Flow, text: Text) -> AnyView {
    flow.with_untracked(|machine| {
        let State::Failed(failed) = &machine.state else {
            return ().into_any();
        };
        let provider = failed.provider.as_ref();
        let about = About {
            bank: provider.map_or("", |provider| &provider.name),
            client: &machine.session.client.name,
            go_on: text.r#continue(),
        };
        let words = match machine.launch.wrong_origin {
            Some(_) => text.failures_wrong_origin(),
            None => words(text, &failed.failure),
        };
        let lead = match failed.ways {
            (WayOn::OtherBank, _) | (_, Some(WayOn::OtherBank)) => words.lead,
            _ => without_list(text, &failed.failure).unwrap_or(words.lead),
        };
        let address = match &failed.failure {
            flow::Failure::UserActionRequired { url } => url.as_ref(),
            _ => None,
        };
        let label = with(text.bank_website(), about.bank);
        let there = way_out(flow, "primary", address, label, Link::Website);
        let reference = failed.failure.reference();
        let reference = reference.map(|reference| with(text.reference(), reference));
        screen(
            "screen centred",
            vec![
                badge(picture(&failed.failure)),
                title(with(words.title, about.bank)),
                said("lead", "alert", with(lead, about.bank)),
                found(text, &failed.failure),
                paragraph("reference", reference.unwrap_or_default()),
                ways(flow, text, there, failed.ways, about),
            ],
        )
    })
}

fn picture(failure: &flow::Failure) -> Icon {
    use flow::Failure;
    match failure {
        Failure::Delayed
        | Failure::Timeout
        | Failure::OAuthExpired
        | Failure::QuestionExpired
        | Failure::ConsentExpired
        | Failure::SessionExpired => Icon::Clock,
        _ => Icon::Alert,
    }
}

/// The accounts that cannot be connected, with the reasons.
fn found(text: Text, failure: &flow::Failure) -> AnyView {
    match failure {
        flow::Failure::NoAccounts { found } if !found.is_empty() => rows(
            "rows",
            text.accounts(),
            found.iter().map(|found| ineligible(text, found)).collect(),
        ),
        _ => ().into_any(),
    }
}

fn ineligible(text: Text, account: &Ineligible) -> AnyView {
    let Ineligible { name, mask, reason } = account.clone();
    row(
        called(text, &name),
        reason.unwrap_or_default(),
        masked(mask),
    )
}

/// What an account is called, also if its bank gives it no name.
pub fn called(text: Text, name: &str) -> String {
    let name = if name.trim().is_empty() {
        text.nameless()
    } else {
        name
    };
    name.into()
}

/// The last digits of an account's number.
pub fn masked(mask: Option<String>) -> String {
    mask.map_or_else(String::new, |mask| format!("•••{mask}"))
}

/// What is said where there is no list to choose another bank from.
fn without_list(text: Text, failure: &flow::Failure) -> Option<&'static str> {
    use flow::Failure;
    match failure {
        Failure::UnknownProvider => Some(text.failures_unknown_provider_alone()),
        Failure::InstitutionUnavailable => Some(text.failures_institution_unavailable_alone()),
        Failure::NoAccounts { .. } => Some(text.failures_no_accounts_alone()),
        _ => None,
    }
}

fn words(text: Text, failure: &flow::Failure) -> Words {
    use flow::Failure;
    match failure {
        Failure::TooManyAttempts => text.failures_too_many_attempts(),
        Failure::UserActionRequired { .. } => text.failures_user_action_required(),
        Failure::TemporaryFailure => text.failures_temporary_failure(),
        Failure::AccountLocked => text.failures_account_locked(),
        Failure::NoAccounts { .. } => text.failures_no_accounts(),
        Failure::InstitutionUnavailable => text.failures_institution_unavailable(),
        Failure::ConsentDenied => text.failures_consent_denied(),
        Failure::ConsentExpired => text.failures_consent_expired(),
        Failure::DuplicateConnection => text.failures_duplicate_connection(),
        Failure::OAuthDenied => text.failures_oauth_denied(),
        Failure::OAuthFailed => text.failures_oauth_failed(),
        Failure::OAuthUnavailable => text.failures_oauth_unavailable(),
        Failure::OAuthExpired => text.failures_oauth_expired(),
        Failure::QuestionExpired => text.failures_question_expired(),
        Failure::Delayed => text.failures_delayed(),
        Failure::InvalidCredentials | Failure::Provider { .. } => text.failures_provider_error(),
        Failure::UnknownProvider => text.failures_unknown_provider(),
        Failure::UnknownInstitution => text.failures_unknown_institution(),
        Failure::SessionExpired => text.failures_session_expired(),
        Failure::InvalidToken => text.failures_invalid_token(),
        Failure::OriginNotAllowed => text.failures_origin_not_allowed(),
        Failure::RedirectNotRegistered => text.failures_redirect_not_registered(),
        Failure::Timeout => text.failures_timeout(),
        Failure::Server { .. } | Failure::Internal => text.failures_server(),
    }
}
