//! Meld's messages. Source: "Step 4: Complete the Connection" (seed 000) and the widget's documented events.

use super::message::Object;
use super::{Protocol, Told};
use crate::flow::{Failure, Made, Report};
use crate::launch::{Launch, Page};

pub(super) struct Meld;

impl Protocol for Meld {
    const PARAMETERS: &[&str] = &["connectToken"];
    const TOKEN: Option<&str> = Some("connectToken");

    fn opens(page: &Page) -> bool {
        page.text("connectToken").is_some()
    }

    fn launch(page: &Page, launch: &mut Launch) {
        launch.take_framing_origin(page);
        // The host closes the widget: there is no message that would ask it to.
        launch.frame.close = launch.is_alone();
        launch.frame.inline = true;
    }

    fn say(_: &Told, report: &Report) -> Vec<String> {
        let debug = |details| vec![message("debug").text("details", details).end()];
        match report {
            Report::Opened => vec![message("init").end()],
            Report::ScreenShown(screen) => debug(screen.name()),
            Report::InstitutionSelected(_) => debug("institution_selected"),
            Report::CredentialsSubmitted { .. } => debug("credentials_submitted"),
            Report::OAuthOpened { .. } => debug("oauth_opened"),
            Report::OAuthReturned(_) => debug("oauth_returned"),
            Report::AnswerSubmitted { .. } => debug("answer_submitted"),
            Report::Failed { failure, .. } => debug(failure.code()),
            Report::Connected(made) => vec![complete(made)],
            Report::Errored { failure, .. } => vec![error(failure.code(), failure)],
            Report::Left { reason, .. } => {
                vec![message("error").text("reason", reason.name()).end()]
            }
            Report::TokenRefused
            | Report::Searched(_)
            | Report::ConsentGiven
            | Report::WarningAccepted(_)
            | Report::WarningDismissed(_)
            | Report::LinkOpened { .. }
            | Report::OAuthBlocked(_)
            | Report::OAuthHandedBack
            | Report::Syncing { .. }
            | Report::QuestionAsked { .. }
            | Report::AccountsAsked { .. }
            | Report::AccountsSelected { .. }
            | Report::WentOffline
            | Report::CameOnline
            | Report::WentBack(_)
            | Report::Succeeded(_) => Vec::new(),
        }
    }
}

fn message(name: &str) -> Object {
    let mut message = Object::new();
    message.text("domain", "meld-connect");
    message.text("eventName", name);
    message
}

fn error(reason: &str, failure: &Failure) -> String {
    message("error")
        .text("reason", reason)
        .text("details", &failure.message())
        .end()
}

fn complete(made: &Made) -> String {
    let mut accounts = Vec::new();
    for account in &made.accounts {
        let mut data = Object::new();
        data.text("name", &account.name);
        data.text("type", &account.kind);
        data.or_null("mask", account.mask.as_deref());
        accounts.push(data.end());
    }
    let mut message = message("connect_complete");
    message.text("institutionId", &made.bank.id);
    message.text("institutionName", &made.bank.name);
    message.number("accountCount", accounts.len() as u64);
    match accounts.is_empty() {
        true => message.raw("accounts", "null"),
        false => message.list("accounts", &accounts),
    };
    message.end()
}
