//! Records of a table that no phone takes: `for site in sites { if site.name == phone.site { … } }`, and a name that no phone has.

use super::names::Let;
use super::program::Program;
use super::syntax::tree::{Block, Expr, ExprKind, Operator, StatementKind};
use crate::diagnostic::{Code, Diagnostic, closest};
use std::collections::{HashMap, HashSet};

/// So many texts of phones are compared with a record that nothing takes.
const MOST_COMPARED: usize = 1000;

/// Lists of records by name, as they stand in the text.
pub(super) struct Tables(HashMap<String, Expr>);

impl Tables {
    pub(super) fn of(lets: &[Let]) -> Tables {
        let is_table = |value: &Expr| match &value.kind {
            ExprKind::List(items) => matches!(items.first().map(|item| &item.kind), Some(ExprKind::Record(_))),
            _ => false,
        };
        let tables = lets.iter().filter(|declared| is_table(&declared.value));
        Tables(tables.map(|declared| (declared.name.text.clone(), declared.value.clone())).collect())
    }
}

/// One finding for each record that is called nearly what phones without a record have, where every phone of the program is
/// known.
pub(super) fn records(tables: &Tables, program: &Program) -> Vec<Diagnostic> {
    if program.fleets.is_empty() || program.fleets.iter().any(|fleet| fleet.phones.macs.is_empty()) {
        return Vec::new();
    }
    let mut lookups = Vec::new();
    program.profiles.iter().for_each(|profile| in_block(&profile.body, &mut lookups));
    let mut findings: Vec<Diagnostic> = Vec::new();
    for Lookup { over, field, column } in lookups {
        let table = match over.as_name() {
            Some(name) => tables.0.get(name),
            None => Some(over),
        };
        let Some(ExprKind::List(items)) = table.map(|table| &table.kind) else { continue };
        let columns = program.fleets.iter().filter_map(|fleet| {
            let (_, held) = fleet.phones.column(column)?;
            Some((0..fleet.phones.macs.len()).filter_map(|row| held.cells.get(row)))
        });
        let held: HashSet<&str> = columns.flatten().collect();
        if held.is_empty() {
            continue;
        }
        let named: Vec<(&Expr, String)> = items.iter().filter_map(|item| of_record(item, field)).collect();
        let untaken: Vec<&str> = held
            .iter()
            .copied()
            .filter(|cell| !named.iter().any(|(_, text)| text == cell))
            .take(MOST_COMPARED)
            .collect();
        for (value, text) in named.iter().filter(|(_, text)| !held.contains(text.as_str())) {
            if findings.iter().any(|finding| finding.span() == value.span) {
                continue;
            }
            let finding = Diagnostic::new(Code::P0204, value.span, format!("no phone has the {column} `{text}`"))
                .because("no phone takes this record");
            // A place may be there before its phones; one whose phones have another spelling is misspelt.
            if let Some(near) = closest(text, untaken.iter().copied()) {
                findings.push(finding.help(format!("did you mean `{near}`? No record has that")));
            }
        }
    }
    findings
}

/// A loop over a table whose one statement asks for the record of the phone at hand.
struct Lookup<'t> {
    over: &'t Expr,
    field: &'t str,
    column: &'t str,
}

fn in_block<'t>(block: &'t Block, found: &mut Vec<Lookup<'t>>) {
    for statement in &block.statements {
        match &statement.kind {
            StatementKind::For { variable, over, body } => {
                found.extend(lookup(&variable.text, over, body));
                in_block(body, found);
            }
            StatementKind::If { branches, otherwise } => {
                branches.iter().map(|(_, block)| block).chain(otherwise).for_each(|block| in_block(block, found));
            }
            StatementKind::Match { arms, otherwise, .. } => {
                arms.iter().map(|(_, block)| block).chain(otherwise).for_each(|block| in_block(block, found));
            }
            _ => {}
        }
    }
}

fn lookup<'t>(variable: &str, over: &'t Expr, body: &'t Block) -> Option<Lookup<'t>> {
    let [statement] = body.statements.as_slice() else { return None };
    let StatementKind::If { branches, otherwise: None } = &statement.kind else { return None };
    let [(condition, _)] = branches.as_slice() else { return None };
    let ExprKind::Binary(left, Operator::Equal, right) = &condition.kind else { return None };
    let (one, other) = (field_of(left)?, field_of(right)?);
    let (field, column) = match (one.0 == variable, other.0 == variable) {
        (true, false) if other.0 == "phone" => (one.1, other.1),
        (false, true) if one.0 == "phone" => (other.1, one.1),
        _ => return None,
    };
    Some(Lookup { over, field, column })
}

fn field_of(expr: &Expr) -> Option<(&str, &str)> {
    match &expr.kind {
        ExprKind::Field(base, field) => Some((base.as_name()?, &field.text)),
        _ => None,
    }
}

fn of_record<'t>(item: &'t Expr, field: &str) -> Option<(&'t Expr, String)> {
    let ExprKind::Record(fields) = &item.kind else { return None };
    let (_, value) = fields.iter().find(|(name, _)| name.text == field)?;
    Some((value, value.as_text()?))
}
