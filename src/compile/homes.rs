//! Which of its fleet's networks a phone is plugged into, where a column of its names one.

use super::Compiler;
use super::columns::Columns;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::language::{ColumnType, Fleet, PhoneColumn};
use std::collections::{BTreeMap, HashSet};

impl Compiler<'_> {
    /// The column of the table that names each phone's network. It has to be one of the fleet's.
    pub(super) fn home(&mut self, fleet: &Fleet, columns: &mut Columns<'_>) -> Option<usize> {
        let program = &self.checked.program;
        let networks = fleet.networks.iter().filter_map(|at| program.networks.get(at.value));
        let names: Vec<&str> = networks.map(|network| network.name.value.as_str()).collect();
        let home = fleet.phones.columns.iter().find(|column| matches!(column.ty, ColumnType::Network(_)));
        let Some(home) = home else {
            self.unsaid(fleet, &names);
            return None;
        };
        let here: HashSet<&str> = names.iter().copied().collect();
        // The first phone of each network that the fleet is not on, and how many there are.
        let mut elsewhere: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (row, cell) in home.cells.iter().enumerate() {
            if let Some(cell) = cell.filter(|cell| !here.contains(cell)) {
                elsewhere.entry(cell).or_insert((row, 0)).1 += 1;
            }
        }
        for (network, (row, count)) in elsewhere.into_iter().filter(|_| !names.is_empty()) {
            self.not_here(fleet, home, network, row, count - 1);
        }
        columns.raw(&home.name)
    }

    fn not_here(&mut self, fleet: &Fleet, home: &PhoneColumn, network: &str, row: usize, more: usize) {
        let Some(mac) = fleet.phones.macs.get(row) else { return };
        let name = &fleet.name.value;
        let place = fleet.phones.place(row, Some(&home.name));
        let span = if place.is_some() { home.span } else { fleet.phones.spans.get(row).copied().unwrap_or(home.span) };
        let message = format!("`{mac}` is on network `{network}`, where fleet `{name}` is not");
        let mut finding = Diagnostic::new(Code::P0901, span, message)
            .because(if place.is_some() { "the column is declared here" } else { "this phone" })
            .label(fleet.name.span, "the fleet says which networks it is on")
            .at_data(place, "")
            .help(format!("add `{network}` to the fleet's `network`, or leave such phones out with `where`"));
        if more > 0 {
            finding = finding.note(format!("so {} {more} more of its phones", if more == 1 { "is" } else { "are" }));
        }
        self.report(finding);
    }

    /// A note where the cells of a column are names of the fleet's networks, and nothing says that they mean them.
    fn unsaid(&mut self, fleet: &Fleet, names: &[&str]) {
        if names.len() < 2 {
            return;
        }
        let here: HashSet<&str> = names.iter().copied().collect();
        let names_them = |column: &&PhoneColumn| {
            let text = matches!(column.ty, ColumnType::Text | ColumnType::OneOf(_));
            let other = |cell: &str| Some(&cell) != names.first();
            let cells = || column.cells.iter();
            text && cells().all(|cell| cell.is_some_and(|cell| here.contains(cell))) && cells().flatten().any(other)
        };
        let Some(column) = fleet.phones.columns.iter().find(names_them) else { return };
        let (name, fleet_name) = (&column.name, &fleet.name.value);
        let message = format!("nothing says that `{name}` is a phone's network");
        let mut finding = Diagnostic::new(Code::P0901, column.span, message)
            .because(format!("its cells are names of networks of fleet `{fleet_name}`"))
            .note("`prov show` and tests take each phone to be on the fleet's first network, unless another keeps an address for it");
        finding = match &fleet.phones.file {
            Some(_) => finding.help(format!("declare it `{name} : network`")),
            None => finding.help("write `network NAME` for each phone, without quotes"),
        };
        finding.severity = Severity::Note;
        self.report(finding);
    }
}
