//! What an aggregator says of a bank comes from outside: what is not of the expected form is as if nothing was said.

use crate::aggregators::Bank;
use url::Url;

const LONGEST_NAME: usize = 200;
const LONGEST_TEXT: usize = 2000;
/// A picture that stands in the list itself is a small one.
const LONGEST_PICTURE: usize = 64 * 1024;

/// Sorted by their ids, without those that nobody could choose.
pub fn clean(banks: Vec<Bank>) -> Vec<Bank> {
    let mut all: Vec<Bank> = banks.into_iter().filter_map(bank).collect();
    all.sort_by(|one, other| one.id.cmp(&other.id));
    all.dedup_by(|one, other| one.id == other.id);
    all
}

fn bank(mut bank: Bank) -> Option<Bank> {
    bank.name = bank.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let named = (1..=LONGEST_NAME).contains(&bank.name.chars().count());
    if bank.id.is_empty() || bank.id.len() > LONGEST_TEXT || !named {
        return None;
    }
    bank.country = bank.country.and_then(|country| code(&country, 2..=2));
    bank.bic = bank.bic.and_then(|text| bic(&text));
    bank.url = bank.url.filter(|url| is_web(url));
    bank.logo = bank.logo.filter(|logo| is_picture(logo));
    let is_lit = bank.logo.is_some();
    bank.logo_dark = bank.logo_dark.filter(|logo| is_lit && is_picture(logo));
    bank.color = bank.color.filter(|color| is_color(color));
    let short = |text: &String| !text.is_empty() && text.len() <= LONGEST_TEXT;
    bank.hint = bank.hint.filter(short);
    bank.message = bank.message.filter(short);
    bank.group = bank.group.filter(short);
    if let Some(urls) = &mut bank.recovery_urls {
        for url in [&mut urls.password, &mut urls.username, &mut urls.website] {
            *url = url.take().filter(|url| is_web(url));
        }
    }
    Some(bank)
}

/// With its branch, in capitals: `DEUTDEFF` is `DEUTDEFFXXX`.
pub fn bic(text: &str) -> Option<String> {
    let head = code(text, 8..=11)?;
    match head.len() {
        8 => Some(head + "XXX"),
        11 => Some(head),
        _ => None,
    }
}

fn code(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<String> {
    let text = text.trim();
    let plain = text.bytes().all(|letter| letter.is_ascii_alphanumeric());
    (plain && lengths.contains(&text.len())).then(|| text.to_ascii_uppercase())
}

fn is_web(text: &str) -> bool {
    let web = |url: Url| matches!(url.scheme(), "https" | "http") && url.username().is_empty();
    text.len() <= LONGEST_TEXT && Url::parse(text).is_ok_and(web)
}

fn is_picture(text: &str) -> bool {
    match text.starts_with("data:") {
        true => text.len() <= LONGEST_PICTURE,
        false => is_web(text),
    }
}

fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#');
    digits.is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|d| d.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_of_the_expected_form_is_left_out_and_the_bank_stays() {
        let odd = Bank {
            id: "a".into(),
            name: "  A \n bank ".into(),
            country: Some("de".into()),
            bic: Some("deutdeff".into()),
            url: Some("javascript:alert(1)".into()),
            logo: Some("ftp://a.example/a.png".into()),
            logo_dark: Some("https://a.example/a.png".into()),
            color: Some("red".into()),
            ..Bank::default()
        };
        let nameless = Bank {
            id: "b".into(),
            ..Bank::default()
        };
        let banks = clean(vec![odd.clone(), nameless, odd]);
        let [bank] = &banks[..] else {
            panic!("{banks:?}");
        };
        assert_eq!(bank.name, "A bank");
        assert_eq!(bank.country.as_deref(), Some("DE"));
        assert_eq!(bank.bic.as_deref(), Some("DEUTDEFFXXX"));
        assert_eq!((&bank.url, &bank.logo, &bank.color), (&None, &None, &None));
        // Of no use alone.
        assert_eq!(bank.logo_dark, None);
    }
}
