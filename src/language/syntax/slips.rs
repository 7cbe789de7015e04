//! What people write who come from another language, or from the phone's own files: found by its shape, so that the
//! finding names the mistake and not the sign that the grammar stumbled over.

use super::super::{meant, unknown};
use super::lexis::{Token, TokenKind};
use super::stumbles::compares;
use super::tree::Expr;
use super::{assigned, lettered, literal, unquoted};
use crate::diagnostic::{Code, Diagnostic, FileId, Span};
use std::net::Ipv4Addr;

/// Slips that show in the tokens alone.
pub(super) fn in_tokens(file: FileId, text: &str, tokens: &[Token]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let word = |token: &Token| text.get(token.start..token.end).unwrap_or_default();
    let mut depth = 0usize;
    for (number, token) in tokens.iter().enumerate() {
        let span = Span::new(file, token.start, token.end);
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        match token.kind {
            TokenKind::Word => {
                if let Some(mac) = dashed_mac(word(token)) {
                    let finding =
                        Diagnostic::new(Code::P0103, span, format!("`{}` is not written so here", word(token)));
                    found.push(
                        finding.because("a hardware address has colons in a program").help(format!("write `{mac}`")),
                    );
                }
                let next = tokens.get(number + 1).filter(|next| next.kind == TokenKind::Word);
                if let (Some(mask), Ok(address)) =
                    (next.and_then(|next| mask(word(next))), word(token).parse::<Ipv4Addr>())
                {
                    let end = next.map_or(token.end, |next| next.end);
                    let finding =
                        Diagnostic::new(Code::P0103, Span::new(file, token.start, end), "a mask is not written so");
                    found.push(
                        finding
                            .because("a network has the length of its prefix")
                            .help(format!("write `{address}/{mask}`")),
                    );
                }
                found.extend(lettered::number(file, text, tokens, number));
                found.extend(dashed_range(file, text, tokens, number));
                found.extend(unquoted::host_or_url(file, text, tokens, number));
                found.extend(unquoted::file_name(file, text, tokens, number));
                found.extend(moved(file, text, tokens, number));
                found.extend(list_call(file, text, tokens, number));
                found.extend(parted_unit(file, text, tokens, number));
                found.extend(unquoted::release(file, text, tokens, number));
                found.extend(dotted_release(file, text, tokens, number));
                found.extend(device_name(file, text, tokens, number));
                found.extend(unquoted::zone_of_time(file, text, tokens, number));
                found.extend(assigned_expectation(file, text, tokens, number));
                found.extend(assigned_condition(file, text, tokens, number));
                found.extend(capital_word(file, text, tokens, number));
                found.extend(option_by_number(file, text, tokens, number));
                found.extend(capacity_in_units(file, text, tokens, number));
                found.extend(absent_default(file, text, tokens, number));
                found.extend(hyphenated(file, text, tokens, number, depth));
                found.extend(assigned::line(file, text, tokens, number, depth));
            }
            TokenKind::Symbol if word(token) == "?" => found.extend(early_question(file, text, tokens, number)),
            TokenKind::Symbol if word(token) == "/" => found.extend(unquoted::path(file, text, tokens, number)),
            TokenKind::Text => {
                let template = ["{{", "{%"].iter().filter_map(|open| word(token).find(open)).min();
                if let Some(at) = template.filter(|at| !word(token).get(..*at).unwrap_or("").ends_with('\\')) {
                    found.push(template_fault(Span::new(file, token.start + at, token.start + at + 2)));
                }
            }
            TokenKind::Open if word(token) == "{" => {
                let next = tokens.get(number + 1).filter(|next| next.start == token.end);
                if next.is_some_and(|next| matches!(word(next), "{" | "%")) {
                    found.push(template_fault(Span::new(file, token.start, token.end + 1)));
                }
            }
            _ => {}
        }
    }
    found
}

fn template_fault(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0101, span, "this is a template's, not a program's")
        .because("a value stands bare, or in a string in one pair of braces")
        .help("write `phone.extension`, or `\"text {phone.extension}\"`")
}

