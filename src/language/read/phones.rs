//! Phones declared in the program: `phone MAC { model "…"  name "…" }`.

use super::super::column::{Cells, ColumnType, PhoneColumn};
use super::super::program::Phones;
use super::super::settings::{Setting, assigned};
use super::super::syntax::tree::{Argument, Expr, Ident, StatementKind};
use super::super::types::Type;
use super::super::value::{SecretPart, Value};
use super::Reader;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::phone::Mac;
use std::collections::HashMap;

impl Reader<'_> {
    pub(super) fn inline_phones(&mut self, declared: &[Setting<'_>]) -> Phones {
        let mut phones = Phones::default();
        let mut seen: HashMap<Mac, Span> = HashMap::with_capacity(declared.len());
        let mut columns: HashMap<String, usize> = HashMap::new();
        for setting in declared {
            let (Some(address), Some(block)) = (setting.expr(0), self.block_of(setting, 1)) else {
                let finding = Diagnostic::new(Code::P0101, setting.span, "a phone has an address and a block")
                    .help("write `phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }`");
                self.report(finding);
                continue;
            };
            let Some(mac) = self.typed(address, "hardware address", |value| match value {
                Value::Mac(mac) => Some(*mac),
                _ => None,
            }) else {
                continue;
            };
            if let Some(first) = seen.insert(mac.value, mac.span) {
                let finding = Diagnostic::new(Code::P0310, mac.span, format!("`{}` is declared twice", mac.value))
                    .because("declared again here")
                    .label(first, "first declared here");
                self.report(finding);
                continue;
            }
            let row = phones.macs.len();
            phones.macs.push(mac.value);
            phones.spans.push(setting.word.span.to(mac.span));
            phones.rows.push(0);
            for statement in &block.statements {
                if let (Some(name), StatementKind::Assign { target, values, .. }) =
                    (assigned(statement), &statement.kind)
                    && let [value] = values.as_slice()
                {
                    let finding = Diagnostic::new(Code::P0101, statement.span, format!("`{name}` takes no `=`"));
                    let finding = finding.because("a column is a name and its value");
                    self.report(finding.help(format!("write `{name} …`, without the `=`")).breaks());
                    let name = Ident { text: name.to_owned(), span: target.span };
                    self.cell(&mut phones, &mut columns, row, &name, value);
                    continue;
                }
                let StatementKind::Setting { word, groups } = &statement.kind else {
                    let finding = Diagnostic::new(Code::P0211, statement.span, "a phone has columns only");
                    self.report(finding.because("each is a name and a value: `name \"Front desk\"`"));
                    continue;
                };
                let mut word = Some(word.clone());
                for argument in groups.iter().flatten() {
                    match (word.take(), argument) {
                        (Some(name), Argument::Expr(value)) => {
                            self.cell(&mut phones, &mut columns, row, &name, value);
                        }
                        (
                            None,
                            Argument::Expr(Expr { kind: super::super::syntax::tree::ExprKind::Name(name), span }),
                        ) => {
                            word = Some(Ident { text: name.clone(), span: *span });
                        }
                        (_, argument) => {
                            let span = super::super::settings::argument_span(argument);
                            let finding = Diagnostic::new(Code::P0101, span, "unexpected value");
                            self.report(finding.because("expected the name of a column"));
                        }
                    }
                }
                if let Some(word) = word {
                    let finding = Diagnostic::new(Code::P0101, word.span, format!("`{}` needs a value", word.text));
                    self.report(finding.because("nothing follows it that could be one"));
                }
            }
        }
        let rows = phones.macs.len();
        for column in &mut phones.columns {
            fill(&mut column.cells, rows);
            column.cells.finish();
        }
        phones
    }

    fn cell(
        &mut self,
        phones: &mut Phones,
        columns: &mut HashMap<String, usize>,
        row: usize,
        name: &Ident,
        value: &Expr,
    ) {
        if name.text == "network" && value.as_name().is_some_and(|known| !self.globals.lets.contains_key(known)) {
            let home = self.named(value, "network", |reader| &reader.networks);
            let mut names: Vec<String> = self.networks.keys().cloned().collect();
            names.sort_unstable();
            // One that is unknown has its finding; that the phone says something stays known.
            let at = match home {
                Some(home) => self.sources.slice(home.span).to_owned(),
                None => names.first().cloned().unwrap_or_default(),
            };
            return self.put(phones, columns, row, name, (ColumnType::Network(names), at), value.span);
        }
        let Some(value) = self.value(value).map(|found| (found, value.span)) else { return };
        let (ty, text) = match (name.text.as_str(), &value.0) {
            ("mac", _) => {
                let finding = Diagnostic::new(Code::P0202, name.span, "a phone has one hardware address");
                return self.report(finding.because("it stands before the block"));
            }
            ("model", Value::Text(text)) => (ColumnType::Model, text.clone()),
            (_, Value::Text(text)) => (ColumnType::Text, text.clone()),
            (_, Value::Secret(secret)) => match secret.parts.as_slice() {
                [SecretPart::Kept(kept)] => (ColumnType::Secret, kept.to_string()),
                _ => {
                    let finding = Diagnostic::new(Code::P0301, value.1, "a cell holds one secret as it is kept");
                    return self.report(finding);
                }
            },
            (_, Value::Int(number)) => (ColumnType::Int, number.to_string()),
            (_, Value::Bool(value)) => (ColumnType::Bool, if *value { "yes" } else { "no" }.to_owned()),
            (_, list @ Value::List(items)) => match (items_type(items), ColumnType::cell_of(list)) {
                (Some(item), Some(Ok(text))) => (ColumnType::List(Box::new(item)), text),
                (_, Some(Err(why))) => {
                    return self
                        .report(Diagnostic::new(Code::P0301, value.1, "no phone can hold this list").because(why));
                }
                _ => {
                    let finding = Diagnostic::new(Code::P0301, value.1, "no phone can hold this list");
                    return self
                        .report(finding.because("its items are strings, integers or bools, and all of one type"));
                }
            },
            (_, other) => {
                let finding = Diagnostic::new(Code::P0301, value.1, format!("a {} cannot stand here", other.kind()));
                return self.report(
                    finding.because("a phone's column holds a string, an integer, a bool, or a list of these"),
                );
            }
        };
        self.put(phones, columns, row, name, (ty, text), value.1);
    }

    /// Takes a cell over, once its value is known.
    fn put(
        &mut self,
        phones: &mut Phones,
        columns: &mut HashMap<String, usize>,
        row: usize,
        name: &Ident,
        (ty, text): (ColumnType, String),
        span: Span,
    ) {
        let position = *columns.entry(name.text.clone()).or_insert_with(|| {
            phones.columns.push(PhoneColumn {
                name: name.text.clone(),
                ty: ty.clone(),
                span: name.span,
                optional: false,
                cells: Cells::default(),
            });
            phones.columns.len() - 1
        });
        let Some(column) = phones.columns.get_mut(position) else { return };
        if column.ty != ty {
            let message = format!("`{}` holds values of two types", name.text);
            let this = Type::from(&ty).with_article();
            let finding = Diagnostic::new(Code::P0301, span, message)
                .because(format!("this is {this}, the first was {}", Type::from(&column.ty).with_article()));
            return self.report(finding);
        }
        if column.cells.len() > row {
            let finding = Diagnostic::new(Code::P0202, name.span, format!("`{}` is given twice", name.text));
            return self.report(finding);
        }
        fill(&mut column.cells, row);
        // A program is far smaller than what a column holds.
        let _ = column.cells.push(Some(&text));
    }
}

/// What all items of a list are; a list of none is one of strings.
fn items_type(items: &[Value]) -> Option<ColumnType> {
    let of = |value: &Value| match value {
        Value::Text(_) => Some(ColumnType::Text),
        Value::Int(_) => Some(ColumnType::Int),
        Value::Bool(_) => Some(ColumnType::Bool),
        _ => None,
    };
    let first = items.first().map_or(Some(ColumnType::Text), of)?;
    items.iter().all(|item| of(item).as_ref() == Some(&first)).then_some(first)
}

/// Phones without a cell in the column, up to a row.
fn fill(cells: &mut Cells, rows: usize) {
    while cells.len() < rows && cells.push(None) {}
}
