//! What phones of a fleet have in all: a phone reads its files as one, the later winning. Phones that have the same are looked
//! at once, with what their cells say where a finding may depend on it.

use crate::plan::{Fleet, Model, Piece, Setting, SettingValue, Shape, Template};
use std::collections::HashMap;

/// Elements that findings judge by their text, whoever's cell it comes from.
const JUDGED: [&str; 15] = [
    "Resync_Periodic",
    "Resync_At__HHmm_",
    "Resync_At_Random_Delay",
    "Resync_Random_Delay",
    "Resync_Error_Retry_Delay",
    "Resync_From_SIP",
    "Resync_On_Reset",
    "Resync_Trigger_1",
    "Resync_Trigger_2",
    "Upgrade_Error_Retry_Delay",
    DOMAINS,
    "Provision_Enable",
    "Upgrade_Enable",
    "Report_Rule",
    "Custom_CA_Rule",
];
const DOMAINS: &str = "Restricted_Access_Domains";
/// How those begin that name hosts, which a list of the hosts that may be reached is held against.
const HOSTS: [&str; 7] = [
    DOMAINS,
    "Upgrade_Rule",
    "Report_Rule",
    "Custom_CA_Rule",
    "Cisco_Headset_Upgrade_Rule",
    "Proxy_",
    "Outbound_Proxy_",
];
/// Combinations of cells that are looked at. A fleet has a handful of periods; where each phone has its own, some stand for all.
const COMBINATIONS: usize = 256;

/// What some phones have.
#[derive(Debug)]
pub(super) struct Whole {
    pub shape: Shape,
    /// How many have it, and the first of them, by its row.
    pub phones: usize,
    pub row: usize,
}

impl Whole {
    /// What one phone has, its cells left open.
    pub fn of_row(fleet: &Fleet, row: usize) -> Self {
        Whole { shape: shape(fleet, row), phones: 1, row }
    }
}

/// Which elements count when cells are told apart.
type Counts = fn(&str) -> bool;

/// All that phones of a fleet have, each once, in the order of their first phones.
pub(super) fn wholes(fleet: &Fleet, models: &[Model]) -> Vec<Whole> {
    told_apart(fleet, models, |element| JUDGED.contains(&element))
}

/// The same by the hosts alone that phones are sent to, where a list says which may be reached.
pub(super) fn wholes_by_hosts(fleet: &Fleet, models: &[Model]) -> Vec<Whole> {
    let mut shapes = fleet.profiles.iter().flat_map(|profile| &profile.shapes);
    let sets = |setting: &Setting| match &setting.value {
        // A rule may assign it.
        SettingValue::Set(text) if setting.element.ends_with("_Rule") || setting.element.contains("_Rule_") => {
            text.pieces().iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(DOMAINS)))
        }
        _ => setting.element == DOMAINS,
    };
    let bounded = shapes.any(|shape| shape.settings.iter().any(sets));
    if !bounded {
        return Vec::new();
    }
    told_apart(fleet, models, |element| HOSTS.iter().any(|start| element.starts_with(start)))
}

fn told_apart(fleet: &Fleet, models: &[Model], counts: Counts) -> Vec<Whole> {
    let rows = 0..fleet.phones.len();
    let one_form = fleet.profiles.iter().all(|profile| profile.shape_of.is_empty());
    let mut shapes = fleet.profiles.iter().flat_map(|profile| &profile.shapes);
    let judged = shapes.any(|shape| !judged(&shape.settings, counts).is_empty());
    if one_form && !judged {
        let whole = |row| Whole { shape: shape(fleet, row), phones: fleet.phones.len(), row };
        return rows.take(1).map(whole).collect();
    }
    let mut found: Vec<Whole> = Vec::new();
    let mut of_forms: HashMap<Vec<u16>, Forms> = HashMap::new();
    for row in rows {
        let forms = of_forms.entry(fleet.forms(row)).or_insert_with(|| Forms::of(fleet, row, counts));
        let cells: Vec<String> = forms.judged.iter().map(|(_, text)| expanded(fleet, text, row, models)).collect();
        let full = forms.seen.len() >= COMBINATIONS;
        let position = match forms.seen.get(&cells) {
            Some(position) => *position,
            // The last stands for those that there is no room for: all phones are counted.
            None if full => forms.last,
            None => {
                found.push(Whole { shape: forms.with(&cells), phones: 0, row });
                forms.last = found.len() - 1;
                forms.seen.insert(cells, forms.last);
                forms.last
            }
        };
        if let Some(whole) = found.get_mut(position) {
            whole.phones += 1;
        }
    }
    found
}

/// Phones whose files have the same forms.
struct Forms {
    shape: Shape,
    /// What is judged and differs by cells, by its position in the shape.
    judged: Vec<(usize, Template)>,
    /// What cells said so far, with its position among all that was found.
    seen: HashMap<Vec<String>, usize>,
    /// The position of what was found last.
    last: usize,
}

impl Forms {
    fn of(fleet: &Fleet, row: usize, counts: Counts) -> Self {
        let shape = shape(fleet, row);
        let judged = judged(&shape.settings, counts);
        Forms { shape, judged, seen: HashMap::new(), last: 0 }
    }

    fn with(&self, cells: &[String]) -> Shape {
        let mut shape = self.shape.clone();
        for ((position, _), text) in self.judged.iter().zip(cells) {
            if let Some(setting) = shape.settings.get_mut(*position) {
                setting.value = SettingValue::Set(Template::text(text.clone()));
            }
        }
        shape
    }
}

/// Settings that are judged, and made of cells that everybody may read.
fn judged(settings: &[Setting], counts: Counts) -> Vec<(usize, Template)> {
    let readable = |piece: &Piece| matches!(piece, Piece::Text(_) | Piece::Column(_) | Piece::ByModel(_));
    let of = |(position, setting): (usize, &Setting)| match &setting.value {
        SettingValue::Set(text) if text.constant().is_none() && text.pieces().iter().all(readable) => {
            let element = setting.element.as_str();
            counts(element).then(|| (position, text.clone()))
        }
        _ => None,
    };
    settings.iter().enumerate().filter_map(of).collect()
}

fn expanded(fleet: &Fleet, template: &Template, row: usize, models: &[Model]) -> String {
    let mut text = String::new();
    fleet.phones.expand(template, row, models, &mut text);
    text
}

fn shape(fleet: &Fleet, row: usize) -> Shape {
    let settings = later_wins(fleet.profiles.iter().filter_map(|profile| profile.shape(row)));
    Shape { settings: settings.into_iter().cloned().collect() }
}

/// What files come to that a phone reads one after the other.
pub(super) fn later_wins<'s>(shapes: impl Iterator<Item = &'s Shape>) -> Vec<&'s Setting> {
    let mut settings: Vec<&Setting> = Vec::new();
    let mut position: HashMap<&str, usize> = HashMap::new();
    for setting in shapes.flat_map(|shape| &shape.settings) {
        match position.get(setting.element.as_str()) {
            Some(known) => settings.iter_mut().skip(*known).take(1).for_each(|earlier| *earlier = setting),
            None => {
                position.insert(&setting.element, settings.len());
                settings.push(setting);
            }
        }
    }
    settings
}
