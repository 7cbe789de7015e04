//! P0605 of a few phones: an address without letters is spelled alike by `$MA` and `$MAU`, so that two paths which are two for all
//! other phones are one for these.

use super::Compiler;
use super::share::names_phone;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::plan::{Fleet, Macro, Piece, Profile, Scheme, Template};
use std::collections::HashMap;

/// A path of a fleet, and whose it is.
pub(super) struct Path<'p> {
    pub server: usize,
    /// None: over every scheme.
    pub scheme: Option<Scheme>,
    pub template: &'p Template,
    /// None: a bootstrap file.
    pub profile: Option<&'p Profile>,
    pub what: String,
    pub span: Span,
}

impl Path<'_> {
    fn meets(&self, other: &Path<'_>) -> bool {
        self.server == other.server && (self.scheme.is_none() || other.scheme.is_none() || self.scheme == other.scheme)
    }
}

impl Compiler<'_> {
    pub(super) fn spelled_alike(&mut self) {
        let mut findings = Vec::new();
        for fleet in &self.plan.fleets {
            let paths = self.paths_of_phones(fleet);
            let both = [Macro::Ma, Macro::Mau].iter().all(|one| paths.iter().any(|path| names(path.template, *one)));
            if !both {
                continue;
            }
            let rows: Vec<usize> = (0..fleet.phones.len()).filter(|row| is_of_digits(fleet, *row)).collect();
            // By the two paths: what the first phone asks for, and how many phones it is so for.
            let mut found: Vec<(usize, usize, String, usize, usize)> = Vec::new();
            for row in rows {
                let mut seen: HashMap<String, usize> = HashMap::new();
                for (number, path) in paths.iter().enumerate() {
                    let mut text = String::new();
                    fleet.phones.expand(path.template, row, &self.plan.models, &mut text);
                    let first = *seen.entry(text.clone()).or_insert(number);
                    let Some(other) = paths.get(first).filter(|other| first != number && other.meets(path)) else {
                        continue;
                    };
                    // What is alike for every phone is told of all.
                    if other.template == path.template || other.what == path.what {
                        continue;
                    }
                    match found.iter_mut().find(|(one, two, ..)| (*one, *two) == (first, number)) {
                        Some((.., phones)) => *phones += 1,
                        None => found.push((first, number, text, row, 1)),
                    }
                }
            }
            for (first, second, text, row, phones) in found {
                let (Some(one), Some(two)) = (paths.get(first), paths.get(second)) else { continue };
                let mac = fleet.phones.macs.get(row).map(ToString::to_string).unwrap_or_default();
                let finding = Diagnostic::new(Code::P0605, two.span, format!("two files have the path `{text}`"))
                    .because(format!("{} of fleet `{}`", two.what, fleet.id))
                    .label(one.span, format!("{} of it", one.what))
                    .help("spell the address in one way, and tell the files apart by another word in their paths");
                findings.push(match phones {
                    1 => finding.note(format!("{mac} has no letters: `$MA` and `$MAU` spell it alike")),
                    more => finding.note(format!(
                        "{mac} and {} more have no letters: `$MA` and `$MAU` spell them alike",
                        more - 1
                    )),
                });
            }
        }
        self.findings.extend(findings);
    }

    /// The paths of a fleet that are another for each phone.
    pub(super) fn paths_of_phones<'p>(&self, fleet: &'p Fleet) -> Vec<Path<'p>> {
        let Some(declared) = self.checked.program.fleets.iter().find(|one| one.name.value == fleet.id) else {
            return Vec::new();
        };
        let profiles = fleet.profiles.iter().zip(&declared.profiles).map(|(profile, name)| Path {
            server: profile.server,
            scheme: Some(profile.scheme),
            template: &profile.path,
            profile: Some(profile),
            what: format!("profile `{}`", profile.id),
            span: name.span,
        });
        let bootstrap = fleet.bootstrap.as_ref().zip(declared.bootstrap.as_ref()).map(|(bootstrap, at)| {
            bootstrap.paths.iter().map(move |template| Path {
                server: fleet.server,
                scheme: None,
                template,
                profile: None,
                what: "the bootstrap file".to_owned(),
                span: at.span,
            })
        });
        let own = |path: &Path<'_>| names_phone(path.template);
        profiles.chain(bootstrap.into_iter().flatten()).filter(own).collect()
    }
}

fn names(path: &Template, name: Macro) -> bool {
    path.pieces().iter().any(|piece| matches!(piece, Piece::Macro(known) if *known == name))
}

/// Whether a phone's address has no letters.
fn is_of_digits(fleet: &Fleet, row: usize) -> bool {
    fleet.phones.macs.get(row).is_some_and(|mac| mac.plain().bytes().all(|sign| sign.is_ascii_digit()))
}
