//! Whose request it is, by network address: what limits count and what the audit log names.

use crate::http::connection::Connection;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::Next;
use axum::response::Response;
use std::net::IpAddr;

/// The address of the machine that a request came from; every request has it among its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address(pub IpAddr);

/// Finds the address out before anything else looks at the request.
pub async fn layer(
    ConnectInfo(connection): ConnectInfo<Connection>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = Address(connection.peer.ip());
    request.extensions_mut().insert(address);
    next.run(request).await
}
