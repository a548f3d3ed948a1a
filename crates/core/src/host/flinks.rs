//! Flinks Connect's messages. Source: "Connect New Accounts" (seed 001) and the documented parameters and events of the iframe.

use super::message::{Object, json};
use super::{Outgoing, Protocol, Told, Trouble, redirect};
use crate::address::with_parameters;
use crate::api::{AccountSelection, Consent};
use crate::flow::{Bank, Failure, Link, Made, Reason, Report, Screen};
use crate::launch::{Launch, Page, Sieve, Theme};

/// What the backend gets word for word.
const PASSED_ON: [&str; 10] = [
    "tag",
    "features",
    "productType",
    "fetchAllAccounts",
    "daysOfTransactions",
    "scheduleRefresh",
    "detailsAndStatementEnable",
    "monthsOfStatements",
    "enhancedMFA",
    "withMFAQuestions",
];

pub(super) struct Flinks;

impl Protocol for Flinks {
    const PARAMETERS: &[&str] = &[
        "authorizeToken",
        "language",
        "theme",
        "closeEnable",
        "backEnable",
        "headerEnable",
        "headerImgEnable",
        "staticLoadingEnable",
        "removePadding",
        "consentEnable",
        "customerName",
        "termsUrl",
        "redirectUrl",
        "innerRedirect",
        "jsRedirect",
        "accountSelectorEnable",
        "accountSelectorMultiple",
        "accountSelectorCurrency",
        "showAllAccounts",
        "stringify",
        "requestId",
        "backgroundColor",
        "foregroundColor1",
        "desktopLayout",
        "fixedHeightEnable",
        "maximumRetry",
        "tag",
        "features",
        "productType",
        "fetchAllAccounts",
        "daysOfTransactions",
        "scheduleRefresh",
        "detailsAndStatementEnable",
        "monthsOfStatements",
        "enhancedMFA",
        "withMFAQuestions",
    ];
    const TOKEN: Option<&str> = Some("authorizeToken");

    fn opens(page: &Page) -> bool {
        // A widget of our own in a folder of that name is told its host's origin.
        page.route() == "v2" && page.text("origin").is_none()
    }

    fn launch(page: &Page, launch: &mut Launch) {
        launch.take_framing_origin(page);
        launch.lang = page.text("language");
        launch.look.theme = page.text("theme").as_deref().and_then(Theme::by_name);
        let colour = |name| page.text(name).map(|value| with_hash(&value));
        if let Some(background) = colour("backgroundColor") {
            launch.look.tokens.set("surface", &background);
            launch.look.tokens.set("canvas", &background);
        }
        if let Some(foreground) = colour("foregroundColor1") {
            launch.look.tokens.set("accent", &foreground);
        }
        let off = |name| page.text(name).as_deref() == Some("false");
        let frame = &mut launch.frame;
        frame.close = !off("closeEnable");
        frame.back = !off("backEnable");
        frame.header = !off("headerEnable");
        // The X stands in the header; without one, Escape leaves no more than it.
        frame.close &= frame.header;
        frame.mark = !off("headerImgEnable");
        frame.padding = !page.is_set("removePadding");
        frame.still = page.is_set("staticLoadingEnable");
        frame.inline = true;
        frame.wide = page.is_set("desktopLayout");
        launch.client_name = page.text("customerName");
        if page.is_set("consentEnable") {
            launch.consent = Some(Consent {
                terms_url: page.text("termsUrl"),
                ..Consent::default()
            });
        }
        launch.skip_success = true;
        launch.redirect_uri = page.text("redirectUrl");
        launch.account_selection = match page.is_set("accountSelectorEnable") {
            true if page.is_set("accountSelectorMultiple") => Some(AccountSelection::Multiple),
            true => Some(AccountSelection::Single),
            false => None,
        };
        launch.accounts = Sieve {
            currency: page.text("accountSelectorCurrency"),
            hides: !page.is_set("showAllAccounts"),
        };
        launch.follow = page.text("requestId");
        launch.most_logins = page.text("maximumRetry").and_then(|n| n.parse().ok());
        for name in PASSED_ON {
            let value = page.text(name).map(|value| (name.into(), value));
            launch.options.extend(value);
        }
    }

