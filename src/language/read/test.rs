//! `test`: a story about one phone.

use super::super::form;
use super::super::modules::join;
use super::super::names::Decl;
use super::super::program::{Applied, At, Counted, Step, Test};
use super::super::settings::{Schema, Setting, settings};
use super::super::syntax::tree::{Expr, ExprKind, Operator, StatementKind, Target, TargetKind};
use super::super::value::Value;
use super::{Reader, at_name};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::profile::{self, AliasMap};

pub(super) const TEST: Schema = Schema {
    what: "test",
    words: &[
        ("phone", 1),
        ("firmware", 1),
        ("factory", 1),
        ("running", 1),
        ("boot", 0),
        ("after", 1),
        ("server", 2),
        ("notify", 0),
        ("call", 1),
        ("expect", 1),
    ],
};

impl Reader<'_> {
    pub(super) fn test(&mut self, decl: &Decl) -> Test {
        let mut steps: Vec<At<Step>> = Vec::new();
        let mut expected = Vec::new();
        let mut registers = Vec::new();
        let before = self.findings.len();
        let all = settings(&decl.body, &TEST, &mut self.findings, |statement, findings| match &statement.kind {
            StatementKind::Expect { target, operator, value } => {
                expected.push(At { value: (target.clone(), *operator, value.clone()), span: statement.span })
            }
            StatementKind::Assign { words, target, values, .. } if words.iter().any(|word| word.text == "set") => {
                registers.push(At { value: (target.clone(), values.clone()), span: statement.span });
            }
            StatementKind::Assign { target, .. } => findings.push(
                Diagnostic::new(Code::P0101, target.span.to(statement.span), "a test assigns nothing")
                    .because("what a test expects is compared; only a register is set: `set $A = \"…\"`")
                    .help("write `expect NAME == VALUE`")
                    .breaks(),
            ),
            _ => findings.push(
                Diagnostic::new(Code::P0211, statement.span, "a test has no such step")
                    .because("its steps are phone, firmware, boot, after, server, notify, call, set and expect"),
            ),
        });
        let (mut phone, mut firmware, mut held) = (None, None, None);
        for setting in all {
            let slot = match setting.word.text.as_str() {
                "phone" => &mut phone,
                "firmware" => &mut firmware,
                "factory" | "running" => &mut held,
                _ => &mut None,
            };
            match slot.replace(setting.word.text.clone()) {
                // What the phone holds is said by either of two words.
                Some(before) if before != setting.word.text => self.report(
                    Diagnostic::new(Code::P0202, setting.span, "what the phone holds is said twice")
                        .because("it is factory fresh, or runs what a file set")
                        .help("leave out one of the two"),
                ),
                before => self.once(&before, &setting),
            }
            let step = self.step(&setting);
            steps.extend(step.map(|value| At { value, span: setting.span }));
        }
        for At { value: (target, values), span } in registers {
            steps.extend(self.register(&target, &values).map(|value| At { value, span }));
        }
        for At { value: (target, operator, value), span } in expected {
            if let ExprKind::Binary(_, Operator::And | Operator::Or, second) = &value.kind
                && is_comparison(second)
            {
                let finding = Diagnostic::new(Code::P0101, second.span, "an expectation is one comparison");
                let finding = finding.because("what holds besides is expected on a line of its own");
                let help = format!("write `expect {}` on the next line", self.sources.slice(second.span));
                self.report(finding.help(help).breaks());
                continue;
            }
            let name = match &target.kind {
                TargetKind::Name(parts) => match parts.as_slice() {
                    [(name, None)] => name.clone(),
                    _ => String::new(),
                },
                _ => String::new(),
            };
            let counted = match name.as_str() {
                "resyncs" => Some(Counted::Resyncs),
                "reboots" => Some(Counted::Reboots),
                "requests" => Some(Counted::Requests),
                _ => None,
            };
            let step = match counted {
                Some(counted) => {
                    self.int(&value, 0, i64::MAX).map(|number| Step::ExpectCount(counted, operator, number as u64))
                }
                None if let Some(meant) = counter(&name) => {
                    let finding =
                        Diagnostic::new(Code::P0205, target.span, format!("`{name}` is nothing that a test knows"));
                    let finding = finding.because("what is expected is a parameter, or what the phone has done");
                    self.report(finding.help(format!("write `expect {meant}`")).breaks());
                    None
                }
                None if name == "firmware" => self.release_or_load(operator, &value),
                None => Some(Step::ExpectParameter(target, operator, value)),
            };
            steps.extend(step.map(|value| At { value, span }));
        }
        // Settings and expectations were read apart; their order is that of the text.
        steps.sort_by_key(|step| step.span.start);
        if !steps.iter().any(|step| matches!(step.value, Step::Phone(_))) {
            let finding = Diagnostic::new(Code::P0212, decl.name.span, "this test is about no phone");
            self.report(finding.help("add `phone MAC`"));
        }
        let unread = self.findings.len() > before;
        Test { name: at_name(&decl.name), steps, unread }
    }

    /// `set $A = "Provisioned"`: a register set by hand.
    fn register(&mut self, target: &Target, values: &[Expr]) -> Option<Step> {
        let TargetKind::Macro(name) = &target.kind else {
            let finding = Diagnostic::new(Code::P0101, target.span, "a register is wanted here");
            let finding = finding.because("a test sets $A to $P and $SA to $SD");
            self.report(finding.help("write `set $A = \"…\"`; what profiles set is theirs"));
            return None;
        };
        let known = matches!(name.as_bytes(), [b'A'..=b'P'] | [b'S', b'A'..=b'D']);
        if !known {
            let finding = Diagnostic::new(Code::P0208, target.span, format!("no register is named `${name}`"));
            self.report(finding.because("a phone has $A to $P and $SA to $SD (PB §8.3)"));
            return None;
        }
        Some(Step::Set(format!("GPP_{name}"), self.text(values.first()?)?.value))
    }

    fn step(&mut self, setting: &Setting<'_>) -> Option<Step> {
        let words = setting.words();
        match (setting.word.text.as_str(), words.as_slice()) {
            ("phone", ["_"]) => {
                let mac = self.typed(setting.expr(0)?, "hardware address", |value| match value {
                    Value::Mac(mac) => Some(*mac),
                    _ => None,
                })?;
                Some(Step::Phone(mac.value))
            }
            ("firmware", ["_"]) => Some(Step::Firmware(self.text(setting.expr(0)?)?.value)),
            ("factory", ["fresh"]) => Some(Step::FactoryFresh),
            ("running", ["_"]) => self.running(setting.expr(0)?),
            ("boot", []) => Some(Step::Boot),
            ("notify", []) => Some(Step::Notify),
            ("call", ["for", "_"]) => Some(Step::Call(u64::from(self.seconds(setting.after("for")?)?) * 1000)),
            ("after", ["_"]) => Some(Step::After(u64::from(self.seconds(setting.expr(0)?)?) * 1000)),
            ("server", ["down", "for", "_"]) => {
                Some(Step::ServerDown(u64::from(self.seconds(setting.after("for")?)?) * 1000))
            }
            ("server", ["answers", "_", "for", "_"]) => {
                let status = self.failure(setting.after("answers")?)?;
                Some(Step::ServerAnswers(status as u16, u64::from(self.seconds(setting.after("for")?)?) * 1000))
            }
            ("expect", _) if is_no_secret(setting) => Some(Step::ExpectNoSecretInClear),
            ("expect", ["last", ..]) => self.last_resync(setting),
            ("expect", _) if says_secret(self.sources.slice(setting.span)) => {
                let finding = Diagnostic::new(Code::P0101, setting.span, "this expectation is not written so");
                self.report(finding.help("write `expect no secret in clear`"));
                None
            }
            ("expect", _) if self.sources.slice(setting.span).starts_with("expect not ") => {
                let finding = Diagnostic::new(Code::P0101, setting.span, "this expectation is not written so");
                let finding = finding.because("what is expected is a comparison, and `not` turns none round here");
                self.report(finding.help("write `expect NAME != VALUE`"));
                None
            }
            ("expect", _) if setting.exprs().any(is_comparison) => {
                let message = "an expectation begins a line of its own";
                let finding = Diagnostic::new(Code::P0101, setting.span, message);
                self.report(finding.because("it stands behind another step").help("break the line before `expect`"));
                None
            }
            (word, _) => {
                if let Some(total) = self.parted_wait(setting) {
                    let finding = Diagnostic::new(Code::P0101, setting.span, "`after` is not written so");
                    self.report(finding.because("it has one duration").help(format!("write `after {total}`")));
                    return None;
                }
                let form = match word {
                    "expect" => form::comparison(self.sources.slice(setting.span)),
                    _ => form::written_as("test", word, self.sources.slice(setting.span)),
                };
                let form = form.unwrap_or_else(|| word.to_owned());
                let finding = Diagnostic::new(Code::P0101, setting.span, format!("`{word}` is not written so"));
                self.report(finding.help(format!("write `{form}`")));
                None
            }
        }
    }

    /// `after 2h 30m` as one duration, in the smaller of its units.
    fn parted_wait(&self, setting: &Setting<'_>) -> Option<String> {
        let spans: Vec<&str> = setting.exprs().map(|expr| self.sources.slice(expr.span)).collect();
        let [hours, minutes] = spans.as_slice() else { return None };
        let hours: u64 = hours.strip_suffix('h').filter(|_| setting.word.text == "after")?.parse().ok()?;
        let minutes: u64 = minutes.strip_suffix('m')?.parse().ok()?;
        Some(format!("{}m", hours.checked_mul(60)?.checked_add(minutes)?))
    }

    /// What runs on the phone is compared with a release of the program, or with a load by its name.
    fn release_or_load(&mut self, operator: Operator, value: &Expr) -> Option<Step> {
        match value.as_name() {
            Some(_) => {
                self.named(value, "firmware", |reader| &reader.firmware).map(|at| Step::ExpectRelease(operator, at))
            }
            None => self.text(value).map(|text| Step::ExpectLoad(operator, text)),
        }
    }

    /// A phone that once applied a profile, as an export of its own web page or a file of a server has it.
    fn running(&mut self, expr: &Expr) -> Option<Step> {
        let path = self.text(expr)?;
        let finding = |message: String| Diagnostic::new(Code::P0201, path.span, message);
        if join("", &path.value).is_none() {
            let finding = finding("this path leaves the project's folder".into());
            self.report(finding.help("copy the file into the project"));
            return None;
        }
        let fault = match self.files.read(&path.value) {
            Err(fault) => finding(format!("cannot read `{}`", path.value)).because(fault.to_string()),
            Ok(bytes) => match profile::decode_noting(&bytes, &AliasMap::default()) {
                Ok(noted) => return Some(Step::Running(Box::new(Applied { file: path, noted }))),
                Err(fault) => Diagnostic::new(Code::P0305, path.span, format!("`{}` is no profile", path.value))
                    .because(fault.to_string())
                    .help("a profile is XML with a <flat-profile>, plain or gzip"),
            },
        };
        self.report(fault);
        None
    }

    /// A status of HTTP by which a server fails. Others need what a test does not say: a file, or where to go instead.
    fn failure(&mut self, expr: &Expr) -> Option<i64> {
        let status = self.int(expr, 100, 599)?;
        if status >= 400 {
            return Some(status);
        }
        let finding = Diagnostic::new(Code::P0302, expr.span, format!("{status} is no failure"))
            .because("from here on the server answers so to everything, without a file and without a Location");
        self.report(finding.help("write a status from 400 to 599, such as 503"));
        None
    }

    /// `expect last resync == success`.
    fn last_resync(&mut self, setting: &Setting<'_>) -> Option<Step> {
        if let Some(ExprKind::Binary(left, operator, right)) = setting.expr(1).map(|expr| &expr.kind)
            && left.as_name() == Some("resync")
            && matches!(operator, Operator::Equal | Operator::Unequal)
            && let Some(outcome @ ("success" | "failure")) = right.as_name()
        {
            return Some(Step::ExpectLastResync((outcome == "success") == (*operator == Operator::Equal)));
        }
        let finding = Diagnostic::new(Code::P0101, setting.span, "this expectation is not written so");
        self.report(finding.help("write `expect last resync == success` or `== failure`"));
        None
    }
}

