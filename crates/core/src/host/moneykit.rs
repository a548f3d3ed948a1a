//! MoneyKit's messages. Source: the client package `@moneykit/connect` 0.3.28 and "Connect Overview" (seed 002).

use super::message::{EMPTY, Object};
use super::{Incoming, Protocol, Told};
use crate::api::ChallengeKind;
use crate::flow::{AccountSummary, Bank, Failure, Link, Made, Reason, Report};
use crate::json::Json;
use crate::launch::{Launch, Look, Page, Theme};
use crate::theme::{FONT, RADIUS, ThemeTokens};

pub(super) struct MoneyKit;

impl Protocol for MoneyKit {
    const PARAMETERS: &[&str] = &[
        "linkSessionToken",
        "applicationName",
        "device",
        "launcherVersion",
        "stepTimers",
        "redirectURL",
    ];
    const TOKEN: Option<&str> = Some("linkSessionToken");

    fn opens(page: &Page) -> bool {
        page.is_no_folder() && ["start", "relink", "continue"].contains(&page.route())
    }

    fn launch(page: &Page, launch: &mut Launch) {
        launch.read(page);
        launch.host_gets_return = true;
        launch.client_name = page.text("applicationName");
        let back = page.text("redirectURL").unwrap_or_default();
        launch.resume = part(&back, "connect_resume").map(String::from);
        launch.handed_back = part(&back, "connect_popup").is_some();
    }

    fn greet() -> Option<String> {
        Some(message("connect.started", EMPTY))
    }

    fn hear<J: Json>(json: &J) -> Vec<Incoming> {
        let kind: Option<String> = json.part("type");
        let (data, event) = (json.field("data"), json.field("eventData"));
        let heard = match (json.part("moneykit"), kind.as_deref()) {
            (Some(true), Some("connect.set_color_scheme")) => {
                let scheme: Option<String> = data.and_then(|data| data.part("colorScheme"));
                scheme.and_then(|name| Theme::by_name(&name)).map(|theme| {
                    Incoming::Look(Look {
                        theme: Some(theme),
                        ..Look::default()
                    })
                })
            }
            (Some(true), Some("connect.set_theme")) => {
                let theme = data.and_then(|data| data.field("theme"));
                let tokens = theme.map(|theme| tokens(&theme));
                let chosen = tokens.filter(|tokens| !tokens.is_empty());
                chosen.map(|tokens| {
                    Incoming::Look(Look {
                        tokens,
                        ..Look::default()
                    })
                })
            }
            (Some(true), Some("link.resume")) => {
                let back: Option<String> = event.and_then(|event| event.part("redirectURL"));
                let back = back.unwrap_or_default();
                part(&back, "connect_resume").map(|nonce| Incoming::Returned(nonce.into()))
            }
            _ => None,
        };
        heard.into_iter().collect()
    }

    fn say(told: &Told, report: &Report) -> Vec<String> {
        let mut properties = Object::new();
        let name = match report {
            Report::Opened => "open",
            Report::ScreenShown(screen) => {
                properties.text("current_screen_name", screen.name());
                "change_screen"
            }
            Report::Searched(text) => {
                properties.text("search_term", text);
                "search_institution"
            }
            Report::ConsentGiven => "submit_permissions",
            Report::InstitutionSelected(bank) => {
                properties.text("institution_id", &bank.id);
                properties.text("institution_name", &bank.name);
                "select_institution"
            }
            Report::WarningAccepted(_) => "acknowledge_institution_alert",
            Report::WarningDismissed(_) => "dismiss_institution_alert",
            Report::LinkOpened { link, .. } => match link {
                Link::Website => "open_institution_website",
                Link::ForgottenPassword => "select_reset_password",
                Link::ForgottenUsername => "select_help",
                Link::Terms => return Vec::new(),
            },
            Report::CredentialsSubmitted { .. } => "submit_credentials",
            Report::OAuthOpened { .. } => "open_oauth",
            Report::AnswerSubmitted { kind, .. } => match kind {
                ChallengeKind::Device => "submit_otp_device",
                ChallengeKind::Code => "submit_otp",
                _ => "submit_mfa",
            },
            Report::AccountsSelected { .. } => "submit_accounts",
            Report::Failed { failure, .. } => {
                error(&mut properties, failure);
                "error"
            }
            Report::Succeeded(_) => "success",
            Report::Errored { .. } | Report::Left { .. } => "exit",
            Report::OAuthHandedBack => return vec![message("link.close_oauth", EMPTY)],
            Report::TokenRefused
            | Report::OAuthBlocked(_)
            | Report::OAuthReturned(_)
            | Report::Syncing { .. }
            | Report::QuestionAsked { .. }
            | Report::AccountsAsked { .. }
            | Report::Connected(_)
            | Report::WentOffline
            | Report::CameOnline
            | Report::WentBack(_) => return Vec::new(),
        };
        let mut said = vec![event(told, name, &properties.end())];
        said.extend(match report {
            Report::Succeeded(made) => Some(complete(told, made)),
            Report::Errored { failure, .. } => Some(exit(Some(failure))),
            Report::Left { reason, .. } => {
                let denied = *reason == Reason::DeniedOAuth;
                Some(exit(denied.then_some(&Failure::OAuthDenied)))
            }
            _ => None,
        });
        said
    }
}

