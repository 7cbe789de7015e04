//! Upgrade rules that cells make: phones whose rules lead to the same loads by the same conditions are upgraded alike, wherever the
//! loads lie.

use super::classes::texts;
use super::{Fleet, Piece, Template};
use crate::phone::rule::{Kind, Target, conditions};
use crate::phone::script::read_rule;
use std::collections::HashMap;

/// Texts of one rule that are read. Where each phone has its own, those beyond are taken for one kind.
const TEXTS: usize = 1024;

/// A rule that is made of cells, and what is known of its texts.
pub(super) struct UpgradeRule<'f> {
    columns: Vec<usize>,
    template: &'f Template,
    /// By its cells, the number of what a text leads to.
    known: HashMap<Vec<&'f str>, u32>,
    /// That number by the conditions and loads.
    kinds: HashMap<Vec<String>, u32>,
}

impl<'f> UpgradeRule<'f> {
    /// Those of a fleet, each once.
    pub fn by_cells(fleet: &'f Fleet) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for (_, template) in texts(fleet).filter(|(setting, _)| setting.element == "Upgrade_Rule") {
            let column = |piece: &Piece| match piece {
                Piece::Column(column) => Some(*column),
                _ => None,
            };
            let columns: Vec<usize> = template.pieces().iter().filter_map(column).collect();
            if !columns.is_empty() && found.iter().all(|known| known.template != template) {
                found.push(UpgradeRule { columns, template, known: HashMap::new(), kinds: HashMap::new() });
            }
        }
        found
    }

    /// A number for where the rule of a phone leads, the same for all that are led alike.
    pub fn leads(&mut self, fleet: &'f Fleet, row: usize) -> u32 {
        let cells: Vec<&str> = self.columns.iter().map(|column| fleet.phones.cell(*column, row)).collect();
        if let Some(known) = self.known.get(&cells) {
            return *known;
        }
        if self.known.len() >= TEXTS {
            return u32::MAX;
        }
        let mut text = String::new();
        for piece in self.template.pieces() {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Column(column) => text.push_str(fleet.phones.cell(*column, row)),
                // Of another model it is another class already.
                _ => text.push('a'),
            }
        }
        let mut kind: Vec<String> = conditions(&text).into_iter().map(|(_, one)| one.to_owned()).collect();
        kind.extend(files_of(&text));
        let next = self.kinds.len() as u32;
        let kind = *self.kinds.entry(kind).or_insert(next);
        self.known.insert(cells, kind);
        kind
    }
}

/// The files that a rule leads to, by name.
fn files_of(rule: &str) -> Vec<String> {
    let Ok((rule, _)) = read_rule(rule, Kind::Upgrade) else { return Vec::new() };
    let targets = rule.alternatives.iter().filter_map(|one| one.target.as_ref());
    let named = |target: &Target| match target {
        Target::Url(url) => url.path.rsplit('/').next().map(str::to_owned),
        Target::ActivationCode => None,
    };
    targets.filter_map(named).collect()
}
