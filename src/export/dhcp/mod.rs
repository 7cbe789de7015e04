//! What one server's DHCP is to do, as every DHCP server needs it said: networks with their ranges, layers of options
//! of which a later one replaces an earlier one, and the phones that are known. Each target writes this in its own words.

mod text;

pub(super) use text::{is_plain, mac_patterns, slug};

use super::note::Notes;
use crate::plan::{
    Answers, Class, DESCRIBING, DhcpOption, DhcpOption6, DhcpValue, DhcpValue6, Fleet, Mac, Network, Network6, Plan,
    Pool, Pool6, Server,
};
use std::collections::{HashMap, HashSet};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Options that the exchange itself carries. The plan never has them among what it adds.
const LEASE_TIME: u8 = 51;

/// One server with DHCP, and what it answers.
pub(super) struct Site<'p> {
    pub plan: &'p Plan,
    pub server: &'p Server,
    pub networks: Vec<Scope<'p>>,
    pub networks6: Vec<Scope6<'p>>,
    /// In the program's order. All of them, where someone asks whether a client is known.
    pub phones: Vec<Known<'p>>,
    /// Where each of them stands in `phones`.
    by_mac: HashMap<Mac, usize>,
    /// Who keeps an address in one of these networks.
    keepers: HashSet<Mac>,
    /// The IPv6 addresses that each keeps, in the order of the networks.
    kept6: HashMap<Mac, Vec<Ipv6Addr>>,
}

/// A phone of the program.
pub(super) struct Known<'p> {
    pub mac: Mac,
    /// Position in `Plan::fleets`.
    pub fleet: usize,
    pub model: &'p str,
}

/// One DHCPv4 network.
pub(super) struct Scope<'p> {
    pub of: &'p Network,
    /// From the weakest to the strongest.
    pub layers: Vec<Layer<'p>>,
}

/// Options for some of a network's clients.
pub(super) struct Layer<'p> {
    pub who: Who<'p>,
    pub options: Vec<Told>,
}

#[derive(Clone, Copy)]
pub(super) enum Who<'p> {
    Everyone,
    /// With its position in the network.
    Class(usize, &'p Class<DhcpOption>),
    /// Position in `Plan::fleets`.
    Fleet(usize),
}

/// An option that is sent.
pub(super) struct Told {
    pub code: u8,
    pub value: DhcpValue,
    /// Whether it is sent to clients that do not ask for it.
    pub always: bool,
}

/// One DHCPv6 network.
pub(super) struct Scope6<'p> {
    pub of: &'p Network6,
    pub everyone: Vec<DhcpOption6>,
    /// By position in `Plan::fleets`.
    pub fleets: Vec<(usize, &'p [DhcpOption6])>,
}

/// Every server that answers DHCP for some network of the program, in its order.
pub(super) fn sites(plan: &Plan) -> Vec<Site<'_>> {
    let all = plan.servers.iter().enumerate();
    let sites = all.map(|(position, server)| Site::new(plan, position, server));
    sites.filter(|site| !site.networks.is_empty() || !site.networks6.is_empty()).collect()
}

impl<'p> Site<'p> {
    fn new(plan: &'p Plan, position: usize, server: &'p Server) -> Self {
        let numbered = plan.networks.iter().enumerate().filter(|(_, network)| network.server == position);
        let networks: Vec<Scope<'p>> = numbered.map(|(number, of)| Scope::new(plan, number, of)).collect();
        let numbered = plan.networks6.iter().enumerate().filter(|(_, network)| network.server == position);
        let networks6 = numbered.map(|(number, of)| Scope6::new(plan, number, of));
        let mut kept6: HashMap<Mac, Vec<Ipv6Addr>> = HashMap::new();
        let networks6: Vec<Scope6<'p>> = networks6.collect();
        for kept in networks6.iter().flat_map(|scope| &scope.of.reservations) {
            kept6.entry(kept.mac).or_default().push(kept.address);
        }
        let kept = networks.iter().flat_map(|scope| &scope.of.reservations).map(|kept| kept.mac);
        let keepers = kept.chain(kept6.keys().copied()).collect();
        let mut site =
            Site { plan, server, networks, networks6, phones: Vec::new(), by_mac: HashMap::new(), keepers, kept6 };
        let everybody = site.asks_who_is_known();
        let fleets = plan.fleets.iter().enumerate().filter(|(fleet, of)| everybody || site.tells(*fleet, of));
        let phones = fleets.flat_map(|(fleet, of)| {
            let models = of
                .phones
                .models
                .iter()
                .map(|model| plan.models.get(usize::from(*model)).map_or("", |model| model.name.as_str()));
            of.phones.macs.iter().zip(models).map(move |(mac, model)| Known { mac: *mac, fleet, model })
        });
        site.phones = phones.collect();
        site.by_mac = site.phones.iter().enumerate().map(|(position, phone)| (phone.mac, position)).collect();
        site
    }

    /// Whether an answer depends on a phone's being in the program at all.
    fn asks_who_is_known(&self) -> bool {
        self.networks.iter().any(|network| network.of.answers == Answers::KnownPhones || !network.of.classes.is_empty())
    }

    /// Whether the phones of a fleet are told something here, or keep an address.
    fn tells(&self, number: usize, fleet: &Fleet) -> bool {
        let lists = |layer: &Layer<'_>| matches!(layer.who, Who::Fleet(fleet) if fleet == number);
        let v4 = self.networks.iter().any(|network| network.layers.iter().any(lists));
        let v6 = self.networks6.iter().any(|network| network.fleets.iter().any(|(fleet, _)| *fleet == number));
        v4 || v6 || fleet.phones.macs.iter().any(|mac| self.keepers.contains(mac))
    }

