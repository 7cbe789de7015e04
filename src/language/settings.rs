//! Blocks read by their schema. The grammar gives words and arguments in a row; the schema of a block says which words
//! begin a setting and how many arguments each takes at least, so that several settings may stand on one line, and a
//! word that no setting has gets a finding with a suggestion.

use super::before_parameter;
use super::form;
use super::meant;
use super::misplaced;
use super::syntax::literal::Literal;
use super::syntax::tree::{Argument, Block, Expr, ExprKind, Ident, Operator, Statement, StatementKind, TargetKind};
use crate::diagnostic::{Code, Diagnostic, Span, closest};

/// The settings of one kind of block: each word, and the least number of arguments.
pub struct Schema {
    /// What the block is, for messages.
    pub what: &'static str,
    pub words: &'static [(&'static str, usize)],
}

/// A setting with its arguments, in groups divided by commas.
#[derive(Clone, Debug)]
pub struct Setting<'b> {
    pub word: Ident,
    pub groups: Vec<Vec<&'b Argument>>,
    pub span: Span,
}

impl Schema {
    fn arguments(&self, word: &str) -> Option<usize> {
        self.words.iter().find(|(known, _)| *known == word).map(|(_, least)| *least)
    }
}

/// The settings of a block. Statements of other kinds are handed to `other`.
pub fn settings<'b>(
    block: &'b Block,
    schema: &Schema,
    findings: &mut Vec<Diagnostic>,
    mut other: impl FnMut(&'b Statement, &mut Vec<Diagnostic>),
) -> Vec<Setting<'b>> {
    let mut all = Vec::new();
    for (statement, next) in block.statements.iter().zip(block.statements.iter().skip(1).map(Some).chain([None])) {
        match &statement.kind {
            StatementKind::Setting { word, groups } => {
                let before = findings.len();
                split(word, groups, statement.span, schema, findings, &mut all);
                let joined = next.and_then(|next| parted_name(word, groups, next));
                if let (Some(joined), Some(finding)) = (joined, findings.get_mut(before)) {
                    finding.help = Some(format!("did you mean `{joined}`?"));
                }
            }
            _ => other(statement, findings),
        }
    }
    all
}

/// `Time Zone = …`: a name with a blank in it.
fn parted_name(word: &Ident, groups: &[Vec<Argument>], next: &Statement) -> Option<String> {
    let StatementKind::Assign { target, .. } = &next.kind else { return None };
    let TargetKind::Name(parts) = &target.kind else { return None };
    let capital = |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase());
    let mut words = vec![word];
    let mut names = Vec::new();
    for argument in groups.iter().flatten() {
        let Argument::Expr(expr) = argument else { return None };
        names.push(Ident { text: expr.as_name()?.to_owned(), span: expr.span });
    }
    words.extend(names.iter());
    let ends = words.iter().map(|word| word.span.end);
    let begins = words.iter().skip(1).map(|word| word.span.start).chain([target.span.start]);
    // One blank between two words, and no line's end.
    if !words.iter().all(|word| capital(&word.text)) || !ends.zip(begins).all(|(end, start)| start == end + 1) {
        return None;
    }
    let last = parts.iter().map(|(name, index)| match index {
        Some(Expr { kind: ExprKind::Literal(Literal::Int(number)), .. }) => format!("{name}[{number}]"),
        Some(_) => format!("{name}[n]"),
        None => name.clone(),
    });
    let first: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    Some(format!("{}_{}", first.join("_"), last.collect::<String>()))
}

/// For blocks that have settings only.
pub fn only_settings<'b>(block: &'b Block, schema: &Schema, findings: &mut Vec<Diagnostic>) -> Vec<Setting<'b>> {
    settings(block, schema, findings, |statement, findings| {
        if let Some(finding) = needless_equals(statement, schema) {
            findings.push(finding);
            return;
        }
        let mut finding =
            Diagnostic::new(Code::P0211, statement.span, format!("a {} has no such statement", schema.what))
                .because(format!("its settings are {}", list(schema)));
        finding.help = elsewhere(statement);
        findings.push(finding.breaks());
    })
}

