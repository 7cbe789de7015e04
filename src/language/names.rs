//! Declarations by kind and name, and the values of `let`.

use super::modules::Modules;
use super::syntax::tree::*;
use super::value::{Function, Globals, SecretPart, SecretText, SecretWay, Time, Value};
use crate::diagnostic::{Code, Diagnostic, SourceMap, Span};
use crate::phone::SecretRef;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

/// A named block.
#[derive(Debug)]
pub struct Decl {
    pub name: Ident,
    /// What stood before the brace after the name: `for phone`.
    pub heads: Vec<Head>,
    pub body: Block,
}

/// A `let`.
#[derive(Debug)]
pub struct Let {
    pub name: Ident,
    /// The type it states.
    pub ty: Option<TypeExpr>,
    pub value: Expr,
}

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
    /// The secrets; what else belongs here waits for its types.
    pub globals: Globals,
    pub lets: Vec<Let>,
    pub functions: Vec<(Ident, Function)>,
    pub secrets: Vec<Ident>,
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
    let mut seen: HashMap<(&'static str, String), Span> = HashMap::new();
    // A module that is used is loaded before what uses it is done; what a reader meets first comes first.
    let mut files = modules.files;
    files.sort_by_key(|(file, _)| *file);
    for broken in files.iter().flat_map(|(_, file)| &file.broken) {
        match broken.word.as_str() {
            "let" | "secret" => drop(names.globals.lets.insert(broken.name.clone(), None)),
            "fn" => drop(names.globals.functions.insert(broken.name.clone(), None)),
            _ => {}
        }
    }
    for item in files.into_iter().flat_map(|(_, file)| file.items) {
        match item.kind {
            ItemKind::Use { .. } => {}
            ItemKind::Let { name, ty, value } => {
                if names.once(&mut seen, "value", &name) {
                    names.lets.push(Let { name, ty, value });
                }
            }
            ItemKind::Fn { name, parameters, result, body } => {
                if names.once(&mut seen, "function", &name) {
                    names.functions.push((name, Function { parameters, result, body, types: None }));
                }
            }
            ItemKind::Secret { name, value } => {
                if names.once(&mut seen, "value", &name) {
                    names.secret(name, &value);
                }
            }
            ItemKind::Inventory { name, source, columns } => {
                if names.once(&mut seen, "inventory", &name) {
                    names.inventories.push(InventoryDecl { name, source, columns });
                }
            }
            ItemKind::Parameter(parameter) => names.library_only(parameter.name.span, "parameter"),
            ItemKind::Block { word, heads, body } => names.block(&mut seen, word, heads, body),
        }
    }
    names
}

