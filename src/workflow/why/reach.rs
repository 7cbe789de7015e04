//! What a line of the program reaches: the statements that stand on it, those that name what it declares, and so on until
//! settings, files, options or records are touched. Nothing of the plan is looked at here.

use super::names::{Kind, Names, Node};
use super::program::{Program, Way, arguments, body, heading, word};
use super::server::ServerPart;
use crate::diagnostic::{FileId, Span};
use crate::language::syntax::tree::{Block, Expr, Item, ItemKind, Statement, StatementKind};
use crate::phone::Mac;
use crate::plan::Macro;
use std::collections::{HashMap, VecDeque};

/// One thing of the plan that is touched.
#[derive(Clone, Debug, PartialEq)]
pub struct Touch {
    pub what: What,
    /// Only as far as it comes by these profiles; empty: by any.
    pub profiles: Vec<String>,
    /// The names on the way to it, from the line on.
    pub via: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The settings of statements that begin in a span.
    Settings(Span),
    /// How a profile's file is fetched and sent.
    File(String),
    /// The rule that fetches a profile.
    Rule(String),
    /// What names a server, or one of its services.
    Server { name: String, part: ServerPart },
    /// What DHCP tells on a network: by the word of the setting.
    Network { name: String, word: Option<String> },
    /// Records of a zone: one, by its number among them, or all.
    Zone { name: String, record: Option<usize> },
    /// The phones of a fleet.
    Phones(String),
    /// How a fleet's phones come to it.
    Arrival(String),
    /// What holds one of these macros, or differs by model.
    Macros(&'static [Macro]),
}

/// What a phone says of its model, and of itself.
const OF_MODEL: &[Macro] = &[Macro::Pn, Macro::Psn];
const OF_ADDRESS: &[Macro] = &[Macro::Ma, Macro::Mau, Macro::Mac];

/// What the touches are limited to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Fleets with this inventory.
    pub inventory: Option<String>,
    pub phone: Option<Mac>,
    pub fleet: Option<String>,
}

/// What stands on a line.
pub struct OnLine<'p> {
    pub ways: Vec<Way<'p>>,
    /// A column of an inventory.
    pub column: Option<&'p str>,
}

/// The innermost statements of a line, or the declaration that begins there.
pub fn on_line<'p>(program: &'p Program<'_>, file: FileId, line: u32, column: Option<u32>) -> OnLine<'p> {
    let covers = |span: Span| {
        let (first, last) = program.lines(span);
        first <= line && line <= last
    };
    let mut found = OnLine { ways: Vec::new(), column: None };
    for item in program.items_of(file).filter(|item| covers(item.span)) {
        if let ItemKind::Inventory { columns, .. } = &item.kind {
            let declared = columns.iter().find(|column| program.lines(column.name.span).0 == line);
            found.column = declared.map(|column| column.name.text.as_str()).or(found.column);
        }
        // Where a declaration begins, it is asked about as a whole; a column asks about one statement that shares its line.
        if column.is_none() && program.lines(item.span).0 == line {
            found.ways.push(Way { item, statements: Vec::new(), arm: None });
            continue;
        }
        let before = found.ways.len();
        let mut way = Vec::new();
        for statement in body(item).into_iter().flat_map(|body| &body.statements).filter(|one| covers(one.span)) {
            innermost(item, statement, &covers, &mut way, &mut found.ways);
        }
        if found.ways.len() == before {
            found.ways.push(Way { item, statements: Vec::new(), arm: None });
        }
    }
    if let Some(column) = column {
        let here = |way: &Way<'_>| {
            let span = way.innermost().map_or(way.item.span, |statement| statement.span);
            let position = program.map.position(file, span.start);
            let end = program.map.position(file, span.end);
            let from = if position.line as u32 == line { position.column as u32 } else { 0 };
            let to = if end.line as u32 == line { end.column as u32 } else { u32::MAX };
            from <= column && column < to
        };
        if found.ways.iter().any(here) {
            found.ways.retain(here);
        }
    }
    found
}

