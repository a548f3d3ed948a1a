//! Reads forms that a browser sends.

use super::body::{self, media_type};
use super::params::Params;
use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::StatusCode;

const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// Its fields; of none at all there are none. The status says what is wrong with a body that is no form.
pub async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Params, StatusCode> {
    if request.body().is_end_stream() {
        return Ok(Params::default());
    }
    if media_type(request.headers()).is_none_or(|media_type| media_type != MEDIA_TYPE) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    match body::read(request, state).await {
        Ok(bytes) => Ok(Params::parse(&bytes)),
        Err(refusal) => Err(refusal.status()),
    }
}
