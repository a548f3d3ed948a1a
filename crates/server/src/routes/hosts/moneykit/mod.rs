//! MoneyKit: the pages of Connect, and what a host's server does before and after.
//! The token and everything else stands in a page's query, where the widget finds it.

mod exchange;
mod session;

pub use exchange::{Exchange, Exchanged, exchange};
pub use session::{LinkSession, LinkSessionToken, create};

use super::{Visit, by_address};
use crate::app::Shared;
use axum::extract::State;
use axum::response::Response;

pub async fn open(State(app): State<Shared>, visit: Visit) -> Response {
    by_address(&app, &visit, "moneykit", "linkSessionToken")
}
