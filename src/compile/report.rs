//! What phones tell of themselves: log templates, and where reports of the configuration go (PB §15, §16).

use super::Compiler;
use super::columns::Columns;
use super::flatten::{Act, Assigned};
use super::macros::Use;
use super::options::authority;
use crate::language::syntax::tree::{ExprKind, TextPart};
use crate::language::{At, Destination, Fleet, LogTemplate, Report, ReportContent, ReportWhen, Value};
use crate::plan::{Piece, Report as Planned, ReportContent as Content, Setting, SettingValue, Template};

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
        let ([value], true) =
            (values.as_slice(), assigned.element.starts_with("Log_") && assigned.element.ends_with("_Msg"))
        else {
            return;
        };
        let ExprKind::Text(parts) = &value.kind else { return };
        // What a phone's cell puts there is not the program's.
        let text: String = parts
            .iter()
            .map(|part| match part {
                TextPart::Text(text) => text.as_str(),
                TextPart::Hole(_) => " ",
            })
            .collect();
        self.macros_fit(&text, value, Use::Log);
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

    /// Where reports go, for who takes them. What is wrong with a destination was told with its rule.
    pub(super) fn report_places(
        &mut self,
        fleet: &Fleet,
        report: &At<Report>,
        columns: &mut Columns<'_>,
    ) -> Vec<Planned> {
        let told = self.findings.len();
        let mut places = Vec::new();
        for destination in &report.value.destinations {
            let to = &destination.value.to;
            let (Some(path), Some(server)) = (self.path_to_send(&to.path, columns), to.server.or(fleet.server)) else {
                continue;
            };
            let content = match destination.value.content {
                ReportContent::Full => Content::Full,
                ReportContent::Delta => Content::Delta,
                ReportContent::Status => Content::Status,
            };
            places.push(Planned { content, server, scheme: to.scheme.value, path });
        }
        self.findings.truncate(told);
        places
    }
}
