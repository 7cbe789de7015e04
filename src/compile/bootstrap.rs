//! What a fleet derives for its phones beside its rules: resync settings, log targets. They stand in the bootstrap file, which a
//! factory-fresh phone takes first, and in the fleet's first profile, so that they stay right afterwards.

use super::Compiler;
use super::columns::Columns;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{At, Fleet, Resync, Value, Wait};
use crate::plan::{Promise, RuleText, Server, Setting, SettingValue, Template};
use crate::platform::wire;
use std::collections::BTreeSet;

impl Compiler<'_> {
    /// All derived settings, rules first.
    pub(super) fn derived(
        &mut self,
        fleet: &Fleet,
        rules: &[RuleText],
        server: &Server,
        models: &BTreeSet<u16>,
        columns: &mut Columns<'_>,
    ) -> Vec<Setting> {
        let mut settings = Vec::new();
        for (rule, name) in rules.iter().zip(&fleet.profiles) {
            settings.push(Setting {
                element: rule.parameter.clone(),
                value: SettingValue::Set(rule.text.clone()),
                user: None,
                overrides: false,
                origin: self.origin(name.span),
                beats: Vec::new(),
            });
        }
        self.resync(&fleet.resync, models, &mut settings);
        if let Some(span) = fleet.syslog {
            match server.services.syslog {
                Some(port) => {
                    let host =
                        server.ipv4().map(|address| address.to_string()).unwrap_or_else(|| server.authority_host());
                    let host = if port == 514 { host } else { format!("{host}:{port}") };
                    self.derive("Syslog_Server", &Value::Text(host), span, &mut settings);
                    self.derive("Syslog_Identifier", &Value::Text("$MAC".into()), span, &mut settings);
                }
                None => {
                    let finding =
                        Diagnostic::new(Code::P0212, span, format!("server `{}` offers no syslog", server.id))
                            .help("add `syslog { port 514 }` to the server");
                    self.report(finding);
                }
            }
        }
        self.log_templates(&fleet.log, &mut settings);
        if let Some(report) = &fleet.report {
            self.reports(fleet, report, columns, &mut settings);
        }
        settings
    }

    /// Within what time the fleet says that a change arrives.
    pub(super) fn promise(&mut self, fleet: &Fleet) -> Option<Promise> {
        let mut promises = fleet.resync.iter().filter_map(|at| match at.value {
            Resync::AppliesWithin(millis) => Some((millis, at.span)),
            _ => None,
        });
        let (millis, span) = promises.next()?;
        if let Some((_, again)) = promises.next() {
            let finding = Diagnostic::new(Code::P0202, again, "`applies within` is said twice");
            self.report(finding.because("said again here").label(span, "first said here").help("keep one of the two"));
        }
        Some(Promise { seconds: millis / 1000, origin: self.origin(span) })
    }

    fn resync(&mut self, statements: &[At<Resync>], models: &BTreeSet<u16>, settings: &mut Vec<Setting>) {
        let schedule = |waits: &[Wait]| Value::List(waits.iter().map(|wait| Value::Schedule(vec![*wait])).collect());
        for At { value, span } in statements {
            if let Resync::OnlyWhen(condition) = value {
                self.only_when(condition, *span, models, settings);
                continue;
            }
            let mut set = |name: &str, value: Value| self.derive(name, &value, *span, settings);
            match value {
                Resync::OnBoot { spread } => {
                    set("Resync_On_Reset", Value::Bool(true));
                    if let Some(spread) = spread {
                        set("Resync_Random_Delay", Value::Duration(spread.value));
                    }
                }
                Resync::NeverOnBoot => set("Resync_On_Reset", Value::Bool(false)),
                Resync::Every(waits) => set("Resync_Periodic", schedule(waits)),
                Resync::Retry(waits) => set("Resync_Error_Retry_Delay", schedule(waits)),
                Resync::AtTime { minutes, spread } => {
                    set("Resync_At__HHmm_", Value::Time(*minutes));
                    if let Some(spread) = spread {
                        set("Resync_At_Random_Delay", Value::Duration(spread.value));
                    }
                }
                Resync::OnNotify(yes) => set("Resync_From_SIP", Value::Bool(*yes)),
                Resync::IdleFor(millis) => set("Forced_Resync_Delay", Value::Duration(*millis)),
                Resync::AfterUpgrade => set("Resync_After_Upgrade_Attempt", Value::Bool(true)),
                // It is held against what the others come to.
                Resync::AppliesWithin(_) => {}
                Resync::MissingFileIsSuccess => set("Resync_Fails_On_FNF", Value::Bool(false)),
                Resync::OnlyWhen(_) => {}
            }
        }
    }

    /// A parameter that follows from a statement of the fleet.
    pub(super) fn derive(&mut self, name: &str, value: &Value, span: Span, settings: &mut Vec<Setting>) {
        self.derive_at(name, &[], value, span, settings);
    }

    /// As [`Compiler::derive`], of a family.
    pub(super) fn derive_at(
        &mut self,
        family: &str,
        indexes: &[u32],
        value: &Value,
        span: Span,
        settings: &mut Vec<Setting>,
    ) {
        let Some(parameter) = self.catalogue.parameter(family) else { return };
        let element = parameter.element(indexes);
        let name = self.catalogue.written(&element).unwrap_or_else(|| element.clone());
        if let Some(first) = settings.iter().find(|setting| setting.element == element) {
            let finding = Diagnostic::new(Code::P0202, span, format!("`{name}` is said twice"))
                .because("said again here")
                .label(self.place(first.origin), "first said here");
            return self.report(finding.help("keep one of the two"));
        }
        match wire(&parameter, value) {
            Ok(text) => settings.push(Setting {
                element,
                value: SettingValue::Set(Template::text(text)),
                user: None,
                overrides: false,
                origin: self.origin(span),
                beats: Vec::new(),
            }),
            Err(misfit) => {
                let finding = Diagnostic::new(misfit.code, span, format!("`{name}` {}", misfit.message));
                let finding = finding.because(misfit.why);
                self.report(match misfit.help {
                    Some(help) => finding.help(help),
                    None => finding,
                });
            }
        }
    }
}
