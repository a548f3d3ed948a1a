//! MoneyKit: the pages of Connect. The token and everything else stands in their query, where the widget finds it.

use super::widget;
use crate::app::Shared;
use axum::extract::State;
use axum::response::Response;

pub async fn open(State(app): State<Shared>) -> Response {
    widget(&app, [("system", Some("moneykit"))])
}
