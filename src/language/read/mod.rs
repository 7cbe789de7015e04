//! Named blocks read into typed declarations, one file per kind.

mod bootstrap;
mod condition;
mod firmware;
mod fleet;
mod inventory;
mod network;
mod option;
mod phones;
mod profile;
mod realm;
mod redirect;
mod report;
mod rule;
mod server;
mod test;
mod words;
mod zone;

pub use self::inventory::{CellFound, DataFile, RowFound, RowWanted, Sought, locate, seek};
pub use self::words::settings_of;

use super::includes::Includes;
use super::misplaced;
use super::modules::Files;
use super::names::{Decl, Names};
use super::program::{At, Program};
use super::settings::Setting;
use super::syntax::literal::Literal;
use super::syntax::tree::{Argument, Block, Expr, ExprKind, Ident, Operator};
use super::types::{Bodies, Checker, ForPlatform, Noted, PhoneTypes, Place, check_bodies};
use super::unmatched;
use super::value::{Globals, Scope, Time, Value, evaluate};
use crate::diagnostic::{Code, Diagnostic, Severity, SourceMap, Span, closest};
use std::collections::HashMap;

/// A program whose every declaration was read, with what was found on the way.
#[derive(Debug)]
pub struct Checked {
    pub sources: SourceMap,
    pub library: Vec<(String, Span)>,
    pub program: Program,
    pub for_platform: ForPlatform,
    pub findings: Vec<Diagnostic>,
    /// The data files that were read.
    pub data: Vec<DataFile>,
    /// What expressions hold, where that was asked for.
    pub noted: Noted,
}

impl Checked {
    /// Whether every row of every data file is a phone of the program: none was left out for what is wrong with it.
    pub fn all_rows_sound(&self) -> bool {
        !self.findings.iter().any(leaves_a_row_out)
    }
}

/// Reads all declarations. `files` gives the data files that inventories name.
pub fn check(names: Names, files: &dyn Files) -> Checked {
    check_with(Checker::default(), names, files)
}

/// The same, and what each expression holds: a reader of the program may point at any.
pub fn check_noting(names: Names, files: &dyn Files) -> Checked {
    check_with(Checker::noting(), names, files)
}

fn check_with(mut types: Checker, mut names: Names, files: &dyn Files) -> Checked {
    names.unused();
    names.dollars_before_holes();
    let tables = unmatched::Tables::of(&names.lets);
    types.declarations(&mut names);
    let mut program = Program { globals: std::mem::take(&mut names.globals), ..Program::default() };
    let mut reader = Reader {
        globals: &program.globals,
        servers: index(&names.servers),
        networks: index(&names.networks),
        fleets: index(&names.fleets),
        profiles: index(&names.profiles),
        firmware: index(&names.firmware),
        sources: &names.sources,
        inventories: index_by(names.inventories.iter().map(|inventory| &inventory.name)),
        files,
        types,
        findings: std::mem::take(&mut names.findings),
        data: Vec::new(),
    };
    program.servers = names.servers.iter().map(|decl| reader.server(decl)).collect();
    program.networks = names.networks.iter().map(|decl| reader.network(decl)).collect();
    program.zones = names.zones.iter().map(|decl| reader.zone(decl)).collect();
    program.firmware = names.firmware.iter().map(|decl| reader.firmware(decl)).collect();
    program.profiles = names.profiles.into_iter().map(|decl| reader.profile(decl)).collect();
    program.fleets = names.fleets.iter().map(|decl| reader.fleet(decl, &names.inventories)).collect();
    program.tests = names.tests.iter().map(|decl| reader.test(decl)).collect();
    let (types, mut findings, data) = (reader.types, reader.findings, reader.data);
    // A row that is left out may be the one that takes a record.
    if !findings.iter().any(leaves_a_row_out) {
        findings.extend(unmatched::records(&tables, &program));
    }
    let (includes, too_deep) = Includes::of(&program.profiles);
    program.includes = includes;
    findings.extend(too_deep);
    let Bodies { findings: more, for_platform, noted } = check_bodies(types, &mut program);
    findings.extend(more);
    Checked { sources: names.sources, library: names.library, program, for_platform, findings, data, noted }
}

