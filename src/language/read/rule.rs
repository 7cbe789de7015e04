//! `rule NAME raw "…"` and `rule NAME { when C { … } else { … } }`.

use super::super::program::At;
use super::super::rule::{HandRule, RuleArm, RuleBody, RuleParameter};
use super::super::settings::{Schema, Setting, only_settings, settings};
use super::super::syntax::literal::Literal;
use super::super::syntax::tree::{Argument, Block, Expr, ExprKind, Statement, StatementKind};
use super::Reader;
use crate::diagnostic::{Code, Diagnostic, Span};

pub(super) const RULE: Schema = Schema { what: "rule", words: &[("when", 2), ("else", 1)] };
pub(super) const ARM: Schema = Schema { what: "rule's arm", words: &[("fetch", 2)] };

impl Reader<'_> {
    pub(super) fn hand_rule(&mut self, setting: &Setting<'_>) -> Option<HandRule> {
        let mut arguments = setting.arguments();
        let parameter = match arguments.next()? {
            Argument::Expr(name) => self.rule_parameter(name)?,
            Argument::Block(block) => {
                self.rule_form(block.span, false);
                return None;
            }
        };
        let rest: Vec<&Argument> = arguments.collect();
        let body = match rest.as_slice() {
            [Argument::Expr(word), Argument::Expr(text)] if word.as_name() == Some("raw") => {
                RuleBody::Raw(self.text(text)?.value, text.clone())
            }
            [Argument::Block(block)] => match parameter.value {
                RuleParameter::Profile(_) => RuleBody::Arms(self.arms(block)?),
                other => {
                    let message = format!("`{}` is not written in arms", other.element());
                    let help = match other {
                        RuleParameter::Upgrade => "write `upgrade { … }`, or `rule Upgrade_Rule raw \"…\"`",
                        RuleParameter::Report => "write `report { … }`, or `rule Report_Rule raw \"…\"`",
                        _ => "write `resync { only when C }`, or `rule Resync_Trigger_1 raw \"…\"`",
                    };
                    self.report(Diagnostic::new(Code::P0101, parameter.span, message).help(help));
                    return None;
                }
            },
            _ => {
                // A rule pasted with its own quotes ends at the first of them.
                self.rule_form(setting.span, setting.exprs().any(|word| word.as_name() == Some("raw")));
                return None;
            }
        };
        Some(HandRule { parameter, body, span: setting.span })
    }

    fn rule_form(&mut self, span: Span, raw: bool) {
        let finding = Diagnostic::new(Code::P0101, span, "`rule` is not written so").because(
            "`rule Profile_Rule_C raw \"…\"`, or `rule Profile_Rule_C { when C { set P = v } else { fetch http \"/x\" } }`",
        );
        self.report(if raw { finding.help("a quote inside the text is written `\\\"`") } else { finding });
    }

    /// `Profile_Rule_C`; a trigger also as the parameter is written, `Resync_Trigger[1]`.
    fn rule_parameter(&mut self, name: &Expr) -> Option<At<RuleParameter>> {
        let written = match &name.kind {
            ExprKind::Index(base, index) => match (base.as_name(), &index.kind) {
                (Some(base), ExprKind::Literal(Literal::Int(number))) => format!("{base}_{number}"),
                _ => String::new(),
            },
            _ => name.as_name().unwrap_or_default().to_owned(),
        };
        if let Some(value) = RuleParameter::from_element(&written) {
            return Some(At { value, span: name.span });
        }
        let known = RuleParameter::ALL.map(RuleParameter::element);
        let finding = Diagnostic::new(Code::P0303, name.span, format!("`{written}` is no rule of a phone"))
            .because(format!("a phone has {}", known.join(", ")))
            .did_you_mean(&written, known);
        self.report(finding);
        None
    }

    fn arms(&mut self, block: &Block) -> Option<Vec<RuleArm>> {
        let before = self.findings.len();
        let mut arms = Vec::new();
        for setting in only_settings(block, &RULE, &mut self.findings) {
            let arguments: Vec<&Argument> = setting.arguments().collect();
            let (when, body) = match (setting.word.text.as_str(), arguments.as_slice()) {
                ("when", [Argument::Expr(expr), Argument::Block(body)]) => (self.condition(expr).map(Some), body),
                ("else", [Argument::Block(body)]) => (Some(None), body),
                _ => {
                    self.rule_form(setting.span, false);
                    continue;
                }
            };
            let arm = self.arm(body, setting.span);
            arms.extend(when.map(|when| RuleArm { when, ..arm }));
        }
        if arms.is_empty() && self.findings.len() == before {
            let finding = Diagnostic::new(Code::P0101, block.span, "this rule has no arm");
            self.report(finding.help("write `when C { … }`, or `else { … }`"));
        }
        (self.findings.len() == before).then_some(arms)
    }

    fn arm(&mut self, body: &Block, span: Span) -> RuleArm {
        let mut arm = RuleArm { when: None, sets: Vec::new(), fetch: None, span };
        let mut other = |statement: &Statement, findings: &mut Vec<Diagnostic>| match &statement.kind {
            StatementKind::Assign { words, target, values, access } => {
                let set = words.iter().all(|word| word.text == "set") && words.len() == 1;
                if !set || access.is_some() {
                    let finding = Diagnostic::new(Code::P0101, statement.span, "in a rule this is not written so");
                    findings.push(
                        finding
                            .because("a rule sets a parameter with `set NAME = value`, and no access")
                            .help("write `set` before it, and nothing behind the value"),
                    );
                    return;
                }
                arm.sets.push(At { value: (target.clone(), values.clone()), span: statement.span });
            }
            _ => findings.push(
                Diagnostic::new(Code::P0211, statement.span, "a rule's arm has no such statement")
                    .because("it has `set NAME = value` and one `fetch`"),
            ),
        };
        let fetches = settings(body, &ARM, &mut self.findings, &mut other);
        for setting in &fetches {
            self.once(&arm.fetch, setting);
            arm.fetch = self.fetch(setting);
        }
        arm
    }
}
