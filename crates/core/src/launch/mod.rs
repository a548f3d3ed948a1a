//! How the widget was opened: the address and the page's data, parsed once into types.

mod kept;
mod origin;
mod page;
mod system;

pub use kept::Kept;
pub use origin::Origin;
pub use page::{Embedding, PARAMETERS, Page, PageData};
pub use system::System;

use crate::Secret;
use crate::api::{Account, AccountSelection, Consent};
use crate::theme::ThemeTokens;

/// Everything that is known at the start, checked for form; the server decides what is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    pub system: System,
    /// Its host is asked for a token by a message.
    pub asks_for_token: bool,
    pub embedding: Embedding,
    /// Taken by the flow's start, so that it stays nowhere.
    pub token: Option<Secret>,
    /// It stood in the address or in the page.
    pub token_came_along: bool,
    /// The host page's origin, as the address has it.
    pub origin: Option<Origin>,
    /// What the address has in its place, where that is no origin.
    pub wrong_origin: Option<String>,
    /// The origin of the page around, or of the one that led here, where the browser tells it; `null`: it has none.
    pub framing: Option<String>,
    /// Id of the bank to go straight to.
    pub provider: Option<String>,
    /// Id of the connection to reconnect.
    pub institution: Option<String>,
    pub search: String,
    /// What limits the list, as query parameters of `GET /v1/providers`.
    pub filters: Vec<(&'static str, String)>,
    pub lang: Option<String>,
    pub look: Look,
    pub frame: Frame,
    pub one_per_line: bool,
    /// Comes back with the result.
    pub state: Option<String>,
    /// Where the window goes with the result.
    pub redirect_uri: Option<String>,
    /// The server has called that address registered; no window goes there before.
    pub redirect_checked: bool,
    /// The widget's own origin.
    pub own_origin: String,
    /// The address of the API without `/v1`, which banks' own sites send the user back to.
    pub api_url: String,
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
    /// Success is told at once.
    pub skip_success: bool,
    /// So many logins may a bank refuse.
    pub most_logins: Option<u32>,
    /// What the host asks of the backend beyond the contract.
    pub options: Vec<(String, String)>,
    pub accounts: Sieve,
    /// How the app calls itself here.
    pub client_name: Option<String>,
    /// What the page asks the user's consent to, unless the token says it.
    pub consent: Option<Consent>,
    /// Id of a connection whose sync is under way.
    pub follow: Option<String>,
    /// The bank's own site comes back to the host's page, `oauth_redirect_uri`, also in a window beside this one.
    pub host_gets_return: bool,
    /// This page is in that window: another widget waits for what came.
    pub handed_back: bool,
    /// The last part of the page's path, and what its system's own parameters say, but for tokens.
    pub route: String,
    pub own: Vec<(String, String)>,
}

/// Colours and their scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub theme: Option<Theme>,
    pub tokens: ThemeTokens,
}

/// What is drawn around the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub close: bool,
    pub back: bool,
    pub header: bool,
    /// The client's mark.
    pub mark: bool,
    pub padding: bool,
    /// Nothing moves while something is loaded.
    pub still: bool,
    /// The frame is a part of the host's page, not a window over it.
    pub inline: bool,
    pub wide: bool,
}

/// Which of the accounts found the user sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sieve {
    /// ISO 4217; accounts of another currency cannot be chosen.
    pub currency: Option<String>,
    /// Accounts that cannot be chosen are not shown.
    pub hides: bool,
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

impl Look {
    /// What was chosen later wins.
    pub(crate) fn take(&mut self, later: Look) {
        self.theme = later.theme.or(self.theme);
        self.tokens = std::mem::take(&mut self.tokens).with(&later.tokens);
    }
}

impl Default for Frame {
    fn default() -> Frame {
        Frame {
            close: true,
            back: true,
            header: true,
            mark: true,
            padding: true,
            still: false,
            inline: false,
            wide: false,
        }
    }
}

impl Sieve {
    pub(crate) fn sift(&self, accounts: &mut Vec<Account>) {
        for account in accounts.iter_mut() {
            let other = |currency: &String| {
                !currency.eq_ignore_ascii_case(account.currency.as_deref().unwrap_or(currency))
            };
            if self.currency.as_ref().is_some_and(other) {
                account.eligible = Some(false);
            }
        }
        // Of nothing but accounts that cannot be chosen the user is told.
        if self.hides && accounts.iter().any(Account::is_eligible) {
            accounts.retain(Account::is_eligible);
        }
    }
}

impl Launch {
    /// A page that can be told things: it has a window, and an origin to address it by.
    pub fn has_host(&self) -> bool {
        self.embedding != Embedding::Alone && self.origin.is_some() && !self.is_misplaced()
    }

    /// The page around us is the one that the token is fixed to, if it is fixed to one:
    /// a bare link with somebody's token must not connect somebody else's bank to it.
    pub fn is_embedded_by(&self, fixed: Option<&str>) -> bool {
        let asking = self.asking().filter(|_| self.embedding != Embedding::Alone);
        let real = match self.embedding {
            // Whoever hands the token over by message is the one who was asked.
            Embedding::Popup if self.token_came_along => self.framing.as_deref() == asking,
            Embedding::Popup | Embedding::Framed | Embedding::Alone => self.fits_framing(),
        };
        fixed.is_none() || (fixed == asking && real)
    }

