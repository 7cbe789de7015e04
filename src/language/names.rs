//! Declarations by kind and name, and the values of `let`.

use super::modules::Modules;
use super::syntax::tree::*;
use super::value::{Scope, SecretPart, SecretText, Time, Value, evaluate, time_of};
use crate::diagnostic::{Code, Diagnostic, SourceMap, Span};
use crate::phone::SecretRef;
use std::collections::HashMap;

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
    pub lets: HashMap<String, Option<Value>>,
    pub servers: Vec<Decl>,
    pub networks: Vec<Decl>,
    pub zones: Vec<Decl>,
    pub firmware: Vec<Decl>,
    pub profiles: Vec<Decl>,
    pub fleets: Vec<Decl>,
    pub tests: Vec<Decl>,
    pub inventories: Vec<InventoryDecl>,
    /// Names that are declared by something this version does not compile: known, so that they are not called unknown.
    pub others: HashMap<String, Span>,
    pub findings: Vec<Diagnostic>,
}

/// Sorts the declarations of all modules, and finds names that are declared twice.
pub fn resolve(modules: Modules) -> Names {
    let mut names =
        Names { sources: modules.sources, library: modules.library, findings: modules.findings, ..Names::default() };
    let mut lets: Vec<Let> = Vec::new();
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
            ItemKind::Fn { name, .. } => names.not_yet(name, item.span, "functions"),
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
        self.lets.insert(name.text, value);
    }

    fn once(&mut self, seen: &mut HashMap<(&'static str, String), Span>, kind: &'static str, name: &Ident) {
        if let Some(first) = seen.insert((kind, name.text.clone()), name.span) {
            let finding = Diagnostic::new(Code::P0202, name.span, format!("{kind} `{}` is declared twice", name.text))
                .because("declared again here")
                .label(first, "first declared here");
            self.findings.push(finding);
        }
    }

    fn not_yet(&mut self, name: Ident, span: Span, what: &str) {
        self.others.insert(name.text, span);
        let finding = Diagnostic::new(Code::P0107, name.span, format!("this version does not compile {what}"));
        self.findings.push(finding);
    }

    fn library_only(&mut self, span: Span, word: &str) {
        let message = format!("a `{word}` is declared in the standard library only");
        self.findings.push(
            Diagnostic::new(Code::P0101, span, message)
                .help("an element that the catalogue lacks is set with `unlisted \"X_Name\" = \"v\"` in a profile"),
        );
    }

    /// Evaluates each `let` once, whatever the order they stand in; a circle is found when no more can be evaluated.
    fn values(&mut self, mut waiting: Vec<Let>) {
        loop {
            let names: Vec<String> = waiting.iter().map(|(name, ..)| name.text.clone()).collect();
            let before = waiting.len();
            let mut still = Vec::new();
            for (name, ty, expr) in waiting {
                if names.iter().any(|other| refers_to(&expr, other)) {
                    still.push((name, ty, expr));
                    continue;
                }
                let value = match time_of(&expr) {
                    Time::Build => evaluate(&expr, &Scope { lets: &self.lets, locals: &[], phone: None }),
                    time => Err(Some(Box::new(
                        Diagnostic::new(Code::P0401, expr.span, format!("`let {}` is needed at build", name.text))
                            .because(format!("this is known {} only", when(time))),
                    ))),
                };
                let value = match value {
                    Ok(value) => {
                        self.findings.extend(ty.and_then(|ty| misfit(&ty, &value, expr.span)));
                        Some(value)
                    }
                    Err(finding) => {
                        self.findings.extend(finding.map(|finding| *finding));
                        None
                    }
                };
                self.lets.insert(name.text, value);
            }
            if still.is_empty() {
                return;
            }
            if still.len() == before {
                for (name, ..) in still {
                    let message = format!("`{}` is defined by way of itself", name.text);
                    self.findings.push(Diagnostic::new(Code::P0203, name.span, message));
                    self.lets.insert(name.text, None);
                }
                return;
            }
            waiting = still;
        }
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

fn refers_to(expr: &Expr, name: &str) -> bool {
    match &expr.kind {
        ExprKind::Name(other) => other == name,
        ExprKind::Literal(_) | ExprKind::Bool(_) | ExprKind::Macro(_) | ExprKind::Fault => false,
        ExprKind::Text(parts) => parts.iter().any(|part| match part {
            TextPart::Text(_) => false,
            TextPart::Hole(hole) => refers_to(hole, name),
        }),
        ExprKind::Field(base, _) => refers_to(base, name),
        ExprKind::Not(inner) | ExprKind::Minus(inner) => refers_to(inner, name),
        ExprKind::Index(a, b) | ExprKind::Binary(a, _, b) => refers_to(a, name) || refers_to(b, name),
        ExprKind::Call(_, items) | ExprKind::List(items) => items.iter().any(|item| refers_to(item, name)),
    }
}

/// The finding for a value that is not of the type that its `let` states.
fn misfit(ty: &TypeExpr, value: &Value, span: Span) -> Option<Diagnostic> {
    let (stated, fits) = match &ty.kind {
        TypeKind::OneOf(words) => {
            let fits = matches!(value, Value::Text(text) if words.contains(text));
            (format!("one of {}", words.join(", ")), fits)
        }
        TypeKind::List(_) => ("list".to_owned(), matches!(value, Value::List(_))),
        TypeKind::Name(name) | TypeKind::Call(name, _) => {
            let fits = match name.as_str() {
                "port" => matches!(value, Value::Int(0..=65535)),
                "host" | "url" | "path" | "model" | "version" | "digits" => matches!(value, Value::Text(_)),
                "schedule" => matches!(value, Value::Schedule(_) | Value::Duration(_)),
                known @ ("bool" | "int" | "decimal" | "duration" | "time" | "string" | "mac" | "ip" | "prefix") => {
                    value.kind() == known
                }
                unknown => {
                    return Some(Diagnostic::new(Code::P0201, ty.span, format!("unknown type `{unknown}`")));
                }
            };
            (name.clone(), fits)
        }
    };
    (!fits).then(|| {
        Diagnostic::new(Code::P0301, span, format!("this is a {}, not a {stated}", value.kind()))
            .label(ty.span, "the type is stated here")
    })
}
