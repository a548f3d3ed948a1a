//! `connect-server check`: whether the aggregators of the file work, before anybody relies on them.

use super::Trouble;
use crate::aggregators::Banks;
use crate::aggregators::registry::Members;
use crate::config::aggregators::AggregatorsFile;
use clap::Args;

#[derive(Clone, Debug, Args)]
pub struct Check {
    #[command(flatten)]
    file: AggregatorsFile,
}

impl Check {
    pub async fn run(self) -> Result<(), Trouble> {
        let configured = self.file.read().map_err(Trouble::new)?;
        if configured.is_empty() {
            return Err(Trouble::new(
                "no aggregators are configured; name their file with --aggregators",
            ));
        }
        let members = Members::new(configured);
        let members = members.map_err(|error| Trouble::new(self.file.wrong(error.0)))?;
        let mut bad = 0;
        for member in members.all() {
            let checked = member.aggregator.check().await;
            match checked {
                Ok(health) => {
                    println!("{}: it can be used", member.id);
                    health.says.iter().for_each(|line| println!("  {line}"));
                }
                Err(problem) => {
                    bad += 1;
                    println!("{}: it cannot be used: {problem}", member.id);
                    continue;
                }
            }
            match member.aggregator.banks().await {
                Ok(Banks::Whole(banks)) => println!("  banks: {}", banks.len()),
                Err(error) => {
                    bad += 1;
                    println!("  its banks are not known: {error}");
                }
            }
        }
        match bad {
            0 => Ok(()),
            _ => Err(Trouble::new("not all aggregators can be used")),
        }
    }
}
