//! Everything that a widget can say: each report once, in the words of each system.

use super::page::source;
use crate::world::{bank, launch_as};
use connect_core::api::{ChallengeKind, Session, Warning};
use connect_core::flow::{
    AccountSummary, Bank, Failure, Ineligible, Link, Made, Place, Reason, Report, Screen,
};
use connect_core::host::{self, Now, Outgoing, Speaker, System};
use connect_core::launch::Launch;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Debug;

/// What stands for a text that differs from case to case.
const SOMETHING: &str = "{…}";

pub fn reasons() -> [Reason; 4] {
    let all = [
        Reason::UserClosed,
        Reason::DeniedConsent,
        Reason::DeniedOAuth,
        Reason::InstitutionNotFound,
    ];
    complete("report.rs", "Reason", &all);
    all
}

pub fn failures() -> Vec<Failure> {
    let all = vec![
        Failure::InvalidCredentials,
        Failure::TooManyAttempts,
        Failure::UserActionRequired {
            url: Some(SOMETHING.into()),
        },
        Failure::TemporaryFailure,
        Failure::AccountLocked,
        Failure::NoAccounts {
            found: Vec::<Ineligible>::new(),
        },
        Failure::InstitutionUnavailable,
        Failure::ConsentDenied,
        Failure::ConsentExpired,
        Failure::DuplicateConnection,
        Failure::OAuthDenied,
        Failure::OAuthFailed,
        Failure::OAuthUnavailable,
        Failure::OAuthExpired,
        Failure::QuestionExpired,
        Failure::Delayed,
        Failure::Provider {
            name: SOMETHING.into(),
        },
        Failure::UnknownProvider,
        Failure::UnknownInstitution,
        Failure::SessionExpired,
        Failure::InvalidToken,
        Failure::OriginNotAllowed,
        Failure::RedirectNotRegistered,
        Failure::Timeout,
        Failure::Server {
            code: SOMETHING.into(),
            reference: Some("r1".into()),
        },
        Failure::Internal,
    ];
    complete("failure.rs", "Failure", &all);
    all
}

/// The screens that hosts hear of.
pub fn screens() -> Vec<Screen> {
    let all = [
        Screen::Starting,
        Screen::Consent,
        Screen::Search,
        Screen::Warning,
        Screen::Credentials,
        Screen::OAuth,
        Screen::Connecting,
        Screen::Question,
        Screen::Accounts,
        Screen::Success,
        Screen::Failure,
        Screen::SessionExpired,
        Screen::Ended,
    ];
    complete("screen.rs", "Screen", &all);
    let told = |screen: &Screen| !matches!(screen, Screen::Starting | Screen::Ended);
    all.into_iter().filter(told).collect()
}

pub fn kinds() -> [ChallengeKind; 7] {
    let all = [
        ChallengeKind::Code,
        ChallengeKind::Choice,
        ChallengeKind::Device,
        ChallengeKind::Image,
        ChallengeKind::ImageChoice,
        ChallengeKind::Approve,
        ChallengeKind::Text,
    ];
    complete("../api/institution.rs", "ChallengeKind", &all);
    all
}

/// Where a failure or an end finds the user.
pub fn place() -> Place {
    Place {
        bank: Some(demo()),
        institution: Some("i1".into()),
    }
}

pub fn made() -> Made {
    let account = AccountSummary {
        id: "a1".into(),
        name: "Everyday".into(),
        kind: "checking".into(),
        mask: Some("1234".into()),
    };
    Made {
        bank: demo(),
        institution: "i1".into(),
        login_id: None,
        exchange_code: None,
        accounts: vec![account],
        warnings: vec![Warning {
            account_ids: vec!["a1".into()],
            message: SOMETHING.into(),
        }],
    }
}

