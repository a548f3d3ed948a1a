//! The widget's own protocol, spoken by `connect()`. Source: docs/native-protocol.md.

use super::message::{EMPTY, Object};
use super::{Incoming, Outgoing, Protocol, Told, redirect};
use crate::flow::{AccountSummary, Bank, Failure, Made, Place, Report};
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
    let plain = |name| event(name, EMPTY);
    let at_bank = |name, bank: &Bank| event(name, &provider(bank).end());
    let result = |kind, mut data: Object| {
        data.maybe("state", told.launch.state.as_deref());
        Some(message(kind).raw("data", &data.end()).end())
    };
    match report {
        Report::Opened => plain("opened"),
        Report::ScreenShown(screen) => event(
            "screen_shown",
            &Object::new().text("screen", screen.name()).end(),
        ),
        Report::InstitutionSelected(bank) => {
            let mut data = provider(bank);
            event(
                "institution_selected",
                &data.text("provider_name", &bank.name).end(),
            )
        }
        Report::ConsentGiven => plain("consent_given"),
        Report::CredentialsSubmitted { bank, .. } => at_bank("credentials_submitted", bank),
        Report::OAuthOpened { bank, .. } => at_bank("oauth_opened", bank),
        Report::OAuthBlocked(bank) => at_bank("oauth_blocked", bank),
        Report::OAuthReturned(bank) => at_bank("oauth_returned", bank),
        Report::QuestionAsked { bank, kind, .. } => {
            let mut data = provider(bank);
            event("question_asked", &data.text("kind", kind.name()).end())
        }
        Report::AnswerSubmitted { bank, .. } => at_bank("answer_submitted", bank),
        Report::AccountsSelected { bank, accounts } => {
            let mut data = provider(bank);
            event(
                "accounts_selected",
                &data.number("count", accounts.len() as u64).end(),
            )
        }
        Report::Connected(made) => event("connected", &connection(made).end()),
        Report::Failed { failure, place } => event("failed", &failed(failure, place).end()),
        Report::Succeeded(made) => result("success", connection(made)),
        Report::Errored { failure, place } => result("error", failed(failure, place)),
        Report::Left { place, reason } => {
            let mut data = at(place);
            data.text("reason", reason.name());
            result("exit", data)
        }
        Report::WentBack(went) => {
            let data = Object::new().flag("did_go_back", *went).end();
            Some(message("back").raw("data", &data).end())
        }
        Report::TokenRefused
        | Report::Searched(_)
        | Report::WarningAccepted(_)
        | Report::WarningDismissed(_)
        | Report::LinkOpened { .. }
        | Report::OAuthHandedBack
        | Report::Syncing { .. }
        | Report::AccountsAsked { .. }
        | Report::WentOffline
        | Report::CameOnline => None,
    }
}

fn message(kind: &str) -> Object {
    let mut message = Object::new();
    message.number("connect_widget", u64::from(VERSION));
    message.text("type", kind);
    message
}

fn event(name: &str, data: &str) -> Option<String> {
    Some(message("event").text("name", name).raw("data", data).end())
}

fn provider(bank: &Bank) -> Object {
    let mut data = Object::new();
    data.text("provider", &bank.id);
    data
}

fn connection(made: &Made) -> Object {
    let accounts: Vec<String> = made.accounts.iter().map(account).collect();
    let mut data = provider(&made.bank);
    data.text("institution_id", &made.institution);
    data.text("provider_name", &made.bank.name);
    data.list("accounts", &accounts);
    data
}

fn failed(failure: &Failure, place: &Place) -> Object {
    let mut data = at(place);
    data.text("code", failure.code());
    data.text("message", &failure.message());
    data.maybe("reference", failure.reference());
    data
}

fn at(place: &Place) -> Object {
    let mut data = Object::new();
    data.maybe("institution_id", place.institution.as_deref());
    data.maybe("provider", place.bank_id());
    data
}

fn account(account: &AccountSummary) -> String {
    let mut data = Object::new();
    data.text("id", &account.id);
    data.text("name", &account.name);
    data.text("kind", &account.kind);
    data.maybe("mask", account.mask.as_deref());
    data.end()
}
