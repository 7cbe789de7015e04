//! Who there is: phones that live alike, how many of each are played, and whom an event concerns.

use super::event::{Event, What};
use crate::diagnostic::closest;
use crate::plan::{PhoneRef, Plan, Served, phone_classes};

/// Elements that decide when a phone asks, whoever's cell they come from.
const TIMES: [&str; 6] = [
    "Resync_Periodic",
    "Resync_At__HHmm_",
    "Resync_At_Random_Delay",
    "Resync_Random_Delay",
    "Resync_Error_Retry_Delay",
    "Upgrade_Error_Retry_Delay",
];
/// So many kinds of phones of a fleet are told apart; the last of them stands for those that come after.
const CLASSES: usize = 256;

/// Phones that live alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crowd {
    /// The first of them speaks for all.
    pub phone: PhoneRef,
    /// How many the program has, and how many are played.
    pub has: u64,
    pub phones: u64,
    /// Positions of the networks they are on.
    pub network: Option<usize>,
    /// The first of them among all that are played.
    pub first: u64,
    /// Its number among the classes of the fleet.
    pub class: u32,
}

/// Everybody, in the program's order, and how many kinds were not told apart.
pub fn crowds(served: &Served) -> (Vec<Crowd>, usize) {
    let mut crowds: Vec<Crowd> = Vec::new();
    let mut merged = 0;
    for (number, fleet) in served.plan().fleets.iter().enumerate() {
        let mut classes = phone_classes(served, number, fleet, &TIMES).all;
        let rest: usize = classes.iter().skip(CLASSES).map(|class| class.phones).sum();
        merged += classes.len().saturating_sub(CLASSES);
        classes.truncate(CLASSES);
        if let Some(last) = classes.last_mut() {
            last.phones += rest;
        }
        crowds.extend((0..).zip(classes).map(|(number, class)| {
            let network = served.network_of(class.phone);
            let has = class.phones as u64;
            Crowd { phone: class.phone, has, phones: has, network, first: 0, class: number }
        }));
    }
    (crowds, merged)
}

/// As many phones as are wished for, in the proportions of the program: what is left over goes where most was cut off.
pub fn scale(crowds: &mut Vec<Crowd>, wanted: Option<u64>) {
    let all: u64 = crowds.iter().map(|crowd| crowd.has).sum();
    if let (Some(wanted), true) = (wanted, all > 0) {
        let mut cut: Vec<(u128, usize)> = Vec::with_capacity(crowds.len());
        let mut given = 0;
        for (position, crowd) in crowds.iter_mut().enumerate() {
            let part = u128::from(crowd.has) * u128::from(wanted);
            crowd.phones = u64::try_from(part / u128::from(all)).unwrap_or(0);
            given += crowd.phones;
            cut.push((part % u128::from(all), position));
        }
        cut.sort_by_key(|(left, position)| (std::cmp::Reverse(*left), *position));
        for (_, position) in cut.iter().take(usize::try_from(wanted.saturating_sub(given)).unwrap_or(0)) {
            if let Some(crowd) = crowds.get_mut(*position) {
                crowd.phones += 1;
            }
        }
    }
    let mut first = 0;
    for crowd in crowds.iter_mut() {
        crowd.first = first;
        first += crowd.phones;
    }
    crowds.retain(|crowd| crowd.phones > 0);
}

/// Whom an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    All,
    Fleet(u16),
    Network(usize),
    Server(usize),
    /// A profile of a fleet, by their positions.
    Profile(u16, u8),
}

/// All that a name stands for; an error says what there is.
pub fn named(plan: &Plan, event: &Event) -> Result<Vec<Of>, String> {
    let Some(name) = &event.of else { return Ok(vec![Of::All]) };
    let fleets = || plan.fleets.iter().enumerate().map(|(number, fleet)| (fleet.id.as_str(), Of::Fleet(number as u16)));
    let networks = || plan.networks.iter().enumerate().map(|(number, one)| (one.id.as_str(), Of::Network(number)));
    let servers = || plan.servers.iter().enumerate().map(|(number, one)| (one.id.as_str(), Of::Server(number)));
    let profiles = || {
        plan.fleets.iter().enumerate().flat_map(|(fleet, of)| {
            let each = of.profiles.iter().enumerate();
            each.map(move |(number, profile)| (profile.id.as_str(), Of::Profile(fleet as u16, number as u8)))
        })
    };
    let (kinds, known): (&str, Vec<(&str, Of)>) = match event.what {
        What::PowerCut | What::Push | What::Firmware => ("fleet or network", fleets().chain(networks()).collect()),
        What::Outage => ("server", servers().collect()),
        What::Change => ("profile", profiles().collect()),
    };
    let found: Vec<Of> = known.iter().filter(|(known, _)| known == name).map(|(_, of)| *of).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let mut names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    names.dedup();
    let meant = closest(name, names.iter().copied()).map(|meant| format!("; is `{meant}` meant?"));
    let more = if names.len() > MOST_NAMED { " and others" } else { "" };
    names.truncate(MOST_NAMED);
    let there = if names.is_empty() { "none".into() } else { names.join(", ") + more };
    Err(format!("`{event}`: there is no {kinds} `{name}`{}; there is {there}", meant.unwrap_or_default()))
}

/// So many names are told of those that there are.
const MOST_NAMED: usize = 8;

impl Crowd {
    /// The program's phones that it stands for.
    pub fn members(&self, served: &Served) -> Vec<PhoneRef> {
        let Some(fleet) = served.fleet(self.phone) else { return Vec::new() };
        let of = phone_classes(served, usize::from(self.phone.fleet), fleet, &TIMES).of;
        let mine = |class: u32| class == self.class || (self.class + 1 == CLASSES as u32 && class > self.class);
        let rows = (0..).zip(of).filter(|(_, class)| mine(*class));
        rows.map(|(row, _)| PhoneRef { fleet: self.phone.fleet, row }).collect()
    }

    pub fn is_of(&self, of: &[Of]) -> bool {
        of.iter().any(|of| match of {
            Of::All | Of::Server(_) => true,
            Of::Fleet(fleet) | Of::Profile(fleet, _) => self.phone.fleet == *fleet,
            Of::Network(network) => self.network == Some(*network),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(has: u64) -> Crowd {
        Crowd { phone: PhoneRef { fleet: 0, row: 0 }, has, phones: has, network: None, first: 0, class: 0 }
    }

    #[test]
    fn proportions_are_kept_and_nobody_is_lost() {
        for (has, wanted, phones) in [
            (vec![1, 1, 1], Some(10), vec![4, 3, 3]),
            (vec![100, 300], Some(8), vec![2, 6]),
            (vec![1, 999], Some(10), vec![10]),
            (vec![3, 4], None, vec![3, 4]),
            (vec![7], Some(1_000_000), vec![1_000_000]),
        ] {
            let mut crowds: Vec<Crowd> = has.iter().map(|has| crowd(*has)).collect();
            scale(&mut crowds, wanted);
            assert_eq!(crowds.iter().map(|crowd| crowd.phones).collect::<Vec<_>>(), phones, "{has:?} {wanted:?}");
        }
    }
}