fn innermost<'p>(
    item: &'p Item,
    statement: &'p Statement,
    covers: &dyn Fn(Span) -> bool,
    way: &mut Vec<&'p Statement>,
    into: &mut Vec<Way<'p>>,
) {
    way.push(statement);
    let before = into.len();
    let inner = statement.blocks().into_iter().flat_map(|block| &block.statements);
    inner.filter(|one| covers(one.span)).for_each(|one| innermost(item, one, covers, way, into));
    if into.len() == before {
        into.push(Way { item, statements: way.clone(), arm: arm(statement, covers) });
    }
    way.pop();
}

/// The arm or branch that a line opens; none where the statement itself begins.
fn arm<'p>(statement: &'p Statement, covers: &dyn Fn(Span) -> bool) -> Option<&'p Block> {
    let span = statement.span;
    if covers(Span { end: span.start + 1, ..span }) {
        return None;
    }
    let (arms, otherwise): (Vec<(Span, &Block)>, _) = match &statement.kind {
        StatementKind::If { branches, otherwise } => {
            (branches.iter().map(|(condition, block)| (condition.span, block)).collect(), otherwise)
        }
        StatementKind::Match { arms, otherwise, .. } => {
            let first = |patterns: &[Expr]| patterns.first().map(|pattern| pattern.span);
            (arms.iter().filter_map(|(patterns, block)| Some((first(patterns)?, block))).collect(), otherwise)
        }
        _ => return None,
    };
    let arms = arms.into_iter().chain(otherwise.iter().map(|block| (block.span, block)));
    // `} else {` ends one and opens the next.
    arms.filter(|(from, block)| covers(from.to(block.span))).last().map(|(_, block)| block)
}

/// Follows names from where they are declared to what uses them.
pub struct Reach<'p> {
    program: &'p Program<'p>,
    names: &'p Names<'p>,
    pub touches: Vec<Touch>,
    /// What is reached, each with the names on the way to it.
    nodes: HashMap<Node, Vec<String>>,
    /// What is still to be followed.
    next: VecDeque<Node>,
}

impl<'p> Reach<'p> {
    pub fn new(program: &'p Program<'p>, names: &'p Names<'p>) -> Self {
        Reach { program, names, touches: Vec::new(), nodes: HashMap::new(), next: VecDeque::new() }
    }

    /// What stands at a place, and everything that follows from it.
    pub fn at(&mut self, way: &Way<'p>) {
        if way.statements.is_empty() {
            self.declaration(way.item);
        } else if let (Some(arm), ("profile", name)) = (way.arm, heading(way.item)) {
            self.touch(What::Settings(arm.span), &[]);
            self.included_in(&arm.statements, &name, &[]);
        } else {
            self.effects(way.item, &way.statements, &[]);
        }
        self.follow();
    }

    /// What uses a column.
    pub fn column(&mut self, name: &str) {
        self.reached((Kind::Column, name.to_owned()), &[]);
        match name {
            "model" => self.touch(What::Macros(OF_MODEL), &["phone.model".to_owned()]),
            "mac" => self.touch(What::Macros(OF_ADDRESS), &["phone.mac".to_owned()]),
            _ => {}
        }
        self.follow();
    }

    fn touch(&mut self, what: What, via: &[String]) {
        self.touch_by(what, Vec::new(), via);
    }

    fn touch_by(&mut self, what: What, profiles: Vec<String>, via: &[String]) {
        if !self.touches.iter().any(|known| known.what == what && known.profiles == profiles) {
            self.touches.push(Touch { what, profiles, via: via.to_vec() });
        }
    }

    fn reached(&mut self, node: Node, via: &[String]) {
        if !self.nodes.contains_key(&node) {
            self.nodes.insert(node.clone(), via.to_vec());
            self.next.push_back(node);
        }
    }

