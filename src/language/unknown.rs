//! Names that nothing declares, and what was most likely meant: a text without its quotes, or a word of another language
//! for `yes` and `no`.

use super::syntax::tree::{Expr, ExprKind, TextPart};
use crate::diagnostic::{Code, Diagnostic, Span, closest};

/// The finding for a bare name.
pub(super) fn name<'k>(name: &str, span: Span, known: impl Iterator<Item = &'k str>) -> Diagnostic {
    let finding = Diagnostic::new(Code::P0201, span, format!("unknown name `{name}`"));
    match (truth(name), closest(name, known)) {
        (Some(meant), _) => finding.because("a bool is `yes` or `no`").help(format!("did you mean `{meant}`?")),
        (None, Some(close)) => finding.help(format!("did you mean `{close}`?")),
        (None, None) => finding.help(format!("if it is a text, put it in quotes: `\"{name}\"`")),
    }
}

/// The finding for a column's bare name, where the phone at hand has such a column.
pub(super) fn column(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0201, span, format!("unknown name `{name}`"))
        .because("it is a column of the phones here")
        .help(format!("did you mean `phone.{name}`?"))
}

/// What the program knows itself of a macro that is used as a value: the column of the phone that holds the same.
pub(super) fn column_of_macro(expr: &Expr, site: Span) -> Option<&'static str> {
    match &expr.kind {
        ExprKind::Macro(name) if expr.span == site => match name.as_str() {
            "MA" | "MAU" | "MAC" => Some("mac"),
            "PN" | "PSN" => Some("model"),
            _ => None,
        },
        ExprKind::Text(parts) => parts.iter().find_map(|part| match part {
            TextPart::Hole(hole) => column_of_macro(hole, site),
            TextPart::Text(_) => None,
        }),
        _ => None,
    }
}

/// The finding for `sip.example.com` without its quotes: fields of a name that nothing declares.
pub(super) fn dotted(expr: &Expr, known: impl Fn(&str) -> bool) -> Option<Diagnostic> {
    let mut text = String::new();
    let root = spelled(expr, &mut text)?;
    (!known(root)).then(|| {
        Diagnostic::new(Code::P0201, expr.span, format!("unknown name `{root}`"))
            .because("a host name is a text")
            .help(format!("put it in quotes: `\"{text}\"`"))
    })
}

/// The words of `a.b.c`; gives the first.
fn spelled<'e>(expr: &'e Expr, text: &mut String) -> Option<&'e str> {
    match &expr.kind {
        ExprKind::Name(name) => {
            text.push_str(name);
            Some(name)
        }
        ExprKind::Field(base, field) => {
            let root = spelled(base, text)?;
            text.push('.');
            text.push_str(&field.text);
            Some(root)
        }
        _ => None,
    }
}

fn truth(word: &str) -> Option<&'static str> {
    match word.to_lowercase().as_str() {
        "yes" | "true" | "on" | "enabled" | "ja" | "oui" | "si" => Some("yes"),
        "no" | "false" | "off" | "disabled" | "nee" | "nein" | "non" => Some("no"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_another_language_is_known() {
        for (word, help) in [
            ("Ja", "did you mean `yes`?"),
            ("FALSE", "did you mean `no`?"),
            ("localhost", "if it is a text, put it in quotes: `\"localhost\"`"),
        ] {
            assert_eq!(name(word, Span::default(), ["local"].into_iter()).help.as_deref(), Some(help));
        }
    }
}