fn message(kind: &str, data: &str) -> String {
    let mut message = Object::new();
    message.flag("moneykit", true);
    message.text("type", kind);
    message.raw("data", data);
    message.end()
}

fn event(told: &Told, name: &str, properties: &str) -> String {
    let mut meta = Object::new();
    meta.text(
        "link_type",
        if told.is_relink() { "relink" } else { "link" },
    );
    meta.text("timestamp", &told.now.date);
    meta.text(
        "link_session_id",
        told.session.id.as_deref().unwrap_or_default(),
    );
    if let Some(bank) = told.bank {
        meta.text("institution_id", &bank.id);
        meta.text("institution_name", &bank.name);
    }
    let mut data = Object::new();
    data.text("name", name);
    if properties != EMPTY {
        data.raw("properties", properties);
    }
    data.raw("meta", &meta.end());
    message("link.event", &data.end())
}

fn exit(failure: Option<&Failure>) -> String {
    let mut data = Object::new();
    let mut described = Object::new();
    match failure {
        Some(failure) => {
            error(&mut described, failure);
            data.raw("error", &described.end())
        }
        None => data.raw("error", "null"),
    };
    message("link.exit", &data.end())
}

fn complete(told: &Told, made: &Made) -> String {
    let mut data = Object::new();
    data.raw("institution", &institution(told, made));
    data.text("link_id", &made.institution);
    // Whoever went on to another bank has made a new link.
    if told.launch.institution.as_ref() == Some(&made.institution) {
        return message("relink.complete", &data.end());
    }
    // A backend that exchanges nothing: its own server knows the connection's id as well.
    let code = made.exchange_code.as_ref().map(|code| code.expose());
    data.text("exchangeableToken", code.unwrap_or(&made.institution));
    message("link.complete", &data.end())
}

fn institution(told: &Told, made: &Made) -> String {
    let bank = &made.bank;
    let logo = bank.logo.as_deref().map(|logo| absolute(told, logo));
    let logo = logo.as_deref();
    let accounts: Vec<String> = made.accounts.iter().map(account).collect();
    let mut data = Object::new();
    data.text("id", &bank.id);
    data.text("name", &bank.name);
    data.text("domain", domain(bank));
    data.text("country", bank.country.as_deref().unwrap_or_default());
    data.text("color", bank.color.as_deref().unwrap_or("#5a6675"));
    for (name, value) in [("avatar", logo), ("logo", logo)] {
        data.or_null(name, value);
    }
    for name in ["color_dark", "avatar_dark", "logo_dark"] {
        data.raw(name, "null");
    }
    let group = if bank.popular { "primary" } else { "secondary" };
    data.text("search_group", group);
    data.flag("is_featured", bank.popular);
    data.list("selectedAccounts", &accounts);
    data.list("trackedScreens", &screens(told));
    data.end()
}

/// An address that says the same on the host's page.
fn absolute(told: &Told, address: &str) -> String {
    match address.starts_with('/') && !address.starts_with("//") {
        true => format!("{}{address}", told.launch.own_origin),
        false => address.into(),
    }
}

