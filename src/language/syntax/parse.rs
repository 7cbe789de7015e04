//! A text to a tree, with everything that is wrong with the text.

use super::tree::{Broken, File};
use super::{Grammar, Pair, Rule, build, lexis};
use crate::diagnostic::{Code, Diagnostic, FileId, Span};
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};

/// A source file may be this large. Inventories are data files and have no such limit.
pub const MAX_FILE_BYTES: usize = 8 << 20;

/// Parses a file. Findings are in the order of the text; the tree holds every statement that could be read.
pub fn parse(file: FileId, text: &str) -> (File, Vec<Diagnostic>) {
    if text.len() > MAX_FILE_BYTES {
        let fault = Diagnostic::new(Code::P0106, Span::new(file, 0, 0), "this file is too large")
            .because(format!("the limit for source text is {} MiB", MAX_FILE_BYTES >> 20))
            .help("keep phones in an inventory: `inventory desks from \"desks.csv\" { … }`");
        return (File::default(), vec![fault]);
    }
    let (_, mut faults) = lexis::tokens(file, text);
    // Nesting without end, or a block without end, would only confuse the grammar.
    if faults.iter().any(|fault| matches!(fault.code, Code::P0102 | Code::P0106)) {
        return (File::default(), faults);
    }
    let mut builder = build::Builder::new(file);
    match Grammar::parse(Rule::file, text) {
        Ok(pairs) => {
            let mut tree = builder.file(pairs);
            for bad in std::mem::take(&mut builder.bad) {
                tree.broken.extend(broken(&bad));
                faults.extend(explain(file, &bad, &faults));
            }
            faults.append(&mut builder.faults);
            faults.sort_by_key(|fault| fault.span().start);
            (tree, faults)
        }
        Err(error) => {
            faults.push(unexpected(file, 0, text, &error));
            (File::default(), faults)
        }
    }
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

/// The finding for a slice that no rule took. It is parsed once more by the rule it should have matched, for the place
/// and what was expected there. A slice that holds a lexical fault has its finding already.
fn explain(file: FileId, bad: &Pair<'_>, faults: &[Diagnostic]) -> Option<Diagnostic> {
    let (start, end) = (bad.as_span().start(), bad.as_span().end());
    if faults.iter().any(|fault| (start..end).contains(&(fault.span().start as usize))) {
        return None;
    }
    let text = bad.as_str();
    let rule = if bad.as_rule() == Rule::bad_item { Rule::item } else { Rule::statement };
    match Grammar::parse(rule, text) {
        Err(error) => Some(unexpected(file, start, text, &error)),
        Ok(pairs) => {
            // What is there is whole; what follows it is too much.
            let taken = pairs.last().map_or(0, |pair| pair.as_span().end());
            let rest = text.get(taken..).unwrap_or("").trim_start();
            let at = start + text.len() - rest.len();
            Some(token_fault(file, at, rest, "a statement ends at its line's end"))
        }
    }
}

fn unexpected(file: FileId, base: usize, text: &str, error: &pest::error::Error<Rule>) -> Diagnostic {
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
    token_fault(file, base + at, rest, &expected)
}

/// The finding on the token at the head of `rest`.
fn token_fault(file: FileId, at: usize, rest: &str, why: &str) -> Diagnostic {
    let (tokens, _) = lexis::tokens(file, rest);
    let first = tokens.first().filter(|token| token.kind != lexis::TokenKind::Newline);
    let (start, end) = first.map_or((0, 0), |token| (token.start, token.end));
    let word = rest.get(start..end).unwrap_or("");
    let message = match word {
        "" => "unexpected end of the line".to_owned(),
        word => format!("unexpected `{}`", word.chars().take(40).collect::<String>()),
    };
    Diagnostic::new(Code::P0101, Span::new(file, at + start, at + end.max(start)), message).because(why)
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