/// `10.0.0.1 - 10.0.0.9`.
fn dashed_range(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let word = |at: usize| tokens.get(at).and_then(|token| Some((token, text.get(token.start..token.end)?)));
    let glued = word(number).and_then(|(token, word)| Some((token, word.split_once('-')?)));
    if let Some((token, (low, high))) = glued
        && low.parse::<Ipv4Addr>().is_ok()
        && (high.parse::<Ipv4Addr>().is_ok() || high.parse::<u8>().is_ok())
    {
        let last = match high.parse::<u8>() {
            Ok(octet) => low.rsplit_once('.').map_or(high.to_owned(), |(net, _)| format!("{net}.{octet}")),
            Err(_) => high.to_owned(),
        };
        let finding =
            Diagnostic::new(Code::P0103, Span::new(file, token.start, token.end), "a range is not written so");
        return Some(finding.because("two dots stand between its ends").help(format!("write `{low} .. {last}`")));
    }
    let ((first, low), (_, dash), (last, high)) = (word(number)?, word(number + 1)?, word(number + 2)?);
    low.parse::<Ipv4Addr>().ok()?;
    high.parse::<Ipv4Addr>().ok()?;
    if !matches!(dash, "-" | "–" | "—" | "..." | "to") {
        return None;
    }
    let finding = Diagnostic::new(Code::P0103, Span::new(file, first.start, last.end), "a range is not written so");
    Some(finding.because("two dots stand between its ends").help(format!("write `{low} .. {high}`")))
}

/// `00-0e-08-ab-cd-01`, `000e.08ab.cd01`, as they are printed elsewhere.
fn dashed_mac(word: &str) -> Option<String> {
    let sizes = |sign: char| word.split(sign).map(str::len).collect::<Vec<_>>();
    let dashed = sizes('-') == [2; 6] || sizes('.') == [4; 3];
    let digits: String = word.chars().filter(|c| !matches!(c, '-' | '.')).collect();
    if !dashed || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    digits.parse::<crate::phone::Mac>().ok().map(|mac| mac.to_string())
}

/// `255.255.255.0` as a length.
pub(super) fn mask(word: &str) -> Option<u32> {
    let bits = u32::from(word.parse::<Ipv4Addr>().ok()?);
    (bits >> 24 == 255 && bits.leading_ones() + bits.trailing_zeros() == 32).then(|| bits.leading_ones())
}

/// A word of other languages for `match`.
pub(super) fn of_another_language(word: &str) -> bool {
    matches!(word, "switch" | "select" | "case" | "choose")
}

/// `default { … }` as the arm for all others.
pub(super) fn rest_of_match(word: &Expr) -> Diagnostic {
    let name = word.as_name().unwrap_or_default();
    Diagnostic::new(Code::P0101, word.span, format!("`{name}` is no word here"))
        .because("what holds for all others is `else`")
        .help("write `else { … }`")
}

/// `A = 1 B = 2`.
pub(super) fn second_on_its_line(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0101, span, "a second assignment on one line")
        .because("an assignment stands on a line of its own")
        .help("begin a new line with it")
}

/// `list(string)` as a type.
fn list_call(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let word = |at: usize| tokens.get(at).and_then(|token| text.get(token.start..token.end));
    let [before, list, open, item, close] =
        [number.checked_sub(1)?, number, number + 1, number + 2, number + 3].map(word);
    if (before, list) != (Some(":"), Some("list")) || !matches!((open?, close?), ("(", ")") | ("[", "]") | ("<", ">")) {
        return None;
    }
    let span = Span::new(file, tokens.get(number)?.start, tokens.get(number + 3)?.end);
    let finding = Diagnostic::new(Code::P0101, span, "a list's type is not written so");
    Some(finding.because("it is `list of` and what its items are").help(format!("write `list of {}`", item?)))
}

/// `nick ?: string`, `nick?: string`.
fn early_question(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let word = |at: usize| tokens.get(at).and_then(|token| text.get(token.start..token.end));
    let [name, mark, colon, ty] = [number.checked_sub(1)?, number, number + 1, number + 2].map(word);
    if (mark, colon) != (Some("?"), Some(":")) || tokens.get(number - 1)?.kind != TokenKind::Word {
        return None;
    }
    let token = tokens.get(number)?;
    let finding = Diagnostic::new(Code::P0101, Span::new(file, token.start, token.end), "unexpected `?`");
    Some(finding.because("the mark stands behind the type").help(format!("write `{} : {}?`", name?, ty?)))
}

/// `1 h`, `1 day`: a number and its unit, where a duration stands.
fn parted_unit(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let word = |at: usize| tokens.get(at).and_then(|token| text.get(token.start..token.end));
    let [before, count, unit] = [number.checked_sub(1)?, number, number + 1].map(word);
    let (count, unit) = (count?, unit?);
    let wanted =
        matches!(before?, "every" | "jitter" | "retry" | "spread" | "for" | "after" | "lease" | "ttl" | "=" | ",");
    let same_line = tokens.get(number + 1)?.kind == TokenKind::Word;
    if !wanted || !same_line || !count.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let short = literal::unit(unit)?;
    let span = Span::new(file, tokens.get(number)?.start, tokens.get(number + 1)?.end);
    let finding = Diagnostic::new(Code::P0103, span, format!("`{count} {unit}` is not a value"));
    Some(
        finding.because("a duration is a number and its unit").help(format!("write `{count}{short}`, without a blank")),
    )
}

