//! Looks names up for addresses that users choose, and refuses those that lead into a private network.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub struct Guard;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let all: Vec<SocketAddr> = found.collect();
            // One that is partly private is somebody's trick.
            if all.is_empty() || !all.iter().all(|address| is_public(address.ip())) {
                return Err(io::Error::other("the name leads to no public address").into());
            }
            let addresses: Addrs = Box::new(all.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether it is in the internet that everybody shares.
/// Source: the IANA registries of special-purpose addresses, RFC 6890.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => {
            let first = address.segments();
            match first {
                // NAT64 and 6to4 hold an address of the older kind.
                [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(of(high, low)),
                [0x2002, high, low, ..] => is_public_v4(of(high, low)),
                [0x2001, 0xdb8, ..] | [0x2001, 0, ..] => false,
                // Global unicast is 2000::/3.
                [first, ..] => first & 0xe000 == 0x2000,
            }
        }
    }
}

fn of(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_shared_internet_are_called() {
        let public = |text: &str| is_public(text.parse().expect("an address"));
        for text in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "64:ff9b::101:101",
        ] {
            assert!(public(text), "{text}");
        }
        for text in [
            "0.0.0.0",
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
        ] {
            assert!(!public(text), "{text}");
        }
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_refused() {
        let name = "localhost".parse().expect("a name");
        assert!(Guard.resolve(name).await.is_err());
    }
}