    pub fn fleet_name(&self, number: usize) -> &'p str {
        self.plan.fleets.get(number).map_or("", |fleet| fleet.id.as_str())
    }

    /// Who an address is kept for.
    pub fn phone(&self, mac: Mac) -> Option<&Known<'p>> {
        self.phones.get(*self.by_mac.get(&mac)?)
    }

    /// The IPv6 addresses that a phone keeps here.
    pub fn kept6(&self, mac: Mac) -> &[Ipv6Addr] {
        self.kept6.get(&mac).map_or(&[], Vec::as_slice)
    }

    /// Networks that one relay forwards for are one wire: each group shares a relay's address.
    pub fn wires(&self) -> Vec<Vec<&Scope<'p>>> {
        let mut wires: Vec<Vec<&Scope<'p>>> = Vec::new();
        for scope in &self.networks {
            let shares = |wire: &Vec<&Scope<'p>>| {
                wire.iter().any(|other| other.of.relays.iter().any(|relay| scope.of.relays.contains(relay)))
            };
            let (mut one, others): (Vec<_>, Vec<_>) = wires.into_iter().partition(shares);
            let mut wire = one.drain(..).flatten().collect::<Vec<_>>();
            wire.push(scope);
            wires = others;
            wires.push(wire);
        }
        wires
    }
}

/// What no target says of who is not of the program.
pub(super) fn strangers_left_out(site: &Site<'_>, notes: &mut Notes) {
    for scope in site.networks.iter().filter(|scope| scope.of.unknown_as.is_some()) {
        notes.add(format!(
            "network `{}` answers unknown phones as those of a fleet: here they get an address, and nothing that leads them on",
            scope.of.id
        ));
    }
}

/// What no target says of networks of IPv6. `known_only`: it keeps addresses for known phones.
pub(super) fn sixth_left_out(site: &Site<'_>, known_only: bool, notes: &mut Notes) {
    for scope in &site.networks6 {
        let whom = match scope.of.answers {
            Answers::Everybody => false,
            Answers::KnownPhones => !known_only,
            // No addresses are given here; to leave out who asks for one is what our own server does beside that.
            Answers::InformOnly => false,
        };
        let left_out = [
            (scope.of.unknown_as.is_some(), "that unknown phones are answered as those of a fleet"),
            (whom, "that only known phones get an address"),
            (!scope.of.classes.is_empty(), "its classes of clients"),
        ];
        for (_, what) in left_out.into_iter().filter(|(said, _)| *said) {
            notes.add(format!("network `{}` is one of IPv6, and what is not written of it here: {what}", scope.of.id));
        }
    }
}

impl<'p> Scope<'p> {
    fn new(plan: &'p Plan, number: usize, of: &'p Network) -> Self {
        let everyone = plan.dhcp_answer(number, None, None).into_iter().filter(|(code, _)| *code != LEASE_TIME);
        // As our own server does: what describes the network waits to be asked for, whoever it is for.
        let told = |code: u8, value: DhcpValue| Told { code, value, always: !DESCRIBING.contains(&code) };
        let everyone = everyone.map(|(code, value)| told(code, value));
        let added = |option: &DhcpOption| told(option.code, option.value.clone());
        let mut layers = vec![Layer { who: Who::Everyone, options: everyone.collect() }];
        layers.extend(of.classes.iter().enumerate().map(|(position, class)| Layer {
            who: Who::Class(position, class),
            options: class.options.iter().map(added).collect(),
        }));
        let fleets = plan.fleets.iter().enumerate().filter(|(_, fleet)| fleet.networks.contains(&number));
        layers.extend(fleets.filter_map(|(position, fleet)| {
            let options = &fleet.bootstrap.as_ref()?.options;
            Some(Layer { who: Who::Fleet(position), options: options.iter().map(added).collect() })
        }));
        layers.retain(|layer| !layer.options.is_empty());
        Scope { of, layers }
    }

    /// Where clients without a reservation get their addresses from.
    pub fn ranges(&self, plan: &Plan, without_reserved: bool) -> Vec<Pool> {
        if self.of.answers == Answers::InformOnly {
            return Vec::new();
        }
        let kept: Vec<Ipv4Addr> = self.of.reservations.iter().map(|kept| kept.address).collect();
        self.of.open_ranges(&plan.servers, if without_reserved { &kept } else { &[] })
    }

    /// Whether any address is given here.
    pub fn gives_addresses(&self) -> bool {
        self.of.answers != Answers::InformOnly
    }

    /// Relays whose own address is outside of the subnet.
    pub fn foreign_relays(&self) -> impl Iterator<Item = Ipv4Addr> {
        self.of.relays.iter().copied().filter(|relay| !self.of.subnet.contains((*relay).into()))
    }
}

impl<'p> Scope6<'p> {
    /// Where clients get their addresses from.
    pub fn pools(&self) -> impl Iterator<Item = &'p Pool6> {
        let gives = self.of.answers != Answers::InformOnly;
        self.of.pools.iter().filter(move |pool| gives && pool.size() > 0)
    }

    fn new(plan: &'p Plan, number: usize, of: &'p Network6) -> Self {
        let everyone = plan.dhcp_answer6(number, None, None).into_iter();
        let everyone = everyone.map(|(code, value): (u16, DhcpValue6)| DhcpOption6 { code, value }).collect();
        let fleets = plan.fleets.iter().enumerate().filter(|(_, fleet)| fleet.networks6.contains(&number));
        let fleets = fleets.filter_map(|(position, fleet)| {
            let options = fleet.bootstrap.as_ref()?.options6.as_slice();
            (!options.is_empty()).then_some((position, options))
        });
        Scope6 { of, everyone, fleets: fleets.collect() }
    }
}
