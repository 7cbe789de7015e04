//! What stands once among all rows: each address, and each cell of a column that is `unique`.

use super::super::super::super::column::{Cells, ColumnType, PhoneColumn};
use super::Table;
use super::fault::{MOST_FINDINGS, shown};
use crate::diagnostic::{Code, DataPlace, Diagnostic, RowKey, Severity, Span};
use crate::phone::Mac;
use rayon::slice::ParallelSliceMut;
use std::collections::HashSet;

/// What is said of a row that repeats another, and where both stand.
type Repeated = (String, [Option<DataPlace>; 2]);

impl Table {
    /// The first row of an address counts; each later one is a finding.
    pub(super) fn each_address_once(&mut self) {
        let mut addresses = std::mem::take(&mut self.addresses);
        addresses.par_sort_unstable();
        let mut twice: Vec<(u32, u32, Mac, u32, u32)> = Vec::new();
        let mut first: Option<(Mac, u32, u32)> = None;
        for (mac, row, line) in addresses {
            match first {
                Some((known, first_row, first_line)) if known == mac => {
                    twice.push((row, line, mac, first_row, first_line));
                }
                _ => first = Some((mac, row, line)),
            }
        }
        if twice.is_empty() {
            return;
        }
        twice.sort_unstable();
        let column = self.columns.iter().position(|column| column.address);
        let span = column.and_then(|column| self.columns.get(column)).map_or(self.place, |column| column.span);
        let told = twice.iter().take(MOST_FINDINGS).map(|(row, line, mac, first_row, first_line)| {
            let (here, there) = (self.place_of(*row, *line), self.place_of(*first_row, *first_line));
            let places = [*row, *first_row].map(|row| self.at(RowKey::Number(row), column));
            (format!("{} {here}: `{mac}` stands in {there} already", self.path), places)
        });
        self.repeated(span, told.collect(), twice.len(), "an address");
        self.keep_first(&twice.iter().map(|(_, _, mac, _, _)| *mac).collect());
    }

    /// Cells of a column that is declared `unique`, among sound rows.
    pub(super) fn unique_cells(&mut self) {
        let mut found: Vec<(Span, Vec<Repeated>, usize, String)> = Vec::new();
        for (position, (column, slot)) in self.columns.iter().zip(&self.slots).enumerate() {
            if !column.unique {
                continue;
            }
            let Some(stored) = slot.and_then(|slot| self.phones.columns.get(slot)) else { continue };
            let mut rows: Vec<(&str, u32)> =
                stored.cells.iter().enumerate().filter_map(|(row, cell)| Some((cell?, row as u32))).collect();
            rows.par_sort_unstable();
            let mut twice: Vec<(u32, u32, &str)> = Vec::new();
            let mut first: Option<(&str, u32)> = None;
            for (cell, row) in rows {
                match first {
                    Some((known, first)) if known == cell => twice.push((row, first, cell)),
                    _ => first = Some((cell, row)),
                }
            }
            twice.sort_unstable();
            let line = |row: u32| self.phones.rows.get(row as usize).copied().unwrap_or_default();
            let place = |row: u32| {
                let address = self.phones.macs.get(row as usize)?.to_string();
                self.at(RowKey::Phone { line: line(row), address }, Some(position))
            };
            let told: Vec<Repeated> = twice
                .iter()
                .take(MOST_FINDINGS)
                .map(|(row, first, cell)| {
                    let secret = column.ty == ColumnType::Secret;
                    let (here, there) = (line(*row), line(*first));
                    let cell = if secret { "the same secret".to_owned() } else { shown(cell) };
                    let message =
                        format!("{} line {here}, {}: {cell} stands in line {there} already", self.path, column.name);
                    (message, [place(*row), place(*first)])
                })
                .collect();
            let (span, count, what) = (column.span, twice.len(), format!("a cell of `{}`", column.name));
            found.push((span, told, count, what));
        }
        for (span, told, count, what) in found {
            self.repeated(span, told, count, &what);
        }
    }

