//! What DHCP tells one client on one network: the one place where network, server and fleet are put together. What is
//! served, shown, exported and played is this answer.

use super::{Class, Client, DhcpValue, DhcpValue6, Fleet, Network, PhoneRef, Plan, Served};
use crate::phone::Mac;
use crate::phone::dhcp::{code, vendor_class};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Options by number.
pub type Answer = BTreeMap<u8, DhcpValue>;

/// What the exchange itself says. A lease that is told otherwise than it is kept would give an address away twice.
const OF_THE_EXCHANGE: [u8; 4] = [code::LEASE_TIME, code::MESSAGE_TYPE, code::SERVER_ID, code::RELAY_AGENT];

/// What describes the network comes only if the client lists it, or lists nothing. The mask always comes, and so does
/// what a program adds, since it means it (WF §5.5).
pub const DESCRIBING: [u8; 4] = [code::ROUTER, code::DNS, code::DOMAIN, code::NTP];

impl Plan {
    /// The options of a client on a network, of a fleet or of none. What is written by hand on the network replaces what
    /// describes it, what its classes add for this client replaces that, and what the fleet's bootstrap adds replaces all.
    /// Without a client no class is looked at, and it is not asked who is unknown. Message type, server and renewal times are the
    /// exchange's own and not here.
    pub fn dhcp_answer(&self, network: usize, fleet: Option<&Fleet>, client: Option<&Client>) -> Answer {
        let Some(of) = self.networks.get(network) else { return Answer::new() };
        let mut answer = self.describing(network);
        let fleet = fleet.or_else(|| self.taken_for(of.unknown_as, client));
        let fleet = fleet.filter(|fleet| fleet.networks.contains(&network)).and_then(|fleet| fleet.bootstrap.as_ref());
        let added = of.options.iter().chain(of_classes(&of.classes, client));
        let added = added.chain(fleet.iter().flat_map(|bootstrap| &bootstrap.options));
        for option in added.filter(|option| !OF_THE_EXCHANGE.contains(&option.code)) {
            answer.insert(option.code, option.value.clone());
        }
        answer
    }

    /// The fleet that a client of none is taken for: who asks and is of no fleet is not of the program.
    fn taken_for(&self, unknown_as: Option<usize>, client: Option<&Client>) -> Option<&Fleet> {
        unknown_as.filter(|_| client.is_some()).and_then(|fleet| self.fleets.get(fleet))
    }

    /// What describes the network itself.
    fn describing(&self, network: usize) -> Answer {
        let mut answer = Answer::new();
        let Some(of) = self.networks.get(network) else { return answer };
        answer.insert(code::SUBNET_MASK, DhcpValue::Addresses(vec![of.subnet.mask()]));
        answer.extend(of.router.map(|router| (code::ROUTER, DhcpValue::Addresses(vec![router]))));
        let dns = self.name_servers(of);
        answer.extend((!dns.is_empty()).then_some((code::DNS, DhcpValue::Addresses(dns))));
        answer.extend(of.domain.clone().map(|domain| (code::DOMAIN, DhcpValue::Text(domain))));
        answer.extend((!of.ntp.is_empty()).then(|| (code::NTP, DhcpValue::Addresses(of.ntp.clone()))));
        answer.insert(code::LEASE_TIME, DhcpValue::Number(of.lease));
        answer
    }

