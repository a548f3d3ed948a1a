//! Wealthica's messages. Source: the client package `wealthica-sdk-js` 0.0.11 and "Connect a user" (seed 004).

use super::message::Object;
use super::{Outgoing, Protocol, Told, event_name, redirect};
use crate::flow::{Place, Report};
use crate::launch::{Launch, Page, Theme};

/// The number that Wealthica's SDK gives for every failure of a connection.
pub(super) const ERROR_TYPE: u16 = 400;

pub(super) struct Wealthica;

impl Protocol for Wealthica {
    const PARAMETERS: &[&str] = &["client_id", "features", "webhook_uri"];
    /// With `connectionType: 'GET'`; else the server has it from the form.
    const TOKEN: Option<&str> = Some("token");

    fn opens(page: &Page) -> bool {
        let mut parts = page.path.rsplit('/');
        let (last, before) = (parts.next(), parts.next());
        last == Some("connect") || (page.is_no_folder() && matches!(before, Some("connect" | "reconnect")))
    }

    fn launch(page: &Page, launch: &mut Launch) {
        launch.read(page);
        // What the SDK says for a page that asks for no group: the whole list.
        launch.filters.retain(|filter| *filter != ("groups", "core".into()));
        // Success is told at once. An app's own address is gone to by a press alone: browsers refuse what a program begins.
        let to_app = page.text("redirect_uri").is_some_and(|uri| !uri.starts_with("http"));
        launch.skip_success = !to_app && page.parameter("skip_success_screen").as_deref() != Some("false");
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
    let mut data = Object::new();
    let message = |event: &str| {
        let mut message = Object::new();
        message.flag("wealthica", true);
        message.text("event", event);
        message
    };
    let mut message = match report {
        Report::Succeeded(made) => {
            let mut message = message("success");
            message.text("institution", &made.institution);
            message.text("provider", &made.bank.id);
            message
        }
        Report::Errored { failure, place } => {
            data.number("error_type", u64::from(ERROR_TYPE));
            data.text("message", &failure.message());
            at(&mut data, place);
            let mut message = message("error");
            message.raw("error", &data.end());
            message
        }
        Report::Left { .. } => message("close"),
        report => {
            let mut message = message(event_name(report)?);
            event(&mut data, report);
            // Never null: the SDK passes on only events with data.
            message.raw("data", &data.end());
            message
        }
    };
    Some(message.end())
}

fn event(data: &mut Object, report: &Report) {
    match report {
        Report::ScreenShown(screen) => {
            data.text("screen", screen.name());
        }
        Report::InstitutionSelected(bank)
        | Report::CredentialsSubmitted { bank, .. }
        | Report::OAuthOpened { bank, .. }
        | Report::OAuthBlocked(bank)
        | Report::OAuthReturned(bank)
        | Report::QuestionAsked { bank, .. }
        | Report::AnswerSubmitted { bank, .. }
        | Report::AccountsSelected { bank, .. } => {
            data.text("provider", &bank.id);
        }
        Report::Connected(made) => {
            data.text("provider", &made.bank.id);
            data.text("institution", &made.institution);
        }
        Report::Failed { failure, place } => {
            at(data, place);
            data.text("code", failure.code());
        }
        _ => {}
    }
}

fn at(data: &mut Object, place: &Place) {
    data.maybe("institution", place.institution.as_deref());
    data.maybe("provider", place.bank_id());
}
