//! The path decides who shares a file. Phones whose paths expand alike must agree on every value in it.

use super::Compiler;
use super::columns::Columns;
use crate::diagnostic::{Code, Diagnostic, FileId, Position, Span};
use crate::plan::{Model, Origin, Piece, Profile, Setting, SettingValue, Template};
use std::collections::HashMap;

/// A finding names so many parameters, and counts the others.
const NAMED: usize = 3;

impl Compiler<'_> {
    /// Finds the first two phones, per setting, that share a file of the profile and differ in it.
    pub(super) fn sharing(
        &mut self,
        profile: &Profile,
        fetch: Span,
        columns: &Columns<'_>,
        others: &[Profile],
        derived: &[Setting],
    ) {
        if names_phone(&profile.path) || !differs(profile) {
            return;
        }
        let models = &self.plan.models;
        let mut first: HashMap<String, usize> = HashMap::new();
        let mut found: Vec<(String, usize, usize)> = Vec::new();
        for row in 0..columns.table.len() {
            let mut path = String::new();
            columns.table.expand(&profile.path, row, models, &mut path);
            let one = *first.entry(path).or_insert(row);
            if one == row {
                continue;
            }
            let (Some(a), Some(b)) = (profile.shape(one), profile.shape(row)) else { continue };
            for setting in a.settings.iter().chain(&b.settings) {
                let known = found.iter().any(|(element, _, _)| *element == setting.element);
                let value = |row: usize, settings: &[Setting]| {
                    settings
                        .iter()
                        .find(|other| other.element == setting.element)
                        .map(|setting| (value_of(setting, row, columns, models, Shown::ToCompare), setting.user))
                };
                if !known && value(one, &a.settings) != value(row, &b.settings) {
                    found.push((setting.element.clone(), one, row));
                }
            }
        }
        if let Some((one, row)) = self.other_key(profile, columns) {
            let mac = |row: usize| columns.table.macs.get(row).map(ToString::to_string).unwrap_or_default();
            let finding =
                Diagnostic::new(Code::P0402, fetch, "the key differs between phones that fetch the same file")
                    .because(format!("one file for {} and {}, sealed for the first", mac(one), mac(row)))
                    .help("name the phone in the path, as in \"/account/$MA.cfg\"");
            self.report(finding);
        }
        let mut pairs: Vec<((usize, usize), Vec<String>)> = Vec::new();
        for (element, one, row) in found {
            match pairs.iter_mut().find(|(pair, _)| *pair == (one, row)) {
                Some((_, elements)) => elements.push(element),
                None => pairs.push(((one, row), vec![element])),
            }
        }
        for (pair, elements) in pairs {
            let made = elements.iter().any(|element| derived.iter().any(|setting| setting.element == *element));
            self.report_difference(profile, fetch, columns, if made { None } else { Some(others) }, &elements, pair);
        }
    }

    /// The first two phones that share a file, and whose keys for it differ.
    fn other_key(&self, profile: &Profile, columns: &Columns<'_>) -> Option<(usize, usize)> {
        let seal = profile.seal.as_ref()?;
        let models = &self.plan.models;
        let mut first: HashMap<String, (usize, String)> = HashMap::new();
        (0..columns.table.len()).find_map(|row| {
            let (mut path, mut key) = (String::new(), String::new());
            columns.table.expand(&profile.path, row, models, &mut path);
            columns.table.expand_to_compare(&seal.key, row, models, &mut key);
            let (one, known) = first.entry(path).or_insert_with(|| (row, key.clone()));
            (*known != key).then_some((*one, row))
        })
    }

    /// The path is the one mistake, however many parameters show it.
    fn report_difference(
        &mut self,
        profile: &Profile,
        fetch: Span,
        columns: &Columns<'_>,
        others: Option<&[Profile]>,
        elements: &[String],
        (one, row): (usize, usize),
    ) {
        let Some(element) = elements.first() else { return };
        let models = &self.plan.models;
        let setting = |row: usize| {
            profile.shape(row).and_then(|shape| shape.settings.iter().find(|setting| setting.element == *element))
        };
        let shown = |row: usize| {
            let value = setting(row).and_then(|setting| value_of(setting, row, columns, models, Shown::ToRead));
            let mac = columns.table.macs.get(row).map(ToString::to_string).unwrap_or_default();
            match value {
                Some(value) => format!("\"{value}\" for {mac}"),
                None => format!("not set for {mac}"),
            }
        };
        let Some(origin) = setting(one).or_else(|| setting(row)).map(|setting| setting.origin) else { return };
        let mut path = String::new();
        columns.table.expand(&profile.path, one, models, &mut path);
        let written =
            |element: &String| format!("`{}`", self.catalogue.written(element).unwrap_or_else(|| element.to_owned()));
        let names: Vec<String> = elements.iter().take(NAMED).map(written).collect();
        let more = elements.len() - names.len();
        let message = match (more, names.as_slice()) {
            (0, [name]) => format!("{name} differs between phones that fetch the same file"),
            (0, _) => format!("{} differ between phones that fetch the same file", names.join(", ")),
            _ => format!("{} and {more} more differ between phones that fetch the same file", names.join(", ")),
        };
        let finding = Diagnostic::new(Code::P0402, self.place(origin), message)
            .label(fetch, format!("one file, {path}, for both"));
        let differs = setting(one).or_else(|| setting(row)).and_then(|setting| differing(setting, columns, one, row));
        let cell = |row: usize| columns.phones.place(row, differs);
        let finding = match cell(one).zip(cell(row)) {
            Some((first, second)) => {
                finding.because("it is set here").at_data(Some(first), shown(one)).at_data(Some(second), shown(row))
            }
            None => finding.because(format!("{}, {}", shown(one), shown(row))),
        };
        // Phones of one product have the same then, and may share a file.
        let of_the_model = others.is_none() && {
            let product = |row: usize| columns.table.models.get(row);
            let values = |row: usize| -> Vec<Option<String>> {
                let settings = profile.shape(row).map(|shape| &shape.settings);
                let found = |element: &String| settings?.iter().find(|setting| setting.element == *element);
                let value = |setting| value_of(setting, row, columns, models, Shown::ToCompare);
                elements.iter().map(|element| found(element).and_then(value)).collect()
            };
            let mut first: HashMap<_, Vec<Option<String>>> = HashMap::new();
            (0..columns.table.len()).all(|row| {
                let here = values(row);
                *first.entry(product(row)).or_insert_with(|| here.clone()) == here
            })
        };
        let carrier = others.map(|others| others.iter().find(|other| names_phone(&other.path)));
        let finding = match carrier {
            // What follows from the fleet stands in its first profile, and is not to be moved.
            None => finding.note("it follows from the fleet, and stands in its first profile").help(format!(
                "put `{}` in the path of `{}`, as in \"/{1}/{0}.xml\"; or let what differs be told by `$MA`, `$PSN` and the like, which phones expand themselves",
                if of_the_model { "$PSN" } else { "$MA" },
                profile.id
            )),
            Some(Some(other)) => {
                let path = self.rule_path(&other.path);
                finding.help(format!(
                    "move {} to `{}`, whose path names the phone (`{path}`)",
                    if elements.len() == 1 { "it" } else { "them" },
                    other.id
                ))
            }
            Some(None) => {
                finding.help("put `$MA` in the path, as in \"/phones/$MA.xml\": each phone fetches a file of its own")
            }
        };
        self.report(finding);
    }

    /// The place an origin means, to the end of its statement.
    pub(super) fn place(&self, origin: Origin) -> Span {
        let Some(source) = origin.source else { return Span::default() };
        let position = Position { line: origin.line as usize, column: origin.column as usize };
        self.checked.sources.span_at(FileId(source), position)
    }

    /// A path as one would write it.
    pub(super) fn rule_path(&self, path: &Template) -> String {
        path.pieces().iter().fold(String::new(), |text, piece| match piece {
            Piece::Text(more) => text + more,
            Piece::Macro(name) => text + "$" + name.name(),
            Piece::Column(_) | Piece::ByModel(_) | Piece::Request(_) => text + "{…}",
            Piece::Secret(_) | Piece::SecretColumn(_) | Piece::Derived { .. } | Piece::DerivedColumn { .. } => {
                text + "•••"
            }
        })
    }
}