/// `redirect "/old/" -> "…"`, `=>`, `=`: what has moved, and where it is.
fn moved(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number).filter(|token| text.get(token.start..token.end) == Some("redirect"))?;
    let line = || tokens.iter().skip(number + 1).take_while(|token| token.kind != TokenKind::Newline);
    let sign = line().find(|token| token.kind == TokenKind::Symbol)?;
    if line().next()?.kind == TokenKind::Symbol || !matches!(text.get(sign.start..sign.end)?, "-" | "=" | ">" | ":") {
        return None;
    }
    let end = line().last().map_or(sign.end, |last| last.end);
    let help = meant::redirect(text.get(token.end..end)?);
    let finding = Diagnostic::new(Code::P0101, Span::new(file, token.start, sign.end), "a redirect is not written so");
    Some(finding.because("what has moved stands first, then `to`, and the whole URL of where it is").help(help))
}

/// `release 11.3.7`, `release 11-3-7`.
fn dotted_release(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number)?;
    let before = tokens.get(number.checked_sub(1)?)?;
    if text.get(before.start..before.end)? != "release" || token.kind != TokenKind::Word {
        return None;
    }
    let release = literal::release_meant(text.get(token.start..token.end)?)?;
    let finding = Diagnostic::new(Code::P0103, Span::new(file, token.start, token.end), "a release is not written so");
    Some(finding.because("a release is a text, as the release notes print it").help(format!("write `\"{release}\"`")))
}

/// `SEP000E08ABCD01`, as files of the phone are named elsewhere.
fn device_name(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number)?;
    let word = text.get(token.start..token.end)?;
    let head = word.get(..3).filter(|head| head.eq_ignore_ascii_case("sep"))?;
    let mac = word.get(head.len()..)?.parse::<crate::phone::Mac>().ok()?;
    let finding =
        Diagnostic::new(Code::P0103, Span::new(file, token.start, token.end), format!("`{word}` is no value"));
    Some(finding.because("a phone is named by its hardware address").help(format!("write `{mac}`")))
}

/// `expect NAME = VALUE`.
fn assigned_expectation(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number)?;
    let line = text.get(..token.start)?.rsplit('\n').next().unwrap_or_default();
    if text.get(token.start..token.end)? != "expect" || !line.trim().is_empty() {
        return None;
    }
    let here = tokens.iter().skip(number + 1).take_while(|token| token.kind != TokenKind::Newline);
    let sign = here
        .into_iter()
        .find(|token| token.kind == TokenKind::Symbol && text.get(token.start..token.end) == Some("="))?;
    let alone =
        |at: Option<usize>| !at.and_then(|at| text.as_bytes().get(at)).is_some_and(|sign| b"=<>!~".contains(sign));
    if !alone(sign.start.checked_sub(1)) || !alone(Some(sign.end)) {
        return None;
    }
    let finding = Diagnostic::new(Code::P0101, Span::new(file, token.start, sign.end), "unexpected `=`");
    Some(finding.because("`=` assigns, and a test compares").help("write `==`"))
}

/// `only when $A = "x"`, `when $A = "x" {`.
fn assigned_condition(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let word = |at: usize| tokens.get(at).and_then(|token| text.get(token.start..token.end)).unwrap_or_default();
    let (name, sign) = (number + 1, number + 2);
    if word(number) != "when" || !word(name).starts_with('$') || word(sign) != "=" {
        return None;
    }
    let only = number.checked_sub(1).filter(|before| word(*before) == "only").unwrap_or(number);
    let span = Span::new(file, tokens.get(only)?.start, tokens.get(sign)?.end);
    let behind = text.get(tokens.get(sign)?.end..)?;
    if let Some((written, meant)) = compares(behind) {
        let span = Span { end: span.end + 1, ..span };
        let finding = Diagnostic::new(Code::P0101, span, format!("unexpected `{written}`"));
        return Some(finding.because("values are compared with signs").help(format!("write `{meant}`")));
    }
    let finding = Diagnostic::new(Code::P0101, span, "unexpected `=`");
    Some(finding.because("`=` assigns").help("write `==` to compare"))
}

