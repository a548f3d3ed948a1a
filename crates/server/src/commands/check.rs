//! `connect-server check`: asks each aggregator whether it can be used, and says what its operator should know.

use super::Trouble;
use crate::aggregators::registry::{Aggregators, Member, PATIENCE, Seen};
use crate::aggregators::{Bank, Banks, LoginStyle};
use crate::config::aggregators::AggregatorsFile;
use crate::config::public_url::{self, PublicUrl};
use clap::Args;
use std::collections::BTreeMap;

#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    file: AggregatorsFile,

    /// How browsers reach the server, e.g. https://connect.example
    #[arg(
        long,
        env = "CONNECT_PUBLIC_URL",
        default_value = "http://127.0.0.1:8080",
        value_name = "URL",
        value_parser = public_url
    )]
    public_url: PublicUrl,
}

fn public_url(text: &str) -> Result<PublicUrl, &'static str> {
    PublicUrl::parse(text).ok_or(public_url::FORM)
}

impl Check {
    pub async fn run(self) -> Result<(), Trouble> {
        let plan = self.file.read().map_err(Trouble::new)?;
        let aggregators = Aggregators::build(&plan.aggregators, &self.public_url);
        let aggregators = aggregators.map_err(Trouble::new)?;
        if aggregators.is_empty() {
            let words = "there is no aggregator; name their file with --aggregators";
            return Err(Trouble::new(words));
        }
        let seen = aggregators.look(PATIENCE).await;
        for (member, seen) in &seen {
            print!("{}", report(member, seen));
        }
        let failed = seen.iter().filter(|(_, seen)| seen.banks.is_err()).count();
        match failed {
            0 => Ok(()),
            _ => Err(Trouble::new(format!(
                "{failed} of {} aggregators cannot be used now",
                seen.len()
            ))),
        }
    }
}

fn report(member: &Member, seen: &Seen) -> String {
    let mut lines = vec![format!("{} ({})", member.id, member.kind)];
    match (&seen.health, &seen.banks) {
        (Err(error), _) => lines.push(format!("cannot be used: {error}")),
        (Ok(health), banks) => {
            match banks {
                Ok(Banks::Whole(banks)) => {
                    lines.push("keys accepted".into());
                    lines.push(counted(banks));
                }
                Err(error) => lines.push(format!("brings no banks: {error}")),
            }
            lines.extend(health.says.iter().cloned());
        }
    }
    if member.hide {
        lines.push("hidden: its banks are not offered".into());
    }
    // Whoever has banks with pages of their own, or may have.
    let has_pages = match &seen.banks {
        Ok(Banks::Whole(banks)) => banks.iter().any(|bank| bank.login == LoginStyle::Redirect),
        Err(_) => true,
    };
    if has_pages {
        lines.push(format!("callback to register: {}", member.callback));
    }
    lines.join("\n  ") + "\n"
}

/// `3 banks: DE 2, FI 1`.
fn counted(banks: &[Bank]) -> String {
    let mut countries: BTreeMap<&str, usize> = BTreeMap::new();
    for bank in banks {
        let country = bank.country.as_deref().unwrap_or("everywhere");
        *countries.entry(country).or_default() += 1;
    }
    let countries: Vec<String> = countries
        .iter()
        .map(|(country, count)| format!("{country} {count}"))
        .collect();
    let noun = if banks.len() == 1 { "bank" } else { "banks" };
    match countries[..] {
        [] => "0 banks".into(),
        _ => format!("{} {noun}: {}", banks.len(), countries.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::aggregators::Plan;
    use crate::store::scratch::Scratch;
    use std::path::Path;

    /// What is said of a stub in this world.
    async fn said(world: &str) -> String {
        let scratch = Scratch::new();
        let file = scratch.0.join("world.json");
        std::fs::write(&file, world).expect("it is written");
        let text = format!(
            "[[aggregator]]\nkind = \"stub\"\nid = \"mine\"\nhide = true\nworld = {file:?}\n"
        );
        let plan = Plan::parse(Path::new("aggregators.toml"), text).expect("a plan");
        let public = PublicUrl::parse("https://connect.example").expect("an address");
        let all = Aggregators::build(&plan.aggregators, &public).expect("a stub");
        let seen = all.look(PATIENCE).await;
        let (member, seen) = &seen[0];
        report(member, seen)
    }

    #[tokio::test]
    async fn an_aggregator_is_told_with_its_banks_and_what_must_be_registered() {
        let world = r#"{"banks": [{"id": "1", "name": "A", "country": "DE"}, {"id": "2", "name": "B"},
            {"id": "3", "name": "C", "country": "DE", "login": "redirect"}]}"#;
        let expected = "mine (stub)\n  keys accepted\n  3 banks: DE 2, everywhere 1\n  a stub\n  \
            hidden: its banks are not offered\n  \
            callback to register: https://connect.example/oauth/return/mine\n";
        assert_eq!(said(world).await, expected);
        let refused = said(r#"{"misconfigured": "the key is refused"}"#).await;
        assert!(
            refused.contains("\n  cannot be used: the key is refused\n"),
            "{refused}"
        );
        let broken = said("no JSON").await;
        assert!(
            broken.contains("\n  brings no banks: its answer cannot"),
            "{broken}"
        );
    }
}
