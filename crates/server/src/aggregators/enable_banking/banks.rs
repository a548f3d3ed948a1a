//! The banks of Enable Banking, and how a login at one of them is asked for.

use super::settings::PsuType;
use super::wire::{Aspsp, AuthMethod};
use crate::aggregators::{Bank, LoginStyle};
use crate::words::{Word, english};
use connect_core::api::ProviderStatus;

/// Logos are as large as their banks have made them, unless this stands behind the address.
const SMALL: &str = "-/resize/256x/";

impl Aspsp {
    /// It has no id but these two.
    pub(super) fn id(&self) -> String {
        format!("{}|{}", self.country, self.name)
    }

    pub(super) fn is_for(&self, psu_type: PsuType) -> bool {
        let types = &self.psu_types;
        types.is_empty() || types.iter().any(|each| each == psu_type.name())
    }

    pub(super) fn bank(&self) -> Bank {
        let beta = self.beta == Some(true);
        Bank {
            id: self.id(),
            name: self.name.clone(),
            country: Some(self.country.clone()),
            bic: self.bic.clone().filter(|bic| !bic.is_empty()),
            logo: self.logo.as_deref().and_then(logo),
            group: self.group.as_ref().and_then(|group| group.name.clone()),
            login: LoginStyle::Redirect,
            hint: self.hint(),
            status: beta.then_some(ProviderStatus::Degraded),
            message: beta.then(|| english(Word::NewConnection)),
            ..Bank::default()
        }
    }

    /// Users of the sandbox, whom everybody knows.
    fn hint(&self) -> Option<String> {
        let user = self.sandbox.as_ref()?.users.first()?;
        let parts = [
            ("user name", &user.username),
            ("password", &user.password),
            ("code", &user.otp),
        ];
        let parts = parts.into_iter().filter_map(|(what, value)| {
            let value = value.as_ref()?;
            Some(format!("{what} {value}"))
        });
        let parts: Vec<String> = parts.collect();
        (!parts.is_empty()).then(|| format!("Made-up bank: {}", parts.join(", ")))
    }

    /// Which method to ask for; `None`: there is nothing to choose.
    pub(super) fn method(&self, psu_type: PsuType) -> Option<&str> {
        let fits = |method: &&AuthMethod| {
            let wanted = method.psu_type.as_deref();
            wanted.is_none_or(|wanted| wanted == psu_type.name())
        };
        let fitting: Vec<&AuthMethod> = self.auth_methods.iter().filter(fits).collect();
        let is_shown = |method: &&&AuthMethod| method.hidden_method != Some(true);
        let shown: Vec<&AuthMethod> = fitting.iter().filter(is_shown).copied().collect();
        let choice = match shown.len() {
            1 => return None,
            // Hidden ones can be had by name alone.
            0 => fitting,
            _ => shown,
        };
        let best = choice.into_iter().min_by_key(|method| rank(method))?;
        best.name.as_deref()
    }
}

/// Its country and name.
pub(super) fn parts(id: &str) -> Option<(&str, &str)> {
    id.split_once('|')
}

/// Redirects first: the others keep the user at pages where they type, or wait for their telephone.
fn rank(method: &AuthMethod) -> usize {
    let order = ["REDIRECT", "DECOUPLED", "EMBEDDED"];
    let approach = method.approach.as_deref().unwrap_or_default();
    order
        .iter()
        .position(|each| *each == approach)
        .unwrap_or(order.len())
}

fn logo(address: &str) -> Option<String> {
    if !address.starts_with("https://") {
        return None;
    }
    Some(match address.ends_with('/') && !address.contains('?') {
        true => format!("{address}{SMALL}"),
        false => address.to_owned(),
    })
}
