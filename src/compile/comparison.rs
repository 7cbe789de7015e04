//! One comparison of a condition, typed by the platform: what kind its variable is of, and how the phone's language writes
//! both sides (RS §3, §4, §10).

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic, Label, Severity, Span};
use crate::language::{Comparison, Deny, Operand, Value};
use crate::phone::Mac;
use crate::phone::rule::{Form, Operator, Version};
use crate::platform::{MacroInfo, MacroKind, MacroScope};

/// A comparison that a phone can make.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    pub subject: String,
    pub kind: MacroKind,
    pub operator: Operator,
    pub operand: Side,
    pub span: Span,
}

/// What the variable is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Side {
    Variable(String),
    Text(String),
    /// A number, or seconds.
    Int(i64),
    Version(Version),
    /// A declared release, by position: which load it is depends on the phone.
    Firmware(usize),
}

/// Two comparisons are the same wherever they stand.
impl PartialEq for Compared {
    fn eq(&self, other: &Self) -> bool {
        (&self.subject, self.kind, self.operator, &self.operand)
            == (&other.subject, other.kind, other.operator, &other.operand)
    }
}

impl Deny for Compared {
    fn deny(self) -> Self {
        Compared { operator: self.operator.opposite(), ..self }
    }
}

impl Compared {
    /// As the phone's language has it: the word forms of operators, which XML needs no escape for, and names delimited (RS
    /// §2, §4). A release is written by whoever knows which load it is.
    pub fn text(&self, release: impl Fn(usize, Operator) -> Option<String>) -> Option<String> {
        let quote = if self.kind.is_quoted() { "\"" } else { "" };
        let operand = match &self.operand {
            Side::Variable(name) => format!("{quote}$({name}){quote}"),
            // What stands in a rule is expanded before it is read, so a dollar sign is written twice (RS §2).
            Side::Text(text) => format!("\"{}\"", text.replace('$', "$$")),
            Side::Int(number) => number.to_string(),
            Side::Version(version) => version.as_str().to_owned(),
            Side::Firmware(position) => return release(*position, self.operator),
        };
        Some(format!("{quote}$({}){quote} {} {operand}", self.subject, self.operator.word()))
    }
}

