//! Whose request it is, by network address: what limits count and what the audit log names. A proxy's word on it is
//! taken from those alone that the operator trusts.

use crate::http::connection::Connection;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::Response;
use clap::ValueEnum;
use ipnet::IpNet;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Once;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the machine that a request came from; every request has it among its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address(pub IpAddr);

/// Among the extensions of what a trusted proxy has sent: it may name the request, and say where it belongs.
#[derive(Clone, Copy)]
pub struct FromProxy;

impl Address {
    /// What is counted as one: who has one address of IPv6 has all of its network.
    pub fn counted(self) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let network = address.to_bits() & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from_bits(network))
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Address, Infallible> {
        let address = parts.extensions.get::<Address>();
        Ok(*address.expect("the layer stands before every route"))
    }
}

/// Finds the address out before anything else looks at the request.
pub async fn layer(
    State(proxies): State<Proxies>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = connection.peer.ip();
    if proxies.trusts(peer.to_canonical()) {
        request.extensions_mut().insert(FromProxy);
    }
    let address = proxies.sender(peer, request.headers());
    request.extensions_mut().insert(address);
    next.run(request).await
}

/// The header in which a proxy writes for whom it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProxyHeader {
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

/// Whose word is taken, and where it stands.
#[derive(Clone)]
pub struct Proxies {
    trusted: Vec<IpNet>,
    header: ProxyHeader,
}

impl Proxies {
    pub fn new(trusted: Vec<IpNet>, header: ProxyHeader) -> Proxies {
        Proxies { trusted, header }
    }

    /// Each proxy adds at the right for whom it asks. What stands left of the first that is not trusted is anybody's word.
    fn sender(&self, peer: IpAddr, headers: &HeaderMap) -> Address {
        let mut sender = peer.to_canonical();
        if !self.trusts(sender) {
            warn_once(sender, headers);
            return Address(sender);
        }
        let name = match self.header {
            ProxyHeader::XForwardedFor => X_FORWARDED_FOR,
            ProxyHeader::Forwarded => header::FORWARDED,
        };
        let lines: Vec<_> = headers.get_all(name).iter().collect();
        // A line that is no text is one entry that cannot be read.
        let lines = lines
            .into_iter()
            .rev()
            .map(|line| line.to_str().unwrap_or("?"));
        for entry in lines.flat_map(|line| line.rsplit(',')) {
            let named = match self.header {
                ProxyHeader::XForwardedFor => parse(entry.trim()),
                ProxyHeader::Forwarded => parse_forwarded(entry),
            };
            let Some(named) = named else { break };
            sender = named.to_canonical();
            if !self.trusts(sender) {
                break;
            }
        }
        Address(sender)
    }

    /// It stands before many users.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted
            .iter()
            .any(|network| network.contains(&address))
    }
}

/// `for` of one element of RFC 7239. Addresses have no comma, so that splitting at commas breaks none that can be read.
fn parse_forwarded(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let mut named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    let (_, value) = named.next()?;
    let value = value.trim();
    let quoted = value.strip_prefix('"').map(|rest| rest.strip_suffix('"'));
    parse(quoted.unwrap_or(Some(value))?)
}

/// With a port or without.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(bare) = bare {
        return bare.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    text.parse().ok().or_else(with_port)
}

