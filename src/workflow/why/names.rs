//! Who names whom: the names that stand in expressions and settings, and the declarations that they mean. A name that is no
//! declaration's is a word of a setting, or a loop's, and means nothing here.

use super::program::{Program, arguments, body, heading, word};
use crate::diagnostic::Span;
use crate::language::syntax::tree::{
    Argument, Expr, ExprKind, Item, ItemKind, Statement, StatementKind, Target, TargetKind, TextPart,
};
use std::collections::HashMap;

/// What a name is the name of. Each kind has names of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Let,
    Function,
    Secret,
    Inventory,
    Server,
    Network,
    Zone,
    Firmware,
    Profile,
    /// What no phone's value is made of, and other declarations name all the same.
    Fleet,
    /// A column of phones, `phone.NAME`.
    Column,
}

impl Kind {
    /// Those that a word declares.
    pub const ALL: [Kind; 10] = [
        Kind::Let,
        Kind::Function,
        Kind::Secret,
        Kind::Inventory,
        Kind::Server,
        Kind::Network,
        Kind::Zone,
        Kind::Firmware,
        Kind::Profile,
        Kind::Fleet,
    ];

    /// The word that declares it.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Let => "let",
            Kind::Function => "fn",
            Kind::Secret => "secret",
            Kind::Inventory => "inventory",
            Kind::Server => "server",
            Kind::Network => "network",
            Kind::Zone => "zone",
            Kind::Firmware => "firmware",
            Kind::Profile => "profile",
            Kind::Fleet => "fleet",
            Kind::Column => "column",
        }
    }

    fn of(item: &Item) -> Option<Kind> {
        let (declared, _) = heading(item);
        Kind::ALL.into_iter().find(|kind| kind.word() == declared && *kind != Kind::Fleet)
    }
}

/// A declaration or a column, by kind and name.
pub type Node = (Kind, String);

/// A name where it stands.
#[derive(Clone, Debug)]
pub struct Named {
    /// What it is most likely the name of; nothing: of a value.
    pub hint: Option<Kind>,
    pub name: String,
    pub span: Span,
}

/// The declarations of a program by name.
pub struct Names<'p> {
    declared: HashMap<Node, &'p Item>,
}

impl<'p> Names<'p> {
    pub fn new(program: &'p Program<'_>) -> Self {
        let named = |item: &'p Item| Some(((Kind::of(item)?, heading(item).1), item));
        Names { declared: program.items().filter_map(named).collect() }
    }

    pub fn node(item: &Item) -> Option<Node> {
        Some((Kind::of(item)?, heading(item).1))
    }

    pub fn item(&self, node: &Node) -> Option<&'p Item> {
        self.declared.get(node).copied()
    }

    /// What a name means.
    pub fn meant(&self, named: &Named) -> Option<Node> {
        if named.hint == Some(Kind::Column) {
            return Some((Kind::Column, named.name.clone()));
        }
        let kinds = named.hint.into_iter().chain([Kind::Let, Kind::Secret, Kind::Firmware]);
        kinds.map(|kind| (kind, named.name.clone())).find(|node| self.declared.contains_key(node))
    }

    /// Everything that a declaration names.
    pub fn named_in(&self, item: &Item) -> Vec<Node> {
        let mut named = Vec::new();
        match &item.kind {
            ItemKind::Let { value, .. } => in_expr(value, &[], &mut named),
            ItemKind::Fn { parameters, body, .. } => {
                let own: Vec<&str> = parameters.iter().map(|(name, _)| &*name.text).collect();
                in_expr(body, &own, &mut named);
            }
            ItemKind::Inventory { source, columns, .. } => {
                in_expr(source, &[], &mut named);
                columns
                    .iter()
                    .filter_map(|column| column.default.as_ref())
                    .for_each(|one| in_expr(one, &[], &mut named));
            }
            ItemKind::Block { body, .. } => {
                body.statements.iter().for_each(|statement| all_in(statement, &mut Vec::new(), &mut named));
            }
            ItemKind::Secret { .. } | ItemKind::Use { .. } | ItemKind::Parameter(_) => {}
        }
        named.iter().filter_map(|one| self.meant(one)).collect()
    }

    /// Calls `each` with every statement of a block declaration that names something itself, and what it names; the
    /// statements that it governs are asked for on their own.
    pub fn statements(&self, item: &'p Item, each: &mut dyn FnMut(&[&'p Statement], Vec<Node>)) {
        let mut way = Vec::new();
        for statement in body(item).into_iter().flat_map(|body| &body.statements) {
            self.descend(statement, &mut way, &mut Vec::new(), each);
        }
    }

    fn descend(
        &self,
        statement: &'p Statement,
        way: &mut Vec<&'p Statement>,
        locals: &mut Vec<&'p str>,
        each: &mut dyn FnMut(&[&'p Statement], Vec<Node>),
    ) {
        way.push(statement);
        let mut named = Vec::new();
        own(statement, locals, &mut named);
        each(way, named.iter().filter_map(|one| self.meant(one)).collect());
        let variable = variable(statement);
        locals.extend(variable);
        for inner in statement.blocks().into_iter().flat_map(|block| &block.statements) {
            self.descend(inner, way, locals, each);
        }
        locals.truncate(locals.len() - usize::from(variable.is_some()));
        way.pop();
    }
}

/// The variable of a loop.
pub fn variable(statement: &Statement) -> Option<&str> {
    match &statement.kind {
        StatementKind::For { variable, .. } => Some(&variable.text),
        _ => None,
    }
}

pub fn all_in<'p>(statement: &'p Statement, locals: &mut Vec<&'p str>, into: &mut Vec<Named>) {
    own(statement, locals, into);
    let variable = variable(statement);
    locals.extend(variable);
    statement.blocks().into_iter().flat_map(|block| &block.statements).for_each(|inner| all_in(inner, locals, into));
    locals.truncate(locals.len() - usize::from(variable.is_some()));
}

