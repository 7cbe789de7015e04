//! Where a phone stands: whether it has what it is to have, and if not, why.

use crate::phone::Settings;
use crate::phone::model::{Entry, Event, Obstacle, Resync, Upgrade};
use crate::phone::rule::RuleFault;
use crate::plan::{Fleet, PhoneRef, Profile, Served};
use std::net::IpAddr;

/// A phone at rest.
#[derive(Clone, Debug)]
pub(super) struct Rest {
    pub firmware: String,
    pub settings: Settings,
    pub standing: Standing,
    /// How much had happened when it had its files for the first time.
    pub home: Option<usize>,
    /// What became of its last upgrade.
    pub upgrade: Option<Upgrade>,
    /// What is one thing after one resync and another after the next.
    pub flips: Option<String>,
    /// How much of the leg tells of it, where the same follows again.
    pub told: Option<usize>,
}

impl Rest {
    pub fn nowhere() -> Self {
        Rest {
            firmware: String::new(),
            settings: Settings::factory(),
            standing: Standing::Silent,
            home: None,
            upgrade: None,
            flips: None,
            told: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its last resync brought every file.
    Home,
    /// Its last resync failed, or was not made at all.
    Failed(String),
    /// It ended well without these profiles.
    Missing(Vec<usize>),
    /// Files change the rules for ever.
    Looping,
    /// Held back by what is beyond the program: a trigger that waits for somebody, a code to be entered, somebody else's file.
    Held,
    /// It makes no resync.
    Silent,
}

impl Standing {
    pub fn of(served: &Served, fleet: &Fleet, phone: PhoneRef, entries: &[Entry]) -> Standing {
        let resync = |entry: &Entry| match &entry.event {
            Event::Resync(resync) => Some(resync.clone()),
            _ => None,
        };
        let ended = entries.iter().rposition(|entry| {
            matches!(
                &entry.event,
                Event::Resync(
                    Resync::Done { .. } | Resync::Failed { .. } | Resync::Ignored { .. } | Resync::Looping { .. }
                )
            )
        });
        let Some(ended) = ended else {
            let held = entries.iter().any(|entry| matches!(&entry.event, Event::Resync(Resync::Held)));
            return if held { Standing::Held } else { Standing::Silent };
        };
        let past = entries.get(..=ended).unwrap_or_default();
        match past.last().and_then(resync) {
            Some(Resync::Failed { by, .. }) if is_beyond(&by, served) => return Standing::Held,
            Some(Resync::Failed { reason, .. } | Resync::Ignored { reason }) => return Standing::Failed(reason),
            Some(Resync::Looping { .. }) => return Standing::Looping,
            _ => {}
        }
        let begun = past.iter().rposition(|entry| matches!(&entry.event, Event::Resync(Resync::Begun { .. })));
        let last = past.get(begun.unwrap_or(0)..).unwrap_or_default();
        if last.iter().any(|entry| matches!(&entry.event, Event::Resync(Resync::Looping { .. }))) {
            return Standing::Looping;
        }
        let missing = lacking(served, fleet, phone, last);
        if missing.is_empty() { Standing::Home } else { Standing::Missing(missing) }
    }
}

/// Whether a failure is not the program's, or is another finding's: a person is to enter a code; a sealed file of somebody
/// else's server is not known here; releases that no text puts in order are P0504's.
fn is_beyond(by: &Obstacle, served: &Served) -> bool {
    match by {
        Obstacle::ActivationCode | Obstacle::Rule(RuleFault::Order) => true,
        Obstacle::Corrupt { host } => !served.plan().servers.iter().any(|server| {
            let address = host.parse::<IpAddr>().is_ok_and(|address| server.addresses.contains(&address));
            address || server.authority_host().eq_ignore_ascii_case(host)
        }),
        Obstacle::Rule(_) | Obstacle::Fetching => false,
    }
}

/// The profiles that do not come in this part of a story, by position.
pub(super) fn lacking(served: &Served, fleet: &Fleet, phone: PhoneRef, entries: &[Entry]) -> Vec<usize> {
    let came = |scheme: &str, path: &str| {
        entries.iter().any(|entry| match &entry.event {
            Event::Apply { url, .. } => url.starts_with(scheme) && url.ends_with(path),
            _ => false,
        })
    };
    let lacks = |profile: &Profile| !came(profile.scheme.name(), &served.expand(phone, &profile.path));
    fleet.profiles.iter().enumerate().filter(|(_, one)| lacks(one)).map(|(position, _)| position).collect()
}

/// An element that differs between two states of a phone.
pub(super) fn values_differ(one: &Settings, other: &Settings) -> Option<String> {
    let names = one.iter().chain(other.iter()).map(|(element, _)| element);
    let mut differing = names.filter(|element| one.value_set(element) != other.value_set(element));
    differing.next().map(str::to_owned)
}