/// Where a statement belongs that no setting is.
fn elsewhere(statement: &Statement) -> Option<String> {
    match &statement.kind {
        StatementKind::Assign { words, .. } if words.iter().any(|word| word.text == "option") => {
            misplaced::belongs("option")
        }
        StatementKind::Assign { target, .. } => match &target.kind {
            TargetKind::Name(parts)
                if parts.iter().any(|(name, _)| name.starts_with(|c: char| c.is_ascii_uppercase())) =>
            {
                Some("parameters are set in a profile".to_owned())
            }
            _ => None,
        },
        StatementKind::Ownership { .. } => Some("parameters are left to the user, or reset, in a profile".to_owned()),
        StatementKind::Expect { .. } => misplaced::belongs("expect"),
        StatementKind::If { .. } | StatementKind::For { .. } | StatementKind::Match { .. } => {
            Some("conditions and loops stand in a profile".to_owned())
        }
        StatementKind::Setting { .. } => None,
    }
}

/// The finding for a setting that is written like an assignment.
pub fn needless_equals(statement: &Statement, schema: &Schema) -> Option<Diagnostic> {
    let word = assigned(statement).filter(|word| schema.arguments(word).is_some())?;
    Some(
        Diagnostic::new(Code::P0101, statement.span, format!("`{word}` takes no `=`"))
            .because("a setting is a word and its value; parameters are assigned, in profiles")
            .help(format!("write `{word} …`, without the `=`"))
            .breaks(),
    )
}

/// The bare word that a statement assigns to.
pub fn assigned(statement: &Statement) -> Option<&str> {
    let StatementKind::Assign { target, .. } = &statement.kind else { return None };
    match &target.kind {
        TargetKind::Name(parts) => match parts.as_slice() {
            [(name, None)] => Some(name),
            _ => None,
        },
        _ => None,
    }
}

fn split<'b>(
    word: &Ident,
    groups: &'b [Vec<Argument>],
    span: Span,
    schema: &Schema,
    findings: &mut Vec<Diagnostic>,
    all: &mut Vec<Setting<'b>>,
) {
    // A misspelt word takes what the word that is meant takes.
    let near =
        |name: &str| closest(name, schema.words.iter().map(|(word, _)| *word)).and_then(|word| schema.arguments(word));
    let of_unknown = |setting: &Setting<'_>| if misplaced::is_elsewhere(&setting.word.text) { usize::MAX } else { 0 };
    let mut current = Setting { word: word.clone(), groups: Vec::new(), span };
    let mut known = schema.arguments(&word.text);
    let mut given = 0;
    let (mut commas, mut before) = (None, word.span);
    for group in groups {
        current.groups.push(Vec::new());
        for (place, argument) in group.iter().enumerate() {
            if let Argument::Expr(expr) = argument
                && let Some(name) = expr.as_name()
                && (schema.arguments(name).is_some() || schema.what == "service" && near(name).is_some())
                && given >= known.or_else(|| near(&current.word.text)).unwrap_or_else(|| of_unknown(&current))
            {
                // A comma is for the items of one setting.
                if place == 0 && current.groups.len() > 1 {
                    commas = commas.or(Some(Span { start: before.end, end: expr.span.start, ..expr.span }));
                }
                let next = Setting {
                    word: Ident { text: name.to_owned(), span: expr.span },
                    groups: vec![Vec::new()],
                    span: expr.span.to(span),
                };
                finish(std::mem::replace(&mut current, next), known, given, schema, findings, all);
                (known, given) = (schema.arguments(name), 0);
            } else {
                given += 1;
                if let Some(last) = current.groups.last_mut() {
                    last.push(argument);
                }
            }
            before = argument_span(argument);
        }
    }
    if let Some(comma) = commas {
        let comma = Span { end: comma.start + 1, ..comma };
        findings.push(
            Diagnostic::new(Code::P0101, comma, "unexpected `,`")
                .because("a comma divides the items of one setting")
                .help("leave it out: settings are divided by blanks, or stand on lines of their own"),
        );
    }
    finish(current, known, given, schema, findings, all);
}

