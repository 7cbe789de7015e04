//! Servers: where files and services live.

use super::{Origin, Prefix, Template};
use crate::phone::{AuthMethod, Scheme};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};

/// A host that runs services.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Server {
    /// The name the program gives it.
    pub id: String,
    /// Its host name, as phones are told.
    pub host: Option<String>,
    pub addresses: Vec<IpAddr>,
    pub services: Services,
    /// What https is served with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    #[serde(default, skip_serializing_if = "Realms::are_none")]
    pub realms: Realms,
    /// TFTP answers from its listening port, which then is the only one that a firewall has to know.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub single_port: bool,
    /// Name servers that are asked for what is in no zone of ours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forward: Vec<IpAddr>,
    /// Where firmware loads lie, relative to the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<String>,
    /// Requests per second that it bears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
}

/// Files that https is served with, relative to the program, and how clients are treated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Tls {
    pub certificate: Option<String>,
    /// Where the program names it.
    #[serde(default)]
    pub origin: Origin,
    pub key: Option<String>,
    pub clients: Clients,
    /// Who signed the phones' certificates.
    pub authority: Option<String>,
    /// How a certificate names its phone; absent: by its hardware address, in any usual place and spelling.
    pub identity: Option<String>,
}

impl Tls {
    /// Every file that is named.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        [&self.certificate, &self.key, &self.authority].into_iter().flatten().map(String::as_str)
    }
}

/// Whether a phone has to show a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Clients {
    None,
    Request,
    Require,
}

/// Who may fetch files of profiles that have an account, over each of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Realms {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<Realm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub https: Option<Realm>,
}

impl Realms {
    fn are_none(&self) -> bool {
        self.http.is_none() && self.https.is_none()
    }
}

/// A protection space (RFC 9110 §11.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Realm {
    pub name: String,
    pub method: AuthMethod,
    /// Accounts that open every file of the realm, beside the one that a file's own profile has.
    pub accounts: Vec<RealmAccount>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RealmAccount {
    pub user: String,
    pub password: Template,
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

    /// Who asks for credentials over a scheme.
    pub fn realm(&self, scheme: Scheme) -> Option<&Realm> {
        match scheme {
            Scheme::Tftp => None,
            Scheme::Http => self.realms.http.as_ref(),
            Scheme::Https => self.realms.https.as_ref(),
        }
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dhcp6: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syslog: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acs: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dashboard: Option<u16>,
}
