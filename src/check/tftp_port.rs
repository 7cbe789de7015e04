//! P0912: a TFTP server on a port of its own, beyond the phones' subnet: the phone then answers from ports that a firewall on
//! the way, or the phone's own, may keep shut (PB §1).

use super::About;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Scheme, Server};
use std::net::IpAddr;

pub(super) fn check(about: &About<'_>) -> Vec<Diagnostic> {
    let plan = about.served.plan();
    let networks = || about.fleet.networks.iter().filter_map(|network| plan.networks.get(*network));
    let mut findings = Vec::new();
    for (position, server) in plan.servers.iter().enumerate() {
        let Some(port) = server.port(Scheme::Tftp).filter(|port| *port != 69) else { continue };
        if !asked(about, position) {
            continue;
        }
        let beyond = networks().find(|network| {
            let here = |address: &IpAddr| address.is_loopback() || network.subnet.contains(*address);
            !server.addresses.is_empty() && !server.addresses.iter().any(here)
        });
        let Some(network) = beyond else { continue };
        let message = format!("phones of network `{}` fetch over TFTP from port {port} of another subnet", network.id);
        findings.push(
            Diagnostic::new(Code::P0912, about.arrival, message)
                .because(format!(
                    "with a port other than 69 phones use UDP 53240 to 53245, which have to be open between them and `{}`",
                    server.id
                ))
                .help("let TFTP have port 69, or fetch over http")
                .note("PB §1")
                .note(about.concerned(0, about.fleet.phones.len())),
        );
    }
    findings
}

/// Whether phones of the fleet come to a server over TFTP.
fn asked(about: &About<'_>, server: usize) -> bool {
    let mut profiles = about.fleet.profiles.iter();
    let by_profile = profiles.any(|profile| profile.server == server && profile.scheme == Scheme::Tftp);
    let by_upgrade = about.fleet.upgrade.as_ref().is_some_and(|one| one.server == server && one.scheme == Scheme::Tftp);
    by_profile || by_upgrade || (about.fleet.server == server && led_by_tftp(about, server))
}

/// Whether an option names the port.
fn led_by_tftp(about: &About<'_>, server: usize) -> bool {
    let port = about.served.plan().servers.get(server).and_then(|server: &Server| server.port(Scheme::Tftp));
    let options = about.fleet.bootstrap.as_ref().map(|bootstrap| bootstrap.options.as_slice()).unwrap_or_default();
    options.iter().any(|option| {
        let text = option.value.text();
        text.starts_with("tftp://") && port.is_some_and(|port| text.contains(&format!(":{port}")))
    })
}
