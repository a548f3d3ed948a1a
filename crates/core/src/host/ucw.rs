//! The Universal Connect Widget's messages. Source: "Connect Accounts" (seed 003) and the message names of the widget that it embeds.

use super::message::{EMPTY, Object};
use super::{Incoming, Protocol, Told, Trouble};
use crate::api::AccountSelection;
use crate::flow::{Bank, Failure, Place, Reason, Report, Screen};
use crate::json::Json;
use crate::launch::{Launch, Page, list};

pub(super) const ROUTE: &str = "widget";

/// How a connection is named.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    First,
    Second,
}

pub(super) struct Ucw;

impl Protocol for Ucw {
    const PARAMETERS: &[&str] = &[
        "jobTypes",
        "userId",
        "institutionId",
        "connectionId",
        "aggregator",
        "singleAccountSelect",
        "token",
        "targetOrigin",
    ];
    const TOKEN: Option<&str> = Some("token");
    const HEARS_TEXT: bool = true;

    fn opens(page: &Page) -> bool {
        page.is_no_folder() && page.route() == ROUTE
    }

    fn launch(page: &Page, launch: &mut Launch) {
        launch.take_framing_origin(page);
        if let Some(target) = page.text("targetOrigin") {
            launch.take_origin(Some(target));
        }
        // The host closes the widget: there is no message that would ask it to.
        launch.frame.close = launch.is_alone();
        launch.frame.inline = true;
        launch.provider = page.text("institutionId");
        launch.fixed_bank = launch.provider.is_some();
        launch.institution = page.text("connectionId");
        launch.job_types = list(page.text("jobTypes"));
        launch.filters = vec![("job_types", launch.job_types.join(","))];
        if page.is_set("singleAccountSelect") {
            launch.account_selection = Some(AccountSelection::Single);
        }
    }

    fn hear<J: Json>(json: &J) -> Vec<Incoming> {
        hear(json)
    }

    fn say(told: &Told, report: &Report) -> Vec<String> {
        say(told, report, Names::First)
    }
}

pub(super) fn hear(json: &impl Json) -> Vec<Incoming> {
    let kind: Option<String> = json.part("type");
    let payload = json.field("payload");
    let action: Option<String> = payload.and_then(|payload| payload.part("action"));
    match (kind.as_deref(), action.as_deref()) {
        (Some("mx/navigation"), Some("back")) => vec![Incoming::Back],
        _ => Vec::new(),
    }
}

pub(super) fn say(told: &Told, report: &Report, names: Names) -> Vec<String> {
    let speech = Speech { told, names };
    let mut metadata = Object::new();
    let kind = match report {
        Report::Searched(text) => {
            metadata.text("query", text);
            "connect/institutionSearch"
        }
        Report::InstitutionSelected(bank) => {
            metadata.text("name", &bank.name);
            metadata.text("guid", &bank.id);
            metadata.or_null("url", bank.url.as_deref());
            metadata.text("code", &bank.id);
            "connect/selectedInstitution"
        }
        Report::CredentialsSubmitted { bank, institution } => {
            let mut named = Object::new();
            named.text("guid", &bank.id);
            named.text("code", &bank.id);
            metadata.raw("institution", &named.end());
            metadata.maybe("member_guid", institution.as_deref());
            match institution {
                None => "connect/enterCredentials",
                Some(_) => "connect/updateCredentials",
            }
        }
        Report::OAuthOpened { address, .. } => {
            metadata.text("url", address);
            metadata.raw("member_guid", "null");
            "connect/oauthRequested"
        }
        Report::AnswerSubmitted { institution, .. } => {
            metadata.text("member_guid", institution);
            "connect/submitMFA"
        }
        Report::Succeeded(_) => "connect/connected/primaryAction",
        // Nothing else says that the user wants back to the app.
        Report::Errored { .. }
        | Report::Left {
            reason: Reason::DeniedConsent | Reason::DeniedOAuth,
            ..
        } => "connect/memberError/primaryAction",
        Report::WentBack(went) => {
            metadata.flag("did_go_back", *went);
            "navigation"
        }
        Report::ScreenShown(screen) => return speech.screen(*screen),
        Report::Syncing {
            bank,
            institution,
            fresh,
        } => {
            let status = if *fresh { CREATED } else { RESUMED };
            return vec![speech.status(bank, institution, status)];
        }
        Report::QuestionAsked {
            bank, institution, ..
        } => return vec![speech.status(bank, institution, CHALLENGED)],
        Report::Failed { failure, place } => return speech.failed(failure, place),
        Report::Connected(made) => {
            let member = speech.member(&made.bank, &made.institution).end();
            return vec![
                speech.status(&made.bank, &made.institution, CONNECTED),
                message("connect/memberConnected", &member),
            ];
        }
        Report::Opened
        | Report::TokenRefused
        | Report::ConsentGiven
        | Report::WarningAccepted(_)
        | Report::WarningDismissed(_)
        | Report::LinkOpened { .. }
        | Report::OAuthBlocked(_)
        | Report::OAuthReturned(_)
        | Report::OAuthHandedBack
        | Report::AccountsAsked { .. }
        | Report::AccountsSelected { .. }
        | Report::WentOffline
        | Report::CameOnline
        | Report::Left { .. } => return Vec::new(),
    };
    vec![message(kind, &metadata.end())]
}

struct Speech<'a> {
    told: &'a Told<'a>,
    names: Names,
}

