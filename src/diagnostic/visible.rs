//! Text of other people's files as a terminal may have it. What would move the cursor, colour the screen or turn the direction
//! of writing is replaced by a sign of the same length, so that places stay where they are.

use std::borrow::Cow;

/// The text without such signs; line breaks and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.char_indices().any(|(at, sign)| stands_for(sign, text, at).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.char_indices().map(|(at, sign)| stands_for(sign, text, at).unwrap_or(sign)).collect())
}

/// What stands in a sign's place, in as many octets.
fn stands_for(sign: char, text: &str, at: usize) -> Option<char> {
    match sign {
        '\n' | '\t' => None,
        // Within a line it would write over its beginning.
        '\r' if text.as_bytes().get(at + 1) == Some(&b'\n') => None,
        '\0'..='\x1f' | '\x7f' => Some('?'),
        '\u{80}'..='\u{9f}' => Some('\u{b7}'),
        // Without width, or turning the direction (Unicode Bidirectional Algorithm §2).
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => Some('\u{fffd}'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey() {
        for (text, shown) in [
            ("plain\ttext\r\nand more", "plain\ttext\r\nand more"),
            ("\u{1b}]0;owned\u{7}x", "?]0;owned?x"),
            ("2 \u{1b}[2J 03", "2 ?[2J 03"),
            ("over\rwritten\u{8}\u{7f}", "over?written??"),
            ("a\u{202e}b\u{feff}c\u{200f}", "a\u{fffd}b\u{fffd}c\u{fffd}"),
            ("\u{9b}31m", "\u{b7}31m"),
            ("M\u{fc}ller \u{2014} \u{4e2d}", "M\u{fc}ller \u{2014} \u{4e2d}"),
            ("", ""),
        ] {
            assert_eq!(visible(text), shown);
            assert_eq!(visible(text).len(), text.len(), "{text:?}");
        }
    }
}
