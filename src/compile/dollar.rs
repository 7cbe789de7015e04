//! A dollar sign before what stands for a value elsewhere: `"$extension"` sends these very letters to every phone, and
//! `"${phone.extension}"` sends a dollar sign before the value. Other languages write it so. And a column that is named in quotes,
//! without the braces that would put its value there.

use super::Compiler;
use super::flatten::Assigned;
use crate::diagnostic::{Code, Diagnostic, closest};
use crate::language::Phones;
use crate::language::syntax::tree::{Expr, ExprKind, TextPart};

impl Compiler<'_> {
    /// P0313, for the texts of one assignment.
    pub(super) fn dollars(&mut self, values: &[Expr], assigned: &Assigned, phones: &Phones) {
        let element = &assigned.element;
        let checked = self.checked;
        let globals = &checked.program.globals;
        let local = |name: &str| assigned.locals.iter().any(|(local, _)| local == name);
        let named = |name: &str| local(name) || globals.lets.contains_key(name) || globals.later.contains_key(name);
        for value in values {
            let macros = if is_shown(element) { macro_alone(value) } else { None };
            let mut found = Vec::new();
            // A text that a function or an `else` takes is sent as well.
            value.each(&mut |expr| {
                let ExprKind::Text(parts) = &expr.kind else { return };
                let sent =
                    sent_as_it_stands(parts, phones, &named).or_else(|| macros.clone().filter(|_| expr == value));
                found.extend(
                    match (sent, named_in_quotes(parts, phones).or_else(|| value_in_quotes(expr, &named, &local))) {
                        (Some((sent, meant)), _) => Some(
                            Diagnostic::new(Code::P0313, expr.span, format!("`{sent}` is sent as it stands"))
                                .because("in a parameter's value `$` is a character like any other")
                                .help(format!("write `{meant}`")),
                        ),
                        (None, Some((sent, meant))) => Some(
                            Diagnostic::new(Code::P0315, expr.span, format!("`{sent}` is sent as it stands"))
                                .because("in quotes a name is text like any other")
                                .help(format!("write `{meant}`")),
                        ),
                        (None, None) => None,
                    },
                );
            });
            for finding in found {
                if !self.findings.iter().any(|other| other.code == finding.code && other.span() == finding.span()) {
                    self.report(finding);
                }
            }
        }
    }
}

/// Whether an element is a name that is shown to people. No phone expands macros in those (RS §1); of other texts that is not
/// said by their type.
fn is_shown(element: &str) -> bool {
    ["Display_Name_", "Short_Name_", "Station_Name", "Station_Display_Name"]
        .iter()
        .any(|stem| element.starts_with(stem))
}

/// A macro that is the whole of a text, `"$MA"`: elsewhere in a program it is the phone's own name for such a column.
fn macro_alone(value: &Expr) -> Option<(String, String)> {
    let text = value.as_text()?;
    let column = match text.strip_prefix('$')? {
        "MA" | "MAU" | "MAC" => "mac",
        "PN" | "PSN" => "model",
        _ => return None,
    };
    Some((text, format!("{{phone.{column}}}")))
}

/// What is sent, and what was likely meant.
fn sent_as_it_stands(parts: &[TextPart], phones: &Phones, named: &impl Fn(&str) -> bool) -> Option<(String, String)> {
    let mut rest = parts.iter().peekable();
    while let Some(part) = rest.next() {
        let TextPart::Text(text) = part else { continue };
        if text.ends_with('$') && matches!(rest.peek(), Some(TextPart::Hole(_))) {
            return Some(("$".into(), "{…}".into()));
        }
        let column = text.split('$').skip(1).find_map(|after| {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            let (phone, name) = match after.strip_prefix("phone.") {
                Some(field) => {
                    let end = field.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(field.len());
                    (true, field.get(..end)?)
                }
                None => (false, after.get(..end)?),
            };
            if phone && !name.is_empty() {
                return Some((format!("$phone.{name}"), name.to_owned()));
            }
            phones.column(name).is_some().then(|| (format!("${name}"), name.to_owned()))
        });
        if let Some((sent, name)) = column {
            return Some((sent, format!("{{phone.{name}}}")));
        }
        // A `let`, a secret or the name of a loop.
        let value = text.split('$').skip(1).find_map(|after| {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            after.get(..end).filter(|name| named(name))
        });
        if let Some(name) = value {
            return Some((format!("${name}"), format!("{{{name}}}")));
        }
    }
    None
}

/// A text that is the name of a value and nothing else, as no word of a language is: `"sip_domain"`, `"site.title"`.
fn value_in_quotes(
    expr: &Expr,
    named: &impl Fn(&str) -> bool,
    local: &impl Fn(&str) -> bool,
) -> Option<(String, String)> {
    let text = expr.as_text()?;
    let (base, field) = text.split_once('.').unwrap_or((&text, ""));
    let plain = |word: &str| word.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_');
    let fields = !field.is_empty() && field.split('.').all(|field| !field.is_empty() && plain(field));
    // A host's name may begin as a `let` is called; a loop's name is near by, and its fields are looked for.
    let meant = if field.is_empty() { base.contains('_') && named(base) } else { fields && local(base) };
    meant.then(|| (text.clone(), text.clone()))
}

/// A column that is named in quotes, and what was likely meant: the value alone, or in the text.
fn named_in_quotes(parts: &[TextPart], phones: &Phones) -> Option<(String, String)> {
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for part in parts {
        let TextPart::Text(text) = part else { continue };
        for (at, _) in text.match_indices("phone.") {
            let (before, rest) = (text.get(..at)?, text.get(at + "phone.".len()..)?);
            let name = rest.get(..rest.find(|c: char| !in_name(c)).unwrap_or(rest.len()))?;
            let behind = rest.get(name.len()..)?;
            // A host's name, a path and an address of mail go on.
            let apart = !before.ends_with(|c: char| in_name(c) || matches!(c, '.' | '-' | '/' | '@' | '$'))
                && !behind.starts_with(['-', '/', '@', ':'])
                && !behind.strip_prefix('.').is_some_and(|more| more.starts_with(in_name));
            let whole = parts.len() == 1 && before.is_empty() && behind.is_empty();
            if !apart || name.is_empty() {
                continue;
            }
            let known = || phones.columns.iter().map(|column| column.name.as_str()).chain(["mac"]);
            let column = known().find(|column| *column == name).or_else(|| {
                let begun = |column: &&str| name.len() > 2 && column.starts_with(name);
                known().find(begun).or_else(|| closest(name, known())).filter(|_| whole)
            });
            let Some(column) = column else { continue };
            let meant = if whole { format!("phone.{column}") } else { format!("{{phone.{column}}}") };
            return Some((format!("phone.{name}"), meant));
        }
    }
    None
}
