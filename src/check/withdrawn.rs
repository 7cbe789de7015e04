//! P0611: what an earlier revision of the program set and this one does not mention. A file that leaves an element out
//! leaves it as it is (WF §1), so phones in the field keep the value that they were given.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::phone::default_of;
use crate::plan::{Fleet, PhoneRef, Served, SettingValue};
use crate::platform::Catalogue;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// So many parameters are named; a partition that is gone has hundreds.
const NAMED: usize = 12;

/// Findings about one fleet; `arrival` is where it says how its phones come to us.
pub(super) fn check(served: &Served, number: usize, arrival: Span, before: &Served) -> Option<Diagnostic> {
    let fleet = served.plan().fleets.get(number)?;
    // How many phones keep a value of each element, and the value where all have the same.
    let mut kept: BTreeMap<&str, usize> = BTreeMap::new();
    let mut combined: HashMap<(Vec<u16>, u16, Vec<u16>), (PhoneRef, usize, usize)> = HashMap::new();
    for (row, mac) in fleet.phones.macs.iter().enumerate() {
        let Some((was, fleet_before)) = before.phone(*mac).and_then(|was| Some((was, before.fleet(was)?))) else {
            continue;
        };
        let key = (forms(fleet, row), was.fleet, forms(fleet_before, was.row as usize));
        combined.entry(key).or_insert((was, row, 0)).2 += 1;
    }
    let mut phones = 0;
    for (was, row, count) in combined.into_values() {
        let Some(fleet_before) = before.fleet(was) else { continue };
        let now: BTreeSet<&str> = elements(fleet, row).map(|(element, _)| element).collect();
        let mut any = false;
        for (element, value) in elements(fleet_before, was.row as usize) {
            if !now.contains(element) && value.is_some_and(|value| value != Some(default_value(element).as_str())) {
                *kept.entry(element).or_default() += count;
                any = true;
            }
        }
        phones += if any { count } else { 0 };
    }
    finding(fleet, arrival, &kept, phones)
}

fn finding(fleet: &Fleet, arrival: Span, kept: &BTreeMap<&str, usize>, phones: usize) -> Option<Diagnostic> {
    let catalogue = Catalogue::cisco_mpp();
    let written = |element: &str| catalogue.written(element).unwrap_or_else(|| element.to_owned());
    let (first, _) = kept.first_key_value()?;
    let first = written(first);
    let what = match kept.len() {
        1 => format!("`{first}` is"),
        many => format!("`{first}` and {} more parameter{} are", many - 1, if many == 2 { "" } else { "s" }),
    };
    let message = format!("{what} withdrawn, and phones in the field keep their values");
    let many = if phones == 1 { "1 phone".into() } else { format!("{phones} phones") };
    let mut finding = Diagnostic::new(Code::P0611, arrival, message)
        .because(format!("{many} of fleet `{}`: an element that a file leaves out stays as it is", fleet.id))
        .help(format!("write `reset {first}` where it was set, and leave it out once every phone has resynced"))
        .note("WF §1");
    if kept.len() > 1 {
        let named: Vec<String> =
            kept.iter().take(NAMED).map(|(element, count)| format!("{} ({count})", written(element))).collect();
        let more = kept.len().saturating_sub(NAMED);
        let more = if more == 0 { String::new() } else { format!(", and {more} more") };
        finding = finding.note(format!("withdrawn, by the number of phones: {}{more}", named.join(", ")));
    }
    Some(finding)
}

fn forms(fleet: &Fleet, row: usize) -> Vec<u16> {
    fleet.profiles.iter().map(|profile| profile.shape_of.get(row).copied().unwrap_or(0)).collect()
}

/// What a phone's files mention, each element with what it is set to: nothing where it is left to the phone, and no text
/// where each phone has its own.
fn elements(fleet: &Fleet, row: usize) -> impl Iterator<Item = (&str, Option<Option<&str>>)> {
    let shapes = fleet.profiles.iter().filter_map(move |profile| profile.shape(row));
    shapes.flat_map(|shape| &shape.settings).map(|setting| {
        let value = match &setting.value {
            SettingValue::Set(value) => Some(value.constant()),
            SettingValue::Keep => None,
        };
        (setting.element.as_str(), value)
    })
}

fn default_value(element: &str) -> String {
    let known = default_of(element).map(str::to_owned);
    known.or_else(|| Catalogue::cisco_mpp().default_of_element(element)).unwrap_or_default()
}
