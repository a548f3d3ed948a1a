//! What the operator says of SimpleFIN: whose tokens are taken.

use crate::aggregators::Misconfigured;
use crate::aggregators::http::Origins;
use serde::Deserialize;

const BRIDGE: &str = "https://bridge.simplefin.org";
const BETA_BRIDGE: &str = "https://beta-bridge.simplefin.org";

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What the row in the list of banks is called.
    #[serde(default)]
    pub name: Option<String>,
    /// Origins of servers in the internet.
    #[serde(default = "both_bridges")]
    pub servers: Vec<String>,
    /// Origins of servers that may be in the operator's own network.
    #[serde(default)]
    pub private_servers: Vec<String>,
    /// The page where users get a token; by default that of the first server.
    #[serde(default)]
    pub token_page: Option<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            name: None,
            servers: both_bridges(),
            private_servers: Vec::new(),
            token_page: None,
        }
    }
}

impl Settings {
    pub(super) fn origins(&self) -> Result<Origins, Misconfigured> {
        if self.all_servers().is_empty() {
            let what = "`servers` and `private_servers` are both empty: no token could be used";
            return Err(Misconfigured(what.into()));
        }
        if let Some(page) = &self.token_page {
            let url = url::Url::parse(page).ok();
            if !url.is_some_and(|url| matches!(url.scheme(), "https" | "http")) {
                return Err(Misconfigured(format!(
                    "`token_page`: {page} is no web page's address"
                )));
            }
        }
        Origins::parse(&self.servers, &self.private_servers).map_err(Misconfigured)
    }

    /// An operator who names a server of their own wants it to be the one that users are sent to.
    pub(super) fn token_page(&self) -> String {
        if let Some(page) = &self.token_page {
            return page.clone();
        }
        let first = self.all_servers().into_iter().next();
        let first = first.unwrap_or(BRIDGE).trim_end_matches('/');
        format!("{first}/simplefin/create")
    }

    /// Private ones first.
    pub(super) fn all_servers(&self) -> Vec<&str> {
        let all = self.private_servers.iter().chain(&self.servers);
        all.map(String::as_str).collect()
    }
}

fn both_bridges() -> Vec<String> {
    vec![BRIDGE.to_owned(), BETA_BRIDGE.to_owned()]
}
