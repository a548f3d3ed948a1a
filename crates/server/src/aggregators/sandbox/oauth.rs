//! The bank "OAuth Bank": whom it lets in, and what it remembers of those who are logging in at its own pages.
//! The pages are in `routes/oauth_bank`; names and times come from there.

use super::{Bank, GOOD_USER, Profile, Script, login_failed};
use crate::crypto::digest::{sha256, sha256_hex};
use crate::words::Word;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connect_core::Secret;
use connect_core::api::{Provider, SyncStep};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq;

pub const PROFILE: Profile = Profile {
    id: "oauth-bank",
    name: "OAuth Bank",
    color: "#7a2e6d",
    hint: Word::SandboxOauth,
    logo: include_str!("oauth.svg"),
};

/// The same bank, whose pages cut the way back to the window that has opened them.
pub const ISOLATED: Profile = Profile {
    id: "oauth-bank-coop",
    name: "OAuth Bank (isolated)",
    ..PROFILE
};

pub const CLIENT_ID: &str = "sandbox-widget";
pub const SCOPE: &str = "accounts";

/// For a page that waits for its user, and for a code that waits for its app.
const LIFETIME: Duration = Duration::from_secs(300);

/// Nobody who asks for page after page fills the memory.
const MOST_VISITS: usize = 1000;

/// What the app has asked for, checked.
#[derive(Clone, Debug)]
pub struct Request {
    pub bank: Bank,
    pub redirect_uri: String,
    pub state: Option<String>,
    /// S256: the SHA-256 of the app's `code_verifier`. `None`: an app without PKCE, as recipes of other systems have it.
    pub challenge: Option<[u8; 32]>,
}

/// Who has logged in at the bank's page.
#[derive(Clone, Debug)]
pub struct Login {
    pub username: String,
    pub password: Secret,
}

/// Somebody who is at the bank's pages.
struct Visit {
    request: Request,
    login: Option<Login>,
    since: Instant,
}

struct Code {
    request: Request,
    login: Login,
    since: Instant,
}

/// Pages and codes that are open, by their names.
#[derive(Default)]
pub struct OAuthDesk {
    visits: Mutex<HashMap<String, Visit>>,
    codes: Mutex<HashMap<String, Code>>,
    /// Codes that were used, by their SHA-256.
    spent: Mutex<HashMap<String, Spent>>,
}

/// Which connection has used a code, and when.
struct Spent {
    institution: String,
    since: Instant,
}

pub fn describe(provider: &mut Provider) {
    provider.oauth = true;
    provider.client_id = Some(CLIENT_ID.into());
    provider.authorize_url = Some(format!("/sandbox/{}/authorize", provider.id));
    provider.scopes = vec![SCOPE.into()];
}

pub fn login(username: &str) -> Script {
    if username == GOOD_USER {
        return Script::connecting(&[SyncStep::Login]);
    }
    Script::refusing(SyncStep::Login, login_failed())
}

