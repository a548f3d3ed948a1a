//! What becomes of the accounts that an aggregator finds: each keeps its id, and what its user has not chosen stays out.

use crate::aggregators::{FoundAccount, FoundWarning};
use crate::crypto::digest::sha256_hex;
use crate::engine::clean;
use connect_core::api::{Account, Warning};

/// The accounts from now on: those that are found but for what the user has left out. One that is not found this time
/// is no account that was left out, and is there again when it is found again.
pub fn joined(
    institution: &str,
    left_out: &mut Vec<String>,
    found: Vec<FoundAccount>,
) -> Vec<Account> {
    let found: Vec<Account> = found
        .into_iter()
        .take(MOST)
        .map(|account| told(institution, account))
        .collect();
    let kept: Vec<Account> = found
        .iter()
        .filter(|account| !left_out.contains(&account.id))
        .cloned()
        .collect();
    // Where nothing of the choice is left, the user chooses anew.
    if kept.is_empty() {
        left_out.clear();
        return found;
    }
    kept
}

/// Whether any account that is known was found again.
pub fn has_any(institution: &str, known: &[Account], found: &[FoundAccount]) -> bool {
    let is_known = |found: &FoundAccount| {
        let id = id(institution, &found.stable);
        known.iter().any(|account| account.id == id)
    };
    found.iter().any(is_known)
}

/// What the user leaves out who chooses these of all that there are.
pub fn left_out(before: &[String], all: &[Account], chosen: &[String]) -> Vec<String> {
    let all = all.iter().map(|account| &account.id).chain(before);
    let mut left: Vec<String> = all.filter(|id| !chosen.contains(id)).cloned().collect();
    left.sort();
    left.dedup();
    left
}

/// Nobody has more; an upstream that says so is not believed.
const MOST: usize = 1000;
const MOST_WARNINGS: usize = 50;

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
    let warnings = found
        .into_iter()
        .take(MOST_WARNINGS)
        .map(|warning| Warning {
            account_ids: warning
                .accounts
                .iter()
                .map(|stable| id(institution, stable))
                .collect(),
            message: clean::line(&warning.message, clean::SENTENCE),
        });
    warnings.collect()
}

/// As its user hears of it.
pub fn told(institution: &str, found: FoundAccount) -> Account {
    Account {
        id: id(institution, &found.stable),
        name: clean::line(&found.name, clean::NAME),
        kind: clean::line(&found.kind, clean::NAME),
        mask: found.mask,
        currency: found.currency,
        balance: found.balance,
        eligible: Some(found.ineligible.is_none()),
        reason: found
            .ineligible
            .map(|words| clean::line(&words, clean::SENTENCE)),
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
        let mut left = Vec::new();
        let names = |accounts: &[Account]| -> Vec<String> {
            accounts
                .iter()
                .map(|account| account.name.clone())
                .collect()
        };
        let first = joined("any", &mut left, found(&["a", "b", "c"]));
        assert_eq!(names(&first), ["a", "b", "c"]);
        let chosen = [first[0].id.clone(), first[1].id.clone()];
        left = left_out(&left, &first, &chosen);
        let second = joined("any", &mut left, found(&["c", "b", "a", "d"]));
        assert_eq!(names(&second), ["b", "a", "d"]);
        assert_eq!(second[1].id, first[0].id);
        // One that is away for a while is not left out.
        let third = joined("any", &mut left, found(&["a", "c"]));
        assert_eq!(names(&third), ["a"]);
        let fourth = joined("any", &mut left, found(&["a", "b", "c"]));
        assert_eq!(names(&fourth), ["a", "b"]);
        let other = joined("any", &mut left, found(&["c"]));
        assert_eq!(names(&other), ["c"]);
    }
}