/// What a phone has done, by a name that is nearly that.
fn counter(name: &str) -> Option<&'static str> {
    Some(match name {
        "resync" | "resync_count" => "resyncs == 1",
        "reboot" | "reboot_count" => "reboots == 0",
        "request" | "request_count" => "requests == 3",
        "last_resync" | "lastresync" | "last" => "last resync == success",
        "version" | "load" => "firmware == NAME",
        _ if name.starts_with(|c: char| c.is_ascii_uppercase()) => return counted_as(&name.to_ascii_lowercase()),
        _ => return None,
    })
}

/// What is counted, in whatever letters.
fn counted_as(name: &str) -> Option<&'static str> {
    Some(match name {
        "resyncs" => "resyncs == 1",
        "reboots" => "reboots == 0",
        "requests" => "requests == 3",
        "firmware" => "firmware == NAME",
        _ => return None,
    })
}

/// Words that mean that no secret leaves in clear.
fn says_secret(written: &str) -> bool {
    let words = written.split(|c: char| !c.is_ascii_alphabetic());
    !written.contains(['=', '<', '>', '"'])
        && words.into_iter().any(|word| matches!(word, "secret" | "secrets" | "clear" | "cleartext"))
}

/// `resyncs == 1`, `Display_Name[1] != "x"`.
fn is_comparison(expr: &Expr) -> bool {
    use Operator::{Equal, Greater, GreaterEqual, Less, LessEqual, Unequal};
    matches!(&expr.kind, ExprKind::Binary(_, Equal | Unequal | Less | LessEqual | Greater | GreaterEqual, _))
}

/// `expect no secret in clear`, in which the grammar sees a bool and a membership.
fn is_no_secret(setting: &Setting<'_>) -> bool {
    let mut exprs = setting.exprs().map(|expr| &expr.kind);
    let no = matches!(exprs.next(), Some(ExprKind::Bool(false)));
    let rest = matches!(exprs.next(), Some(ExprKind::Binary(what, Operator::In, place))
        if what.as_name() == Some("secret") && place.as_name() == Some("clear"));
    no && rest && exprs.next().is_none()
}
