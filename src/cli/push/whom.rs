//! Which phones are meant.

use crate::cli::Failure;
use crate::phone::Mac;
use crate::plan::{PhoneRef, Scheme, Served};
use std::collections::BTreeSet;

pub struct Chosen {
    pub mac: Mac,
    pub phone: PhoneRef,
    /// What it fetches in a pass.
    pub paths: Vec<(Scheme, String)>,
}

/// Hardware addresses, and the project behind them.
pub fn split(what: &[String]) -> Result<(Vec<Mac>, Option<&str>), Failure> {
    let (last, before) = match what.split_last() {
        Some((last, before)) => (Some(last), before),
        None => (None, what),
    };
    let mut macs = Vec::new();
    let mut wrong = Vec::new();
    for text in before {
        match text.parse::<Mac>() {
            Ok(mac) => macs.push(mac),
            Err(error) => wrong.push(format!("`{text}`: {error}")),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::new(format!("these are no hardware addresses: {}", wrong.join("; "))));
    }
    let project = match last.map(|last| (last, last.parse::<Mac>())) {
        Some((_, Ok(mac))) => {
            macs.push(mac);
            None
        }
        Some((text, Err(_))) => Some(text.as_str()),
        None => None,
    };
    Ok((macs, project))
}

/// Each phone once, in the order in which they were named. All that is wrong is told at once.
pub fn choose(served: &Served, macs: &[Mac], fleets: &[String]) -> Result<Vec<Chosen>, Failure> {
    let plan = served.plan();
    let ids = || plan.fleets.iter().map(|fleet| fleet.id.as_str()).collect::<Vec<_>>().join(", ");
    if macs.is_empty() && fleets.is_empty() {
        return Err(Failure::new(format!(
            "no phone is named: give hardware addresses, or --fleet FLEET; the fleets are {}",
            ids()
        )));
    }
    let mut wrong = Vec::new();
    let mut phones: Vec<(Mac, PhoneRef)> = Vec::new();
    for mac in macs {
        match served.phone(*mac) {
            Some(phone) => phones.push((*mac, phone)),
            None => wrong.push(format!("no fleet has the phone {mac}")),
        }
    }
    for name in fleets {
        let Some(number) = plan.fleets.iter().position(|fleet| fleet.id == *name) else {
            wrong.push(format!("there is no fleet `{name}`; the fleets are {}", ids()));
            continue;
        };
        let before = phones.len();
        let own = served.all_phones().filter(|phone| usize::from(phone.fleet) == number);
        phones.extend(own.filter_map(|phone| Some((served.mac(phone)?, phone))));
        if phones.len() == before {
            wrong.push(format!("the fleet `{name}` has no phones"));
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::new(wrong.join("; ")));
    }
    let mut known = BTreeSet::new();
    phones.retain(|(mac, _)| known.insert(*mac));
    let chosen = phones.into_iter().map(|(mac, phone)| {
        // The bootstrap file is for phones that have no rule yet.
        let own = served.files_of(phone).into_iter().filter(|file| served.profile(*file).is_some());
        let path = |file| Some((served.profile(file)?.scheme, served.path(file)));
        Chosen { mac, phone, paths: own.filter_map(path).collect() }
    });
    Ok(chosen.collect())
}
