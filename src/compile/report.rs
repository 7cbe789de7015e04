//! What phones tell of themselves: log templates, and where reports of the configuration go (PB §15, §16).

use super::Compiler;
use super::columns::Columns;
use super::flatten::{Act, Assigned};
use super::macros::Use;
use super::options::authority;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::language::{At, Destination, Fleet, LogTemplate, Report, ReportWhen, Value};
use crate::phone::Scheme;
use crate::plan::{Piece, Setting, SettingValue, Template};

impl Compiler<'_> {
    /// Log_Request_Msg and its neighbours. The empty text switches a message off.
    pub(super) fn log_templates(&mut self, templates: &[LogTemplate], settings: &mut Vec<Setting>) {
        for LogTemplate { message, text, expr } in templates {
            if self.macros_fit(text, expr, Use::Log) {
                self.derive(message.element(), &Value::Text(text.clone()), expr.span, settings);
            }
        }
    }

    /// The same in a profile: a macro that is none would stand in every line that the phone logs.
    pub(super) fn logs_macros(&mut self, assigned: &Assigned) {
        let (Act::Set(values) | Act::Seed(values)) = &assigned.act else { return };
        if let ([value], true) =
            (values.as_slice(), assigned.element.starts_with("Log_") && assigned.element.ends_with("_Msg"))
            && let Some(text) = value.as_text()
        {
            self.macros_fit(&text, value, Use::Log);
        }
    }

    pub(super) fn reports(
        &mut self,
        fleet: &Fleet,
        report: &At<Report>,
        columns: &mut Columns<'_>,
        settings: &mut Vec<Setting>,
    ) {
        let mut rule = Template::default();
        for destination in &report.value.destinations {
            let Some(url) = self.report_url(fleet, destination, columns) else { continue };
            let between = if rule.pieces().is_empty() { "" } else { " " };
            rule.push(Piece::Text(format!("{between}{}", destination.value.content.options())));
            url.pieces().iter().for_each(|piece| rule.push(piece.clone()));
        }
        if let Some(first) = report.value.destinations.first() {
            self.received(&report.value.destinations, first.span);
            settings.push(Setting {
                element: "Report_Rule".into(),
                value: SettingValue::Set(rule),
                user: None,
                overrides: false,
                origin: self.origin(first.span),
                beats: Vec::new(),
            });
        }
        if let Some(method) = &report.value.method {
            self.derive("HTTP_Report_Method", &Value::Text(method.value.to_owned()), method.span, settings);
        }
        let Some(At { value, span }) = &report.value.when else { return };
        let (when, more) = match value {
            ReportWhen::OnRequest => ("On Request", None),
            ReportWhen::OnChange(wait) => ("On Local Change", wait.map(|wait| ("Upload_Delay_On_Local_Change", wait))),
            ReportWhen::Every(period) => ("Periodically", Some(("Periodic_Upload_To_Server", *period))),
        };
        self.derive("Report_To_Server", &Value::Text(when.into()), *span, settings);
        if let Some((parameter, millis)) = more {
            self.derive(parameter, &Value::Duration(millis), *span, settings);
        }
    }

    fn report_url(
        &mut self,
        fleet: &Fleet,
        destination: &At<Destination>,
        columns: &mut Columns<'_>,
    ) -> Option<Template> {
        let to = &destination.value.to;
        let path = self.path_to_send(&to.path, columns)?;
        let server = to.server.or(fleet.server)?;
        self.offered(server, to.scheme.value, to.scheme.span);
        let server = self.plan.servers.get(server)?;
        let port = server.port(to.scheme.value).unwrap_or(to.scheme.value.default_port());
        let mut url = Template::text(authority(server, to.scheme.value, port));
        path.rule_text().pieces().iter().for_each(|piece| url.push(piece.clone()));
        Some(url)
    }

    /// Nothing takes reports yet: a phone is told so (PB §16: one attempt per request), and no harm comes of it.
    fn received(&mut self, destinations: &[At<Destination>], span: Span) {
        let schemes: Vec<&str> = Scheme::ALL
            .into_iter()
            .filter(|scheme| destinations.iter().any(|one| one.value.to.scheme.value == *scheme))
            .map(Scheme::name)
            .collect();
        let mut finding = Diagnostic::new(Code::P0107, span, "`prov serve` receives no reports yet")
            .because(format!("phones are told where to send them, over {}", schemes.join(" and ")))
            .help("another server at this address can take them");
        finding.severity = Severity::Warning;
        self.report(finding);
    }
}
