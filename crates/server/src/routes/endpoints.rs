//! Which address is answered by what, with everything that the published contract says of it.

use super::published::{HTML, NO_ROOM_TO_WAIT, SANDBOX, SCRIPT, TOO_MANY_TOKENS, TOO_MANY_WAIT};
use super::{
    demo, demo_theme, events, faults, files, health, hosts, institutions, logins, logos, oauth,
    oauth_bank, openapi, providers, results, revoke, security, session, tokens, users,
};
use crate::openapi::{Caller, Endpoint, Parameter};
use crate::store::events::Kind;
use axum::http::StatusCode;
use connect_core::api::{
    CreateInstitution, IDEMPOTENCY_KEY, Institution, Provider, ProviderPage, Session,
    SyncInstitution, TokenRequest, TokenResponse, UpdateInstitution, code,
};
use connect_core::theme::ThemeTokens;

const SESSIONS: &str = "Sessions";
const PROVIDERS: &str = "Providers";
const INSTITUTIONS: &str = "Institutions";
const EVENTS: &str = "Events";
const PAGES: &str = "Pages";
const FILES: &str = "Files";
const OPERATION: &str = "Operation";

const PLAIN: &str = "text/plain";

pub fn all(sandbox: bool) -> Vec<Endpoint> {
    let mut all = contract();
    all.extend(of_events());
    all.extend(oauth::endpoints::all());
    all.extend(pages());
    all.extend(hosts::endpoints::all());
    all.extend(files_and_health());
    if sandbox {
        all.extend(shop());
        all.extend(oauth_bank::endpoints());
        all.extend(faults::endpoints());
    }
    all
}

