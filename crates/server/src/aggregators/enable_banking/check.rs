//! Whether the application can be used, and what its operator has to do if not.

use super::EnableBanking;
use super::calls::Call;
use super::trouble::{PANEL, UNREGISTERED};
use super::wire::Application;
use crate::aggregators::{Health, Misconfigured, Upstream};

impl EnableBanking {
    pub(super) async fn health(&self) -> Result<Health, Misconfigured> {
        let application = match self.application().await {
            Ok(application) => application,
            Err(Upstream::Misconfigured(what)) => return Err(Misconfigured(what)),
            // Nothing that the operator can do, so that the server starts.
            Err(other) => {
                let says = vec![format!("Enable Banking could not be asked: {other}")];
                return Ok(Health { says });
            }
        };
        let misconfigured = |what: &str| {
            let upstream = self.calls.misconfigured(what);
            Err(Misconfigured(match upstream {
                Upstream::Misconfigured(words) => words,
                other => other.to_string(),
            }))
        };
        if !application.active {
            return misconfigured(
                "It is not active. In production it becomes active with a contract, or when you link your own accounts to it.",
            );
        }
        let callback = self.calls.callback.as_str();
        if !application.redirect_urls.iter().any(|url| url == callback) {
            return misconfigured(UNREGISTERED);
        }
        let services = application.services;
        if !services.is_empty() && !services.iter().any(|service| service == "AIS") {
            return misconfigured("It has no access to account information (AIS).");
        }
        let countries = application.countries;
        let mut says = vec![
            match application.environment.as_deref() {
                Some("SANDBOX") => "environment: sandbox, made-up banks only".to_owned(),
                Some("PRODUCTION") => {
                    "environment: production. Until there is a contract, it is restricted: \
                     only accounts that were linked in the control panel are found"
                        .to_owned()
                }
                _ => "environment: unknown".to_owned(),
            },
            format!("countries: {}", countries.join(", ")),
            format!("redirect URL: {callback}, registered at {PANEL}"),
        ];
        let mut wanted = self.settings.countries.iter();
        if let Some(country) = wanted.find(|country| !countries.contains(country)) {
            says.push(format!(
                "`countries` names {country}, which the application does not have"
            ));
        }
        Ok(Health { says })
    }

    pub(super) async fn application(&self) -> Result<Application, Upstream> {
        let call = self.calls.make(Call::get(&["application"])).await;
        call.map_err(|trouble| self.calls.for_operator(trouble))
    }
}
