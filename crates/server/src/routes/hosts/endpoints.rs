//! The pages and endpoints of other systems, for the published contract.

use super::{flinks, meld, moneykit, ucw, wealthica};
use crate::openapi::{Caller, Endpoint, Parameter};
use crate::routes::published::{HTML, TOO_MANY_TOKENS};
use axum::http::StatusCode;
use connect_core::api::{code, schema};

const TOO_MANY_PAGES: &str =
    "Pages without a token were opened too often from this address, or for this client.";
const PAGES: &str = "Pages of other systems";
const SERVERS: &str = "Servers of other systems";

pub fn all() -> Vec<Endpoint> {
    let mut all = wealthica_pages();
    all.extend(others());
    all.extend(servers());
    all
}

fn wealthica_pages() -> Vec<Endpoint> {
    let queried = |endpoint: Endpoint| {
        endpoint.with([
            Parameter::text(
                "client_id",
                "The client whose redirect_uri counts, when there is no token.",
            ),
            Parameter::text(
                "redirect_uri",
                "A registered address to go to with the result.",
            ),
            Parameter::text("webhook_uri", "Passed over: nothing is sent there."),
        ])
    };
    let opened = |endpoint: Endpoint| {
        queried(endpoint)
            .writes_text(StatusCode::OK, HTML, "The widget.")
            .writes_text(
                StatusCode::INTERNAL_SERVER_ERROR,
                HTML,
                "The server failed.",
            )
    };
    let by_query = |endpoint: Endpoint| {
        opened(endpoint).with([Parameter::text(
            "token",
            "The user token. Safer by POST, where no log has it.",
        )])
    };
    let by_form = |endpoint: Endpoint| {
        opened(endpoint)
            .may_read_form::<wealthica::LaunchForm>()
            .writes_text(
                StatusCode::REQUEST_TIMEOUT,
                HTML,
                "The form did not come in time.",
            )
            .writes_text(
                StatusCode::PAYLOAD_TOO_LARGE,
                HTML,
                "The form has more than 64 KiB.",
            )
            .writes_text(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                HTML,
                "The body is not a form.",
            )
    };
    vec![
        by_query(Endpoint::get("/connect", wealthica::by_query)).named(
            PAGES,
            "connectByQuery",
            "Open the widget, as Wealthica's connect URL does",
        ),
        by_form(Endpoint::post("/connect", wealthica::by_form)).named(
            PAGES,
            "connectByForm",
            "Open the widget, as Wealthica's SDK does",
        ),
        by_query(Endpoint::get(
            "/connect/{provider}",
            wealthica::provider_by_query,
        ))
        .named(
            PAGES,
            "connectProviderByQuery",
            "Open the widget at one bank",
        ),
        by_form(Endpoint::post(
            "/connect/{provider}",
            wealthica::provider_by_form,
        ))
        .named(
            PAGES,
            "connectProviderByForm",
            "Open the widget at one bank",
        ),
        by_query(Endpoint::get(
            "/reconnect/{institution}",
            wealthica::again_by_query,
        ))
        .named(
            PAGES,
            "reconnectByQuery",
            "Open the widget for a connection that needs its user",
        ),
        by_form(Endpoint::post(
            "/reconnect/{institution}",
            wealthica::again_by_form,
        ))
        .named(
            PAGES,
            "reconnectByForm",
            "Open the widget for a connection that needs its user",
        ),
    ]
}

