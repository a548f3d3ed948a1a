//! The widget's own protocol, spoken by `connect()`. Source: docs/native-protocol.md.

use super::message::{Object, json};
use super::{Incoming, Outgoing, Protocol, Told, event_name, redirect};
use crate::api;
use crate::flow::{AccountSummary, Failure, Made, Place, Report};
use crate::json::Json;
use crate::launch::{Launch, Look, Page, Theme};

const VERSION: u8 = 1;

pub(super) struct Native;

impl Protocol for Native {
    /// Everywhere where no other system is spoken.
    fn opens(_: &Page) -> bool {
        true
    }

    fn launch(page: &Page, launch: &mut Launch) {
        launch.read(page);
    }

    fn ask_for_token() -> Option<String> {
        Some(message("ready").end())
    }

    fn hear<J: Json>(json: &J) -> Vec<Incoming> {
        let version: Option<u8> = json.part("connect_widget");
        let kind: Option<String> = json.part("type");
        match (version, kind.as_deref()) {
            (Some(VERSION), Some("init")) => {
                let token = json.part("token").map(Incoming::Token);
                token.into_iter().collect()
            }
            (Some(VERSION), Some("update")) => update(json),
            (Some(VERSION), Some("back")) => vec![Incoming::Back],
            _ => Vec::new(),
        }
    }

    /// Somebody without a host gets a last page.
    fn address(launch: &Launch, report: &Report) -> Option<Outgoing> {
        let goes = launch.is_alone() || redirect::registered(launch).is_some();
        let address = goes.then(|| redirect::address(launch, report))?;
        address.map(Outgoing::Go)
    }

    fn say(told: &Told, report: &Report) -> Vec<String> {
        word(told, report).into_iter().collect()
    }
}

fn update(json: &impl Json) -> Vec<Incoming> {
    let theme: Option<String> = json.part("theme");
    let look = Look {
        theme: theme.as_deref().and_then(Theme::by_name),
        tokens: json.part("theme_tokens").unwrap_or_default(),
    };
    let look = (look != Look::default()).then_some(Incoming::Look(look));
    let lang = json.part("lang").map(Incoming::Lang);
    let token = json.part("token").map(Incoming::NewToken);
    look.into_iter().chain(lang).chain(token).collect()
}

fn word(told: &Told, report: &Report) -> Option<String> {
    let mut data = Object::new();
    let kind = match report {
        Report::Succeeded(made) => {
            connection(&mut data, made);
            "success"
        }
        Report::Errored { failure, place } => {
            failed(&mut data, failure, place);
            "error"
        }
        Report::Left { place, reason } => {
            data.text("reason", reason.name());
            at(&mut data, place);
            "exit"
        }
        Report::WentBack(went) => {
            data.flag("did_go_back", *went);
            "back"
        }
        report => {
            event(&mut data, report);
            "event"
        }
    };
    let name = event_name(report);
    if kind == "event" {
        name?;
    }
    if report.is_terminal() {
        data.maybe("state", told.launch.state.as_deref());
    }
    let mut message = message(kind);
    message.maybe("name", name);
    message.raw("data", &data.end());
    Some(message.end())
}

fn event(data: &mut Object, report: &Report) {
    match report {
        Report::ScreenShown(screen) => {
            data.text("screen", screen.name());
        }
        Report::InstitutionSelected(bank) => {
            data.text("provider", &bank.id);
            data.text("provider_name", &bank.name);
        }
        Report::CredentialsSubmitted { bank, .. }
        | Report::OAuthOpened { bank, .. }
        | Report::OAuthBlocked(bank)
        | Report::OAuthReturned(bank)
        | Report::AnswerSubmitted { bank, .. } => {
            data.text("provider", &bank.id);
        }
        Report::QuestionAsked { bank, kind, .. } => {
            data.text("provider", &bank.id);
            data.text("kind", kind.name());
        }
        Report::AccountsSelected { bank, accounts } => {
            data.text("provider", &bank.id);
            data.number("count", accounts.len() as u64);
        }
        Report::Connected(made) => connection(data, made),
        Report::Failed { failure, place } => failed(data, failure, place),
        _ => {}
    }
}

fn message(kind: &str) -> Object {
    let mut message = Object::new();
    message.number("connect_widget", u64::from(VERSION));
    message.text("type", kind);
    message
}

fn connection(data: &mut Object, made: &Made) {
    let accounts: Vec<String> = made.accounts.iter().map(account).collect();
    data.text("institution_id", &made.institution);
    data.text("provider", &made.bank.id);
    data.text("provider_name", &made.bank.name);
    data.list("accounts", &accounts);
    if !made.warnings.is_empty() {
        let warnings: Vec<String> = made.warnings.iter().map(warning).collect();
        data.list("warnings", &warnings);
    }
}

fn failed(data: &mut Object, failure: &Failure, place: &Place) {
    data.text("code", failure.code());
    data.text("message", &failure.message());
    data.maybe("reference", failure.reference());
    at(data, place);
}

fn at(data: &mut Object, place: &Place) {
    data.maybe("institution_id", place.institution.as_deref());
    data.maybe("provider", place.bank_id());
}

fn warning(warning: &api::Warning) -> String {
    let mut data = Object::new();
    let accounts: Vec<String> = warning.account_ids.iter().map(|id| json(id)).collect();
    data.text("message", &warning.message);
    data.list("account_ids", &accounts);
    data.end()
}

fn account(account: &AccountSummary) -> String {
    let mut data = Object::new();
    data.text("id", &account.id);
    data.text("name", &account.name);
    data.text("kind", &account.kind);
    data.maybe("mask", account.mask.as_deref());
    data.end()
}
