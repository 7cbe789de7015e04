//! What the DHCP answer to a factory-fresh phone carries, derived from `bootstrap` (WF §5.2).

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic};
use crate::language::{At, Bootstrap};
use crate::plan::{DhcpOption, DhcpValue, Scheme, Server};

impl Compiler<'_> {
    pub(super) fn bootstrap_options(&mut self, bootstrap: &At<Bootstrap>, server: &Server) -> Vec<DhcpOption> {
        let Bootstrap::Dhcp(numbers, scheme) = &bootstrap.value else { return Vec::new() };
        let mut options = Vec::new();
        for number in numbers {
            // 66 and 150 mean TFTP; the others carry a URL of the strongest scheme that the server offers.
            let wanted: &[Scheme] = match (number.value, scheme) {
                (66 | 150, _) => &[Scheme::Tftp],
                (_, Some(scheme)) => std::slice::from_ref(scheme),
                (_, None) => &[Scheme::Https, Scheme::Http, Scheme::Tftp],
            };
            let offered = wanted.iter().find_map(|scheme| server.port(*scheme).map(|port| (*scheme, port)));
            let Some((scheme, port)) = offered else {
                let names: Vec<&str> = wanted.iter().map(|scheme| scheme.name()).collect();
                let finding = Diagnostic::new(
                    Code::P0212,
                    number.span,
                    format!("server `{}` offers no {}", server.id, names.join(", ")),
                )
                .because(format!("option {} sends phones there", number.value))
                .help(format!("add `{} {{ }}` to the server", names.first().copied().unwrap_or_default()));
                self.report(finding);
                continue;
            };
            let address = server.ipv4();
            let value = match (number.value, scheme, port, address) {
                (150, Scheme::Tftp, 69, Some(address)) => DhcpValue::Addresses(vec![address]),
                (_, Scheme::Tftp, 69, Some(address)) => DhcpValue::Text(address.to_string()),
                (_, Scheme::Tftp, _, Some(address)) => DhcpValue::Text(format!("tftp://{address}:{port}")),
                (_, scheme, ..) => DhcpValue::Text(authority(server, scheme, port)),
            };
            options.push(DhcpOption { code: number.value, value });
        }
        options
    }

    /// Options written by hand on a network of the fleet that send phones elsewhere than its `bootstrap` does.
    pub(super) fn options_agree(&mut self, options: &[DhcpOption], networks: &[At<usize>], bootstrap: &At<Bootstrap>) {
        for network in networks {
            let (Some(declared), Some(planned)) =
                (self.checked.program.networks.get(network.value), self.plan.networks.get(network.value))
            else {
                continue;
            };
            let mut found = Vec::new();
            for option in options {
                let hand =
                    planned.options.iter().find(|other| other.code == option.code && other.value != option.value);
                let place = declared.options.iter().find(|at| at.value.0 == option.code).map(|at| at.span);
                if let (Some(hand), Some(place)) = (hand, place) {
                    found.push(
                        Diagnostic::new(
                            Code::P0903,
                            place,
                            format!("option {} is said twice, differently", option.code),
                        )
                        .because(format!("{} here", hand.value.text()))
                        .label(bootstrap.span, format!("{} follows from this", option.value.text()))
                        .help("remove the option: what follows from `bootstrap` is never written by hand"),
                    );
                }
            }
            self.findings.extend(found);
        }
    }
}

/// `http://host:port`, the port left out when it is the scheme's own.
pub(super) fn authority(server: &Server, scheme: Scheme, port: u16) -> String {
    let host = server.authority_host();
    if port == scheme.default_port() { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") }
}
