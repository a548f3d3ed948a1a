//! Faults that a sandbox brings about on purpose: which requests of which user they strike, and how often they have.

use axum::http::Method;
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The connection is closed without an answer.
    Refused,
    /// There is never an answer.
    TimeOut,
    /// 401 with the code `invalid_token`.
    Unauthorized,
    /// 401 with the code `token_expired`.
    Expired,
    /// 404 with the code `not_found`.
    NotFound,
    /// 409 with the code `conflict`.
    Conflict,
    /// 429 with `Retry-After: 1`.
    RateLimited,
    /// 500 with the code `internal`.
    ServerError,
    /// 503 with `Retry-After: 1`.
    Unavailable,
    /// 503 without `Retry-After`.
    UnavailableWithoutHint,
    /// The real answer, two seconds late.
    Slow,
    /// 200 with JSON that breaks off.
    Malformed,
    /// 200 with an empty JSON object.
    MissingFields,
    /// 200 with a page of HTML.
    Html,
    /// The request is carried out, and then the connection is closed without an answer.
    Lost,
}

/// A fault, and the requests that it strikes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(rename = "FaultRule")]
#[serde(deny_unknown_fields)]
pub struct Rule {
    #[schemars(extend("enum" = ["GET", "POST", "PUT", "DELETE"]))]
    pub method: String,
    /// An address such as `/v1/institutions/*/poll`, where `*` stands for any one part.
    #[schemars(regex(pattern = r"^/v1/[^?]*$"))]
    pub path: String,
    pub fault: Fault,
    /// How many requests it strikes; without it all of them.
    #[serde(default, deserialize_with = "times")]
    #[schemars(range(min = 1, max = u32::MAX))]
    pub times: Option<u32>,
}

/// To JSON Schema 5.0 is a whole number as well.
fn times<'de, D: Deserializer<'de>>(json: D) -> Result<Option<u32>, D::Error> {
    let wrong = || D::Error::custom("no whole number");
    let Some(number) = Option::<f64>::deserialize(json)? else {
        return Ok(None);
    };
    let whole = number.fract() == 0.0 && (0.0..=u32::MAX.into()).contains(&number);
    whole.then_some(Some(number as u32)).ok_or_else(wrong)
}

/// A rule that holds, and how many requests it has struck.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "FaultCount")]
pub struct Count {
    method: String,
    path: String,
    fault: Fault,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    pub struck: u32,
}

/// The rules of each user of the sandbox's client, by their ids.
#[derive(Default)]
pub struct Faults(Mutex<HashMap<String, Vec<Count>>>);

impl Fault {
    /// Browsers send a request once more by themselves when a connection that they have used before is closed.
    pub fn closes(self) -> bool {
        matches!(self, Fault::Refused | Fault::Lost)
    }
}

impl Count {
    fn new(rule: Rule) -> Count {
        Count {
            method: rule.method,
            path: rule.path,
            fault: rule.fault,
            times: rule.times,
            struck: 0,
        }
    }

    fn strikes(&self, method: &Method, path: &str) -> bool {
        let left = self.times.is_none_or(|times| self.struck < times);
        let mut parts = path.split('/');
        let fits = |wanted: &str| {
            parts
                .next()
                .is_some_and(|part| wanted == "*" || wanted == part)
        };
        left && self.method == method.as_str()
            && self.path.split('/').all(fits)
            && parts.next().is_none()
    }
}

impl Faults {
    /// Puts these in place of the user's rules.
    pub fn replace(&self, user: &str, rules: Vec<Rule>) {
        let counts: Vec<Count> = rules.into_iter().map(Count::new).collect();
        let mut all = self.all();
        if counts.is_empty() {
            all.remove(user);
        } else {
            all.insert(user.into(), counts);
        }
    }

    pub fn of(&self, user: &str) -> Vec<Count> {
        self.all().get(user).cloned().unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// The fault that strikes this request; of several rules the first one. One that closes the connection does not
    /// count where the request is sent once more.
    pub fn strike(&self, user: &str, method: &Method, path: &str, reused: bool) -> Option<Fault> {
        let mut all = self.all();
        let rules = all.get_mut(user)?;
        let rule = rules.iter_mut().find(|rule| rule.strikes(method, path))?;
        if !(reused && rule.fault.closes()) {
            rule.struck += 1;
        }
        Some(rule.fault)
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Vec<Count>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(path: &str, times: Option<u32>) -> Rule {
        Rule {
            method: "GET".into(),
            path: path.into(),
            fault: Fault::Refused,
            times,
        }
    }

    #[test]
    fn a_star_stands_for_one_part_of_the_address() {
        let poll = Count::new(rule("/v1/institutions/*/poll", None));
        assert!(poll.strikes(&Method::GET, "/v1/institutions/abc/poll"));
        for path in [
            "/v1/institutions/abc",
            "/v1/institutions/abc/poll/",
            "/v1/institutions/a/b/poll",
            "/v1/institutions/abc/sync",
        ] {
            assert!(!poll.strikes(&Method::GET, path), "{path}");
        }
        assert!(!poll.strikes(&Method::POST, "/v1/institutions/abc/poll"));
    }

    #[test]
    fn a_rule_strikes_as_often_as_it_is_told_and_what_is_sent_once_more_counts_once() {
        let faults = Faults::default();
        faults.replace("ann", vec![rule("/v1/session", Some(1))]);
        let strike = |reused| faults.strike("ann", &Method::GET, "/v1/session", reused);
        assert_eq!(strike(true), Some(Fault::Refused));
        assert_eq!(strike(false), Some(Fault::Refused));
        assert_eq!(strike(false), None);
        assert_eq!(faults.of("ann")[0].struck, 1);
        let of_bob = faults.strike("bob", &Method::GET, "/v1/session", false);
        assert_eq!(of_bob, None);
    }
}
