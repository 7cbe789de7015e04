//! What goes into the model and what comes out: the whole of its contact with the world.

use super::{Event, Millis};
use crate::phone::Scheme;
use crate::phone::credentials::Login;
use crate::phone::profile::LIMIT;
use crate::phone::seal::AES128GCM;
use serde::Serialize;
use std::fmt;
use std::net::Ipv4Addr;

/// What happens to the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    PowerOn,
    /// The answer to [`Output::AskLease`].
    Lease(Lease),
    LeaseFailed,
    /// The answer to [`Output::Resolve`].
    Resolved(DnsAnswer),
    /// The answer to [`Output::Fetch`].
    Fetched(FetchAnswer),
    /// The answer to [`Output::AskCloud`].
    Cloud(CloudAnswer),
    /// The time of the last [`Output::Wait`] has come.
    Timer,
    Command(Command),
}

/// What someone tells the phone to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// SIP NOTIFY, authenticated (PB §19).
    Notify(Notification),
    /// `/admin/resync?RULE`; without a rule the phone's own rules are followed (PB §17). `from` is who asked.
    ResyncUrl {
        rule: Option<String>,
        from: Option<Ipv4Addr>,
    },
    /// Applications > Device administration > Profile Rule, then Resync (PB §10): the rule that was entered, if one was.
    Menu {
        rule: Option<String>,
    },
    /// User and password are entered in the phone's Profile account setup (PB §8.3, Profile_Authentication_Type).
    ProfileAccount(Login),
    /// `/admin/upgrade?URL`.
    UpgradeUrl(String),
    /// `/admin/reboot`.
    Reboot,
    /// A configuration posted to `/admin/config.xml`.
    Configure(Vec<u8>),
    /// An XML object posted to `/CGI/Execute` by someone who may (PB §18).
    Execute(Vec<u8>),
    /// An activation code is entered (PB §23).
    ActivationCode(String),
    FactoryReset,
    /// Somebody sets a parameter by hand.
    Set {
        element: String,
        value: String,
    },
    /// A call begins, or the last one ends.
    Lines {
        busy: bool,
    },
}

/// The `Event` header of a NOTIFY (PB §19).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notification {
    /// `resync`
    Resync,
    /// `report`
    Report,
    /// `reboot_now`
    Reboot,
    /// `restart_now`
    Restart,
}

impl Notification {
    pub const ALL: [Notification; 4] =
        [Notification::Resync, Notification::Report, Notification::Reboot, Notification::Restart];

    /// As the header has it.
    pub const fn event(self) -> &'static str {
        match self {
            Notification::Resync => "resync",
            Notification::Report => "report",
            Notification::Reboot => "reboot_now",
            Notification::Restart => "restart_now",
        }
    }

    /// Letter case counts (RFC 6665 §8.2.1).
    pub fn from_event(event: &str) -> Option<Notification> {
        Notification::ALL.into_iter().find(|known| known.event() == event)
    }
}

/// What Cisco's cloud is asked (PB §3, §23). How, is not documented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CloudQuery {
    /// Which provider's is this phone? Its address and model are told.
    Redirection { host: String },
    /// 16 digits, good once: never told.
    ActivationCode(
        #[serde(serialize_with = "hidden")]
        #[schemars(with = "String")]
        String,
    ),
    /// The name of a redirection profile.
    ShortCode(String),
}

fn hidden<S: serde::Serializer>(_: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("•••")
}

impl fmt::Display for CloudQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CloudQuery::Redirection { host } => write!(f, "asks {host} for its provider"),
            // A code is good for one phone, once.
            CloudQuery::ActivationCode(_) => f.write_str("enters an activation code"),
            CloudQuery::ShortCode(name) => write!(f, "enters the code #{name}"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CloudAnswer {
    /// The provider's rule: a URL.
    Rule(String),
    /// No provider is known for the phone, or the code is wrong.
    Unknown,
    Unreachable,
}

impl fmt::Display for CloudAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CloudAnswer::Rule(rule) => f.write_str(rule),
            CloudAnswer::Unknown => f.write_str("unknown"),
            CloudAnswer::Unreachable => f.write_str("no answer"),
        }
    }
}

/// What the phone wants done. At most one of AskLease, Resolve, Fetch and AskCloud is under way at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    AskLease,
    Resolve {
        query: Query,
        servers: Vec<Ipv4Addr>,
    },
    Fetch(FetchRequest),
    AskCloud(CloudQuery),
    /// `text` goes after the time stamp of a datagram to `server` (a host, perhaps with a port).
    Syslog {
        server: String,
        text: String,
    },
    /// Send [`Input::Timer`] then. A later wait takes the place of an earlier one.
    Wait {
        until: Millis,
    },
    Tell(Event),
}

