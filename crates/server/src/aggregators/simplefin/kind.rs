//! What sort of account it is. The protocol does not say, so its name is asked.

/// Looked for in this order: a "credit card savings plan" is somebody's joke, a "mortgage loan" is not.
const WORDS: &[(&str, &[&str])] = &[
    ("mortgage", &["mortgage"]),
    ("loan", &["loan", "loans", "heloc", "lending", "financing"]),
    (
        "credit",
        &[
            "credit",
            "card",
            "visa",
            "mastercard",
            "amex",
            "discover",
            "platinum",
        ],
    ),
    (
        "investment",
        &[
            "investment",
            "investments",
            "investing",
            "brokerage",
            "ira",
            "401k",
            "401",
            "403b",
            "roth",
            "rrsp",
            "tfsa",
            "resp",
            "retirement",
            "pension",
            "portfolio",
        ],
    ),
    ("savings", &["saving", "savings", "saver"]),
    (
        "checking",
        &["checking", "chequing", "current", "checkings"],
    ),
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