    /// An address of the API's server.
    pub fn below(&self, path: &str) -> String {
        self.api_url.clone() + path
    }

    /// The API is at the page's own origin, also below a path of it.
    pub fn is_at_home(&self) -> bool {
        let path = self.api_url.strip_prefix(&*self.own_origin);
        path.is_some_and(|path| path.is_empty() || path.starts_with('/'))
    }

    /// The origin that the session is asked for: the page's own word, else the browser's of the page around.
    pub fn asking(&self) -> Option<&str> {
        let named = self.origin.as_ref().map(Origin::as_str);
        let framed = self.embedding == Embedding::Framed;
        let framing = self.framing.as_deref().filter(|_| framed);
        // Its own origin is what a browser tells of a page that has led on to itself.
        named.or(framing.filter(|origin| ![&self.own_origin, "null"].contains(origin)))
    }

    /// The page around is the one that the address names, as far as the browser tells.
    fn fits_framing(&self) -> bool {
        let named = self.origin.as_ref().map(Origin::as_str);
        let framing = self.framing.as_deref();
        // A page of the widget's own server is nobody else's.
        let own = Some(self.own_origin.as_str());
        named.is_none() || framing.is_none() || framing == named || framing == own
    }

    /// It was opened for something else than the list of banks.
    pub fn has_errand(&self) -> bool {
        let errands = [
            &self.provider,
            &self.institution,
            &self.resume,
            &self.follow,
        ];
        errands.into_iter().any(Option::is_some)
    }

    /// No session is opened here: the address names another page than the one around, or none where it should.
    pub fn is_misplaced(&self) -> bool {
        self.wrong_origin.is_some() || (self.embedding == Embedding::Framed && !self.fits_framing())
    }

    /// For the developer of a page that is not served: what it gives.
    pub fn complaint(&self) -> Option<String> {
        let framing = self.framing.as_deref().unwrap_or_default();
        match (&self.wrong_origin, &self.origin) {
            (Some(given), _) => Some(format!("origin={given} is no origin")),
            (None, Some(origin)) if self.is_misplaced() => {
                Some(format!("origin={origin} is not the page around, {framing}"))
            }
            (None, None) if self.is_mute() => Some("no origin, so your page hears nothing".into()),
            _ => None,
        }
    }

    /// In the frame of a page that cannot be told anything.
    fn is_mute(&self) -> bool {
        self.embedding == Embedding::Framed && self.system == System::Native
    }

    /// Takes the host page's origin as an address has it.
    pub(crate) fn take_origin(&mut self, given: Option<String>) {
        self.origin = given.as_deref().and_then(Origin::parse);
        self.wrong_origin = given.filter(|_| self.origin.is_none());
    }

    /// What a bare link says is anybody's word; of a frame the backend says who may draw one.
    pub(crate) fn is_in_its_hosts_frame(&self) -> bool {
        self.embedding == Embedding::Framed && self.origin.is_some() && self.fits_framing()
    }

    /// What a parameter of the system's own says.
    pub(crate) fn own(&self, name: &str) -> Option<&str> {
        let own = self.own.iter().find(|(own, _)| own == name);
        own.map(|(_, value)| value.as_str())
    }

    /// Takes the widget's own parameters, which several systems share.
    pub(crate) fn read(&mut self, page: &Page) {
        let text = |name: &str| page.text(name);
        let filter = |parameter, name| Some((name, text(parameter)?));
        self.token = page.fragment_token();
        self.take_origin(page.parameter("origin"));
        self.provider = text("provider");
        self.institution = text("institution");
        self.search = text("search").unwrap_or_default();
        self.filters = [
            filter("providers", "providers"),
            filter("provider_groups", "groups"),
            filter("countries", "countries"),
            filter("job_types", "job_types"),
        ]
        .into_iter()
        .flatten()
        .collect();
        self.lang = text("lang");
        self.look = Look {
            theme: text("theme").as_deref().and_then(Theme::by_name),
            tokens: page.theme_tokens.clone(),
        };
        self.one_per_line = text("providers_per_line").as_deref() == Some("1");
        self.state = text("state");
        self.redirect_uri = text("redirect_uri");
        self.job_types = list(text("job_types"));
        self.account_selection = match text("account_selection").as_deref() {
            Some("single") => Some(AccountSelection::Single),
            Some("multiple") => Some(AccountSelection::Multiple),
            Some("none") => Some(AccountSelection::None),
            Some(_) | None => None,
        };
        self.fixed_bank = text("allow_change_institution").as_deref() == Some("false");
        self.oauth = match text("oauth").as_deref() {
            Some("popup") => OAuthMode::Popup,
            Some("redirect") => OAuthMode::Redirect,
            Some(_) | None => OAuthMode::Auto,
        };
        self.oauth_redirect_uri = text("oauth_redirect_uri");
        self.resume = text("resume");
        self.skip_success = page.is_set("skip_success_screen");
        self.frame.inline = text("mode").as_deref() == Some("inline");
    }
}

impl Theme {
    pub(crate) fn by_name(name: &str) -> Option<Theme> {
        match name {
            "light" => Some(Theme::Light),
            "dark" => Some(Theme::Dark),
            "auto" => Some(Theme::Auto),
            _ => None,
        }
    }
}

/// What stands between commas.
pub(crate) fn list(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    let parts = text.split(',').map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(String::from)
        .collect()
}
