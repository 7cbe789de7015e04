//! `prov why FILE:LINE`: what stands there, and the phones and values that it touches.

use super::cell::phone_declared;
use super::delivered::{Delivered, FileTouched, OptionTouched, RecordTouched};
use super::names::Names;
use super::program::{Place, Program, Way, body, heading, word};
use super::reach::{Limits, OnLine, Reach, Touch, on_line};
use super::row::{Row, beside, in_file};
use super::touched::{Group, Lookup, MOST_NAMED, mac};
use super::{Asked, Refusal};
use crate::diagnostic::{FileId, closest};
use crate::language::syntax::tree::{ItemKind, Statement};
use crate::phone::Mac;
use serde::Serialize;
use std::collections::HashMap;

/// The document of `prov why FILE:LINE --format json`.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct LineAnswer {
    pub file: String,
    pub line: u32,
    pub is: LineKind,
    /// What stands there; null for nothing, and in a data file.
    pub text: Option<String>,
    /// In what it stands: `fleet desks, resync`.
    pub within: Option<String>,
    /// For a line that does nothing: the nearest that does something.
    pub nearest: Option<Place>,
    /// How many phones are touched, and the first of them.
    pub phones: usize,
    pub first: Vec<String>,
    pub settings: Vec<Group>,
    pub files: Vec<FileTouched>,
    pub dhcp: Vec<OptionTouched>,
    pub records: Vec<RecordTouched>,
    /// Of a line that declares a phone: its cells, and what becomes of them.
    pub rows: Vec<Row>,
    pub notes: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LineKind {
    /// Something of the program.
    Statement,
    /// A phone, in a data file or in the program.
    Row,
    /// The names of a data file's columns.
    Header,
    /// A line of a test.
    Test,
    /// Blank, a comment, or the end of a block.
    Nothing,
    /// The file ends before it.
    Beyond,
}

