//! How the widget was opened, read as the host's system has it.

use super::System;
use crate::Secret;
use crate::launch::{Launch, Origin, Page};

impl Launch {
    pub fn new(page: Page) -> Launch {
        let data = page.data.clone().unwrap_or_default();
        let system = match data.system.as_deref() {
            Some(name) => System::by_name(name),
            None => System::of(&page),
        };
        let mut launch = Launch {
            system,
            embedding: page.embedding,
            route: page.route().into(),
            own_origin: page.own_origin.clone(),
            api_url: page.api_url.clone(),
            seed: page.seed.clone(),
            raw_query: page.raw_query.clone(),
            kept: page.kept.clone(),
            offline: page.offline,
            asks_for_token: system.ask_for_token().is_some(),
            ..Launch::default()
        };
        launch.framing.clone_from(&page.framing_origin);
        system.launch(&page, &mut launch);
        // What the server says wins over what the address says.
        launch.token = data.token.or(launch.token);
        launch.token_came_along = launch.token.is_some();
        if let Some(origin) = data.origin.as_deref().and_then(Origin::parse) {
            launch.origin = Some(origin);
            launch.wrong_origin = None;
        }
        launch.provider = data.provider.or(launch.provider);
        launch.institution = data.institution.or(launch.institution);
        launch.resume = data.resume.or(launch.resume);
        launch.redirect_checked = data.redirect_uri.is_some();
        launch.redirect_uri = data
            .redirect_uri
            .or(launch.redirect_uri)
            .filter(|address| runs_nothing(address));
        launch
    }

    /// The origin of the page around, for systems whose address does not name it.
    pub(super) fn take_framing_origin(&mut self, page: &Page) {
        let framing = page.framing_origin.as_deref();
        // Whoever led to a page that stands alone is not the one that it is for.
        let framing = framing.filter(|_| !self.is_alone());
        self.origin = framing.and_then(Origin::parse);
        // Some browsers say nothing of the page around; whatever is said goes to this origin and no other.
        if page.framing_origin.is_none() && !self.is_alone() {
            self.take_origin(page.parameter("origin"));
        }
    }
}

impl System {
    /// The system whose address the page has.
    pub(crate) fn of(page: &Page) -> System {
        let mut all = System::ALL.iter().copied();
        all.find(|system| system.opens(page)).unwrap_or_default()
    }

    /// Reads how the page was opened, and keeps what the system's own parameters say.
    pub(crate) fn launch(self, page: &Page, launch: &mut Launch) {
        for name in self.parameters() {
            let value = page.text(name).filter(|_| self.token() != Some(*name));
            launch
                .own
                .extend(value.map(|value| (name.to_string(), value)));
        }
        self.read(page, launch);
        if let Some(name) = self.token() {
            launch.token = page.text(name).map(Secret::new).or(launch.token.take());
        }
    }
}

/// No address that a browser would run as a program or make a page of: apps have schemes of their own.
fn runs_nothing(address: &str) -> bool {
    let scheme = address.trim_start().split(':').next().unwrap_or_default();
    let scheme: String = scheme.chars().filter(|c| !c.is_ascii_control()).collect();
    let runs = ["javascript", "data", "blob", "vbscript", "file"];
    !runs.iter().any(|run| scheme.eq_ignore_ascii_case(run))
}
