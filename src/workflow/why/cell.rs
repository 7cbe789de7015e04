//! A phone's cells, each where it is written: in a row of a data file, which is looked up when it is asked for, or beside the
//! phone in the program.

use super::Asked;
use super::names::{Kind, Names};
use super::program::{Place, Program, body, heading, word};
use crate::language::syntax::tree::{Argument, Block, Expr, ExprKind, Ident, Item, Statement, StatementKind};
use crate::language::{CellFound, RowFound, RowWanted, seek};
use crate::phone::Mac;
use std::cell::OnceCell;

/// What a phone has in a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// As it is written; nothing for a secret, and for no cell.
    pub value: Option<String>,
    pub secret: bool,
    /// The cell is empty, and this is what its column says then.
    pub default: bool,
    pub place: Place,
}

pub struct Cells<'a> {
    asked: Asked<'a>,
    program: &'a Program<'a>,
    names: &'a Names<'a>,
    fleet: Option<&'a Item>,
    mac: Mac,
    row: OnceCell<Option<(String, RowFound)>>,
}

impl<'a> Cells<'a> {
    pub fn of(asked: Asked<'a>, program: &'a Program<'a>, names: &'a Names<'a>, fleet: &str, mac: Mac) -> Self {
        let fleet = program.items().find(|item| heading(item) == ("fleet", fleet.to_owned()));
        Cells { asked, program, names, fleet, mac, row: OnceCell::new() }
    }

    pub fn get(&self, column: &str) -> Option<Held> {
        match self.fleet.and_then(|fleet| inline(self.program, fleet, self.mac)) {
            Some(block) => self.beside(block, column),
            None => self.in_row(column),
        }
    }

    /// Of a phone that the program declares.
    fn beside(&self, block: &Block, column: &str) -> Option<Held> {
        let (_, value) = columns(block).into_iter().find(|(name, _)| name.text == column)?;
        let secret = value.as_name().is_some_and(|name| self.names.item(&(Kind::Secret, name.to_owned())).is_some());
        let text = value.as_text().unwrap_or_else(|| self.program.words(value.span));
        let place = self.program.place(value.span);
        Some(Held { value: (!secret).then_some(text), secret, default: false, place })
    }

    fn in_row(&self, column: &str) -> Option<Held> {
        let (path, row) = self.row.get_or_init(|| self.look_up()).as_ref()?;
        let cell = row.cells.iter().find(|cell| cell.column == column)?;
        Some(held(self.program, path, row, cell))
    }

    fn look_up(&self) -> Option<(String, RowFound)> {
        inventories(self.fleet?).find_map(|name| {
            let file = self.asked.data.iter().find(|file| file.inventory == name)?;
            let row = seek(file, self.asked.files, RowWanted::Phone(self.mac)).row?;
            Some((file.path.clone(), row))
        })
    }
}

/// What a row has in a cell.
pub fn held(program: &Program<'_>, path: &str, row: &RowFound, cell: &CellFound) -> Held {
    let place = match (&cell.default, cell.place) {
        // What an empty cell stands for is said in the program.
        (Some(_), _) => program.place(cell.declared),
        (None, place) => Place {
            file: path.to_owned(),
            line: place.map_or(row.line, |place| place.line as u32),
            column: place.map_or(1, |place| place.column as u32),
            text: None,
        },
    };
    Held {
        value: cell.text.clone().or_else(|| cell.default.clone()),
        secret: cell.secret,
        default: cell.default.is_some(),
        place,
    }
}

/// The inventories that a fleet names.
pub fn inventories(fleet: &Item) -> impl Iterator<Item = &str> {
    let settings = body(fleet).into_iter().flat_map(|body| &body.statements);
    settings.flat_map(|statement| {
        let StatementKind::Setting { groups, .. } = &statement.kind else { return Vec::new() };
        let mut after = word(statement).map(|word| word.text.as_str());
        let mut found = Vec::new();
        for argument in groups.iter().flatten() {
            let name = match argument {
                Argument::Expr(expr) => expr.as_name(),
                Argument::Block(_) => None,
            };
            if after == Some("phones") {
                found.extend(name);
            }
            after = name;
        }
        found
    })
}

/// The block of a phone that a fleet declares.
pub fn inline<'p>(program: &Program<'_>, fleet: &'p Item, mac: Mac) -> Option<&'p Block> {
    let statements = body(fleet).into_iter().flat_map(|body| &body.statements);
    let mut found = statements.filter_map(|statement| phone_declared(program, statement));
    found.find(|(declared, _)| *declared == mac).map(|(_, block)| block)
}

/// `phone MAC { … }`.
pub fn phone_declared<'p>(program: &Program<'_>, statement: &'p Statement) -> Option<(Mac, &'p Block)> {
    let StatementKind::Setting { word, groups } = &statement.kind else { return None };
    if word.text != "phone" {
        return None;
    }
    let mut address = None;
    for argument in groups.iter().flatten() {
        match argument {
            Argument::Expr(expr) => address = program.map.slice(expr.span).trim_matches('"').parse::<Mac>().ok(),
            Argument::Block(block) => return Some((address?, block)),
        }
    }
    None
}

/// The columns of a phone that the program declares.
pub fn columns(block: &Block) -> Vec<(Ident, &Expr)> {
    let mut columns = Vec::new();
    for statement in &block.statements {
        let StatementKind::Setting { word, groups } = &statement.kind else { continue };
        let mut name = Some(word.clone());
        for argument in groups.iter().flatten() {
            let Argument::Expr(expr) = argument else { continue };
            match (name.take(), &expr.kind) {
                (Some(name), _) => columns.push((name, expr)),
                (None, ExprKind::Name(text)) => name = Some(Ident { text: text.clone(), span: expr.span }),
                (None, _) => {}
            }
        }
    }
    columns
}
