//! Secrets that differ from phone to phone by more than one column: `phone.pw else common`, what a function makes of a cell, a field
//! of a record. Nobody knows their texts, so what is kept for each phone is where its parts come from.

use super::Compiler;
use super::columns::Columns;
use crate::diagnostic::{Code, Diagnostic};
use crate::language::syntax::tree::Expr;
use crate::language::{SecretPart, SecretText, Value};
use crate::plan::{Piece, Template, TextColumn};

/// What a part is, whichever text or secret it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Kept,
    Derived,
}

/// The phones whose secrets are made of the same kinds of parts.
struct Group {
    kinds: Vec<Kind>,
    rows: Vec<usize>,
}

/// Different makings of one value. More than this no program means.
const MOST_GROUPS: usize = 64;

impl Compiler<'_> {
    /// A secret of each phone of `rows` as pieces: parts of phones that it is made otherwise for are empty.
    pub(super) fn secret_pieces(
        &mut self,
        expr: &Expr,
        secrets: &[(usize, SecretText)],
        columns: &mut Columns<'_>,
    ) -> Option<Vec<Piece>> {
        let mut groups: Vec<Group> = Vec::new();
        for (position, (_, secret)) in secrets.iter().enumerate() {
            let kinds: Vec<Kind> = secret.parts.iter().map(kind).collect();
            match groups.iter_mut().find(|group| group.kinds == kinds) {
                Some(group) => group.rows.push(position),
                None => groups.push(Group { kinds, rows: vec![position] }),
            }
            if groups.len() > MOST_GROUPS {
                let finding = Diagnostic::new(Code::P0106, expr.span, "this secret is made in too many ways");
                self.report(finding.because(format!("the limit is {MOST_GROUPS} among the phones of a fleet")));
                return None;
            }
        }
        let name = self.words(expr.span);
        let mut pieces = Vec::new();
        for (number, group) in groups.iter().enumerate() {
            for at in 0..group.kinds.len() {
                let parts = || {
                    group
                        .rows
                        .iter()
                        .filter_map(|row| secrets.get(*row))
                        .filter_map(|(row, secret)| Some((*row, secret.parts.get(at)?)))
                };
                // What all phones share needs no column.
                let same = match parts().next() {
                    Some((_, first)) if groups.len() == 1 && parts().all(|(_, part)| part == first) => Some(first),
                    _ => None,
                };
                let name = format!("{name} {number}.{at}");
                pieces.push(match same {
                    Some(part) => piece(part),
                    None => {
                        let fill = |text: &dyn Fn(&SecretPart) -> String| {
                            filled(parts().map(|(row, part)| (row, text(part))), columns.phones.macs.len())
                        };
                        let column = |columns: &mut Columns<'_>, name: String, cells: Option<TextColumn>| {
                            cells.map(|cells| columns.add(name, cells))
                        };
                        match group.kinds.get(at)? {
                            Kind::Text => {
                                let cells = fill(&reference);
                                Piece::Column(column(columns, name, cells)?)
                            }
                            Kind::Kept => {
                                let cells = fill(&reference);
                                Piece::SecretColumn(column(columns, name, cells)?)
                            }
                            Kind::Derived => {
                                let (secrets, about) = (fill(&reference), fill(&what_for));
                                let mut template = Template::default();
                                template.push(Piece::Column(column(columns, format!("{name} for"), about)?));
                                let secret = column(columns, name, secrets)?;
                                Piece::DerivedColumn { secret, about: template }
                            }
                        }
                    }
                });
            }
        }
        Some(pieces)
    }

    /// The value of each phone of `rows`, if it is a secret; nothing when one has a finding, or is none.
    pub(super) fn secrets_of(
        &mut self,
        expr: &Expr,
        locals: &[(String, Value)],
        rows: impl Iterator<Item = usize>,
        columns: &Columns<'_>,
    ) -> Option<Vec<(usize, SecretText)>> {
        let mut all = Vec::new();
        for row in rows {
            match self.evaluate_for(expr, locals, columns.phones, Some(row)) {
                Ok(Value::Secret(secret)) => all.push((row, secret)),
                Ok(_) => return None,
                Err(finding) => {
                    if let Some(mut finding) = finding {
                        if finding.code == Code::P0211 {
                            self.missing_cell(expr, columns.phones, Some(row), &mut finding);
                        }
                        self.findings.push(*finding);
                    }
                    return None;
                }
            }
        }
        Some(all)
    }
}

/// A column of these cells, by row, the others empty; nothing when there is more than a column holds.
fn filled(cells: impl Iterator<Item = (usize, String)>, rows: usize) -> Option<TextColumn> {
    let mut column = TextColumn::default();
    let mut fits = true;
    for (row, text) in cells {
        while fits && column.len() < row {
            fits = column.push("");
        }
        fits = fits && column.push(&text);
    }
    while fits && column.len() < rows {
        fits = column.push("");
    }
    fits.then_some(column)
}

fn kind(part: &SecretPart) -> Kind {
    match part {
        SecretPart::Text(_) => Kind::Text,
        SecretPart::Kept(_) => Kind::Kept,
        SecretPart::Derived(..) => Kind::Derived,
    }
}

/// A part as it is for all phones.
pub(super) fn piece(part: &SecretPart) -> Piece {
    match part {
        SecretPart::Text(text) => Piece::Text(text.clone()),
        SecretPart::Kept(secret) => Piece::Secret(secret.clone()),
        SecretPart::Derived(secret, about) => {
            Piece::Derived { secret: secret.clone(), about: Template::text(about.clone()) }
        }
    }
}

/// A text, or where a secret is kept.
fn reference(part: &SecretPart) -> String {
    match part {
        SecretPart::Text(text) => text.clone(),
        SecretPart::Kept(secret) | SecretPart::Derived(secret, _) => secret.to_string(),
    }
}

fn what_for(part: &SecretPart) -> String {
    match part {
        SecretPart::Derived(_, about) => about.clone(),
        SecretPart::Text(_) | SecretPart::Kept(_) => String::new(),
    }
}