fn leaves_a_row_out(finding: &Diagnostic) -> bool {
    matches!(finding.code, Code::P0309 | Code::P0310) && finding.severity == Severity::Error
}

fn index(decls: &[Decl]) -> HashMap<String, usize> {
    index_by(decls.iter().map(|decl| &decl.name))
}

fn index_by<'n>(names: impl Iterator<Item = &'n Ident>) -> HashMap<String, usize> {
    let mut index = HashMap::new();
    for (position, name) in names.enumerate() {
        // The first of two alike counts: the second has its finding.
        index.entry(name.text.clone()).or_insert(position);
    }
    index
}

struct Reader<'r> {
    globals: &'r Globals,
    servers: HashMap<String, usize>,
    networks: HashMap<String, usize>,
    fleets: HashMap<String, usize>,
    profiles: HashMap<String, usize>,
    inventories: HashMap<String, usize>,
    firmware: HashMap<String, usize>,
    sources: &'r SourceMap,
    files: &'r dyn Files,
    types: Checker,
    findings: Vec<Diagnostic>,
    data: Vec<DataFile>,
}

impl Reader<'_> {
    fn report(&mut self, mut finding: Diagnostic) {
        // A setting of another form was not read: what seems to lack, or to follow, is told by that.
        finding.breaks |= finding.code == Code::P0101;
        self.findings.push(finding);
    }

    fn not_yet(&mut self, span: Span, what: &str) {
        self.report(Diagnostic::new(Code::P0107, span, format!("this version does not compile {what}")));
    }

    /// A value that must be known at build.
    fn value(&mut self, expr: &Expr) -> Option<Value> {
        let phones = PhoneTypes::unknown();
        if !self.types.sound(expr, &Place::new(&phones), Time::Build, "what stands here is needed at build") {
            self.types.breaks(expr);
            return None;
        }
        match evaluate(expr, &Scope { globals: self.globals, locals: &[], phone: None }) {
            Ok(value) => Some(value),
            Err(finding) => {
                self.findings.extend(finding.map(|finding| *finding));
                None
            }
        }
    }

    /// A value of one kind; `pick` takes it out.
    fn typed<T>(&mut self, expr: &Expr, wanted: &str, pick: impl FnOnce(&Value) -> Option<T>) -> Option<At<T>> {
        let value = self.value(expr)?;
        match pick(&value) {
            Some(value) => Some(At { value, span: expr.span }),
            None => {
                let an = if wanted.starts_with(['a', 'e', 'i', 'I', 'o']) { "an" } else { "a" };
                let mut finding = Diagnostic::new(Code::P0301, expr.span, format!("{an} {wanted} is wanted here"))
                    .because(format!("this is {}", value.with_article()));
                finding.help = match &value {
                    Value::Text(text) if wanted == "hardware address" && text.parse::<crate::phone::Mac>().is_err() => {
                        Some("a phone is named by its hardware address, without quotes: `00:0e:08:ab:cd:ef`".to_owned())
                    }
                    Value::Text(text) if wanted != "string" && Literal::parse(text).is_ok() => {
                        Some(format!("write it without quotes: `{text}`"))
                    }
                    Value::Ip(_) if wanted == "range of addresses" => {
                        Some(format!("write its first and its last: `{} .. …`", self.sources.slice(expr.span)))
                    }
                    Value::Prefix(address, length) if wanted == "range of addresses" => hosts_of(*address, *length),
                    Value::Prefix(address, _) if wanted.contains("address") => Some(format!("write `{address}`")),
                    _ if wanted == "string" && matches!(expr.kind, ExprKind::Literal(_)) => {
                        Some(format!("put it in quotes: `\"{}\"`", self.sources.slice(expr.span)))
                    }
                    _ => None,
                };
                // It was meant for what its block seems to lack.
                self.report(finding.breaks());
                None
            }
        }
    }

    fn text(&mut self, expr: &Expr) -> Option<At<String>> {
        self.typed(expr, "string", |value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    fn ipv4(&mut self, expr: &Expr) -> Option<At<std::net::Ipv4Addr>> {
        self.typed(expr, "IPv4 address", |value| match value {
            Value::Ip(std::net::IpAddr::V4(address)) => Some(*address),
            _ => None,
        })
    }

    /// Milliseconds.
    fn duration(&mut self, expr: &Expr) -> Option<At<u64>> {
        let found = self.typed(expr, "duration", |value| match value {
            Value::Duration(millis) => Some(*millis),
            _ => None,
        });
        self.unit_missing(expr, found.is_none());
        found
    }

    /// A number where a duration is wanted lacks its unit.
    fn unit_missing(&mut self, expr: &Expr, failed: bool) {
        let delay = match &expr.kind {
            ExprKind::Binary(delay, Operator::Jitter, _) => &delay.kind,
            kind => kind,
        };
        if let (true, ExprKind::Literal(Literal::Int(number))) = (failed, delay)
            && let Some(last) = self.findings.last_mut()
        {
            last.help = Some(format!("write the unit: `{number}s`, or m, h, d"));
        }
    }

    /// Whole seconds that fit 32 bits.
    fn seconds(&mut self, expr: &Expr) -> Option<u32> {
        let millis = self.duration(expr)?;
        match u32::try_from(millis.value / 1000) {
            Ok(seconds) if millis.value.is_multiple_of(1000) => Some(seconds),
            _ => {
                let finding = Diagnostic::new(Code::P0304, expr.span, "this duration cannot be carried")
                    .because("whole seconds are, up to 4294967295 s");
                self.report(finding);
                None
            }
        }
    }

    /// An integer in a range that the wire has.
    fn int(&mut self, expr: &Expr, low: i64, high: i64) -> Option<i64> {
        let number = self.typed(expr, "integer", |value| match value {
            Value::Int(number) => Some(*number),
            _ => None,
        })?;
        if (low..=high).contains(&number.value) {
            return Some(number.value);
        }
        let finding = Diagnostic::new(Code::P0302, expr.span, format!("{} is outside the range", number.value))
            .because(format!("{low} to {high} are allowed"));
        self.report(finding);
        None
    }

    /// The position of what a name declares.
    fn named(
        &mut self,
        expr: &Expr,
        kind: &str,
        pick: for<'s> fn(&'s Reader<'_>) -> &'s HashMap<String, usize>,
    ) -> Option<At<usize>> {
        let Some(name) = expr.as_name() else {
            let finding = Diagnostic::new(
                Code::P0301,
                expr.span,
                format!(
                    "the name of {} is wanted here",
                    if kind == "inventory" { "an inventory".to_owned() } else { format!("a {kind}") }
                ),
            );
            self.report(match expr.as_text() {
                Some(text) if pick(self).contains_key(text.as_str()) => {
                    finding.because("a name stands without quotes").help(format!("write `{text}`")).breaks()
                }
                Some(text) => {
                    let declared = self.declared(kind, pick);
                    let finding = finding.because(declared);
                    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                    let known = pick(self).keys().map(String::as_str);
                    let near = known.clone().find(|name| !digits(&text).is_empty() && digits(name) == digits(&text));
                    match near.or_else(|| closest(&text, known)) {
                        Some(name) => finding.help(format!("did you mean `{name}`?")).breaks(),
                        None if kind == "inventory" => finding
                            .help(format!("a file's rows are declared first: `inventory NAME from \"{text}\" {{ … }}`"))
                            .breaks(),
                        None => finding.breaks(),
                    }
                }
                None if matches!(expr.kind, ExprKind::List(_)) => finding
                    .because("names stand side by side, divided by commas")
                    .help("leave the brackets out")
                    .breaks(),
                None => finding.breaks(),
            });
            return None;
        };
        match pick(self).get(name) {
            Some(position) => Some(At { value: *position, span: expr.span }),
            None => {
                let finding = Diagnostic::new(Code::P0201, expr.span, format!("unknown {kind} `{name}`"))
                    .because(self.declared(kind, pick))
                    .did_you_mean(name, pick(self).keys().map(String::as_str));
                self.report(finding);
                None
            }
        }
    }

    /// What the program declares of a kind, in words.
    fn declared(&self, kind: &str, pick: for<'s> fn(&'s Reader<'_>) -> &'s HashMap<String, usize>) -> String {
        let mut known: Vec<&str> = pick(self).keys().map(String::as_str).collect();
        known.sort_unstable();
        match known.as_slice() {
            [] => format!("the program declares no {kind}"),
            some => format!("declared are {}", some.join(", ")),
        }
    }

    /// Finding for a setting that is given twice where once is all.
    fn once<T>(&mut self, slot: &Option<T>, setting: &Setting<'_>) {
        if slot.is_some() {
            let finding = Diagnostic::new(Code::P0202, setting.span, format!("`{}` is given twice", setting.word.text));
            self.report(finding.because("only one can hold"));
        }
    }

    /// The values of a list; a missing comma between two of them is a finding, so that a list has one form.
    fn list<'b>(&mut self, setting: &Setting<'b>) -> Vec<&'b Expr> {
        for group in &setting.groups {
            if let Some(second) = group.get(1) {
                let help = self.listed(setting).map(|listed| format!("write `{} {listed}`", setting.word.text));
                self.no_comma(super::settings::argument_span(second), help);
            }
        }
        setting.exprs().collect()
    }

    /// Values that lack commas, with them: names, each another, or literals. A mixture was meant for something else.
    fn listed(&self, setting: &Setting<'_>) -> Option<String> {
        let exprs: Vec<&Expr> = setting.exprs().collect();
        let literals = exprs.iter().all(|expr| matches!(expr.kind, ExprKind::Literal(_)));
        let names = exprs.iter().all(|expr| !matches!(expr.as_name(), None | Some("jitter" | "spread")));
        let whole = exprs.len() == setting.arguments().count() && exprs.len() <= MOST_LISTED;
        let listed: Vec<&str> = exprs.iter().map(|expr| self.sources.slice(expr.span)).collect();
        let twice = listed.iter().enumerate().any(|(at, one)| listed.iter().take(at).any(|other| other == one));
        (whole && (literals || names) && !twice).then(|| listed.join(", "))
    }

    fn no_comma(&mut self, span: Span, help: Option<String>) {
        // A duration in two words has its finding, and is what was meant.
        if self.findings.iter().any(|finding| {
            let told = finding.span();
            finding.code == Code::P0103 && told.file == span.file && told.start <= span.start && span.start <= told.end
        }) {
            return;
        }
        let finding = Diagnostic::new(Code::P0101, span, "a list is divided by commas");
        let mut finding = finding.because("expected `,`").breaks();
        finding.help = help;
        self.report(finding);
    }

    /// `8h 30m`: one duration in two words.
    fn parted(&mut self, setting: &Setting<'_>) -> bool {
        // `8h, 4h` is two, and one is too much.
        if setting.groups.len() > 1 {
            return false;
        }
        let exprs: Vec<&Expr> = setting.exprs().collect();
        let [Expr { kind: ExprKind::Literal(Literal::Duration(long)), span: first, .. }, rest @ ..] = exprs.as_slice()
        else {
            return false;
        };
        let [Expr { kind: ExprKind::Literal(Literal::Duration(short)), span: last, .. }] = rest else { return false };
        let Some(total) = long.checked_add(*short).filter(|total| total.is_multiple_of(60_000)) else { return false };
        let finding = Diagnostic::new(Code::P0101, first.to(*last), "a duration is not written so");
        let finding = finding.because("it is one number and its unit");
        self.report(finding.help(format!("write `{}m`", total / 60_000)).breaks());
        true
    }

    /// The block of a setting, which stands behind so many values. Words that stand between would be lost.
    fn block_of<'b>(&mut self, setting: &Setting<'b>, values: usize) -> Option<&'b Block> {
        let block = setting.block()?;
        let stray = setting.arguments().enumerate().find(|(at, argument)| match argument {
            Argument::Expr(_) => *at >= values,
            Argument::Block(other) => other.span != block.span,
        });
        if let Some((_, stray)) = stray {
            let span = super::settings::argument_span(stray);
            let word = &setting.word.text;
            let after = span.start > block.span.start;
            let finding = Diagnostic::new(Code::P0101, span, format!("unexpected `{}`", self.sources.slice(span)));
            let finding = match (after, values) {
                (true, _) => finding.because(format!("the block of `{word}` ends before it")),
                (false, 0) => finding.because(format!("what `{word}` has to say stands in its block")),
                (false, _) => finding.because("the block begins here"),
            };
            let help = match (after, values) {
                (true, _) => "begin a new line with it, or leave it out".to_owned(),
                (false, 0) => "leave it out, or say in the block what is meant by it".to_owned(),
                (false, _) => "leave it out, or put it inside of the block".to_owned(),
            };
            self.report(finding.help(help).breaks());
        }
        Some(block)
    }

    /// Finding for words after a setting's value that say nothing.
    fn surplus(&mut self, setting: &Setting<'_>, allowed: usize) {
        if let Some(argument) = setting.arguments().nth(allowed) {
            let span = super::settings::argument_span(argument);
            // A word of no setting, before what would be its value.
            if let Argument::Expr(expr) = argument
                && let Some(word) = expr.as_name()
                && setting.arguments().nth(allowed + 1).is_some()
                && let Some(meant) = closest(word, misplaced::words()).or_else(|| begun(word))
            {
                let finding = Diagnostic::new(Code::P0211, span, format!("unknown setting `{word}`"));
                let finding = finding.because(format!("`{}` before it takes no more", setting.word.text));
                return self.report(finding.help(format!("did you mean `{meant}`?")).breaks());
            }
            let finding = Diagnostic::new(Code::P0101, span, "unexpected value")
                .because(format!("`{}` takes no more", setting.word.text));
            let last = allowed.checked_sub(1).and_then(|last| setting.arguments().nth(last));
            let enough =
                last.map(|last| self.sources.slice(setting.word.span.to(super::settings::argument_span(last))));
            self.report(match enough.filter(|enough| !enough.contains('\n')) {
                Some(enough) => finding.help(format!("write `{enough}`")),
                None => finding.help("leave it out"),
            });
        }
    }
}

/// A list that is longer is not written out for the sake of a comma.
const MOST_LISTED: usize = 8;

/// The setting of a record that a word begins: `prio` of `priority`.
fn begun(word: &str) -> Option<&'static str> {
    let known = ["priority", "weight", "target", "order", "preference", "replacement"];
    known.into_iter().find(|known| word.len() > 2 && known.starts_with(word))
}

/// The addresses of a prefix that hosts may have, as a range.
fn hosts_of(address: std::net::IpAddr, length: u8) -> Option<String> {
    let std::net::IpAddr::V4(address) = address else { return None };
    let size = 1_u32.checked_shl(32_u32.checked_sub(u32::from(length))?)?;
    let first = u32::from(address) & !size.checked_sub(1)?;
    let last = first.checked_add(size)?.checked_sub(2)?;
    let (first, last) = (std::net::Ipv4Addr::from(first.checked_add(1)?), std::net::Ipv4Addr::from(last));
    (first < last).then(|| format!("write `{first} .. {last}`"))
}

fn at_name(name: &Ident) -> At<String> {
    At { value: name.text.clone(), span: name.span }
}
