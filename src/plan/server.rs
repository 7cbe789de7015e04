//! Servers: where files and services live.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;

/// How a file is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    Tftp,
    Http,
    Https,
}

impl Scheme {
    pub const ALL: [Scheme; 3] = [Scheme::Tftp, Scheme::Http, Scheme::Https];

    /// The port a URL of this scheme means when it names none (RS §7).
    pub const fn default_port(self) -> u16 {
        match self {
            Scheme::Tftp => 69,
            Scheme::Http => 80,
            Scheme::Https => 443,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Scheme::Tftp => "tftp",
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

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
