//! The routes of logins at a bank's own site, for the published contract.

use super::brought::BroughtForm;
use super::{back, logins, redirect, resume, start, window};
use crate::openapi::{Caller, Endpoint, Parameter};
use crate::routes::published::{HTML, NO_ROOM_TO_WAIT, SCRIPT, TOO_MANY_WAIT};
use axum::http::StatusCode;
use connect_core::api::{KeptOAuth, OAuthResult, code};

const LOGINS: &str = "Logins at a bank's site";

pub fn all() -> Vec<Endpoint> {
    let nonce = || {
        Parameter::path("nonce", "Names the login; whoever begins it makes it up.")
            .matching("^[A-Za-z0-9_-]{22,128}$")
    };
    let wrong_nonce = "The nonce has not 22 to 128 letters, digits, - and _.";
    vec![
        Endpoint::get("/v1/oauth/{nonce}", logins::read)
            .named(LOGINS, "waitForLogin", "Wait until the bank has answered a login")
            .by(Caller::User)
            .with([nonce(), Parameter::text("wait", "`0`: answer at once what is known, and begin nothing.")])
            .writes::<OAuthResult>(StatusCode::OK, "What the bank has answered. Whoever asks first has begun the login, and nobody else hears of it; what comes back for a login that nobody has asked for is not kept. `pending`: nothing, for 30 seconds at most; ask again. The error `invalid_grant`: its code was used.")
            .refuses(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, wrong_nonce)
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, TOO_MANY_WAIT)
            .refuses(StatusCode::SERVICE_UNAVAILABLE, code::UNAVAILABLE, NO_ROOM_TO_WAIT),
        Endpoint::put("/v1/oauth/{nonce}", logins::keep)
            .named(LOGINS, "keepLogin", "Keep what is needed when the user comes back into their only window")
            .by(Caller::User)
            .with([nonce()])
            .reads::<KeptOAuth>()
            .writes_nothing(StatusCode::NO_CONTENT, "It is kept for ten minutes. Without redirect_uri a cookie makes this browser the one that may go on.")
            .refuses(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, wrong_nonce)
            .refuses(StatusCode::BAD_REQUEST, code::REDIRECT_URI_NOT_REGISTERED, "redirect_uri is not one of the client's.")
            .refuses(StatusCode::CONFLICT, code::CONFLICT, "The login is another user's, or the bank has answered already.")
            .refuses(StatusCode::UNPROCESSABLE_ENTITY, code::UNKNOWN_PROVIDER, "This session offers no such bank."),
        Endpoint::get("/oauth/start", start::start)
            .named(LOGINS, "startBankLogin", "The way to a bank's own page by way of an aggregator: the authorize_url of such a bank")
            .with([
                Parameter::text("ticket", "Stands in authorize_url already: whose login it is and at which bank, sealed."),
                Parameter::text("redirect_uri", "`/oauth/redirect` of this server."),
                Parameter::text("state", "Comes back unchanged."),
                Parameter::text("code_challenge", "RFC 7636; without one nobody is sent to a bank."),
                Parameter::text("code_challenge_method", "`S256`."),
            ])
            .writes_nothing(StatusCode::SEE_OTHER, "On to the bank's page; or back with `error` and `state` when there is none now.")
            .writes_text(StatusCode::BAD_REQUEST, HTML, "The ticket or its session has ended, or a parameter is missing.")
            .writes_text(StatusCode::TOO_MANY_REQUESTS, HTML, "Too many logins.")
            .writes_text(StatusCode::INTERNAL_SERVER_ERROR, HTML, "The server failed."),
        Endpoint::get("/oauth/return/{aggregator}", back::back)
            .named(LOGINS, "returnFromAggregator", "Where an aggregator sends users back to; to be registered there")
            .with([
                Parameter::path("aggregator", "Its id in aggregators.toml."),
                Parameter::text("state", "Names the login; `ref` or `attempt` where the aggregator calls it so."),
            ])
            .writes_nothing(StatusCode::SEE_OTHER, "On to /oauth/redirect, with a code of ours or an error.")
            .writes_text(StatusCode::BAD_REQUEST, HTML, "We weren’t expecting this login.")
            .writes_text(StatusCode::CONFLICT, HTML, "It was answered before, and otherwise.")
            .writes_text(StatusCode::INTERNAL_SERVER_ERROR, HTML, "The server failed."),
        Endpoint::get("/oauth/redirect", redirect::redirect)
            .named(LOGINS, "returnFromBank", "Where every bank sends its users back to: the redirect_uri of every login")
            .with([
                Parameter::text("code", "What the bank gives for a login."),
                Parameter::text("error", "RFC 6749's error, in place of a code."),
                Parameter::text("error_description", "The bank's own words; they go no further."),
                Parameter::text("state", "Base64 of JSON: `sub`, which names where the result goes, `path` behind that address, and whatever else the app wants back. It goes on unchanged."),
            ])
            .writes_nothing(StatusCode::SEE_OTHER, "On to the address that is registered under `sub`, with `code` or `error` and with `state`; to the address or the page of a kept login with `connect_resume` or `resume` alone.")
            .writes_text(StatusCode::BAD_REQUEST, HTML, "The state names nobody, or there is neither a code nor an error.")
            .writes_text(StatusCode::CONFLICT, HTML, "The bank has answered this login before, and otherwise.")
            .writes_text(StatusCode::INTERNAL_SERVER_ERROR, HTML, "The server failed."),
        Endpoint::post("/oauth/redirect", redirect::redirect)
            .named(LOGINS, "returnFromBankByForm", "The same, for banks whose page sends a form (`form_post`)")
            .may_read_form::<BroughtForm>()
            .writes_nothing(StatusCode::SEE_OTHER, "As with GET.")
            .writes_text(StatusCode::BAD_REQUEST, HTML, "The state names nobody, or there is neither a code nor an error.")
            .writes_text(StatusCode::REQUEST_TIMEOUT, HTML, "The form did not come in time.")
            .writes_text(StatusCode::CONFLICT, HTML, "The bank has answered this login before, and otherwise.")
            .writes_text(StatusCode::PAYLOAD_TOO_LARGE, HTML, "The form has more than 64 KiB.")
            .writes_text(StatusCode::UNSUPPORTED_MEDIA_TYPE, HTML, "The body is not a form.")
            .writes_text(StatusCode::INTERNAL_SERVER_ERROR, HTML, "The server failed."),
        Endpoint::post("/oauth/return/{aggregator}", back::back)
            .named(LOGINS, "returnFromAggregatorByForm", "The same, where a form is sent")
            .with([Parameter::path("aggregator", "Its id in aggregators.toml.")])
            .may_read_form::<BroughtForm>()
            .writes_nothing(StatusCode::SEE_OTHER, "As with GET.")
            .writes_text(StatusCode::BAD_REQUEST, HTML, "We weren’t expecting this login.")
            .writes_text(StatusCode::REQUEST_TIMEOUT, HTML, "The form did not come in time.")
            .writes_text(StatusCode::CONFLICT, HTML, "It was answered before, and otherwise.")
            .writes_text(StatusCode::PAYLOAD_TOO_LARGE, HTML, "The form has more than 64 KiB.")
            .writes_text(StatusCode::UNSUPPORTED_MEDIA_TYPE, HTML, "The body is not a form.")
            .writes_text(StatusCode::INTERNAL_SERVER_ERROR, HTML, "The server failed."),
        Endpoint::get("/oauth/return", window::page)
            .named(LOGINS, "closeLoginWindow", "Hand the result to the widget that has opened this window")
            .writes_text(StatusCode::OK, HTML, "A page that closes itself."),
        Endpoint::get("/oauth/return.js", window::script)
            .named(LOGINS, "readReturnScript", "The script of that page")
            .writes_text(StatusCode::OK, SCRIPT, "The script."),
        Endpoint::get("/oauth/resume", resume::resume)
            .named(LOGINS, "resumeWidget", "The widget again, for a user whose only window was at the bank")
            .with([Parameter::text("resume", "The nonce of the login.")])
            .writes_text(StatusCode::OK, HTML, "The widget, with a token for the session that was left.")
            .writes_text(StatusCode::BAD_REQUEST, HTML, "Another browser has kept this login, or it was continued before, or it has ended.")
            .writes_text(StatusCode::TOO_MANY_REQUESTS, HTML, "The user has had too many tokens.")
            .writes_text(StatusCode::SERVICE_UNAVAILABLE, HTML, "Too many pages without a token are open, or the server is busy.")
            .writes_text(StatusCode::INTERNAL_SERVER_ERROR, HTML, "The server failed."),
    ]
}