    /// A declaration as a whole.
    fn declaration(&mut self, item: &'p Item) {
        let (kind, name) = heading(item);
        match kind {
            "profile" => {
                self.touch(What::Settings(item.span), &[]);
                self.included_in(body(item).into_iter().flat_map(|body| &body.statements), &name, &[]);
                self.touch(What::File(name.clone()), &[]);
                self.touch(What::Rule(name), &[]);
            }
            "fleet" => {
                self.touch(What::Settings(item.span), &[]);
                self.touch(What::Phones(name.clone()), &[]);
                self.touch(What::Arrival(name), &[]);
            }
            "server" => self.touch(What::Server { name, part: ServerPart::Whole }, &[]),
            "network" => self.touch(What::Network { name, word: None }, &[]),
            "zone" => self.touch(What::Zone { name, record: None }, &[]),
            _ => {
                if let Some(node) = Names::node(item) {
                    self.reached(node, &[]);
                }
            }
        }
    }

    /// What a statement does, by the declaration that it stands in.
    fn effects(&mut self, item: &'p Item, way: &[&'p Statement], via: &[String]) {
        let (kind, name) = heading(item);
        let (Some(first), Some(last)) = (way.first(), way.last()) else { return };
        let head = word(first).map(|word| word.text.as_str()).unwrap_or_default();
        match (kind, head) {
            ("profile", "fetch" | "seal" | "account") => {
                self.touch(What::Settings(last.span), via);
                self.touch(What::File(name.clone()), via);
                self.touch(What::Rule(name), via);
            }
            ("profile", "gzip") => self.touch(What::File(name), via),
            ("profile", _) => {
                self.touch(What::Settings(last.span), via);
                self.included_in([*last], &name, via);
            }
            ("fleet", "server" | "network") => {
                for argument in arguments(last).into_iter().filter_map(Expr::as_name) {
                    let name = argument.to_owned();
                    match head {
                        "server" => self.touch(What::Server { name, part: ServerPart::Whole }, via),
                        _ => self.touch(What::Network { name, word: None }, via),
                    }
                }
            }
            ("fleet", "phones" | "phone") => self.touch(What::Phones(name), via),
            ("fleet", "bootstrap") => {
                self.touch(What::Settings(last.span), via);
                self.touch(What::Arrival(name), via);
            }
            ("fleet", "profiles") => {
                self.touch(What::Settings(last.span), via);
                arguments(last).into_iter().filter_map(Expr::as_name).for_each(|profile| {
                    self.touch(What::File(profile.to_owned()), via);
                });
            }
            // A rule by hand is one value, and so is the rule that an upgrade comes to.
            ("fleet", "rule") => self.touch(What::Settings(first.span), via),
            ("fleet", "upgrade") => {
                self.touch(What::Settings(last.span), via);
                if word(last).is_some_and(|word| matches!(&*word.text, "fetch" | "when")) {
                    let siblings = first.blocks().into_iter().flat_map(|block| &block.statements);
                    let to = siblings.filter(|one| word(one).is_some_and(|word| word.text == "to"));
                    to.for_each(|to| self.touch(What::Settings(to.span), via));
                }
            }
            ("fleet", _) => self.touch(What::Settings(last.span), via),
            // What the checks know a server by; no phone is told of it.
            ("server", "images" | "capacity") => {}
            ("server", word) => {
                let part = ServerPart::of(word);
                self.touch(What::Server { name, part }, via);
            }
            // `option N` within a class is that option's line.
            ("network", _) => {
                let option = if opens_class(first) && way.len() > 1 { last } else { first };
                self.touch(What::Network { name, word: network_word(self.program, option) }, via);
            }
            ("zone", _) => {
                let record = number_of_record(item, first);
                self.touch(What::Zone { name, record }, via);
            }
            _ => {
                if let Some(node) = Names::node(item) {
                    self.reached(node, via);
                }
            }
        }
    }

    /// The settings that come by the `include`s in statements, into a profile and into those that include it.
    fn included_in(&mut self, statements: impl IntoIterator<Item = &'p Statement>, profile: &str, via: &[String]) {
        let into = self.including(profile);
        let mut seen = vec![profile.to_owned()];
        let mut left: Vec<&Statement> = statements.into_iter().collect();
        while let Some(statement) = left.pop() {
            left.extend(statement.blocks().into_iter().flat_map(|block| &block.statements));
            if word(statement).is_none_or(|word| word.text != "include") {
                continue;
            }
            for name in arguments(statement).into_iter().filter_map(Expr::as_name) {
                let Some(item) = self.names.item(&(Kind::Profile, name.to_owned())) else { continue };
                if seen.iter().any(|known| known == name) {
                    continue;
                }
                seen.push(name.to_owned());
                self.touch_by(What::Settings(item.span), into.clone(), via);
                left.extend(body(item).into_iter().flat_map(|body| &body.statements));
            }
        }
    }

    /// A profile, and all that include it, however far.
    fn including(&self, profile: &str) -> Vec<String> {
        let mut found = vec![profile.to_owned()];
        let mut position = 0;
        while let Some(wanted) = found.get(position).cloned() {
            for item in self.program.items().filter(|item| heading(item).0 == "profile") {
                let (_, name) = heading(item);
                let mut left: Vec<&Statement> = body(item).into_iter().flat_map(|body| &body.statements).collect();
                while let Some(statement) = left.pop() {
                    left.extend(statement.blocks().into_iter().flat_map(|block| &block.statements));
                    let include = word(statement).is_some_and(|word| word.text == "include");
                    if include
                        && arguments(statement).into_iter().filter_map(Expr::as_name).any(|name| name == wanted)
                        && !found.contains(&name)
                    {
                        found.push(name.clone());
                    }
                }
            }
            position += 1;
        }
        found
    }

    fn follow(&mut self) {
        while let Some(node) = self.next.pop_front() {
            let mut via = self.nodes.get(&node).cloned().unwrap_or_default();
            via.push(match node.0 {
                Kind::Column => format!("phone.{}", node.1),
                kind => format!("{} {}", kind.word(), node.1),
            });
            let program = self.program;
            for item in program.items() {
                match heading(item).0 {
                    "profile" | "fleet" | "server" | "network" | "zone" => {
                        let mut users: Vec<Vec<&Statement>> = Vec::new();
                        self.names.statements(item, &mut |way, named| {
                            if named.contains(&node) {
                                users.push(way.to_vec());
                            }
                        });
                        users.iter().for_each(|way| self.effects(item, way, &via));
                    }
                    "test" => {}
                    _ if Names::node(item).as_ref() != Some(&node) && self.names.named_in(item).contains(&node) => {
                        if let Some(user) = Names::node(item) {
                            self.reached(user, &via);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// The word of a network's setting, with the number of an option.
fn network_word(program: &Program<'_>, statement: &Statement) -> Option<String> {
    match &statement.kind {
        StatementKind::Setting { word, .. } => Some(word.text.clone()),
        StatementKind::Assign { target, .. } => Some(format!("option {}", program.map.slice(target.span))),
        _ => None,
    }
}

fn opens_class(statement: &Statement) -> bool {
    word(statement).is_some_and(|word| word.text == "class")
}

/// Which of a zone's records a statement is; nothing for one that is none.
fn number_of_record(zone: &Item, statement: &Statement) -> Option<usize> {
    let records = body(zone).into_iter().flat_map(|body| &body.statements);
    let mut records = records.filter(|one| {
        word(one).is_some_and(|word| matches!(&*word.text, "a" | "aaaa" | "cname" | "ns" | "txt" | "srv" | "naptr"))
    });
    records.position(|one| one.span == statement.span)
}
