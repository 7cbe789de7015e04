//! Findings as a reader gets them: in the order of the text, each cause once, and without what only follows from a line
//! that could not be read.

use super::{Code, Diagnostic, FileId, Severity, SourceMap, Span};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// Puts findings in order, and leaves out those that follow from another.
pub fn in_order(findings: &mut Vec<Diagnostic>, sources: &SourceMap) {
    follow_ups(findings, sources);
    hidden(findings);
    copied(findings);
    meant(findings);
    // Of two on one place the error is what is to be mended.
    findings.sort_by_key(|finding| (finding.span(), finding.severity != Severity::Error, finding.code));
    // Of what a loop does again and again, the first speaks for all.
    let mut told: HashSet<(Span, Code, String)> = HashSet::with_capacity(findings.len());
    findings.retain(|finding| told.insert((finding.span(), finding.code, without_indexes(&finding.message))));
    same_name(findings);
    same_loop(findings);
}

/// Of a name that nothing declares, so many places are shown beside the first.
const MOST_SHOWN: usize = 3;

/// A name that is missed in several places is one declaration that is missing, or one word that is taken for another; so is a
/// parameter that the catalogue lacks.
fn same_name(findings: &mut Vec<Diagnostic>) {
    let mut first: HashMap<(FileId, String, Option<String>), usize> = HashMap::new();
    let mut others: HashMap<usize, Vec<Span>> = HashMap::new();
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let name = finding.code == Code::P0201 && finding.message.starts_with("unknown name `");
        let parameter = finding.code == Code::P0205 && finding.message.starts_with("unknown parameter `");
        if !(name || parameter) || finding.hides {
            kept.push(finding);
            continue;
        }
        // A parameter is known by its name alone: what is offered for it where it is set is the best there is.
        let help = finding.help.clone().filter(|_| name);
        let key = (finding.span().file, without_indexes(&finding.message), help);
        match first.get(&key) {
            Some(at) => others.entry(*at).or_default().push(finding.span()),
            None => {
                first.insert(key, kept.len());
                kept.push(finding);
            }
        }
    }
    for (at, spans) in others {
        let Some(finding) = kept.get_mut(at) else { continue };
        for span in spans.iter().take(MOST_SHOWN) {
            *finding = std::mem::replace(finding, Diagnostic::new(Code::P0201, *span, "")).label(*span, "and here");
        }
        if let Some(more) = spans.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
            finding.notes.push(format!("and in {more} more places"));
        }
    }
    *findings = kept;
}

/// What a loop sets, and single statements set again: the loop is shown once, with all that meets it.
fn same_loop(findings: &mut Vec<Diagnostic>) {
    let mut first: HashMap<(Code, Span, String), usize> = HashMap::new();
    let mut others: HashMap<usize, Vec<Span>> = HashMap::new();
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let twice = matches!(finding.code, Code::P0602 | Code::P0610) && finding.message.contains('[');
        let Some(other) = finding.labels.get(1).filter(|_| twice) else {
            kept.push(finding);
            continue;
        };
        match first.entry((finding.code, other.span, without_indexes(&finding.message))) {
            Entry::Occupied(known) => others.entry(*known.get()).or_default().push(finding.span()),
            Entry::Vacant(new) => {
                new.insert(kept.len());
                kept.push(finding);
            }
        }
    }
    for (at, spans) in others {
        let Some(finding) = kept.get_mut(at) else { continue };
        let words = finding.labels.first().map(|label| label.text.clone()).unwrap_or_default();
        for span in spans.iter().take(MOST_SHOWN) {
            *finding = finding.clone().label(*span, format!("and here: {words}"));
        }
        if let Some(more) = spans.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
            finding.notes.push(format!("and in {more} more places"));
        }
    }
    *findings = kept;
}

