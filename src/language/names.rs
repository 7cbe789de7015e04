//! Declarations by kind and name, and the values of `let`.

use super::modules::Modules;
use super::syntax::tree::*;
use super::value::{Function, Globals, Scope, SecretPart, SecretText, Time, Value, evaluate, misfit, time_of};
use crate::diagnostic::{Code, Diagnostic, SourceMap, Span};
use crate::phone::SecretRef;
use std::collections::{BTreeSet, HashMap};

/// A named block.
#[derive(Debug)]
pub struct Decl {
    pub name: Ident,
    /// What stood before the brace after the name: `for phone`.
    pub heads: Vec<Head>,
    pub body: Block,
}

/// A `let`: its name, the type it states, its value.
type Let = (Ident, Option<TypeExpr>, Expr);

/// An inventory as declared.
#[derive(Debug)]
pub struct InventoryDecl {
    pub name: Ident,
    pub source: Expr,
    pub columns: Vec<ColumnDecl>,
}

/// Every declaration of the program, in file order.
#[derive(Debug, Default)]
pub struct Names {
    pub sources: SourceMap,
    pub library: Vec<(String, Span)>,
    pub globals: Globals,
    pub servers: Vec<Decl>,
    pub networks: Vec<Decl>,
    pub zones: Vec<Decl>,
    pub firmware: Vec<Decl>,
    pub profiles: Vec<Decl>,
    pub fleets: Vec<Decl>,
    pub tests: Vec<Decl>,
    pub inventories: Vec<InventoryDecl>,
    pub findings: Vec<Diagnostic>,
}

