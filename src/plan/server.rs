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
        match (&self.host, self.addresses.first()) {
            (Some(host), _) => host.clone(),
            (None, Some(address)) => address.to_string(),
            (None, None) => String::new(),
        }
    }

    /// The IPv4 address by which a network's clients know the server: the one inside, else the first.
    pub fn address_in(&self, subnet: Prefix) -> Option<Ipv4Addr> {
        let v4 = |address: &IpAddr| match address {
            IpAddr::V4(address) => Some(*address),
            IpAddr::V6(_) => None,
        };
        let addresses = || self.addresses.iter().filter_map(v4);
        addresses().find(|address| subnet.contains((*address).into())).or_else(|| addresses().next())
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
