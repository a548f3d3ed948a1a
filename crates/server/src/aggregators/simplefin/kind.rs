//! What sort of account it is. The protocol does not say, so its name is asked.

/// Looked for in this order, so that an account at a "Credit Union" is no credit card and "Retirement Savings" is invested.
const WORDS: &[(&str, &[&str])] = &[
    ("mortgage", &["mortgage"]),
    ("loan", &["loan", "loans", "heloc", "lending", "financing"]),
    (
        "investment",
        &[
            "401",
            "401k",
            "403b",
            "brokerage",
            "investing",
            "investment",
            "investments",
            "ira",
            "pension",
            "portfolio",
            "resp",
            "retirement",
            "roth",
            "rrsp",
            "tfsa",
        ],
    ),
    ("savings", &["saver", "saving", "savings"]),
    ("checking", &["checking", "chequing", "current"]),
    ("credit", &["amex", "card", "credit", "mastercard", "visa"]),
];

pub fn guess(name: &str) -> &'static str {
    let name = name.to_lowercase();
    let words: Vec<&str> = name
        .split(|letter: char| !letter.is_alphanumeric())
        .collect();
    let is_named = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let kind = WORDS.iter().find(|(_, known)| is_named(known));
    kind.map_or("other", |(kind, _)| kind)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_tells_the_kind_by_its_whole_words() {
        let table = [
            ("TOTAL CHECKING (...1234)", "checking"),
            ("Credit Union Share Savings", "savings"),
            ("Retirement Savings Plan", "investment"),
            ("401(k)", "investment"),
            ("Visa Platinum", "credit"),
            ("30-year Mortgage Loan", "mortgage"),
            ("Auto loan", "loan"),
            ("Victoria's account at the Cardinal", "other"),
            ("", "other"),
        ];
        for (name, kind) in table {
            assert_eq!(super::guess(name), kind, "{name}");
        }
    }
}
