//! The result as an address. Source: "Receive via URL params" and "Custom Redirect URI" of Wealthica's "Connect a user".

use super::wealthica::ERROR_TYPE;
use crate::address::with_parameters;
use crate::flow::{Place, Report};
use crate::launch::Launch;

/// Where the window goes with a terminal report: the registered address, else the widget's own last page.
pub(super) fn address(launch: &Launch, report: &Report) -> Option<String> {
    let mut parameters: Vec<(&str, String)> = Vec::new();
    let own_page = match report {
        Report::Succeeded(made) => {
            parameters.push(("institution", made.institution.clone()));
            parameters.push(("code", made.institution.clone()));
            parameters.push(("provider", made.bank.id.clone()));
            "/connected"
        }
        Report::Errored { failure, place } => {
            parameters.extend(failed(failure.message(), place));
            "/exit"
        }
        Report::Left { place, .. } => {
            parameters.extend(failed("Connection closed".into(), place));
            parameters.push(("force", "true".into()));
            "/exit"
        }
        _ => return None,
    };
    if let Some(state) = &launch.state {
        parameters.push(("state", state.clone()));
    }
    Some(with_parameters(&page(launch, own_page), &parameters))
}

/// The registered address, else this page of the API's.
pub(super) fn page(launch: &Launch, own_page: &str) -> String {
    registered(launch).map_or_else(|| launch.below(own_page), str::to_string)
}

/// The redirect address, if the server has called it registered.
pub(super) fn registered(launch: &Launch) -> Option<&str> {
    let uri = launch.redirect_uri.as_deref();
    uri.filter(|_| launch.redirect_checked)
}

fn failed(message: String, place: &Place) -> Vec<(&'static str, String)> {
    let mut parameters = vec![("error_type", ERROR_TYPE.to_string()), ("message", message)];
    parameters.extend(place.institution.clone().map(|id| ("institution", id)));
    parameters.extend(place.bank.clone().map(|bank| ("provider", bank.id)));
    parameters
}
