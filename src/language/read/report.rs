//! `log { … }` and `report { … }` of a fleet.

use super::super::program::{At, Fetch};
use super::super::report::{Destination, LogMessage, LogTemplate, Report, ReportContent, ReportWhen};
use super::super::settings::{Schema, Setting, only_settings};
use super::super::syntax::tree::{Block, Expr};
use super::Reader;
use crate::diagnostic::{Code, Diagnostic};

pub(super) const LOG: Schema = Schema { what: "log block", words: &[("request", 1), ("success", 1), ("failure", 1)] };
pub(super) const REPORT: Schema = Schema {
    what: "report block",
    words: &[("full", 3), ("delta", 3), ("status", 3), ("on", 1), ("every", 1), ("method", 1)],
};

impl Reader<'_> {
    pub(super) fn log_templates(&mut self, block: &Block) -> Vec<LogTemplate> {
        let mut templates: Vec<LogTemplate> = Vec::new();
        for setting in only_settings(block, &LOG, &mut self.findings) {
            self.surplus(&setting, 1);
            let known = LogMessage::ALL.into_iter().find(|message| message.word() == setting.word.text);
            let (Some(message), Some(expr)) = (known, setting.expr(0)) else { continue };
            let first = templates.iter().find(|template| template.message == message).map(|_| ());
            self.once(&first, &setting);
            if first.is_some() {
                continue;
            }
            templates.extend(self.text(expr).map(|text| LogTemplate { message, text: text.value, expr: expr.clone() }));
        }
        templates
    }

    pub(super) fn reports(&mut self, block: &Block) -> Report {
        let mut report = Report::default();
        // A destination that was written wrongly has its finding.
        let before = self.findings.len();
        for setting in only_settings(block, &REPORT, &mut self.findings) {
            let words = setting.words();
            let span = setting.span;
            match (setting.word.text.as_str(), words.as_slice()) {
                (word @ ("full" | "delta" | "status"), _) => {
                    let Some(content) = ReportContent::from_word(word) else { continue };
                    let same = report.destinations.iter().find(|other| other.value.content == content).map(|_| ());
                    self.once(&same, &setting);
                    let to = self.report_to(&setting);
                    report.destinations.extend(to.map(|to| At { value: Destination { content, to }, span }));
                }
                ("on", ["request"]) => self.report_when(&mut report, ReportWhen::OnRequest, &setting),
                ("on", ["change"]) => self.report_when(&mut report, ReportWhen::OnChange(None), &setting),
                ("on", ["change", "after", _]) => {
                    if let Some(wait) = setting.after("after").and_then(|expr| self.duration(expr)) {
                        self.report_when(&mut report, ReportWhen::OnChange(Some(wait.value)), &setting);
                    }
                }
                ("every", [_]) => {
                    if let Some(period) = setting.expr(0).and_then(|expr| self.duration(expr)) {
                        self.report_when(&mut report, ReportWhen::Every(period.value), &setting);
                    }
                }
                ("method", [word @ ("put" | "post")]) => {
                    self.once(&report.method, &setting);
                    report.method = Some(At { value: if *word == "put" { "PUT" } else { "POST" }, span });
                }
                (word, _) => {
                    let finding = Diagnostic::new(Code::P0101, span, format!("`{word}` is not written so"));
                    self.report(finding.because(
                        "a report block has `full|delta|status to SCHEME [on SERVER] \"PATH\"`, `on request`, `on change [after D]`, \
                         `every D`, `method put|post`",
                    ));
                }
            }
        }
        if let Some(third) = report.destinations.get(2) {
            let finding = Diagnostic::new(Code::P0501, third.span, "a third report");
            self.report(finding.because("a phone sends two at most").note("RS §14"));
        }
        if report.destinations.is_empty() && self.findings.len() == before {
            let finding = Diagnostic::new(Code::P0212, block.span, "this reports nothing");
            self.report(finding.help("add `full to http \"/reports/$MA.xml\"`"));
        }
        report
    }

    fn report_when(&mut self, report: &mut Report, when: ReportWhen, setting: &Setting<'_>) {
        if let Some(first) = &report.when {
            let finding = Diagnostic::new(Code::P0202, setting.span, "when to report is said twice")
                .because("only one can hold")
                .label(first.span, "first said here");
            self.report(finding);
        }
        report.when = Some(At { value: when, span: setting.span });
    }

    /// `to SCHEME [on SERVER] "PATH"`.
    fn report_to(&mut self, setting: &Setting<'_>) -> Option<Fetch> {
        let exprs: Vec<&Expr> = setting.exprs().collect();
        let (scheme, server, path) = match exprs.as_slice() {
            [to, scheme, path] if to.as_name() == Some("to") => (*scheme, None, *path),
            [to, scheme, on, server, path] if to.as_name() == Some("to") && on.as_name() == Some("on") => {
                (*scheme, Some(*server), *path)
            }
            _ => {
                let finding = Diagnostic::new(Code::P0101, setting.span, "a report is not written so");
                self.report(finding.because("`full to http \"/reports/$MA.xml\"`"));
                return None;
            }
        };
        let scheme = At { value: self.scheme(scheme)?, span: scheme.span };
        let server = server.and_then(|server| self.named(server, "server", |reader| &reader.servers));
        Some(Fetch { scheme, server: server.map(|at| at.value), path: path.clone(), srv: None, post: None })
    }
}