    /// What DHCPv6 tells a client beside its address, by the same rules.
    pub fn dhcp_answer6(
        &self,
        network: usize,
        fleet: Option<&Fleet>,
        client: Option<&Client>,
    ) -> BTreeMap<u16, DhcpValue6> {
        let mut answer = BTreeMap::new();
        let Some(of) = self.networks6.get(network) else { return answer };
        if !of.dns.is_empty() {
            answer.insert(23, DhcpValue6::Addresses(of.dns.clone()));
        }
        answer.extend(of.domain.clone().map(|domain| (24, DhcpValue6::Names(vec![domain]))));
        if !of.ntp.is_empty() {
            // RFC 5908 §4.1: each server is a sub-option 1.
            let servers = of.ntp.iter().flat_map(|ntp| [&[0, 1, 0, 16], ntp.octets().as_slice()].concat());
            answer.insert(56, DhcpValue6::Octets(servers.collect()));
        }
        let fleet = fleet.or_else(|| self.taken_for(of.unknown_as, client));
        let fleet = fleet.filter(|fleet| fleet.networks6.contains(&network)).and_then(|fleet| fleet.bootstrap.as_ref());
        let added = of.options.iter().chain(of_classes(&of.classes, client));
        let added = added.chain(fleet.iter().flat_map(|bootstrap| &bootstrap.options6));
        answer.extend(added.map(|option| (option.code, option.value.clone())));
        answer
    }

    /// Those that the network names; where it names none, its own server if that answers names.
    fn name_servers(&self, network: &Network) -> Vec<Ipv4Addr> {
        if !network.dns.is_empty() {
            return network.dns.clone();
        }
        let server = self.servers.get(network.server).filter(|server| server.services.dns.is_some());
        server.and_then(|server| server.address_in(network.subnet)).into_iter().collect()
    }
}

/// What the classes add for this client.
fn of_classes<'c, O>(classes: &'c [Class<O>], client: Option<&Client>) -> impl Iterator<Item = &'c O> {
    let classes = classes.iter().filter(move |class| client.is_some_and(|client| class.when.holds(client)));
    classes.flat_map(|class| &class.options)
}

impl Served {
    /// As [`Plan::dhcp_answer`], for one client: a phone of the program, or somebody else's device.
    pub fn dhcp_answer(&self, network: usize, phone: Option<PhoneRef>, client: &Client) -> Answer {
        self.plan().dhcp_answer(network, phone.and_then(|phone| self.fleet(phone)), Some(client))
    }

    /// A phone of the program as a DHCP client: what it is expected to say of itself.
    pub fn client(&self, phone: PhoneRef) -> Client {
        let model = self.model(phone).map(|model| model.name.clone());
        Client {
            vendor_classes: vec![model.as_deref().map(vendor_class).unwrap_or_default()],
            model,
            ..Client::silent(self.mac(phone).unwrap_or(Mac::new([0; 6])))
        }
    }

    /// The rule that a person, or Cisco's cloud, gives a factory-fresh phone that neither DHCP nor DNS leads here.
    pub fn told(&self, phone: PhoneRef) -> Option<String> {
        let rule = self.fleet(phone)?.bootstrap.as_ref()?.told.as_ref()?;
        Some(self.expand(phone, rule))
    }

    /// The network that a phone is plugged into, by its position: the one of its fleet's that a column of its names, else
    /// that keeps an address for it, else the fleet's first.
    pub fn network_of(&self, phone: PhoneRef) -> Option<usize> {
        let fleet = self.fleet(phone)?;
        let mac = self.mac(phone)?;
        let home = fleet.phones.home(phone.row as usize);
        let all = || fleet.networks.iter().copied();
        let named = |network: &usize| self.plan().networks.get(*network).is_some_and(|of| Some(of.id.as_str()) == home);
        all()
            .find(named)
            .or_else(|| all().find(|network| self.reservation(*network, mac).is_some()))
            .or_else(|| all().find(|network| *network < self.plan().networks.len()))
    }

    /// The same of networks of IPv6.
    pub fn network6_of(&self, phone: PhoneRef) -> Option<usize> {
        let fleet = self.fleet(phone)?;
        let home = fleet.phones.home(phone.row as usize);
        let all = || fleet.networks6.iter().copied();
        let named =
            |network: &usize| self.plan().networks6.get(*network).is_some_and(|of| Some(of.id.as_str()) == home);
        all().find(named).or_else(|| all().next())
    }

