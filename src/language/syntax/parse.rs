//! A text to a tree, with everything that is wrong with the text.

use super::mends::{self, is_surplus};
use super::tree::{Broken, File};
use super::{Grammar, Pair, Rule, build, columns, declaring, lexis, slips, stumbles};
use crate::diagnostic::{Code, Diagnostic, FileId, Span};
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use std::collections::HashSet;

/// A source file may be this large. Inventories are data files and have no such limit.
pub const MAX_FILE_BYTES: usize = 8 << 20;

/// And a line of it this long.
pub const MAX_LINE_BYTES: usize = 64 << 10;

/// Statements that cannot be read are explained one by one up to here, and then counted.
const MOST_EXPLAINED: usize = 500;

/// So many slips are read past; each is another reading of the text.
const MOST_MENDED: usize = 8;

/// Parses a file. Findings are in the order of the text; the tree holds every statement that could be read.
pub fn parse(file: FileId, text: &str) -> (File, Vec<Diagnostic>) {
    mended(file, text, MOST_MENDED)
}

/// The same, as many more slips as may be read past.
fn mended(file: FileId, text: &str, more: usize) -> (File, Vec<Diagnostic>) {
    if text.len() > MAX_FILE_BYTES {
        let fault = Diagnostic::new(Code::P0106, Span::new(file, 0, 0), "this file is too large")
            .because(format!("the limit for source text is {} MiB", MAX_FILE_BYTES >> 20))
            .help("keep phones in an inventory: `inventory desks from \"desks.csv\" { … }`");
        return (File::default(), vec![fault]);
    }
    let (tokens, lexical) = lexis::tokens(file, text);
    if more > 0
        && let Some(mends::Mended { text: meant, finding }) = mends::first(file, text, &tokens, &lexical)
    {
        let (tree, mut faults) = mended(file, &meant, more - 1);
        // What else is wrong with its line may follow from it.
        faults.insert(0, finding);
        return (tree, one_a_line(faults, text));
    }
    let mut faults = slips::in_tokens(file, text, &tokens);
    // Nesting without end, or a block without end, would only confuse the grammar.
    let endless = lexical.iter().any(|fault| matches!(fault.code, Code::P0102 | Code::P0106));
    if endless {
        // What the file declares is nobody's to know.
        return (File::default(), one_a_line(lexical, text).into_iter().map(Diagnostic::hides).collect());
    }
    faults.extend(lexical);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.len() > MAX_LINE_BYTES {
            let fault = Diagnostic::new(Code::P0106, Span::new(file, start, start), "this line is too long")
                .because(format!("the limit for a line of source text is {} KiB", MAX_LINE_BYTES >> 10))
                .help("divide the list over lines: it goes on inside of brackets, and after a comma");
            return (File::default(), vec![fault.breaks()]);
        }
        start += line.len();
    }
    let mut builder = build::Builder::new(file);
    let tree = match Grammar::parse(Rule::file, text) {
        Ok(pairs) => {
            let mut tree = builder.file(pairs);
            let bad = std::mem::take(&mut builder.bad);
            for (number, bad) in bad.iter().enumerate() {
                tree.broken.extend(broken(bad));
                if number < MOST_EXPLAINED {
                    explain(file, text, bad, &mut faults);
                }
            }
            for bad in builder.bad_columns.iter().take(MOST_EXPLAINED) {
                explain_column(file, text, bad, &mut faults);
            }
            if let Some(more) = bad.get(MOST_EXPLAINED) {
                let (at, count) = (more.as_span().start(), bad.len() - MOST_EXPLAINED);
                let message = format!("{count} more statements of this file cannot be read");
                faults
                    .push(Diagnostic::new(Code::P0101, Span::new(file, at, at), message).because("the first of them"));
            }
            faults.append(&mut builder.faults);
            tree
        }
        Err(error) => {
            faults.push(unexpected(file, text, 0, text, &error));
            File::default()
        }
    };
    first_of_unbalanced(&mut faults, text);
    (tree, one_a_line(faults, text))
}

