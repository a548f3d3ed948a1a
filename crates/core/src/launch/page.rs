//! What the browser knows about the page at its start, as plain data.

use super::Kept;
use crate::Secret;
use crate::json::{Json, Read};
use crate::theme::ThemeTokens;

/// Every parameter of the widget's own that the query and the fragment may carry.
pub const PARAMETERS: [&str; 22] = [
    "token",
    "origin",
    "provider",
    "providers",
    "provider_groups",
    "countries",
    "search",
    "lang",
    "theme",
    "providers_per_line",
    "state",
    "redirect_uri",
    "job_types",
    "account_selection",
    "allow_change_institution",
    "oauth",
    "oauth_redirect_uri",
    "resume",
    "institution",
    "skip_success_screen",
    "theme_tokens",
    "mode",
];

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub query: Vec<(String, String)>,
    pub fragment: Vec<(String, String)>,
    pub data: Option<PageData>,
    pub embedding: Embedding,
    /// The path of the page's address.
    pub path: String,
    /// The origin of the page around, or of the one that led here, as the browser tells it; `null`: it has none.
    pub framing_origin: Option<String>,
    /// `theme_tokens`, read.
    pub theme_tokens: ThemeTokens,
    pub own_origin: String,
    /// The address of the API without `/v1`: an origin, and a path where it has one.
    pub api_url: String,
    /// Unguessable and different at each load.
    pub seed: String,
    /// The whole query, as it stands in the address, without the token.
    pub raw_query: String,
    /// What an earlier load of this page in the same tab was busy with.
    pub kept: Option<Kept>,
    pub offline: bool,
}

/// Where the host page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Embedding {
    /// There is none: a top-level page.
    #[default]
    Alone,
    /// The parent of this frame.
    Framed,
    /// The opener of this popup.
    Popup,
}

/// What the server wrote into the page: the element `<script type="application/json" id="launch">`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageData {
    pub system: Option<String>,
    pub origin: Option<String>,
    pub token: Option<Secret>,
    pub provider: Option<String>,
    pub institution: Option<String>,
    pub redirect_uri: Option<String>,
    /// Names the login at a bank's own site that the user comes back from.
    pub resume: Option<String>,
    /// By which the server knows the page again when the same browser loads it once more.
    pub page: Option<String>,
}

impl Read for PageData {
    fn read<J: Json>(json: &J) -> Option<PageData> {
        json.is_object().then(|| PageData {
            system: json.part("system"),
            origin: json.part("origin"),
            token: json.part("token"),
            provider: json.part("provider"),
            institution: json.part("institution"),
            redirect_uri: json.part("redirect_uri"),
            resume: json.part("resume"),
            page: json.part("page"),
        })
    }
}

impl Page {
    /// The last part of the path that is not empty.
    pub(crate) fn route(&self) -> &str {
        self.path
            .rsplit('/')
            .find(|part| !part.is_empty())
            .unwrap_or_default()
    }

    /// A folder may have any name; a widget in it speaks its own protocol.
    pub(crate) fn is_no_folder(&self) -> bool {
        !self.path.ends_with('/') && !self.path.ends_with(".html")
    }

    /// A parameter that is not empty, of the fragment or else of the query.
    #[inline(never)]
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.parameter(name).filter(|value| !value.is_empty())
    }

    #[inline(never)]
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.parameter(name).as_deref() == Some("true")
    }

    /// A parameter of the fragment, else of the query.
    #[inline(never)]
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let both = self.fragment.iter().chain(&self.query);
        let mut found = both.filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value.clone())
    }

    /// The token is taken from the fragment alone: a query is sent to servers and kept in logs.
    pub(crate) fn fragment_token(&self) -> Option<Secret> {
        let mut found = self.fragment.iter().filter(|(key, _)| key == "token");
        let token = found.next().map(|(_, value)| Secret::new(value.as_str()));
        token.filter(|token| !token.is_empty())
    }
}
