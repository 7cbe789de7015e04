//! What was meant by a line of an inventory that declares no column.

use crate::diagnostic::{Code, Diagnostic, FileId, Span, closest};

/// What is wrong with a line that declares no column.
pub(super) fn column(file: FileId, text: &str, start: usize, line: &str) -> Diagnostic {
    let span = Span::new(file, start, start + line.len());
    let told = |span: Span, message: &str, why: &str, help: String| {
        Diagnostic::new(Code::P0101, span, message).because(why).help(help)
    };
    let at = |piece: &str| {
        let from = piece.as_ptr() as usize - text.as_ptr() as usize;
        Span::new(file, from, from + piece.len())
    };
    let form = "`NAME : TYPE [unique] [= DEFAULT]`";
    let written = |name: &str| format!("write `{name} : string`, or another type");
    let Some((name, rest)) = line.split_once(':') else {
        let words: Vec<&str> =
            line.split(|c: char| c.is_whitespace() || c == '=').filter(|word| !word.is_empty()).collect();
        let help = from_words(&words)
            .map_or_else(|| written(words.first().unwrap_or(&"name")), |column| format!("write `{column}`"));
        return told(span, "a column is not written so", form, help);
    };
    let (name, ty) = (name.trim(), rest.trim());
    if let Some(name) = name.strip_prefix("unique ") {
        let (kind, default) =
            ty.split_once('=').map_or((ty, String::new()), |(kind, value)| (kind, format!(" = {}", value.trim())));
        let help = format!("write `{} : {} unique{default}`", name.trim(), kind.trim());
        return told(span, "`unique` stands behind the type", form, help);
    }
    let parens = ty.find('(').zip(ty.find(')')).and_then(|(open, close)| Some((open, ty.get(open + 1..close)?)));
    match parens {
        Some((open, bounds)) if ty.starts_with("digits") && !bounds.contains("..") => {
            let ends: Vec<&str> = bounds.split(|c: char| !c.is_ascii_digit()).filter(|end| !end.is_empty()).collect();
            let meant = match ends.as_slice() {
                [one] => format!("digits({one}..{one})"),
                [low, .., high] => format!("digits({low}..{high})"),
                [] => "digits(3..5)".to_owned(),
            };
            let whole = ty.get(..open + bounds.len() + 2).unwrap_or(ty);
            return told(
                at(whole),
                "a range is not written so",
                "two dots stand between its ends",
                format!("write `{meant}`"),
            );
        }
        Some((_, words)) if words.contains('"') => {
            let words: Vec<&str> = words.split(',').map(str::trim).collect();
            let help = format!("write `{name} : {}`", words.join(" | "));
            return told(at(ty), "a choice is not written so", "its words are divided by `|`", help);
        }
        _ => {}
    }
    let (kind, more) = ty.split_once(' ').unwrap_or((ty, ""));
    match more.trim() {
        "optional" | "nullable" | "or absent" | "or null" | "| absent" | "| null" | "absent" => {
            let help = format!("write `{name} : {kind}?`");
            return told(at(more), "what may be absent is not written so", "the mark stands behind the type", help);
        }
        "required" | "mandatory" | "not null" => {
            let help = format!("leave it out: write `{name} : {kind}`");
            return told(
                at(more),
                "unexpected words",
                "an empty cell is an error unless there is a `?` or a default",
                help,
            );
        }
        more => {
            if let Some(value) = more.strip_prefix("default ") {
                let help = format!("write `{name} : {kind} = {}`", value.trim().trim_start_matches('=').trim());
                return told(at(more), "a default is not written so", form, help);
            }
        }
    }
    if let Some(rest) = ty.strip_prefix("unique ") {
        let help = format!("write `{name} : {} unique`", rest.trim());
        return told(at(ty), "`unique` stands behind the type", form, help);
    }
    if ty.starts_with('"') && ty.contains(',') {
        let help = format!("write `{name} : {}`", ty.split(',').map(str::trim).collect::<Vec<_>>().join(" | "));
        return told(at(ty), "a choice is not written so", "its words are divided by `|`", help);
    }
    if let Some(comma) = ty.find(',') {
        let comma = ty.get(comma..=comma).unwrap_or(ty);
        return told(at(comma), "unexpected `,`", "each column stands on a line of its own", "leave it out".to_owned());
    }
    match kept(ty) {
        Some(meant) => told(at(ty), "a column is not written so", form, format!("write `{name} : {meant}`")),
        None => told(span, "a column is not written so", form, written(name)),
    }
}

/// A type with what stands beside it, each piece as it is written here: `||` and `or` divide no words, `uniq` and `default` are
/// others' words, and a `?` stands behind.
fn kept(ty: &str) -> Option<String> {
    let mut rest = ty.trim().trim_end_matches(',');
    let mut optional = false;
    for before in ["?", "optional ", "nullable "] {
        if let Some(behind) = rest.strip_prefix(before) {
            (rest, optional) = (behind.trim_start(), true);
        }
    }
    let (head, default) = match rest.split_once(" default ").or_else(|| rest.split_once(" = ")) {
        Some((head, default)) => (head.trim(), Some(default.trim().trim_start_matches(['=', ':']).trim())),
        None => (rest, None),
    };
    let (head, unique) = match head.rsplit_once(' ') {
        Some((head, word)) if is_unique(word) => (head.trim_end(), " unique"),
        _ => (head, ""),
    };
    let head = head.replace("||", "|").replace("\" or \"", "\" | \"");
    let head = head.split('|').map(str::trim).collect::<Vec<_>>().join(" | ");
    let word = |part: &str| {
        part.strip_prefix('"').and_then(|part| part.strip_suffix('"')).is_some_and(|part| !part.contains('"'))
    };
    let name = |part: &str| {
        part.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'(' | b')' | b'.'))
    };
    let sound =
        !head.is_empty() && (head.split(" | ").all(word) || name(head.strip_prefix("list of ").unwrap_or(&head)));
    let default = default.map(|default| format!(" = {default}")).unwrap_or_default();
    let mark = if optional && !head.ends_with('?') { "?" } else { "" };
    let meant = format!("{head}{mark}{unique}{default}");
    (sound && meant != ty).then_some(meant)
}

/// `uniq`, `UNIQUE`, `unqiue`.
fn is_unique(word: &str) -> bool {
    matches!(word.to_ascii_lowercase().as_str(), "uniq" | "distinct" | "primary" | "unique")
        || closest(word, ["unique"]).is_some()
}

/// `extension digits(3..5) unique` and the like as a column, with all that it says.
fn from_words(words: &[&str]) -> Option<String> {
    let unique = if words.contains(&"unique") { " unique" } else { "" };
    let mut words = words.iter().filter(|word| **word != "unique");
    let (name, ty) = (words.next()?, words.next()?);
    let rest: Vec<&str> = words.copied().collect();
    match rest.as_slice() {
        [] => Some(format!("{name} : {ty}{unique}")),
        ["default", value] | [value] => Some(format!("{name} : {ty}{unique} = {value}")),
        _ => None,
    }
}