impl LineAnswer {
    pub(super) fn new(file: &str, line: u32, is: LineKind) -> LineAnswer {
        LineAnswer {
            file: file.to_owned(),
            line,
            is,
            text: None,
            within: None,
            nearest: None,
            phones: 0,
            first: Vec::new(),
            settings: Vec::new(),
            files: Vec::new(),
            dhcp: Vec::new(),
            records: Vec::new(),
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// What a line touches. A column, from 1, chooses among statements that share it.
pub fn line(asked: Asked<'_>, file: &str, line: u32, column: Option<u32>) -> Result<LineAnswer, Refusal> {
    if line == 0 {
        return Err(Refusal("lines are counted from 1".into()));
    }
    let program = Program::new(asked.sources);
    let names = Names::new(&program);
    if asked.data.iter().any(|data| data.path == file) {
        return Ok(in_file(asked, &program, &names, file, line));
    }
    let Some(id) = asked.sources.ids().find(|id| asked.sources.name(*id) == file) else {
        return Err(unknown_file(asked, file));
    };
    Ok(in_program(asked, &program, &names, id, line, column))
}

fn unknown_file(asked: Asked<'_>, file: &str) -> Refusal {
    let mut known: Vec<&str> = asked.sources.ids().map(|id| asked.sources.name(id)).collect();
    known.extend(asked.data.iter().map(|data| data.path.as_str()));
    known.dedup();
    let last = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let meant =
        known.iter().find(|one| last(one) == last(file)).copied().or_else(|| closest(file, known.iter().copied()));
    Refusal(match meant {
        Some(meant) => format!("the program has no file `{file}`; did you mean `{meant}`?"),
        None => format!("the program has no file `{file}`; its files are {}", known.join(", ")),
    })
}

fn in_program(
    asked: Asked<'_>,
    program: &Program<'_>,
    names: &Names<'_>,
    id: FileId,
    line: u32,
    column: Option<u32>,
) -> LineAnswer {
    let file = program.map.name(id);
    let Some(text) = program.line(id, line) else {
        let mut answer = LineAnswer::new(file, line, LineKind::Beyond);
        answer.nearest = nearest(program, id, line);
        return answer;
    };
    if text.chars().all(|c| matches!(c, '{' | '}' | '(' | ')' | '[' | ']' | ',' | ' ')) {
        let mut answer = LineAnswer::new(file, line, LineKind::Nothing);
        answer.nearest = nearest(program, id, line);
        return answer;
    }
    let found = on_line(program, id, line, column);
    let mut answer = LineAnswer::new(file, line, LineKind::Statement);
    answer.text = Some(text.split_whitespace().collect::<Vec<_>>().join(" "));
    answer.within = within(program, &found, line);
    if found.ways.iter().all(|way| heading(way.item).0 == "test") {
        answer.is = LineKind::Test;
        answer.notes.push("a test plays phones; nothing that they get depends on it".into());
        return answer;
    }
    if let [way] = found.ways.as_slice()
        && let ItemKind::Use { module, file } = &way.item.kind
    {
        let (name, of) = (&module.text, if *file { "ask about a line there" } else { "of the standard library" });
        answer.notes.push(format!("brings in what {name} declares; {of}"));
        return answer;
    }
    let phones: Vec<(Mac, &Statement)> = found.ways.iter().filter_map(|way| declared_phone(program, way)).collect();
    if !phones.is_empty() {
        answer.is = LineKind::Row;
        for (mac, statement) in phones {
            beside(asked, program, names, mac, statement, line, &mut answer);
        }
        return answer;
    }
    let mut reach = Reach::new(program, names);
    let mut limits = Limits::default();
    for way in &found.ways {
        limits = limits_of(way, found.column);
        match found.column {
            Some(column) => reach.column(column),
            None => reach.at(way),
        }
    }
    fill(asked, program, &limits, &reach.touches, &mut answer);
    let notes: Vec<String> = found.ways.iter().filter_map(|way| note(way, &answer)).collect();
    answer.notes.extend(notes);
    reserved(asked, program, &found, &mut answer);
    if answer.phones == 0 && answer.records.is_empty() && answer.dhcp.is_empty() && answer.notes.is_empty() {
        answer.notes.push("nothing that a phone gets depends on it".into());
    }
    answer
}

/// What touches do, added to an answer.
pub(super) fn fill(
    asked: Asked<'_>,
    program: &Program<'_>,
    limits: &Limits,
    touches: &[Touch],
    answer: &mut LineAnswer,
) {
    let mut lookup = Lookup { asked, program, limits, starts: HashMap::new() };
    let mut delivered = Delivered::default();
    touches.iter().for_each(|touch| delivered.add(&lookup, &touch.what));
    let mut first = Vec::new();
    for (number, fleet) in asked.served.plan().fleets.iter().enumerate() {
        if !lookup.concerns(fleet) {
            continue;
        }
        let touched = lookup.settings(number as u16, fleet, touches);
        answer.settings.extend(touched.groups);
        match (delivered.fleets.contains(&number), limits.phone) {
            (true, None) => {
                answer.phones += fleet.phones.len();
                first.extend((0..fleet.phones.len().min(MOST_NAMED)).map(|row| mac(fleet, row as u32)));
            }
            (true, Some(mac)) => {
                answer.phones += 1;
                first.push(mac.to_string());
            }
            (false, _) => {
                answer.phones += touched.phones;
                first.extend(touched.first);
            }
        }
    }
    first.truncate(MOST_NAMED);
    answer.first = first;
    answer.files = delivered.files;
    answer.dhcp = delivered.dhcp;
    answer.records = delivered.records;
}

/// What was opened before the line and stands about it.
fn within(program: &Program<'_>, found: &OnLine<'_>, line: u32) -> Option<String> {
    let way = found.ways.first()?;
    if program.lines(way.item.span).0 == line {
        return None;
    }
    let before = way.statements.iter().take_while(|statement| program.lines(statement.span).0 < line);
    let words = before.filter_map(|statement| word(statement)).map(|word| word.text.as_str());
    let (kind, name) = heading(way.item);
    Some(words.fold(format!("{kind} {name}"), |text, word| text + ", " + word))
}

/// A phone that a fleet declares, if the line is one of its lines.
fn declared_phone<'p>(program: &Program<'_>, way: &Way<'p>) -> Option<(Mac, &'p Statement)> {
    let first = way.statements.first()?;
    let (mac, _) = phone_declared(program, first).filter(|_| heading(way.item).0 == "fleet")?;
    Some((mac, first))
}

/// A line within a fleet is about that fleet; a column about fleets with its inventory.
fn limits_of(way: &Way<'_>, column: Option<&str>) -> Limits {
    let (kind, name) = heading(way.item);
    match kind {
        "fleet" => Limits { fleet: Some(name), ..Limits::default() },
        "inventory" if column.is_some() => Limits { inventory: Some(name), ..Limits::default() },
        _ => Limits::default(),
    }
}

/// What is to be said of a line that stands in no value.
fn note(way: &Way<'_>, answer: &LineAnswer) -> Option<String> {
    let (kind, name) = heading(way.item);
    let head = way.statements.first().and_then(|statement| word(statement)).map(|word| word.text.as_str());
    let nothing = answer.settings.is_empty() && answer.dhcp.is_empty() && answer.files.is_empty();
    match (kind, head) {
        ("server", Some("images")) => {
            Some("where firmware loads lie, which phones fetch; stands in no value of a phone".into())
        }
        ("server", Some("capacity")) => Some(
            "what the server bears, against which the checks hold boot spreads and retries (P0804, P0805); stands in no value of a phone".into(),
        ),
        ("server", Some(service @ ("dns" | "dhcp" | "dhcp6" | "dashboard" | "acs"))) if nothing => {
            Some(format!("`{service}` of server {name} stands in no value of a phone"))
        }
        ("network", Some("server")) => Some(format!("the server that answers on network {name}")),
        ("inventory", _) if way.statements.is_empty() && answer.settings.is_empty() && answer.phones > 0 => {
            Some("its rows are the phones".into())
        }
        ("network", Some("pool" | "relay" | "answer")) => {
            Some(format!("decides who gets an address on network {name}, and which"))
        }
        ("zone", _) => Some("whoever asks for the name is answered so".into()),
        ("firmware", _) if nothing => Some("no fleet is led to this release".into()),
        _ => None,
    }
}

/// `reserve MAC ADDRESS` is about one phone.
fn reserved(asked: Asked<'_>, program: &Program<'_>, found: &OnLine<'_>, answer: &mut LineAnswer) {
    for statement in found.ways.iter().filter_map(Way::innermost) {
        if word(statement).is_none_or(|word| word.text != "reserve") {
            continue;
        }
        let arguments = super::program::arguments(statement);
        let texts: Vec<&str> = arguments.iter().map(|one| program.map.slice(one.span)).collect();
        let kept = texts.first().and_then(|text| text.parse::<Mac>().ok());
        if let (Some(mac), Some(address)) = (kept, texts.get(1)) {
            let ours = asked.served.phone(mac).is_some();
            answer.phones = usize::from(ours);
            answer.first = if ours { vec![mac.to_string()] } else { Vec::new() };
            let whose = if ours { "the phone" } else { "a client that is no phone of the program," };
            answer.notes.push(format!("keeps {address} for {whose} {mac}"));
        }
    }
}

/// The nearest line that does something; of two, the one after.
fn nearest(program: &Program<'_>, file: FileId, line: u32) -> Option<Place> {
    let mut spans = Vec::new();
    for item in program.items_of(file).filter(|item| heading(item).0 != "test") {
        let mut left: Vec<&Statement> = body(item).into_iter().flat_map(|body| &body.statements).collect();
        spans.push(item.span);
        while let Some(statement) = left.pop() {
            spans.push(statement.span);
            left.extend(statement.blocks().into_iter().flat_map(|block| &block.statements));
        }
    }
    let distance = |place: &Place| (place.line.abs_diff(line), place.line < line, place.column);
    spans.into_iter().map(|span| program.place(span)).min_by_key(distance)
}
