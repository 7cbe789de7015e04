//! Which cells of a phone something depends on. Phones that are alike in them need not be looked at again.

use super::varies::included;
use crate::language::syntax::tree::{Block, Expr, ExprKind, StatementKind, TargetKind, TextPart};
use crate::language::{Cells, Phones, Program};
use std::collections::HashMap;

/// The columns that a value depends on, each once. None: on what no column holds, such as the hardware address.
pub(super) fn columns_of<'p>(values: &[Expr], phones: &'p Phones) -> Option<Vec<&'p Cells>> {
    let mut names = Names::default();
    names.values(values);
    names.columns(phones)
}

/// The phones of a fleet by how they are alike in what decides a profile's form.
pub(super) struct Alike<'p> {
    columns: Option<Vec<&'p Cells>>,
    known: HashMap<Vec<u8>, usize>,
    key: Vec<u8>,
}

impl<'p> Alike<'p> {
    pub fn new(body: &Block, program: &Program, phones: &'p Phones) -> Self {
        let mut names = Names::default();
        names.block(body, program, &mut Vec::new());
        Alike { columns: names.columns(phones), known: HashMap::new(), key: Vec::new() }
    }

    /// What was learned of a phone like this one.
    pub fn group(&mut self, row: usize) -> Option<usize> {
        self.key.clear();
        for cells in self.columns.as_ref()? {
            // Each with its length before it: no two rows of cells have one key.
            let cell = cells.get(row);
            self.key.extend(cell.map_or(u64::MAX, |cell| cell.len() as u64).to_le_bytes());
            self.key.extend(cell.unwrap_or_default().as_bytes());
        }
        self.known.get(&self.key).copied()
    }

    /// Of the phone that was last asked about.
    pub fn learn(&mut self, group: usize) {
        if self.columns.is_some() {
            self.known.insert(self.key.clone(), group);
        }
    }
}

/// Names of columns.
#[derive(Default)]
struct Names<'e> {
    names: Vec<&'e str>,
    /// Something depends on more than columns.
    more: bool,
}

impl<'e> Names<'e> {
    fn columns(self, phones: &Phones) -> Option<Vec<&Cells>> {
        if self.more {
            return None;
        }
        let mut names = self.names;
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(|name| Some(&phones.column(name)?.1.cells)).collect()
    }

    fn values(&mut self, values: &'e [Expr]) {
        values.iter().for_each(|value| self.value(value));
    }

    fn value(&mut self, value: &'e Expr) {
        match &value.kind {
            ExprKind::Literal(_) | ExprKind::Bool(_) => {}
            // Of a loop or of the program; what a loop runs over is looked at where it begins.
            ExprKind::Name(name) => self.more |= matches!(name.as_str(), "phone" | "request"),
            ExprKind::Field(base, field) if base.as_name() == Some("phone") => match field.text.as_str() {
                "mac" => self.more = true,
                column => self.names.push(column),
            },
            ExprKind::Field(base, _) => self.value(base),
            ExprKind::Text(parts) => parts.iter().for_each(|part| match part {
                TextPart::Text(_) => {}
                TextPart::Hole(hole) => self.value(hole),
            }),
            ExprKind::Call(_, items) | ExprKind::List(items) => self.values(items),
            ExprKind::Not(inner) | ExprKind::Minus(inner) => self.value(inner),
            ExprKind::Index(left, right) | ExprKind::Binary(left, _, right) => {
                self.value(left);
                self.value(right);
            }
            _ => self.more = true,
        }
    }

    /// What decides which assignments there are; what is assigned decides nothing.
    fn block(&mut self, block: &'e Block, program: &'e Program, seen: &mut Vec<usize>) {
        for statement in &block.statements {
            match &statement.kind {
                StatementKind::If { branches, otherwise } => {
                    for (condition, block) in branches {
                        self.value(condition);
                        self.block(block, program, seen);
                    }
                    otherwise.iter().for_each(|block| self.block(block, program, seen));
                }
                StatementKind::For { over, body, .. } => {
                    self.value(over);
                    self.block(body, program, seen);
                }
                StatementKind::Match { value, arms, otherwise } => {
                    self.value(value);
                    for (patterns, block) in arms {
                        self.values(patterns);
                        self.block(block, program, seen);
                    }
                    otherwise.iter().for_each(|block| self.block(block, program, seen));
                }
                StatementKind::Ownership { target, .. } | StatementKind::Assign { target, .. } => {
                    if let TargetKind::Name(parts) = &target.kind {
                        parts.iter().filter_map(|(_, index)| index.as_ref()).for_each(|index| self.value(index));
                    }
                }
                StatementKind::Setting { .. } => {
                    if let Some((position, profile)) = included(statement, program)
                        && !seen.contains(&position)
                    {
                        seen.push(position);
                        self.block(&profile.body, program, seen);
                    }
                }
                StatementKind::Expect { .. } => {}
            }
        }
    }
}
