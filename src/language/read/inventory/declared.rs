//! The columns that an inventory declares.

use super::super::super::column::ColumnType;
use super::super::super::meant;
use super::super::super::names::InventoryDecl;
use super::super::super::syntax::tree::{ColumnDecl, Expr, TypeArg, TypeKind};
use super::super::Reader;
use crate::diagnostic::{Code, Diagnostic, Span};

/// A column as declared.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub name: String,
    pub span: Span,
    pub ty: ColumnType,
    /// What an empty cell stands for.
    pub default: Option<String>,
    /// `T?`: an empty cell is no value.
    pub optional: bool,
    /// Whether no two rows may hold the same.
    pub unique: bool,
    /// Whether its cells say which phone a row is.
    pub address: bool,
}

impl Reader<'_> {
    /// The columns, one of them the hardware address; nothing when any has a finding.
    pub(super) fn columns(&mut self, decl: &InventoryDecl) -> Option<Vec<Column>> {
        let before = self.findings.len();
        let mut columns: Vec<Column> = Vec::with_capacity(decl.columns.len());
        let mut unread = false;
        for column in &decl.columns {
            let Some(column) = self.column(column) else {
                unread = true;
                continue;
            };
            match columns.iter().find(|known| known.name == column.name) {
                Some(first) => {
                    let message = format!("column `{}` is declared twice", column.name);
                    let finding = Diagnostic::new(Code::P0202, column.span, message).because("declared again here");
                    let finding = finding.label(first.span, "first declared here");
                    self.report(finding);
                }
                None => columns.push(column),
            }
        }
        if unread || self.findings.len() > before {
            return None;
        }
        let addresses = || columns.iter().enumerate().filter(|(_, column)| column.ty == ColumnType::Mac);
        let named = addresses().find(|(_, column)| column.name == "mac");
        let (position, _) = match (named, addresses().count()) {
            (Some(named), _) => named,
            (None, 1) => addresses().next()?,
            (None, count) => {
                let message = format!("inventory `{}` names no phone", decl.name.text);
                let finding = Diagnostic::new(Code::P0212, decl.name.span, message);
                self.report(if count == 0 {
                    finding.help("add the column `mac : mac`")
                } else {
                    finding
                        .because(format!("it has {count} columns of hardware addresses"))
                        .help("name the phone's own `mac`")
                });
                return None;
            }
        };
        if let Some(wrong) = columns.iter().find(|column| column.name == "mac" && column.ty != ColumnType::Mac) {
            let finding = Diagnostic::new(Code::P0301, wrong.span, "column `mac` is the phone's hardware address");
            self.report(finding.help("write `mac : mac`"));
            return None;
        }
        let mut homes = columns.iter().filter(|column| matches!(column.ty, ColumnType::Network(_)));
        if let (Some(first), Some(second)) = (homes.next(), homes.next()) {
            let finding = Diagnostic::new(Code::P0202, second.span, "a phone is plugged into one network");
            self.report(finding.because("again said here").label(first.span, "first said here"));
            return None;
        }
        let address = columns.get_mut(position)?;
        address.address = true;
        if address.optional || address.default.is_some() {
            let finding = Diagnostic::new(Code::P0301, address.span, "every phone has its own hardware address");
            self.report(finding.help(format!("write `{} : mac`", address.name)));
            return None;
        }
        Some(columns)
    }

    fn column(&mut self, decl: &ColumnDecl) -> Option<Column> {
        let ty = self.column_type(&decl.ty.kind, decl.ty.span)?;
        let default = match &decl.default {
            // A default that cannot be read is no column without one.
            Some(expr) => Some(self.default(expr, &ty)?),
            None => None,
        };
        Some(Column {
            name: decl.name.text.clone(),
            span: decl.name.span,
            ty,
            default,
            optional: decl.ty.optional,
            unique: decl.unique,
            address: false,
        })
    }

    fn column_type(&mut self, kind: &TypeKind, span: Span) -> Option<ColumnType> {
        Some(match kind {
            TypeKind::Name(name) if name == "network" => {
                let mut names: Vec<String> = self.networks.keys().cloned().collect();
                names.sort_unstable();
                if names.is_empty() {
                    let finding = Diagnostic::new(Code::P0201, span, "the program declares no network");
                    self.report(finding.because("such a cell names one").help("declare it `string`, or add a network"));
                    return None;
                }
                ColumnType::Network(names)
            }
            TypeKind::Name(name) => match ColumnType::NAMED.iter().find(|(known, _)| known == name) {
                Some((_, ty)) => ty.clone(),
                None => return self.no_type(span, name),
            },
            TypeKind::Call(name, arguments) if name == "digits" => {
                let bounds = match arguments.as_slice() {
                    [TypeArg::Range(low, high)] => low.parse().ok().zip(high.parse().ok()),
                    _ => None,
                };
                match bounds.filter(|(low, high): &(u32, u32)| 0 < *low && low <= high) {
                    Some((low, high)) => ColumnType::Digits(low, high),
                    None => {
                        let finding = Diagnostic::new(Code::P0301, span, "`digits` takes how many digits");
                        self.report(finding.help("write `digits(3..5)`"));
                        return None;
                    }
                }
            }
            TypeKind::Call(name, _) => return self.no_type(span, name),
            TypeKind::OneOf(words) => ColumnType::OneOf(words.clone()),
            TypeKind::List(item) => {
                match self.column_type(item, span)? {
                    ColumnType::List(_) | ColumnType::Secret | ColumnType::Network(_) => {
                        let finding = Diagnostic::new(Code::P0301, span, "a cell holds no such list");
                        self.report(finding.because("its items stand side by side, so none is a list or a secret, and a phone is on one network"));
                        return None;
                    }
                    item => ColumnType::List(Box::new(item)),
                }
            }
            TypeKind::Record(_) => {
                let finding = Diagnostic::new(Code::P0301, span, "a column holds no record");
                self.report(finding.because("a row is one already").help("declare a column for each field"));
                return None;
            }
        })
    }

    fn no_type(&mut self, span: Span, name: &str) -> Option<ColumnType> {
        let known: Vec<&str> = ColumnType::NAMED.iter().map(|(known, _)| *known).chain(["network", "digits"]).collect();
        let finding = Diagnostic::new(Code::P0201, span, format!("unknown type `{name}`"))
            .because(format!("a column is {}(n..m), a choice of strings, or a list of these", known.join(", ")));
        let finding = match meant::column_type(name) {
            Some(ty) => finding.help(format!("write `{ty}`")),
            None if known.contains(&name) => {
                finding.help(format!("`{name}` takes no bounds: write `{name}`, or `digits(3..5)`"))
            }
            None => finding.did_you_mean(name, known),
        };
        self.report(finding);
        None
    }

    fn default(&mut self, expr: &Expr, ty: &ColumnType) -> Option<String> {
        let value = self.value(expr)?;
        let why = match ColumnType::cell_of(&value) {
            Some(Err(why)) => why,
            Some(Ok(text)) => match ty.canonical(&text) {
                Ok(text) => return Some(text.into_owned()),
                Err(why) => why,
            },
            None => format!("this is a {}", value.kind()),
        };
        let finding = Diagnostic::new(Code::P0301, expr.span, "the default does not fit the column");
        self.report(finding.because(why));
        None
    }
}
