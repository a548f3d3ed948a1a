//! What `/accounts` answers, read from either version of the protocol. What may be missing or null may be missing or null;
//! texts are cleaned here, so that nothing past it has them raw.

use super::words::clean;
use crate::aggregators::Upstream;
use serde_json::Value;

pub struct Body {
    pub problems: Vec<Problem>,
    pub connections: Vec<Connection>,
    pub accounts: Vec<Account>,
    /// Accounts without an id, which cannot be told from one another.
    pub nameless: usize,
}

/// One bank that the user has connected there.
pub struct Connection {
    pub id: String,
    pub name: Option<String>,
}

pub struct Account {
    pub id: String,
    /// `Connection::id`; empty if it is not said.
    pub connection: String,
    pub name: Option<String>,
    pub currency: Option<String>,
    pub balance: Option<f64>,
}

/// Something that the server says has not worked.
pub struct Problem {
    pub kind: ProblemKind,
    /// As it was sent, for developers; empty in version 1.
    pub code: String,
    pub message: Option<String>,
    pub connection: Option<String>,
    pub account: Option<String>,
}

/// By the codes' bare prefixes, and the two that mean something of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    General,
    /// `gen.auth`: the Access URL is not good any more.
    Access,
    Connection,
    /// `con.auth`: the user has to log in to this bank again, there.
    ConnectionLogin,
    Account,
    /// Too many requests; version 1 says it in words.
    Pace,
}

impl ProblemKind {
    /// An unknown one after a known prefix is what its prefix is.
    pub fn of(code: &str) -> ProblemKind {
        match (code, code.split('.').next().unwrap_or_default()) {
            ("gen.auth", _) => ProblemKind::Access,
            ("con.auth", _) => ProblemKind::ConnectionLogin,
            (_, "con") => ProblemKind::Connection,
            (_, "act") => ProblemKind::Account,
            _ => ProblemKind::General,
        }
    }

    /// Version 1 has sentences only; these are the ones that are known.
    fn of_sentence(sentence: &str) -> ProblemKind {
        let sentence = sentence.to_lowercase();
        let says = |part: &str| sentence.contains(part);
        if says("fewer requests") || says("only refreshed once") {
            ProblemKind::Pace
        } else if says("reauthenticate") {
            ProblemKind::ConnectionLogin
        } else if says("may need attention") {
            ProblemKind::Connection
        } else {
            ProblemKind::General
        }
    }
}

impl Body {
    pub fn read(body: &Value) -> Result<Body, Upstream> {
        let told = list(body, "errlist").iter().filter_map(problem);
        let mut problems: Vec<Problem> = told.collect();
        // A server that speaks both says the same things twice.
        if problems.is_empty() {
            problems = list_of_sentences(body);
        }
        if !body["accounts"].is_array() && problems.is_empty() {
            return Err(Upstream::Protocol("it has no list of accounts".into()));
        }
        let all = list(body, "accounts");
        let accounts: Vec<Account> = all.iter().filter_map(account).collect();
        let nameless = all.len() - accounts.len();
        let mut connections: Vec<Connection> = Vec::new();
        let named = list(body, "connections").iter().filter_map(connection);
        for found in named.chain(all.iter().filter_map(organization)) {
            if connections.iter().all(|known| known.id != found.id) {
                connections.push(found);
            }
        }
        Ok(Body {
            problems,
            connections,
            accounts,
            nameless,
        })
    }
}

fn problem(item: &Value) -> Option<Problem> {
    item.as_object()?;
    let code = text(item, "code").unwrap_or_default();
    let message = text(item, "msg").or_else(|| text(item, "message"));
    Some(Problem {
        kind: ProblemKind::of(&code),
        message: message.map(|message| clean(&message)),
        connection: text(item, "conn_id"),
        account: text(item, "account_id"),
        code: clean(&code),
    })
}

fn list_of_sentences(body: &Value) -> Vec<Problem> {
    let sentences = list(body, "errors").iter().filter_map(Value::as_str);
    let problems = sentences.map(|sentence| Problem {
        kind: ProblemKind::of_sentence(sentence),
        code: String::new(),
        message: Some(clean(sentence)),
        connection: None,
        account: None,
    });
    problems.collect()
}

fn connection(item: &Value) -> Option<Connection> {
    let name = text(item, "name").or_else(|| text(item, "org_name"));
    Some(Connection {
        id: text(item, "conn_id")?,
        name: name.map(|name| clean(&name)),
    })
}

/// Version 1 has the bank within each of its accounts.
fn organization(account: &Value) -> Option<Connection> {
    let org = account.get("org")?;
    let name = text(org, "name").or_else(|| text(org, "domain"));
    Some(Connection {
        id: organization_id(org)?,
        name: name.map(|name| clean(&name)),
    })
}

fn organization_id(org: &Value) -> Option<String> {
    let names = ["id", "domain", "sfin-url"];
    names.iter().find_map(|name| text(org, name))
}

fn account(item: &Value) -> Option<Account> {
    let connection = text(item, "conn_id").or_else(|| organization_id(item.get("org")?));
    Some(Account {
        id: text(item, "id")?,
        connection: connection.unwrap_or_default(),
        name: text(item, "name").map(|name| clean(&name)),
        currency: text(item, "currency").filter(|code| is_iso_4217(code)),
        balance: balance(item.get("balance")),
    })
}

/// A currency may also be an address with more about it. That is never called.
fn is_iso_4217(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// Amounts are texts; some servers write numbers.
fn balance(value: Option<&Value>) -> Option<f64> {
    let amount = match value? {
        Value::String(text) => text.trim().parse().ok()?,
        number => number.as_f64()?,
    };
    f64::is_finite(amount).then_some(amount)
}

fn list<'a>(body: &'a Value, name: &str) -> &'a [Value] {
    let items = body.get(name).and_then(Value::as_array);
    items.map(Vec::as_slice).unwrap_or_default()
}

/// Not empty. Some servers write ids as numbers.
fn text(item: &Value, name: &str) -> Option<String> {
    let text = match item.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}