/// A bracket that closes nothing ends the declaration that it stands in too late: the declaration had been closed before,
/// and what is wrong from there on follows from the first fault in it.
fn first_of_unbalanced(faults: &mut Vec<Diagnostic>, text: &str) {
    // What comes after a second one is nobody's to guess.
    let closer = faults.iter().filter(|fault| is_surplus(fault)).map(|fault| fault.span().start as usize).min();
    if let Some(closer) = closer {
        let before = text.get(..closer).unwrap_or_default();
        let starts = |line: &&str| Grammar::parse(Rule::top_word, line).is_ok();
        let item = before.split_inclusive('\n').rev().find(starts);
        let start = item.map_or(0, |line| line.as_ptr() as usize - text.as_ptr() as usize);
        let inside = |fault: &Diagnostic| (start..=closer).contains(&(fault.span().start as usize));
        let first = faults.iter().filter(|fault| inside(fault)).map(Diagnostic::span).min();
        faults.retain(|fault| !inside(fault) || Some(fault.span()) == first);
    }
}

/// One finding for each line, the first that was made: a line that cannot be read is mended, and read again.
fn one_a_line(faults: Vec<Diagnostic>, text: &str) -> Vec<Diagnostic> {
    let newlines: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let mut seen = HashSet::new();
    let line = |fault: &Diagnostic| newlines.partition_point(|newline| *newline < fault.span().start as usize);
    let mut kept: Vec<Diagnostic> =
        faults.into_iter().filter(|fault| seen.insert(line(fault))).map(Diagnostic::breaks).collect();
    kept.sort_by_key(|fault| fault.span().start);
    kept
}

/// What a declaration that could not be read would have declared.
fn broken(bad: &Pair<'_>) -> Option<Broken> {
    if bad.as_rule() != Rule::bad_item {
        return None;
    }
    let (word, rest) = bad.as_str().trim_start().split_once(' ')?;
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let name = rest.get(..end).filter(|name| !name.is_empty())?;
    Some(Broken { word: word.to_owned(), name: name.to_owned() })
}

/// Adds the finding for a slice that no rule took. It is parsed once more by the rule it should have matched, for the place
/// and what was expected there. A bracket in it that closes nothing follows from what is wrong before it.
fn explain(file: FileId, text: &str, bad: &Pair<'_>, faults: &mut Vec<Diagnostic>) {
    let (start, end) = (bad.as_span().start(), bad.as_span().end());
    let slice = bad.as_str();
    let rule = if bad.as_rule() == Rule::bad_item { Rule::item } else { Rule::statement };
    let inside = |fault: &Diagnostic| (start..end).contains(&(fault.span().start as usize));
    if faults.iter().any(|fault| inside(fault) && !is_surplus(fault)) {
        return;
    }
    let finding = match Grammar::parse(rule, slice) {
        Err(_) if rule == Rule::item && declaring::means_use(slice) => declaring::unread_use(file, start, slice),
        Err(error) => unexpected(file, text, start, slice, &error),
        Ok(pairs) => {
            // What is there is whole; what follows it is too much.
            let taken = pairs.last().map_or(0, |pair| pair.as_span().end());
            let rest = slice.get(taken..).unwrap_or("").trim_start();
            let at = start + slice.len() - rest.len();
            token_fault(file, text, at, rest, "a statement ends at its line's end")
        }
    };
    let first = faults.iter().filter(|fault| inside(fault)).map(|fault| fault.span().start).min();
    if first.is_none_or(|first| finding.span().start < first) {
        faults.push(finding);
    }
}

/// The same for a column of an inventory, which has one form.
fn explain_column(file: FileId, text: &str, bad: &Pair<'_>, faults: &mut Vec<Diagnostic>) {
    let (start, end) = (bad.as_span().start(), bad.as_span().end());
    let inside = |fault: &Diagnostic| (start..end).contains(&(fault.span().start as usize));
    if !faults.iter().any(inside) {
        faults.push(columns::column(file, text, start, bad.as_str().trim_end()));
    }
}

