//! What an institution of the contract says, as a stage: statuses, steps, errors and questions each have their place here.
//!
//! It is read by the rules of the widget: what is null or of another type counts as absent.

use super::Upstream;
use crate::aggregators::{Cause, Failed, Found, FoundAccount, FoundWarning, Question, Stage};
use crate::crypto::digest::sha256_hex;
use connect_core::api::{Account, ChallengeKind, SyncError, SyncStatus, SyncStep, error_name};
use connect_core::json::{Json, Read};
use jiff::Timestamp;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// The consent has ended; newer than the other names.
pub const CONSENT_EXPIRED: &str = "ConsentExpiredError";

/// The part of an institution that matters here. Its provider, a text or an object, does not: the engine knows the bank.
pub struct Seen {
    pub id: String,
    pub version: u64,
    pub stage: Stage,
}

/// `round` tells the questions of one login from those of a later one.
pub fn seen(institution: &Value, round: u32, now: Timestamp) -> Result<Seen, Upstream> {
    let id: String = required(institution, "id")?;
    // It becomes a part of addresses, in which these lead elsewhere.
    if ["", ".", ".."].contains(&id.as_str()) {
        return Err(Upstream::Protocol(
            "an institution with an id that is none".into(),
        ));
    }
    let version = required(institution, "__v")?;
    let said: String = required(institution, "sync_status")?;
    let Some(status) = institution.part("sync_status") else {
        let what = format!("sync_status {:?} is not known", shortened(&said));
        return Err(Upstream::Protocol(what));
    };
    let stage = match status {
        SyncStatus::Syncing => match approval(institution, round, now) {
            Some(question) => Stage::Approves(question),
            None => Stage::Working(step(institution)),
        },
        SyncStatus::Ok => Stage::Done(found(institution)),
        SyncStatus::Retry => Stage::Failed(Failed {
            message: institution
                .field("sync_error")
                .and_then(|error| error.part("message")),
            ..Cause::BrokenOff.into()
        }),
        SyncStatus::Error => match approval(institution, round, now) {
            Some(question) => Stage::Approves(question),
            None => failed(institution, round, now),
        },
    };
    Ok(Seen { id, version, stage })
}

/// Where the sync is; past the login where it says so, whatever its step.
fn step(institution: &Value) -> SyncStep {
    let details: Option<Value> = institution.field("sync_status_details");
    let step = details.and_then(|details| details.part("step"));
    let step = step.unwrap_or(SyncStep::Login);
    match institution.part("authorized") {
        Some(true) if step < SyncStep::Accounts || step == SyncStep::Other => SyncStep::Accounts,
        // A step that nobody knows does not say that the bank has let the user in.
        _ if step == SyncStep::Other => SyncStep::Login,
        _ => step,
    }
}

fn failed(institution: &Value, round: u32, now: Timestamp) -> Stage {
    let error: SyncError = institution.part("sync_error").unwrap_or_default();
    if error.name == error_name::SECURITY_QUESTION {
        return Stage::Asks(vec![question(&error, round, now)]);
    }
    let url = institution
        .field("sync_error")
        .and_then(|error| error.part("url"));
    Stage::Failed(Failed {
        cause: cause(&error.name, url),
        message: Some(error.message).filter(|text| !text.trim().is_empty()),
        words: error.provider_message,
        removes: false,
    })
}

/// Each name of the contract; any other is told as unknown.
pub fn cause(name: &str, url: Option<String>) -> Cause {
    match name {
        error_name::LOGIN_FAILED => Cause::LoginRefused,
        error_name::USER_ACTION_REQUIRED => Cause::ActionNeeded {
            at: url
                .and_then(|text| Url::parse(&text).ok())
                .filter(|url| url.scheme() == "https"),
        },
        // The bank's own session, within the login: it may go well when it begins anew.
        error_name::TEMPORARY_FAILURE | error_name::SESSION_EXPIRED => Cause::TryLater,
        error_name::ACCOUNT_LOCKED => Cause::Locked,
        error_name::NO_ACCOUNTS => Cause::NoAccounts,
        error_name::INSTITUTION_UNAVAILABLE => Cause::BankDown,
        error_name::CONSENT_DENIED => Cause::Denied,
        CONSENT_EXPIRED => Cause::ConsentEnded,
        error_name::DUPLICATE_CONNECTION => Cause::Duplicate,
        other => Cause::Unknown {
            code: code(other).into(),
        },
    }
}

/// A name of the other side's own goes on as it is where it is a name at all.
fn code(name: &str) -> &str {
    let plain = (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain { name } else { "UnknownError" }
}

/// The user confirms something elsewhere, be the sync called running or stopped.
fn approval(institution: &Value, round: u32, now: Timestamp) -> Option<Question> {
    let error: SyncError = institution.part("sync_error")?;
    let kind = error.challenge.as_ref()?.kind;
    (kind == ChallengeKind::Approve).then(|| question(&error, round, now))
}

fn question(error: &SyncError, round: u32, now: Timestamp) -> Question {
    let mut challenge = error.challenge.clone();
    let prompt = match &challenge {
        Some(challenge) => challenge.prompt.clone(),
        None => error.message.clone(),
    };
    // The engine says until when, by its own clock.
    let ends = challenge.as_mut().and_then(|told| told.expires_at.take());
    let ends = ends.and_then(|text| text.parse::<Timestamp>().ok());
    let left = ends.map(|ends| ends.duration_since(now));
    let kind = challenge.as_ref().map_or("", |told| told.kind.name());
    let choices = challenge.iter().flat_map(|told| &told.choices);
    let choices: Vec<&str> = choices.map(|choice| choice.id.as_str()).collect();
    let key = format!("{round} {kind} {prompt:?} {choices:?}");
    Question {
        key: sha256_hex(key.as_bytes()),
        prompt,
        challenge,
        words: error.provider_message.clone(),
        lifetime: left.map(|left| Duration::try_from(left).unwrap_or_default()),
        tries: None,
    }
}

fn found(institution: &Value) -> Found {
    let accounts: Vec<Value> = institution
        .field("accounts")
        .and_then(|list| list.items())
        .unwrap_or_default();
    let mut known: Vec<FoundAccount> = Vec::new();
    // One that cannot be read, or stands there twice, takes no other with it.
    for account in accounts.iter().filter_map(Account::read) {
        if known.iter().all(|other| other.stable != account.id) {
            known.push(found_account(account));
        }
    }
    let ends: Option<String> = institution.part("consent_expires_at");
    Found {
        accounts: known,
        consent_ends: ends.and_then(|text| text.parse().ok()),
        warnings: warnings(institution),
    }
}

fn found_account(account: Account) -> FoundAccount {
    let refused = account.eligible == Some(false);
    let reason = account.reason.unwrap_or_default();
    FoundAccount {
        stable: account.id,
        name: account.name,
        kind: match account.kind.is_empty() {
            true => "other".into(),
            false => account.kind,
        },
        mask: account.mask,
        currency: account.currency,
        balance: account.balance,
        ineligible: refused.then_some(reason),
    }
}

fn warnings(institution: &Value) -> Vec<FoundWarning> {
    let all = institution
        .field("warnings")
        .and_then(|list| list.items())
        .unwrap_or_default();
    let read = all.iter().filter_map(|warning| {
        Some(FoundWarning {
            accounts: warning.part("account_ids").unwrap_or_default(),
            message: warning.part("message")?,
        })
    });
    read.collect()
}

fn required<T: Read>(institution: &Value, name: &str) -> Result<T, Upstream> {
    let what = || Upstream::Protocol(format!("an institution without {name}"));
    institution.part(name).ok_or_else(what)
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}
