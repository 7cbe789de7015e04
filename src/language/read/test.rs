//! `test`: a story about one phone.

use super::super::names::Decl;
use super::super::program::{At, Counted, Step, Test};
use super::super::settings::{Schema, Setting, settings};
use super::super::syntax::tree::{ExprKind, Operator, StatementKind};
use super::super::value::Value;
use super::{Reader, at_name};
use crate::diagnostic::{Code, Diagnostic};

const TEST: Schema = Schema {
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
        ("expect", 1),
    ],
};

impl Reader<'_> {
    pub(super) fn test(&mut self, decl: &Decl) -> Test {
        let mut steps: Vec<At<Step>> = Vec::new();
        let mut expected = Vec::new();
        let all = settings(&decl.body, &TEST, &mut self.findings, |statement, findings| match &statement.kind {
            StatementKind::Expect { target, operator, value } => {
                expected.push(At { value: (target.clone(), *operator, value.clone()), span: statement.span })
            }
            _ => findings.push(Diagnostic::new(
                Code::P0107,
                statement.span,
                "this version does not compile this step of a test",
            )),
        });
        for setting in all {
            let step = self.step(&setting);
            steps.extend(step.map(|value| At { value, span: setting.span }));
        }
        for At { value: (target, operator, value), span } in expected {
            let name = match &target.kind {
                super::super::syntax::tree::TargetKind::Name(parts) => match parts.as_slice() {
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
                None if name == "firmware" => {
                    self.not_yet(span, "expectations about firmware");
                    None
                }
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
        Test { name: at_name(&decl.name), steps }
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
            ("factory", ["fresh"]) => None,
            ("boot", []) => Some(Step::Boot),
            ("notify", []) => Some(Step::Notify),
            ("after", ["_"]) => Some(Step::After(self.duration(setting.expr(0)?)?.value)),
            ("server", ["down", "for", "_"]) => Some(Step::ServerDown(self.duration(setting.after("for")?)?.value)),
            ("server", ["answers", "_", "for", "_"]) => {
                let status = self.int(setting.after("answers")?, 100, 599)?;
                Some(Step::ServerAnswers(status as u16, self.duration(setting.after("for")?)?.value))
            }
            ("expect", ["no", "secret", "in", "clear"]) => Some(Step::ExpectNoSecretInClear),
            ("expect", ["last", "_"]) => self.last_resync(setting),
            (word, _) => {
                self.not_yet(setting.span, &format!("`{word}` of a test in this form"));
                None
            }
        }
    }

    /// `expect last resync == success`.
    fn last_resync(&mut self, setting: &Setting<'_>) -> Option<Step> {
        let expr = setting.expr(1)?;
        if let ExprKind::Binary(left, operator, right) = &expr.kind
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
