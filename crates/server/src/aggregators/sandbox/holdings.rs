//! Which accounts are found behind a login.

use crate::aggregators::FoundAccount;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holdings {
    /// Three accounts.
    Usual,
    Many,
    One,
    /// Nothing that can be connected.
    Mortgage,
}

const MORTGAGE: &str = "mortgage";

/// The end of the id, the name, the kind, the mask, the currency, the balance.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    f64,
);

/// No two of these share an id, so that one is never taken for a choice among another.
const USUAL: &[Row] = &[
    ("checking", "Chequing", "checking", "1234", "CAD", 2_450.75),
    ("savings", "Savings", "savings", "5678", "CAD", 18_200.0),
    ("credit", "Credit card", "credit", "9012", "CAD", -312.4),
];
const MANY: &[Row] = &[
    ("everyday", "Everyday", "checking", "2201", "CAD", 1_204.18),
    ("rainy-day", "Rainy day", "savings", "7750", "CAD", 9_310.0),
    ("dollars", "US dollars", "checking", "4410", "USD", 640.5),
    ("card", "Travel card", "credit", "0083", "EUR", -88.95),
    ("funds", "Funds", "investment", "6127", "CAD", 31_877.42),
    ("house", "House", MORTGAGE, "3306", "CAD", -284_500.0),
];
const ONE: &[Row] = &[("only", "Everyday", "checking", "8841", "CAD", 415.07)];
const ONLY_MORTGAGE: &[Row] = &[("flat", "Flat", MORTGAGE, "5519", "CAD", -196_020.0)];

impl Holdings {
    pub fn found(self) -> Vec<FoundAccount> {
        let rows = match self {
            Holdings::Usual => USUAL,
            Holdings::Many => MANY,
            Holdings::One => ONE,
            Holdings::Mortgage => ONLY_MORTGAGE,
        };
        rows.iter().map(found).collect()
    }
}

fn found(row: &Row) -> FoundAccount {
    let (stable, name, kind, mask, currency, balance) = *row;
    FoundAccount {
        stable: stable.into(),
        name: name.into(),
        kind: kind.into(),
        mask: Some(mask.into()),
        currency: Some(currency.into()),
        balance: Some(balance),
        ineligible: (kind == MORTGAGE).then(|| "Mortgages can't be connected here.".into()),
    }
}
