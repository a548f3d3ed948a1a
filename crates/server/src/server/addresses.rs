//! Where the server listens, and what it is called there.

use super::StartError;
use crate::config::Options;
use crate::config::origin::Origin;
use crate::config::redirect_uri;
use crate::serving;
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpListener;

pub fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    serving::listen(address).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::PortTaken { address },
        _ => StartError::Listen { address, source },
    })
}

pub fn metrics_listener(options: &Options) -> Result<Option<TcpListener>, StartError> {
    let listen = |address| {
        serving::listen(address).map_err(|source| StartError::MetricsListen { address, source })
    };
    options.observing.metrics_listen.map(listen).transpose()
}

pub fn local_address(
    listener: &TcpListener,
    address: SocketAddr,
) -> Result<SocketAddr, StartError> {
    listener
        .local_addr()
        .map_err(|source| StartError::Listen { address, source })
}

/// The second address is a convenience of the sandbox: without it everything still works from one origin.
pub fn demo_listener(options: &Options) -> Option<TcpListener> {
    let address = options.demo_listen?;
    if !options.sandbox {
        tracing::warn!("--demo-listen is ignored without --sandbox");
        return None;
    }
    match listen(address) {
        Ok(listener) => Some(listener),
        Err(error) => {
            tracing::warn!("{error}; the demo shop and the widget share one origin now");
            None
        }
    }
}

/// Each name of each address.
pub fn own_origins(own: &Origin, addresses: &[(&str, Option<SocketAddr>)]) -> Vec<Origin> {
    let mut origins = vec![own.clone()];
    for (scheme, address) in addresses {
        let Some(address) = address else { continue };
        origins.push(origin_of(scheme, *address));
        let port = address.port();
        origins.extend(Origin::parse(&format!("{scheme}://localhost:{port}")));
    }
    origins
}

/// The demo shop's own return page, under each name, and what the command line adds.
pub fn sandbox_redirect_uris(
    options: &Options,
    own_origins: &[Origin],
    path: &str,
) -> Result<Vec<String>, StartError> {
    for uri in &options.demo_redirect_uri {
        redirect_uri::check(uri).map_err(StartError::DemoRedirectUri)?;
    }
    let mut uris = options.demo_redirect_uri.clone();
    for origin in own_origins {
        uris.push(format!("{origin}/demo/return"));
        // Whoever asks the server itself may leave the path out.
        if !path.is_empty() {
            uris.push(format!("{origin}{path}/demo/return"));
        }
    }
    Ok(uris)
}

/// How a browser on this machine calls the address.
pub fn origin_of(scheme: &str, address: SocketAddr) -> Origin {
    let text = if address.ip().is_unspecified() {
        format!("{scheme}://localhost:{}", address.port())
    } else {
        format!("{scheme}://{address}")
    };
    Origin::parse(&text).expect("an address and a port make an origin")
}