fn warn_once(peer: IpAddr, headers: &HeaderMap) {
    static WARNING: Once = Once::new();
    if headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(header::FORWARDED) {
        WARNING.call_once(|| {
            tracing::warn!(
                "{peer} says for whom it asks and is not believed, so that all its users count as one address; \
                 if it is your proxy, name it with --trusted-proxy"
            );
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn sender(header: ProxyHeader, peer: &str, lines: &[&str]) -> String {
        let networks = ["10.0.0.0/8", "127.0.0.1/32", "fd00::/8"];
        let trusted = networks.map(|network| network.parse().expect("a network"));
        let name = match header {
            ProxyHeader::XForwardedFor => X_FORWARDED_FOR,
            ProxyHeader::Forwarded => header::FORWARDED,
        };
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                &name,
                HeaderValue::from_bytes(line.as_bytes()).expect("a line"),
            );
        }
        let peer = peer.parse().expect("an address");
        let sender = Proxies::new(trusted.into(), header).sender(peer, &headers);
        sender.0.to_string()
    }

    #[test]
    fn a_header_counts_only_where_a_trusted_proxy_has_written_it() {
        let header = ProxyHeader::XForwardedFor;
        for (peer, lines, expected) in [
            ("192.0.2.1", &["198.51.100.1"][..], "192.0.2.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("fd00::1", &["2001:db8::1"], "2001:db8::1"),
            ("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("10.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
            // Two proxies, one after the other.
            ("10.0.0.1", &["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1", "10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ] {
            assert_eq!(sender(header, peer, lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn what_the_sender_writes_itself_stands_left_and_does_not_count() {
        let header = ProxyHeader::XForwardedFor;
        for (lines, expected) in [
            (&["192.0.2.7, 198.51.100.1"][..], "198.51.100.1"),
            (&["192.0.2.7", "198.51.100.1"], "198.51.100.1"),
            (&["127.0.0.1, 198.51.100.1"], "198.51.100.1"),
            (&["192.0.2.7, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            (&["\", 198.51.100.1"], "198.51.100.1"),
            (&["é", "198.51.100.1"], "198.51.100.1"),
        ] {
            assert_eq!(sender(header, "10.0.0.1", lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_ends_the_walk_at_the_last_good_address() {
        let header = ProxyHeader::XForwardedFor;
        for (line, expected) in [
            ("unknown", "10.0.0.1"),
            ("", "10.0.0.1"),
            ("192.0.2.7,", "10.0.0.1"),
            ("192.0.2.7, unknown, 10.0.0.2", "10.0.0.2"),
            ("192.0.2.7, 198.51.100.1.1", "10.0.0.1"),
            ("198.51.100.1 192.0.2.7", "10.0.0.1"),
            ("for=198.51.100.1", "10.0.0.1"),
            ("[198.51.100.1]", "10.0.0.1"),
            ("é", "10.0.0.1"),
        ] {
            assert_eq!(sender(header, "10.0.0.1", &[line]), expected, "{line:?}");
        }
    }

    #[test]
    fn forwarded_is_read_as_its_rfc_says() {
        let header = ProxyHeader::Forwarded;
        for (lines, expected) in [
            (&["for=198.51.100.1"][..], "198.51.100.1"),
            (&["For=\"198.51.100.1:4711\";proto=https"], "198.51.100.1"),
            (
                &["by=10.0.0.1; for=\"[2001:db8::1]:4711\" ;host=a"],
                "2001:db8::1",
            ),
            (&["for=\"[2001:db8::1]\""], "2001:db8::1"),
            (
                &["for=198.51.100.1, for=10.0.0.2;by=10.0.0.1"],
                "198.51.100.1",
            ),
            // Whatever the sender has begun to quote, the proxy's own element stands behind it.
            (&["for=\"192.0.2.7, for=198.51.100.1"], "198.51.100.1"),
            (
                &["for=192.0.2.7;host=\", for=\"[2001:db8::1]\""],
                "2001:db8::1",
            ),
            (&["for=unknown"], "10.0.0.1"),
            (&["for=_hidden, for=10.0.0.2"], "10.0.0.2"),
            (&["for=\"198.51.100.1"], "10.0.0.1"),
            (&["proto=https"], "10.0.0.1"),
            (&["198.51.100.1"], "10.0.0.1"),
        ] {
            assert_eq!(sender(header, "10.0.0.1", lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let counted = |text: &str| {
            let address = text.parse().expect("an address");
            Address(address).counted().to_string()
        };
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("2001:db8:1:2::1"), counted("2001:db8:1:2::2"));
        assert_ne!(counted("2001:db8:1:2::1"), counted("2001:db8:1:3::1"));
        assert_eq!(counted("198.51.100.1"), "198.51.100.1");
        assert_eq!(counted("::ffff:198.51.100.1"), "198.51.100.1");
    }
}
