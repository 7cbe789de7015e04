//! What is wrong with the names in a file's first line.

use super::super::Column;
use super::Table;
use super::fault::{FileFault, meant, nowhere, renamed, shown};
use crate::diagnostic::{Code, DataPlace, Diagnostic, RowKey};
use crate::phone::Mac;

impl Table {
    /// The columns that the file's header has not, of those it must have. `named` is the header.
    pub fn missing_columns<'h>(&mut self, line: u32, named: impl Iterator<Item = &'h str> + Clone) {
        self.header_at(line);
        // A spreadsheet's own first line, or a row where the header should be: told once, and not by each column.
        if let Some(first) = named.clone().next().filter(|first| first.to_ascii_lowercase().starts_with("sep=")) {
            let fault =
                FileFault::whole(format!("begins with `{}`, and not with the names of its columns", shown(first)));
            return self.file_fault(fault.help("leave that line out: a spreadsheet wrote it for itself"));
        }
        // `"mac,model,name"`: a whole line in one pair of quotes.
        if let (Some(only), 1) = (named.clone().next(), named.clone().count())
            && let Some(sign) = [',', ';', '\t'].into_iter().find(|sign| only.contains(*sign))
            && only.split(sign).any(|name| self.columns.iter().any(|column| column.name == name.trim()))
        {
            let fault = FileFault::whole("has its whole lines in quotes, so that each is one cell");
            return self.file_fault(fault.help("take the quotes round the lines away"));
        }
        if named.clone().any(|name| name.parse::<Mac>().is_ok()) {
            let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
            let fault = FileFault::whole("has a row where the names of its columns belong");
            return self.file_fault(fault.help(format!("put a first line before it: `{}`", names.join(","))));
        }
        let unused: Vec<&str> = named.clone().filter(|name| !self.columns.iter().any(|c| c.name == *name)).collect();
        // Where no name is that of a column, or like one, it may be a row, and a row may hold secrets.
        let is_header = self
            .columns
            .iter()
            .any(|column| named.clone().any(|name| name == column.name) || meant(&column.name, &unused).is_some());
        let shown: Vec<String> = match is_header {
            true => named.clone().map(shown).collect(),
            false => vec![format!("{} names, and none is that of a column", named.clone().count())],
        };
        let told = |message: String, code: Code, column: &Column, place: Option<DataPlace>| {
            Diagnostic::new(code, column.span, message)
                .because("the column is declared here")
                .at_data(place, format!("its header has {}", shown.join(", ")))
        };
        let place = || self.at(RowKey::Header { line }, None).filter(|_| is_header);
        let missing = self.columns.iter().filter(|column| !named.clone().any(|name| name == column.name));
        let (wanted, free): (Vec<&Column>, Vec<&Column>) =
            missing.partition(|column| column.default.is_none() && !column.optional);
        let free = free.into_iter().map(|column| {
            let message = format!("`{}` has no column `{}`", self.path, column.name);
            nowhere(told(message, Code::P0312, column, place()), column, &unused)
        });
        // Where nothing is a column's name, what may be absent is not missed besides.
        let warnings: Vec<Diagnostic> = if is_header { free.collect() } else { Vec::new() };
        let (misspelt, absent): (Vec<&Column>, Vec<&Column>) =
            wanted.into_iter().partition(|column| meant(&column.name, &unused).is_some());
        let misspelt = misspelt.into_iter().map(|column| {
            let message = format!("`{}` has no column `{}`", self.path, column.name);
            let mut finding = told(message, Code::P0309, column, place());
            finding.help = meant(&column.name, &unused).map(|meant| renamed(&column.name, meant));
            finding
        });
        let mut findings: Vec<Diagnostic> = misspelt.collect();
        // What is simply not there is told once, whatever the number of columns.
        if let [first, others @ ..] = absent.as_slice() {
            let names: Vec<String> = absent.iter().map(|column| format!("`{}`", column.name)).collect();
            let columns = if others.is_empty() { "column" } else { "columns" };
            let message = format!("`{}` has no {columns} {}", self.path, names.join(", "));
            let finding = told(message, Code::P0309, first, place());
            findings.push(others.iter().fold(finding, |finding, column| finding.label(column.span, "and this one")));
        }
        self.warnings.extend(warnings);
        self.findings.extend(findings);
    }

    /// A column that the header names twice: nobody knows which is meant.
    pub fn column_twice(&mut self, column: usize, line: u32, first: usize, second: usize) {
        let Some(column) = self.columns.get(column) else { return };
        let message =
            format!("{} line {line}: columns {first} and {second} are both named `{}`", self.path, column.name);
        let finding = Diagnostic::new(Code::P0309, column.span, message).because("one is declared here");
        self.findings.push(finding.at_data(self.at(RowKey::Header { line }, None), ""));
    }
}