impl Compiler<'_> {
    /// The comparison as the phone makes it, or nothing when it has a finding.
    pub(super) fn compared(&mut self, comparison: Comparison) -> Option<Compared> {
        let Comparison { subject, operator, operand, span } = comparison;
        let info = self.condition_variable(&subject.value, subject.span)?;
        let kind = info.kind;
        let side = match operand.value {
            Operand::Variable(name) => {
                let other = self.condition_variable(&name, operand.span)?;
                if other.kind != kind && !(other.kind.is_quoted() && kind.is_quoted()) {
                    self.unlike(&info, operand.span, &format!("`${name}` is {}", with_article(other.kind.name())));
                    return None;
                }
                if kind == MacroKind::Version && (info.name == "HWVER") != (other.name == "HWVER") {
                    let message = format!("phones cannot compare `${name}` with `${}`", info.name);
                    let finding = Diagnostic::new(Code::P0504, operand.span, message)
                        .because("versions of hardware and of software are written in unlike forms: a parsing error")
                        .help("compare each with a version that is written out");
                    self.report(finding.note("RS §10"));
                    return None;
                }
                Side::Variable(name)
            }
            // A release is software; hardware has versions of its own.
            Operand::Firmware(position) if kind == MacroKind::Version && info.name != "HWVER" => {
                Side::Firmware(position)
            }
            Operand::Firmware(_) => {
                self.unlike(&info, operand.span, "this is a firmware release");
                return None;
            }
            Operand::Value(value) => self.side(&info, operator, &value, operand.span)?,
        };
        if operator.is_order() && kind.is_quoted() {
            let finding =
                Diagnostic::new(Code::P0503, span, format!("`${}` has no order", info_name(&info, &subject.value)))
                    .because(format!("a phone compares {} as strings, with `==` and `!=` only", plural(kind)))
                    .help("compare with `==` or `!=`")
                    .note("RS §4");
            self.report(finding);
            return None;
        }
        Some(Compared { subject: subject.value, kind, operator, operand: side, span })
    }

    /// A variable that has a value when a condition is evaluated.
    fn condition_variable(&mut self, name: &str, span: Span) -> Option<MacroInfo> {
        let why = "the phone would leave it as it stands, and not read the condition";
        let info = self.known_macro(name, span, why)?;
        self.has_value(&info, name, span, "a condition").then_some(info)
    }

    /// Whether a known variable has a value in a rule, and one that breaks nothing there.
    pub(super) fn has_value(&mut self, info: &MacroInfo, name: &str, span: Span, here: &str) -> bool {
        if info.scope != MacroScope::Rule {
            self.out_of_scope(info, name, span, here);
            return false;
        }
        if info.open {
            self.open_text(name, span);
        }
        !info.open
    }

    /// The macro variable of a name, or P0208.
    pub(super) fn known_macro(&mut self, name: &str, span: Span, why: &str) -> Option<MacroInfo> {
        let found = self.catalogue.macro_info(name);
        if found.is_none() {
            let finding = Diagnostic::new(Code::P0208, span, format!("no macro is named `${name}`")).because(why);
            let register = name.strip_prefix("GPP_").filter(|register| self.catalogue.macro_info(register).is_some());
            let finding = match register {
                Some(register) => {
                    finding.help(format!("write `${register}`: a register goes without its `GPP_` there"))
                }
                None => finding.did_you_mean(name, self.catalogue.macros()),
            };
            self.report(finding.note("RS §2, §3"));
        }
        found
    }

    /// P0209.
    pub(super) fn out_of_scope(&mut self, info: &MacroInfo, name: &str, span: Span, here: &str) {
        let finding = Diagnostic::new(Code::P0209, span, format!("`${name}` has no value in {here}"))
            .because(format!("it stands for something {}", info.scope.place()));
        self.report(finding.note("RS §3"));
    }

    /// P0512: what somebody else writes may hold a quote.
    pub(super) fn open_text(&mut self, name: &str, span: Span) {
        let finding = Diagnostic::new(Code::P0512, span, format!("`${name}` may break this rule"))
            .because("somebody types it, and the phone puts it in before it reads the rule");
        self.report(finding.help("a quote, a bar or a bracket in it would end what it stands in").note("RS §1, §2"));
    }

    fn unlike(&mut self, info: &MacroInfo, span: Span, this: &str) {
        let finding =
            Diagnostic::new(Code::P0503, span, format!("this is not compared with {}", with_article(info.kind.name())))
                .because(format!("{this}; `${}` is {}", info.name, with_article(info.kind.name())))
                .note("both sides of a comparison are of one kind (RS §4)");
        let example = match info.kind {
            MacroKind::Text => "\"…\"",
            MacroKind::Int => "1",
            MacroKind::Duration => "10m",
            MacroKind::Version => "\"sip88xx.11-3-1MPP-678\"",
            MacroKind::Mac => "00:0e:08:ab:cd:01",
            MacroKind::Address => "192.168.50.1",
        };
        self.report(finding.help(format!("write a {} such as `{example}`", info.kind.name())));
    }

    /// A value as the kind of the variable writes it.
    fn side(&mut self, info: &MacroInfo, operator: Operator, value: &Value, span: Span) -> Option<Side> {
        match (info.kind, value) {
            (MacroKind::Duration, Value::Duration(millis)) => {
                if !millis.is_multiple_of(1000) {
                    let finding = Diagnostic::new(Code::P0304, span, "the phone counts whole seconds")
                        .because(format!("`${}` cannot tell this apart", info.name));
                    self.report(finding);
                    return None;
                }
                i64::try_from(millis / 1000).ok().map(Side::Int)
            }
            (MacroKind::Duration, Value::Int(number)) => {
                let finding = Diagnostic::new(Code::P0503, span, "a number is compared with a duration")
                    .because(format!("`${}` is a time", info.name))
                    .help(format!("write the unit: `{number}s`, or m, h, d"));
                self.report(finding);
                None
            }
            (MacroKind::Int, Value::Int(number)) => Some(Side::Int(*number)),
            (MacroKind::Mac, Value::Mac(mac)) => Some(Side::Text(spelled(&info.name, *mac))),
            (MacroKind::Mac, Value::Text(text)) => match text.parse::<Mac>() {
                Ok(mac) if spelled(&info.name, mac) == *text => Some(Side::Text(text.clone())),
                // A part of an address cannot be compared; a whole one in another spelling never is the same.
                Ok(mac) => {
                    let finding = Diagnostic::new(Code::P0513, span, "this never is the same")
                        .because(format!("`${}` is spelled `{}`", info.name, spelled(&info.name, mac)))
                        .help(format!("write `{mac}` without quotes"));
                    self.report(finding);
                    Some(Side::Text(text.clone()))
                }
                Err(_) => {
                    self.unlike(info, span, "this is no hardware address");
                    None
                }
            },
            (MacroKind::Address, Value::Ip(address)) => Some(Side::Text(address.to_string())),
            (MacroKind::Address, Value::Text(text))
                if text.parse::<std::net::IpAddr>().is_err() && !text.is_empty() =>
            {
                let finding = Diagnostic::new(Code::P0513, span, "this never is the same")
                    .because(format!("`${}` is an address", info.name))
                    .help("write one, such as `192.168.50.1`, or compare with \"\": it has none");
                self.report(finding);
                Some(Side::Text(text.clone()))
            }
            (MacroKind::Text | MacroKind::Address, Value::Text(text)) => {
                self.quoted(text, span, Code::P0505).map(Side::Text)
            }
            (MacroKind::Version, Value::Text(text)) => self.version(info, operator, text, span).map(Side::Version),
            (_, other) => {
                self.unlike(info, span, &format!("this is {}", other.with_article()));
                None
            }
        }
    }

    /// What is wrong with the versions of one rule in the same way is one finding, with every place (P0504): those told since `before`.
    pub(super) fn one_for_all_versions(&mut self, before: usize) {
        let why = |finding: &Diagnostic| finding.labels.first().map(|label| label.text.clone());
        let mut kept: Vec<Diagnostic> = Vec::new();
        for finding in self.findings.split_off(before.min(self.findings.len())) {
            let same = |known: &&mut Diagnostic| {
                finding.code == Code::P0504
                    && known.code == finding.code
                    && known.severity == finding.severity
                    && why(known) == why(&finding)
            };
            match kept.iter_mut().find(same) {
                Some(known) if known.labels.iter().any(|label| label.span == finding.span()) => {}
                Some(known) => known.labels.push(Label { span: finding.span(), text: "and this".into() }),
                None => kept.push(finding),
            }
        }
        self.findings.extend(kept);
    }

    /// A text that can stand in double quotes.
    pub(super) fn quoted(&mut self, text: &str, span: Span, code: Code) -> Option<String> {
        let Some(sign) = text.chars().find(|sign| *sign == '"' || !matches!(sign, ' '..='~')) else {
            return Some(text.to_owned());
        };
        let (message, why) = match sign {
            '"' => (
                "a quotation mark cannot stand in a string of a rule",
                "no text says how one would be written (RS §11)",
            ),
            _ => ("this character cannot stand in a rule", "a rule is printable ASCII (RS §16)"),
        };
        let finding = Diagnostic::new(code, span, message).because(format!("{why}: `{}`", sign.escape_debug()));
        self.report(finding.help("choose another value"));
        None
    }

    /// A version in a form that phones can compare (RS §10).
    pub(super) fn version(&mut self, info: &MacroInfo, operator: Operator, text: &str, span: Span) -> Option<Version> {
        let hardware = info.name == "HWVER";
        let forms = if hardware { "such as `2.0.1`" } else { "such as `sip88xx.11-3-1MPP-678`" };
        let text = text.strip_suffix(".loads").unwrap_or(text);
        let version: Option<Version> = text.parse().ok();
        let fits = version.filter(|version| match version.form() {
            Form::Load(_) => !hardware,
            Form::Dotted { .. } => hardware,
            Form::Opaque => false,
        });
        let Some(version) = fits else {
            let finding =
                Diagnostic::new(Code::P0504, span, format!("phones cannot compare \"{text}\" with `${}`", info.name))
                    .because("a version in another form is a parsing error: the condition is never evaluated")
                    .help(format!("write it as the phone does, {forms}"));
            self.report(finding.note("RS §10"));
            return None;
        };
        if let Form::Load(load) = version.form() {
            if operator.is_order() && load.tag() != "MPP" {
                let finding = Diagnostic::new(
                    Code::P0504,
                    span,
                    format!("releases tagged {} have no order among others", load.tag()),
                )
                .because(format!(
                    "phones on an MPP load of {}.{}({}) could not decide",
                    load.major,
                    load.minor,
                    load.micro_number()
                ))
                .help("compare with the next load tagged MPP, or with `==` and `!=`");
                self.report(finding.note("unlike tags have no documented order (RS §10)"));
                return None;
            }
            let (this, other) = if load.from_11_3_2 { ("from", "before") } else { ("before", "from") };
            let mut finding = Diagnostic::new(
                Code::P0504,
                span,
                "this is compared across the change of form in 11.3(2)",
            )
            .because(format!("it is written as loads {this} 11.3(2) are"))
            .note(format!(
                "for phones on loads {other} 11.3(2) one text has a parsing error, another compares part by part (C-20)"
            ));
            // Which loads the phones run is not known here.
            finding.severity = Severity::Note;
            self.report(finding);
        }
        Some(version)
    }
}

/// A hardware address as a macro variable spells it.
pub(super) fn spelled(name: &str, mac: Mac) -> String {
    match name {
        "MAC" => mac.to_string(),
        "MAU" => mac.plain_upper(),
        _ => mac.plain(),
    }
}

fn info_name<'n>(info: &'n MacroInfo, written: &'n str) -> &'n str {
    if info.numbers.is_some() { written } else { &info.name }
}

fn with_article(name: &str) -> String {
    if name.starts_with(['a', 'e', 'i', 'o']) { format!("an {name}") } else { format!("a {name}") }
}

fn plural(kind: MacroKind) -> &'static str {
    match kind {
        MacroKind::Mac => "hardware addresses",
        MacroKind::Address => "addresses",
        _ => "texts",
    }
}
