//! P1003: phones come to another end when the vendor's texts are read another way (PB §31). One phone of each kind is
//! played from the factory on, once as usual and once by each other reading of the matters that came up in its story.

use super::convergence::THINGS;
use super::{origin, place};
use crate::diagnostic::{Code, Diagnostic, Severity, SourceMap, Span};
use crate::phone::model::{Event, Phone, Player, Resync, Upgrade};
use crate::phone::profile::Remembered;
use crate::phone::stance::{Choice, Matter, Stances};
use crate::phone::{Identity, Random, Settings, default_of};
use crate::plan::{Discovery, Fleet, PhoneRef, PlanWorld, Served};
use crate::platform::{Catalogue, bench_load};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// So many kinds of phones of a fleet are played, the first ones: a bound on the time of a check. Of others nothing is said.
const KINDS: usize = 32;
/// A phone that has not come to rest after so long will not.
const PATIENCE: u64 = 2 * 86_400_000;

/// The matters that decide where a phone ends up, and that a program can do something about. The others decide when it
/// does something, what the page or a log says, or what a person's request does; triggers (C-13) have a finding of
/// their own, P0514, and versions across the change of form (C-20) are a matter of every load a phone may begin on: convergence
/// plays them by both readings.
pub(super) const DECISIVE: &[Matter] = &[Matter::C02, Matter::C03, Matter::C04, Matter::C05, Matter::C06, Matter::C07];

/// An element without a value is the one way to clear one, or to leave it to the user: there is no other to be had, so
/// this is told on request only. So is whose certificates are accepted (C-18), which concerns each https server.
pub(super) const UNAVOIDABLE: &[Matter] = &[Matter::C15, Matter::C18];

/// Findings about one fleet; `arrival` is where it says how its phones come to us.
pub(super) fn check(
    served: &Served,
    number: usize,
    arrival: Span,
    sources: &SourceMap,
    matters: &[Matter],
    files: &Arc<Remembered>,
) -> Vec<Diagnostic> {
    let Some(fleet) = served.plan().fleets.get(number) else { return Vec::new() };
    let mut told: HashMap<(Matter, &'static str), (Story, usize)> = HashMap::new();
    for phone in kinds(served, number, fleet) {
        let model = served.model(phone).map_or("", |model| model.name.as_str());
        for story in differing(served, phone, &bench_load(model), matters, files) {
            told.entry((story.matter, story.other.word)).or_insert((story, 0)).1 += 1;
        }
    }
    let mut stories: Vec<(Story, usize)> = told.into_values().collect();
    stories.sort_by_key(|(story, _)| (story.matter, story.other.word));
    let told = |(story, kinds): (Story, usize)| {
        // One value alone differs: it is told of where it is set.
        let origin = story.element.as_ref().and_then(|element| origin(fleet, element));
        story.told(origin.map_or(arrival, |origin| place(origin, sources)), kinds)
    };
    stories.into_iter().map(told).collect()
}

/// A phone of each kind: model, network, and the forms of its files.
fn kinds(served: &Served, number: usize, fleet: &Fleet) -> Vec<PhoneRef> {
    let mut seen: HashSet<Vec<u16>> = HashSet::new();
    let mut kinds = Vec::new();
    let Ok(number) = u16::try_from(number) else { return kinds };
    // One for all rows: fleets are large, and kinds few.
    let mut kind = Vec::new();
    let mut before: Vec<u16> = Vec::new();
    for (row, model) in (0u32..).zip(&fleet.phones.models) {
        let phone = PhoneRef { fleet: number, row };
        let network = if fleet.networks.len() > 1 { served.network_of(phone) } else { None };
        kind.clear();
        kind.push(*model);
        kind.push(network.and_then(|network| u16::try_from(network).ok()).unwrap_or(u16::MAX));
        kind.extend(fleet.profiles.iter().map(|one| one.shape_of.get(row as usize).copied().unwrap_or(0)));
        // Most rows are like the one above them.
        if kind != before && !seen.contains(kind.as_slice()) {
            seen.insert(kind.clone());
            kinds.push(phone);
            if kinds.len() == KINDS {
                break;
            }
        }
        std::mem::swap(&mut kind, &mut before);
    }
    kinds
}

/// How a phone ended.
#[derive(Clone, Debug, PartialEq, Eq)]
struct End {
    /// Its last resync: how many files, or why it failed.
    resync: Result<(), String>,
    /// What differs from the factory's defaults.
    settings: BTreeMap<String, String>,
    firmware: String,
    /// The last upgrade failed.
    behind: bool,
}

/// Two ends of the same phone.
struct Story {
    matter: Matter,
    usual: Choice,
    other: Choice,
    product: String,
    firmware: String,
    /// The one thing that differs is this value.
    element: Option<String>,
    ends: (String, String),
}

fn differing(
    served: &Served,
    phone: PhoneRef,
    firmware: &str,
    matters: &[Matter],
    files: &Arc<Remembered>,
) -> Vec<Story> {
    let Some(mac) = served.mac(phone) else { return Vec::new() };
    let Some((usual, mattered)) = play(served, phone, firmware, Stances::default(), files) else { return Vec::new() };
    let mut stories = Vec::new();
    for matter in matters.iter().copied().filter(|matter| mattered.contains(matter)) {
        for (other, stances) in Stances::default().others(matter) {
            let Some((end, _)) = play(served, phone, firmware, stances, files) else { continue };
            if end != usual {
                let product = served.model(phone).map_or_else(|| mac.to_string(), |model| model.name.clone());
                let taken = Stances::default().taken(matter);
                let firmware = firmware.to_owned();
                let (element, ends) = told_apart(&usual, &end);
                stories.push(Story { matter, usual: taken, other, product, firmware, element, ends });
            }
        }
    }
    stories
}

/// A phone's story from the factory on; where the fleet does not say how phones come to us, from its rules on.
fn play(
    served: &Served,
    phone: PhoneRef,
    firmware: &str,
    stances: Stances,
    files: &Arc<Remembered>,
) -> Option<(End, Vec<Matter>)> {
    let fleet = served.fleet(phone)?;
    let mut world = PlanWorld::of(served, phone)?;
    let identity: Identity = world.identity(firmware).ok()?;
    let mut settings = Settings::factory();
    match fleet.bootstrap.as_ref().map(|bootstrap| bootstrap.how) {
        None => {
            for rule in &fleet.rules {
                settings.set(&rule.parameter, &served.expand(phone, &rule.text));
            }
        }
        // A person has entered the rule; that the cloud gives one does not depend on how texts are read.
        Some(Discovery::Manual | Discovery::ActivationCode) => {
            settings.set("Profile_Rule", &served.told(phone)?);
        }
        Some(Discovery::Dhcp | Discovery::Srv | Discovery::Edos) => {}
    }
    // Chance decides when, not where.
    let phone = Phone::new(identity, settings, Random::new(1)).with_stances(stances).without_delay().remembering(files);
    let mut player = Player::new(phone, &mut world).cut_after(THINGS);
    player.power_on();
    player.until_quiet(PATIENCE);
    let (phone, timeline) = player.finish();
    let resync = timeline.entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Resync(Resync::Done { .. }) => Some(Ok(())),
        Event::Resync(Resync::Failed { reason, .. }) => Some(Err(reason.clone())),
        _ => None,
    });
    let upgrade = timeline.entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Upgrade(upgrade) => Some(matches!(upgrade, Upgrade::Failed { .. })),
        _ => None,
    });
    let end = End {
        resync: resync.unwrap_or_else(|| Err("it never resyncs".into())),
        settings: effective(phone.settings()),
        firmware: phone.identity().firmware().to_owned(),
        behind: upgrade.unwrap_or(false),
    };
    let mattered = phone.stances().matters().collect();
    Some((end, mattered))
}

