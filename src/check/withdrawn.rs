//! P0611: what an earlier revision of the program set and this one does not mention. A file that leaves an element out
//! leaves it as it is (WF §1), so phones in the field keep the value that they were given.

use super::same_model;
use super::wholes::later_wins;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::phone::default_of;
use crate::plan::{Fleet, PhoneRef, Served, Setting, SettingValue};
use crate::platform::Catalogue;
use std::collections::{BTreeMap, HashMap, HashSet};

/// So many parameters are named; a partition that is gone has hundreds.
const NAMED: usize = 12;
/// So many fleets are pointed at.
const FLEETS: usize = 4;

/// Fleets and forms of a phone's files, now and before.
type Combination = (u16, Vec<u16>, u16, Vec<u16>);

/// Some phones of one combination.
struct Group {
    now: PhoneRef,
    before: PhoneRef,
    phones: usize,
}

/// What is withdrawn.
#[derive(Default)]
pub(super) struct Withdrawn {
    /// One for a program.
    pub finding: Option<Diagnostic>,
    /// Rules of fleets whose phones are told of with a story, which begins with the rule that they keep.
    pub rules: Vec<(usize, String)>,
}

/// `sound` tells of each fleet that is sound where it says how its phones come to us, `stuck` of those whose phones in the field do
/// not come home.
pub(super) fn check(served: &Served, sound: &[Option<Span>], before: &Served, stuck: &HashSet<usize>) -> Withdrawn {
    let mut withdrawn = Withdrawn::default();
    // How many phones keep a value of each element.
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    let mut places: Vec<(usize, Span)> = Vec::new();
    let mut phones = 0;
    for one in combined(served, sound, before) {
        let (Some(fleet), Some(fleet_before)) = (served.fleet(one.now), before.fleet(one.before)) else { continue };
        let now = settings(fleet, one.now.row as usize);
        let now: HashSet<&str> = now.iter().map(|setting| setting.element.as_str()).collect();
        let lost = settings(fleet_before, one.before.row as usize);
        let fleet = usize::from(one.now.fleet);
        let mut lost: Vec<&&Setting> =
            lost.iter().filter(|setting| !now.contains(setting.element.as_str()) && is_other(setting)).collect();
        lost.retain(|setting| {
            let in_story = stuck.contains(&fleet) && setting.element.starts_with("Profile_Rule");
            let rule = (fleet, setting.element.clone());
            if in_story && !withdrawn.rules.contains(&rule) {
                withdrawn.rules.push(rule);
            }
            !in_story
        });
        if lost.is_empty() {
            continue;
        }
        phones += one.phones;
        lost.iter().for_each(|setting| *kept.entry(setting.element.clone()).or_default() += one.phones);
        if let (false, Some(span)) =
            (places.iter().any(|(known, _)| *known == fleet), sound.get(fleet).copied().flatten())
        {
            places.push((fleet, span));
        }
    }
    places.sort_unstable_by_key(|(fleet, _)| *fleet);
    withdrawn.finding = finding(&kept, phones, &places);
    withdrawn
}

/// The phones that both programs have, of one model still, by what they were and are.
fn combined(served: &Served, sound: &[Option<Span>], before: &Served) -> Vec<Group> {
    let mut known: HashMap<Combination, usize> = HashMap::new();
    let mut all: Vec<Group> = Vec::new();
    let is_sound = |phone: &PhoneRef| sound.get(usize::from(phone.fleet)).is_some_and(Option::is_some);
    for now in served.all_phones().filter(is_sound) {
        let Some(was) = served.mac(now).and_then(|mac| before.phone(mac)) else { continue };
        if !same_model(served, now, before, was) {
            continue;
        }
        let (Some(fleet), Some(fleet_before)) = (served.fleet(now), before.fleet(was)) else { continue };
        let key = (now.fleet, fleet.forms(now.row as usize), was.fleet, fleet_before.forms(was.row as usize));
        let position = *known.entry(key).or_insert_with(|| {
            all.push(Group { now, before: was, phones: 0 });
            all.len() - 1
        });
        if let Some(one) = all.get_mut(position) {
            one.phones += 1;
        }
    }
    all
}

/// What a phone's files come to.
fn settings(fleet: &Fleet, row: usize) -> Vec<&Setting> {
    later_wins(fleet.profiles.iter().filter_map(|profile| profile.shape(row)))
}

/// Whether what is set is another value than the phone has by itself; nobody knows of a value that each phone has of its own.
fn is_other(setting: &Setting) -> bool {
    let SettingValue::Set(value) = &setting.value else { return false };
    let known = default_of(&setting.element).map(str::to_owned);
    let default = known.or_else(|| Catalogue::cisco_mpp().default_of_element(&setting.element));
    value.constant() != default.as_deref()
}

fn finding(kept: &BTreeMap<String, usize>, phones: usize, places: &[(usize, Span)]) -> Option<Diagnostic> {
    let catalogue = Catalogue::cisco_mpp();
    let written = |element: &str| catalogue.written(element).unwrap_or_else(|| element.to_owned());
    let (first, _) = kept.first_key_value()?;
    let ((_, span), others) = places.split_first()?;
    let what = match kept.len() {
        1 => format!("`{}` is", written(first)),
        2 => format!("`{}` and 1 more parameter are", written(first)),
        many => format!("`{}` and {} more parameters are", written(first), many - 1),
    };
    let many = if phones == 1 { "1 phone".into() } else { format!("{phones} phones") };
    let mut finding =
        Diagnostic::new(Code::P0611, *span, format!("{what} withdrawn, and phones in the field keep what they have"))
            .because(format!("{many}: an element that a file leaves out stays as it is"))
            .help(taken_back(first, &written(first)))
            .note("WF §1");
    for (_, span) in others.iter().take(FLEETS) {
        finding = finding.label(*span, "phones of this fleet too");
    }
    if kept.len() > 1 {
        let named: Vec<String> =
            kept.iter().take(NAMED).map(|(element, count)| format!("{} ({count})", written(element))).collect();
        let more = kept.len().saturating_sub(NAMED);
        let more = if more == 0 { String::new() } else { format!(", and {more} more") };
        finding = finding.note(format!("withdrawn, by the number of phones: {}{more}", named.join(", ")));
    }
    Some(finding)
}

/// What takes a value back.
pub(super) fn taken_back(element: &str, written: &str) -> String {
    if element.starts_with("Profile_Rule") || element.starts_with("Upgrade_Rule") {
        return format!(
            "`rule {element} raw \"\"` in the fleet takes it back; leave it out once every phone has resynced"
        );
    }
    let known = Catalogue::cisco_mpp().default_of_element(element).is_some();
    let again = if known { format!("reset {written}") } else { format!("{written} = \"\"") };
    format!("a `{again}` in a profile takes it back; leave it out once every phone has resynced")
}
