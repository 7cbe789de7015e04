//! Two files under one server, scheme and path would answer for each other.

use super::Compiler;
use super::redirected::redirected;
use super::share::names_phone;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::plan::{Fleet, Macro, Model, Piece, Profile, Redirect, Scheme, Template};
use std::collections::HashMap;

/// Whose file a path is.
struct Claim<'p> {
    fleet: &'p str,
    what: String,
    /// None for a bootstrap file, which is given over every scheme.
    profile: Option<&'p Profile>,
    /// Whether the path is another for each phone.
    per_phone: bool,
    span: Span,
}

impl Claim<'_> {
    /// Whether both can stand: they are never asked for alike, or what is sent is the same.
    fn agrees(&self, other: &Claim<'_>) -> bool {
        // Fleets have no phone in common, and the path tells phones apart.
        if self.fleet != other.fleet && self.per_phone && other.per_phone {
            return true;
        }
        match (self.profile, other.profile) {
            (Some(one), Some(two)) if one.scheme != two.scheme => true,
            (Some(one), Some(two)) => self.fleet != other.fleet && same_bytes(one, two),
            // Fleets' bootstrap files are told apart by who asks; a profile under such a name would answer for one.
            (None, None) => true,
            _ => false,
        }
    }
}

impl Compiler<'_> {
    pub(super) fn one_file_per_path(&mut self) {
        let mut claims: HashMap<(usize, String), Vec<Claim<'_>>> = HashMap::new();
        let mut findings = Vec::new();
        for planned in &self.plan.fleets {
            let declared = self.checked.program.fleets.iter().find(|fleet| fleet.name.value == planned.id);
            let Some(declared) = declared else { continue };
            let mut models: Vec<u16> = planned.phones.models.clone();
            models.sort_unstable();
            models.dedup();
            let models: Vec<&Model> =
                models.iter().filter_map(|model| self.plan.models.get(usize::from(*model))).collect();
            let mut claim = |server: usize, path: &Template, profile: Option<&'_ Profile>, span: Span| {
                let what =
                    profile.map_or_else(|| "the bootstrap file".into(), |profile| format!("profile `{}`", profile.id));
                forms(path, &models, &planned.id).into_iter().find_map(|form| {
                    let at = claims.entry((server, form.clone())).or_default();
                    // The plan outlives this; its profiles are found again by position for the lifetime's sake.
                    let profile = planned.profiles.iter().find(|known| profile.is_some_and(|one| one.id == known.id));
                    let this =
                        Claim { fleet: &planned.id, what: what.clone(), profile, per_phone: names_phone(path), span };
                    let other = at.iter().find(|other| !this.agrees(other) && !self.is_copy(this.fleet, other.fleet));
                    let finding = other.map(|other| collision(&form, &this, other));
                    at.push(this);
                    finding
                })
            };
            if let (Some(bootstrap), Some(at)) = (&planned.bootstrap, &declared.bootstrap) {
                findings.extend(bootstrap.paths.iter().find_map(|path| claim(planned.server, path, None, at.span)));
            }
            for (profile, name) in planned.profiles.iter().zip(&declared.profiles) {
                findings.extend(claim(profile.server, &profile.path, Some(profile), name.span));
            }
        }
        for (server, planned) in self.plan.servers.iter().enumerate() {
            for scheme in [Scheme::Http, Scheme::Https] {
                let of_phones = self.phones_redirected(server, scheme, planned.redirects(scheme));
                findings.extend(planned.redirects(scheme).iter().filter_map(|redirect| {
                    // One file shows what it takes; the first by its path, so that it is always the same.
                    let taken = claims.iter().filter(|((at, form), _)| *at == server && redirect.leads(form).is_some());
                    let asked = taken.flat_map(|((_, form), all)| all.iter().map(move |claim| (form, claim)));
                    let of_scheme = |claim: &Claim<'_>| claim.profile.is_none_or(|one| one.scheme == scheme);
                    let first = asked.filter(|(_, claim)| of_scheme(claim)).min_by_key(|(form, _)| *form);
                    let span = self.redirect_span(redirect);
                    let of_claim = |(form, claim): (&String, &Claim<'_>)| {
                        let what = format!("the path of {} of fleet `{}`", claim.what, claim.fleet);
                        redirected(form, &what, claim.span, span)
                    };
                    let of_phone = || of_phones.get(&redirect.from).map(|taken| taken.finding(span));
                    first
                        .map(of_claim)
                        .or_else(of_phone)
                        .or_else(|| self.load_redirected(server, scheme, redirect, span))
                }));
            }
        }
        self.findings.extend(findings);
        self.cells_in_paths();
    }

    /// Paths with cells in them are compared as they expand: what is in a cell is known only then.
    fn cells_in_paths(&mut self) {
        let of_cells = |profile: &Profile| profile.path.pieces().iter().any(|piece| matches!(piece, Piece::Column(_)));
        let fleets = &self.plan.fleets;
        if !fleets.iter().flat_map(|fleet| &fleet.profiles).any(of_cells) {
            return self.phones_by_name();
        }
        let mut seen: HashMap<(usize, Scheme, String), (usize, usize, usize)> = HashMap::new();
        let mut findings = Vec::new();
        for (number, fleet) in fleets.iter().enumerate() {
            for (position, profile) in fleet.profiles.iter().enumerate() {
                let clash = (0..fleet.phones.len()).find_map(|row| {
                    let mut path = String::new();
                    fleet.phones.expand(&profile.path, row, &self.plan.models, &mut path);
                    let first =
                        seen.entry((profile.server, profile.scheme, path.clone())).or_insert((number, position, row));
                    let other = fleets.get(first.0).and_then(|fleet| fleet.profiles.get(first.1));
                    let alike = first.0 != number
                        && (other.is_some_and(|other| same_bytes(profile, other))
                            || fleets.get(first.0).is_some_and(|other| self.is_copy(&fleet.id, &other.id)));
                    ((first.0 != number || first.1 != position) && !alike).then_some((path, row, *first))
                });
                let Some((path, row, (other_fleet, other_position, other_row))) = clash else { continue };
                let other =
                    fleets.get(other_fleet).and_then(|fleet| Some((fleet, fleet.profiles.get(other_position)?)));
                let Some((other_fleet, other)) = other else { continue };
                let declared = self.checked.program.fleets.iter().find(|declared| declared.name.value == fleet.id);
                let span = declared.and_then(|declared| declared.profiles.get(position)).map(|name| name.span);
                let phone =
                    |fleet: &Fleet, row: usize| fleet.phones.macs.get(row).map(ToString::to_string).unwrap_or_default();
                findings.push(
                    Diagnostic::new(Code::P0605, span.unwrap_or_default(), format!("two files have the path `{path}`"))
                        .because(format!("profile `{}` of fleet `{}`, for {}", profile.id, fleet.id, phone(fleet, row)))
                        .note(format!(
                            "the other is profile `{}` of fleet `{}`, for {}",
                            other.id,
                            other_fleet.id,
                            phone(other_fleet, other_row)
                        ))
                        .help("give one of them another path, or put the fleets on different servers"),
                );
            }
        }
        self.findings.extend(findings);
    }
}

