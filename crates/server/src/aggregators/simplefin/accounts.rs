//! What a SimpleFIN server tells of accounts and of what went wrong, in both versions of its protocol.

use crate::aggregators::{Cause, Failed, Found, FoundAccount, FoundWarning, Stage};
use serde::Deserialize;
use std::collections::BTreeSet;
use url::Url;

/// No bank's words are longer.
const LONGEST: usize = 300;

#[derive(Default, Deserialize)]
pub struct Body {
    /// Version 1.
    errors: Option<Vec<String>>,
    /// Version 2.
    errlist: Option<Vec<Problem>>,
    connections: Option<Vec<Connection>>,
    accounts: Option<Vec<Account>>,
}

#[derive(Deserialize)]
struct Problem {
    code: Option<String>,
    /// The specification's table has the one name and its example the other.
    msg: Option<String>,
    message: Option<String>,
    conn_id: Option<String>,
    account_id: Option<String>,
}

#[derive(Deserialize)]
struct Connection {
    conn_id: String,
    name: Option<String>,
    org_name: Option<String>,
}

#[derive(Deserialize)]
struct Account {
    id: String,
    name: Option<String>,
    /// ISO 4217, or the address of a currency that somebody has made up.
    currency: Option<String>,
    balance: Option<String>,
    conn_id: Option<String>,
    org: Option<Organisation>,
}

#[derive(Deserialize)]
struct Organisation {
    domain: Option<String>,
    name: Option<String>,
    #[serde(rename = "sfin-url")]
    sfin_url: Option<String>,
}

/// A code that is not known counts as what it begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `gen.auth`: the whole access is no good.
    AccessRefused,
    /// `con.auth`: one bank wants its user to log in again, at the SimpleFIN server.
    BankRefused,
    TooOften,
    Other,
}

impl Problem {
    fn kind(&self) -> Kind {
        match self.code.as_deref().unwrap_or_default() {
            code if code.starts_with("gen.auth") => Kind::AccessRefused,
            code if code.starts_with("con.auth") => Kind::BankRefused,
            _ if too_often(self.words()) => Kind::TooOften,
            _ => Kind::Other,
        }
    }

    fn words(&self) -> &str {
        self.msg
            .as_deref()
            .or(self.message.as_deref())
            .unwrap_or_default()
    }
}

/// Version 1 has words alone.
fn of_version_1(words: &str) -> Problem {
    let reauthenticate = words.to_lowercase().contains("reauthenticate");
    Problem {
        code: reauthenticate.then(|| "con.auth".into()),
        msg: Some(words.into()),
        message: None,
        conn_id: None,
        account_id: None,
    }
}

fn too_often(words: &str) -> bool {
    words.to_lowercase().contains("fewer requests")
}

/// `page`: where the user looks after their banks.
pub fn stage(body: &Body, page: Option<&Url>) -> Stage {
    let mut problems: Vec<&Problem> = body.errlist.iter().flatten().collect();
    let old: Vec<Problem> = match problems.is_empty() {
        true => body
            .errors
            .iter()
            .flatten()
            .map(|words| of_version_1(words))
            .collect(),
        false => Vec::new(),
    };
    problems.extend(&old);
    let first = |kind| problems.iter().find(|problem| problem.kind() == kind);
    if let Some(problem) = first(Kind::AccessRefused) {
        return failed(Cause::LoginRefused, problem);
    }
    let accounts: Vec<FoundAccount> = found(body);
    let at = page.cloned();
    if let Some(problem) = first(Kind::BankRefused).filter(|_| all_refused(body, &problems)) {
        return failed(Cause::ActionNeeded { at }, problem);
    }
    if !accounts.is_empty() {
        let warnings = problems.iter().map(|problem| warning(body, problem));
        return Stage::Done(Found {
            accounts,
            warnings: warnings.collect(),
        });
    }
    if let Some(problem) = first(Kind::TooOften) {
        return failed(Cause::RateLimited { after: None }, problem);
    }
    match problems.first() {
        Some(problem) => failed(Cause::TryLater, problem),
        None => Stage::Failed(Cause::NoAccounts.into()),
    }
}