    fn posts_text(launch: &Launch) -> bool {
        launch.own("stringify") == Some("true")
    }

    fn address(launch: &Launch, report: &Report) -> Option<Outgoing> {
        let is_set = |name| launch.own(name) == Some("true");
        let Report::Succeeded(made) = report else {
            return redirect::address(launch, report)
                .filter(|_| launch.is_alone())
                .map(Outgoing::Go);
        };
        let landing = redirect::registered(launch).is_some() || launch.is_alone();
        let goes = landing && !(is_set("jsRedirect") && launch.has_host());
        let address = goes.then(|| landing_page(launch, made))?;
        Some(match launch.is_alone() || is_set("innerRedirect") {
            true => Outgoing::Go(address),
            false => Outgoing::GoTop(address),
        })
    }

    fn say(told: &Told, report: &Report) -> Vec<String> {
        let terms = told.launch.own("termsUrl").is_some();
        match report {
            Report::Opened => vec![step("APP_MOUNTED")],
            Report::TokenRefused => vec![step("TOKEN_INVALID")],
            Report::ScreenShown(screen) => match screen {
                Screen::Consent => vec![step("COMPONENT_LOAD_CONSENT")],
                Screen::Search => vec![step("COMPONENT_LOAD_INSTITUTION_SELECTOR")],
                Screen::Credentials | Screen::OAuth if told.trouble == Trouble::Refused => {
                    vec![step("COMPONENT_LOAD_CREDENTIAL_RETRY")]
                }
                Screen::Credentials | Screen::OAuth => vec![step("COMPONENT_LOAD_CREDENTIAL")],
                Screen::Starting
                | Screen::Warning
                | Screen::Connecting
                | Screen::Question
                | Screen::Accounts
                | Screen::Success
                | Screen::Failure
                | Screen::SessionExpired
                | Screen::Ended => Vec::new(),
            },
            Report::InstitutionSelected(bank) => vec![at("INSTITUTION_SELECTED", bank)],
            Report::ConsentGiven if terms => vec![
                step("COMPONENT_ACCEPT_CONSENT"),
                step("COMPONENT_ACCEPT_TERMS"),
            ],
            Report::ConsentGiven => vec![step("COMPONENT_ACCEPT_CONSENT")],
            Report::LinkOpened { link, .. } => match link {
                Link::Terms => vec![step("COMPONENT_CLICK_TERMS_URL")],
                Link::ForgottenPassword => vec![step("COMPONENT_CLICK_RESET_PASSWORD")],
                Link::Website | Link::ForgottenUsername => Vec::new(),
            },
            Report::CredentialsSubmitted { bank, .. } => vec![at("SUBMIT_CREDENTIAL", bank)],
            Report::Syncing {
                bank, institution, ..
            } => vec![answer(Some(institution), "OPERATION_PENDING", Some(&bank.id))],
            Report::QuestionAsked {
                bank,
                institution,
                kind,
                again,
            } => {
                let name = match again {
                    true => "COMPONENT_LOAD_MFA_RETRY",
                    false => "COMPONENT_LOAD_MFA",
                };
                let mut load = object(name);
                let load = load.list("mfaTypes", &[json(kind.name())]).end();
                let refused = answer(Some(institution), "INVALID_SECURITY_RESPONSE", Some(&bank.id));
                if *again { vec![refused, load] } else { vec![load] }
            }
            Report::AnswerSubmitted { .. } => vec![step("SUBMIT_MFA")],
            Report::AccountsAsked { found, shown, .. } => {
                let mut load = object("COMPONENT_LOAD_ACCOUNT_SELECTION");
                load.number("totalAccounts", *found as u64);
                load.number("displayedAccounts", *shown as u64);
                vec![load.end()]
            }
            Report::AccountsSelected { accounts, .. } => {
                let selected = |id: &String| object("ACCOUNT_SELECTED").text("accountId", id).end();
                accounts.iter().map(selected).collect()
            }
            Report::Failed { failure, place } => {
                let code = flinks_code(failure);
                let answer = answer(place.institution.as_deref(), code, place.bank_id());
                match failure {
                    Failure::InstitutionUnavailable => vec![answer, step("DISABLED_INSTITUTION")],
                    Failure::TooManyAttempts => vec![step("MAXIMUM_RETRY_REACHED")],
                    // Told as TOKEN_INVALID.
                    Failure::SessionExpired | Failure::InvalidToken => Vec::new(),
                    _ => vec![answer],
                }
            }
            Report::WentOffline => vec![step("APP_OFFLINE")],
            Report::CameOnline => vec![step("APP_ONLINE")],
            Report::Succeeded(made) => vec![redirect(told, made)],
            Report::Left {
                reason: Reason::DeniedConsent,
                ..
            } => {
                let denied = step("COMPONENT_DENY_CONSENT");
                let closed = step("COMPONENT_CLOSE_SESSION");
                match terms {
                    true => vec![denied, step("COMPONENT_DENY_TERMS"), closed],
                    false => vec![denied, closed],
                }
            }
            Report::Left { .. } | Report::Errored { .. } => vec![step("COMPONENT_CLOSE_SESSION")],
            Report::Searched(_)
            | Report::WarningAccepted(_)
            | Report::WarningDismissed(_)
            | Report::OAuthOpened { .. }
            | Report::OAuthBlocked(_)
            | Report::OAuthReturned(_)
            | Report::OAuthHandedBack
            | Report::Connected(_)
            | Report::WentBack(_) => Vec::new(),
        }
    }
}