fn collision(form: &str, this: &Claim<'_>, other: &Claim<'_>) -> Diagnostic {
    Diagnostic::new(Code::P0605, this.span, format!("two files have the path `{form}`"))
        .because(format!("{} of fleet `{}`", this.what, this.fleet))
        .label(other.span, format!("{} of fleet `{}`", other.what, other.fleet))
        .help("give one of them another path, or put the fleets on different servers")
}

impl Compiler<'_> {
    /// Whether one of two fleets has all phones of the other, which is told.
    pub(super) fn is_copy(&self, one: &str, other: &str) -> bool {
        let pair = |one: &str, other: &str| [one.to_owned(), other.to_owned()];
        !self.copied.is_empty() && (self.copied.contains(&pair(one, other)) || self.copied.contains(&pair(other, one)))
    }

    /// The same of a load that some phone may ask for.
    fn load_redirected(&self, server: usize, scheme: Scheme, redirect: &Redirect, span: Span) -> Option<Diagnostic> {
        self.plan.fleets.iter().find_map(|fleet| {
            let upgrade = fleet.upgrade.as_ref().filter(|one| one.server == server && one.scheme == scheme)?;
            let mut paths = upgrade.loads.iter().map(|load| format!("{}/{load}", upgrade.directory));
            let path = paths.find(|path| redirect.leads(path).is_some())?;
            let mut declared = self.checked.program.fleets.iter();
            let declared = declared.find(|declared| declared.name.value == fleet.id)?;
            let place = declared.upgrade.as_ref().map_or(declared.name.span, |one| one.value.fetch.path.span);
            Some(redirected(&path, &format!("where phones of fleet `{}` look for loads", fleet.id), place, span))
        })
    }

    /// A path as the phones of a fleet ask for it.
    pub(super) fn forms_of(&self, path: &Template, fleet: &Fleet) -> Vec<String> {
        let positions: std::collections::BTreeSet<u16> = fleet.phones.models.iter().copied().collect();
        let models: Vec<&Model> =
            positions.into_iter().filter_map(|model| self.plan.models.get(usize::from(model))).collect();
        forms(path, &models, &fleet.id)
    }
}

/// A path as the models of a fleet ask for it, phones left open.
fn forms(path: &Template, models: &[&Model], fleet: &str) -> Vec<String> {
    let form = |model: &&Model| {
        path.pieces().iter().fold(String::new(), |text, piece| match piece {
            Piece::Text(more) => text + more,
            Piece::Macro(Macro::Pn) => text + &model.name,
            Piece::Macro(Macro::Psn) => text + &model.series,
            Piece::Macro(name) => text + "$" + name.name(),
            Piece::Column(column) => text + &format!("{{{fleet} {column}}}"),
            // No path holds a secret, or a text by model.
            Piece::ByModel(_)
            | Piece::Request(_)
            | Piece::Secret(_)
            | Piece::SecretColumn(_)
            | Piece::Derived { .. }
            | Piece::DerivedColumn { .. } => text,
        })
    };
    let mut forms: Vec<String> = models.iter().map(form).collect();
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Whether two profiles are one file for all their phones.
pub(super) fn same_bytes(one: &Profile, two: &Profile) -> bool {
    constant(one) && one.shapes == two.shapes && (one.gzip, &one.seal) == (two.gzip, &two.seal)
}

/// Whether every phone gets the same octets.
fn constant(profile: &Profile) -> bool {
    let fixed = |template: &Template| template.constant().is_some();
    profile.shapes.len() == 1
        && profile.shapes.iter().flat_map(|shape| &shape.settings).all(|setting| match &setting.value {
            crate::plan::SettingValue::Set(value) => fixed(value),
            crate::plan::SettingValue::Keep => true,
        })
}
