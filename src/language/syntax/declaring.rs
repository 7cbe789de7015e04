//! What was meant by a word that begins no declaration: one of another language, one that is nearly ours, or one that belongs
//! elsewhere.

use super::super::misplaced;
use crate::diagnostic::{Code, Diagnostic, FileId, Span, closest};

/// Words of other languages for one of ours.
const WORDS: [(&str, &str); 31] = [
    ("flotte", "fleet"),
    ("flota", "fleet"),
    ("vloot", "fleet"),
    ("netz", "network"),
    ("netzwerk", "network"),
    ("reseau", "network"),
    ("serveur", "server"),
    ("geraete", "inventory"),
    ("locals", "let"),
    ("variable", "let"),
    ("vars", "let"),
    ("domain", "zone"),
    ("records", "zone"),
    ("site", "network"),
    ("scope", "network"),
    ("csv", "inventory"),
    ("assert", "test"),
    ("import", "use"),
    ("include", "use"),
    ("require", "use"),
    ("using", "use"),
    ("source", "use"),
    ("var", "let"),
    ("const", "let"),
    ("def", "fn"),
    ("function", "fn"),
    ("phones", "inventory"),
    ("template", "profile"),
    ("subnet", "network"),
    ("group", "fleet"),
    ("firmwares", "firmware"),
];

/// What may begin a declaration.
const DECLARATIONS: [&str; 12] =
    ["use", "let", "fn", "secret", "inventory", "server", "network", "zone", "firmware", "profile", "fleet", "test"];

/// Whether a line that cannot be read was to bring in a file or a module.
pub(super) fn means_use(line: &str) -> bool {
    let word = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
    word == "use" || meant_by(word) == Some("use")
}

/// `import "./sites.prov"`, `use ./sites.prov`: what it brings is nobody's to know.
pub(super) fn unread_use(file: FileId, start: usize, line: &str) -> Diagnostic {
    let line = line.lines().next().unwrap_or_default();
    let line = line.split("//").next().unwrap_or_default();
    let (word, rest) = line.split_once(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or((line, ""));
    let rest = rest.trim().trim_end_matches(';').trim().trim_matches(['"', '\'', '<', '>', '(', ')']);
    let named = rest.split_whitespace().next().unwrap_or_default().trim_end_matches(['"', '\'']);
    let module = ["cisco.mpp", "cisco.firmware"].contains(&named);
    let path = if named.starts_with('.') { named.to_owned() } else { format!("./{named}") };
    let written = match named {
        "" => "use cisco.mpp".to_owned(),
        _ if module => format!("use {named}"),
        _ => format!("use \"{path}\""),
    };
    let span = if word == "use" {
        Span::new(file, start, start + line.trim_end().len())
    } else {
        Span::new(file, start, start + word.len())
    };
    let why = "a module of the library is named as it is, a file of the project by its path in quotes";
    let message = if word == "use" { "this `use` cannot be read".to_owned() } else { format!("unexpected `{word}`") };
    Diagnostic::new(Code::P0101, span, message).because(why).help(format!("write `{written}`")).hides()
}

/// The word of ours for one of another language, or one that is nearly ours.
fn meant_by(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    let other = WORDS.iter().find(|(other, _)| *other == lower).map(|(_, ours)| *ours);
    let nearly = || WORDS.iter().find(|(other, _)| closest(&lower, [*other]).is_some()).map(|(_, ours)| *ours);
    other.or_else(|| closest(word, DECLARATIONS)).or_else(nearly)
}

/// What a word that begins no declaration is meant for.
pub(super) fn declaration(line: &str, word: &str) -> Option<String> {
    let indexed = line.get(word.len()..).is_some_and(|rest| rest.starts_with('['));
    let capital = word.starts_with(|c: char| c.is_ascii_uppercase()) && (word.contains('_') || indexed);
    if capital && line.contains('=') {
        return Some("parameters are set in a profile: `profile NAME { … }`".to_owned());
    }
    let assigned = line.get(word.len()..).is_some_and(|rest| rest.trim_start().starts_with('='));
    if assigned && word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some(format!("write `let {word} = …`"));
    }
    // `phones` and `domain` are words of ours, elsewhere.
    if let Some(ours) = meant_by(word) {
        return Some(format!("did you mean `{ours}`?"));
    }
    if let Some(place) = misplaced::belongs(word) {
        return Some(place);
    }
    let like_data = word == "{" || word == "[" || (line.contains(',') && !line.contains(['{', '=']));
    like_data.then(|| "phones are read from a data file: `inventory desks from \"desks.csv\" { mac : mac … }`".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_other_languages_are_known() {
        for (line, help) in [
            ("import cisco.mpp", "did you mean `use`?"),
            ("Profile x {", "did you mean `profile`?"),
            ("mac,model", "phones are read from a data file: `inventory desks from \"desks.csv\" { mac : mac … }`"),
        ] {
            let word = line.split([' ', ',']).next().unwrap_or_default();
            assert_eq!(declaration(line, word).as_deref(), Some(help), "{line}");
        }
        assert_eq!(declaration("zzzz x", "zzzz"), None);
    }
}
