//! Which addresses nobody on the internet may make us connect to.
//!
//! A name is resolved once, by a resolver that asks here, and only what it lets
//! through is connected to: no second look-up could answer differently.

use std::error::Error;
use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::fetch::failure::is_starved;

/// Special-purpose IPv4 networks (IANA registry, RFC 6890), with a word for each.
const SPECIAL_V4: &[([u8; 4], u32, &str)] = &[
    ([0, 0, 0, 0], 8, "unspecified"),
    ([10, 0, 0, 0], 8, "private"),
    ([100, 64, 0, 0], 10, "carrier-grade NAT"),
    ([127, 0, 0, 0], 8, "loopback"),
    ([169, 254, 0, 0], 16, "link-local"),
    ([172, 16, 0, 0], 12, "private"),
    ([192, 0, 0, 0], 24, "reserved"),
    ([192, 0, 2, 0], 24, "documentation"),
    ([192, 88, 99, 0], 24, "6to4"),
    ([192, 168, 0, 0], 16, "private"),
    ([198, 18, 0, 0], 15, "benchmarking"),
    ([198, 51, 100, 0], 24, "documentation"),
    ([203, 0, 113, 0], 24, "documentation"),
    ([224, 0, 0, 0], 4, "multicast"),
    ([255, 255, 255, 255], 32, "broadcast"),
    ([240, 0, 0, 0], 4, "reserved"),
];

/// Special-purpose IPv6 networks; the first that matches names it.
const SPECIAL_V6: &[([u16; 8], u32, &str)] = &[
    ([0, 0, 0, 0, 0, 0, 0, 0], 128, "unspecified"),
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, "loopback"),
    ([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, "IPv4-mapped"),
    ([0, 0, 0, 0, 0, 0, 0, 0], 96, "IPv4-compatible"),
    ([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, "NAT64"),
    ([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, "NAT64"),
    ([0x100, 0, 0, 0, 0, 0, 0, 0], 64, "discard-only"),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, "Teredo"),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "reserved"),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "documentation"),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "6to4"),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "documentation"),
    ([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16, "segment routing"),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "private"),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, "link-local"),
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, "site-local"),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, "multicast"),
];

/// What kind of special address this is; `None` for one of the public internet.
#[must_use]
pub fn special(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => SPECIAL_V4.iter().find_map(|&(network, prefix, kind)| {
            let apart = address.to_bits() ^ Ipv4Addr::from(network).to_bits();
            (apart.leading_zeros() >= prefix).then_some(kind)
        }),
        IpAddr::V6(address) => SPECIAL_V6.iter().find_map(|&(network, prefix, kind)| {
            let apart = address.to_bits() ^ Ipv6Addr::from(network).to_bits();
            (apart.leading_zeros() >= prefix).then_some(kind)
        }),
    }
}

/// An address that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{address} is not public ({kind}); `fetch.allow_addresses` can permit it")]
pub(super) struct Blocked {
    address: IpAddr,
    kind: &'static str,
}

/// Refuses special addresses but for those that the operator exempts.
#[derive(Clone, Debug)]
pub(super) struct AddressGuard {
    allowed: Arc<[IpNet]>,
}

impl AddressGuard {
    pub(super) fn new(allowed: Vec<IpNet>) -> Self {
        AddressGuard { allowed: allowed.into() }
    }

    pub(super) fn check(&self, address: IpAddr) -> Result<(), Blocked> {
        let Some(kind) = special(address) else { return Ok(()) };
        // An exempt IPv4 network stays exempt when it is written as IPv6.
        let exempt = |network: &IpNet| {
            network.contains(&address) || network.contains(&address.to_canonical())
        };
        if self.allowed.iter().any(exempt) { Ok(()) } else { Err(Blocked { address, kind }) }
    }

    /// Checks an address that is written in the URL itself, which no resolver sees.
    pub(super) fn check_literal(&self, url: &url::Url) -> Result<(), Blocked> {
        match url.host() {
            Some(url::Host::Ipv4(address)) => self.check(address.into()),
            Some(url::Host::Ipv6(address)) => self.check(address.into()),
            Some(url::Host::Domain(_)) | None => Ok(()),
        }
    }
}

/// A name that does not resolve.
#[derive(Debug, thiserror::Error)]
#[error("host name does not resolve: {0}")]
pub(super) struct Unresolved(io::Error);

/// The system's resolver behind the guard.
#[derive(Debug)]
pub(super) struct Resolver {
    guard: AddressGuard,
}

