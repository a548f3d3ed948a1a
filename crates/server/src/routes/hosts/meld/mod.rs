//! Meld: the widget at the server's root, with the `connectToken` of its query, and the endpoints that make that token.

mod repair;
mod start;

pub use repair::{Repair, Repairing, repair};
pub use start::{Start, Started, start};

use super::{given, widget};
use crate::app::Shared;
use crate::routes::files;
use crate::routes::params::Params;
use axum::extract::{Request, State};
use axum::response::Response;

/// Without a token the root is the widget's own page.
pub async fn page(state: State<Shared>, params: Params, request: Request) -> Response {
    match given(&params, "connectToken") {
        Some(_) => widget(&state.0, [("system", Some("meld"))]),
        None => files::file(state, request).await,
    }
}
