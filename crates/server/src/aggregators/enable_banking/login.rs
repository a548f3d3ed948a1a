//! A login: the way to the bank's page, and what the user comes back with.

use super::EnableBanking;
use super::accounts;
use super::calls::Call;
use super::held::{Away, Kept, Session, psu_headers};
use super::trouble::{Trouble, UNLINKED, ended};
use super::wire::{Access, Aspsp, Created, Started};
use crate::aggregators::{Cause, Failed, Login, Progress, Stage, Upstream};
use connect_core::Secret;
use connect_core::api::SyncStep;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

/// Clocks differ and calls take time: the exact maximum would be refused.
const MARGIN: i64 = 5 * 60;
const DAY: i64 = 24 * 3600;
/// If a bank does not say how long it allows, what all must allow.
const NINETY_DAYS: i64 = 90 * DAY;
const LONGEST_WORDS: usize = 300;

impl EnableBanking {
    pub(super) async fn start(
        &self,
        login: Login<'_>,
        return_to: &Url,
        attempt: &str,
    ) -> Result<Progress, Upstream> {
        let renews = match login.renews {
            Some(held) => Kept::read(held)?.session().map(Box::new),
            None => None,
        };
        let mut away = Away {
            headers: Vec::new(),
            renews,
        };
        let bank = match self.aspsp(login.bank).await {
            Ok(Some(bank)) => bank,
            Ok(None) => {
                let gone = Failed {
                    message: Some("it is not in the list of banks any more".into()),
                    ..Failed::from(Cause::BankDown)
                };
                return Ok(ended(away.back(), gone));
            }
            Err(trouble) => return trouble.at(away.back()),
        };
        let body = self.ask(&bank, &login, return_to, attempt);
        let started: Started = match self.calls.make(Call::post(&["auth"], body)).await {
            Ok(started) => started,
            // The user has not been asked yet.
            Err(Trouble::Refused { failed, code }) if failed.cause == Cause::Denied => {
                return Err(self.calls.for_operator(Trouble::Refused { failed, code }));
            }
            Err(trouble) => return trouble.at(away.back()),
        };
        let url = self.page(&started.url)?;
        away.headers = psu_headers(&bank.required_psu_headers, login.psu);
        Ok(Progress {
            held: Kept::Away(away).held(),
            stage: Stage::GoTo(url),
            after: Duration::ZERO,
        })
    }

    fn ask(
        &self,
        bank: &Aspsp,
        login: &Login<'_>,
        return_to: &Url,
        attempt: &str,
    ) -> serde_json::Value {
        let psu_type = self.settings.psu_type;
        let most = i64::from(self.settings.max_consent_days) * DAY;
        let allowed = bank.maximum_consent_validity.filter(|most| *most > 0);
        let seconds = allowed.unwrap_or(NINETY_DAYS).min(most);
        // A bank that allows minutes only still gets a date that is to come.
        let seconds = (seconds - MARGIN).max(seconds / 2);
        let until = Timestamp::now() + SignedDuration::from_secs(seconds);
        // With an offset, as their examples have it.
        let until = until.strftime("%Y-%m-%dT%H:%M:%S+00:00");
        let mut body = json!({
            "access": {"valid_until": until.to_string(), "balances": true},
            "aspsp": {"name": bank.name, "country": bank.country},
            "state": attempt,
            "redirect_url": return_to.as_str(),
            "psu_type": psu_type.name(),
            "psu_id": login.user,
        });
        if let Some(method) = bank.method(psu_type) {
            body["auth_method"] = json!(method);
        }
        if let Some(language) = login.psu.language.as_deref().and_then(language) {
            body["language"] = json!(language);
        }
        body
    }

    /// A browser is sent there.
    fn page(&self, address: &str) -> Result<Url, Upstream> {
        let url = Url::parse(address).ok();
        let is_web =
            |url: &Url| url.scheme() == "https" || url.scheme() == self.calls.base.scheme();
        url.filter(is_web)
            .ok_or_else(|| Upstream::Protocol("it sends users to what is no web page".into()))
    }

    pub(super) async fn back(
        &self,
        away: Away,
        query: &BTreeMap<String, Secret>,
    ) -> Result<Progress, Upstream> {
        let of = |name: &str| query.get(name).map(Secret::expose);
        if let Some(error) = of("error") {
            let cause = match error {
                "access_denied" => Cause::Denied,
                _ => Cause::BankDown,
            };
            let failed = Failed {
                words: of("error_description").and_then(words),
                ..Failed::from(cause)
            };
            return Ok(ended(away.back(), failed));
        }
        let Some(code) = of("code") else {
            let failed = Failed {
                message: Some("the user came back with neither a code nor an error".into()),
                ..Failed::from(Cause::TryLater)
            };
            return Ok(ended(away.back(), failed));
        };
        let call = Call::post(&["sessions"], json!({"code": code}));
        let created: Created = match self.calls.make(call).await {
            Ok(created) => created,
            Err(trouble) => return trouble.at(away.back()),
        };
        let old = away.renews.as_ref().map(|old| old.accounts.as_slice());
        let found = accounts::keep(created.accounts, old.unwrap_or_default());
        if found.is_empty() {
            // Nobody will ever ask for it; if it cannot be ended now, it ends by itself.
            drop(self.end(&created.session_id).await);
            return Ok(ended(
                away.back(),
                Failed::saying(Cause::NoAccounts, UNLINKED),
            ));
        }
        let replaces = away.renews.iter().flat_map(|old| old.ids().cloned());
        let session = Session {
            id: created.session_id,
            accounts: found,
            consent_ends: ends(created.access.as_ref()),
            replaces: replaces.collect(),
            headers: away.headers,
        };
        Ok(Progress {
            held: session.held(),
            stage: Stage::Working(SyncStep::Accounts),
            after: Duration::ZERO,
        })
    }
}

/// Unix seconds.
pub(super) fn ends(access: Option<&Access>) -> Option<i64> {
    let until: Timestamp = access?.valid_until.as_ref()?.parse().ok()?;
    Some(until.as_second())
}

/// Two small letters, or none.
fn language(tag: &str) -> Option<String> {
    let first = tag.split(['-', '_']).next()?.to_ascii_lowercase();
    let is_plain = first.len() == 2 && first.bytes().all(|byte| byte.is_ascii_lowercase());
    is_plain.then_some(first)
}

/// What comes in an address is short, and in one line.
fn words(text: &str) -> Option<String> {
    let line: String = text
        .chars()
        .filter(|sign| !sign.is_control())
        .take(LONGEST_WORDS)
        .collect();
    let line = line.trim().to_owned();
    (!line.is_empty()).then_some(line)
}