/// See `connect_core::api`.
fn contract() -> Vec<Endpoint> {
    let unknown_id = "This user, or this client, has no institution with this id.";
    let too_many = "This user, this connection or this address has tried too often, or as many syncs of this user are running as may.";
    vec![
        Endpoint::post("/v1/tokens", tokens::mint)
            .named(SESSIONS, "createToken", "Get a token for one of the client's users")
            .by(Caller::Client)
            .reads::<TokenRequest>()
            .writes::<TokenResponse>(StatusCode::OK, "The token, which only this answer ever tells.")
            .refuses(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, "redirect_uri is not an absolute URL.")
            .refuses(StatusCode::BAD_REQUEST, code::REDIRECT_URI_NOT_REGISTERED, "redirect_uri is not one of the client's.")
            .refuses(StatusCode::FORBIDDEN, code::ORIGIN_NOT_ALLOWED, "origin is not one of the client's.")
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, TOO_MANY_TOKENS),
        Endpoint::post("/v1/tokens/revoke", revoke::revoke)
            .named(SESSIONS, "revokeTokens", "Take back a token, all of a user, or all of the client")
            .by(Caller::Client)
            .reads::<revoke::Revocation>()
            .writes::<revoke::Revoked>(StatusCode::OK, "They are good no longer, and whoever waits with one hears so. A token that the client does not have counts as none."),
        Endpoint::get("/v1/session", session::session)
            .named(SESSIONS, "readSession", "Read what a token stands for")
            .by(Caller::User)
            .with([
                Parameter::text("origin", "The origin that embeds the widget; the answer is a session only if it is allowed. Needed when the token is fixed to one, and when its client has origins and not `links`; `options.origin` then says it in its normal form."),
                Parameter::text("redirect_uri", "Where the widget is to go with the result; the answer is a session only if it is registered."),
            ])
            .writes::<Session>(StatusCode::OK, "The session.")
            .refuses(StatusCode::BAD_REQUEST, code::REDIRECT_URI_NOT_REGISTERED, "redirect_uri is not one of the client's.")
            .refuses(StatusCode::FORBIDDEN, code::ORIGIN_NOT_ALLOWED, "origin may not embed the widget for this client or this token, or is missing for a token that is bound to its client's pages."),
        Endpoint::get("/v1/logins/{id}", logins::read)
            .named(SESSIONS, "readLogin", "Read which connections a login has made")
            .by(Caller::Client)
            .writes::<logins::Login>(StatusCode::OK, "Its connections, of whichever user.")
            .refuses(StatusCode::NOT_FOUND, code::NOT_FOUND, "No connection of this client was made with a login of this id."),
        Endpoint::delete("/v1/logins/{id}", logins::remove)
            .named(SESSIONS, "deleteLogin", "Delete a login with the connections that it has made")
            .by(Caller::Client)
            .writes_nothing(StatusCode::NO_CONTENT, "They are gone, of whichever user; their aggregators are told to end them.")
            .refuses(StatusCode::NOT_FOUND, code::NOT_FOUND, "No connection of this client was made with a login of this id."),
        Endpoint::delete("/v1/users/{id}", users::erase)
            .named(SESSIONS, "eraseUser", "Remove everything that is kept of one of the client's users")
            .by(Caller::Client)
            .writes::<users::Erased>(StatusCode::OK, "Nothing of the user is left here. Backups are the operator's to look after."),
        Endpoint::get("/v1/providers", providers::list)
            .named(PROVIDERS, "listProviders", "Search the banks on offer")
            .by(Caller::User)
            .with([
                Parameter::text("search", "What the user has typed: every word must begin a word of the name."),
                Parameter::text("cursor", "`next` of the page before."),
                Parameter::number("limit", "How many to answer; a number over 100 counts as 100.", 1, providers::PAGE),
                Parameter::list("providers", "Only these ids."),
                Parameter::list("groups", "Only these groups."),
                Parameter::list("countries", "Only these countries, ISO 3166-1 alpha-2."),
            ])
            .writes::<ProviderPage>(StatusCode::OK, "A page of banks, the most fitting first.")
            .refuses(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, "cursor or limit is wrong."),
        Endpoint::get("/v1/providers/{id}", providers::one)
            .named(PROVIDERS, "readProvider", "Read one bank and its login form")
            .by(Caller::User)
            .writes::<Provider>(StatusCode::OK, "The bank, with `fields`.")
            .refuses(StatusCode::NOT_FOUND, code::UNKNOWN_PROVIDER, "This session offers no such bank."),
        Endpoint::get("/v1/institutions", institutions::list)
            .named(INSTITUTIONS, "listInstitutions", "List a user's connections, or all of the client's")
            .by(Caller::UserOrClient)
            .with([
                Parameter::text("user_id", "Only this user's; for the client's server."),
                Parameter::text("updated_after", "Only those in which something has happened at this time or later, RFC 3339."),
                Parameter::text("after", "`next` of the page before."),
                Parameter::number("limit", "How many to answer; a number over 100 counts as 100.", 1, institutions::PAGE),
            ])
            .writes::<institutions::Page>(StatusCode::OK, "A page of connections, in the order of their ids.")
            .refuses(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, "limit or updated_after is wrong.")
            .refuses(StatusCode::NOT_FOUND, code::NOT_FOUND, "The token is of another user than user_id."),
        Endpoint::post("/v1/institutions", institutions::create)
            .named(INSTITUTIONS, "createInstitution", "Connect a bank")
            .by(Caller::User)
            .with([Parameter::header(IDEMPOTENCY_KEY, "Names the connection that is to be made, with 1 to 128 visible ASCII characters: sent again, it brings new credentials to the same connection; the same ones again within five minutes, while it is under way or stands, change nothing.").matching("^[!-~]{1,128}$")])
            .reads::<CreateInstitution>()
            .writes::<Institution>(StatusCode::ACCEPTED, "A sync has begun; poll for what comes of it.")
            .refuses(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, "Idempotency-Key is wrong.")
            .refuses(StatusCode::CONFLICT, code::CONFLICT, "Idempotency-Key names a connection to another bank, or others use it at this moment. Or the session is for one connection that is there already.")
            .refuses(StatusCode::CONFLICT, code::DUPLICATE_CONNECTION, "The bank is connected already, and the session allows no second connection to it. One that comes about only later lets the sync end in DuplicateConnectionError.")
            .refuses(StatusCode::CONFLICT, code::TOKEN_USED, "The token was good for one connection, which stands. One that has not come about gives way.")
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, too_many)
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, "Or the user has as many connections as there may be.")
            .refuses(StatusCode::UNPROCESSABLE_ENTITY, code::UNKNOWN_PROVIDER, "This session offers no such bank."),
        Endpoint::get("/v1/institutions/{id}", institutions::read)
            .named(INSTITUTIONS, "readInstitution", "Read a connection")
            .by(Caller::UserOrClient)
            .writes::<Institution>(StatusCode::OK, "The connection as it stands now.")
            .refuses(StatusCode::NOT_FOUND, code::NOT_FOUND, unknown_id),
        Endpoint::put("/v1/institutions/{id}", institutions::update)
            .named(INSTITUTIONS, "updateInstitution", "Send new credentials, an answer, or the chosen accounts")
            .by(Caller::User)
            .reads::<UpdateInstitution>()
            .writes::<Institution>(StatusCode::ACCEPTED, "A sync has begun, with the credentials or the answer; or the code is sent anew.")
            .writes::<Institution>(StatusCode::OK, "The connection covers the chosen accounts only.")
            .refuses(StatusCode::NOT_FOUND, code::NOT_FOUND, unknown_id)
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, too_many)
            .refuses(StatusCode::CONFLICT, code::CONFLICT, "No question is open, or a sync is running. New credentials are always taken: they replace a running sync."),
        Endpoint::delete("/v1/institutions/{id}", institutions::remove)
            .named(INSTITUTIONS, "deleteInstitution", "Remove a connection")
            .by(Caller::UserOrClient)
            .writes_nothing(StatusCode::NO_CONTENT, "It is gone.")
            .refuses(StatusCode::NOT_FOUND, code::NOT_FOUND, unknown_id),
        Endpoint::get("/v1/institutions/{id}/poll", institutions::poll)
            .named(INSTITUTIONS, "pollInstitution", "Wait until there is news of a connection")
            .by(Caller::User)
            .with([Parameter::needed_number("v", "`__v` as last seen.")])
            .writes::<Institution>(StatusCode::OK, "The connection, newer than `v`.")
            .writes_nothing(StatusCode::NOT_MODIFIED, "No news came, for 30 seconds at most; ask again.")
            .refuses(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, "v is missing or no number.")
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, TOO_MANY_WAIT)
            .refuses(StatusCode::SERVICE_UNAVAILABLE, code::UNAVAILABLE, NO_ROOM_TO_WAIT)
            .refuses(StatusCode::NOT_FOUND, code::NOT_FOUND, "A new connection's login was wrong and it was removed, or this user never had it."),
        Endpoint::post("/v1/institutions/{id}/sync", institutions::sync)
            .named(INSTITUTIONS, "syncInstitution", "Sync a connection again")
            .by(Caller::UserOrClient)
            .reads::<SyncInstitution>()
            .writes::<Institution>(StatusCode::ACCEPTED, "A sync has begun.")
            .refuses(StatusCode::NOT_FOUND, code::NOT_FOUND, unknown_id)
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, too_many)
            .refuses(StatusCode::CONFLICT, code::CONFLICT, "A sync is running and `force` is not given."),
    ]
}