impl Speech<'_> {
    fn screen(&self, screen: Screen) -> Vec<String> {
        let current = self.step(screen);
        let Some(before) = self.told.screen() else {
            let step = Object::new().text("initial_step", current).end();
            return vec![message("connect/loaded", &step)];
        };
        let previous = self.step(before);
        let mut messages = Vec::new();
        if previous != current {
            let mut steps = Object::new();
            steps.text("previous", previous).text("current", current);
            messages.push(message("connect/stepChange", &steps.end()));
        }
        if screen == Screen::Search {
            messages.push(message("connect/backToSearch", EMPTY));
        }
        messages
    }

    fn step(&self, screen: Screen) -> &'static str {
        match screen {
            Screen::Consent => "consent",
            Screen::Starting | Screen::Search => "search",
            Screen::Warning => "institutionDisabled",
            Screen::Credentials | Screen::OAuth => "enterCreds",
            Screen::Connecting => "connecting",
            // A choice of accounts is a question to the user, too.
            Screen::Question | Screen::Accounts => "mfa",
            Screen::Success => "connected",
            Screen::Failure if self.told.trouble == Trouble::OAuth => "oauthError",
            Screen::Failure | Screen::SessionExpired | Screen::Ended => "actionableError",
        }
    }

    fn failed(&self, failure: &Failure, place: &Place) -> Vec<String> {
        let status = connection_status(failure);
        let reason = match failure {
            Failure::OAuthDenied => Some("DENIED"),
            Failure::OAuthExpired => Some("CANCELLED"),
            Failure::OAuthUnavailable => Some("IMPEDED"),
            Failure::OAuthFailed => Some("PROVIDER_ERROR"),
            _ => None,
        };
        let mut metadata = Object::new();
        match (reason, &place.bank, &place.institution) {
            (Some(reason), _, institution) => {
                metadata.or_null("member_guid", institution.as_deref());
                metadata.text("error_reason", reason);
                vec![message("connect/oauthError", &metadata.end())]
            }
            (None, Some(bank), Some(institution)) => {
                let member = Object::new()
                    .text("guid", institution)
                    .number("connection_status", status)
                    .end();
                metadata.raw("member", &member);
                vec![
                    self.status(bank, institution, status),
                    message("connect/memberError", &metadata.end()),
                ]
            }
            (None, Some(bank), None) => {
                metadata.text("institution_guid", &bank.id);
                metadata.text("institution_code", &bank.id);
                vec![message("connect/createMemberError", &metadata.end())]
            }
            (None, None, _) => Vec::new(),
        }
    }

    fn member(&self, bank: &Bank, institution: &str) -> Object {
        let named = bank.aggregator.as_deref();
        let aggregator = named.or(self.told.launch.own("aggregator"));
        let user = &self.told.session.user_id;
        let mut member = Object::new();
        member.text("aggregator", aggregator.unwrap_or("connect"));
        match self.names {
            Names::First => member
                .text("member_guid", institution)
                .text("user_guid", user),
            Names::Second => member
                .text("ucpInstitutionId", &bank.id)
                .text("connectionId", institution)
                .text("aggregatorUserId", user),
        };
        member
    }

    fn status(&self, bank: &Bank, institution: &str, status: u64) -> String {
        let name = match self.names {
            Names::First => "connection_status",
            Names::Second => "connectionStatus",
        };
        let mut member = self.member(bank, institution);
        message(
            "connect/memberStatusUpdate",
            &member.number(name, status).end(),
        )
    }
}

const CREATED: u64 = 0;
const PREVENTED: u64 = 1;
const DENIED: u64 = 2;
const CHALLENGED: u64 = 3;
const REJECTED: u64 = 4;
const LOCKED: u64 = 5;
const CONNECTED: u64 = 6;
const IMPEDED: u64 = 7;
const DEGRADED: u64 = 9;
const DISCONTINUED: u64 = 11;
const DELAYED: u64 = 13;
const FAILED: u64 = 14;
const DISABLED: u64 = 16;
const RESUMED: u64 = 18;
const EXPIRED: u64 = 19;
const IMPAIRED: u64 = 20;

fn connection_status(failure: &Failure) -> u64 {
    match failure {
        Failure::InvalidCredentials => DENIED,
        Failure::TooManyAttempts => PREVENTED,
        Failure::UserActionRequired { .. } => IMPEDED,
        Failure::AccountLocked => LOCKED,
        Failure::TemporaryFailure => DEGRADED,
        Failure::InstitutionUnavailable => DISABLED,
        Failure::ConsentDenied | Failure::OAuthDenied => REJECTED,
        Failure::ConsentExpired | Failure::QuestionExpired | Failure::OAuthExpired | Failure::SessionExpired => EXPIRED,
        Failure::Delayed => DELAYED,
        Failure::NoAccounts { .. } | Failure::DuplicateConnection => IMPAIRED,
        Failure::UnknownProvider => DISCONTINUED,
        Failure::OAuthFailed
        | Failure::OAuthUnavailable
        | Failure::Provider { .. }
        | Failure::UnknownInstitution
        | Failure::InvalidToken
        | Failure::OriginNotAllowed
        | Failure::RedirectNotRegistered
        | Failure::Timeout
        | Failure::Server { .. }
        | Failure::Internal => FAILED,
    }
}

fn message(kind: &str, metadata: &str) -> String {
    let mut message = Object::new();
    message.text("type", kind);
    message.raw("metadata", metadata);
    message.end()
}
