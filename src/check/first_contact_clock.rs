//! P0908: the first contact is over https, and the network names no clock: a phone fresh from its box cannot tell whether a
//! certificate is valid yet, or still.

use super::About;
use super::certificates::domains_with_https;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Answers, Discovery, Network6};

/// NTP servers (RFC 2132 §8.3).
const NTP: u8 = 42;
/// SNTP and NTP servers of DHCPv6 (RFC 4075, RFC 5908).
const NTP_6: [u16; 2] = [31, 56];

pub(super) fn check(about: &About<'_>) -> Option<Diagnostic> {
    let bootstrap = about.fleet.bootstrap.as_ref()?;
    let https = match bootstrap.how {
        Discovery::Dhcp => {
            // The first of them that a phone looks at decides; any may be it.
            let fourth = bootstrap.options.iter().any(|option| option.value.text().starts_with("https://"));
            fourth || bootstrap.options6.iter().any(|option| option.value.text().contains("https://"))
        }
        Discovery::Srv => domains_with_https(about.served.plan(), about.fleet).next().is_some(),
        // Cisco's cloud is reached over https by every such phone, whatever we do.
        Discovery::ActivationCode | Discovery::Edos | Discovery::Manual => false,
    };
    if !https {
        return None;
    }
    let plan = about.served.plan();
    let fourth = about.fleet.networks.iter().filter_map(|network| plan.networks.get(*network));
    let sixth: Vec<&Network6> =
        about.fleet.networks6.iter().filter_map(|network| plan.networks6.get(*network)).collect();
    let told = |network: &Network6| {
        !network.ntp.is_empty() || network.options.iter().any(|option| NTP_6.contains(&option.code))
    };
    // A phone that speaks both hears the time by either.
    let without: Vec<&str> = match about.fleet.networks.is_empty() {
        true => sixth.iter().filter(|network| !told(network)).map(|network| network.id.as_str()).collect(),
        false if sixth.iter().any(|network| told(network)) => Vec::new(),
        false => fourth
            // What another server says there is not ours to know.
            .filter(|network| network.answers != Answers::InformOnly)
            .filter(|network| network.ntp.is_empty() && !network.options.iter().any(|option| option.code == NTP))
            .map(|network| network.id.as_str())
            .collect(),
    };
    let first = without.first()?;
    let names: Vec<String> = without.iter().map(|name| format!("`{name}`")).collect();
    let on = if names.len() == 1 { "network" } else { "networks" };
    let message = format!("the first contact is over https, without a clock on {on} {}", names.join(", "));
    let finding = Diagnostic::new(Code::P0908, about.arrival, message)
        .because("a phone that does not know the time cannot tell whether a certificate is valid")
        .help(format!("add `ntp ADDRESS` to network `{first}`"));
    let all = names.len() == about.fleet.networks.len().max(about.fleet.networks6.len());
    Some(if all { finding.note(about.concerned(0, about.fleet.phones.len())) } else { finding })
}
