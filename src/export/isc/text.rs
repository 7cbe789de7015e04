//! Statements of ISC's configuration. What stands in one is typed, so that no value of a program ends its place.

use crate::export::dhcp::is_plain;
use std::fmt::{Display, Write};

/// The text of a file, by the depth of its blocks.
#[derive(Default)]
pub(super) struct File {
    text: String,
    depth: usize,
}

impl File {
    /// A statement. Its words are ours; what a program says comes in as a type that can be written safely.
    pub fn line(&mut self, statement: impl Display) {
        let indent = "  ".repeat(self.depth);
        let _ = writeln!(self.text, "{indent}{statement};");
    }

    pub fn block(&mut self, head: impl Display, inside: impl FnOnce(&mut File)) {
        let indent = "  ".repeat(self.depth);
        let _ = writeln!(self.text, "{indent}{head} {{");
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        let _ = writeln!(self.text, "{indent}}}");
    }

    /// `if CONDITION { … } else { … }`.
    pub fn either(&mut self, condition: &str, then: impl FnOnce(&mut File), otherwise: impl FnOnce(&mut File)) {
        self.block(format_args!("if {condition}"), then);
        self.block("else", otherwise);
    }

    pub fn comment(&mut self, text: &str) {
        let text: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
        let _ = writeln!(self.text, "{}# {text}", "  ".repeat(self.depth));
    }

    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    pub fn append(&mut self, other: File) {
        self.text.push_str(&other.text);
    }

    pub fn text(self) -> String {
        self.text
    }
}

/// Octets as a data expression: a text in quotes where they are one, else hexadecimal.
pub(super) struct Data<'o>(pub &'o [u8]);

impl Display for Data<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if is_plain(self.0) || self.0.is_empty() {
            return write!(f, "\"{}\"", String::from_utf8_lossy(self.0));
        }
        // A single octet alone would be read as a number.
        if let [one] = self.0 {
            return write!(f, "\"\\x{one:02x}\"");
        }
        let octets: Vec<String> = self.0.iter().map(|octet| format!("{octet:02x}")).collect();
        f.write_str(&octets.join(":"))
    }
}

/// A regular expression that finds a text as it is (POSIX, extended).
pub(super) struct Finds<'t>(pub &'t str);

impl Display for Finds<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_char('"')?;
        for octet in self.0.bytes() {
            match octet {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'-' | b'_' | b':' | b'/' | b',' => {
                    f.write_char(char::from(octet))?;
                }
                // Alone in a bracket neither has a meaning, but for these two.
                b'^' => f.write_str("\\\\^")?,
                b'\\' => f.write_str("\\\\\\\\")?,
                b'"' => f.write_str("\\\"")?,
                b'!'..=b'~' => write!(f, "[{}]", char::from(octet))?,
                other => write!(f, "\\{other:03o}")?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_a_text_or_hexadecimal() {
        assert_eq!(Data(b"http://a;{}").to_string(), "\"http://a;{}\"");
        assert_eq!(Data(b"a\"b").to_string(), "61:22:62");
        assert_eq!(Data(b"\n").to_string(), "\"\\x0a\"");
        assert_eq!(Data(b"\\").to_string(), "\"\\x5c\"");
        assert_eq!(Data(b"").to_string(), "\"\"");
    }

    #[test]
    fn what_is_looked_for_is_no_pattern() {
        assert_eq!(Finds("a.b*c").to_string(), "\"a[.]b[*]c\"");
        assert_eq!(Finds("\\^\"\u{e9}").to_string(), "\"\\\\\\\\\\\\^\\\"\\303\\251\"");
    }

    #[test]
    fn a_comment_stays_one_line() {
        let mut file = File::default();
        file.comment("a\ninclude \"x\";");
        assert_eq!(file.text(), "# a include \"x\";\n");
    }
}
