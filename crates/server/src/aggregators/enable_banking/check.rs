//! Whether the application can be used, and which banks it brings.

use super::calls::{Call, PANEL, Trouble, UNREGISTERED};
use super::wire::{Application, Aspsp, Aspsps};
use super::{EnableBanking, banks};
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

    async fn application(&self) -> Result<Application, Upstream> {
        let call = self.calls.make(Call::get(&["application"])).await;
        call.map_err(Trouble::upstream)
    }

    /// Country by country: the whole list may be longer than what is read of one answer.
    pub(super) async fn list(&self) -> Result<Vec<Aspsp>, Upstream> {
        let mut countries = self.settings.countries.clone();
        if countries.is_empty() {
            countries = self.application().await?.countries;
        }
        let mut all = Vec::new();
        for country in &countries {
            all.extend(self.country(country).await.map_err(Trouble::upstream)?);
        }
        self.remember(&all);
        Ok(all)
    }

    async fn country(&self, country: &str) -> Result<Vec<Aspsp>, Trouble> {
        let psu_type = self.settings.psu_type;
        let query = [
            ("country", country),
            ("psu_type", psu_type.name()),
            ("service", "AIS"),
        ];
        let call = Call {
            query: &query,
            ..Call::get(&["aspsps"])
        };
        let list: Aspsps = self.calls.make(call).await?;
        let fitting = list.aspsps.into_iter().filter(|bank| bank.is_for(psu_type));
        Ok(fitting.collect())
    }

    /// As it was listed, or, after a restart, as its country is listed now.
    pub(super) async fn aspsp(&self, id: &str) -> Result<Option<Aspsp>, Trouble> {
        if let Some(aspsp) = self.remembered(id) {
            return Ok(Some(aspsp));
        }
        let Some((country, _)) = banks::parts(id) else {
            return Ok(None);
        };
        let all = self.country(country).await?;
        self.remember(&all);
        Ok(all.into_iter().find(|aspsp| aspsp.id() == id))
    }
}
