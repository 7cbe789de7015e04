//! `let`, `fn`, `secret` and `inventory` that nothing in the program names. Every name anywhere counts as a use: a word of a
//! setting may be one, and nobody is warned in vain.

use super::names::{Names, calls, refers_to};
use super::syntax::tree::{Argument, Block, Expr, Ident, StatementKind, Target, TargetKind};
use super::value::Function;
use crate::diagnostic::{Code, Diagnostic, closest};
use std::collections::{BTreeSet, HashMap, HashSet};

impl Names {
    /// Warns of what is declared and never used.
    pub(super) fn unused(&mut self) {
        let mut used = Used::default();
        for declared in &self.lets {
            used.expr(&declared.value);
        }
        for (_, function) in &self.functions {
            used.expr(&function.body);
        }
        for inventory in &self.inventories {
            used.expr(&inventory.source);
            inventory.columns.iter().filter_map(|column| column.default.as_ref()).for_each(|value| used.expr(value));
        }
        let blocks = [&self.servers, &self.networks, &self.zones, &self.firmware, &self.profiles, &self.fleets];
        for decl in blocks.into_iter().flatten().chain(&self.tests) {
            used.block(&decl.body);
        }
        let values =
            self.lets.iter().map(|declared| ("value", &declared.name, used.names.contains(&*declared.name.text)));
        let functions = self.functions.iter().map(|(name, _)| ("function", name, used.calls.contains(&name.text)));
        let secrets = self.secrets.iter().map(|name| ("secret", name, used.names.contains(&*name.text)));
        let inventories =
            self.inventories.iter().map(|decl| ("inventory", &decl.name, used.names.contains(&*decl.name.text)));
        let never = values.chain(functions).chain(secrets).chain(inventories).filter(|(.., used)| !used);
        // One that is declared twice has its finding, and a name that is misspelt elsewhere will have one there.
        let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
        let declared = self.lets.iter().map(|declared| ("value", &*declared.name.text));
        declared
            .chain(self.functions.iter().map(|(name, _)| ("function", &*name.text)))
            .chain(self.inventories.iter().map(|decl| ("inventory", &*decl.name.text)))
            .for_each(|name| *seen.entry(name).or_default() += 1);
        let never: Vec<(&str, &Ident)> = never
            .map(|(what, name, _)| (what, name))
            .filter(|(what, name)| seen.get(&(*what, &*name.text)).is_none_or(|count| *count == 1))
            .collect();
        let few = never.len() <= MOST_COMPARED;
        let secrets: HashSet<&str> = self.secrets.iter().map(|name| &*name.text).collect();
        let unknown = |what: &'static str, name: &str| !seen.contains_key(&(what, name)) && !secrets.contains(name);
        let meant = |what: &str, name: &str| {
            few && match what {
                "function" => used.calls.iter().any(|other| unknown("function", other) && is_misspelt(other, name)),
                "inventory" => used.names.iter().any(|other| unknown("inventory", other) && is_misspelt(other, name)),
                _ => used.names.iter().any(|other| unknown("value", other) && is_misspelt(other, name)),
            }
        };
        let findings: Vec<Diagnostic> = never
            .into_iter()
            .filter(|(what, name)| !meant(what, &name.text))
            .map(|(what, name)| never_used(what, name))
            .collect();
        self.findings.extend(findings);
        let parameters: Vec<Diagnostic> = self
            .functions
            .iter()
            .filter(|(name, _)| used.calls.contains(&name.text))
            .flat_map(|(name, function)| unused_parameters(name, function))
            .collect();
        self.findings.extend(parameters);
    }
}

/// Parameters of a function that its body does not name: what a call hands over for them changes nothing.
fn unused_parameters(name: &Ident, function: &Function) -> Vec<Diagnostic> {
    let mut named = BTreeSet::new();
    refers_to(&function.body, &mut named);
    // A body that could not be read may have named any.
    if function.body.is_faulty() {
        return Vec::new();
    }
    let unused = function.parameters.iter().filter(|(parameter, _)| !named.contains(&*parameter.text));
    let finding = |parameter: &Ident| {
        let message = format!("parameter `{}` of `{}` is never used", parameter.text, name.text);
        Diagnostic::new(Code::P0204, parameter.span, message)
            .because("what a call gives for it changes nothing")
            .help("name it in the function's value, or take it out here and in the calls")
    };
    unused.map(|(parameter, _)| finding(parameter)).collect()
}

/// So many are compared with every name of the program, to see whether one means them.
const MOST_COMPARED: usize = 100;

fn is_misspelt(written: &str, name: &str) -> bool {
    written != name && closest(written, [name]).is_some()
}

fn never_used(what: &str, name: &Ident) -> Diagnostic {
    let why = match what {
        "inventory" => "no fleet has its phones, and its file is not read",
        "function" => "nothing calls it",
        _ => "nothing in the program names it",
    };
    Diagnostic::new(Code::P0204, name.span, format!("{what} `{}` is never used", name.text))
        .because(why)
        .help("use it, or remove it")
}

/// What stands anywhere.
#[derive(Default)]
struct Used<'t> {
    names: HashSet<&'t str>,
    calls: HashSet<String>,
}

impl<'t> Used<'t> {
    fn expr(&mut self, expr: &'t Expr) {
        let mut names = BTreeSet::new();
        refers_to(expr, &mut names);
        self.names.extend(names);
        let mut called = Vec::new();
        calls(expr, &mut called);
        self.calls.extend(called);
    }

    fn target(&mut self, target: &'t Target) {
        match &target.kind {
            TargetKind::Name(parts) => {
                parts.iter().filter_map(|(_, index)| index.as_ref()).for_each(|index| self.expr(index));
            }
            TargetKind::Text(text) => self.expr(text),
            TargetKind::Number(_) | TargetKind::Macro(_) => {}
        }
    }

    fn block(&mut self, block: &'t Block) {
        for statement in &block.statements {
            match &statement.kind {
                StatementKind::If { branches, otherwise } => {
                    for (condition, block) in branches {
                        self.expr(condition);
                        self.block(block);
                    }
                    otherwise.iter().for_each(|block| self.block(block));
                }
                StatementKind::For { over, body, .. } => {
                    self.expr(over);
                    self.block(body);
                }
                StatementKind::Match { value, arms, otherwise } => {
                    self.expr(value);
                    for (patterns, block) in arms {
                        patterns.iter().for_each(|pattern| self.expr(pattern));
                        self.block(block);
                    }
                    otherwise.iter().for_each(|block| self.block(block));
                }
                StatementKind::Ownership { target, .. } => self.target(target),
                StatementKind::Assign { target, values, .. } => {
                    self.target(target);
                    values.iter().for_each(|value| self.expr(value));
                }
                StatementKind::Expect { target, value, .. } => {
                    self.target(target);
                    self.expr(value);
                }
                StatementKind::Setting { word, groups } => {
                    self.names.insert(&word.text);
                    for argument in groups.iter().flatten() {
                        match argument {
                            Argument::Expr(expr) => self.expr(expr),
                            Argument::Block(block) => self.block(block),
                        }
                    }
                }
            }
        }
    }
}
