//! What the contract tells of a bank that is reached over an aggregator.

use crate::aggregators::{LoginStyle, Route};
use connect_core::api::Provider;

/// Adds what this way to the bank has.
pub fn describe(provider: &mut Provider, route: &Route) {
    let Route { aggregator, bank } = route;
    provider.aggregator = Some(aggregator.clone());
    provider.url = bank.url.clone();
    // From here: a browser that asked the aggregator for it would tell it who looks at which bank.
    provider.logo = bank
        .logo_name()
        .map(|hash| format!("/logos/{aggregator}/{hash}"));
    provider.color = bank.color.clone();
    provider.hint = bank.hint.clone();
    provider.setup = bank.setup.clone();
    provider.status = bank.status;
    provider.message = bank.message.clone();
    provider.recovery_urls = bank.recovery_urls.clone();
    match &bank.login {
        LoginStyle::Fields(fields) => provider.fields = fields.clone(),
        // The address is another one for each attempt.
        LoginStyle::Redirect => provider.oauth = true,
        LoginStyle::OAuth {
            authorize_url,
            client_id,
            scopes,
        } => {
            provider.oauth = true;
            provider.authorize_url = Some(authorize_url.clone());
            provider.client_id = Some(client_id.clone());
            provider.scopes = scopes.clone();
        }
    }
}