fn others() -> Vec<Endpoint> {
    let too_many = "Too many pages without a token are open, or the server is busy.";
    let moneykit = |path, id, summary| {
        Endpoint::get(path, moneykit::open)
            .named(PAGES, id, summary)
            .with([Parameter::text(
                "linkSessionToken",
                "The token of POST /link-session. The widget reads it, and the other parameters of MoneyKit's SDK.",
            )])
            .writes_text(StatusCode::OK, HTML, "The widget.")
    };
    let flinks = |path, id| {
        Endpoint::get(path, flinks::page)
            .named(PAGES, id, "Open the widget, as Flinks Connect's iframe does")
            .with([Parameter::text(
                "authorizeToken",
                "A user token. Without it a client that allows it, found by the header Referer, gets a session for a new user. The widget reads the other parameters.",
            )])
            .writes_text(StatusCode::OK, HTML, "The widget.")
            .writes_text(StatusCode::SERVICE_UNAVAILABLE, HTML, too_many)
            .writes_text(StatusCode::INTERNAL_SERVER_ERROR, HTML, "The server failed.")
            .writes_text(StatusCode::TOO_MANY_REQUESTS, HTML, TOO_MANY_PAGES)
    };
    vec![
        Endpoint::get("/", meld::page)
            .named(PAGES, "openWidget", "Open the widget, also as Meld's iframe does")
            .with([Parameter::text(
                "connectToken",
                "The token of POST /bank-linking/connect/start; with it the widget speaks Meld's messages.",
            )])
            .writes_text(StatusCode::OK, HTML, "The widget."),
        moneykit("/start", "openMoneyKit", "Open the widget, as MoneyKit's link() does"),
        moneykit(
            "/relink",
            "reopenMoneyKit",
            "Open the widget for a connection that needs its user, as MoneyKit's relink() does",
        ),
        moneykit(
            "/continue",
            "continueMoneyKit",
            "Open the widget for a user who comes back from a bank's site, as MoneyKit's continue() does",
        ),
        flinks("/v2", "openFlinks"),
        flinks("/v2/", "openFlinksDirectory"),
        Endpoint::get("/widget", ucw::page)
            .named(PAGES, "openUcw", "Open the widget, as the Universal Connect Widget's iframe does")
            .with([
                Parameter::list("jobTypes", "One or more of these; needed without a token of POST /widgetUrl.").one_of(&ucw::JOB_TYPES),
                Parameter::text("userId", "The client's own name for its user; needed like jobTypes. Without a token it is anybody's word, and the session finds only what the same browser has made in this way.").at_most(256),
                Parameter::text("token", "The token of GET /api/token, or of POST /widgetUrl, which needs nothing else here. Used up by the first loading; the same browser may load the address again while the session lasts."),
                Parameter::text("institutionId", "The bank to go straight to, without a way to another one.").at_most(256),
                Parameter::text("connectionId", "The connection to refresh; needs aggregator and institutionId.").at_most(256),
                Parameter::text("aggregator", "The connection's aggregator.").at_most(256),
                Parameter::text("singleAccountSelect", "`true`: one account only."),
                Parameter::text("targetOrigin", "The origin that embeds the widget."),
            ])
            .writes_text(StatusCode::OK, HTML, "The widget.")
            .writes_text(StatusCode::BAD_REQUEST, HTML, "A page that names the parameter that is missing or wrong.")
            .writes_text(StatusCode::FORBIDDEN, HTML, "The token was used before, has ended, or never was one.")
            .writes_text(StatusCode::SERVICE_UNAVAILABLE, HTML, too_many)
            .writes_text(StatusCode::TOO_MANY_REQUESTS, HTML, TOO_MANY_PAGES)
            .writes_text(StatusCode::INTERNAL_SERVER_ERROR, HTML, "The server failed."),
    ]
}

/// What hosts' servers ask for. A secret that a page knew would be none: no page elsewhere may call these.
fn servers() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/link-session", moneykit::create)
            .named(SERVERS, "createLinkSession", "Get a link_session_token, as MoneyKit's API does")
            .by(Caller::Client)
            .reads_foreign::<moneykit::LinkSession>()
            .writes::<moneykit::LinkSessionToken>(StatusCode::CREATED, "The token.")
            .refuses(StatusCode::BAD_REQUEST, code::REDIRECT_URI_NOT_REGISTERED, "redirect_uri is not one of the client's.")
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, TOO_MANY_TOKENS),
        Endpoint::post("/link-session/exchange-token", moneykit::exchange)
            .named(SERVERS, "exchangeToken", "Exchange what the page was told for the connection, as MoneyKit's API does")
            .by(Caller::Client)
            .reads_foreign::<moneykit::Exchange>()
            .writes::<moneykit::Exchanged>(StatusCode::CREATED, "The connection.")
            .refuses(StatusCode::BAD_REQUEST, code::INVALID_EXCHANGE_TOKEN, "The token is unknown, is another client's, was exchanged before, or has ended."),
        Endpoint::post("/bank-linking/connect/start", meld::start)
            .named(SERVERS, "startBankLinking", "Get a connectToken for one connection, as Meld's API does")
            .by(Caller::Client)
            .reads_foreign::<meld::Start>()
            .writes::<meld::Started>(StatusCode::OK, "The token, good for three hours and one connection.")
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, TOO_MANY_TOKENS),
        Endpoint::post("/bank-linking/connect/repair", meld::repair)
            .named(SERVERS, "repairBankLinking", "Get a connectToken for a connection that needs its user, as Meld's API does")
            .by(Caller::Client)
            .reads_foreign::<meld::Repair>()
            .writes::<meld::Repairing>(StatusCode::OK, "The token, good for three hours.")
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, TOO_MANY_TOKENS),
        Endpoint::get("/api/token", ucw::token)
            .named(SERVERS, "createEntryToken", "Get a one-time token for the widget's page, as the Universal Connect Widget does")
            .by(Caller::Client)
            .with([Parameter::text("userId", "The client's own name for its user.").needed(1, Some(256)).matching(schema::NAME)])
            .writes::<ucw::EntryToken>(StatusCode::OK, "The token.")
            .refuses(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, "userId is missing or too long.")
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, TOO_MANY_TOKENS),
        Endpoint::post("/widgetUrl", ucw::widget_url)
            .named(SERVERS, "createWidgetUrl", "Get a one-time address of the widget's page, as the Universal Connect Widget's version 2 does")
            .by(Caller::Client)
            .reads_foreign::<ucw::WidgetUrlRequest>()
            .writes::<ucw::WidgetUrl>(StatusCode::OK, "The address.")
            .refuses(StatusCode::FORBIDDEN, code::ORIGIN_NOT_ALLOWED, "targetOrigin is not one of the client's.")
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, TOO_MANY_TOKENS),
    ]
}
