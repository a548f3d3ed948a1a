//! Through whom each bank is reached.

use crate::aggregators::registry::Member;
use crate::app::App;
use crate::http::problem::Answer;
use crate::store::providers;

/// Through whom a bank is reached, and what it is called there.
pub struct Way<'a> {
    pub member: &'a Member,
    pub bank: String,
}

/// The preferred one first; in the sandbox a bank that nobody brings is a test bank.
pub async fn ways<'a>(app: &'a App, id: &str) -> Answer<Vec<Way<'a>>> {
    let routes = providers::find(&app.db, id);
    let routes = routes.map_or_else(Vec::new, |offered| offered.routes);
    if routes.is_empty() {
        let sandbox = app.aggregators.sandbox().into_iter();
        let bank = || id.to_owned();
        return Ok(sandbox
            .map(|member| Way {
                member,
                bank: bank(),
            })
            .collect());
    }
    let ways = routes.into_iter().filter_map(|route| {
        Some(Way {
            member: app.aggregators.find(&route.aggregator)?,
            bank: route.bank.id,
        })
    });
    Ok(ways.collect())
}