/// What a client's server hears without asking for each connection.
fn of_events() -> Vec<Endpoint> {
    let wrong = "A parameter is wrong.";
    let unknown = "This client has no event with this id.";
    vec![
        Endpoint::get("/v1/events", events::feed)
            .named(EVENTS, "listEvents", "Read what has happened to the client's connections")
            .by(Caller::Client)
            .with([
                Parameter::text("after", "`next` of an earlier answer; without it, from the oldest event that is kept."),
                Parameter::number("limit", "How many to answer; a number over 100 counts as 100.", 1, events::PAGE),
                Parameter::text("type", "Only events of this type.").one_of(&Kind::ALL.map(Kind::name)),
                Parameter::number("wait", "How many seconds to wait for news where there are none; at most as long as a poll.", 0, 0),
            ])
            .writes::<events::Feed>(StatusCode::OK, "Events in their order, none left out and none twice.")
            .refuses(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, wrong)
            .refuses(StatusCode::GONE, code::CURSOR_EXPIRED, "Events after this cursor are kept no longer, or the database was brought back from a copy and does not know it.")
            .refuses(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, TOO_MANY_WAIT)
            .refuses(StatusCode::SERVICE_UNAVAILABLE, code::UNAVAILABLE, NO_ROOM_TO_WAIT),
        Endpoint::post("/v1/events/{id}/replay", events::replay)
            .named(EVENTS, "replayEvent", "Send an event to the client's webhooks once more")
            .by(Caller::Client)
            .writes_nothing(StatusCode::ACCEPTED, "It is sent soon, also where it has arrived before.")
            .refuses(StatusCode::NOT_FOUND, code::NOT_FOUND, unknown)
            .refuses(StatusCode::CONFLICT, code::CONFLICT, "The client has no webhook that takes it."),
        Endpoint::get("/v1/deliveries", events::undelivered)
            .named(EVENTS, "listUndelivered", "Read which events have not arrived at a webhook")
            .by(Caller::Client)
            .with([
                Parameter::text("after", "`next` of the page before."),
                Parameter::number("limit", "How many to answer; a number over 100 counts as 100.", 1, events::PAGE),
            ])
            .writes::<events::Deliveries>(StatusCode::OK, "Those that have failed, and those that were tried and are tried again.")
            .refuses(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, wrong),
    ]
}