impl Resolver {
    pub(super) fn new(guard: AddressGuard) -> Self {
        Resolver { guard }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.guard.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found = found.map_err(|error| match tokio::net::TcpSocket::new_v4() {
                // Where no file can be opened, look-ups fail with other words.
                Err(starved) if is_starved(&starved) => starved.into(),
                _ => Box::<dyn Error + Send + Sync>::from(Unresolved(error)),
            })?;
            Ok(Box::new(permitted(found, &guard)?.into_iter()) as Addrs)
        })
    }
}

/// The addresses that may be connected to; an error if there is none.
fn permitted(
    found: impl Iterator<Item = SocketAddr>,
    guard: &AddressGuard,
) -> Result<Vec<SocketAddr>, Box<dyn Error + Send + Sync>> {
    let mut refused = None;
    let mut permitted = Vec::new();
    for address in found {
        match guard.check(address.ip()) {
            Ok(()) => permitted.push(address),
            Err(blocked) => refused = Some(blocked),
        }
    }
    match refused {
        _ if !permitted.is_empty() => Ok(permitted),
        Some(blocked) => Err(blocked.into()),
        None => Err(Unresolved(io::Error::other("no address")).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressGuard, permitted, special};
    use std::net::{IpAddr, SocketAddr};

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn special_addresses_are_known_by_kind() {
        for (text, kind) in [
            ("0.0.0.0", "unspecified"),
            ("0.1.2.3", "unspecified"),
            ("10.255.255.255", "private"),
            ("100.64.0.1", "carrier-grade NAT"),
            ("100.127.255.255", "carrier-grade NAT"),
            ("127.0.0.1", "loopback"),
            ("127.255.255.254", "loopback"),
            ("169.254.169.254", "link-local"),
            ("172.16.0.1", "private"),
            ("172.31.255.255", "private"),
            ("192.168.1.1", "private"),
            ("192.0.2.7", "documentation"),
            ("198.19.0.1", "benchmarking"),
            ("224.0.0.1", "multicast"),
            ("239.255.255.255", "multicast"),
            ("240.0.0.1", "reserved"),
            ("255.255.255.255", "broadcast"),
            ("::", "unspecified"),
            ("::1", "loopback"),
            ("::7f00:1", "IPv4-compatible"),
            ("::ffff:127.0.0.1", "IPv4-mapped"),
            ("::ffff:8.8.8.8", "IPv4-mapped"),
            ("64:ff9b::7f00:1", "NAT64"),
            ("64:ff9b:1::1", "NAT64"),
            ("2001::1", "Teredo"),
            ("2001:db8::1", "documentation"),
            ("2002:7f00:1::", "6to4"),
            ("fc00::1", "private"),
            ("fdff::1", "private"),
            ("fe80::1", "link-local"),
            ("febf::1", "link-local"),
            ("ff02::1", "multicast"),
        ] {
            assert_eq!(special(ip(text)), Some(kind), "{text}");
        }
    }

    #[test]
    fn neighbours_of_special_networks_are_public() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.0.1",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "2a00::1",
        ] {
            assert_eq!(special(ip(text)), None, "{text}");
        }
    }

    #[test]
    fn an_exempt_network_is_exempt_in_its_ipv6_form_too() {
        let guard = AddressGuard::new(vec!["127.0.0.0/8".parse().unwrap()]);
        for (text, allowed) in [
            ("127.9.9.9", true),
            ("::ffff:127.0.0.1", true),
            ("::1", false),
            ("::ffff:10.0.0.1", false),
            ("10.0.0.1", false),
            ("8.8.8.8", true),
        ] {
            assert_eq!(guard.check(ip(text)).is_ok(), allowed, "{text}");
        }
    }

    #[test]
    fn every_way_to_write_an_address_is_the_same_address() {
        let guard = AddressGuard::new(Vec::new());
        for host in [
            "127.0.0.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "[::1]",
            "[::ffff:7f00:1]",
            "0",
            "a.example@127.0.0.1",
            "127.0.0.1.",
            "①②⑦.0.0.1",
        ] {
            let url = url::Url::parse(&format!("http://{host}/")).unwrap();
            assert!(guard.check_literal(&url).is_err(), "{host}");
        }
    }

    #[test]
    fn a_name_with_public_and_private_addresses_leads_to_the_public_ones() {
        let guard = AddressGuard::new(Vec::new());
        let of = |texts: &[&str]| {
            let found: Vec<_> = texts.iter().map(|text| SocketAddr::new(ip(text), 0)).collect();
            permitted(found.into_iter(), &guard)
        };
        assert_eq!(of(&["10.0.0.1", "8.8.8.8"]).unwrap(), [SocketAddr::new(ip("8.8.8.8"), 0)]);
        let refusal = of(&["10.0.0.1"]).unwrap_err().to_string();
        assert_eq!(
            refusal,
            "10.0.0.1 is not public (private); `fetch.allow_addresses` can permit it"
        );
        assert!(of(&[]).is_err());
    }
}
