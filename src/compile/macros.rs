//! Macro variables in texts that phones expand: rules, triggers, log messages. Each has to be one, to have a value there, and to end
//! where it is meant to (RS §2, §3).

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::syntax::tree::Expr;
use crate::phone::macros::{Reference, parse_reference};
use crate::platform::{MacroInfo, MacroScope};
use std::ops::Range;

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// A rule or a trigger.
    Rule,
    Log,
}

/// A dollar sign in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Dollar<'t> {
    Reference(Reference<'t>),
    /// It begins no name.
    Alone,
}

impl Compiler<'_> {
    /// Reports what is wrong with the macros of a text that stands in an expression. `true`: nothing is.
    pub(super) fn macros_fit(&mut self, text: &str, expr: &Expr, used: Use) -> bool {
        let before = self.findings.len();
        for (at, dollar) in dollars(text) {
            let within = used == Use::Rule && in_argument(text, at.start);
            match dollar {
                Dollar::Alone if used == Use::Rule => {
                    let place = self.place_in(expr, at);
                    let finding = Diagnostic::new(Code::P0511, place, "a dollar sign stands alone")
                        .because("the phone looks for a macro behind it");
                    self.report(finding.help("write `$$` for one dollar sign").note("RS §2, §6"));
                }
                Dollar::Alone => {}
                Dollar::Reference(reference) => self.reference(&reference, expr, at, used, within),
            }
        }
        self.findings.len() == before
    }

    fn reference(&mut self, reference: &Reference<'_>, expr: &Expr, at: Range<usize>, used: Use, within: bool) {
        let name = reference.name;
        let Some(info) = self.catalogue.macro_info(name) else {
            let place = self.place_in(expr, at);
            if within && !reference.delimited {
                let finding = Diagnostic::new(Code::P0511, place, format!("`${name}` is read as a macro"))
                    .because("a literal dollar sign in a key or password is written twice");
                return self.report(finding.help(format!("write `$${name}`")).note("RS §6"));
            }
            return self.no_macro(name, place);
        };
        let (fits, here) = match (info.scope, used) {
            (MacroScope::Rule, _) | (MacroScope::Log, Use::Log) => (true, ""),
            (MacroScope::Credential, Use::Rule) => (within, "this place"),
            (_, Use::Rule) => (false, "a rule"),
            (_, Use::Log) => (false, "a log message"),
        };
        if !fits {
            let place = self.place_in(expr, at);
            return self.out_of_scope(&info, name, place, here);
        }
        if info.open && used == Use::Rule {
            let place = self.place_in(expr, at);
            return self.open_text(name, place);
        }
        if let Some(shorter) = runs_on(&info, reference) {
            let finding =
                Diagnostic::new(Code::P0210, self.place_in(expr, at), format!("where `${name}` ends is not said"))
                    .because(format!("a phone may read `${}{shorter}` and go on", info.name));
            self.report(finding.help(format!("write `$({name})`")).note("RS §2"));
        }
    }

    /// P0208, with what may be meant: another name, or a macro that runs into what follows.
    pub(super) fn no_macro(&mut self, name: &str, place: Span) {
        let finding = Diagnostic::new(Code::P0208, place, format!("no macro is named `${name}`"))
            .because("the phone would leave it as it stands");
        let known = |end: &usize| name.get(..*end).is_some_and(|begin| self.catalogue.macro_info(begin).is_some());
        let lower =
            |end: &usize| name.get(*end..).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_uppercase()));
        let register = name.strip_prefix("GPP_").filter(|register| self.catalogue.macro_info(register).is_some());
        if let Some(register) = register {
            return self.report(
                finding.help(format!("write `${register}`: a register goes without its `GPP_` there")).note("RS §2"),
            );
        }
        let prefix = (1..name.len()).rev().find(|end| known(end) && lower(end));
        let finding = match prefix.map(|end| name.split_at(end)) {
            Some((begin, rest)) => finding.help(format!("write `$({begin}){rest}`")),
            None => finding.did_you_mean(name, self.catalogue.macros()),
        };
        self.report(finding.note("RS §2"));
    }

    /// Where octets of a text stand in the source; the whole expression where that cannot be said.
    pub(super) fn place_in(&self, expr: &Expr, at: Range<usize>) -> Span {
        let values = std::slice::from_ref(expr);
        let first = self.sign(values, Some(at.start));
        let last = self.sign(values, Some(at.end.saturating_sub(1).max(at.start)));
        match (first, last) {
            (Some(first), Some(last)) => first.to(last),
            _ => expr.span,
        }
    }
}

/// Every dollar sign that begins something, `$$` left out.
fn dollars(text: &str) -> Vec<(Range<usize>, Dollar<'_>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('$')) {
        let start = at + next;
        let rest = text.get(start..).unwrap_or_default();
        at = start
            + match parse_reference(rest) {
                _ if rest.starts_with("$$") => 2,
                Some(reference) => {
                    let length = reference.length;
                    found.push((start..start + length, Dollar::Reference(reference)));
                    length
                }
                None => {
                    found.push((start..start + 1, Dollar::Alone));
                    1
                }
            };
    }
    found
}

/// P0210: `$UID12` may be read as `$UID1` and a 2. The digit of the shorter name.
fn runs_on<'r>(info: &MacroInfo, reference: &Reference<'r>) -> Option<&'r str> {
    let number = reference.name.strip_prefix(info.name.as_str()).filter(|_| info.numbers.is_some())?;
    number.get(..1).filter(|_| number.len() > 1 && !reference.delimited)
}

/// Whether a place stands in the argument of `--key`, `--uid` or `--pwd`.
fn in_argument(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let Some(inside) = before.rfind('[').and_then(|open| before.get(open..)).filter(|inside| !inside.contains(']'))
    else {
        return false;
    };
    let option = inside.rfind("--").and_then(|option| inside.get(option..)).unwrap_or_default();
    ["--key", "--uid", "--pwd"].iter().any(|known| option.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollar_signs_are_told_apart() {
        let seen = |text| {
            let found = dollars(text).into_iter();
            found.map(|(at, dollar)| (at, matches!(dollar, Dollar::Alone))).collect::<Vec<_>>()
        };
        assert_eq!(seen("$$MA $(MA:1:2)x $5 $"), [(5..14, false), (16..17, true), (19..20, true)]);
        assert_eq!(seen(""), []);
    }

    #[test]
    fn arguments_of_credentials_are_known() {
        let text = "(\"$A\" eq \"[\")? [--key $SA --post a] http://h/$MA";
        let at = |needle: &str| in_argument(text, text.find(needle).expect(needle));
        assert!(at("$SA") && !at("$A\"") && !at("$MA"));
        assert!(!in_argument("[--post $A] x", 8));
    }
}
