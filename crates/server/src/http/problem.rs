//! What the server refuses and why: `application/problem+json` with a stable code.

use crate::audit::Trail;
use crate::config::origin;
use crate::http::text::shortened;
use crate::limits::table::Limit;
use crate::store::db::is_passing;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use connect_core::api::{Problem, code};
use std::time::Duration;

pub type Answer<T> = Result<T, Refusal>;

/// A refused request. The request's id is added on the way out, see `request_log`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &'static str, title: &'static str) -> Refusal {
        Refusal {
            status,
            code,
            title,
            detail: None,
            headers: Vec::new(),
        }
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Refusal {
        self.detail = Some(detail.into());
        self
    }

    pub fn header(mut self, name: HeaderName, value: &'static str) -> Refusal {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    pub fn code(&self) -> &'static str {
        self.code
    }

    /// A field of the body is missing or wrong.
    pub fn invalid(detail: impl Into<String>) -> Refusal {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Refusal::new(
            status,
            code::INVALID_REQUEST,
            "The request's body is not valid",
        )
        .detail(detail)
    }

    /// Other systems' servers know no 422.
    pub fn into_bad_request(mut self) -> Refusal {
        if self.status == StatusCode::UNPROCESSABLE_ENTITY {
            self.status = StatusCode::BAD_REQUEST;
        }
        self
    }

    /// A parameter of the query is missing or wrong.
    pub fn invalid_query(detail: impl Into<String>) -> Refusal {
        let status = StatusCode::BAD_REQUEST;
        Refusal::new(
            status,
            code::INVALID_REQUEST,
            "The request's query is not valid",
        )
        .detail(detail)
    }

    pub fn not_found(detail: impl Into<String>) -> Refusal {
        Refusal::new(
            StatusCode::NOT_FOUND,
            code::NOT_FOUND,
            "There is nothing here",
        )
        .detail(detail)
    }

    pub fn unknown_provider(status: StatusCode, id: &str) -> Refusal {
        Refusal::new(status, code::UNKNOWN_PROVIDER, "There is no such provider")
            .detail(format!("no provider has the id {:?}", shortened(id)))
    }

    pub fn conflict(detail: impl Into<String>) -> Refusal {
        let status = StatusCode::CONFLICT;
        Refusal::new(status, code::CONFLICT, "The institution cannot do this now").detail(detail)
    }

    /// The session allows only one connection to each bank.
    pub fn duplicate(id: &str) -> Refusal {
        let status = StatusCode::CONFLICT;
        let title = "This bank is connected already";
        Refusal::new(status, code::DUPLICATE_CONNECTION, title).detail(format!(
            "the institution {id:?} is this user's connection to it; new credentials go there"
        ))
    }

    /// The token was good for one connection.
    pub fn token_used(id: &str) -> Refusal {
        let status = StatusCode::CONFLICT;
        let title = "This token has made its connection";
        Refusal::new(status, code::TOKEN_USED, title).detail(format!(
            "the institution {id:?} is the one connection that this token was good for"
        ))
    }

    /// Somebody has done something too often, and may do it again after this time.
    pub fn too_often(limit: Limit, wait: Duration) -> Refusal {
        let rounded_up = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let mut refusal = Refusal::limited(
            limit,
            "the header Retry-After says when there may be another one",
        );
        let seconds = HeaderValue::from(rounded_up.max(1));
        refusal.headers.push((header::RETRY_AFTER, seconds));
        refusal
    }

    /// There are as many of these as there may be, and no clock says when there will be fewer.
    pub fn too_many(limit: Limit, most: u32) -> Refusal {
        let refusal = Refusal::limited(limit, &format!("there may be {most}"));
        let seconds = match limit {
            // Connections that never came about are removed hourly.
            Limit::ConnectionsPerUser => "3600",
            _ => "5",
        };
        refusal.header(header::RETRY_AFTER, seconds)
    }

    fn limited(limit: Limit, and: &str) -> Refusal {
        Trail::reached(limit.name());
        let status = StatusCode::TOO_MANY_REQUESTS;
        let detail = format!("there are too many {}; {and}", limit.counted());
        Refusal::new(status, code::RATE_LIMITED, "Too many requests").detail(detail)
    }

    /// When the same may be asked again, if it was asked too often.
    pub fn limited_until(&self) -> Option<&HeaderValue> {
        let mut headers = self.headers.iter();
        let wait = headers.find(|(name, _)| *name == header::RETRY_AFTER);
        wait.filter(|_| self.status == StatusCode::TOO_MANY_REQUESTS)
            .map(|(_, seconds)| seconds)
    }

    /// Of pages without a token; those that are open go on.
    pub fn too_many_pages() -> Refusal {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let title = "Too many pages are open";
        Refusal::new(status, code::UNAVAILABLE, title).header(header::RETRY_AFTER, "60")
    }

    /// As many wait for news as the server has room for beside everybody else.
    pub fn too_many_wait() -> Refusal {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Refusal::new(status, code::UNAVAILABLE, "Too many requests wait for news")
            .detail("the same request may be sent again, once others have been answered")
            .header(header::RETRY_AFTER, "5")
    }

    pub fn is_unavailable(&self) -> bool {
        self.status == StatusCode::SERVICE_UNAVAILABLE
    }

    /// The token is for its client's pages only, and nobody says that this is one.
    pub fn origin_missing() -> Refusal {
        Refusal::origin_not_allowed_because(
            "the token is fixed to an origin, or to those of its client: the parameter origin must say that the widget is embedded there. \
             A client that gives out links, or opens the widget in a window of its own, has \"links\": true in the clients' file"
                .into(),
        )
    }

    /// What the page says it is, is no origin at all.
    pub fn no_origin(text: &str) -> Refusal {
        Refusal::origin_not_allowed_because(format!("origin {}", origin::refusal(text)))
    }

    pub fn origin_not_allowed(origin: &str) -> Refusal {
        Refusal::origin_not_allowed_because(format!(
            "origin {:?} is not allowed for this client or this token",
            shortened(origin)
        ))
    }

    fn origin_not_allowed_because(detail: String) -> Refusal {
        let status = StatusCode::FORBIDDEN;
        Refusal::new(
            status,
            code::ORIGIN_NOT_ALLOWED,
            "This origin may not embed the widget",
        )
        .detail(detail)
    }

    pub fn redirect_uri_not_registered() -> Refusal {
        let status = StatusCode::BAD_REQUEST;
        Refusal::new(
            status,
            code::REDIRECT_URI_NOT_REGISTERED,
            "The redirect address is not registered",
        )
        .detail("redirect_uri must be, letter by letter, one of the client's registered addresses")
    }

    pub fn wrong_method() -> Refusal {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Refusal::new(
            status,
            code::INVALID_REQUEST,
            "This address does not take this method",
        )
        .detail("the header Allow names the methods that it takes")
    }

    /// The database is held by somebody else, or has no room; the same request may be sent again.
    pub fn busy() -> Refusal {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Refusal::new(status, code::UNAVAILABLE, "The server is busy")
            .detail("nothing was changed; the same request may be sent again")
            .header(header::RETRY_AFTER, "5")
    }

    /// The fault is the server's; the log says more.
    pub fn internal() -> Refusal {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Refusal::new(status, code::INTERNAL, "The server failed")
    }

    /// The problem in the contract's form.
    pub fn problem(&self, request_id: &str) -> Problem {
        Problem {
            code: self.code.into(),
            title: self.title.into(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            request_id: Some(request_id.into()),
        }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Refusal {
        tracing::error!(%error, "the database failed");
        let passing = is_passing(&error);
        Trail::database_failed(passing);
        if passing {
            return Refusal::busy();
        }
        Refusal::internal()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers.iter().cloned());
        response.extensions_mut().insert(self);
        response
    }
}
