//! Which addresses are out in the internet, and a resolver that gives no others: what it has looked at is what is
//! connected to, so that a name cannot point elsewhere a moment later.

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::LazyLock;
use url::Url;

/// A name that leads, with one of its addresses at least, into a network that is not the internet.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0} is in a private network; if it should be called there, name it among `private_servers`"
)]
pub struct NotPublic(String);

/// A name that leads, with one of its addresses at least, out of the operator's own network or to a cloud's metadata.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not in a private network")]
pub struct NotInner(String);

/// Gives public addresses only.
pub struct PublicOnly {
    /// The operator's proxies. They are in the operator's own network more often than not, and it is they who resolve.
    proxies: Vec<String>,
}

impl PublicOnly {
    pub fn new() -> PublicOnly {
        let variables = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        let values = variables.iter().filter_map(|name| std::env::var(name).ok());
        let proxies = values.filter_map(|value| proxy_host(&value)).collect();
        PublicOnly { proxies }
    }
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let is_proxy = self.proxies.contains(&name);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            // One bad address among good ones is a trap rather than a mistake.
            if !is_proxy && !found.iter().all(|address| is_public(address.ip())) {
                return Err(NotPublic(name).into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Gives addresses of the operator's own network only.
pub struct InnerOnly;

impl Resolve for InnerOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            if !found.iter().all(|address| is_inner(address.ip())) {
                return Err(NotInner(name).into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// With or without a scheme, as these variables are written.
fn proxy_host(value: &str) -> Option<String> {
    let with_scheme = match value.contains("://") {
        true => value.to_owned(),
        false => format!("http://{value}"),
    };
    Url::parse(&with_scheme).ok()?.host_str().map(str::to_owned)
}

pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => !NOT_PUBLIC.iter().any(|net| net.contains(&address)),
        IpAddr::V6(six) => match embedded(six.octets()) {
            Some(four) => is_public(IpAddr::V4(four)),
            None => {
                GLOBAL_UNICAST.contains(&address)
                    && !NOT_PUBLIC.iter().any(|net| net.contains(&address))
            }
        },
    }
}

/// In a network of one's own (RFC 1918, RFC 4193, RFC 6598), or on this machine. Link-local addresses are nobody's receiver:
/// it is there that clouds tell a machine its credentials.
pub fn is_inner(address: IpAddr) -> bool {
    let within = |nets: &[IpNet]| nets.iter().any(|net| net.contains(&address));
    within(&INNER) && !within(&METADATA)
}

/// The IPv4 address behind one of NAT64's well-known prefix (RFC 6052), which is what names resolve to in a network that
/// has IPv6 alone.
fn embedded(octets: [u8; 16]) -> Option<Ipv4Addr> {
    const PREFIX: [u8; 12] = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
    let [a, b, c, d] = *octets.last_chunk()?;
    octets
        .starts_with(&PREFIX)
        .then(|| Ipv4Addr::new(a, b, c, d))
}

/// All of IPv6 that is handed out for the internet; mapped, unique-local, link-local, loopback, unspecified and multicast
/// addresses are outside of it.
static GLOBAL_UNICAST: LazyLock<IpNet> = LazyLock::new(|| net("2000::/3"));

/// IANA's special-purpose address registries (RFC 6890).
static NOT_PUBLIC: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    let nets = [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        // Where Azure answers a machine: public by its form alone.
        // Source: "What is IP address 168.63.129.16?", https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        // Teredo and other protocols' own, documentation, 6to4, documentation.
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    ];
    nets.into_iter().map(net).collect()
});

static INNER: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    let nets = [
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    ];
    nets.into_iter().map(net).collect()
});

/// Where clouds answer a machine within the same ranges: Alibaba Cloud, AWS, Google Cloud.
static METADATA: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    let nets = ["100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::/32"];
    nets.into_iter().map(net).collect()
});

fn net(text: &str) -> IpNet {
    text.parse()
        .expect("a network that is written in this file")
}
