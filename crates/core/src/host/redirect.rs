//! The result as an address. Source: "Receive via URL params" and "Custom Redirect URI" of Wealthica's "Connect a user".

use super::wealthica::ERROR_TYPE;
use crate::flow::{Place, Report};
use crate::launch::Launch;

/// Where the window goes with a terminal report: the registered address, else the widget's own last page.
pub(super) fn address(launch: &Launch, report: &Report) -> Option<String> {
    let mut parameters: Vec<(&str, String)> = Vec::new();
    let own_page = match report {
        Report::Succeeded {
            bank, institution, ..
        } => {
            parameters.push(("institution", institution.clone()));
            parameters.push(("code", institution.clone()));
            parameters.push(("provider", bank.id.clone()));
            "/connected"
        }
        Report::Errored { failure, place } => {
            parameters.extend(failed(failure.message(), place));
            "/exit"
        }
        Report::Left { place } => {
            parameters.extend(failed("Connection closed".into(), place));
            parameters.push(("force", "true".into()));
            "/exit"
        }
        Report::Opened
        | Report::ScreenShown(_)
        | Report::InstitutionSelected(_)
        | Report::CredentialsSubmitted(_)
        | Report::QuestionAsked { .. }
        | Report::AnswerSubmitted(_)
        | Report::Connected { .. }
        | Report::Failed { .. } => return None,
    };
    if let Some(state) = &launch.state {
        parameters.push(("state", state.clone()));
    }
    let base = match registered(launch) {
        Some(uri) => uri.to_string(),
        None => format!("{}{own_page}", launch.own_origin),
    };
    Some(with_parameters(&base, &parameters))
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

/// Adds parameters to an address that may have some, and a fragment, already.
fn with_parameters(base: &str, parameters: &[(&str, String)]) -> String {
    let (address, fragment) = match base.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (base, None),
    };
    let mut whole = address.to_string();
    for (name, value) in parameters {
        whole.push(if whole.contains('?') { '&' } else { '?' });
        whole.push_str(name);
        whole.push('=');
        encode(value, &mut whole);
    }
    if let Some(fragment) = fragment {
        whole.push('#');
        whole.push_str(fragment);
    }
    whole
}

/// `application/x-www-form-urlencoded`, as the URL standard has it.
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => {
                out.push(byte as char);
            }
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                for digit in [byte >> 4, byte & 15] {
                    out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
                }
            }
        }
    }
}
