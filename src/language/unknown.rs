//! Names that nothing declares, and what was most likely meant: a text without its quotes, or a word of another language
//! for `yes` and `no`.

use super::syntax::tree::{Expr, ExprKind, Operator, TextPart};
use crate::diagnostic::{Code, Diagnostic, Span, closest};

/// The finding for a bare name.
pub(super) fn name<'k>(name: &str, span: Span, known: impl Iterator<Item = &'k str>) -> Diagnostic {
    let finding = Diagnostic::new(Code::P0201, span, format!("unknown name `{name}`"));
    if let Some(meant) = period(name) {
        return finding.because("a duration is a number and its unit").help(format!("write `{meant}`"));
    }
    if nothing(name) {
        let asked = "it is compared with `absent` where it may be so: `phone.room != absent`";
        return finding.because("a column of a type with `?` may have no value").help(asked);
    }
    let known: Vec<&str> = known.collect();
    let truth = truth(name).or_else(|| closest(name, ["yes"]).filter(|_| name.len() > 2));
    match (truth, closest(name, known.iter().copied()).map(str::to_owned).or_else(|| of_fields(name, &known))) {
        (Some(meant), _) => finding.because("a bool is `yes` or `no`").help(format!("did you mean `{meant}`?")),
        (None, Some(close)) => finding.help(format!("did you mean `{close}`?")),
        (None, None) if matches!(name, "jitter" | "spread") => finding
            .because(format!("`{name}` stands between two durations"))
            .help(format!("leave out the comma before it: `1h {name} 10m`")),
        (None, None) if matches!(name, "night" | "midnight" | "noon" | "morning" | "evening") => {
            finding.because("a time of day is written in figures").help("write `at 02:30`")
        }
        (None, None) if begins_a_setting(name) => {
            finding.because("it begins a setting").help("a value is missing on the line before it")
        }
        // A number or a name stands behind it, so that it is not read on from the line before.
        (None, None) if matches!(name, "option" | "reserve" | "class" | "redirect") => {
            finding.because("it begins a setting of its own").help(format!("begin a new line with it: `{name} …`"))
        }
        (None, None) if matches!(name, "n" | "i" | "j" | "k" | "x" | "line") => {
            finding.because("nothing gives it a value here").help(format!("a loop does: `for {name} in 1..4 {{ … }}`"))
        }
        (None, None) => finding.help(format!("if it is a text, put it in quotes: `\"{name}\"`")),
    }
}

/// `site_title` and `phone_name` for what stands behind a dot.
fn of_fields(name: &str, known: &[&str]) -> Option<String> {
    let (base, field) = name.split_once('_').filter(|(_, field)| !field.is_empty())?;
    (base == "phone" || known.contains(&base)).then(|| format!("{base}.{field}"))
}

/// The finding for `sip-domain`: a name with a hyphen, in which a difference was read of two names that nothing has.
pub(super) fn hyphenated(expr: &Expr, known: impl Fn(&str) -> bool) -> Option<Diagnostic> {
    let mut words = Vec::new();
    glued(expr, &mut words)?;
    if words.len() < 2 || words.iter().all(|word| known(word)) {
        return None;
    }
    let (written, joined) = (words.join("-"), words.join("_"));
    let finding = Diagnostic::new(Code::P0201, expr.span, format!("unknown name `{written}`"));
    let finding = finding.because("a name has letters, digits and `_`");
    Some(match known(&joined) {
        true => finding.help(format!("did you mean `{joined}`?")),
        false => finding.help(format!("if it is a text, put it in quotes: `\"{written}\"`")),
    })
}

/// The words of `a-b-c` that stand without a blank.
fn glued<'e>(expr: &'e Expr, words: &mut Vec<&'e str>) -> Option<()> {
    match &expr.kind {
        ExprKind::Name(name) => words.push(name),
        ExprKind::Binary(left, Operator::Minus, right) if left.span.end + 1 == right.span.start => {
            glued(left, words)?;
            words.push(right.as_name()?);
        }
        _ => return None,
    }
    Some(())
}