/// Every report, with all that it can carry and with nothing of it.
pub fn reports() -> Vec<Report> {
    let (demo, id) = (demo(), || "i1".to_string());
    let mut all = vec![
        Report::Opened,
        Report::TokenRefused,
        Report::Searched("demo".into()),
        Report::ConsentGiven,
        Report::InstitutionSelected(demo.clone()),
        Report::WarningAccepted(demo.clone()),
        Report::WarningDismissed(demo.clone()),
        Report::OAuthOpened {
            bank: demo.clone(),
            address: "https://bank.example".into(),
        },
        Report::OAuthBlocked(demo.clone()),
        Report::OAuthReturned(demo.clone()),
        Report::OAuthHandedBack,
        Report::AccountsAsked {
            bank: demo.clone(),
            found: 2,
            shown: 1,
        },
        Report::AccountsSelected {
            bank: demo.clone(),
            accounts: vec!["a1".into()],
        },
        Report::Connected(made()),
        Report::WentOffline,
        Report::CameOnline,
        Report::WentBack(true),
    ];
    all.extend(screens().into_iter().map(Report::ScreenShown));
    for institution in [None, Some(id())] {
        let bank = demo.clone();
        all.push(Report::CredentialsSubmitted { bank, institution });
    }
    for fresh in [true, false] {
        let (bank, institution) = (demo.clone(), id());
        all.push(Report::Syncing {
            bank,
            institution,
            fresh,
        });
    }
    let links = [
        Link::Website,
        Link::ForgottenPassword,
        Link::ForgottenUsername,
        Link::Terms,
    ];
    complete("report.rs", "Link", &links);
    for link in links {
        let bank = Some(demo.clone());
        all.push(Report::LinkOpened { bank, link });
    }
    for kind in kinds() {
        for again in [false, true] {
            all.push(Report::QuestionAsked {
                bank: demo.clone(),
                institution: id(),
                kind,
                again,
            });
        }
        all.push(Report::AnswerSubmitted {
            bank: demo.clone(),
            institution: id(),
            kind,
        });
    }
    let without_connection = Place {
        institution: None,
        ..place()
    };
    for failure in failures() {
        for place in [place(), without_connection.clone(), Place::default()] {
            let failure = failure.clone();
            all.push(Report::Failed { failure, place });
        }
    }
    // A login that was refused is asked for again.
    all.push(Report::Failed {
        failure: Failure::InvalidCredentials,
        place: place(),
    });
    all.push(Report::ScreenShown(Screen::Credentials));
    all.push(Report::Succeeded(made()));
    for failure in failures() {
        for place in [place(), Place::default()] {
            let failure = failure.clone();
            all.push(Report::Errored { failure, place });
        }
    }
    for reason in reasons() {
        for place in [place(), Place::default()] {
            all.push(Report::Left { place, reason });
        }
    }
    complete("report.rs", "Report", &all);
    all
}

/// What a page of this system is told, from its greeting on.
pub fn everything(system: System) -> Vec<Value> {
    let (plain, again) = (
        launch_as(system),
        Launch {
            institution: Some("i1".into()),
            ..launch_as(system)
        },
    );
    let mut all = Vec::new();
    for launch in [plain, again] {
        let first = [host::greet(&launch), host::ask_for_token(&launch)];
        all.extend(first.into_iter().flatten().filter_map(message));
        all.extend(told(&launch, &reports()));
    }
    all
}

/// The messages for these reports, one after the other.
pub fn told(launch: &Launch, reports: &[Report]) -> Vec<Value> {
    let outgoing = outgoing(launch, reports).into_iter();
    outgoing.filter_map(message).collect()
}

pub fn outgoing(launch: &Launch, reports: &[Report]) -> Vec<Outgoing> {
    let (mut speaker, session, now) = (Speaker::default(), Session::default(), Now::default());
    let mut word = |report| speaker.word(launch, &session, report, &now);
    reports.iter().flat_map(&mut word).collect()
}

fn message(outgoing: Outgoing) -> Option<Value> {
    match outgoing {
        Outgoing::Post(json) | Outgoing::PostText(json) => serde_json::from_str(&json).ok(),
        Outgoing::Go(_) | Outgoing::GoTop(_) => None,
    }
}

fn demo() -> Bank {
    let demo = bank("Demo");
    Bank {
        id: demo.id,
        name: demo.name,
        ..Bank::default()
    }
}

/// A variant that is new in the code must be told here as well.
fn complete(file: &str, name: &str, all: &[impl Debug]) {
    let file = source(&format!("crates/core/src/flow/{file}"));
    let start = format!("pub enum {name} {{\n");
    let (_, rest) = file.split_once(&start).expect("the enum stands there");
    let (body, _) = rest.split_once("\n}\n").expect("it ends");
    let own = |line: &str| {
        let line = line.strip_prefix("    ")?;
        let upper = line.starts_with(|c: char| c.is_ascii_uppercase());
        upper.then(|| first_word(line))
    };
    let declared: BTreeSet<String> = body.lines().filter_map(own).collect();
    let here: BTreeSet<String> = all
        .iter()
        .map(|it| first_word(&format!("{it:?}")))
        .collect();
    assert_eq!(here, declared, "said.rs must make each {name} once");
}

fn first_word(text: &str) -> String {
    let word = text.chars().take_while(|c| c.is_ascii_alphanumeric());
    word.collect()
}
