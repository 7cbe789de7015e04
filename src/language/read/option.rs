//! Options written by hand: on a network, and on a class of its clients.

use super::super::meant;
use super::super::program::{At, Class, OptionContent, OptionLine};
use super::super::settings::Setting;
use super::super::syntax::literal::Literal;
use super::super::syntax::tree::{Argument, Expr, ExprKind, Statement, StatementKind, TargetKind};
use super::super::value::Value;
use super::Reader;
use crate::diagnostic::{Code, Diagnostic};

impl Reader<'_> {
    /// `option N = value, value`.
    pub(super) fn option(&mut self, statement: &Statement, what: &str) -> Option<OptionLine> {
        let StatementKind::Assign { words, target, values, .. } = &statement.kind else {
            self.no_option(statement, what);
            return None;
        };
        let (true, TargetKind::Number(Literal::Int(number))) =
            (words.iter().any(|word| word.text == "option"), &target.kind)
        else {
            self.no_option(statement, what);
            return None;
        };
        let Some(number) = u16::try_from(*number).ok().filter(|number| *number > 0) else {
            let finding = Diagnostic::new(Code::P0302, target.span, format!("there is no option {number}"));
            self.report(finding.because("options are 1 to 254, those of DHCPv6 1 to 65535"));
            return None;
        };
        let number = At { value: number, span: target.span };
        let contents: Vec<Option<At<OptionContent>>> = values.iter().map(|value| self.content(value)).collect();
        // A value with a finding of its own leaves the option out.
        let values = contents.into_iter().collect::<Option<Vec<_>>>()?;
        Some(OptionLine { number, values: flattened(values), span: statement.span })
    }

    fn no_option(&mut self, statement: &Statement, what: &str) {
        let finding = Diagnostic::new(Code::P0211, statement.span, format!("a {what} has no such statement"));
        let finding = finding.because("an option is written `option 160 = \"…\"`");
        let named = match &statement.kind {
            StatementKind::Assign { words, target, values, .. } if words.iter().any(|word| word.text == "option") => {
                let text = values.first().and_then(Expr::as_text);
                let written = self.sources.slice(target.span).trim_matches('"');
                let number = written.parse::<u16>().ok().map(|number| format!("write `option {number} = …`"));
                number.or_else(|| meant::option(self.sources.slice(target.span).trim_matches('"'), text.as_deref()))
            }
            _ => None,
        };
        self.report(match named {
            Some(meant) => finding.help(meant),
            None => finding,
        });
    }

    /// A value, or octets: `hex("01 0b …")`.
    fn content(&mut self, expr: &Expr) -> Option<At<OptionContent>> {
        if let ExprKind::Call(name, arguments) = &expr.kind
            && let ("hex", [text]) = (name.text.as_str(), arguments.as_slice())
        {
            let text = self.text(text)?;
            let Some(octets) = octets(&text.value) else {
                let finding = Diagnostic::new(Code::P0103, text.span, "these are no octets")
                    .because("two hexadecimal digits each, perhaps divided by blanks or colons")
                    .help("write `hex(\"01 0b 68\")`");
                self.report(finding);
                return None;
            };
            return Some(At { value: OptionContent::Octets(octets), span: expr.span });
        }
        let value = self.value(expr)?;
        Some(At { value: OptionContent::Value(value), span: expr.span })
    }

    /// `class "NAME" when CONDITION { option … }`.
    pub(super) fn class(&mut self, setting: &Setting<'_>) -> Option<Class> {
        let arguments: Vec<&Argument> = setting.arguments().collect();
        let [Argument::Expr(name), Argument::Expr(word), Argument::Expr(when), Argument::Block(block)] =
            arguments.as_slice()
        else {
            return self.no_class(setting);
        };
        if word.as_name() != Some("when") {
            return self.no_class(setting);
        }
        let name = self.text(name)?;
        let options = block.statements.iter().filter_map(|statement| self.option(statement, "class")).collect();
        if block.statements.is_empty() {
            let finding = Diagnostic::new(Code::P0212, block.span, "this class says nothing");
            self.report(finding.help("add `option 43 = \"…\"` to it, or remove it"));
        }
        Some(Class { name, when: when.clone(), options })
    }

    fn no_class(&mut self, setting: &Setting<'_>) -> Option<Class> {
        let finding = Diagnostic::new(Code::P0101, setting.span, "a class is not written so");
        self.report(
            finding.help("write `class \"NAME\" when \"PXEClient\" in request.vendor_class { option 43 = \"…\" }`"),
        );
        None
    }
}

/// A list is its items: `[a, b]` says what `a, b` does.
fn flattened(values: Vec<At<OptionContent>>) -> Vec<At<OptionContent>> {
    let items = values.into_iter().flat_map(|at| match at.value {
        OptionContent::Value(Value::List(items)) => {
            items.into_iter().map(|item| At { value: OptionContent::Value(item), span: at.span }).collect()
        }
        value => vec![At { value, span: at.span }],
    });
    items.collect()
}

/// `01 0b 68`, `01:0b:68` or `010b68`; at least one.
fn octets(text: &str) -> Option<Vec<u8>> {
    let parts = text.split([' ', ':']).filter(|part| !part.is_empty());
    let mut octets = Vec::new();
    for part in parts {
        let digits = part.as_bytes().chunks_exact(2);
        if !digits.remainder().is_empty() {
            return None;
        }
        for pair in digits {
            let value = |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let (high, low) = (pair.first().copied().and_then(value)?, pair.last().copied().and_then(value)?);
            octets.push(high << 4 | low);
        }
    }
    (!octets.is_empty()).then_some(octets)
}

#[cfg(test)]
mod tests {
    use super::octets;

    #[test]
    fn octets_are_pairs_of_digits() {
        for text in ["01 0b ff", "01:0b:ff", "010bFF", " 01  0bff "] {
            assert_eq!(octets(text), Some(vec![1, 11, 255]), "{text}");
        }
        for text in ["", " ", "1", "0x01", "01 0", "zz", "+1", "é0"] {
            assert_eq!(octets(text), None, "{text}");
        }
    }
}