/// Sorts the declarations of all modules, and finds names that are declared twice.
pub fn resolve(modules: Modules) -> Names {
    let mut names =
        Names { sources: modules.sources, library: modules.library, findings: modules.findings, ..Names::default() };
    let mut lets: Vec<Let> = Vec::new();
    let mut functions: Vec<(Ident, Function)> = Vec::new();
    let mut seen: HashMap<(&'static str, String), Span> = HashMap::new();
    // A module that is used is loaded before what uses it is done; what a reader meets first comes first.
    let mut files = modules.files;
    files.sort_by_key(|(file, _)| *file);
    for item in files.into_iter().flat_map(|(_, file)| file.items) {
        match item.kind {
            ItemKind::Use { .. } => {}
            ItemKind::Let { name, ty, value } => {
                names.once(&mut seen, "value", &name);
                lets.push((name, ty, value));
            }
            ItemKind::Fn { name, parameters, result, body } => {
                names.once(&mut seen, "function", &name);
                if time_of(&body) != Time::Build {
                    let finding = Diagnostic::new(Code::P0401, body.span, "a function knows its parameters only");
                    names.findings.push(finding.help("hand the value in: `fn n(x: string): string = …`"));
                }
                functions.push((name, Function { parameters, result, body }));
            }
            ItemKind::Secret { name, value } => {
                names.once(&mut seen, "value", &name);
                names.secret(name, &value);
            }
            ItemKind::Inventory { name, source, columns } => {
                names.once(&mut seen, "inventory", &name);
                names.inventories.push(InventoryDecl { name, source, columns });
            }
            ItemKind::Parameter(parameter) => names.library_only(parameter.name.span, "parameter"),
            ItemKind::Block { word, heads, body } => names.block(&mut seen, word, heads, body),
        }
    }
    names.functions(functions);
    names.values(lets);
    names
}

impl Names {
    fn block(&mut self, seen: &mut HashMap<(&'static str, String), Span>, word: Ident, heads: Vec<Head>, body: Block) {
        let mut heads = heads.into_iter();
        let name = match heads.next() {
            Some(Head::Name(name)) => {
                Ident { text: name.plain().map_or_else(|| name.family(), str::to_owned), span: name.span }
            }
            Some(Head::Text(text)) => Ident { text: text.as_text().unwrap_or_default(), span: text.span },
            None => {
                let finding = Diagnostic::new(Code::P0101, word.span, format!("this {} has no name", word.text));
                self.findings.push(finding.because("the name stands between the word and the brace"));
                return;
            }
        };
        let decl = Decl { name, heads: heads.collect(), body };
        let said: Vec<&str> = decl
            .heads
            .iter()
            .map(|head| match head {
                Head::Name(name) => name.plain().unwrap_or(""),
                Head::Text(_) => "",
            })
            .collect();
        let for_phone = word.text == "profile" && said == ["for", "phone"];
        if let (false, Some(extra)) = (for_phone, decl.heads.first()) {
            let span = match extra {
                Head::Name(name) => name.span,
                Head::Text(text) => text.span,
            };
            self.findings.push(
                Diagnostic::new(Code::P0101, span, format!("unexpected `{}`", self.sources.slice(span)))
                    .because(if word.text == "profile" { "expected `for phone` or `{`" } else { "expected `{`" }),
            );
        }
        let kind = match word.text.as_str() {
            "server" => "server",
            "network" => "network",
            "zone" => "zone",
            "firmware" => "firmware",
            "profile" => "profile",
            "fleet" => "fleet",
            "test" => "test",
            _ => {
                self.library_only(word.span, &word.text);
                return;
            }
        };
        self.once(seen, kind, &decl.name);
        match kind {
            "server" => self.servers.push(decl),
            "network" => self.networks.push(decl),
            "zone" => self.zones.push(decl),
            "firmware" => self.firmware.push(decl),
            "profile" => self.profiles.push(decl),
            "fleet" => self.fleets.push(decl),
            _ => self.tests.push(decl),
        }
    }

    /// `secret n = env("N")` or `file("p")`: a value that is only known by where it is kept.
    fn secret(&mut self, name: Ident, value: &Expr) {
        let kept = match &value.kind {
            ExprKind::Call(kind, arguments) => match (kind.text.as_str(), arguments.as_slice()) {
                ("env" | "file", [place]) => {
                    place.as_text().and_then(|place| format!("{}:{place}", kind.text).parse::<SecretRef>().ok())
                }
                _ => None,
            },
            _ => None,
        };
        let value = match kept {
            Some(kept) => Some(Value::Secret(SecretText { parts: vec![SecretPart::Kept(kept)], labelled: name.span })),
            None => {
                let literal = value.as_text().is_some();
                let code = if literal { Code::P0406 } else { Code::P0301 };
                let message =
                    if literal { "a secret is written in the source" } else { "this is no place of a secret" };
                let finding = Diagnostic::new(code, value.span, message)
                    .because("whoever reads the program reads it, and git never forgets")
                    .help(format!("write `secret {} = env(\"NAME\")` or `file(\"PATH\")`", name.text));
                self.findings.push(finding);
                None
            }
        };
        self.globals.lets.insert(name.text, value);
    }

    fn once(&mut self, seen: &mut HashMap<(&'static str, String), Span>, kind: &'static str, name: &Ident) {
        if let Some(first) = seen.insert((kind, name.text.clone()), name.span) {
            let finding = Diagnostic::new(Code::P0202, name.span, format!("{kind} `{}` is declared twice", name.text))
                .because("declared again here")
                .label(first, "first declared here");
            self.findings.push(finding);
        }
    }

    fn library_only(&mut self, span: Span, word: &str) {
        let message = format!("a `{word}` is declared in the standard library only");
        self.findings.push(
            Diagnostic::new(Code::P0101, span, message)
                .help("an element that the catalogue lacks is set with `unlisted \"X_Name\" = \"v\"` in a profile"),
        );
    }

    /// Keeps the functions whose calls end soon. Each costs one and what it calls; what calls itself never ends.
    fn functions(&mut self, mut waiting: Vec<(Ident, Function)>) {
        let mut costs: HashMap<String, u64> = HashMap::new();
        loop {
            let before = waiting.len();
            let mut still = Vec::new();
            let names: Vec<String> = waiting.iter().map(|(name, _)| name.text.clone()).collect();
            for (name, function) in waiting {
                let mut called = Vec::new();
                calls(&function.body, &mut called);
                if called.iter().any(|other| names.contains(other)) {
                    still.push((name, function));
                    continue;
                }
                let cost = called
                    .iter()
                    .filter_map(|other| costs.get(other))
                    .fold(1u64, |sum, cost| sum.saturating_add(*cost));
                if cost > MOST_CALLS {
                    let finding = Diagnostic::new(Code::P0106, name.span, format!("`{}` calls too much", name.text));
                    self.findings.push(finding.because(format!("one call of it may make {MOST_CALLS} others")));
                    self.globals.functions.insert(name.text, None);
                    continue;
                }
                costs.insert(name.text.clone(), cost);
                self.globals.functions.insert(name.text, Some(function));
            }
            if still.len() == before {
                for (name, _) in still {
                    let finding = Diagnostic::new(Code::P0203, name.span, format!("`{}` calls itself", name.text));
                    self.findings.push(finding.because("a function is never recursive, so that every program ends"));
                    self.globals.functions.insert(name.text, None);
                }
                return;
            }
            waiting = still;
        }
    }

    /// Evaluates each `let` once, whatever the order they stand in; what is left when no more can be is a circle.
    fn values(&mut self, lets: Vec<Let>) {
        let places: HashMap<String, usize> =
            lets.iter().enumerate().map(|(place, (name, ..))| (name.text.clone(), place)).collect();
        // For each, how many others it waits for, and who waits for it.
        let mut waits = vec![0usize; lets.len()];
        let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); lets.len()];
        for (place, (_, _, expr)) in lets.iter().enumerate() {
            let mut names = BTreeSet::new();
            refers_to(expr, &mut names);
            for other in names.iter().filter_map(|name| places.get(*name)) {
                if let (Some(count), Some(list)) = (waits.get_mut(place), waiting.get_mut(*other)) {
                    *count += 1;
                    list.push(place);
                }
            }
        }
        // Known by name before they have a value, so that a misspelt one finds its neighbours.
        self.globals.lets.extend(lets.iter().map(|(name, ..)| (name.text.clone(), None)));
        let mut ready: Vec<usize> = (0..lets.len()).filter(|place| waits.get(*place) == Some(&0)).collect();
        while let Some(place) = ready.pop() {
            if let Some((name, ty, expr)) = lets.get(place) {
                let value = self.value_of(name, ty.as_ref(), expr);
                self.globals.lets.insert(name.text.clone(), value);
            }
            for other in waiting.get(place).into_iter().flatten() {
                if let Some(count) = waits.get_mut(*other) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(*other);
                    }
                }
            }
        }
        for ((name, ..), _) in lets.iter().zip(&waits).filter(|(_, count)| **count > 0) {
            let message = format!("`{}` is defined by way of itself", name.text);
            self.findings.push(Diagnostic::new(Code::P0203, name.span, message));
            self.globals.lets.insert(name.text.clone(), None);
        }
    }

    fn value_of(&mut self, name: &Ident, ty: Option<&TypeExpr>, expr: &Expr) -> Option<Value> {
        let value = match time_of(expr) {
            Time::Build => evaluate(expr, &Scope { globals: &self.globals, locals: &[], phone: None }),
            time => Err(Some(Box::new(
                Diagnostic::new(Code::P0401, expr.span, format!("`let {}` is needed at build", name.text))
                    .because(format!("this is known {} only", when(time))),
            ))),
        };
        match value {
            Ok(value) => {
                self.findings.extend(ty.and_then(|ty| misfit(ty, &value, expr.span)));
                Some(value)
            }
            Err(finding) => {
                self.findings.extend(finding.map(|finding| *finding));
                None
            }
        }
    }
}

