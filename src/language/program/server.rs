//! `server`: a host and its services.

use super::super::value::SecretText;
use super::At;
use crate::diagnostic::Span;
use crate::phone::AuthMethod;
use std::net::IpAddr;

#[derive(Debug)]
pub struct Server {
    pub name: At<String>,
    pub host: Option<At<String>>,
    pub addresses: Vec<At<IpAddr>>,
    pub services: Vec<Service>,
    /// Where firmware loads lie, beside the program.
    pub images: Option<At<String>>,
    /// Requests per second that it bears, as measured or promised.
    pub capacity: Option<At<u32>>,
    /// Something of it is said such that it could not be read.
    pub faulty: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceKind {
    Tftp,
    Http,
    Https,
    Dns,
    Dhcp,
    Dhcp6,
    Syslog,
    Acs,
    Dashboard,
}

#[derive(Debug)]
pub struct Service {
    pub kind: ServiceKind,
    pub port: u16,
    pub tls: Tls,
    pub realm: Option<Realm>,
    /// Of tftp: everything goes over the listening port.
    pub single_port: Option<Span>,
    /// Name servers that are asked for what is not in our zones.
    pub forward: Vec<At<IpAddr>>,
    pub span: Span,
}

/// `realm "NAME" digest { account "USER" password S }`: who may fetch files of profiles that have an account.
#[derive(Debug)]
pub struct Realm {
    pub name: At<String>,
    pub method: At<AuthMethod>,
    pub accounts: Vec<(At<String>, SecretText)>,
}

/// What `https` says beside its port. Paths are relative to the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tls {
    pub certificate: Option<At<String>>,
    pub key: Option<At<String>>,
    pub clients: Clients,
    /// Who signed the phones' certificates.
    pub authority: Option<At<String>>,
    /// How a certificate's subject names its phone: `CP-$PN-SEP$MAU`.
    pub identity: Option<At<String>>,
}

/// Whether a phone has to show a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clients {
    #[default]
    None,
    Request,
    Require,
}