/// `options 42 = …`, `option 42: …`.
fn option_by_number(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number)?;
    let before = text.get(..token.start)?.rsplit('\n').next()?.trim_end();
    let word = text.get(token.start..token.end)?;
    if !matches!(word, "option" | "options") || !(before.is_empty() || before.ends_with('{')) {
        return None;
    }
    let next = tokens.get(number + 1).filter(|next| next.kind == TokenKind::Word)?;
    let written = text.get(next.start..next.end)?;
    let digits = written.trim_end_matches(':');
    digits.parse::<u16>().ok()?;
    let sign = tokens.get(number + 2).and_then(|sign| text.get(sign.start..sign.end));
    let colon = digits != written || sign == Some(":");
    if !colon && word == "option" {
        return None;
    }
    let line = tokens.iter().skip(number + 1).take_while(|token| token.kind != TokenKind::Newline);
    let end = line.last().map_or(next.end, |last| last.end);
    let finding = Diagnostic::new(Code::P0101, Span::new(file, token.start, end), "an option is not written so");
    Some(finding.because("it is assigned, by its number").help(format!("write `option {digits} = …`")))
}

/// `boss : string = null`: a column that may be absent.
fn absent_default(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number)?;
    let sign = tokens.get(number.checked_sub(1)?)?;
    if text.get(sign.start..sign.end)? != "=" || !unknown::nothing(text.get(token.start..token.end)?) {
        return None;
    }
    let line = text.get(..sign.start)?.rsplit('\n').next()?;
    let (name, ty) = line.split_once(':').map(|(name, ty)| (name.trim(), ty.trim()))?;
    if name.is_empty() || ty.is_empty() || !name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_') {
        return None;
    }
    let span = Span::new(file, sign.start, token.end);
    let finding = Diagnostic::new(Code::P0101, span, "what may be absent is not written so");
    let mark = if ty.ends_with('?') { "" } else { "?" };
    Some(finding.because("the mark stands behind the type").help(format!("write `{name} : {ty}{mark}`")))
}

/// `capacity 100rps`.
fn capacity_in_units(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number)?;
    let before = tokens.get(number.checked_sub(1)?)?;
    let written = text.get(token.start..token.end)?;
    let digits = written.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if text.get(before.start..before.end)? != "capacity" || digits == written || digits.parse::<u32>().is_err() {
        return None;
    }
    let finding = Diagnostic::new(Code::P0103, Span::new(file, token.start, token.end), "a number is wanted here");
    Some(finding.because("it is so many a second, and takes no unit").help(format!("write `capacity {digits}`")))
}

/// `AND` and `Or` between two conditions.
fn capital_word(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number)?;
    let word = text.get(token.start..token.end)?;
    let lower = word.to_ascii_lowercase();
    if word == lower || !matches!(lower.as_str(), "and" | "or" | "not" | "in") {
        return None;
    }
    let line = text.get(..token.start)?.rsplit('\n').next()?;
    let conditional = line.split_whitespace().any(|word| matches!(word, "if" | "when" | "where"));
    // A field may have such a name.
    if !conditional || line.ends_with('.') {
        return None;
    }
    let finding = Diagnostic::new(Code::P0101, Span::new(file, token.start, token.end), format!("unexpected `{word}`"));
    Some(finding.because("the words of the language are in lower case").help(format!("write `{lower}`")))
}

/// `CP-8841-3PCC`, and names with a hyphen in them. How a text is laid out makes no difference: `depth` brackets are open.
fn hyphenated(file: FileId, text: &str, tokens: &[Token], number: usize, depth: usize) -> Option<Diagnostic> {
    let token = tokens.get(number)?;
    let before = number.checked_sub(1).and_then(|before| tokens.get(before));
    let rest = text.get(token.start..)?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(rest.len());
    let whole = rest.get(..end)?.trim_end_matches('-');
    let begins = before.is_none_or(|before| {
        before.kind == TokenKind::Newline || matches!(text.get(before.start..before.end), Some("{" | "}"))
    });
    let glued = before.is_some_and(|before| before.end == token.start);
    if glued && !begins || !whole.contains('-') {
        return None;
    }
    let span = Span::new(file, token.start, token.start + whole.len());
    if whole.starts_with("CP-") && whole.contains(|c: char| c.is_ascii_digit()) {
        return Some(unquoted::in_quotes(span, "the name of a product", whole));
    }
    let parts: Vec<&str> = whole.split('-').collect();
    let lettered = parts.iter().all(|part| part.starts_with(|c: char| c.is_ascii_lowercase()));
    if begins && depth > 0 && lettered {
        let kinds = ["server", "network", "profile", "fleet", "resync block", "service", "test"];
        let finding = Diagnostic::new(Code::P0101, span, format!("`{whole}` is no word here"));
        let finding = finding.because("the words of settings have no hyphen");
        return Some(match kinds.iter().find_map(|kind| meant::setting(kind, whole)) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding,
        });
    }
    None
}

