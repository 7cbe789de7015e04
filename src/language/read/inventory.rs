//! `inventory`: phones as rows of a data file, typed by column.

use super::super::names::InventoryDecl;
use super::super::program::{ColumnType, PhoneColumn, Phones};
use super::super::syntax::tree::{ColumnDecl, Expr, TypeArg, TypeKind};
use super::super::value::Value;
use super::Reader;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::phone::Mac;
use std::collections::HashMap;

/// Findings about cells of one inventory; the rest is counted. A wrong column would make one of each row.
const MOST_CELL_FINDINGS: usize = 20;

struct Column {
    name: String,
    span: Span,
    ty: Kind,
    default: Option<String>,
    /// Position in the file's header.
    at: Option<usize>,
}

enum Kind {
    Mac,
    Typed(ColumnType),
}

impl Reader<'_> {
    pub(super) fn inventory(&mut self, decl: &InventoryDecl) -> Phones {
        let Some(path) = self.text(&decl.source) else { return Phones::default() };
        let before = self.findings.len();
        let mut columns: Vec<Column> = decl.columns.iter().filter_map(|column| self.column_type(column)).collect();
        if self.findings.len() > before {
            return Phones::default();
        }
        if !columns.iter().any(|column| matches!(column.ty, Kind::Mac)) {
            let finding =
                Diagnostic::new(Code::P0212, decl.name.span, format!("inventory `{}` names no phone", decl.name.text));
            self.report(finding.help("add the column `mac : mac`"));
            return Phones::default();
        }
        if !path.value.ends_with(".csv") {
            self.not_yet(path.span, "inventories other than .csv");
            return Phones::default();
        }
        let bytes = match self.files.read(&path.value) {
            Ok(bytes) => bytes,
            Err(fault) => {
                let finding = Diagnostic::new(Code::P0201, path.span, format!("cannot read `{}`", path.value));
                self.report(finding.because(fault.to_string()));
                return Phones::default();
            }
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut rows = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(bytes);
        match rows.headers() {
            Ok(header) => {
                for column in &mut columns {
                    column.at = header.iter().position(|name| name == column.name);
                }
                let header: Vec<String> = header.iter().map(str::to_owned).collect();
                self.missing_columns(&path.value, &columns, &header);
            }
            Err(error) => self.csv_fault(&path.value, path.span, &error),
        }
        if self.findings.len() > before {
            return Phones::default();
        }
        self.rows(&path.value, path.span, &columns, rows)
    }

    fn missing_columns(&mut self, path: &str, columns: &[Column], header: &[String]) {
        for column in columns.iter().filter(|column| column.at.is_none() && column.default.is_none()) {
            let finding =
                Diagnostic::new(Code::P0309, column.span, format!("`{path}` has no column `{}`", column.name))
                    .because(format!("its header has {}", header.join(", ")))
                    .did_you_mean(&column.name, header.iter().map(String::as_str));
            self.report(finding);
        }
    }

    fn rows(&mut self, path: &str, place: Span, columns: &[Column], mut rows: csv::Reader<&[u8]>) -> Phones {
        let mut phones = Phones {
            columns: columns
                .iter()
                .filter_map(|column| match &column.ty {
                    Kind::Mac => None,
                    Kind::Typed(ty) => {
                        Some(PhoneColumn { name: column.name.clone(), ty: ty.clone(), cells: Vec::new() })
                    }
                })
                .collect(),
            ..Phones::default()
        };
        let mut seen: HashMap<Mac, u32> = HashMap::new();
        let mut faults = 0usize;
        let mut record = csv::StringRecord::new();
        loop {
            match rows.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    self.csv_fault(path, place, &error);
                    break;
                }
            }
            let line = record.position().map_or(0, csv::Position::line) as u32;
            let mut fault = |reader: &mut Self, span: Span, message: String| {
                faults += 1;
                if faults <= MOST_CELL_FINDINGS {
                    reader.report(
                        Diagnostic::new(Code::P0309, span, format!("{path} line {line}: {message}"))
                            .because("the column is declared here"),
                    );
                }
            };
            let mut mac = None;
            let mut cells: Vec<Option<Box<str>>> = Vec::with_capacity(columns.len());
            for column in columns {
                let cell = column.at.and_then(|at| record.get(at)).map(str::trim).filter(|cell| !cell.is_empty());
                let Some(cell) = cell.or(column.default.as_deref()) else {
                    fault(self, column.span, format!("column `{}` is empty and has no default", column.name));
                    cells.push(None);
                    continue;
                };
                match &column.ty {
                    Kind::Mac => match cell.parse::<Mac>() {
                        Ok(parsed) => mac = Some((parsed, column.span)),
                        Err(error) => fault(self, column.span, format!("column `{}`: `{cell}`: {error}", column.name)),
                    },
                    Kind::Typed(ty) => {
                        if let Err(why) = fits(ty, cell) {
                            fault(self, column.span, format!("column `{}`: `{cell}`: {why}", column.name));
                        }
                        cells.push(Some(cell.into()));
                    }
                }
            }
            let Some((mac, span)) = mac else { continue };
            if let Some(first) = seen.insert(mac, line) {
                let message = format!("{path} line {line}: `{mac}` stands in line {first} already");
                self.report(Diagnostic::new(Code::P0310, span, message));
                continue;
            }
            phones.macs.push(mac);
            phones.spans.push(place);
            phones.rows.push(line);
            for (column, cell) in phones.columns.iter_mut().zip(cells) {
                column.cells.push(cell);
            }
        }
        if faults > MOST_CELL_FINDINGS {
            let message = format!("{path}: {} more cells do not fit", faults - MOST_CELL_FINDINGS);
            self.report(Diagnostic::new(Code::P0309, place, message));
        }
        phones
    }

    fn csv_fault(&mut self, path: &str, place: Span, error: &csv::Error) {
        let line = error.position().map_or(1, csv::Position::line);
        let why = match error.kind() {
            csv::ErrorKind::Utf8 { .. } => "it is not UTF-8".to_owned(),
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("it has {len} cells where the header has {expected_len}")
            }
            other => format!("{other:?}"),
        };
        let finding = Diagnostic::new(Code::P0309, place, format!("{path} line {line} cannot be read"));
        self.report(finding.because(why));
    }

    fn column_type(&mut self, decl: &ColumnDecl) -> Option<Column> {
        let ty = match &decl.ty.kind {
            TypeKind::Name(name) => match name.as_str() {
                "mac" => Kind::Mac,
                "model" => Kind::Typed(ColumnType::Model),
                "string" => Kind::Typed(ColumnType::Text),
                "int" => Kind::Typed(ColumnType::Int),
                "bool" => Kind::Typed(ColumnType::Bool),
                "secret" => {
                    self.not_yet(decl.ty.span, "secrets");
                    return None;
                }
                other => {
                    let known = ["mac", "model", "string", "int", "bool", "digits"];
                    let finding = Diagnostic::new(Code::P0201, decl.ty.span, format!("unknown type `{other}`"))
                        .because("a column is a mac, model, string, int, bool, digits(n..m) or a choice of strings")
                        .did_you_mean(other, known);
                    self.report(finding);
                    return None;
                }
            },
            TypeKind::Call(name, arguments) if name == "digits" => match arguments.as_slice() {
                [TypeArg::Range(low, high)] => match (low.parse(), high.parse()) {
                    (Ok(low), Ok(high)) => Kind::Typed(ColumnType::Digits(low, high)),
                    _ => return None,
                },
                _ => return None,
            },
            TypeKind::OneOf(words) => Kind::Typed(ColumnType::OneOf(words.clone())),
            _ => {
                self.not_yet(decl.ty.span, "columns of this type");
                return None;
            }
        };
        let default = decl.default.as_ref().and_then(|expr| self.default(expr, &ty));
        Some(Column { name: decl.name.text.clone(), span: decl.name.span, ty, default, at: None })
    }

    fn default(&mut self, expr: &Expr, ty: &Kind) -> Option<String> {
        let text = self.value(expr).as_ref().and_then(Value::text)?;
        if let Kind::Typed(ty) = ty
            && let Err(why) = fits(ty, &text)
        {
            let finding = Diagnostic::new(Code::P0301, expr.span, "the default does not fit the column");
            self.report(finding.because(why));
        }
        Some(text)
    }
}

/// Whether a cell fits its column. Models are checked against the platform, later.
fn fits(ty: &ColumnType, cell: &str) -> Result<(), String> {
    match ty {
        ColumnType::Text | ColumnType::Model => Ok(()),
        ColumnType::Int => cell.parse::<i64>().map(drop).map_err(|_| "this is no integer".into()),
        ColumnType::Bool => match cell {
            "yes" | "no" => Ok(()),
            _ => Err("a bool is `yes` or `no`".into()),
        },
        ColumnType::Digits(low, high) => {
            let count = cell.chars().count();
            let fits = cell.chars().all(|c| c.is_ascii_digit()) && (*low as usize..=*high as usize).contains(&count);
            if fits { Ok(()) } else { Err(format!("{low} to {high} digits are wanted")) }
        }
        ColumnType::OneOf(words) if words.iter().any(|word| word == cell) => Ok(()),
        ColumnType::OneOf(words) => Err(format!("one of {} is wanted", words.join(", "))),
    }
}