/// A message without the numbers that stand in brackets, which are those of a loop's turn where all else is alike.
fn without_indexes(message: &str) -> String {
    let mut rest = message;
    let mut text = String::with_capacity(message.len());
    while let Some((before, inside)) = rest.split_once('[') {
        text.push_str(before);
        text.push('[');
        rest = inside.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    text + rest
}

/// So many broken lines are looked at for what follows from them.
const MOST_BROKEN: usize = 50;

/// A line that could not be read has its finding. What else is found on it, what its declaration lacks, and a name that it
/// would have declared, are most likely what was meant there.
fn follow_ups(findings: &mut Vec<Diagnostic>, sources: &SourceMap) {
    let line = |span: Span| (span.file, sources.position(span.file, span.start).line);
    let mut broken: Vec<Span> = findings.iter().filter(|finding| finding.breaks).map(Diagnostic::span).collect();
    if broken.is_empty() {
        return;
    }
    let lines: HashSet<(FileId, usize)> = broken.iter().map(|span| line(*span)).collect();
    // Text that is no program has a broken line on every line.
    broken.truncate(MOST_BROKEN);
    let near: HashSet<(FileId, usize)> = broken.iter().map(|span| line(*span)).collect();
    let mut items: HashMap<FileId, Vec<(usize, usize)>> = HashMap::new();
    for span in &broken {
        items.entry(span.file).or_default().push(item(sources.text(span.file), span.start as usize));
    }
    let in_item = |span: Span| {
        let place = span.start as usize;
        items.get(&span.file).is_some_and(|items| items.iter().any(|(from, to)| (*from..*to).contains(&place)))
    };
    // What is said of a declaration that was not read whole: `server prov {` is told as `prov`.
    let names = items.iter().flat_map(|(file, items)| {
        let text = sources.text(*file);
        items.iter().filter_map(|(from, _)| words(text.get(*from..)?, 1).nth(1)).map(|name| format!("`{name}`"))
    });
    let names: HashSet<String> = names.collect();
    let of_broken = |finding: &Diagnostic| names.iter().any(|name| finding.message.contains(name));
    let of_server = items.iter().any(|(file, items)| {
        let text = sources.text(*file);
        items.iter().any(|(from, _)| text.get(*from..).is_some_and(|text| text.starts_with("server ")))
    });
    let of_phones = items.iter().any(|(file, items)| {
        let text = sources.text(*file);
        let starts = |from: usize| words(text.get(from..).unwrap_or_default(), 1).next();
        items.iter().any(|(from, _)| matches!(starts(*from), Some("fleet" | "inventory")))
    });
    let said: HashSet<&str> = near.iter().flat_map(|(file, line)| words(sources.text(*file), *line)).collect();
    // A declaration that lost its first line may be the one that is missed, whatever its name was.
    let heads = near.iter().filter(|(file, line)| begins(nth(sources.text(*file), *line)));
    let heads: HashSet<&str> = heads.flat_map(|(file, line)| words(sources.text(*file), *line)).collect();
    let follows = |finding: &Diagnostic| match finding.code {
        Code::P0201 | Code::P0901 if finding.message.ends_with("is no phone of the program") => of_phones,
        Code::P0212 | Code::P0604 | Code::P0612 | Code::P0701 | Code::P0904 | Code::P0905 | Code::P0914 => {
            of_broken(finding) || finding.labels.iter().any(|label| in_item(label.span))
        }
        // How a file is served, and to whom, is unknown of a server that was not read.
        Code::P0403 | Code::P0404 => of_server || finding.labels.iter().any(|label| in_item(label.span)),
        Code::P0201 => {
            let kind = finding.message.split(' ').nth(1).unwrap_or_default();
            said.contains(sources.slice(finding.span())) || heads.contains(kind)
        }
        Code::P0211 => sources.slice(finding.span()).rsplit('.').next().is_some_and(|name| said.contains(name)),
        // Not everything that could use it was read.
        Code::P0204 => true,
        _ => false,
    };
    // A name that is missed because the line that declares it could not be read.
    let unread: HashSet<(FileId, usize)> = findings
        .iter()
        .filter(|finding| finding.breaks && finding.code == Code::P0101)
        .map(|finding| line(finding.span()))
        .collect();
    let declared: HashSet<&str> =
        unread.iter().take(MOST_BROKEN).flat_map(|(file, line)| words(sources.text(*file), *line)).collect();
    let missed = |finding: &Diagnostic| {
        let (Code::P0201, Some(name)) = (finding.code, finding.message.strip_prefix("unknown name `")) else {
            return false;
        };
        declared.contains(name.trim_end_matches('`')) && !unread.contains(&line(finding.span()))
    };
    findings.retain(|finding| !finding.breaks || !missed(finding));
    findings.retain(|finding| finding.breaks || !(lines.contains(&line(finding.span())) || follows(finding)));
    one_of_a_line(findings, line);
}

/// A statement that cannot be read may be read as two, or in part, each with a fault of its own: told is the one that knows
/// most, by its help, and what stands first.
fn one_of_a_line(findings: &mut Vec<Diagnostic>, line: impl Fn(Span) -> (FileId, usize)) {
    let rank = |finding: &Diagnostic| {
        let of_value = match finding.code {
            Code::P0102 | Code::P0103 | Code::P0104 | Code::P0105 => 0,
            Code::P0101 => 1,
            Code::P0211 | Code::P0301 => 2,
            Code::P0201 => 3,
            _ => return None,
        };
        finding.breaks.then_some((
            finding.help.is_none(),
            of_value,
            finding.span().start,
            std::cmp::Reverse(finding.span().end),
        ))
    };
    let mut best = HashMap::new();
    for finding in findings.iter() {
        let Some(rank) = rank(finding) else { continue };
        let kept = best.entry(line(finding.span())).or_insert(rank);
        *kept = rank.min(*kept);
    }
    let mut told = HashSet::new();
    findings.retain(|finding| match rank(finding) {
        Some(rank) => {
            let line = line(finding.span());
            best.get(&line) == Some(&rank) && told.insert(line)
        }
        None => true,
    });
}

/// What a file that was not read may declare is not missed, unless it is nearly what another name is.
fn hidden(findings: &mut Vec<Diagnostic>) {
    if !findings.iter().any(|finding| finding.hides) {
        return;
    }
    findings.retain(|finding| {
        let close = || finding.help.as_deref().is_some_and(|help| help.starts_with("did you mean"));
        finding.hides
            || match finding.code {
                Code::P0201 => close(),
                Code::P0204 | Code::P0212 => false,
                Code::P0901 => !finding.message.ends_with("is no phone of the program"),
                Code::P0309 => !finding.message.contains(": no network of the program"),
                _ => true,
            }
    });
}

/// A declaration that was copied and not renamed: it was left out, and what only it uses, or what misses the name that it was to
/// have, follows from that.
fn copied(findings: &mut Vec<Diagnostic>) {
    let twice = |finding: &Diagnostic| finding.code == Code::P0202 && finding.message.ends_with(" is declared twice");
    let kind = |finding: &Diagnostic| finding.message.split(' ').next().map(str::to_owned).unwrap_or_default();
    let kinds: HashSet<String> = findings.iter().filter(|finding| twice(finding)).map(kind).collect();
    if kinds.is_empty() {
        return;
    }
    let missed = |finding: &Diagnostic| {
        let mut words = finding.message.split(' ');
        let unknown = finding.code == Code::P0201 && words.next() == Some("unknown");
        let (kind, name) = words.next().zip(words.next()).filter(|(kind, _)| unknown && kinds.contains(*kind))?;
        Some((kind.to_owned(), name.to_owned()))
    };
    let wanted: Vec<(String, String)> = findings.iter().filter_map(missed).collect();
    findings.retain(|finding| match finding.code {
        Code::P0204 => false,
        Code::P0201 => missed(finding).is_none(),
        Code::P0309 => !(kinds.contains("network") && finding.message.contains(": no network of the program")),
        _ => true,
    });
    for finding in findings.iter_mut().filter(|finding| twice(finding)) {
        let kind = kind(finding);
        if let Some((_, name)) = wanted.iter().find(|(of, _)| *of == kind) {
            finding.help = Some(format!("give one of them a name of its own: {name} is missed elsewhere"));
        }
    }
}

/// What a name that nothing has was most likely meant for is not unused.
fn meant(findings: &mut Vec<Diagnostic>) {
    let unknown = findings.iter().filter(|finding| finding.code == Code::P0201);
    let close = unknown.filter_map(|finding| finding.help.as_deref()?.strip_prefix("did you mean "));
    let close: HashSet<String> = close.map(|name| name.trim_end_matches('?').to_owned()).collect();
    // What a fleet lacks, and nothing uses, is most likely that.
    let lacking = findings.iter().filter(|finding| finding.code == Code::P0212);
    let lacking: HashSet<&str> =
        lacking.filter_map(|finding| finding.message.rsplit_once(" has no ")).map(|(_, what)| what).collect();
    let lacks = [("network ", "network"), ("profile ", "profiles"), ("inventory ", "phones")];
    let lacks: Vec<&str> = lacks.into_iter().filter(|(_, what)| lacking.contains(what)).map(|(kind, _)| kind).collect();
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    // A help that names it uses it.
    let named: HashSet<String> = errors
        .filter_map(|finding| finding.help.as_deref().filter(|help| help.starts_with("write `")))
        .flat_map(|help| help.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
        .map(|word| format!("`{word}`"))
        .collect();
    findings.retain(|finding| {
        let name = finding.message.split(' ').find(|word| word.starts_with('`')).unwrap_or_default();
        finding.code != Code::P0204
            || !(close.contains(name)
                || named.contains(name)
                || lacks.iter().any(|kind| finding.message.starts_with(kind)))
    });
}

/// Whether a line begins a declaration. One that is not indented may be a setting: `server` and `network` are words of a fleet too.
fn begins(line: &str) -> bool {
    const DECLARATIONS: [&str; 9] = ["use", "let", "fn", "secret", "inventory", "zone", "profile", "fleet", "test"];
    let word = line.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    DECLARATIONS.contains(&word) || (matches!(word, "server" | "network" | "firmware") && line.contains('{'))
}

fn nth(text: &str, line: usize) -> &str {
    text.lines().nth(line.saturating_sub(1)).unwrap_or_default()
}

/// The declaration round a place: from the line that begins with a word to the next such line.
fn item(text: &str, at: usize) -> (usize, usize) {
    let (mut start, mut from) = (0, 0);
    for line in text.split_inclusive('\n') {
        if begins(line) {
            if start > at {
                return (from, start);
            }
            from = start;
        }
        start += line.len();
    }
    (from, text.len())
}

/// The words of a line, from 1.
fn words(text: &str, line: usize) -> impl Iterator<Item = &str> {
    nth(text, line).split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_reaches_to_the_next() {
        let text = "test a {\n  b\n}\n\nfn c = d\n";
        assert_eq!((item(text, 5), item(text, 0), item(text, 20)), ((0, 16), (0, 16), (16, text.len())));
        // Not indented, settings are no declarations.
        let text = "fleet a {\nserver b\nnetwork c, d\n}\nnetwork c {\n}\n";
        assert_eq!((item(text, 12), item(text, 40)), ((0, 34), (34, text.len())));
        assert_eq!(item("", 0), (0, 0));
    }

    #[test]
    fn the_turns_of_a_loop_are_one_finding() {
        let sources = SourceMap::default();
        let at = |start, message: &str| Diagnostic::new(Code::P0305, Span::new(FileId(0), start, start + 1), message);
        let mut findings =
            vec![at(1, "`A[1]` is none"), at(1, "`A[2]` is none"), at(1, "`A[12]` is one"), at(2, "`A[2]` is none")];
        in_order(&mut findings, &sources);
        let left: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(left, ["`A[1]` is none", "`A[12]` is one", "`A[2]` is none"]);
        assert_eq!(without_indexes("a[3]_b[41] [x] ]["), "a[]_b[] [x] ][");
    }

    #[test]
    fn what_follows_from_a_broken_line_is_left_out() {
        let mut sources = SourceMap::default();
        let file = sources.add("main.prov", "profile x {\n  fetch http /a\n}\nfleet f {\n  profiles x, y\n}\n");
        let at = |code, start, end| Diagnostic::new(code, Span::new(file, start, end), "m");
        let broken = || Diagnostic { breaks: true, ..at(Code::P0101, 25, 26) };
        let mut findings = vec![
            broken(),
            at(Code::P0201, 20, 24),
            at(Code::P0212, 53, 54).label(Span::new(file, 8, 9), "here"),
            at(Code::P0212, 36, 37),
            at(Code::P0205, 14, 19),
        ];
        in_order(&mut findings, &sources);
        let left: Vec<(Code, u32)> = findings.iter().map(|finding| (finding.code, finding.span().start)).collect();
        assert_eq!(left, [(Code::P0101, 25), (Code::P0212, 36)]);
    }
}
