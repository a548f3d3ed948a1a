//! The accounts behind an Access URL, and what it means when some or all of them are not there.

use super::access::Access;
use super::kind;
use super::wire::{self, Body, Problem, ProblemKind};
use crate::aggregators::http::{Guarded, Reply};
use crate::aggregators::{
    Cause, Failed, Found, FoundAccount, FoundWarning, Held, Progress, Stage, Upstream,
};
use reqwest::Method;
use std::collections::HashSet;
use std::time::Duration;
use url::Url;

const ENDED: &str = "SimpleFIN does not take this access any more. Create a new token there.";
const UNPAID: &str = "SimpleFIN wants to be paid first.";
const NAMELESS: &str = "An account without an id was left out.";

pub async fn fetch(http: &Guarded, access: &Access, held: &Held) -> Result<Progress, Upstream> {
    let mut url = access.below("accounts");
    url.set_query(Some("version=2&balances-only=1"));
    let (user, password) = (&access.user, access.password.expose());
    let reply = http.call(Method::GET, url, |request| {
        request.basic_auth(user, Some(password))
    });
    let stage = match understood(&reply.await?, access)? {
        Ok(found) => Stage::Done(found),
        Err(failed) => Stage::Failed(failed),
    };
    Ok(Progress {
        held: held.clone(),
        stage,
        after: Duration::ZERO,
    })
}

fn understood(reply: &Reply, access: &Access) -> Result<Result<Found, Failed>, Upstream> {
    match reply.status.as_u16() {
        200 => {
            let body = Body::read(&reply.json()?)?;
            Ok(match failure(&body, access) {
                Some(failed) => Err(failed),
                None => Ok(found(body)),
            })
        }
        402 => {
            let at = there(access);
            Ok(Err(Failed::saying(Cause::ActionNeeded { at }, UNPAID)))
        }
        401 | 403 => Ok(Err(Failed::saying(Cause::LoginRefused, ENDED))),
        429 => Err(Upstream::RateLimited(reply.retry_after)),
        status @ 500.. => Err(Upstream::Down(format!("status {status}"))),
        status => Err(Upstream::Protocol(format!("status {status}"))),
    }
}

/// What keeps the whole connection from standing.
fn failure(body: &Body, access: &Access) -> Option<Failed> {
    let first = |kind: ProblemKind| body.problems.iter().find(|problem| problem.kind == kind);
    if first(ProblemKind::Access).is_some() {
        return Some(Failed::saying(Cause::LoginRefused, ENDED));
    }
    let login = first(ProblemKind::ConnectionLogin);
    if let Some(problem) = login.filter(|_| body.accounts.is_empty() || all_want_a_login(body)) {
        let at = there(access);
        return Some(said(Cause::ActionNeeded { at }, problem));
    }
    if !body.accounts.is_empty() {
        return None;
    }
    if let Some(problem) = first(ProblemKind::Pace) {
        return Some(said(Cause::RateLimited { after: None }, problem));
    }
    let at_the_bank = first(ProblemKind::Connection).or_else(|| first(ProblemKind::Account));
    if let Some(problem) = at_the_bank {
        return Some(said(Cause::BankDown, problem));
    }
    let Some(problem) = body.problems.first() else {
        return Some(Cause::NoAccounts.into());
    };
    let code = match problem.code.as_str() {
        "" => "gen.".to_owned(),
        code => code.to_owned(),
    };
    Some(said(Cause::Unknown { code }, problem))
}

fn all_want_a_login(body: &Body) -> bool {
    let wants = |id: &str| {
        body.problems.iter().any(|problem| {
            problem.kind == ProblemKind::ConnectionLogin
                && problem.connection.as_deref() == Some(id)
        })
    };
    let mut connections = body.connections.iter().peekable();
    connections.peek().is_some() && connections.all(|connection| wants(&connection.id))
}

fn found(body: Body) -> Found {
    let mut seen = HashSet::new();
    let accounts = body
        .accounts
        .iter()
        .map(|account| found_account(account, &body));
    let accounts = accounts
        .filter(|account| seen.insert(account.stable.clone()))
        .collect();
    let mut warnings: Vec<FoundWarning> = body
        .problems
        .iter()
        .map(|problem| warning(problem, &body))
        .collect();
    if body.nameless > 0 {
        warnings.push(FoundWarning {
            accounts: Vec::new(),
            message: NAMELESS.to_owned(),
        });
    }
    Found {
        accounts,
        consent_ends: None,
        warnings,
    }
}

fn found_account(account: &wire::Account, body: &Body) -> FoundAccount {
    let own = account.name.as_deref().unwrap_or("Account");
    let bank = bank_name(&account.connection, body).filter(|_| body.connections.len() > 1);
    FoundAccount {
        stable: stable(account),
        name: match bank {
            Some(bank) => format!("{bank} {own}"),
            None => own.to_owned(),
        },
        kind: kind::guess(own).to_owned(),
        mask: None,
        currency: account.currency.clone(),
        balance: account.balance,
        ineligible: None,
    }
}

/// Ids of accounts are alike at different banks. No id of a connection holds what stands between the two.
fn stable(account: &wire::Account) -> String {
    format!("{}\n{}", account.connection, account.id)
}

fn warning(problem: &Problem, body: &Body) -> FoundWarning {
    let is_meant = |account: &&wire::Account| {
        let bank = problem
            .connection
            .as_ref()
            .is_none_or(|id| *id == account.connection);
        let own = problem.account.as_ref().is_none_or(|id| *id == account.id);
        bank && own
    };
    let names_some = problem.connection.is_some() || problem.account.is_some();
    let meant = body.accounts.iter().filter(|_| names_some).filter(is_meant);
    let words = problem.message.as_deref().filter(|words| !words.is_empty());
    let words = words.unwrap_or(match problem.kind {
        ProblemKind::ConnectionLogin => "SimpleFIN wants you to log in to this bank again.",
        ProblemKind::Connection => "This bank has trouble at SimpleFIN.",
        ProblemKind::Account => "This account could not be read.",
        _ => "SimpleFIN says that something did not work.",
    });
    let bank = problem
        .connection
        .as_ref()
        .and_then(|id| bank_name(id, body));
    FoundWarning {
        accounts: meant.map(stable).collect(),
        message: match bank {
            Some(bank) => format!("{bank}: {words}"),
            None => words.to_owned(),
        },
    }
}

fn bank_name<'a>(id: &str, body: &'a Body) -> Option<&'a str> {
    let connection = body
        .connections
        .iter()
        .find(|connection| connection.id == id);
    connection?.name.as_deref()
}

fn said(cause: Cause, problem: &Problem) -> Failed {
    let code = &problem.code;
    Failed {
        cause,
        message: (!code.is_empty()).then(|| format!("the server says {code}")),
        words: problem.message.clone(),
        removes: false,
    }
}

/// Where the user sees to it; the protocol knows one page.
fn there(access: &Access) -> Option<Url> {
    Some(access.below("create"))
}