fn object(name: &str) -> Object {
    let mut message = Object::new();
    message.text("step", name);
    message
}

fn step(name: &str) -> String {
    object(name).end()
}

fn at(name: &str, bank: &Bank) -> String {
    object(name).text("institution", &bank.id).end()
}

/// What Flinks' own API answers with.
fn answer(request: Option<&str>, code: &str, bank: Option<&str>) -> String {
    let mut answer = Object::new();
    answer.maybe("requestId", request);
    answer.text("flinksCode", code);
    answer.maybe("institution", bank);
    answer.end()
}

fn redirect(told: &Told, made: &Made) -> String {
    let account = match &made.accounts[..] {
        [account] if told.launch.own("accountSelectorEnable") == Some("true") => Some(&account.id),
        _ => None,
    };
    let mut message = object("REDIRECT");
    message.text("institution", &made.bank.id);
    message.text("url", &landing_page(told.launch, made));
    message.text("loginId", login_id(made));
    message.maybe("accountId", account.map(String::as_str));
    message.end()
}

fn landing_page(launch: &Launch, made: &Made) -> String {
    let parameters = [
        ("loginId", login_id(made).to_string()),
        ("institution", made.bank.id.clone()),
    ];
    with_parameters(&redirect::page(launch, "/connected"), &parameters)
}

/// A backend that names no login: the connection's id stays the same as long as the connection does.
fn login_id(made: &Made) -> &str {
    made.login_id.as_deref().unwrap_or(&made.institution)
}

/// `1756d6` is a colour as well.
fn with_hash(value: &str) -> String {
    let bare = matches!(value.len(), 3 | 6) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = if bare { "#" } else { "" };
    format!("{hash}{value}")
}

fn flinks_code(failure: &Failure) -> &'static str {
    match failure {
        Failure::InvalidCredentials | Failure::TooManyAttempts => "INVALID_LOGIN",
        Failure::UserActionRequired { .. } | Failure::AccountLocked => "DISABLED_LOGIN",
        Failure::TemporaryFailure
        | Failure::OAuthUnavailable
        | Failure::Delayed
        | Failure::Timeout => "RETRY_LATER",
        Failure::InstitutionUnavailable => "DISABLED_INSTITUTION",
        Failure::DuplicateConnection => "ALREADY_AUTHORIZED",
        Failure::QuestionExpired | Failure::OAuthExpired => "SESSION_EXPIRED",
        Failure::UnknownInstitution => "SESSION_NONEXISTENT",
        Failure::ConsentDenied
        | Failure::ConsentExpired
        | Failure::OAuthDenied
        | Failure::SessionExpired
        | Failure::InvalidToken
        | Failure::OriginNotAllowed => "UNAUTHORIZED",
        Failure::NoAccounts { .. }
        | Failure::OAuthFailed
        | Failure::Provider { .. }
        | Failure::UnknownProvider
        | Failure::RedirectNotRegistered
        | Failure::Server { .. }
        | Failure::Internal => "AGGREGATION_ERROR",
    }
}
