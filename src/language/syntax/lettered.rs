//! A letter that was typed for a figure: `10.51.0.O0`, `l80`, `00:0e:08:10:00:0l`.

use super::lexis::{Token, TokenKind};
use super::literal::Literal;
use crate::diagnostic::{Code, Diagnostic, FileId, Span};
use std::net::Ipv4Addr;

/// Words that a number or a time follows, so that a letter at its head is no name.
const BEFORE: [&str; 12] =
    ["port", "priority", "weight", "ttl", "lease", "every", "jitter", "spread", "retry", "dhcp", "option", "capacity"];

/// A word that is a value once its letters are figures.
pub(super) fn number(file: FileId, text: &str, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let token = tokens.get(number).filter(|token| token.kind == TokenKind::Word)?;
    let word = text.get(token.start..token.end)?;
    let letter = word.find(['O', 'o', 'l', 'I'])?;
    if word.len() > 48 || Literal::parse(word).is_ok() {
        return None;
    }
    let before = number.checked_sub(1).and_then(|at| tokens.get(at));
    let before = before.and_then(|before| text.get(before.start..before.end)).unwrap_or_default();
    let meant = figures(word).filter(|meant| {
        let begins = word.starts_with(|c: char| c.is_ascii_digit()) || word.contains(':');
        // `10.example.com` stays a name, and a name is one where no number is wanted.
        let whole = word.contains(['.', ':']) && begins && word.bytes().filter(u8::is_ascii_digit).count() >= 2;
        whole && !matches!(Literal::parse(meant), Ok(Literal::Decimal(_) | Literal::Int(_) | Literal::Duration(_)))
            || BEFORE.contains(&before) && word.bytes().any(|octet| octet.is_ascii_digit())
    })?;
    let letter = word.get(letter..=letter)?;
    let figure = if letter.eq_ignore_ascii_case("o") { "0" } else { "1" };
    let finding =
        Diagnostic::new(Code::P0103, Span::new(file, token.start, token.end), format!("`{word}` is not a value"));
    let finding = finding.because(format!("the `{letter}` in it is a letter, and no `{figure}`"));
    Some(finding.help(format!("write `{meant}`")))
}

/// The word with figures for letters, if that is a value.
fn figures(word: &str) -> Option<String> {
    let figure = |c: char| match c {
        'O' | 'o' => '0',
        'l' | 'I' => '1',
        other => other,
    };
    let plain: String = word.chars().map(figure).collect();
    let (head, length) = plain.split_once('/').map_or((plain.as_str(), None), |(head, length)| (head, Some(length)));
    let octets: Vec<&str> = head.split('.').collect();
    let numeric = |part: &&str| !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_digit());
    if octets.len() == 4 && octets.iter().all(numeric) {
        // `.00` is written `.0`.
        let octets: Option<Vec<String>> =
            octets.iter().map(|part| part.parse::<u8>().ok().map(|octet| octet.to_string())).collect();
        let address = octets?.join(".");
        address.parse::<Ipv4Addr>().ok()?;
        let whole = length.map_or(address.clone(), |length| format!("{address}/{length}"));
        return Literal::parse(&whole).is_ok().then_some(whole);
    }
    let value = Literal::parse(&plain).ok()?;
    let sized = !matches!(value, Literal::Decimal(_));
    // A unit keeps its letter.
    sized.then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_figures_where_that_is_a_value() {
        for (word, meant) in [
            ("10.51.0.O0", Some("10.51.0.0")),
            ("1O.51.0.0/24", Some("10.51.0.0/24")),
            ("l80", Some("180")),
            ("00:0e:08:10:00:0l", Some("00:0e:08:10:00:01")),
            ("O2:30", Some("02:30")),
            ("3Om", Some("30m")),
            ("300.1.1.O", None),
            ("local", None),
        ] {
            assert_eq!(figures(word).as_deref(), meant, "{word}");
        }
    }
}