    /// The address that a network keeps for a client.
    pub fn reservation(&self, network: usize, mac: Mac) -> Option<Ipv4Addr> {
        self.reserved.get(&(network, mac)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::world_tests::{mac, quickstart};
    use crate::plan::{DhcpOption, Reservation};

    fn answer(plan: &Plan, fleet: bool) -> Vec<(u8, String)> {
        let fleet = plan.fleets.first().filter(|_| fleet);
        plan.dhcp_answer(0, fleet, None).into_iter().map(|(code, value)| (code, value.text())).collect()
    }

    fn told(options: &[(u8, &str)]) -> Vec<(u8, String)> {
        options.iter().map(|(code, text)| (*code, (*text).to_owned())).collect()
    }

    #[test]
    fn network_server_and_fleet_make_one_answer() {
        let mut plan = quickstart().plan().clone();
        let (mask, domain, lease) = ((1, "255.0.0.0"), (15, "lab.example"), (51, "28800"));
        let option = (66, "tftp://127.0.0.1:6069");
        assert_eq!(answer(&plan, false), told(&[mask, domain, lease]));
        assert_eq!(answer(&plan, true), told(&[mask, domain, lease, option]));
        // The server answers names, so that phones ask it: at its address in this network.
        plan.servers[0].services.dns = Some(53);
        plan.servers[0].addresses = vec![[10, 0, 0, 1].into(), [127, 0, 0, 7].into()];
        assert_eq!(answer(&plan, false), told(&[mask, (6, "127.0.0.7"), domain, lease]));
        plan.networks[0].dns = vec![[9, 9, 9, 9].into(), [8, 8, 8, 8].into()];
        plan.networks[0].router = Some([127, 0, 0, 254].into());
        plan.networks[0].ntp = vec![[127, 0, 0, 3].into()];
        let network = [mask, (3, "127.0.0.254"), (6, "9.9.9.9;8.8.8.8"), domain, (42, "127.0.0.3"), lease];
        assert_eq!(answer(&plan, false), told(&network));
        // Nothing of the fleet where it does not live.
        plan.fleets[0].networks = vec![];
        assert_eq!(answer(&plan, true), told(&network));
        assert!(plan.dhcp_answer(9, None, None).is_empty());
    }

    #[test]
    fn later_options_replace_earlier_ones_and_never_the_exchange() {
        let mut plan = quickstart().plan().clone();
        let text = |code, text: &str| DhcpOption { code, value: DhcpValue::Text(text.into()) };
        let hand = [(15, "by.hand"), (66, "elsewhere"), (51, "1"), (53, "x"), (54, "x"), (82, "x")];
        plan.networks[0].options = hand.into_iter().map(|(code, value)| text(code, value)).collect();
        let (mask, lease) = ((1, "255.0.0.0"), (51, "28800"));
        assert_eq!(answer(&plan, false), told(&[mask, (15, "by.hand"), lease, (66, "elsewhere")]));
        assert_eq!(answer(&plan, true), told(&[mask, (15, "by.hand"), lease, (66, "tftp://127.0.0.1:6069")]));
    }

    #[test]
    fn a_phone_is_where_an_address_is_kept_for_it() {
        let mut plan = quickstart().plan().clone();
        plan.networks.push(Network { id: "other".into(), reservations: vec![], ..plan.networks[0].clone() });
        plan.networks.push(Network { id: "foreign".into(), ..plan.networks[1].clone() });
        plan.networks[0].reservations = vec![];
        plan.networks[1].reservations = vec![Reservation { mac: mac(2), address: [127, 0, 9, 9].into() }];
        plan.networks[2].reservations = vec![Reservation { mac: mac(1), address: [127, 0, 9, 8].into() }];
        plan.fleets[0].networks = vec![0, 1];
        let served = Served::new(plan);
        let of = |last| served.network_of(served.phone(mac(last)).expect("a phone"));
        assert_eq!((of(1), of(2)), (Some(0), Some(1)));
        assert_eq!(served.reservation(1, mac(2)), Some([127, 0, 9, 9].into()));
        assert_eq!(served.reservation(0, mac(2)), None);
    }
}
