//! P0407 of some phones: each has a file of its own, and the key is made of what several of them have in common, such as their
//! model or their site.

use super::Compiler;
use super::share::names_phone;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Fleet, Piece, Profile, Template};
use std::collections::HashMap;

impl Compiler<'_> {
    pub(super) fn keys_alike(&mut self) {
        let program = &self.checked.program;
        let mut findings: Vec<Diagnostic> = Vec::new();
        for fleet in &self.plan.fleets {
            for profile in fleet.profiles.iter().filter(|profile| names_phone(&profile.path)) {
                let declared = program.profiles.iter().find(|declared| declared.name.value == profile.id);
                let seal = declared.and_then(|declared| declared.seal.as_ref());
                let Some((seal, about)) = seal.zip(told_apart_by(profile)) else { continue };
                let place = seal.key.span;
                if findings.iter().any(|finding| finding.span() == place) {
                    continue;
                }
                let Some((first, phones)) = self.most_alike(fleet, about) else { continue };
                let mac = fleet.phones.macs.get(first).map(ToString::to_string).unwrap_or_default();
                findings.push(
                    Diagnostic::new(Code::P0407, place, "phones share the key of files that are their own")
                        .because(format!(
                            "{mac} and {} have the same: whoever has one can open the files of all",
                            others(phones - 1)
                        ))
                        .help("one key per phone: `key derive(fleet_key, phone.mac)`"),
                );
            }
        }
        self.findings.extend(findings);
    }

    /// The first of the most phones that have this alike, and how many these are.
    fn most_alike(&self, fleet: &Fleet, about: &Template) -> Option<(usize, usize)> {
        let mut alike: HashMap<String, (usize, usize)> = HashMap::new();
        for row in 0..fleet.phones.len() {
            let mut text = String::new();
            fleet.phones.expand(about, row, &self.plan.models, &mut text);
            alike.entry(text).or_insert((row, 0)).1 += 1;
        }
        let most = alike.into_values().max_by_key(|(first, phones)| (*phones, std::cmp::Reverse(*first)));
        most.filter(|(_, phones)| *phones > 1)
    }
}

/// What one secret is made into a key for, where that is something other than the phone's address. A key that is the same for
/// all phones is told where it is compiled, and cells of secrets where they are read.
fn told_apart_by(profile: &Profile) -> Option<&Template> {
    let [Piece::Derived { about, .. }] = profile.seal.as_ref()?.key.pieces() else { return None };
    (super::keys::differs_by_phone(about) && !names_phone(about)).then_some(about)
}

fn others(phones: usize) -> String {
    match phones {
        1 => "one more".to_owned(),
        more => format!("{more} more"),
    }
}