fn unexpected(file: FileId, whole: &str, base: usize, text: &str, error: &pest::error::Error<Rule>) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. }
            if text.get(at..).is_some_and(|rest| rest.starts_with(','))
                && positives.contains(&Rule::close_brace)
                && !positives.contains(&Rule::kw_unique) =>
        {
            "fields are divided by blanks or stand on lines of their own".to_owned()
        }
        ErrorVariant::ParsingError { positives, .. } => expectation(positives),
        ErrorVariant::CustomError { message } => message.clone(),
    };
    let rest = text.get(at..).unwrap_or("");
    token_fault(file, whole, base + at, rest, &expected)
}

/// The finding on the token at the head of `rest`, which stands at `at` of the whole text.
fn token_fault(file: FileId, whole: &str, at: usize, rest: &str, why: &str) -> Diagnostic {
    let (tokens, _) = lexis::tokens(file, rest);
    let first = tokens.first().filter(|token| token.kind != lexis::TokenKind::Newline);
    let (start, end) = first.map_or((0, 0), |token| (token.start, token.end));
    let word = rest.get(start..end).unwrap_or("");
    let span = Span::new(file, at + start, at + end.max(start));
    if let Some((message, why, help)) = stumbles::at_token(whole, at + start, word) {
        return Diagnostic::new(Code::P0101, span, message).because(why).help(help);
    }
    let message = match word {
        "" => "unexpected end of the line".to_owned(),
        word => format!("unexpected `{}`", word.chars().take(40).collect::<String>()),
    };
    let mut finding = Diagnostic::new(Code::P0101, span, message).because(why);
    if why.contains("a declaration") {
        finding.help = declaring::declaration(rest.lines().next().unwrap_or_default(), word);
        // What the declaration would have declared is nobody's to know.
        let line = rest.lines().next().unwrap_or_default();
        finding.hides =
            finding.help.as_deref().is_some_and(|help| help.starts_with("did you mean")) || opens_a_block(line);
    }
    finding
}

/// `flotte desks {`: a declaration, whatever its word is.
fn opens_a_block(line: &str) -> bool {
    let Some((head, _)) = line.split_once('{') else { return false };
    let mut words = head.split_whitespace();
    let name = |word: &str| word.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_');
    words.next().is_some_and(|word| word.chars().all(char::is_alphanumeric))
        && words.next().is_some_and(name)
        && words.next().is_none()
}

/// What stood to be read, in the words of the language.
fn expectation(rules: &[Rule]) -> String {
    let mut names: Vec<&str> = rules.iter().filter_map(|rule| describe(*rule)).collect();
    names.sort_unstable();
    names.dedup();
    if names.contains(&"a value") {
        // Everything else that could go on here begins like a value, and would only make the list longer.
        names.retain(|name| matches!(*name, "a value" | "`{`"));
    }
    match names.as_slice() {
        [] => "this is not the form of any statement".to_owned(),
        [one] => format!("expected {one}"),
        [many @ .., last] => format!("expected {} or {last}", many.join(", ")),
    }
}

fn describe(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::open_brace | Rule::block => "`{`",
        Rule::close_brace => "`}`",
        Rule::open_paren | Rule::call_open | Rule::arguments => "`(`",
        Rule::close_paren => "`)`",
        Rule::open_bracket => "`[`",
        Rule::close_bracket => "`]`",
        Rule::equals => "`=`",
        Rule::colon => "`:`",
        Rule::kw_from => "`from`",
        Rule::kw_in => "`in`",
        Rule::kw_of => "`of`",
        Rule::kw_use => "a declaration",
        Rule::ident | Rule::indexed_name | Rule::module_name => "a name",
        Rule::string => "a string",
        Rule::type_expr | Rule::type_choice | Rule::type_one => "a type",
        Rule::expr | Rule::operand | Rule::term => "a value",
        Rule::block_word | Rule::item => "a declaration",
        Rule::statement | Rule::setting | Rule::word => "a setting",
        _ => return None,
    })
}
