//! Values that do not fit, or hardly do, as findings on the sign that is wrong.

use super::Compiler;
use super::flatten::Assigned;
use crate::diagnostic::{Diagnostic, Span};
use crate::language::syntax::tree::{Expr, ExprKind, TextPart};
use crate::phone::Mac;
use crate::platform::{Misfit, doubts};

impl Compiler<'_> {
    /// Warns of what a value that fits hardly means.
    pub(super) fn doubtful(&mut self, assigned: &Assigned, values: &[Expr], text: &str, mac: Option<Mac>) -> bool {
        let found = assigned.parameter.as_ref().map(|parameter| doubts(parameter, text)).unwrap_or_default();
        let any = !found.is_empty();
        for misfit in found {
            self.misfit(assigned, values, misfit, text, mac);
        }
        any
    }

    /// Reports a misfit on the very character, where the source has it.
    pub(super) fn misfit(
        &mut self,
        assigned: &Assigned,
        values: &[Expr],
        misfit: Misfit,
        text: &str,
        mac: Option<Mac>,
    ) {
        let whole = values
            .first()
            .map_or(assigned.span, |first| first.span.to(values.last().map_or(first.span, |last| last.span)));
        let (place, why) = match (misfit.at, self.sign(values, misfit.at)) {
            (_, Some(place)) => (place, misfit.why),
            (None, None) => (whole, misfit.why),
            (Some(at), None) => {
                let before = text.get(..at).map_or(0, |before| before.chars().count());
                let place = if at < text.len() { format!("character {}", before + 1) } else { "its end".to_owned() };
                (whole, format!("at {place}: {}", misfit.why))
            }
        };
        let message = format!("`{}` {}", assigned.written, misfit.message);
        let mut finding = Diagnostic::new(misfit.code, place, message).because(why);
        finding.severity = misfit.severity;
        finding.notes.extend(misfit.note);
        if let Some(mac) = mac {
            finding = finding.note(format!("for {mac}"));
        }
        finding.help = misfit.help;
        self.report(finding);
    }

    /// Where the octet `at` of a text stands in the source, when the value is one string without holes.
    pub(super) fn sign(&self, values: &[Expr], at: Option<usize>) -> Option<Span> {
        let ([value], Some(at)) = (values, at) else { return None };
        let ExprKind::Text(parts) = &value.kind else { return None };
        let [TextPart::Text(text)] = parts.as_slice() else { return None };
        let source = self.checked.sources.slice(value.span);
        let (mut place, raw) = if source.starts_with("r\"") { (2, true) } else { (1, false) };
        let mut written = source.get(place..)?.chars();
        for sign in text.get(..at)?.chars() {
            let first = written.next()?;
            place += first.len_utf8();
            // Each escape stands for one sign.
            if first == '\\' && !raw {
                place += written.next()?.len_utf8();
            } else if first != sign {
                return None;
            }
        }
        let length = match written.next()? {
            '\\' if !raw => 1 + written.next()?.len_utf8(),
            sign => sign.len_utf8(),
        };
        let start = value.span.start + place as u32;
        Some(Span::new(value.span.file, start as usize, start as usize + length))
    }
}