/// A DHCP lease as far as the phone uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub address: Ipv4Addr,
    pub server: Option<Ipv4Addr>,
    pub router: Option<Ipv4Addr>,
    pub dns: Vec<Ipv4Addr>,
    /// Option 15, the base of SRV discovery.
    pub domain: Option<String>,
    /// Options 66, 150, 159, 160, 43 and so on: code and octets as received.
    pub options: Vec<(u8, Vec<u8>)>,
    /// The same of DHCPv6 (WF §5.6), where the phone has that beside.
    pub options6: Vec<(u16, Vec<u8>)>,
}

impl Lease {
    /// A lease that says nothing but the address.
    pub fn bare(address: Ipv4Addr) -> Self {
        Lease {
            address,
            server: None,
            router: None,
            dns: Vec::new(),
            domain: None,
            options: Vec::new(),
            options6: Vec::new(),
        }
    }

    pub fn option(&self, code: u8) -> Option<&[u8]> {
        self.options.iter().find(|(at, _)| *at == code).map(|(_, octets)| octets.as_slice())
    }

    pub fn option6(&self, code: u16) -> Option<&[u8]> {
        self.options6.iter().find(|(at, _)| *at == code).map(|(_, octets)| octets.as_slice())
    }
}

/// A question to DNS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Query {
    /// Type A.
    Address(String),
    /// Type SRV, the whole name.
    Service(String),
}

impl Query {
    pub fn name(&self) -> &str {
        match self {
            Query::Address(name) | Query::Service(name) => name,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DnsAnswer {
    Addresses(Vec<Ipv4Addr>),
    Services(Vec<Service>),
    /// There is no such name, or no record of the kind.
    None,
    Timeout,
}

/// An SRV record (WF §7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    pub priority: u16,
    pub weight: u16,
    pub port: u16,
    pub target: String,
}

/// A file to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    pub scheme: Scheme,
    /// As the URL has it, for the Host header. Behind an SRV record it is the record's target (PB §6).
    pub host: String,
    /// The name that the certificate of an https server has to bear: the host's, behind SRV that of the domain (PB §6).
    pub certificate: String,
    pub address: Ipv4Addr,
    pub port: u16,
    pub path: String,
    pub method: Method,
    pub user_agent: String,
    /// The value of an Authorization header.
    pub authorization: Option<String>,
    /// The value of a Proxy-Authorization header.
    pub proxy_authorization: Option<String>,
    /// The value of a Content-Encoding header: what is sent is sealed by RFC 8188.
    pub encoding: Option<&'static str>,
    pub purpose: Purpose,
    /// Whose certificates the phone accepts of an https server beside Cisco's own (PB §14, §26).
    pub roots: Roots,
}

/// What is fetched, or sent, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Profile,
    Firmware,
    Report,
    CustomCa,
    Licence,
    Renewal,
}

impl Purpose {
    /// So many octets are read at most: of firmware, whose images are tens of megabytes, more than of a profile (no limit is
    /// documented, inferred). What answers a report is for nobody.
    pub const fn longest(self) -> usize {
        match self {
            Purpose::Firmware => 64 << 20,
            Purpose::Profile | Purpose::Report | Purpose::CustomCa | Purpose::Licence | Purpose::Renewal => LIMIT,
        }
    }
}

/// Certificate authorities, beside Cisco's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roots {
    /// The common public ones (C-18).
    pub public: bool,
    /// The custom CA that the phone fetched.
    pub custom: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post {
        body: Vec<u8>,
    },
    /// A report to a place; over TFTP a write.
    Put {
        body: Vec<u8>,
    },
}

impl Method {
    pub const fn name(&self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post { .. } => "POST",
            Method::Put { .. } => "PUT",
        }
    }
}

impl FetchRequest {
    /// The URL, its port written only when it is not the scheme's own.
    pub fn url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority(), self.path)
    }

    /// Host and port as the Host header has them.
    pub fn authority(&self) -> String {
        if self.port == self.scheme.default_port() { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchAnswer {
    Http {
        status: u16,
        /// The Location header.
        location: Option<String>,
        /// The WWW-Authenticate header; of a 407 the Proxy-Authenticate header.
        challenge: Option<String>,
        /// The Content-Encoding header.
        encoding: Option<String>,
        body: Vec<u8>,
    },
    /// A whole file.
    Tftp(Vec<u8>),
    TftpError {
        code: u16,
        text: String,
    },
    Timeout,
    /// No answer could be had, and why.
    Failed(String),
    /// More than so many octets ([`Purpose::longest`]): whoever read them stopped there.
    TooLong(usize),
}

impl FetchAnswer {
    /// A 200 with a body.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        FetchAnswer::Http { status: 200, location: None, challenge: None, encoding: None, body: body.into() }
    }

    /// A 200 with a body under RFC 8188.
    pub fn sealed(body: impl Into<Vec<u8>>) -> Self {
        let encoding = Some(AES128GCM.into());
        FetchAnswer::Http { status: 200, location: None, challenge: None, encoding, body: body.into() }
    }

    /// An answer that is only a status.
    pub fn status(status: u16) -> Self {
        FetchAnswer::Http { status, location: None, challenge: None, encoding: None, body: Vec::new() }
    }
}
