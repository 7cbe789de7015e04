//! A datagram as messages: with a priority or without, in the form of RFC 3164 or RFC 5424 or in none, one or several.

use crate::phone::Mac;
use std::borrow::Cow;

/// Messages that are read of one datagram; a flood is cut.
const MOST: usize = 64;
/// The longest priority (RFC 5424 §6.2.1): three digits.
const DIGITS: usize = 3;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'t> {
    /// Who the header of RFC 5424 names, if it is by a hardware address: phones may put theirs there.
    pub named: Option<Mac>,
    /// What is said. Of RFC 3164 with time and host name: where the identifier is set, a reader of headers would take the
    /// phone's own words for them.
    pub text: Cow<'t, str>,
}

/// The messages of a datagram, in their order. Lines are messages of their own, unless priorities tell where one begins.
pub fn messages(datagram: &str) -> Vec<Message<'_>> {
    let lines: Vec<&str> = datagram.split(['\n', '\0']).map(str::trim).filter(|line| !line.is_empty()).collect();
    if !lines.iter().any(|line| priority(line).is_some()) {
        return lines.into_iter().take(MOST).map(|line| message(line.into())).collect();
    }
    let mut parts: Vec<Cow<'_, str>> = Vec::new();
    for line in lines {
        let full = parts.len() == MOST;
        match parts.last_mut().filter(|_| priority(line).is_none()) {
            Some(last) => {
                last.to_mut().push(' ');
                last.to_mut().push_str(line);
            }
            None if full => break,
            None => parts.push(line.into()),
        }
    }
    parts.into_iter().map(message).collect()
}

/// What stands behind `<134>`.
fn priority(text: &str) -> Option<&str> {
    let (digits, rest) = text.strip_prefix('<')?.split_once('>')?;
    let number = (1..=DIGITS).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    number.then_some(rest)
}

fn message(text: Cow<'_, str>) -> Message<'_> {
    let (named, text) = match &text {
        Cow::Borrowed(text) => headed(text),
        Cow::Owned(text) => {
            let (named, said) = headed(text);
            (named, Cow::Owned(said.into_owned()))
        }
    };
    Message { named, text }
}

fn headed(text: &str) -> (Option<Mac>, Cow<'_, str>) {
    let rest = priority(text).unwrap_or(text).trim_start();
    let (named, said) = by_rfc_5424(rest).unwrap_or((None, rest));
    (named, clean(said.trim()))
}

/// `1 TIME HOST APP PROCID MSGID DATA MESSAGE`, from its version on.
fn by_rfc_5424(text: &str) -> Option<(Option<Mac>, &str)> {
    let mut rest = text.strip_prefix("1 ")?;
    let mut fields = [""; 5];
    for field in &mut fields {
        let (word, after) = rest.split_once(' ')?;
        (*field, rest) = (word, after);
    }
    let [time, host, app, ..] = fields;
    let timed = time == "-" || time.get(4..5) == Some("-") && time.contains('T');
    let said = data(rest).filter(|_| timed)?;
    let named = [host, app].into_iter().find_map(|word| word.parse().ok());
    Some((named, said.strip_prefix(' ').unwrap_or(said).trim_start_matches('\u{feff}')))
}

/// What stands behind the structured data: `-`, or elements in brackets, in whose quotes a bracket ends nothing.
fn data(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('-') {
        return Some(rest);
    }
    let (mut quoted, mut escaped, mut inside) = (false, false, false);
    for (at, sign) in text.char_indices() {
        match sign {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if inside => quoted = !quoted,
            '[' if !inside => inside = true,
            ']' if inside && !quoted => inside = false,
            _ if inside => {}
            _ if at == 0 => return None,
            _ => return text.get(at..),
        }
    }
    (!inside).then_some("")
}

/// A text for terminals, logs and pages: what would move a cursor is none of it.
fn clean(text: &str) -> Cow<'_, str> {
    match text.contains(char::is_control) {
        true => text.chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect::<String>().into(),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(datagram: &str) -> Vec<String> {
        messages(datagram).into_iter().map(|message| message.text.into_owned()).collect()
    }

    #[test]
    fn every_form_of_a_message_is_read() {
        for (datagram, said) in [
            ("plain", "plain"),
            ("<13>plain\0", "plain"),
            ("<191> plain\r\n", "plain"),
            // As it stands: time and host may be the phone's own words.
            ("<134>Jan  1 00:00:07 000e08abcdef words", "Jan  1 00:00:07 000e08abcdef words"),
            ("<134>1 2030-01-01T00:00:07.123Z host app 12 ID47 - words", "words"),
            ("<134>1 2030-01-01T00:00:07+01:00 - - - - - \u{feff}words", "words"),
            ("<134>1 - - - - - [a b=\"]\\\"]\" c=\"d\"][e] words here", "words here"),
            ("<134>1 - - - - - [a]", ""),
            // Not of that form, whatever it begins with.
            ("<134>1 - - - - - [a words", "1 - - - - - [a words"),
            ("<134>1 phone of 12 is in a call", "1 phone of 12 is in a call"),
            ("<134>1 ", "1"),
            ("<1345>x", "<1345>x"),
            ("<>x", "<>x"),
            ("<a>x", "<a>x"),
            ("<13", "<13"),
            ("a\u{1b}[2Jb\u{7}", "a\u{fffd}[2Jb\u{fffd}"),
        ] {
            assert_eq!(texts(datagram), [said], "{datagram:?}");
        }
        assert_eq!(texts(" \n\0\r\n"), Vec::<String>::new());
    }

    #[test]
    fn the_header_may_name_the_phone() {
        let named = |datagram: &str| messages(datagram).first().and_then(|message| message.named);
        let mac = "000e08abcdef".parse().ok();
        assert_eq!(named("<134>1 - 00:0E:08:AB:CD:EF app - - - x"), mac);
        assert_eq!(named("<134>1 - host 000e08abcdef - - - x"), mac);
        assert_eq!(named("<134>1 - host app - - - 000e08abcdef"), None);
    }

    #[test]
    fn a_datagram_may_hold_several() {
        assert_eq!(texts("one\ntwo\r\nthree\n"), ["one", "two", "three"]);
        assert_eq!(texts("<13>one\n<14>two\0<15>three"), ["one", "two", "three"]);
        // What has no priority goes on with the message before it, where others have one.
        assert_eq!(texts("<13>Resync failed:\n  no such file\n<13>two"), ["Resync failed: no such file", "two"]);
        assert_eq!(texts("first\n<13>second"), ["first", "second"]);
        assert_eq!(messages(&"<1>x\n".repeat(5000)).len(), MOST);
        assert_eq!(messages(&"x\n".repeat(5000)).len(), MOST);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text: String) {
            for message in messages(&text) {
                proptest::prop_assert!(!message.text.contains(char::is_control));
            }
        }
    }
}
