//! Meld's messages. Source: "Step 4: Complete the Connection" (seed 000) and the widget's documented events.

use super::message::Object;
use super::{Protocol, Told, event_name};
use crate::flow::{Made, Report};
use crate::launch::{Launch, Page};

pub(super) struct Meld;

impl Protocol for Meld {
    const PARAMETERS: &[&str] = &["connectToken"];
    const TOKEN: Option<&str> = Some("connectToken");

    fn opens(page: &Page) -> bool {
        page.parameter("connectToken").is_some()
    }

    fn launch(page: &Page, launch: &mut Launch) {
        launch.take_framing_origin(page);
        // The host closes the widget: there is no message that would ask it to.
        launch.frame.close = launch.is_alone();
        launch.frame.inline = true;
    }

    fn say(_: &Told, report: &Report) -> Vec<String> {
        let said = match report {
            Report::Opened => message("init").end(),
            Report::Connected(made) => complete(made),
            Report::Errored { failure, .. } => message("error")
                .text("reason", failure.code())
                .text("details", &failure.message())
                .end(),
            Report::Left { reason, .. } => message("error")
                .text("reason", reason.name())
                .text("details", "The user left before there was a result.")
                .end(),
            report => {
                let details = match report {
                    Report::ScreenShown(screen) => Some(screen.name()),
                    Report::Failed { failure, .. } => Some(failure.code()),
                    report => event_name(report),
                };
                let debug = details.map(|details| message("debug").text("details", details).end());
                return debug.into_iter().collect();
            }
        };
        vec![said]
    }
}

fn message(name: &str) -> Object {
    let mut message = Object::new();
    message.text("domain", "meld-connect");
    message.text("eventName", name);
    message
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