/// What an app's `code_challenge` says. `None`: it is no SHA-256.
pub fn parse_challenge(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

impl OAuthDesk {
    pub fn welcome(&self, name: &str, request: Request, now: Instant) {
        let mut visits = lock(&self.visits);
        visits.retain(|_, visit| now.duration_since(visit.since) < LIFETIME);
        if visits.len() >= MOST_VISITS {
            visits.clear();
        }
        let visit = Visit {
            request,
            login: None,
            since: now,
        };
        visits.insert(name.into(), visit);
    }

    /// Whether this page of the bank's still waits.
    pub fn knows(&self, bank: Bank, name: &str, now: Instant) -> bool {
        let visits = lock(&self.visits);
        visits
            .get(name)
            .is_some_and(|visit| visit.is_open(bank, now))
    }

    /// `false`: the bank does not know this user name.
    pub fn log_in(&self, name: &str, login: Login) -> bool {
        let known = login.username == GOOD_USER && !login.password.is_empty();
        if let Some(visit) = lock(&self.visits).get_mut(name) {
            visit.login = known.then_some(login);
        }
        known
    }

    /// The user has decided: their visit ends.
    pub fn leave(&self, bank: Bank, name: &str, now: Instant) -> Option<(Request, Login)> {
        let mut visits = lock(&self.visits);
        let decided = visits
            .get(name)
            .is_some_and(|visit| visit.is_open(bank, now) && visit.login.is_some());
        let visit = visits.remove(name).filter(|_| decided)?;
        Some((visit.request, visit.login?))
    }

    pub fn issue(&self, code: &str, request: Request, login: Login, now: Instant) {
        let mut codes = lock(&self.codes);
        codes.retain(|_, code| now.duration_since(code.since) < LIFETIME);
        let issued = Code {
            request,
            login,
            since: now,
        };
        codes.insert(code.into(), issued);
    }

    /// This connection has used the code a while ago: its answer was lost, and the request comes again.
    pub fn is_spent_by(&self, institution: &str, code: &Secret, now: Instant) -> bool {
        let spent = lock(&self.spent);
        spent.get(&digest(code)).is_some_and(|spent| {
            spent.institution == institution && now.duration_since(spent.since) < LIFETIME
        })
    }

    /// Whose code it is. It is gone then, whether everything fits or not: nobody may try twice.
    pub fn redeem(
        &self,
        bank: Bank,
        institution: &str,
        credentials: &BTreeMap<String, Secret>,
        now: Instant,
    ) -> Option<Login> {
        let text = |name| credentials.get(name).map(Secret::expose);
        let code = lock(&self.codes).remove(text("code")?)?;
        self.remember(institution, credentials.get("code")?, now);
        let asked = &code.request;
        let proven = match (asked.challenge, text("code_verifier")) {
            (Some(challenge), Some(verifier)) => {
                bool::from(sha256(verifier.as_bytes()).ct_eq(&challenge))
            }
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let fits = now.duration_since(code.since) < LIFETIME
            && asked.bank == bank
            && proven
            && text("redirect_uri").is_none_or(|uri| uri == asked.redirect_uri)
            && text("client_id").is_none_or(|id| id == CLIENT_ID);
        fits.then_some(code.login)
    }
}

impl OAuthDesk {
    fn remember(&self, institution: &str, code: &Secret, now: Instant) {
        let mut spent = lock(&self.spent);
        spent.retain(|_, spent| now.duration_since(spent.since) < LIFETIME);
        let by = Spent {
            institution: institution.into(),
            since: now,
        };
        spent.insert(digest(code), by);
    }
}

fn digest(code: &Secret) -> String {
    sha256_hex(code.expose().as_bytes())
}

impl Visit {
    fn is_open(&self, bank: Bank, now: Instant) -> bool {
        self.request.bank == bank && now.duration_since(self.since) < LIFETIME
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "a-verifier-of-the-widget-that-is-long-enough-1";

    fn issued(now: Instant) -> OAuthDesk {
        let desk = OAuthDesk::default();
        let request = Request {
            bank: Bank::OAuth,
            redirect_uri: "http://localhost:8080/oauth/redirect".into(),
            state: None,
            challenge: Some(sha256(VERIFIER.as_bytes())),
        };
        let login = Login {
            username: GOOD_USER.into(),
            password: Secret::new("any"),
        };
        desk.issue("code", request, login, now);
        desk
    }

    fn credentials(more: &[(&str, &str)]) -> BTreeMap<String, Secret> {
        let usual = [("code", "code"), ("code_verifier", VERIFIER)];
        let all = usual.iter().chain(more);
        all.map(|(name, value)| ((*name).to_owned(), Secret::new(*value)))
            .collect()
    }

    #[test]
    fn a_code_counts_once_for_five_minutes_and_for_what_it_was_given_for() {
        let now = Instant::now();
        for (bank, more, later, counts) in [
            (Bank::OAuth, vec![], 299, true),
            (Bank::OAuth, vec![], 300, false),
            (Bank::OAuthIsolated, vec![], 0, false),
            (Bank::OAuth, vec![("client_id", CLIENT_ID)], 0, true),
            (Bank::OAuth, vec![("client_id", "other")], 0, false),
            (
                Bank::OAuth,
                vec![("redirect_uri", "http://localhost:8080/oauth/redirect")],
                0,
                true,
            ),
            (
                Bank::OAuth,
                vec![("redirect_uri", "https://evil.example/")],
                0,
                false,
            ),
            (Bank::OAuth, vec![("code_verifier", "other")], 0, false),
            (Bank::OAuth, vec![("code", "other")], 0, false),
        ] {
            let desk = issued(now);
            let then = now + Duration::from_secs(later);
            let redeemed = desk.redeem(bank, "any", &credentials(&more), then);
            assert_eq!(redeemed.is_some(), counts, "{more:?}");
            if !more.contains(&("code", "other")) {
                let again = desk.redeem(Bank::OAuth, "any", &credentials(&[]), now);
                assert!(again.is_none(), "{more:?}");
            }
        }
    }
}