/// The column of the data file whose cells make two phones' values differ; one that was computed is none of the file's.
fn differing<'c>(setting: &Setting, columns: &'c Columns<'_>, one: usize, row: usize) -> Option<&'c str> {
    let SettingValue::Set(value) = &setting.value else { return None };
    value.pieces().iter().find_map(|piece| {
        let Piece::Column(column) = piece else { return None };
        let name = &columns.table.columns.get(*column)?.name;
        let (_, source) = columns.phones.column(name)?;
        (source.cells.get(one) != source.cells.get(row)).then_some(name.as_str())
    })
}

pub(super) fn names_phone(path: &Template) -> bool {
    path.pieces().iter().any(|piece| matches!(piece, Piece::Macro(name) if name.names_phone()))
}

/// Whether anything in the profile can differ between two phones at all.
fn differs(profile: &Profile) -> bool {
    profile.seal.is_some()
        || profile.shapes.len() > 1
        || profile.shapes.iter().flat_map(|shape| &shape.settings).any(|setting| match &setting.value {
            SettingValue::Set(value) => value.pieces().iter().any(|piece| !matches!(piece, Piece::Text(_))),
            SettingValue::Keep => false,
        })
}

/// For whom a value is written out.
#[derive(Clone, Copy)]
enum Shown {
    ToCompare,
    ToRead,
}

fn value_of(setting: &Setting, row: usize, columns: &Columns<'_>, models: &[Model], shown: Shown) -> Option<String> {
    match &setting.value {
        SettingValue::Set(template) => {
            let mut text = String::new();
            match shown {
                Shown::ToCompare => columns.table.expand_to_compare(template, row, models, &mut text),
                Shown::ToRead => columns.table.expand(template, row, models, &mut text),
            }
            Some(text)
        }
        SettingValue::Keep => None,
    }
}