    /// Rows that name one secret, in a column where each may have its own: most often a row was copied. Whoever means it
    /// says it once, as the column's default. One finding for a column, however many rows there are.
    pub(super) fn shared_secrets(&mut self) {
        const NAMED: usize = 4;
        let mut told = Vec::new();
        for (position, (column, slot)) in self.columns.iter().zip(&self.slots).enumerate() {
            if column.ty != ColumnType::Secret || column.unique {
                continue;
            }
            let Some(stored) = slot.and_then(|slot| self.phones.columns.get(slot)) else { continue };
            let own = |cell: &&str| column.default.as_deref() != Some(cell);
            let cells = stored.cells.iter().enumerate();
            let mut rows: Vec<(&str, u32)> =
                cells.filter_map(|(row, cell)| Some((cell.filter(own)?, row as u32))).collect();
            rows.par_sort_unstable();
            let shared = || rows.chunk_by(|one, other| one.0 == other.0).filter(|rows| rows.len() > 1);
            let Some(first) = shared().min_by_key(|rows| rows.first().map(|(_, row)| *row)) else { continue };
            let line = |row: u32| self.phones.rows.get(row as usize).copied().unwrap_or_default();
            let place = |row: u32| {
                let address = self.phones.macs.get(row as usize)?.to_string();
                self.at(RowKey::Phone { line: line(row), address }, Some(position))
            };
            let lines: Vec<String> = first.iter().take(NAMED).map(|(_, row)| line(*row).to_string()).collect();
            let lines = match (first.len() - lines.len(), lines.as_slice()) {
                (0, [others @ .., last]) => format!("{} and {last}", others.join(", ")),
                (more, some) => format!("{} and {more} more", some.join(", ")),
            };
            let message = format!("{}, {}: lines {lines} name the same secret", self.path, column.name);
            let mut finding =
                Diagnostic::new(Code::P0310, column.span, message).because("the column is declared here").help(
                    format!("give each row its own; one that all share is the default: `{} : secret = …`", column.name),
                );
            finding.severity = Severity::Note;
            for ((_, row), text) in first.iter().zip(["here first", "here again"]) {
                finding = finding.at_data(place(*row), text);
            }
            let others = shared().count() - 1;
            if others > 0 {
                let secrets = if others == 1 { "secret is" } else { "secrets are" };
                finding = finding.note(format!("{others} more {secrets} named by several rows"));
            }
            told.push(finding);
        }
        self.warnings.append(&mut told);
    }

    /// Findings about rows that repeat what an earlier one has, all but the first told by number.
    fn repeated(&mut self, span: Span, told: Vec<Repeated>, count: usize, what: &str) {
        self.findings.extend(told.into_iter().map(|(message, [here, first])| {
            Diagnostic::new(Code::P0310, span, message)
                .because("the column is declared here")
                .at_data(here, "here again")
                .at_data(first, "here first")
        }));
        if count > MOST_FINDINGS {
            let message = format!("{}: {} more rows repeat {what}", self.path, count - MOST_FINDINGS);
            self.findings.push(Diagnostic::new(Code::P0310, self.place, message));
        }
    }

    /// Leaves out all rows but the first of some addresses.
    fn keep_first(&mut self, twice: &HashSet<Mac>) {
        let all = std::mem::take(&mut self.phones);
        self.phones.columns = all
            .columns
            .iter()
            .map(|column| PhoneColumn {
                cells: Cells::default(),
                name: column.name.clone(),
                ty: column.ty.clone(),
                span: column.span,
                optional: column.optional,
            })
            .collect();
        let mut kept = HashSet::new();
        for (row, (mac, line)) in all.macs.iter().zip(&all.rows).enumerate() {
            if twice.contains(mac) && !kept.insert(*mac) {
                continue;
            }
            self.phones.macs.push(*mac);
            self.phones.spans.push(self.place);
            self.phones.rows.push(*line);
            for (column, from) in self.phones.columns.iter_mut().zip(&all.columns) {
                // It fitted before.
                let _ = column.cells.push(from.cells.get(row));
            }
        }
    }
}
