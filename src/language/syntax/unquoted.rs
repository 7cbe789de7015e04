//! Texts that stand without their quotes: hosts, URLs, paths, releases, time zones.

use super::lexis::{Token, TokenKind};
use super::literal;
use crate::diagnostic::{Code, Diagnostic, FileId, Span};

/// A host name, or one with its port, outside of quotes. One that reads like fields of a value is looked up first.
pub(super) fn host_or_url(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number)?;
    let word = text.get(token.start..token.end)?;
    let next = tokens.get(number + 1).and_then(|next| text.get(next.start..next.end)).unwrap_or_default();
    // `http:` and then a comment: the rest of the URL.
    if word.ends_with("http:") || word.ends_with("https:") || word.ends_with("tftp:") {
        let next = tokens.get(number + 1).filter(|next| next.start == token.end && next.kind == TokenKind::Comment)?;
        let line = text.get(token.start..next.end)?.trim_end();
        let url = line.split(|c: char| c.is_whitespace() || matches!(c, '}' | ',' | ')' | ']')).next().unwrap_or(line);
        let before = text.get(..token.start)?.rsplit('\n').next().unwrap_or_default();
        let path =
            url.split_once("//").and_then(|(_, rest)| Some((url.split(':').next()?, rest.get(rest.find('/')?..)?)));
        if let (Some((scheme, path)), Some("fetch")) = (path, before.split_whitespace().next_back()) {
            let span = Span::new(file, token.start, token.start + url.len());
            let finding = Diagnostic::new(Code::P0103, span, "a fetch is not written so");
            let why = "host and port come from the server; the path is a text";
            return Some(finding.because(why).help(format!("write `fetch {scheme} \"{path}\"`")));
        }
        return Some(in_quotes(Span::new(file, token.start, token.start + url.len()), "a URL", url));
    }
    let (host, port) = word.split_once(':').map_or((word, None), |(host, port)| (host, Some(port)));
    let labels: Vec<&str> = host.split('.').collect();
    let label =
        |label: &&str| label.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-') && !label.is_empty();
    let port = port.is_none_or(|port| !port.is_empty() && port.bytes().all(|octet| octet.is_ascii_digit()));
    let lettered = labels.iter().any(|label| label.starts_with(|c: char| c.is_ascii_alphabetic()));
    let fields = host == word
        && labels.iter().all(|label| label.starts_with(|c: char| c.is_ascii_alphabetic()) && !label.contains('-'));
    if labels.len() < 2 || !labels.iter().all(label) || !port || !lettered || fields || matches!(next, "=" | "[") {
        return None;
    }
    Some(in_quotes(Span::new(file, token.start, token.end), "a host name", word))
}

/// `/phones/$MA.xml`: a division has blanks on both sides, or on none.
pub(super) fn path(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number)?;
    let next = tokens.get(number + 1).filter(|next| next.start == token.end && next.kind == TokenKind::Word)?;
    let before =
        number.checked_sub(1).and_then(|before| tokens.get(before)).filter(|before| before.end < token.start)?;
    if matches!(before.kind, TokenKind::Newline | TokenKind::Comment) {
        return None;
    }
    let rest = text.get(token.start..)?;
    let path = rest.split(|c: char| c.is_whitespace() || matches!(c, '}' | ',')).next().unwrap_or_default();
    let end = token.start + path.len().max(next.end - token.start);
    let address = text.get(before.start..before.end).filter(|word| word.parse::<std::net::IpAddr>().is_ok());
    if let (Some(address), Ok(_)) = (address, path.trim_start_matches('/').parse::<u8>()) {
        let finding = Diagnostic::new(Code::P0103, Span::new(file, before.start, end), "a prefix is not written so");
        return Some(finding.because("it is one word").help(format!("write `{address}{path}`, without a blank")));
    }
    Some(in_quotes(Span::new(file, token.start, end), "a path", text.get(token.start..end)?))
}

pub(super) fn in_quotes(span: Span, what: &str, written: &str) -> Diagnostic {
    let written: String = written.chars().take(60).collect();
    Diagnostic::new(Code::P0103, span, format!("`{written}` is not a value"))
        .because(format!("{what} is a text"))
        .help(format!("put it in quotes: `\"{written}\"`"))
}

/// `key tls/prov.key`, `from desks.csv`: a file's name without its quotes, by what it ends with.
pub(super) fn file_name(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    const ENDS: [&str; 12] =
        ["pem", "key", "crt", "cer", "csv", "json", "jsonl", "toml", "xml", "cfg", "prov", "loads"];
    let token = tokens.get(number)?;
    let written = text.get(token.start..token.end)?;
    let (folder, name) = written.rsplit_once('/')?;
    let ending = name.rsplit_once('.').filter(|(name, _)| !name.is_empty())?.1;
    let lettered = folder.starts_with(|c: char| c.is_ascii_alphabetic()) && !folder.contains(['.', ':']);
    if !lettered || !ENDS.contains(&ending) {
        return None;
    }
    let finding = in_quotes(Span::new(file, token.start, token.end), "a path", written);
    let before =
        number.checked_sub(1).and_then(|at| tokens.get(at)).and_then(|before| text.get(before.start..before.end));
    Some(if before == Some("key") { finding.help(format!("write `key file(\"{written}\")`")) } else { finding })
}

/// `release 11.3(7)`.
pub(super) fn release(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number)?;
    let word = text.get(token.start..token.end)?;
    let (major, minor) = word.split_once('.')?;
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_digit());
    let open = tokens.get(number + 1).filter(|next| next.start == token.end)?;
    if !numeric(major) || !numeric(minor) || text.get(open.start..open.end) != Some("(") {
        return None;
    }
    let rest = text.get(token.start..)?;
    let close = rest.find(')').filter(|close| !rest.get(..*close).unwrap_or_default().contains('\n'))? + 1;
    let behind = rest.get(close..)?;
    let end = close + behind.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(behind.len());
    Some(in_quotes(Span::new(file, token.start, token.start + end), "a release", rest.get(..end)?))
}

/// `Time_Zone = GMT+1`.
pub(super) fn zone_of_time(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number)?;
    let rest = text.get(token.start..)?;
    let written = rest.split(|c: char| c.is_whitespace() || matches!(c, ',' | '}')).next()?;
    let meant = literal::zone_of_time(written)?;
    let finding = Diagnostic::new(
        Code::P0103,
        Span::new(file, token.start, token.start + written.len()),
        format!("`{written}` is not a value"),
    );
    Some(finding.because("a time zone is a text, its hours in two digits").help(format!("write `\"{meant}\"`")))
}
