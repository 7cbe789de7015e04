//! Servers: where files and services live.

use super::Prefix;
use crate::phone::Scheme;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};

/// A host that runs services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Server {
    /// The name the program gives it.
    pub id: String,
    /// Its host name, as phones are told.
    pub host: Option<String>,
    pub addresses: Vec<IpAddr>,
    pub services: Services,
}

impl Server {
    /// What a URL names: the host name, or the first address where there is none.
    pub fn authority_host(&self) -> String {
        match (&self.host, self.ipv4()) {
            (Some(host), _) => host.clone(),
            (None, Some(address)) => address.to_string(),
            (None, None) => String::new(),
        }
    }

    /// The first IPv4 address: what phones are told where there is no name. IPv6 in their URLs is undocumented (RS §7).
    pub fn ipv4(&self) -> Option<Ipv4Addr> {
        self.ipv4s().next()
    }

    /// The IPv4 address by which a network's clients know the server: the one inside, else the first.
    pub fn address_in(&self, subnet: Prefix) -> Option<Ipv4Addr> {
        self.ipv4s().find(|address| subnet.contains((*address).into())).or_else(|| self.ipv4())
    }

    pub(super) fn ipv4s(&self) -> impl Iterator<Item = Ipv4Addr> + '_ {
        self.addresses.iter().filter_map(|address| match address {
            IpAddr::V4(address) => Some(*address),
            IpAddr::V6(_) => None,
        })
    }

    /// The port of a file service, if the server offers it.
    pub fn port(&self, scheme: Scheme) -> Option<u16> {
        match scheme {
            Scheme::Tftp => self.services.tftp,
            Scheme::Http => self.services.http,
            Scheme::Https => self.services.https,
        }
    }
}

/// The services of a server, each with its port; absent: not offered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Services {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tftp: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub https: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dhcp: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syslog: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dashboard: Option<u16>,
}
