//! `connect-server health`: asks a server on this machine whether it is ready, for whoever starts and stops it.

use super::Trouble;
use crate::config::tls::TlsFiles;
use crate::config::values::address;
use clap::Args;
use reqwest::{Client, StatusCode};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// The server itself answers within two seconds, ready or not.
const PATIENCE: Duration = Duration::from_secs(4);

#[derive(Debug, Args)]
pub struct Health {
    /// Where the server listens
    #[arg(
        long,
        env = "CONNECT_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS",
        value_parser = address
    )]
    listen: SocketAddr,

    #[command(flatten)]
    tls: TlsFiles,
}

impl Health {
    pub async fn run(self) -> Result<(), Trouble> {
        let own = reached(self.listen);
        let scheme = match self.tls.both() {
            Some(_) => "https",
            None => "http",
        };
        let url = format!("{scheme}://{own}/readyz");
        let asked = Client::builder()
            .timeout(PATIENCE)
            .no_proxy()
            // Its certificate has the name that browsers use, not this address; nothing secret is sent or believed.
            .danger_accept_invalid_certs(true)
            .build()
            .map_err(Trouble::new)?
            .get(&url);
        let answer = asked.send().await;
        let answer = answer.map_err(|error| {
            let why = if error.is_timeout() {
                "it does not answer"
            } else {
                "it cannot be reached"
            };
            Trouble::new(format!("{url}: {why}"))
        })?;
        match answer.status() {
            StatusCode::OK => {
                println!("ready");
                Ok(())
            }
            // What it says to whoever does not speak TLS where it does.
            status @ StatusCode::BAD_REQUEST if scheme == "http" => Err(Trouble::new(format!(
                "{url}: {}; a server with a certificate is asked with its --tls-cert and --tls-key",
                status.as_u16()
            ))),
            status => Err(Trouble::new(format!("{url}: {}", status.as_u16()))),
        }
    }
}

/// An address of this machine that leads to whoever listens there.
fn reached(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::reached;

    #[test]
    fn a_server_that_listens_everywhere_is_asked_on_this_machine() {
        for (listens, asked) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:80", "[::1]:80"),
            ("192.0.2.1:80", "192.0.2.1:80"),
        ] {
            let listens = listens.parse().expect("an address");
            assert_eq!(reached(listens).to_string(), asked);
        }
    }
}