/// How many calls one call may come to.
const MOST_CALLS: u64 = 1000;

/// The functions that an expression calls, each as often as it does.
fn calls(expr: &Expr, into: &mut Vec<String>) {
    match &expr.kind {
        ExprKind::Call(name, arguments) => {
            into.push(name.text.clone());
            arguments.iter().for_each(|argument| calls(argument, into));
        }
        ExprKind::Name(_) | ExprKind::Literal(_) | ExprKind::Bool(_) | ExprKind::Macro(_) | ExprKind::Fault => {}
        ExprKind::Text(parts) => parts.iter().for_each(|part| match part {
            TextPart::Text(_) => {}
            TextPart::Hole(hole) => calls(hole, into),
        }),
        ExprKind::Field(base, _) => calls(base, into),
        ExprKind::Not(inner) | ExprKind::Minus(inner) => calls(inner, into),
        ExprKind::Index(a, b) | ExprKind::Binary(a, _, b) => {
            calls(a, into);
            calls(b, into);
        }
        ExprKind::List(items) => items.iter().for_each(|item| calls(item, into)),
    }
}

/// When a value is known, for messages.
pub fn when(time: Time) -> &'static str {
    match time {
        Time::Build => "at build",
        Time::Phone => "per phone",
        Time::Request => "when the server answers",
        Time::OnPhone => "on the phone",
    }
}

/// Every name that stands in an expression.
fn refers_to<'e>(expr: &'e Expr, into: &mut BTreeSet<&'e str>) {
    match &expr.kind {
        ExprKind::Name(name) => drop(into.insert(name)),
        ExprKind::Literal(_) | ExprKind::Bool(_) | ExprKind::Macro(_) | ExprKind::Fault => {}
        ExprKind::Text(parts) => parts.iter().for_each(|part| match part {
            TextPart::Text(_) => {}
            TextPart::Hole(hole) => refers_to(hole, into),
        }),
        ExprKind::Field(base, _) => refers_to(base, into),
        ExprKind::Not(inner) | ExprKind::Minus(inner) => refers_to(inner, into),
        ExprKind::Index(a, b) | ExprKind::Binary(a, _, b) => {
            refers_to(a, into);
            refers_to(b, into);
        }
        ExprKind::Call(_, items) | ExprKind::List(items) => items.iter().for_each(|item| refers_to(item, into)),
    }
}
