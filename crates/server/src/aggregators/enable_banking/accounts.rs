//! Accounts as a session has them, and their balances.

use super::calls::{Call, Calls};
use super::held::{KeptAccount, Session};
use super::meaning;
use super::trouble::Trouble;
use super::wire::{Account, Balance, Balances};
use crate::aggregators::{Cause, Failed, Found, FoundAccount, FoundWarning, Upstream};
use jiff::Timestamp;
use std::collections::BTreeSet;

const BLOCKED: &str = "The bank tells nothing of this account. It may be blocked.";

/// Of what `POST /sessions` lists. No two have the same `stable`, and one that is in `old` keeps what it had there.
pub(super) fn keep(accounts: Vec<Account>, old: &[KeptAccount]) -> Vec<KeptAccount> {
    let mut taken = BTreeSet::new();
    let kept = accounts.into_iter().filter_map(|account| {
        let mut account = one(account)?;
        if let Some(old) = old.iter().find(|old| is_same(old, &account)) {
            account.stable = old.stable.clone();
        }
        // An account in several currencies has one number, and one hash.
        if taken.contains(&account.stable) {
            let currency = account.currency.as_deref().unwrap_or("other");
            account.stable = format!("{}|{currency}", account.stable);
        }
        taken.insert(account.stable.clone()).then_some(account)
    });
    kept.collect()
}

/// Which of its numbers is the first one may change, so that any of them will do.
fn is_same(old: &KeptAccount, new: &KeptAccount) -> bool {
    let shares = new.hashes.iter().any(|hash| old.hashes.contains(hash));
    shares && old.currency == new.currency
}

/// `None`: nothing that names it.
fn one(account: Account) -> Option<KeptAccount> {
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let id = account.account_id;
    let (iban, other) = match id {
        Some(id) => (
            filled(id.iban),
            id.other.and_then(|other| filled(other.identification)),
        ),
        None => (None, None),
    };
    let (hash, uid) = (filled(account.identification_hash), filled(account.uid));
    let mut hashes = account.identification_hashes;
    hashes.extend(hash.clone());
    let known = hash.or_else(|| iban.clone());
    let stable = known.or_else(|| other.clone()).or_else(|| uid.clone())?;
    let kind = account.cash_account_type.as_deref();
    let kind = kind.and_then(meaning::kind).unwrap_or("other");
    let name = filled(account.details).or_else(|| filled(account.product));
    let name = name.or_else(|| filled(account.name));
    let is_currency =
        |code: &String| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    Some(KeptAccount {
        stable,
        hashes,
        uid,
        name: name.unwrap_or_else(|| "Account".to_owned()),
        kind: kind.to_owned(),
        mask: iban.or(other).and_then(|number| mask(&number)),
        currency: account.currency.filter(is_currency),
    })
}

/// The last four signs of its number.
fn mask(number: &str) -> Option<String> {
    let signs: Vec<char> = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let from = signs.len().checked_sub(4)?;
    Some(signs[from..].iter().collect())
}

/// What a look at all balances has come to.
pub(super) struct Looked {
    pub found: Found,
    /// Why not a single balance could be read.
    pub nothing: Option<Failed>,
}

/// One call for each account. One that fails is a warning, unless it is about the whole connection.
pub(super) async fn look(calls: &Calls, session: &Session) -> Result<Looked, Trouble> {
    let mut accounts = Vec::new();
    let mut warnings: Vec<FoundWarning> = Vec::new();
    let mut read = 0;
    let mut first: Option<Failed> = None;
    // A bank that is slow, or counts calls, is not asked for the rest.
    let mut enough: Option<&'static str> = None;
    for account in &session.accounts {
        let mut found = FoundAccount {
            stable: account.stable.clone(),
            name: account.name.clone(),
            kind: account.kind.clone(),
            mask: account.mask.clone(),
            currency: account.currency.clone(),
            ..FoundAccount::default()
        };
        let why = match (&account.uid, enough) {
            (None, _) => {
                found.ineligible = Some(BLOCKED.to_owned());
                None
            }
            (Some(_), Some(why)) => Some(why),
            (Some(uid), None) => match balance(calls, session, account, uid).await {
                Ok(amount) => {
                    found.balance = amount;
                    read += 1;
                    None
                }
                Err(trouble) => {
                    let failed = single(trouble)?;
                    let why = words(&failed.cause);
                    if is_enough(&failed.cause) {
                        enough = Some(why);
                    }
                    first.get_or_insert(failed);
                    Some(why)
                }
            },
        };
        if let Some(why) = why {
            warn(&mut warnings, &account.stable, why);
        }
        accounts.push(found);
    }
    let found = Found {
        accounts,
        consent_ends: session
            .consent_ends
            .and_then(|seconds| Timestamp::from_second(seconds).ok()),
        warnings,
    };
    let nothing = first.filter(|_| read == 0);
    Ok(Looked { found, nothing })
}

async fn balance(
    calls: &Calls,
    session: &Session,
    account: &KeptAccount,
    uid: &str,
) -> Result<Option<f64>, Trouble> {
    let path = ["accounts", uid, "balances"];
    let call = Call {
        headers: &session.headers,
        ..Call::get(&path)
    };
    let balances: Balances = calls.make(call).await?;
    Ok(choose(&balances.balances, account.currency.as_deref()))
}

/// The best one that is in the account's currency.
pub(super) fn choose(balances: &[Balance], currency: Option<&str>) -> Option<f64> {
    let usable = balances.iter().filter_map(|balance| {
        let amount = balance.balance_amount.as_ref()?;
        let other = currency.is_some() && amount.currency.as_deref() != currency;
        let value = amount.amount.as_ref()?.parse::<f64>().ok()?;
        let rank = balance.balance_type.as_deref().and_then(meaning::rank);
        (!other && value.is_finite()).then_some((rank.unwrap_or(usize::MAX), value))
    });
    usable.min_by_key(|(rank, _)| *rank).map(|(_, value)| value)
}

/// Why one balance is not there; an error if nothing else will be there either.
fn single(trouble: Trouble) -> Result<Failed, Trouble> {
    match trouble {
        Trouble::Refused { failed, code } => match failed.cause {
            Cause::ConsentEnded | Cause::Denied => Err(Trouble::Refused { failed, code }),
            _ => Ok(*failed),
        },
        Trouble::Upstream(upstream @ Upstream::Misconfigured(_)) => Err(upstream.into()),
        Trouble::Upstream(Upstream::RateLimited(after)) => Ok(Cause::RateLimited { after }.into()),
        other => Ok(Failed {
            message: Some(other.upstream().to_string()),
            ..Failed::from(Cause::BankDown)
        }),
    }
}

fn is_enough(cause: &Cause) -> bool {
    matches!(cause, Cause::RateLimited { .. } | Cause::BankDown)
}

fn words(cause: &Cause) -> &'static str {
    match cause {
        Cause::RateLimited { .. } => {
            "The bank has been asked too often today. The balance comes with a later update."
        }
        Cause::ActionNeeded { .. } => {
            "The bank wants you to do something before it tells the balance. Log in at its own site."
        }
        _ => "The bank did not tell the balance. It comes with a later update.",
    }
}

fn warn(warnings: &mut Vec<FoundWarning>, stable: &str, why: &str) {
    match warnings.iter_mut().find(|warning| warning.message == why) {
        Some(warning) => warning.accounts.push(stable.to_owned()),
        None => warnings.push(FoundWarning {
            accounts: vec![stable.to_owned()],
            message: why.to_owned(),
        }),
    }
}
