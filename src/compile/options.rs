//! What the DHCP answer to a factory-fresh phone carries, derived from `bootstrap` (WF §5.2).

use super::Compiler;
use super::records::addresses_of;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::language::{At, Bootstrap, Fleet, OptionNumber};
use crate::plan::{DhcpOption, DhcpOption6, DhcpValue, DhcpValue6, Scheme, Server};
use std::net::IpAddr;

/// Under this enterprise TR-069 has sub-options, of which the first is a URL. It is the one form of option 17 that any
/// text gives; that phones take a profile's URL from it is inferred (WF §5.6).
const BROADBAND_FORUM: u32 = 3561;
const URL: u16 = 1;

/// Options of both families.
#[derive(Default)]
pub(super) struct Derived {
    pub v4: Vec<DhcpOption>,
    pub v6: Vec<DhcpOption6>,
    /// Whether some option is a bare address, to which phones add the names that all fleets share.
    pub bare: bool,
    /// Whether some option is a URL, which can name the fleet.
    pub url: bool,
}

impl Compiler<'_> {
    /// P0212: our own DHCP gives the phones of a fleet their addresses, and nothing says what else they are told.
    pub(super) fn phones_are_led(&mut self, fleet: &Fleet) {
        let answers = |at: &&At<usize>| {
            let (fourth, sixth) = self.placed(std::slice::from_ref(*at));
            let servers = &self.plan.servers;
            let of = |server: usize| servers.get(server);
            fourth
                .iter()
                .filter_map(|network| self.plan.networks.get(*network))
                .any(|network| of(network.server).is_some_and(|server| server.services.dhcp.is_some()))
                || sixth
                    .iter()
                    .filter_map(|network| self.plan.networks6.get(*network))
                    .any(|network| of(network.server).is_some_and(|server| server.services.dhcp6.is_some()))
        };
        let (false, Some(network)) = (fleet.bootstrap_said, fleet.networks.iter().find(answers)) else { return };
        let message = format!("fleet `{}` does not say how a phone finds it", fleet.name.value);
        let mut finding = Diagnostic::new(Code::P0212, fleet.name.span, message)
            .because("a phone from the factory is told nothing, and fetches none of its profiles")
            .label(network.span, "it is given an address here, and no more")
            .help("add `bootstrap dhcp 66`, or `bootstrap manual` where a person enters the rule");
        // Phones may have their rule already.
        finding.severity = Severity::Note;
        self.report(finding);
    }

    /// `name` is the fleet's, where its files would collide with those of another.
    pub(super) fn bootstrap_options(
        &mut self,
        bootstrap: &At<Bootstrap>,
        server: &Server,
        name: Option<&str>,
    ) -> Derived {
        let mut derived = Derived::default();
        let Bootstrap::Dhcp { options, scheme } = &bootstrap.value else { return derived };
        let of_tftp = |number: &OptionNumber| matches!(number, OptionNumber::V4(66 | 150));
        if let Some(scheme) = scheme.as_ref().filter(|scheme| scheme.value != Scheme::Tftp)
            && let Some(number) = options.iter().find(|number| of_tftp(&number.value))
            && options.iter().all(|number| of_tftp(&number.value))
        {
            let message = format!("option {} means TFTP, and {} is named", number.value, scheme.value);
            let finding = Diagnostic::new(Code::P0903, scheme.span, message)
                .because("the scheme would be used by no option")
                .label(number.span, "phones fetch over TFTP by this one")
                .help("remove the scheme, or use option 159 or 160");
            self.report(finding.note("PB §5"));
            return derived;
        }
        let tail = name.map(|name| format!("/{name}")).unwrap_or_default();
        for number in options {
            // 66 and 150 mean TFTP; the others carry a URL of the strongest scheme that the server offers.
            let wanted: &[Scheme] = match (number.value, scheme) {
                (number, _) if of_tftp(&number) => &[Scheme::Tftp],
                (_, Some(scheme)) => std::slice::from_ref(&scheme.value),
                (_, None) => &[Scheme::Https, Scheme::Http, Scheme::Tftp],
            };
            let offered = wanted.iter().find_map(|scheme| server.port(*scheme).map(|port| (*scheme, port)));
            let Some((scheme, port)) = offered else {
                let names: Vec<&str> = wanted.iter().map(|scheme| scheme.name()).collect();
                let message = format!("server `{}` offers no {}", server.id, names.join(", "));
                let finding = Diagnostic::new(Code::P0212, number.span, message)
                    .because(format!("option {} sends phones there", number.value))
                    .help(format!("add `{} {{ }}` to the server", names.first().copied().unwrap_or_default()));
                self.report(finding);
                continue;
            };
            let url = match (scheme, server.ipv4()) {
                (Scheme::Tftp, Some(address)) => authority_of(&address.to_string(), scheme, port),
                _ => authority(server, scheme, port),
            } + &tail;
            match number.value {
                OptionNumber::V4(code) => {
                    let value = match (code, scheme, port, server.ipv4()) {
                        (150, Scheme::Tftp, 69, Some(address)) => DhcpValue::Addresses(vec![address]),
                        (_, Scheme::Tftp, 69, Some(address)) => DhcpValue::Text(address.to_string()),
                        _ => DhcpValue::Text(url),
                    };
                    let bare = scheme == Scheme::Tftp && port == 69 && server.ipv4().is_some();
                    derived.bare |= bare;
                    derived.url |= !bare;
                    derived.v4.push(DhcpOption { code, value });
                }
                OptionNumber::V6(code) => {
                    let value = match code {
                        17 => DhcpValue6::Vendor { enterprise: BROADBAND_FORUM, code: URL, text: url },
                        _ => DhcpValue6::Text(url),
                    };
                    derived.url = true;
                    derived.v6.push(DhcpOption6 { code, value });
                }
            }
        }
        derived
    }

    /// P0901: phones of a fleet whose networks are all of IPv6 reach a server by such an address, or not at all.
    pub(super) fn reached_by_v6(&mut self, fleet: &Fleet, servers: &[usize]) {
        let (fourth, sixth) = self.placed(&fleet.networks);
        let [first, ..] = fleet.networks.as_slice() else { return };
        if !fourth.is_empty() || sixth.len() < fleet.networks.len() {
            return;
        }
        let mut told: Vec<usize> = Vec::new();
        for position in servers {
            let Some(server) = self.plan.servers.get(*position).filter(|_| !told.contains(position)) else { continue };
            told.push(*position);
            let named = server.host.as_deref().and_then(|host| {
                let zone = self.zone_of(host)?;
                Some(addresses_of(zone, &format!("{host}.")).any(|address| address.is_ipv6()))
            });
            let fourth_only = !server.addresses.is_empty() && server.addresses.iter().all(IpAddr::is_ipv4);
            if !fourth_only || named == Some(true) {
                continue;
            }
            let message =
                format!("phones of fleet `{}` have IPv6 alone, and server `{}` has none", fleet.name.value, server.id);
            let finding = Diagnostic::new(Code::P0901, first.span, message)
                .because("they ask for its files by an address that they have no way to")
                .help("give the server an `address` of IPv6 too, or the fleet a network of IPv4");
            self.report(finding);
        }
    }

    /// A fleet whose bootstrap is an option needs a network that tells it.
    pub(super) fn options_are_told(&mut self, derived: &Derived, networks: &[At<usize>], span: Span) {
        let (fourth, sixth) = self.placed(networks);
        // One that is nowhere has its finding.
        if networks.is_empty() || fourth.len() + sixth.len() < networks.len() {
            return;
        }
        for (lacks, family, subnet) in [
            (!derived.v4.is_empty() && fourth.is_empty(), "IPv4", "192.168.50.0/24"),
            (!derived.v6.is_empty() && sixth.is_empty(), "IPv6", "2001:db8:50::/64"),
        ] {
            if lacks {
                let finding =
                    Diagnostic::new(Code::P0212, span, format!("no network of this fleet is one of {family}"))
                        .because("the option is part of such a network's answers")
                        .help(format!("add a network with `subnet {subnet}` to the fleet"));
                self.report(finding);
            }
        }
    }
}

/// `http://host:port`, the port left out when it is the scheme's own.
pub(super) fn authority(server: &Server, scheme: Scheme, port: u16) -> String {
    authority_of(&server.authority_host(), scheme, port)
}

fn authority_of(host: &str, scheme: Scheme, port: u16) -> String {
    if port == scheme.default_port() { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") }
}
