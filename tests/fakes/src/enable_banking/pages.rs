//! The banks' own pages, for people and for tests in a browser, and a page on which consents can be ended.

use super::ROOT;
use super::state::{Code, Fake, uuid};
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use std::collections::BTreeMap;

type Texts = BTreeMap<String, String>;

/// What a user can do at a bank's page: its name in the form, and the words on the button.
const CHOICES: &[(&str, &str)] = &[
    ("allow", "Log in and allow"),
    ("deny", "Deny"),
    ("fail", "The bank fails"),
    ("no-accounts", "Log in and choose no account"),
    ("late", "Log in, and come back too late"),
    ("unknown-code", "Come back with a code of nobody"),
];

pub async fn bank(State(fake): State<Fake>, Query(query): Query<Texts>) -> Response {
    let id = query.get("sessionid").cloned().unwrap_or_default();
    let inside = fake.lock();
    let Some(authorization) = inside.authorizations.get(&id) else {
        return (StatusCode::NOT_FOUND, "There is no such login.").into_response();
    };
    let buttons = CHOICES.iter().map(|(name, words)| {
        format!("<p><button name=\"choice\" value=\"{name}\">{words}</button></p>\n")
    });
    let buttons: String = buttons.collect();
    let bank = &authorization.bank;
    page(
        bank,
        &format!(
            "<p>This is the made-up bank's own page. An app asks for your accounts and balances.</p>\n\
             <form method=\"post\" action=\"{ROOT}/bank\">\n\
             <input type=\"hidden\" name=\"sessionid\" value=\"{id}\">\n{buttons}</form>"
        ),
    )
}

pub async fn decide(State(fake): State<Fake>, Form(form): Form<Texts>) -> Response {
    let of = |name: &str| form.get(name).cloned().unwrap_or_default();
    let mut inside = fake.lock();
    let Some(authorization) = inside.authorizations.remove(&of("sessionid")) else {
        return (StatusCode::NOT_FOUND, "There is no such login.").into_response();
    };
    let (back, state) = (&authorization.redirect_url, &authorization.state);
    let state = percent(state);
    let choice = of("choice");
    let query = match choice.as_str() {
        "deny" => {
            format!("error=access_denied&error_description=Denied%20by%20the%20user&state={state}")
        }
        "fail" => format!(
            "error=server_error&error_description=Our%20night%20shift%20is%20counting&state={state}"
        ),
        "unknown-code" => format!("code={}&state={state}", uuid()),
        _ => {
            let code = uuid();
            let query = format!("code={code}&state={state}");
            let given = Code {
                authorization: authorization.clone(),
                without_accounts: choice == "no-accounts",
                is_expired: choice == "late",
                is_used: false,
            };
            inside.codes.insert(code, given);
            query
        }
    };
    let mark = if back.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{back}{mark}{query}")).into_response()
}

pub async fn overview(State(fake): State<Fake>) -> Response {
    let sessions = fake.sessions();
    let rows = sessions
        .iter()
        .map(|(id, status)| format!("<li>{id}: {status}</li>\n"));
    let rows: String = rows.collect();
    page(
        "Enable Banking (fake)",
        &format!(
            "<ul>\n{rows}</ul>\n<form method=\"post\" action=\"{ROOT}\">\n\
             <p><button name=\"status\" value=\"EXPIRED\">Let every consent expire</button></p>\n\
             <p><button name=\"status\" value=\"REVOKED\">Revoke every consent at the bank</button></p>\n\
             <p><button name=\"status\" value=\"AUTHORIZED\">Let all be well again</button></p>\n</form>"
        ),
    )
}

pub async fn end_consents(State(fake): State<Fake>, Form(form): Form<Texts>) -> Response {
    if let Some(status) = form.get("status") {
        fake.turn_sessions(status);
    }
    Redirect::to(ROOT).into_response()
}

fn page(title: &str, body: &str) -> Response {
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <main>\n<h1>{title}</h1>\n{body}\n</main>\n</html>\n"
    ))
    .into_response()
}

/// As it stands in a query.
fn percent(text: &str) -> String {
    let bytes = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            (byte as char).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    bytes.collect()
}
