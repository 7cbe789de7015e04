//! P0903: options written by hand on a network of a fleet that send phones elsewhere than its `bootstrap` does: with the number of
//! a derived one, or with one that phones look at before it (PB §5). Each family has its own order.

use super::Compiler;
use super::options::Derived;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{At, Bootstrap, OptionLine};
use crate::phone::dhcp::code::PROVISIONING;
use crate::plan::{DhcpOption, DhcpOption6, Server};

/// The default order of `DHCPv6_Option_To_Use`.
const PROVISIONING_6: [u16; 3] = [17, 160, 159];

/// An option of either family, as far as it leads phones.
struct Said {
    code: u16,
    octets: Vec<u8>,
    text: String,
    /// Phones look for a server in it, whatever it holds.
    names_server: bool,
}

/// What phones look at, first things first, and how that is said.
struct Order {
    codes: Vec<u16>,
    note: &'static str,
}

impl Compiler<'_> {
    pub(super) fn options_agree(
        &mut self,
        derived: &Derived,
        networks: &[At<usize>],
        bootstrap: &At<Bootstrap>,
        server: &Server,
        models: &[&str],
    ) {
        let fourth: Vec<Said> = derived.v4.iter().map(said).collect();
        let sixth: Vec<Said> = derived.v6.iter().map(said6).collect();
        let order = Order {
            codes: PROVISIONING.iter().map(|code| u16::from(*code)).collect(),
            note: "the order is that of DHCP_Option_To_Use: 66, 160, 159, 150, 60, 43, 125 (PB §5)",
        };
        let order6 = Order {
            codes: PROVISIONING_6.to_vec(),
            note: "the order is that of DHCPv6_Option_To_Use: 17, 160, 159 (PB §5)",
        };
        let mut found = Vec::new();
        for network in networks {
            let Some(declared) = self.checked.program.networks.get(network.value) else { continue };
            let (v4, v6) = self.placed(std::slice::from_ref(network));
            let planned = v4.first().and_then(|position| self.plan.networks.get(*position));
            let planned6 = v6.first().and_then(|position| self.plan.networks6.get(*position));
            // What is said to others only does not concern these phones.
            let classes = planned.into_iter().flat_map(|network| &network.classes);
            let classes: Vec<_> = classes.filter(|class| class.when.for_phones(models) != Some(false)).collect();
            let said_to_some = classes.iter().flat_map(|class| &class.options);
            let written = planned.into_iter().flat_map(|network| &network.options).chain(said_to_some);
            let by_hand: Vec<Said> = match planned6 {
                Some(network) => network.options.iter().map(said6).collect(),
                None => written.map(said).collect(),
            };
            let (options, others, order) =
                if planned6.is_some() { (&sixth, &fourth, &order6) } else { (&fourth, &sixth, &order) };
            let concerned = |name: &str| classes.iter().any(|class| class.id == name);
            let some = declared.classes.iter().filter(|class| concerned(&class.name.value));
            let lines = declared.options.iter().chain(some.flat_map(|class| &class.options));
            for line in lines {
                let hand = by_hand.iter().filter(|hand| hand.code == line.number.value);
                found.extend(hand.into_iter().find_map(|hand| {
                    let told = disagree(line, hand, options, order, bootstrap.span, server);
                    told.or_else(|| families_disagree(line, hand, options, others, bootstrap.span, server))
                }));
            }
        }
        self.findings.extend(found);
    }
}

fn disagree(
    line: &OptionLine,
    hand: &Said,
    derived: &[Said],
    order: &Order,
    bootstrap: Span,
    server: &Server,
) -> Option<Diagnostic> {
    let twin = derived.iter().find(|option| option.code == hand.code);
    match twin {
        Some(option) if option.octets != hand.octets => {
            let message = format!("option {} is said twice, differently", option.code);
            let finding = Diagnostic::new(Code::P0903, line.span, message)
                .because(format!("{} here", hand.text))
                .label(bootstrap, format!("{} follows from this", option.text));
            Some(finding.help("remove the option: what follows from `bootstrap` is never written by hand"))
        }
        None if elsewhere(hand, server) => {
            let place = |code: u16| order.codes.iter().position(|known| *known == code);
            let before = |option: &&Said| matches!((place(hand.code), place(option.code)), (Some(one), Some(other)) if one < other);
            let option = derived.iter().find(before)?;
            let message = format!("options {} and {} send phones to different servers", hand.code, option.code);
            Some(
                Diagnostic::new(Code::P0903, line.span, message)
                    .because(format!("{}: phones look at this one first", hand.text))
                    .label(bootstrap, format!("{} follows from this", option.text))
                    .help("remove the option, or name it in `bootstrap`")
                    .note(order.note),
            )
        }
        _ => None,
    }
}

/// The same of what phones are told by the other family: which of the two they follow no text says.
fn families_disagree(
    line: &OptionLine,
    hand: &Said,
    own: &[Said],
    others: &[Said],
    bootstrap: Span,
    server: &Server,
) -> Option<Diagnostic> {
    let option = others.first().filter(|_| own.is_empty() && is_asked(hand) && elsewhere(hand, server))?;
    let message = format!("options {} and {} send phones to different servers", hand.code, option.code);
    Some(
        Diagnostic::new(Code::P0903, line.span, message)
            .because(format!("{}, by the other family of addresses: phones that have both may follow either", hand.text))
            .label(bootstrap, format!("{} follows from this", option.text))
            .help("remove the option, or name both in `bootstrap`, such as `bootstrap dhcp 160, v6 17`")
            .note("which family goes first no text says; the orders are those of DHCP_Option_To_Use and DHCPv6_Option_To_Use (PB §5)"),
    )
}

/// Whether phones look for a server in an option of this number.
fn is_asked(option: &Said) -> bool {
    PROVISIONING_6.contains(&option.code) || PROVISIONING.iter().any(|code| u16::from(*code) == option.code)
}

fn said(option: &DhcpOption) -> Said {
    let code = u16::from(option.code);
    let names_server = matches!(code, 66 | 150 | 159 | 160);
    Said { code, octets: option.value.octets(), text: option.value.text(), names_server }
}

fn said6(option: &DhcpOption6) -> Said {
    let octets = option.value.octets();
    // Vendor options are written as octets: what they lead to stands in them as text.
    let url = octets.windows(3).position(|window| window == b"://").map(|at| {
        let letters = octets.get(..at).unwrap_or_default().iter().rev().take_while(|octet| octet.is_ascii_lowercase());
        let from = at - letters.count();
        String::from_utf8_lossy(octets.get(from..).unwrap_or_default()).into_owned()
    });
    let text = match url {
        Some(url) if option.code == 17 => url,
        _ => option.value.text(),
    };
    Said { code: option.code, octets, text, names_server: matches!(option.code, 159 | 160) }
}

/// Whether an option names a server, and another one than ours.
fn elsewhere(option: &Said, server: &Server) -> bool {
    if !option.names_server && !option.text.contains("://") {
        return false;
    }
    option.text.split(';').any(|entry| {
        let host = entry.split_once("://").map_or(entry, |(_, rest)| rest);
        // An address of IPv6 stands in brackets, with colons of its own.
        let host = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, _)) => address,
            None => host.split(['/', ':']).next().unwrap_or_default(),
        };
        !server.is_at(host)
    })
}