fn effective(settings: &Settings) -> BTreeMap<String, String> {
    let catalogue = Catalogue::cisco_mpp();
    let set = settings.iter().filter_map(|(element, parameter)| Some((element, parameter.value.as_deref()?)));
    let own = set.filter(|(element, value)| {
        default_of(element).map(str::to_owned).or_else(|| catalogue.default_of_element(element)).as_deref()
            != Some(*value)
    });
    own.map(|(element, value)| (element.to_owned(), value.to_owned())).collect()
}

/// Both ends in a few words: in what they differ first, and the parameter if it is one.
fn told_apart(usual: &End, other: &End) -> (Option<String>, (String, String)) {
    let both = |of: fn(&End) -> String| (None, (of(usual), of(other)));
    let resync = |end: &End| match &end.resync {
        Ok(()) => "its files come".into(),
        Err(reason) => reason.clone(),
    };
    if usual.resync.is_ok() != other.resync.is_ok() {
        return both(resync);
    }
    if usual.firmware != other.firmware {
        return both(|end| format!("it runs {}", end.firmware));
    }
    let mut elements = usual.settings.keys().chain(other.settings.keys());
    let differs = |element: &&String| usual.settings.get(*element) != other.settings.get(*element);
    if let Some(element) = elements.find(differs) {
        // Not the value: it may be a secret.
        let of = |end: &End| match end.settings.get(element).map(String::as_str) {
            None => format!("`{element}` has its default, or what the user chose"),
            Some("") => format!("`{element}` is emptied"),
            Some(_) => format!("`{element}` is set"),
        };
        let ends = match (of(usual), of(other)) {
            (one, two) if one == two => (one, format!("`{element}` is set to something else")),
            ends => ends,
        };
        return (Some(element.clone()), ends);
    }
    if usual.behind != other.behind {
        return both(|end| if end.behind { "its upgrade fails".into() } else { "its upgrade is done".into() });
    }
    both(resync)
}

impl Story {
    fn told(self, place: Span, kinds: usize) -> Diagnostic {
        let Story { matter, usual, other, product, firmware, element, ends } = self;
        let message = match &element {
            Some(element) => format!("what becomes of `{element}` depends on {}", matter.title()),
            None => format!("what becomes of these phones depends on {}", matter.title()),
        };
        let (usual_end, other_end) = ends;
        let why = format!("read as \"{}\": {usual_end}; as \"{}\": {other_end}", usual.says, other.says);
        let played = format!(
            "{}: the vendor's texts contradict each other; a {product} on {firmware} was played by both readings",
            matter.id()
        );
        let mut finding = Diagnostic::new(Code::P1003, place, message).because(why).note(played);
        if UNAVOIDABLE.contains(&matter) {
            // It is no mistake.
            finding.severity = Severity::Note;
        }
        if let Some(help) = remedy(matter) {
            finding = finding.help(help);
        }
        match kinds {
            0 | 1 => finding,
            more => finding.note(format!("the same holds for {} more kinds of phones", more - 1)),
        }
    }
}

/// What makes the outcome the same by every reading.
const fn remedy(matter: Matter) -> Option<&'static str> {
    match matter {
        Matter::C05 => Some(
            "let DHCP lead phones here as well: `option 160 = \"http://…\"` in their network; or by it alone, `bootstrap dhcp 160`",
        ),
        Matter::C15 => {
            Some("to be sure, give the parameter a value; it then is the program's, and no longer the user's")
        }
        Matter::C18 => {
            Some("to be sure, have Cisco sign the server's certificate; `Custom_CA_Rule` adds a CA of one's own")
        }
        _ => None,
    }
}