/// No bank behind this access is well.
fn all_refused(body: &Body, problems: &[&Problem]) -> bool {
    let refused: BTreeSet<&str> = problems
        .iter()
        .filter(|problem| problem.kind() == Kind::BankRefused)
        .filter_map(|problem| problem.conn_id.as_deref())
        .collect();
    let mut connections = body.connections.iter().flatten().peekable();
    match connections.peek() {
        Some(_) => connections.all(|connection| refused.contains(connection.conn_id.as_str())),
        None => body.accounts.iter().flatten().next().is_none(),
    }
}

fn failed(cause: Cause, problem: &Problem) -> Stage {
    let words = Some(text(problem.words())).filter(|words| !words.is_empty());
    Stage::Failed(Failed {
        words,
        ..Failed::from(cause)
    })
}

fn warning(body: &Body, problem: &Problem) -> FoundWarning {
    let about = |account: &&Account| {
        let conn = problem.conn_id.is_some() && account.conn_id == problem.conn_id;
        conn || problem.account_id.as_ref() == Some(&account.id)
    };
    let accounts = body.accounts.iter().flatten().filter(about);
    FoundWarning {
        accounts: accounts.map(stable).collect(),
        message: text(problem.words()),
    }
}

fn found(body: &Body) -> Vec<FoundAccount> {
    let bank = |account: &Account| -> Option<String> {
        let mut connections = body.connections.iter().flatten();
        let connection = connections.find(|one| Some(&one.conn_id) == account.conn_id.as_ref());
        let named = connection.and_then(|one| one.name.as_ref().or(one.org_name.as_ref()));
        let org = account.org.as_ref();
        let org = org.and_then(|org| org.name.as_ref().or(org.domain.as_ref()));
        named.or(org).map(|name| text(name))
    };
    let all: Vec<&Account> = body.accounts.iter().flatten().collect();
    let banks: BTreeSet<Option<String>> = all.iter().map(|account| bank(account)).collect();
    let told = all.into_iter().map(|account| {
        let own = text(account.name.as_deref().unwrap_or("Account"));
        let name = match bank(account).filter(|_| banks.len() > 1) {
            Some(bank) => format!("{bank} · {own}"),
            None => own.clone(),
        };
        let is_code =
            |code: &&String| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        let balance = account
            .balance
            .as_deref()
            .and_then(|text| text.trim().parse::<f64>().ok());
        FoundAccount {
            stable: stable(account),
            kind: kind(&own).into(),
            name,
            mask: None,
            currency: account.currency.as_ref().filter(is_code).cloned(),
            balance: balance.filter(|balance| balance.is_finite()),
            ineligible: None,
        }
    });
    told.collect()
}

/// An account's id is unique within its bank.
fn stable(account: &Account) -> String {
    let org = account.org.as_ref();
    let org = org.and_then(|org| org.sfin_url.as_ref().or(org.domain.as_ref()));
    let bank = account.conn_id.as_ref().or(org).map_or("", String::as_str);
    format!("{bank}\n{}", account.id)
}

/// The protocol tells no kind: the name may.
fn kind(name: &str) -> &'static str {
    const KINDS: [(&str, &[&str]); 6] = [
        ("mortgage", &["mortgage"]),
        ("loan", &["loan"]),
        ("savings", &["saving"]),
        ("checking", &["checking", "chequing", "current"]),
        ("credit", &["credit", "card", "visa", "mastercard", "amex"]),
        (
            "investment",
            &["invest", "brokerage", "401k", "401(k)", "rrsp", "tfsa"],
        ),
    ];
    let name = name.to_lowercase();
    let kind = KINDS
        .iter()
        .find(|(_, words)| words.iter().any(|word| name.contains(word)));
    kind.map_or("other", |(kind, _)| kind)
}

/// What comes from outside, as it can be shown in one line.
fn text(outside: &str) -> String {
    let spaced = outside
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c });
    let line: String = spaced.take(LONGEST).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
