//! How the widget was opened: the address and the page's data, parsed once into types.

mod kept;
mod origin;
mod page;

pub use kept::Kept;
pub use origin::Origin;
pub use page::{Embedding, PARAMETERS, Page, PageData};

use crate::Secret;
use crate::api::AccountSelection;
use crate::host::System;

/// Everything that is known at the start, checked for form; the server decides what is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    pub system: System,
    pub embedding: Embedding,
    /// Taken by the flow's start, so that it stays nowhere.
    pub token: Option<Secret>,
    /// The host page's origin.
    pub origin: Option<Origin>,
    /// Id of the bank to go straight to.
    pub provider: Option<String>,
    /// Id of the connection to reconnect.
    pub institution: Option<String>,
    pub search: String,
    /// What limits the list, as query parameters of `GET /v1/providers`.
    pub filters: Vec<(&'static str, String)>,
    pub lang: Option<String>,
    pub theme: Theme,
    pub one_per_line: bool,
    /// Comes back with the result.
    pub state: Option<String>,
    /// Where the window goes with the result.
    pub redirect_uri: Option<String>,
    /// The server has called that address registered; no window goes there before.
    pub redirect_checked: bool,
    /// The widget's own origin.
    pub own_origin: String,
    /// The origin of the API, which banks' own sites send the user back to.
    pub api_origin: String,
    pub job_types: Vec<String>,
    pub account_selection: Option<AccountSelection>,
    /// There is no way from the preselected bank to another one.
    pub fixed_bank: bool,
    pub oauth: OAuthMode,
    /// The host's page that the top window comes back to from a bank's own site; the backend checks it.
    pub oauth_redirect_uri: Option<String>,
    /// Names the login at a bank's own site that the user comes back from.
    pub resume: Option<String>,
    /// Unguessable and different at each load.
    pub seed: String,
    /// The whole query, without the token.
    pub raw_query: String,
    /// What an earlier load of this page in the same tab was busy with.
    pub kept: Option<Kept>,
    pub offline: bool,
}

/// How a bank's own login page is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OAuthMode {
    /// In a popup; where there can be none, in the window itself.
    #[default]
    Auto,
    Popup,
    /// The top window goes to the bank and comes back.
    Redirect,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

/// No address that a browser would run as a program or make a page of: apps have schemes of their own.
fn runs_nothing(address: &str) -> bool {
    let scheme = address.trim_start().split(':').next().unwrap_or_default();
    let scheme: String = scheme.chars().filter(|c| !c.is_ascii_control()).collect();
    let runs = ["javascript", "data", "blob", "vbscript", "file"];
    !runs.iter().any(|run| scheme.eq_ignore_ascii_case(run))
}

impl Launch {
    /// A page that can be told things: it has a window, and an origin to address it by.
    pub fn has_host(&self) -> bool {
        self.embedding != Embedding::Alone && self.origin.is_some()
    }

    /// The page around us is the one that the token is fixed to, if it is fixed to one:
    /// a bare link with somebody's token must not connect somebody else's bank to it.
    pub fn is_embedded_by(&self, fixed: Option<&str>) -> bool {
        let origin = self.origin.as_ref().filter(|_| self.has_host());
        fixed.is_none() || fixed == origin.map(Origin::as_str)
    }

    pub fn new(page: Page) -> Launch {
        let data = page.data.clone().unwrap_or_default();
        let system = System::by_name(data.system.as_deref());
        let text = |name: &str| page.parameter(name).filter(|value| !value.is_empty());
        let theme = match text("theme").as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            Some("auto") => Theme::Auto,
            Some(_) | None => system.default_theme(),
        };
        let redirect_checked = data.redirect_uri.is_some();
        let filter = |parameter, name| Some((name, text(parameter)?));
        let account_selection = match text("account_selection").as_deref() {
            Some("single") => Some(AccountSelection::Single),
            Some("multiple") => Some(AccountSelection::Multiple),
            Some("none") => Some(AccountSelection::None),
            Some(_) | None => None,
        };
        let oauth = match text("oauth").as_deref() {
            Some("popup") => OAuthMode::Popup,
            Some("redirect") => OAuthMode::Redirect,
            Some(_) | None => OAuthMode::Auto,
        };
        let job_types = text("job_types").unwrap_or_default();
        let job_types = job_types.split(',').map(str::trim);
        Launch {
            system,
            embedding: page.embedding,
            token: data.token.or_else(|| page.fragment_token()),
            origin: text("origin").and_then(|origin| Origin::parse(&origin)),
            provider: data.provider.or_else(|| text("provider")),
            institution: data.institution,
            search: text("search").unwrap_or_default(),
            filters: [
                filter("providers", "providers"),
                filter("provider_groups", "groups"),
                filter("countries", "countries"),
                filter("job_types", "job_types"),
            ]
            .into_iter()
            .flatten()
            .collect(),
            lang: text("lang"),
            theme,
            one_per_line: text("providers_per_line").as_deref() == Some("1"),
            state: text("state"),
            redirect_uri: data
                .redirect_uri
                .or_else(|| text("redirect_uri"))
                .filter(|address| runs_nothing(address)),
            redirect_checked,
            job_types: job_types
                .filter(|t| !t.is_empty())
                .map(String::from)
                .collect(),
            account_selection,
            fixed_bank: text("allow_change_institution").as_deref() == Some("false"),
            oauth,
            oauth_redirect_uri: text("oauth_redirect_uri"),
            resume: data.resume.or_else(|| text("resume")),
            own_origin: page.own_origin,
            api_origin: page.api_origin,
            seed: page.seed,
            raw_query: page.raw_query,
            kept: page.kept,
            offline: page.offline,
        }
    }
}
