//! Meld: the widget at the server's root, with the `connectToken` of its query, and the endpoints that make that token.

mod repair;
mod start;

pub use repair::{Repair, Repairing, repair};
pub use start::{Start, Started, start};

use super::widget;
use crate::app::Shared;
use crate::http::embedding::Around;
use crate::http::params::Params;
use crate::routes::files;
use axum::extract::{Request, State};
use axum::response::Response;

/// Without the parameter, which the widget leaves empty in its address, the root is the widget's own page.
pub async fn page(
    state: State<Shared>,
    params: Params,
    around: Around,
    request: Request,
) -> Response {
    match params.find("connectToken") {
        Some(_) => widget(&state.0, &around, [("system", Some("meld"))]),
        None => files::file(state, around, request).await,
    }
}