impl Names {
    fn block(&mut self, seen: &mut HashMap<(&'static str, String), Span>, word: Ident, heads: Vec<Head>, body: Block) {
        let mut heads = heads.into_iter();
        let first = heads.next();
        self.findings.extend(first.as_ref().and_then(|head| misnamed(&word, head)));
        let name = match first {
            Some(Head::Name(name)) => {
                Ident { text: name.plain().map_or_else(|| name.family(), str::to_owned), span: name.span }
            }
            Some(Head::Text(text)) => Ident { text: text.as_text().unwrap_or_default(), span: text.span },
            None => {
                let finding = Diagnostic::new(Code::P0101, word.span, format!("this {} has no name", word.text));
                let help = format!("write `{} NAME {{`", word.text);
                self.findings
                    .push(finding.because("the name stands between the word and the brace").help(help).hides());
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
        if !self.once(seen, kind, &decl.name) {
            return;
        }
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
            Some(kept) => {
                Some(Value::Secret(SecretText { parts: vec![SecretPart::Kept(kept)], way: SecretWay::new(name.span) }))
            }
            None => {
                let finding = self.no_place(&name.text, value);
                self.findings.push(finding);
                None
            }
        };
        self.globals.lets.insert(name.text.clone(), value);
        self.secrets.push(name);
    }

    /// What is wrong with the place of a secret, and how it is written.
    fn no_place(&self, name: &str, value: &Expr) -> Diagnostic {
        if let Some(place) = place_meant(value, &self.sources) {
            let finding = Diagnostic::new(Code::P0301, value.span, "the place of a secret is not written so");
            let finding = finding.because("it is `env` or `file`, and a text: the name of a variable, or a path");
            return finding.help(format!("write `secret {name} = {place}`"));
        }
        let literal = value.as_text().is_some();
        let (code, message, why) = match literal {
            true => (
                Code::P0406,
                "a secret is written in the source",
                "whoever reads the program reads it, and git never forgets",
            ),
            false => {
                (Code::P0301, "this is no place of a secret", "a secret is kept elsewhere, and the program says where")
            }
        };
        let finding = Diagnostic::new(code, value.span, message).because(why);
        finding.help(format!("write `secret {name} = env(\"NAME\")` or `file(\"PATH\")`"))
    }

    /// Whether a name is the first of its kind. What is declared again is left out: it is most often a copy that was to be
    /// renamed, and what is wrong with it follows from that.
    fn once(&mut self, seen: &mut HashMap<(&'static str, String), Span>, kind: &'static str, name: &Ident) -> bool {
        match seen.entry((kind, name.text.clone())) {
            Entry::Vacant(place) => {
                place.insert(name.span);
                true
            }
            Entry::Occupied(first) => {
                let message = format!("{kind} `{}` is declared twice", name.text);
                let finding = Diagnostic::new(Code::P0202, name.span, message)
                    .because("declared again here")
                    .label(*first.get(), "first declared here");
                self.findings.push(finding.help("give one of them a name of its own, or remove it"));
                false
            }
        }
    }

    fn library_only(&mut self, span: Span, word: &str) {
        let message = format!("a `{word}` is declared in the standard library only");
        self.findings.push(
            Diagnostic::new(Code::P0101, span, message)
                .help("an element that the catalogue lacks is set with `unlisted \"X_Name\" = \"v\"` in a profile"),
        );
    }
}

/// A name in quotes, or the text of a story without them.
fn misnamed(word: &Ident, head: &Head) -> Option<Diagnostic> {
    match head {
        Head::Text(text) if !matches!(word.text.as_str(), "zone" | "test" | "release" | "model" | "macro") => {
            let name = identifier(&text.as_text().unwrap_or_default());
            let message = format!("the name of a {} is no text", word.text);
            let finding = Diagnostic::new(Code::P0101, text.span, message).because("a name stands without quotes");
            Some(finding.help(format!("write `{} {name} {{`", word.text)))
        }
        // A domain without quotes is told where zones are read.
        Head::Name(name) if word.text == "test" => {
            let written = name.plain().map_or_else(|| name.family(), str::to_owned);
            let finding = Diagnostic::new(Code::P0103, name.span, format!("`{written}` is not a value"));
            Some(finding.because("what a test is called is a text").help(format!("put it in quotes: `\"{written}\"`")))
        }
        _ => None,
    }
}

/// `env(NAME)`, `getenv("NAME")`, `$NAME`, `env:NAME` and the like, as the language writes them.
fn place_meant(value: &Expr, sources: &SourceMap) -> Option<String> {
    let bare = |expr: &Expr| {
        let written = expr.as_text().unwrap_or_else(|| sources.slice(expr.span).to_owned());
        let text =
            written.trim_start_matches("env:").trim_start_matches('$').trim_matches(['{', '}', '(', ')']).to_owned();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        (!text.is_empty() && text.chars().all(plain)).then_some(text)
    };
    let (kind, place) = match &value.kind {
        ExprKind::Call(kind, arguments) => match arguments.as_slice() {
            [place] => (kind.text.to_ascii_lowercase(), bare(place)?),
            _ => return None,
        },
        ExprKind::Index(kind, place) => (kind.as_name()?.to_ascii_lowercase(), bare(place)?),
        ExprKind::Macro(_) => ("env".to_owned(), bare(value)?),
        ExprKind::Text(_) => {
            let text = value.as_text()?;
            let (kind, place) = text.split_once(':')?;
            (kind.to_owned(), place.to_owned())
        }
        _ => return None,
    };
    match kind.as_str() {
        "env" | "getenv" | "environ" | "environment" | "var" => Some(format!("env(\"{place}\")")),
        "file" | "read" | "readfile" | "read_file" | "open" | "load" | "include" => Some(format!("file(\"{place}\")")),
        _ => None,
    }
}

/// A name that is as near to a text as names are.
fn identifier(text: &str) -> String {
    let mut name: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect::<String>()
        .trim_matches('_')
        .into();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, 'v');
    }
    if name.is_empty() { "NAME".to_owned() } else { name }
}

/// The functions that an expression calls, each as often as it does.
pub(super) fn calls(expr: &Expr, into: &mut Vec<String>) {
    expr.each(&mut |expr| {
        if let ExprKind::Call(name, _) = &expr.kind {
            into.push(name.text.clone());
        }
    });
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
pub(super) fn refers_to<'e>(expr: &'e Expr, into: &mut BTreeSet<&'e str>) {
    expr.each(&mut |expr| into.extend(expr.as_name()));
}
