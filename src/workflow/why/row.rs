//! A line that says who a phone is: a row of a data file, or `phone` in the program. Each cell is told with what it becomes.

use super::Asked;
use super::cell::{Held, columns, held, phone_declared};
use super::line::{LineAnswer, LineKind, fill};
use super::names::Names;
use super::program::{Place, Program};
use super::reach::{Limits, Reach};
use crate::language::syntax::tree::Statement;
use crate::language::{DataFile, RowFound, RowWanted, seek};
use crate::phone::Mac;
use crate::plan::Fleet;
use serde::Serialize;

/// A phone and its cells.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Row {
    pub mac: String,
    /// Null: no fleet has it.
    pub fleet: Option<String>,
    pub model: Option<String>,
    pub cells: Vec<RowCell>,
}

#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct RowCell {
    pub column: String,
    /// Null for a secret, and where there is nothing.
    pub value: Option<String>,
    pub secret: bool,
    /// The cell is empty, and its column says this.
    pub default: bool,
    pub place: Place,
    pub becomes: Vec<Becomes>,
    /// Profiles whose file is fetched or sealed by what the cell says.
    pub files: Vec<String>,
}

/// A parameter that is made of a cell, or decided by it.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Becomes {
    pub parameter: String,
    /// Null: only the access is set.
    pub value: Option<String>,
    pub files: Vec<String>,
    /// What is heard instead.
    pub beaten: Option<Place>,
}

/// A line of a data file.
pub fn in_file(asked: Asked<'_>, program: &Program<'_>, names: &Names<'_>, path: &str, line: u32) -> LineAnswer {
    let read: Vec<&DataFile> = asked.data.iter().filter(|file| file.path == path).collect();
    let sought = read.first().map(|file| seek(file, asked.files, RowWanted::Line(line))).unwrap_or_default();
    let near = sought.after.into_iter().chain(sought.before).min_by_key(|near| (near.abs_diff(line), *near < line));
    let nearest = near.map(|line| Place { file: path.to_owned(), line, column: 1, text: None });
    let Some(row) = sought.row else {
        let is = match line {
            line if line > sought.lines => LineKind::Beyond,
            1 if sought.headed => LineKind::Header,
            _ => LineKind::Nothing,
        };
        return LineAnswer { nearest, ..LineAnswer::new(path, line, is) };
    };
    let mut answer = LineAnswer::new(path, line, LineKind::Row);
    let Some(mac) = row.mac else { return answer };
    // Several inventories may read one file, each with columns of its own.
    let ours = read.iter().find_map(|file| {
        let limits = Limits { inventory: Some(file.inventory.clone()), phone: Some(mac), fleet: None };
        let fleet = fleet_of(asked, program, &limits)?;
        let again = seek(file, asked.files, RowWanted::Line(line)).row;
        Some((limits, fleet, again?))
    });
    let Some((limits, fleet, row)) = ours else {
        answer.rows.push(Row { mac: mac.to_string(), fleet: None, model: None, cells: plain(program, path, &row) });
        answer.notes.push("no fleet has this phone: what the row says reaches nobody".into());
        return answer;
    };
    let cells = row.cells.iter().map(|cell| {
        let held = held(program, path, &row, cell);
        let address = held.value.as_ref().is_some_and(|text| text.parse::<Mac>() == Ok(mac));
        becomes(asked, program, names, &limits, &cell.column, address, held)
    });
    let cells = cells.collect();
    counted(asked, mac, fleet, cells, &mut answer);
    answer
}

/// A line of a phone that the program declares.
pub fn beside(
    asked: Asked<'_>,
    program: &Program<'_>,
    names: &Names<'_>,
    mac: Mac,
    statement: &Statement,
    line: u32,
    answer: &mut LineAnswer,
) {
    let limits = Limits { phone: Some(mac), ..Limits::default() };
    let (Some(fleet), Some((_, block))) = (fleet_of(asked, program, &limits), phone_declared(program, statement))
    else {
        return;
    };
    let all = columns(block);
    let here = |at: crate::diagnostic::Span| program.lines(at).0 == line;
    let whole = here(statement.span);
    let cells = all.into_iter().filter(|(name, _)| whole || here(name.span)).map(|(name, value)| {
        let secret =
            value.as_name().is_some_and(|name| names.item(&(super::names::Kind::Secret, name.to_owned())).is_some());
        let text = value.as_text().unwrap_or_else(|| program.words(value.span));
        let place = program.place(value.span);
        let held = Held { value: (!secret).then_some(text), secret, default: false, place };
        becomes(asked, program, names, &limits, &name.text, false, held)
    });
    let mut cells: Vec<RowCell> = cells.collect();
    if whole {
        let place = program.place(statement.span);
        let held = Held { value: Some(mac.to_string()), secret: false, default: false, place };
        cells.insert(0, becomes(asked, program, names, &limits, "mac", true, held));
    }
    counted(asked, mac, fleet, cells, answer);
}

fn fleet_of<'a>(asked: Asked<'a>, program: &Program<'_>, limits: &Limits) -> Option<&'a Fleet> {
    let lookup = super::touched::Lookup { asked, program, limits, starts: Default::default() };
    asked.served.plan().fleets.iter().find(|fleet| lookup.concerns(fleet))
}

fn counted(asked: Asked<'_>, mac: Mac, fleet: &Fleet, cells: Vec<RowCell>, answer: &mut LineAnswer) {
    let phone = asked.served.phone(mac);
    let model = phone.and_then(|phone| asked.served.model(phone)).map(|model| model.name.clone());
    answer.phones += 1;
    answer.first.push(mac.to_string());
    answer.rows.push(Row { mac: mac.to_string(), fleet: Some(fleet.id.clone()), model, cells });
}

/// Cells that become nothing.
fn plain(program: &Program<'_>, path: &str, row: &RowFound) -> Vec<RowCell> {
    let cells = row.cells.iter().map(|cell| (cell, held(program, path, row, cell)));
    cells.map(|(cell, held)| cell_of(&cell.column, held, Vec::new(), Vec::new())).collect()
}

fn cell_of(column: &str, held: Held, becomes: Vec<Becomes>, files: Vec<String>) -> RowCell {
    let Held { value, secret, default, place } = held;
    RowCell { column: column.to_owned(), value, secret, default, place: Place { text: None, ..place }, becomes, files }
}

fn becomes(
    asked: Asked<'_>,
    program: &Program<'_>,
    names: &Names<'_>,
    limits: &Limits,
    column: &str,
    address: bool,
    held: Held,
) -> RowCell {
    let mut reach = Reach::new(program, names);
    reach.column(column);
    if address && column != "mac" {
        reach.column("mac");
    }
    let mut found = LineAnswer::new("", 0, LineKind::Row);
    fill(asked, program, limits, &reach.touches, &mut found);
    let settings = found.settings.into_iter().map(|group| Becomes {
        parameter: group.parameter,
        value: group.values.into_iter().next().and_then(|one| one.value),
        files: group.files,
        beaten: group.beaten,
    });
    let files = found.files.into_iter().map(|file| file.profile);
    cell_of(column, held, settings.collect(), files.collect())
}
