//! What a live phone is told before it starts.

use super::ClientCertificate;
use crate::phone::Identity;
use crate::phone::stance::Stances;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// A live phone. [`LiveOptions::new`] gives one that lives as a real one does; demonstrations change the rest.
#[derive(Clone, Debug)]
pub struct LiveOptions {
    pub identity: Identity,
    /// None: no DHCP; the phone uses [`LiveOptions::address`].
    pub dhcp: Option<DhcpTarget>,
    /// The phone's address where there is no DHCP; none: the operating system chooses.
    pub address: Option<Ipv4Addr>,
    /// Written into Profile_Rule before the phone starts, as somebody does on its screen.
    pub profile_rule: Option<String>,
    /// Asked for names instead of the servers that the lease names.
    pub dns: Option<SocketAddr>,
    /// Whose certificates the phone accepts of https servers, as PEM: stands for the authorities that real ones know.
    pub ca: Option<Arc<Vec<u8>>>,
    /// What the phone shows to https servers that ask who it is.
    pub client: Option<ClientCertificate>,
    /// Where log messages go while the phone has no Syslog_Server of its own.
    pub syslog: Option<SocketAddr>,
    /// The port of a Syslog_Server that names none, instead of 514.
    pub syslog_port: Option<u16>,
    /// When [`super::run`] ends by itself; none: never.
    pub until: Option<Until>,
    /// Ends as failed after so many failed resyncs; none: tries for ever, as phones do.
    pub attempts: Option<u32>,
    /// Ends as failed after so long; none: no limit.
    pub limit: Option<Duration>,
    /// Listens at its own address for whoever tells it something (PB §17, §19), with so much added to every port; none: it is
    /// told by commands alone.
    pub listens: Option<u16>,
    /// How many seconds of the phone's go into one of ours. Networks are not made faster by it.
    pub speed: f64,
    /// Leaves out the wait after power-up (up to 40 s by default).
    pub no_delay: bool,
    /// Which readings the phone follows where the vendor's texts contradict each other.
    pub stances: Stances,
    /// The phone's chance; none: another one each time.
    pub seed: Option<u64>,
    /// Which elements' values are not told at the end.
    pub hidden: Hidden,
    /// Which elements are parameters: what a phone passes over in files is told then, as no real one does.
    pub remarks: Option<fn(&str) -> bool>,
}

/// Whether an element holds a secret, as the platform's types say.
#[derive(Clone)]
pub struct Hidden(Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl Hidden {
    pub fn new(hidden: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Hidden(Arc::new(hidden))
    }

    pub(super) fn hides(&self, element: &str) -> bool {
        (self.0)(element)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

/// Where DHCP is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DhcpTarget {
    /// Unicast to a server on another port than 67, in a lab: it answers to where the question came from.
    Server(SocketAddr),
    /// Broadcast on this interface, from port 68. Needs the privilege to bind it.
    Interface(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// All files of one pass came and were applied, and the rules were those that now stand.
    Resynced,
    /// Resynced, at rest, and no firmware is left to be installed.
    Converged,
}

impl LiveOptions {
    pub fn new(identity: Identity, hidden: Hidden) -> Self {
        LiveOptions {
            identity,
            dhcp: None,
            address: None,
            profile_rule: None,
            dns: None,
            ca: None,
            client: None,
            syslog: None,
            syslog_port: None,
            until: Some(Until::Resynced),
            attempts: None,
            limit: None,
            listens: None,
            speed: 1.0,
            no_delay: false,
            stances: Stances::default(),
            seed: None,
            hidden,
            remarks: None,
        }
    }
}
