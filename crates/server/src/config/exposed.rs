//! How far a server may be seen: nothing real without encryption, and no sandbox for other machines by an oversight.

use crate::config::Options;
use crate::config::origin::Origin;
use std::net::SocketAddr;

/// Why a server with these options would be seen in a way that nobody can want.
#[derive(Debug, thiserror::Error)]
pub enum Exposed {
    #[error(
        "--public-url is missing: how browsers reach this server, such as --public-url https://connect.example; the addresses that it gives away and its cookies follow it (to try things out, start with --sandbox)"
    )]
    NoPublicUrl,
    #[error(
        "{option} {origin} must begin with https://, or passwords could be read on their way; only localhost, 127.0.0.1 and [::1] may be http://"
    )]
    Unencrypted {
        option: &'static str,
        origin: Origin,
    },
    #[error(
        "{option} {address} can be reached from other machines, and everybody knows the sandbox's secret; add --sandbox-anywhere if that is what you want"
    )]
    OpenSandbox {
        option: &'static str,
        address: SocketAddr,
    },
}

pub fn check(options: &Options) -> Result<(), Exposed> {
    match options.sandbox {
        true => check_sandbox(options),
        false => check_encryption(options),
    }
}

fn check_sandbox(options: &Options) -> Result<(), Exposed> {
    let listens = [
        ("--listen", Some(options.listen)),
        ("--demo-listen", options.demo_listen),
    ];
    let open = listens.into_iter().find_map(|(option, address)| {
        let address = address.filter(|address| !address.ip().to_canonical().is_loopback())?;
        Some(Exposed::OpenSandbox { option, address })
    });
    match open.filter(|_| !options.exposure.sandbox_anywhere) {
        Some(open) => Err(open),
        None => Ok(()),
    }
}

fn check_encryption(options: &Options) -> Result<(), Exposed> {
    let public = options.public_url.as_ref().ok_or(Exposed::NoPublicUrl)?;
    let widgets = options.widget_origins.iter();
    let widgets = widgets.map(|origin| ("--widget-origin", origin));
    let files = options.static_url.iter();
    let files = files.map(|url| ("--static-url", url.origin()));
    let mut all = [("--public-url", public.origin())]
        .into_iter()
        .chain(widgets)
        .chain(files);
    match all.find(|(_, origin)| !origin.is_trustworthy()) {
        Some((option, origin)) => Err(Exposed::Unencrypted {
            option,
            origin: origin.clone(),
        }),
        None => Ok(()),
    }
}