/// What a browser opens. The widget itself reads the parameters of an address, see docs/.
fn pages() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/connected", results::connected)
            .named(
                PAGES,
                "showConnected",
                "Where a flow without a redirect URI ends well",
            )
            .writes_text(StatusCode::OK, HTML, "A page that says so."),
        Endpoint::get("/exit", results::exit)
            .named(
                PAGES,
                "showExit",
                "Where a flow without a redirect URI ends otherwise",
            )
            .writes_text(StatusCode::OK, HTML, "A page that says so."),
    ]
}

fn files_and_health() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/connect.js", files::file)
            .named(FILES, "readSdk", "The SDK for a script element")
            .writes_text(StatusCode::OK, SCRIPT, "The SDK.")
            .writes_text(StatusCode::NOT_FOUND, HTML, "It is not built."),
        Endpoint::get("/connect.mjs", files::file)
            .named(FILES, "readSdkModule", "The SDK as a module")
            .writes_text(StatusCode::OK, SCRIPT, "The SDK.")
            .writes_text(StatusCode::NOT_FOUND, HTML, "It is not built."),
        Endpoint::get("/element.mjs", files::file)
            .named(FILES, "readSdkElement", "The SDK's element as a module")
            .writes_text(StatusCode::OK, SCRIPT, "The SDK.")
            .writes_text(StatusCode::NOT_FOUND, HTML, "It is not built."),
        Endpoint::get("/pages.css", results::style)
            .named(FILES, "readStyle", "The style of the small pages")
            .writes_text(StatusCode::OK, "text/css", "The style."),
        Endpoint::get("/logos/{file}", logos::logo)
            .named(FILES, "readLogo", "A test bank's picture")
            .with([Parameter::path("file", "The bank's id and `.svg`.")])
            .writes_text(StatusCode::OK, "image/svg+xml", "The picture.")
            .writes_text(StatusCode::NOT_FOUND, HTML, "There is no such picture."),
        Endpoint::get("/logos/{aggregator}/{hash}", logos::of_aggregator)
            .named(
                FILES,
                "readBankLogo",
                "A bank's picture, as an aggregator has it",
            )
            .with([
                Parameter::path("aggregator", "The aggregator's id."),
                Parameter::path("hash", "Names the picture, as a provider's `logo` does."),
            ])
            .writes_text(StatusCode::OK, "image/*", "The picture.")
            .writes_text(StatusCode::NOT_FOUND, HTML, "There is no such picture."),
        Endpoint::get("/client-logos/{hash}", logos::of_client)
            .named(
                FILES,
                "readClientLogo",
                "A client's mark, where its file names an address",
            )
            .with([Parameter::path(
                "hash",
                "Names the picture, as a session's `client.logo` does.",
            )])
            .writes_text(StatusCode::OK, "image/*", "The picture.")
            .writes_text(StatusCode::NOT_FOUND, HTML, "There is no such picture."),
        Endpoint::get("/pictures/{sealed}", logos::of_question)
            .named(
                FILES,
                "readQuestionPicture",
                "A picture of a bank's question",
            )
            .with([Parameter::path(
                "sealed",
                "Names the picture, as a question's `image` does.",
            )])
            .writes_text(StatusCode::OK, "image/*", "The picture.")
            .writes_text(StatusCode::NOT_FOUND, HTML, "There is no such picture."),
        Endpoint::get("/healthz", health::healthy)
            .named(OPERATION, "checkHealth", "Whether the server runs")
            .writes_text(StatusCode::OK, PLAIN, "It does."),
        Endpoint::get("/readyz", health::ready)
            .named(
                OPERATION,
                "checkReadiness",
                "Whether the server can do its work",
            )
            .writes_text(StatusCode::OK, PLAIN, "It can.")
            .writes_text(
                StatusCode::SERVICE_UNAVAILABLE,
                PLAIN,
                "The database does not answer.",
            ),
        Endpoint::get(security::PATH, security::contact)
            .named(OPERATION, "readSecurityContact", "Whom to tell of a hole")
            .writes_text(StatusCode::OK, PLAIN, "As RFC 9116 has it.")
            .writes_text(StatusCode::NOT_FOUND, HTML, "Nobody is named."),
        Endpoint::get("/openapi.json", openapi::document)
            .named(OPERATION, "readContract", "This document")
            .writes::<serde_json::Map<String, serde_json::Value>>(StatusCode::OK, "OpenAPI 3.1."),
    ]
}

