//! Networks as text of the language.

use super::{Networks, Options, Scope};
use crate::language::duration;
use crate::phone::Mac;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

impl Networks {
    /// The network that the server itself is on, as far as anything tells: the first that no relay leads to.
    fn own(&self) -> Option<&Scope> {
        self.scopes.iter().find(|scope| scope.relays.is_empty())
    }

    /// An address for the server there: one that an option names, else one that is nobody's.
    pub fn server(&self) -> Option<Ipv4Addr> {
        let own = self.own()?;
        let free = |address: &Ipv4Addr| {
            own.holds(*address)
                && !own.pools.iter().any(|(first, last)| (first..=last).contains(&address))
                && !self.reservations.iter().any(|(_, kept, _)| kept == address)
                && !addresses(&own.options, 3).contains(address)
        };
        let named = [66, 150, 160, 159].iter().flat_map(|code| addresses(&own.options, *code)).find(free);
        let size = 1u32.checked_shl(32 - u32::from(own.length)).unwrap_or(u32::MAX);
        let first = u32::from(own.address);
        let others = || (2..size.min(MOST_TRIED)).map(|back| Ipv4Addr::from(first.saturating_add(size - back)));
        named.or_else(|| others().find(free))
    }
}

/// Addresses are looked at from the end of the network, so many.
const MOST_TRIED: u32 = 1 << 16;

fn addresses(options: &Options, code: u8) -> Vec<Ipv4Addr> {
    let literal = options.get(&code).map(|said| said.literal.replace('"', "")).unwrap_or_default();
    literal.split(", ").filter_map(|one| one.parse().ok()).collect()
}

/// What has a word of its own, and no number.
pub const WORDS: [(u8, &str); 4] = [(3, "router"), (15, "domain"), (6, "dns"), (42, "ntp")];

/// The networks, without what `out` names: `network NAME` or `network NAME option N`; and each line with its name.
pub fn networks_text(networks: &Networks, phones: &BTreeSet<Mac>, out: &dyn Fn(&str) -> bool) -> (String, Vec<String>) {
    let (mut text, mut names) = (String::new(), Vec::new());
    let mut kept: BTreeSet<Mac> = BTreeSet::new();
    for scope in networks.scopes.iter().filter(|scope| !out(&format!("network {}", scope.name))) {
        names.push(scope.name.clone());
        text.push_str(&format!(
            "\nnetwork {} {{\nserver prov\nsubnet {}/{}\n",
            scope.name, scope.address, scope.length
        ));
        let ranges: Vec<String> = pools(scope).iter().map(|(first, last)| format!("{first} .. {last}")).collect();
        if !ranges.is_empty() {
            text.push_str(&format!("pool {}\n", ranges.join(", ")));
        }
        let mut relays = scope.relays.clone();
        if relays.is_empty() && networks.own().is_some_and(|own| own.name != scope.name) {
            relays.extend(addresses(&scope.options, 3).into_iter().filter(|router| scope.holds(*router)).take(1));
            text.push_str("// The server is on another network: the router is taken to be the relay.\n");
        }
        if !relays.is_empty() {
            let relays: Vec<String> = relays.iter().map(Ipv4Addr::to_string).collect();
            text.push_str(&format!("relay {}\n", relays.join(", ")));
        }
        if let Some(lease) = scope.lease.and_then(|lease| lease.checked_mul(1000)) {
            text.push_str(&format!("lease {}\n", duration(lease)));
        }
        options(&scope.options, true, &|code| out(&format!("network {} option {code}", scope.name)), &mut text);
        for (mac, address, _) in &networks.reservations {
            if scope.holds(*address) && phones.contains(mac) && kept.insert(*mac) {
                text.push_str(&format!("reserve {mac} {address}\n"));
            }
        }
        for class in networks.classes.iter().filter(|class| !out(&format!("class {}", class.name))) {
            text.push_str(&format!("class {} when {} {{\n", super::super::value::quoted(&class.name), class.when));
            options(&class.options, false, &|code| out(&format!("class {} option {code}", class.name)), &mut text);
            text.push_str("}\n");
        }
        text.push_str("}\n");
    }
    (text, names)
}

fn options(options: &Options, words: bool, out: &dyn Fn(u8) -> bool, text: &mut String) {
    for (code, said) in options.iter().filter(|(code, _)| !out(**code)) {
        match WORDS.iter().find(|(known, _)| words && known == code) {
            // A network has one router.
            Some((3, word)) => {
                text.push_str(&format!("{word} {}\n", said.literal.split(", ").next().unwrap_or_default()))
            }
            Some((_, word)) => text.push_str(&format!("{word} {}\n", said.literal)),
            None => text.push_str(&format!("option {code} = {}\n", said.literal)),
        }
    }
}

/// The pools, without the router.
fn pools(scope: &Scope) -> Vec<(Ipv4Addr, Ipv4Addr)> {
    let taken: BTreeSet<u32> = addresses(&scope.options, 3).into_iter().map(u32::from).collect();
    let mut pools = Vec::new();
    for (first, last) in &scope.pools {
        let (mut from, last) = (u32::from(*first), u32::from(*last));
        // The compiler refuses it, and that is told.
        if from > last {
            pools.push((*first, Ipv4Addr::from(last)));
        }
        for address in taken.range(from..=last.max(from)) {
            if *address > from {
                pools.push((Ipv4Addr::from(from), Ipv4Addr::from(address - 1)));
            }
            from = address.saturating_add(1);
        }
        if from <= last {
            pools.push((Ipv4Addr::from(from), Ipv4Addr::from(last)));
        }
    }
    pools
}
