//! Phones that live alike: of one model, on one network, with forms of files that say the same of provisioning. What
//! else a file sets (a name, a key, a line) changes nothing of how a phone comes to it.

use super::upgrade_rule::UpgradeRule;
use super::{Fleet, PhoneRef, Piece, Profile, Served, Setting, SettingValue, Template};
use crate::phone::default_of;
use crate::phone::rule::{conditions, written};
use std::collections::HashMap;

/// Phones that are played as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhoneClass {
    /// The first of them speaks for all.
    pub phone: PhoneRef,
    pub phones: usize,
}

/// The classes of a fleet in the order of its phones, all of them, and the class of each phone by its row.
#[derive(Debug, Default)]
pub struct PhoneClasses {
    pub all: Vec<PhoneClass>,
    pub of: Vec<u32>,
}

/// Looked at once, row by row. `also` are elements whose cells decide beside those that every class is told by.
pub fn phone_classes(served: &Served, number: usize, fleet: &Fleet, also: &[&str]) -> PhoneClasses {
    let Ok(number) = u16::try_from(number) else { return PhoneClasses::default() };
    let mut of: Vec<u32> = Vec::with_capacity(fleet.phones.len());
    let traits: Vec<Vec<u32>> = fleet.profiles.iter().map(traits).collect();
    let cells = deciding_cells(fleet, also);
    let mut upgrades = UpgradeRule::by_cells(fleet);
    let networks = fleet.networks.len() > 1;
    let mut classes: Vec<PhoneClass> = Vec::new();
    let mut by_model: Vec<Option<usize>> = Vec::new();
    let mut by_key: HashMap<Vec<u32>, usize> = HashMap::new();
    // A number for each text of a cell.
    let mut texts: HashMap<&str, u32> = HashMap::new();
    let models_only = !networks
        && cells.is_empty()
        && upgrades.is_empty()
        && fleet.profiles.iter().all(|one| one.shape_of.is_empty());
    let mut key = Vec::new();
    for (row, model) in (0u32..).zip(&fleet.phones.models) {
        let phone = PhoneRef { fleet: number, row };
        let known = if models_only {
            let place = usize::from(*model);
            if by_model.len() <= place {
                by_model.resize(place + 1, None);
            }
            by_model.get_mut(place)
        } else {
            key.clear();
            key.push(u32::from(*model));
            let network = if networks { served.network_of(phone) } else { None };
            key.push(network.and_then(|network| u32::try_from(network).ok()).unwrap_or(u32::MAX));
            for (profile, traits) in fleet.profiles.iter().zip(&traits) {
                let shape = profile.shape_of.get(row as usize).map_or(0, |shape| usize::from(*shape));
                key.push(traits.get(shape).copied().unwrap_or(0));
            }
            for column in &cells {
                let next = texts.len() as u32;
                key.push(*texts.entry(fleet.phones.cell(*column, row as usize)).or_insert(next));
            }
            key.extend(upgrades.iter_mut().map(|rule| rule.leads(fleet, row as usize)));
            match by_key.get(key.as_slice()) {
                Some(class) => {
                    of.push(*class as u32);
                    if let Some(class) = classes.get_mut(*class) {
                        class.phones += 1;
                    }
                    continue;
                }
                None => {
                    by_key.insert(key.clone(), classes.len());
                    None
                }
            }
        };
        match known {
            Some(Some(class)) => {
                of.push(*class as u32);
                if let Some(class) = classes.get_mut(*class) {
                    class.phones += 1;
                }
                continue;
            }
            Some(none) => *none = Some(classes.len()),
            None => {}
        }
        of.push(classes.len() as u32);
        classes.push(PhoneClass { phone, phones: 1 });
    }
    PhoneClasses { all: classes, of }
}

/// For each form of a profile a number, the same for forms that say the same of provisioning.
fn traits(profile: &Profile) -> Vec<u32> {
    let mut known: Vec<Vec<&Setting>> = Vec::new();
    let mut numbers = Vec::with_capacity(profile.shapes.len());
    for shape in &profile.shapes {
        let relevant: Vec<&Setting> = shape.settings.iter().filter(|setting| concerns(&setting.element)).collect();
        let same = |other: &Vec<&Setting>| {
            other.len() == relevant.len()
                && other.iter().zip(&relevant).all(|(a, b)| a.element == b.element && a.value == b.value)
        };
        let number = known.iter().position(same).unwrap_or_else(|| {
            known.push(relevant);
            known.len() - 1
        });
        numbers.push(number as u32);
    }
    numbers
}

/// Whether a phone lives by the element when it provisions itself.
pub fn concerns(element: &str) -> bool {
    const STARTS: [&str; 5] = ["GPP_", "Profile_Rule", "Trans_Auth", "Custom_CA", "IKM_"];
    default_of(element).is_some() || STARTS.iter().any(|start| element.starts_with(start))
}

/// The columns whose cells decide: of elements that are read as they stand, and of registers that a condition asks for. Times
/// say when, and paths say which of many like files.
fn deciding_cells(fleet: &Fleet, also: &[&str]) -> Vec<usize> {
    const READ: [&str; 10] = [
        "Provision_Enable",
        "Resync_On_Reset",
        "Resync_After_Upgrade_Attempt",
        "Resync_Trigger_1",
        "Resync_Trigger_2",
        "Resync_Fails_On_FNF",
        "DHCP_Option_To_Use",
        "Upgrade_Enable",
        "Downgrade_Rev_Limit",
        "Restricted_Access_Domains",
    ];
    let asked = asked(fleet);
    let mut columns = Vec::new();
    for (setting, value) in texts(fleet) {
        let register = setting.element.strip_prefix("GPP_").is_some_and(|name| asked.iter().any(|one| one == name));
        let element = setting.element.as_str();
        if register || READ.contains(&element) || also.contains(&element) {
            columns.extend(value.pieces().iter().filter_map(|piece| match piece {
                Piece::Column(column) | Piece::SecretColumn(column) => Some(*column),
                _ => None,
            }));
        }
    }
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// The variables that some condition of the fleet asks for.
fn asked(fleet: &Fleet) -> Vec<String> {
    let mut asked = Vec::new();
    for (setting, value) in texts(fleet) {
        let trigger = setting.element.starts_with("Resync_Trigger");
        if !trigger && !setting.element.contains("Rule") {
            continue;
        }
        for text in value.pieces().iter().flat_map(plain_texts) {
            let inside = if trigger { vec![(0, text)] } else { conditions(text) };
            for comparison in inside.iter().filter_map(|(_, text)| written(text)).flatten() {
                for side in [comparison.left, comparison.right] {
                    asked.extend(side.variable().map(str::to_owned));
                }
            }
        }
    }
    asked
}

/// Every text that some file of the fleet sets.
pub fn texts(fleet: &Fleet) -> impl Iterator<Item = (&Setting, &Template)> {
    let shapes = fleet.profiles.iter().flat_map(|profile| &profile.shapes);
    let shapes = shapes.chain(fleet.bootstrap.as_ref().map(|bootstrap| &bootstrap.shape));
    shapes.flat_map(|shape| &shape.settings).filter_map(|setting| match &setting.value {
        SettingValue::Set(value) => Some((setting, value)),
        SettingValue::Keep => None,
    })
}

pub fn plain_texts(piece: &Piece) -> Vec<&str> {
    match piece {
        Piece::Text(text) => vec![text.as_str()],
        Piece::ByModel(texts) => texts.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}