/// `let sip-domain = …`: a name that is declared with a hyphen in it.
pub(super) fn hyphenated_name(
    file: FileId,
    text: &str,
    tokens: &[Token],
    number: usize,
    depth: usize,
) -> Option<Diagnostic> {
    const DECLARED: [&str; 9] =
        ["server", "network", "firmware", "profile", "fleet", "inventory", "secret", "let", "fn"];
    let token = tokens.get(number)?;
    let whole = text.get(token.start..token.end)?;
    let before = tokens.get(number.checked_sub(1)?)?;
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_')
    };
    let name = whole.contains('-')
        && whole.split('-').next().is_some_and(part)
        && whole.split('-').all(|part| !part.is_empty());
    let plain = whole.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'-'));
    if depth > 0
        || !name
        || !plain
        || whole.starts_with("CP-")
        || !DECLARED.contains(&text.get(before.start..before.end)?)
    {
        return None;
    }
    let span = Span::new(file, token.start, token.end);
    let finding = Diagnostic::new(Code::P0103, span, format!("`{whole}` is no name"));
    let finding = finding.because("a name has letters, digits and `_`: a hyphen takes one value from another");
    Some(finding.help(format!("write `{}`", whole.replace('-', "_"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::syntax::parse;

    #[test]
    fn each_is_told_by_what_to_write() {
        for (line, help) in [
            ("  # the proxy", "write `// …`"),
            ("  <Proxy_1_>x</Proxy_1_>", "`prov explain NAME` shows how the language writes an element"),
            ("  X = \"a\";", "remove it"),
            ("  X = 'a'", "write `\"…\"`"),
            ("  X[1] : \"a\"", "write `=`"),
            ("  gzip { port: 80 }", "leave the `:` out"),
            ("  if a == 1 && b == 2 { X = 1 }", "write `and`"),
            ("  if a == 1 || b == 2 { X = 1 }", "write `or`"),
            ("  if a = 1 { X = 1 }", "write `==` to compare"),
            ("  X(1) = \"a\"", "write `X[1]`"),
            ("  for (n = 1; n < 3) { }", "write `for n in 1..4 { … }`"),
            ("  X = {{ a }}", "write `phone.extension`, or `\"text {phone.extension}\"`"),
            ("  X = \"{{ a }}\"", "write `phone.extension`, or `\"text {phone.extension}\"`"),
            ("  phone 00-0E-08-ab-cd-01 { x 1 }", "write `00:0e:08:ab:cd:01`"),
            ("  phone 000e.08ab.cd01 { x 1 }", "write `00:0e:08:ab:cd:01`"),
            ("  subnet 10.0.0.0 255.255.255.0", "write `10.0.0.0/24`"),
            ("  X = sip.10.example.com", "put it in quotes: `\"sip.10.example.com\"`"),
            ("  X = sip.example.com:5060", "put it in quotes: `\"sip.example.com:5060\"`"),
            ("  X = my-proxy.example.com", "put it in quotes: `\"my-proxy.example.com\"`"),
            ("  fetch http /phones/$MA.xml", "put it in quotes: `\"/phones/$MA.xml\"`"),
            ("  X = http://example.com/a b", "put it in quotes: `\"http://example.com/a\"`"),
            ("  pool 10.0.0.1 - 10.0.0.9", "write `10.0.0.1 .. 10.0.0.9`"),
            ("  pool 10.0.0.1 – 10.0.0.9", "write `10.0.0.1 .. 10.0.0.9`"),
        ] {
            let (_, faults) = parse(FileId(0), &format!("profile p {{\n{line}\n}}\n"));
            let helps: Vec<&str> = faults.iter().filter_map(|fault| fault.help.as_deref()).collect();
            assert_eq!((helps, faults.len()), (vec![help], 1), "{line}: {faults:?}");
        }
    }

    #[test]
    fn what_is_right_is_no_slip() {
        for line in [
            "  X = phone.name",
            "  G722.2_Enable[1] = yes",
            "  X = 10.0.0.1",
            "  X = 13.5",
            "  X = 2001:db8::1",
            "  X = 8 / 2",
            "  X = a/2",
            "  X = \"sip.10.example\"",
            "  P-Early-Media_Support[1] = \"x\"",
        ] {
            let (_, faults) = parse(FileId(0), &format!("use cisco.mpp\nprofile p {{\n{line}\n}}\n"));
            assert_eq!(faults, [], "{line}");
        }
    }
}