fn finish<'b>(
    mut setting: Setting<'b>,
    known: Option<usize>,
    given: usize,
    schema: &Schema,
    findings: &mut Vec<Diagnostic>,
    all: &mut Vec<Setting<'b>>,
) {
    let end = setting
        .groups
        .iter()
        .flatten()
        .map(|argument| argument_span(argument))
        .next_back()
        .unwrap_or(setting.word.span);
    setting.span = setting.word.span.to(end);
    setting.span.end = end.end.max(setting.word.span.end);
    match known {
        None if matches!(setting.word.text.as_str(), "if" | "for" | "match") => findings.push(
            Diagnostic::new(Code::P0101, setting.word.span, format!("this `{}` is not written so", setting.word.text))
                .because("`if C { … } else { … }`, `for n in 1..4 { … }`, `match e { \"a\" { … } else { … } }`"),
        ),
        None if matches!(setting.word.text.to_lowercase().as_str(), "if" | "wenn" | "falls" | "als" | "si") => findings
            .push(
                Diagnostic::new(Code::P0101, setting.word.span, format!("unexpected `{}`", setting.word.text))
                    .because("the words of the language are English, in lower case")
                    .help("write `if CONDITION { … }`")
                    .breaks(),
            ),
        // Settings are words in lower case; parameters are not.
        None if schema.what == "profile" && setting.word.text.starts_with(|c: char| c.is_ascii_uppercase()) => {
            findings.push(
                Diagnostic::new(
                    Code::P0101,
                    setting.word.span,
                    format!("nothing is assigned to `{}`", setting.word.text),
                )
                .because("expected `=`: a parameter is set with `NAME = value`")
                .breaks(),
            );
        }
        None if matches!(setting.word.text.as_str(), "else" | "elif" | "elsif" | "elseif") => findings.push(
            Diagnostic::new(Code::P0101, setting.word.span, format!("unexpected `{}`", setting.word.text))
                .because("`else` follows the `}` of its `if`, on the same line")
                .help("write `} else {`, or `} else if CONDITION {`")
                .breaks(),
        ),
        None if schema.what == "network" && matches!(setting.word.text.as_str(), "option" | "options") => {
            let number = match setting.expr(0).map(|expr| &expr.kind) {
                Some(ExprKind::Literal(Literal::Int(number))) => Some(format!("write `option {number} = …`")),
                _ => None,
            };
            let name = setting.exprs().next().and_then(joined);
            let name = number.or_else(|| {
                name.and_then(|name| meant::option(&name, setting.expr(1).and_then(Expr::as_text).as_deref()))
            });
            findings.push(
                Diagnostic::new(Code::P0101, setting.span, "an option is not written so")
                    .because("it is assigned, by its number")
                    .help(name.unwrap_or_else(|| "write `option 150 = …`".to_owned()))
                    .breaks(),
            );
        }
        None if schema.what == "profile"
            && before_parameter::told(&setting.word.text).is_some()
            && !(setting.word.text == "log" && (setting.block().is_some() || setting.words() == ["syslog"])) =>
        {
            let (message, why, help) = before_parameter::told(&setting.word.text).unwrap_or_default();
            let finding = Diagnostic::new(Code::P0101, setting.word.span, message).because(why);
            findings.push(finding.help(help).breaks());
        }
        // `set $A == "x"`: an assignment of a register, with one sign too many.
        None if schema.what == "test" && setting.word.text == "set" => {
            let finding = Diagnostic::new(Code::P0101, setting.span, "`set` is not written so");
            let finding = finding.because("it sets a register of the phone, as somebody would by hand");
            findings.push(finding.help("write `set $A = \"…\"`").breaks());
        }
        // `prov IN A 192.168.50.10`, as zone files have it.
        None if schema.what == "zone" && record_of_a_file(&setting).is_some() => {
            let finding = Diagnostic::new(Code::P0101, setting.span, "a record is not written so");
            let finding = finding.because("its kind stands first, then the name in quotes, and what it leads to");
            findings.push(finding.help(format!("write `{}`", record_of_a_file(&setting).unwrap_or_default())).breaks());
        }
        None => {
            let word = setting.word.text.as_str();
            let meant = meant::setting(schema.what, word).filter(|meant| schema.arguments(meant).is_some());
            let finding = Diagnostic::new(Code::P0211, setting.word.span, format!("unknown setting `{word}`"))
                .because(format!("a {} has {}", schema.what, list(schema)));
            let finding = match meant {
                Some("on") if word == "notify" => finding.help("write `on notify`"),
                Some(meant) => finding.help(match form::form(schema.what, meant) {
                    Some(form) => format!("did you mean `{meant}`? It is written `{form}`"),
                    None => format!("did you mean `{meant}`?"),
                }),
                None => match misplaced::belongs(word).filter(|_| schema.what != "test") {
                    Some(place) => finding.help(place),
                    None => finding.did_you_mean(word, schema.words.iter().map(|(word, _)| *word)),
                },
            };
            // What the block seems to lack is most likely this.
            findings.push(finding.breaks());
        }
        Some(least) if given < least => {
            let mut finding =
                Diagnostic::new(Code::P0101, setting.word.span, format!("`{}` needs a value", setting.word.text))
                    .because(match given {
                        0 => "nothing follows it that could be one",
                        _ => "what follows it is not all that it needs",
                    });
            if let Some(form) = form::form(schema.what, &setting.word.text) {
                finding.help = Some(format!("write `{form}`"));
            }
            findings.push(finding.breaks());
        }
        Some(_) => all.push(setting),
    }
}

