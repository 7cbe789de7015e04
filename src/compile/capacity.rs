//! P0904: whether the pools of networks hold the phones that live on them.

use super::Compiler;
use super::networks::Placed;
use crate::diagnostic::{Code, Diagnostic};
use crate::language::{At, Fleet};
use crate::plan::{Answers, Pool};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::Ipv4Addr;

impl Compiler<'_> {
    /// By network, how many phones of fleets on several a column puts there, and the names of these fleets.
    fn settled_phones(&self) -> HashMap<String, (usize, Vec<String>)> {
        let mut settled: HashMap<String, (usize, Vec<String>)> = HashMap::new();
        for fleet in self.plan.fleets.iter().filter(|fleet| fleet.networks.len() > 1 || fleet.networks6.len() > 1) {
            for home in (0..fleet.phones.len()).filter_map(|row| fleet.phones.home(row)) {
                // Few names for many phones.
                if !settled.contains_key(home) {
                    settled.insert(home.to_owned(), (0, Vec::new()));
                }
                let Some((count, fleets)) = settled.get_mut(home) else { continue };
                *count += 1;
                if fleets.last() != Some(&fleet.id) {
                    fleets.push(fleet.id.clone());
                }
            }
        }
        settled
    }

    /// Networks whose pools cannot hold the phones that live on them alone. Of two families a phone has an address each.
    pub(super) fn capacity(&mut self) {
        let settled = self.settled_phones();
        let mut told = HashSet::new();
        for (position, network) in self.checked.program.networks.iter().enumerate() {
            let alone = |networks: &[At<usize>]| {
                let family = |placed: Option<&Placed>| matches!(placed, Some(Placed::V6(_)));
                let mine = family(self.placed.get(position));
                let alike = networks.iter().filter(|at| family(self.placed.get(at.value)) == mine);
                alike.count() == 1 && networks.iter().any(|at| at.value == position)
            };
            let fleets = || self.checked.program.fleets.iter().filter(|fleet| alone(&fleet.networks));
            let Some((size, broken)) = self.addresses_of(position) else { continue };
            let (others, names_of_others) = settled.get(&network.name.value).cloned().unwrap_or_default();
            let phones: usize = fleets().map(|fleet| fleet.phones.macs.len()).sum::<usize>() + others;
            if phones as u64 > size && !broken {
                let place = network.pools.first().map_or(network.name.span, |pool| pool.span);
                let names = fleets().map(|fleet| fleet.name.value.as_str());
                let names: Vec<&str> = names.chain(names_of_others.iter().map(String::as_str)).collect();
                let finding = Diagnostic::new(
                    Code::P0904,
                    place,
                    format!("`{}` has {size} addresses for {phones} phones", network.name.value),
                )
                .because(format!("the fleets here are {}", names.join(", ")))
                .help("widen the pool, or give the fleets a second network");
                self.findings.push(finding);
                told.insert(position);
            }
        }
        let together = self.held_together(&told);
        self.findings.extend(together);
    }

    /// How many addresses a network has to give, and whether that is another's to say or has a finding of its own.
    fn addresses_of(&self, position: usize) -> Option<(u64, bool)> {
        match self.placed.get(position)? {
            Placed::V4(number) => {
                let planned = self.plan.networks.get(*number)?;
                let size = planned.usable(&self.plan.servers) + planned.reservations.len() as u64;
                // A pool that is empty, or elsewhere, has a finding of its own.
                let outside = |address: Ipv4Addr| !planned.subnet.contains(address.into());
                let amiss = |pool: &Pool| pool.size() == 0 || outside(pool.first) || outside(pool.last);
                Some((size, planned.answers == Answers::InformOnly || planned.pools.iter().any(amiss)))
            }
            Placed::V6(number) => {
                let planned = self.plan.networks6.get(*number)?;
                let pools = planned.pools.iter().map(|pool| pool.size()).fold(0, u128::saturating_add);
                // Without a pool, phones make their addresses themselves from what the router tells.
                let size = u64::try_from(pools).unwrap_or(u64::MAX).saturating_add(planned.reservations.len() as u64);
                Some((size, planned.pools.iter().all(|pool| pool.size() == 0)))
            }
            Placed::Nowhere => None,
        }
    }

    /// The same of fleets on several networks: wherever each phone is, all of them together are on no others.
    fn held_together(&self, told: &HashSet<usize>) -> Vec<Diagnostic> {
        let fleets = &self.checked.program.fleets;
        let v4 = |at: &At<usize>| matches!(self.placed.get(at.value), Some(Placed::V4(_))).then_some(at.value);
        let sets: Vec<BTreeSet<usize>> =
            fleets.iter().map(|one| one.networks.iter().filter_map(v4).collect()).collect();
        let mut seen: HashSet<&BTreeSet<usize>> = HashSet::new();
        let mut findings = Vec::new();
        for (fleet, set) in fleets.iter().zip(&sets) {
            if set.len() < 2 || !set.is_disjoint(&told.iter().copied().collect()) || !seen.insert(set) {
                continue;
            }
            let sizes: Option<Vec<u64>> = set
                .iter()
                .map(|network| self.addresses_of(*network).filter(|(_, broken)| !broken).map(|(size, _)| size))
                .collect();
            let Some(size) = sizes.map(|sizes| sizes.into_iter().fold(0, u64::saturating_add)) else { continue };
            let here = fleets.iter().zip(&sets).filter(|(_, other)| !other.is_empty() && other.is_subset(set));
            let here: Vec<&Fleet> = here.map(|(other, _)| other).collect();
            let phones: usize = here.iter().map(|other| other.phones.macs.len()).sum();
            if phones as u64 <= size {
                continue;
            }
            let at = fleet.networks.iter().find(|at| set.contains(&at.value)).map_or(fleet.name.span, |at| at.span);
            let names = set.iter().filter_map(|network| self.checked.program.networks.get(*network));
            let names: Vec<String> = names.map(|network| format!("`{}`", network.name.value)).collect();
            let fleets: Vec<&str> = here.iter().map(|other| other.name.value.as_str()).collect();
            findings.push(
                Diagnostic::new(
                    Code::P0904,
                    at,
                    format!("{} together have {size} addresses for {phones} phones", names.join(" and ")),
                )
                .because(format!("the fleets on no others are {}", fleets.join(", ")))
                .help("widen a pool, or give the fleets one more network"),
            );
        }
        findings
    }
}
