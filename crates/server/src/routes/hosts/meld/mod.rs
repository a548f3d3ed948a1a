//! Meld: the widget at the server's root, with the `connectToken` of its query, and the endpoints that make that token.

mod repair;
mod start;

pub use repair::{Repair, Repairing, repair};
pub use start::{Start, Started, start};

use super::{Visit, by_address};
use crate::app::Shared;
use crate::routes::files;
use axum::extract::{Request, State};
use axum::response::Response;

/// Without the parameter, which the widget leaves empty in its address, the root is the widget's own page.
pub async fn page(state: State<Shared>, visit: Visit, request: Request) -> Response {
    match visit.params.find("connectToken") {
        Some(_) => by_address(&state.0, &visit, "meld", "connectToken"),
        None => files::file(state, visit.around, request).await,
    }
}
