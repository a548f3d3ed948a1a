//! What becomes of the accounts that an aggregator finds: each keeps its id, and what its user has not chosen stays out.

use crate::aggregators::{FoundAccount, FoundWarning};
use crate::crypto::digest::sha256_hex;
use connect_core::api::{Account, Warning};

/// The accounts from now on. `offered` are the ids of all that could be chosen from before, and is brought up to date.
pub fn joined(
    institution: &str,
    known: Option<&[Account]>,
    offered: &mut Vec<String>,
    found: Vec<FoundAccount>,
) -> Vec<Account> {
    let found: Vec<Account> = found
        .into_iter()
        .map(|account| told(institution, account))
        .collect();
    let known = known.unwrap_or_default();
    let is_left_out = |account: &Account| {
        offered.contains(&account.id) && known.iter().all(|known| known.id != account.id)
    };
    let kept: Vec<Account> = found
        .iter()
        .filter(|account| !is_left_out(account))
        .cloned()
        .collect();
    offered.extend(found.iter().map(|account| account.id.clone()));
    offered.sort();
    offered.dedup();
    // Where nothing of the choice is left, the user chooses anew.
    if kept.is_empty() { found } else { kept }
}

/// In words of plain letters nobody's number is; everything else is not told.
const LONGEST_WORD: usize = 16;

fn id(institution: &str, stable: &str) -> String {
    let plain = |letter: u8| letter.is_ascii_lowercase() || letter == b'-';
    if (1..=LONGEST_WORD).contains(&stable.len()) && stable.bytes().all(plain) {
        return format!("{institution}-{stable}");
    }
    let mark = sha256_hex(format!("{institution}\n{stable}").as_bytes());
    format!("{institution}-{}", mark.get(..16).unwrap_or(&mark))
}

/// What did not work although the rest did.
pub fn warnings(institution: &str, found: Vec<FoundWarning>) -> Vec<Warning> {
    let warnings = found.into_iter().map(|warning| Warning {
        account_ids: warning
            .accounts
            .iter()
            .map(|stable| id(institution, stable))
            .collect(),
        message: warning.message,
    });
    warnings.collect()
}

/// As its user hears of it.
pub fn told(institution: &str, found: FoundAccount) -> Account {
    Account {
        id: id(institution, &found.stable),
        name: found.name,
        kind: found.kind,
        mask: found.mask,
        currency: found.currency,
        balance: found.balance,
        eligible: Some(found.ineligible.is_none()),
        reason: found.ineligible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(stables: &[&str]) -> Vec<FoundAccount> {
        let all = stables.iter().map(|stable| FoundAccount {
            stable: (*stable).into(),
            name: (*stable).into(),
            ..FoundAccount::default()
        });
        all.collect()
    }

    #[test]
    fn a_choice_outlives_the_next_sync_and_a_new_account_comes_to_it() {
        let mut offered = Vec::new();
        let names = |accounts: &[Account]| -> Vec<String> {
            accounts
                .iter()
                .map(|account| account.name.clone())
                .collect()
        };
        let first = joined("any", None, &mut offered, found(&["a", "b", "c"]));
        assert_eq!(names(&first), ["a", "b", "c"]);
        let chosen = &first[..2];
        let second = joined(
            "any",
            Some(chosen),
            &mut offered,
            found(&["c", "b", "a", "d"]),
        );
        assert_eq!(names(&second), ["b", "a", "d"]);
        assert_eq!(second[1].id, first[0].id);
        let other = joined("any", Some(chosen), &mut offered, found(&["c"]));
        assert_eq!(names(&other), ["c"]);
    }
}
