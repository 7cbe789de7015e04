//! The phones of both programs, and what decides of each of them what it is given: fleet, model, networks, forms of files.
//! Phones for which all of that is the same are looked at once.

use crate::phone::Mac;
use crate::plan::{PhoneRef, Served};
use std::collections::HashMap;
use std::net::Ipv6Addr;

/// One phone, before and now.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub before: PhoneRef,
    pub after: PhoneRef,
    /// Position in [`Pairs::kinds`].
    pub kind: usize,
}

/// What decides what a phone is given, apart from its cells.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Standing {
    fleet: u16,
    model: u16,
    pub network: Option<usize>,
    pub network6: Option<usize>,
    forms: Vec<u16>,
    /// Of each class of its network, whether the phone is of it.
    classes: Vec<bool>,
}

/// Phones that are looked at once, by one of them.
pub(super) struct Kind {
    pub before: (PhoneRef, Standing),
    pub after: (PhoneRef, Standing),
}

/// A program, with what its networks of IPv6 keep for phones.
pub(super) struct Program<'s> {
    pub served: &'s Served,
    kept: HashMap<(usize, Mac), Ipv6Addr>,
}

pub(super) struct Pairs<'s> {
    pub before: Program<'s>,
    pub after: Program<'s>,
    pub both: Vec<Pair>,
    pub kinds: Vec<Kind>,
    pub added: Vec<PhoneRef>,
    pub removed: Vec<PhoneRef>,
}

pub(super) fn pairs<'s>(before: &'s Served, after: &'s Served) -> Pairs<'s> {
    let (mut both, mut kinds, mut added) = (Vec::with_capacity(after.plan().phone_count()), Vec::new(), Vec::new());
    let mut stands = (Stands::default(), Stands::default());
    let mut known: HashMap<(usize, usize), usize> = HashMap::new();
    for now in after.all_phones() {
        let Some(was) = after.mac(now).and_then(|mac| before.phone(mac)) else {
            added.push(now);
            continue;
        };
        let key = (stands.0.number(before, was), stands.1.number(after, now));
        let kind = *known.entry(key).or_insert_with(|| {
            let standing = |of: &Stands, number: usize| of.all.get(number).cloned();
            let (of_before, of_after) = (standing(&stands.0, key.0), standing(&stands.1, key.1));
            kinds.extend(of_before.zip(of_after).map(|(a, b)| Kind { before: (was, a), after: (now, b) }));
            kinds.len() - 1
        });
        both.push(Pair { before: was, after: now, kind });
    }
    let gone = |phone: &PhoneRef| before.mac(*phone).is_some_and(|mac| after.phone(mac).is_none());
    let removed = before.all_phones().filter(gone).collect();
    Pairs { before: Program::of(before), after: Program::of(after), both, kinds, added, removed }
}

/// Every standing of a program, once.
#[derive(Default)]
struct Stands {
    all: Vec<Standing>,
    numbers: HashMap<Standing, usize>,
}

impl Stands {
    fn number(&mut self, served: &Served, phone: PhoneRef) -> usize {
        let standing = Standing::of(served, phone);
        if let Some(number) = self.numbers.get(&standing) {
            return *number;
        }
        self.all.push(standing.clone());
        self.numbers.insert(standing, self.all.len() - 1);
        self.all.len() - 1
    }
}

impl Standing {
    fn of(served: &Served, phone: PhoneRef) -> Self {
        let row = phone.row as usize;
        let fleet = served.fleet(phone);
        let network = served.network_of(phone);
        let classes = network.and_then(|network| served.plan().networks.get(network)).map(|network| &network.classes);
        let classes = match classes {
            Some(classes) if !classes.is_empty() => {
                let client = served.client(phone);
                classes.iter().map(|class| class.when.holds(&client)).collect()
            }
            _ => Vec::new(),
        };
        Standing {
            fleet: phone.fleet,
            model: fleet.and_then(|fleet| fleet.phones.models.get(row)).copied().unwrap_or_default(),
            network,
            network6: served.network6_of(phone),
            forms: fleet.map(|fleet| fleet.forms(row)).unwrap_or_default(),
            classes,
        }
    }
}

impl<'s> Program<'s> {
    fn of(served: &'s Served) -> Self {
        let networks = served.plan().networks6.iter().enumerate();
        let kept = networks.flat_map(|(number, network)| {
            network.reservations.iter().map(move |kept| ((number, kept.mac), kept.address))
        });
        Program { served, kept: kept.collect() }
    }

    /// The addresses that are kept for a phone, of both families.
    pub fn addresses(&self, phone: PhoneRef, standing: &Standing) -> [Option<String>; 2] {
        let Some(mac) = self.served.mac(phone) else { return [None, None] };
        let fourth = standing.network.and_then(|network| self.served.reservation(network, mac));
        let sixth = standing.network6.and_then(|network| self.kept.get(&(network, mac)));
        [fourth.map(|address| address.to_string()), sixth.map(ToString::to_string)]
    }

    /// Whether any phone of these networks has one.
    pub fn keeps(&self, standing: &Standing) -> bool {
        let plan = self.served.plan();
        standing.network.and_then(|of| plan.networks.get(of)).is_some_and(|of| !of.reservations.is_empty())
            || standing.network6.and_then(|of| plan.networks6.get(of)).is_some_and(|of| !of.reservations.is_empty())
    }
}