/// The names that stand in a statement itself, not in what it governs.
pub fn own(statement: &Statement, locals: &[&str], into: &mut Vec<Named>) {
    match &statement.kind {
        StatementKind::If { branches, .. } => {
            branches.iter().for_each(|(condition, _)| in_expr(condition, locals, into));
        }
        StatementKind::For { over, .. } => in_expr(over, locals, into),
        StatementKind::Match { value, arms, .. } => {
            in_expr(value, locals, into);
            arms.iter().flat_map(|(patterns, _)| patterns).for_each(|pattern| in_expr(pattern, locals, into));
        }
        StatementKind::Ownership { target, .. } => in_target(target, locals, into),
        StatementKind::Assign { target, values, .. } => {
            in_target(target, locals, into);
            values.iter().for_each(|value| in_expr(value, locals, into));
        }
        StatementKind::Expect { target, value, .. } => {
            in_target(target, locals, into);
            in_expr(value, locals, into);
        }
        StatementKind::Setting { .. } => {
            // Several settings may stand on a line: a word says what the names after it are.
            let mut hint = word(statement).and_then(|word| hint_of(&word.text));
            // What follows a word may be called like a word: `key key`, `to target`, `profiles common, on`.
            let mut wanted = hint.is_some() || word(statement).is_some_and(|word| takes_a_value(&word.text));
            let starts = first_of_each_group(statement);
            for argument in arguments(statement) {
                let value = std::mem::take(&mut wanted) || (hint.is_some() && starts.contains(&argument.span));
                match argument.as_name() {
                    Some(name) if !value && hint_of(name).is_some() => {
                        hint = hint_of(name);
                        wanted = true;
                    }
                    Some(name) if !value && takes_a_value(name) => wanted = true,
                    Some(name) if !locals.contains(&name) => {
                        into.push(Named { hint, name: name.to_owned(), span: argument.span });
                    }
                    _ => in_expr(argument, locals, into),
                }
            }
        }
    }
}

/// Words within settings that are no names; a value follows each.
const TAKE_A_VALUE: [&str; 12] = [
    "body",
    "certificate",
    "clients",
    "identity",
    "key",
    "name",
    "password",
    "port",
    "spread",
    "target",
    "user",
    "where",
];

fn takes_a_value(word: &str) -> bool {
    TAKE_A_VALUE.contains(&word)
}

/// Where the arguments after each comma of a setting begin.
fn first_of_each_group(statement: &Statement) -> Vec<Span> {
    let StatementKind::Setting { groups, .. } = &statement.kind else { return Vec::new() };
    let first = groups.iter().skip(1).filter_map(|group| match group.first() {
        Some(Argument::Expr(expr)) => Some(expr.span),
        _ => None,
    });
    first.collect()
}

fn hint_of(word: &str) -> Option<Kind> {
    Some(match word {
        "server" | "on" => Kind::Server,
        "network" => Kind::Network,
        "profiles" | "include" => Kind::Profile,
        "phones" => Kind::Inventory,
        "to" | "after" | "below" => Kind::Firmware,
        _ => return None,
    })
}

fn in_target(target: &Target, locals: &[&str], into: &mut Vec<Named>) {
    match &target.kind {
        TargetKind::Name(parts) => {
            parts.iter().filter_map(|(_, index)| index.as_ref()).for_each(|index| in_expr(index, locals, into));
        }
        TargetKind::Text(text) => in_expr(text, locals, into),
        TargetKind::Number(_) | TargetKind::Macro(_) => {}
    }
}

/// The names in an expression but for those of loops and parameters.
pub fn in_expr(expr: &Expr, locals: &[&str], into: &mut Vec<Named>) {
    let mut push = |hint, name: &str, span| into.push(Named { hint, name: name.to_owned(), span });
    match &expr.kind {
        ExprKind::Name(name) if !locals.contains(&name.as_str()) => push(None, name, expr.span),
        ExprKind::Field(base, field) if base.as_name() == Some("phone") => {
            push(Some(Kind::Column), &field.text, expr.span);
        }
        ExprKind::Field(base, _) => in_expr(base, locals, into),
        ExprKind::Call(name, arguments) => {
            push(Some(Kind::Function), &name.text, name.span);
            arguments.iter().for_each(|argument| in_expr(argument, locals, into));
        }
        ExprKind::Text(parts) => parts.iter().for_each(|part| match part {
            TextPart::Text(_) => {}
            TextPart::Hole(hole) => in_expr(hole, locals, into),
        }),
        ExprKind::Not(inner) | ExprKind::Minus(inner) => in_expr(inner, locals, into),
        ExprKind::Index(one, other) | ExprKind::Binary(one, _, other) => {
            in_expr(one, locals, into);
            in_expr(other, locals, into);
        }
        ExprKind::List(items) => items.iter().for_each(|item| in_expr(item, locals, into)),
        ExprKind::Record(fields) => fields.iter().for_each(|(_, value)| in_expr(value, locals, into)),
        ExprKind::Name(_) | ExprKind::Literal(_) | ExprKind::Bool(_) | ExprKind::Macro(_) | ExprKind::Fault => {}
    }
}