/// An address record as a zone file has it: the name, perhaps a time and `IN`, the kind, the address.
fn record_of_a_file(setting: &Setting<'_>) -> Option<String> {
    let mut kind = None;
    let mut address = None;
    for argument in setting.arguments() {
        let Argument::Expr(expr) = argument else { return None };
        match (&expr.kind, expr.as_name()) {
            (_, Some("IN" | "in")) | (ExprKind::Literal(Literal::Int(_) | Literal::Duration(_)), _) => {}
            (_, Some("A" | "a")) => kind = Some("a"),
            (_, Some("AAAA" | "aaaa")) => kind = Some("aaaa"),
            (ExprKind::Literal(Literal::Ip(found)), _) => address = Some(found),
            _ => return None,
        }
    }
    Some(format!("{} \"{}\" {}", kind?, setting.word.text, address?))
}

/// A name with hyphens in it, in which the grammar saw a difference.
fn joined(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Binary(left, Operator::Minus, right) => Some(format!("{}-{}", joined(left)?, right.as_name()?)),
        _ => None,
    }
}

fn list(schema: &Schema) -> String {
    let mut words: Vec<String> = schema.words.iter().map(|(word, _)| format!("`{word}`")).collect();
    if schema.what == "network" {
        // The grammar knows it as an assignment.
        words.push("`option N = …`".to_owned());
    }
    match words.as_slice() {
        [] => "no settings".into(),
        [one] => one.clone(),
        [many @ .., last] => format!("{} and {last}", many.join(", ")),
    }
}

pub fn argument_span(argument: &Argument) -> Span {
    match argument {
        Argument::Expr(expr) => expr.span,
        Argument::Block(block) => block.span,
    }
}

impl<'b> Setting<'b> {
    /// All arguments, commas left out of account.
    pub fn arguments(&self) -> impl Iterator<Item = &'b Argument> + '_ {
        self.groups.iter().flatten().copied()
    }

    /// All arguments that are expressions.
    pub fn exprs(&self) -> impl Iterator<Item = &'b Expr> + '_ {
        self.arguments().filter_map(|argument| match argument {
            Argument::Expr(expr) => Some(expr),
            Argument::Block(_) => None,
        })
    }

    pub fn block(&self) -> Option<&'b Block> {
        self.arguments().find_map(|argument| match argument {
            Argument::Block(block) => Some(block),
            Argument::Expr(_) => None,
        })
    }

    /// The bare words among the arguments, in order; what is no word is `_`. `on boot spread 2m` is `boot spread _`.
    pub fn words(&self) -> Vec<&'b str> {
        self.arguments()
            .map(|argument| match argument {
                Argument::Expr(Expr { kind: ExprKind::Name(name), .. }) => name.as_str(),
                _ => "_",
            })
            .collect()
    }

    /// The argument at a position, if it is an expression.
    pub fn expr(&self, position: usize) -> Option<&'b Expr> {
        match self.arguments().nth(position)? {
            Argument::Expr(expr) => Some(expr),
            Argument::Block(_) => None,
        }
    }

    /// The argument that follows a word: `2m` in `on boot spread 2m`.
    pub fn after(&self, word: &str) -> Option<&'b Expr> {
        let mut arguments = self.exprs();
        arguments.find(|expr| expr.as_name() == Some(word))?;
        arguments.next()
    }
}
