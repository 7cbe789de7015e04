//! P0608: a rule by hand without a server, beside a Profile_Rule that names one. DHCP leads a phone while its Profile_Rule begins
//! with `/`; from then on it is asked no more (PB §5), and what stands in for the server is told in two ways (C-16).

use super::about::{asked, by_hand_rules, names_server, readable};
use super::{About, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::rule::Kind;

pub(super) fn check(about: &About<'_>) -> Vec<Diagnostic> {
    let absolute = about.fleet.rules.iter().any(|rule| {
        rule.parameter == "Profile_Rule" && !rule.text.constant().is_some_and(|text| text.trim_start().starts_with('/'))
    });
    if !absolute {
        return Vec::new();
    }
    by_hand_rules(about.fleet)
        .filter(|(rule, _)| asked(&readable(&rule.text), Kind::Profile).iter().any(|asked| !names_server(asked)))
        .map(|(rule, origin)| {
            let message = format!("`{}` names no server", rule.parameter);
            Diagnostic::new(Code::P0608, place(origin, about.sources), message)
                .because(
                    "phones ask DHCP where to go while Profile_Rule begins with `/`, and the program's names a server",
                )
                .help("write the whole URL, or fetch a profile of the program")
                .note(
                    "PB §5; texts differ on the server that stands in: the one that asks, or that of option 66 (C-16)",
                )
                .note(about.concerned(0, about.fleet.phones.len()))
        })
        .collect()
}
