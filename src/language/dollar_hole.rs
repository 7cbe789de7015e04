//! `"${x}"` in a `let` or a `fn`: a shell and a template take the sign away, and here it stands before the value. What a profile
//! assigns is looked at where it is compiled.

use super::names::Names;
use super::syntax::tree::{Expr, ExprKind, TextPart};
use crate::diagnostic::{Code, Diagnostic};

impl Names {
    /// P0313, once for each text.
    pub(super) fn dollars_before_holes(&mut self) {
        let lets = self.lets.iter().map(|declared| &declared.value);
        let bodies = self.functions.iter().map(|(_, function)| &function.body);
        let mut findings = Vec::new();
        lets.chain(bodies).for_each(|value| {
            value.each(&mut |expr| {
                if is_before_a_hole(expr) {
                    let finding = Diagnostic::new(Code::P0313, expr.span, "`$` is sent as it stands");
                    let finding =
                        finding.because("in a string braces hold a value, and `$` is a character like any other");
                    findings.push(finding.help("leave the `$` out: write `{…}`"));
                }
            });
        });
        self.findings.extend(findings);
    }
}

fn is_before_a_hole(expr: &Expr) -> bool {
    let ExprKind::Text(parts) = &expr.kind else { return false };
    let ends = |part: &TextPart| matches!(part, TextPart::Text(text) if text.ends_with('$'));
    parts.iter().zip(parts.iter().skip(1)).any(|(one, next)| ends(one) && matches!(next, TextPart::Hole(_)))
}
