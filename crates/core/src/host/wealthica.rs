//! Wealthica's messages. Source: the client package `wealthica-sdk-js` 0.0.11 and "Connect a user" (seed 004).

use super::message::{EMPTY, Object};
use super::{Outgoing, Protocol, Told, redirect};
use crate::flow::{Bank, Place, Report};
use crate::launch::{Launch, Page, Theme};

/// The number that Wealthica's SDK gives for every failure of a connection.
pub(super) const ERROR_TYPE: u16 = 400;

pub(super) struct Wealthica;

impl Protocol for Wealthica {
    const PARAMETERS: &[&str] = &["client_id", "features", "webhook_uri"];
    /// With `connectionType: 'GET'`; else the server has it from the form.
    const TOKEN: Option<&str> = Some("token");

    fn opens(page: &Page) -> bool {
        let mut parts = page.path.split('/').filter(|part| !part.is_empty());
        parts.any(|part| part == "connect" || part == "reconnect")
    }

    fn launch(page: &Page, launch: &mut Launch) {
        launch.read(page);
        launch.look.theme.get_or_insert(Theme::Light);
        let before = page.path.trim_end_matches('/').rsplit('/').nth(1);
        match before {
            Some("connect") => launch.provider = Some(launch.route.clone()),
            Some("reconnect") => launch.institution = Some(launch.route.clone()),
            _ => {}
        }
    }

    /// Wealthica's own last pages are part of its protocol.
    fn address(launch: &Launch, report: &Report) -> Option<Outgoing> {
        redirect::address(launch, report).map(Outgoing::Go)
    }

    fn say(_: &Told, report: &Report) -> Vec<String> {
        word(report).into_iter().collect()
    }
}

fn word(report: &Report) -> Option<String> {
    let at_bank = |name, bank: &Bank| event(name, &provider(bank).end());
    Some(match report {
        Report::Opened => event("opened", EMPTY),
        Report::ScreenShown(screen) => event(
            "screen_shown",
            &Object::new().text("screen", screen.name()).end(),
        ),
        Report::InstitutionSelected(bank) => at_bank("institution_selected", bank),
        Report::ConsentGiven => event("consent_given", EMPTY),
        Report::CredentialsSubmitted { bank, .. } => at_bank("credentials_submitted", bank),
        Report::OAuthOpened { bank, .. } => at_bank("oauth_opened", bank),
        Report::OAuthBlocked(bank) => at_bank("oauth_blocked", bank),
        Report::OAuthReturned(bank) => at_bank("oauth_returned", bank),
        Report::QuestionAsked { bank, .. } => at_bank("question_asked", bank),
        Report::AnswerSubmitted { bank, .. } => at_bank("answer_submitted", bank),
        Report::AccountsSelected { bank, .. } => at_bank("accounts_selected", bank),
        Report::Connected(made) => {
            let mut data = provider(&made.bank);
            event(
                "connected",
                &data.text("institution", &made.institution).end(),
            )
        }
        Report::Failed { failure, place } => {
            let mut data = at(place);
            event("failed", &data.text("code", failure.code()).end())
        }
        Report::Succeeded(made) => message("success")
            .text("institution", &made.institution)
            .text("provider", &made.bank.id)
            .end(),
        Report::Errored { failure, place } => {
            let mut error = at(place);
            error.number("error_type", u64::from(ERROR_TYPE));
            error.text("message", &failure.message());
            message("error").raw("error", &error.end()).end()
        }
        Report::Left { .. } => message("close").end(),
        Report::TokenRefused
        | Report::Searched(_)
        | Report::WarningAccepted(_)
        | Report::WarningDismissed(_)
        | Report::LinkOpened { .. }
        | Report::OAuthHandedBack
        | Report::Syncing { .. }
        | Report::AccountsAsked { .. }
        | Report::WentOffline
        | Report::CameOnline
        | Report::WentBack(_) => return None,
    })
}

fn message(event: &str) -> Object {
    let mut message = Object::new();
    message.flag("wealthica", true);
    message.text("event", event);
    message
}

/// The data is never null: the SDK passes on only events with data.
fn event(name: &str, data: &str) -> String {
    message(name).raw("data", data).end()
}

fn provider(bank: &Bank) -> Object {
    let mut data = Object::new();
    data.text("provider", &bank.id);
    data
}

fn at(place: &Place) -> Object {
    let mut data = Object::new();
    data.maybe("institution", place.institution.as_deref());
    data.maybe("provider", place.bank_id());
    data
}