/// The demo shop.
fn shop() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/demo", demo::to_shop)
            .named(SANDBOX, "goToShop", "To the demo shop")
            .writes_nothing(StatusCode::PERMANENT_REDIRECT, "It is at /demo/."),
        Endpoint::get("/demo/", demo::shop)
            .named(SANDBOX, "openShop", "A shop that embeds the widget")
            .writes_text(StatusCode::OK, HTML, "The shop."),
        Endpoint::get("/demo/{file}", demo::file)
            .named(SANDBOX, "readShopFile", "A file of the shop")
            .with([Parameter::path("file", "Its name.").one_of(&demo::FILES)])
            .writes_text(StatusCode::OK, "*/*", "The file.")
            .writes_text(StatusCode::NOT_FOUND, HTML, "The shop has no such file."),
        Endpoint::post("/demo/contrast", demo_theme::contrast)
            .named(
                SANDBOX,
                "readContrasts",
                "What the colours of a theme become, and how well each is read",
            )
            .reads::<ThemeTokens>()
            .writes::<demo_theme::Contrasts>(StatusCode::OK, "Each colour and each pair."),
        Endpoint::post("/demo/token", demo::token)
            .named(
                SANDBOX,
                "createShopToken",
                "What the shop's own server would do: get a token for the shopper",
            )
            .may_read::<demo::ShopRequest>()
            .writes::<TokenResponse>(StatusCode::OK, "The token.")
            .refuses(
                StatusCode::BAD_REQUEST,
                code::INVALID_REQUEST,
                "redirect_uri is not an absolute URL.",
            )
            .refuses(
                StatusCode::BAD_REQUEST,
                code::REDIRECT_URI_NOT_REGISTERED,
                "redirect_uri is not registered.",
            )
            .refuses(
                StatusCode::FORBIDDEN,
                code::ORIGIN_NOT_ALLOWED,
                "Another page than the shop's has asked.",
            )
            .refuses(
                StatusCode::TOO_MANY_REQUESTS,
                code::RATE_LIMITED,
                TOO_MANY_TOKENS,
            ),
    ]
}
