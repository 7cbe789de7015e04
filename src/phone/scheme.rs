//! How a phone fetches a file.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The scheme of a provisioning URL (RS §7). `gds://` is no fetch and stands apart, in the rule's target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    Tftp,
    Http,
    Https,
}

impl Scheme {
    pub const ALL: [Scheme; 3] = [Scheme::Tftp, Scheme::Http, Scheme::Https];

    pub const fn name(self) -> &'static str {
        match self {
            Scheme::Tftp => "tftp",
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }

    pub fn from_name(name: &str) -> Option<Scheme> {
        Scheme::ALL.into_iter().find(|scheme| scheme.name() == name)
    }

    /// The port a URL of this scheme means when it names none (RS §7).
    pub const fn default_port(self) -> u16 {
        match self {
            Scheme::Tftp => 69,
            Scheme::Http => 80,
            Scheme::Https => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