/// Words that stand at the beginning of a line of a fleet, and would hardly be the name of a value.
fn begins_a_setting(name: &str) -> bool {
    const WORDS: [&str; 14] = [
        "retry",
        "every",
        "on",
        "at",
        "only",
        "never",
        "idle",
        "applies",
        "missing",
        "upgrade",
        "resync",
        "bootstrap",
        "profiles",
        "phones",
    ];
    WORDS.contains(&name)
}

/// The finding for a column's bare name, where the phone at hand has such a column.
pub(super) fn column(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0201, span, format!("unknown name `{name}`"))
        .because("it is a column of the phones here")
        .help(format!("did you mean `phone.{name}`?"))
}

/// The same in a `let`, which has a value for each phone then.
pub(super) fn column_in_let(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0201, span, format!("unknown name `{name}`"))
        .because("it is a column of the phones: each has its own")
        .help(format!("write `phone.{name}`; the `let` then has a value per phone"))
}

/// The same in a function, which knows no phone.
pub(super) fn in_function(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0201, span, format!("unknown name `{name}`"))
        .because("a function knows its parameters, and what is known at build")
        .help(format!("add `{name}: string` to its parameters, and hand it over where it is called"))
}

/// Whether a name is written as parameters are, and not as what a program declares.
pub(super) fn like_a_parameter(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
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
pub(super) fn dotted<'l>(
    expr: &Expr,
    known: impl Fn(&str) -> bool,
    locals: impl Iterator<Item = &'l str>,
) -> Option<Diagnostic> {
    let mut text = String::new();
    let root = spelled(expr, &mut text)?;
    if known(root) {
        return None;
    }
    let field = text.strip_prefix(root).unwrap_or_default();
    let phone = root == "row" || closest(root, ["phone"]).is_some();
    if phone && field.matches('.').count() == 1 {
        let finding = Diagnostic::new(Code::P0201, expr.span, format!("unknown name `{root}`"));
        return Some(finding.help(format!("did you mean `phone{field}`?")));
    }
    if let Some(local) = shortened(root, locals) {
        let finding = Diagnostic::new(Code::P0201, expr.span, format!("unknown name `{root}`"));
        return Some(finding.help(format!("did you mean `{local}{field}`?")));
    }
    // `var.proxy`, `local.proxy`: elsewhere names stand behind what declares them.
    if let Some(name) = field.strip_prefix('.').filter(|name| known(name)) {
        let finding = Diagnostic::new(Code::P0201, expr.span, format!("unknown name `{root}`"));
        return Some(finding.help(format!("did you mean `{name}`?")));
    }
    Some({
        Diagnostic::new(Code::P0201, expr.span, format!("unknown name `{root}`"))
            .because("a host name is a text")
            .help(format!("put it in quotes: `\"{text}\"`"))
    })
}

/// The loop whose name a word is near to, or begins: `s` and `sit` in `for site in sites`.
fn shortened<'l>(word: &str, locals: impl Iterator<Item = &'l str>) -> Option<&'l str> {
    let locals: Vec<&str> = locals.collect();
    let begun = || locals.iter().rev().copied().find(|local| local.starts_with(word));
    closest(word, locals.iter().copied()).or_else(begun)
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

/// A name with its fields, or a text, as it is written.
pub(super) fn path(expr: &Expr) -> Option<String> {
    if let Some(words) = expr.as_text() {
        return Some(format!("\"{words}\""));
    }
    let mut text = String::new();
    spelled(expr, &mut text)?;
    Some(text)
}

/// Words for a time.
fn period(word: &str) -> Option<&'static str> {
    Some(match word {
        "minute" => "1m",
        "hour" | "hourly" => "1h",
        "day" | "daily" => "1d",
        "week" | "weekly" => "7d",
        _ => return None,
    })
}

/// Words of other languages for what is not there.
pub(super) fn nothing(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "null" | "nil" | "none" | "undefined" | "missing" | "leer" | "leeg")
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
            ("yess", "did you mean `yes`?"),
            ("local_port", "did you mean `local.port`?"),
            ("phone_name", "did you mean `phone.name`?"),
            ("option", "begin a new line with it: `option …`"),
            ("localhost", "if it is a text, put it in quotes: `\"localhost\"`"),
        ] {
            assert_eq!(name(word, Span::default(), ["local"].into_iter()).help.as_deref(), Some(help));
        }
    }
}