/// `www.bank.example` of `https://www.bank.example/login`, without the `www.`.
fn domain(bank: &Bank) -> &str {
    let url = bank.url.as_deref().unwrap_or_default();
    let rest = url.split("://").nth(1).unwrap_or(url);
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

fn account(account: &AccountSummary) -> String {
    let kind = match account.kind.as_str() {
        "checking" | "chequing" => "depository.checking",
        "savings" => "depository.savings",
        "cash" => "depository.cash",
        "prepaid" => "depository.prepaid",
        "depository" => "depository.other",
        "credit" | "credit_card" => "credit_card",
        "mortgage" => "loan.mortgage",
        "loan" => "loan.general",
        "investment" => "investment",
        _ => "other",
    };
    let mut data = Object::new();
    data.text("account_id", &account.id);
    data.text("account_type", kind);
    data.text("name", &account.name);
    data.or_null("account_mask", account.mask.as_deref());
    data.end()
}

/// How long each screen was shown, in milliseconds, for a page that asks for it.
fn screens(told: &Told) -> Vec<String> {
    if told.launch.own("stepTimers") != Some("true") {
        return Vec::new();
    }
    let mut timed = Vec::new();
    for (at, (screen, came)) in told.screens.iter().enumerate() {
        let next = told.screens.get(at + 1).map(|(_, came)| *came);
        let end = next.unwrap_or(told.now.millis);
        let mut data = Object::new();
        data.text("tag", screen.name());
        data.text("name", screen.name());
        data.number("duration", end.saturating_sub(*came));
        timed.push(data.end());
    }
    timed
}

fn error(data: &mut Object, failure: &Failure) {
    let id = match failure {
        Failure::InvalidCredentials | Failure::TooManyAttempts => "invalid_credentials",
        Failure::UserActionRequired { .. } => "user_setup_required",
        Failure::AccountLocked | Failure::DuplicateConnection => "user_error",
        Failure::NoAccounts { .. } => "no_accounts",
        Failure::TemporaryFailure
        | Failure::InstitutionUnavailable
        | Failure::OAuthFailed
        | Failure::OAuthUnavailable => "institution_error",
        Failure::ConsentDenied | Failure::OAuthDenied => "user_oauth_denied",
        Failure::OAuthExpired | Failure::QuestionExpired | Failure::Delayed | Failure::Timeout => {
            "incomplete"
        }
        Failure::Provider { .. } | Failure::UnknownProvider | Failure::UnknownInstitution => {
            "provider_error"
        }
        Failure::ConsentExpired | Failure::SessionExpired | Failure::InvalidToken => "auth_expired",
        Failure::OriginNotAllowed
        | Failure::RedirectNotRegistered
        | Failure::Server { .. }
        | Failure::Internal => "system_error",
    };
    data.text("error_id", id);
    data.text("displayed_message", &failure.message());
    data.or_null("request_id", failure.reference());
}

/// Which of MoneyKit's theme stands for what here; all else has no counterpart.
fn tokens(theme: &impl Json) -> ThemeTokens {
    let mut tokens = ThemeTokens::default();
    let colours = theme.field("colors");
    for (theirs, ours) in [
        ("accent", "accent"),
        ("primaryBackground", "surface"),
        ("secondaryBackground", "surface-raised"),
        ("primaryForeground", "text"),
        ("secondaryForeground", "text-muted"),
        ("separator", "line"),
        ("success", "success"),
        ("warning", "warning"),
        ("error", "danger"),
    ] {
        tokens.take(ours, colours.as_ref().and_then(|c| c.field(theirs)));
    }
    let modal = theme.field("modal");
    let modal = |name| modal.as_ref().and_then(|modal| modal.field(name));
    tokens.take("scrim", modal("overlayBackgroundColor"));
    tokens.take(RADIUS, modal("borderRadius"));
    let typography = theme.field("typography");
    tokens.take(FONT, typography.and_then(|t| t.field("fontFamily")));
    tokens
}

/// A parameter, not empty, in the query of the address that the user came back to.
fn part<'a>(address: &'a str, name: &str) -> Option<&'a str> {
    let query = address.split('#').next()?.split_once('?')?.1;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(key, _)| *key == name).map(|(_, value)| value);
    found.filter(|value| !value.is_empty())
}
