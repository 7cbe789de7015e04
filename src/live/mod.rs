//! The phone model on real sockets: the same state machine that tests play in virtual time, given a network card.

mod certificate;
mod crowd;
mod dhcp;
mod dns;
mod ears;
mod event;
mod http;
mod options;
mod plain;
mod run;
mod source;
mod syslog;
#[cfg(test)]
mod tests;
mod tftp;
mod tls;
#[cfg(test)]
mod tls_tests;

pub use certificate::ClientCertificate;
pub use crowd::{CrowdLine, Pace, Summary, Took, crowd};
pub use dhcp::{DhcpError, probe};
pub use event::{LiveEvent, Outcome, State, Timings};
pub use options::{DhcpTarget, Hidden, LiveOptions, Until};
pub use run::{run, run_with_commands};
pub use tls::{certificates, is_ca, is_client};
